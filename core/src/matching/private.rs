//! Private mode: what to ask, and what the batches of a day set say to the answer.
//!
//! ```text
//! question(diary)   the elements of every encounter, by the level that it would have by itself    → psi::Question
//! PrivateMatcher    an answer's second tags, against the batches of its day, scheme and key alone → Hit
//! Hits              all of a day set, each tag once, in its lowest degree                         → Counts
//! ```
//!
//! A hit says how grave and how far from a test, and in which page it stands, for a proof. It never says which encounter:
//! that is not known. One encounter has one secret in the middle of an interval, and up to three near its ends, all of
//! which count (ADR 34).

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::seek::sealed;
use super::sought::{Sought, Tagged};
use super::{ProofPage, Seek};
use crate::batch::{Error, Header, Page};
use crate::codec;
use crate::diary::Diary;
use crate::order::sort_by_bytes;
use crate::psi::{self, Answer, DaySet, Question, SETS, Second};
use crate::risk::{self, Counts, Level};
use crate::status::{Degree, Mode, Scheme};
use crate::tag::{Claim, Element, Tag};
use crate::units::Timestamp;

/// Version of the form in which hits are stored.
const VERSION: u8 = 2;

/// The levels of a query's three sets.
const LEVELS: [Level; SETS] = [Level::Low, Level::Medium, Level::High];

/// What to ask about a day set: the encounters that had begun by then, each in the category that it would be by itself.
///
/// # Errors
/// [`psi::Error::TooMany`].
pub fn question(diary: &Diary, config: &risk::Config, day_set: DaySet) -> Result<Question, psi::Error> {
    let of = |level: Level| {
        let rows = diary.iter().filter(|row| row.day() <= day_set.day);
        let rows = rows.filter(|row| risk::category(row, config) == level);
        let elements = |row| -> Vec<Element> {
            let row: &crate::diary::Encounter = row;
            match day_set.scheme {
                Scheme::Encounter => {
                    row.pairings().iter().map(|pairing| pairing.receive.element.clone()).collect()
                }
                Scheme::Tcn => row.sightings().iter().map(|heard| heard.element().clone()).collect(),
            }
        };
        rows.flat_map(elements).collect::<Vec<_>>()
    };
    Question::new(day_set, LEVELS.map(of))
}

struct Wanted {
    second: Second,
    category: Level,
}

impl Tagged for Wanted {
    fn tag(&self) -> &Tag {
        &self.second.tag
    }
}

/// An answer's second tags, to be found in the batches of its day set. A clone shares them.
#[derive(Clone)]
pub struct PrivateMatcher(Arc<Inner>);

struct Inner {
    answer: Answer,
    sought: Sought<Wanted>,
}

impl PrivateMatcher {
    /// Of one answer.
    #[must_use]
    pub fn new(answer: &Answer) -> Self {
        let of = |(category, set): (Level, &Vec<Second>)| {
            set.iter().map(|second| Wanted { second: second.clone(), category }).collect::<Vec<_>>()
        };
        let sought = Sought::new(LEVELS.into_iter().zip(answer.sets()).flat_map(of).collect());
        Self(Arc::new(Inner { answer: answer.clone(), sought }))
    }

    /// Which batches it may be compared with.
    #[must_use]
    pub fn day_set(&self) -> DaySet {
        self.0.answer.day_set()
    }
}

/// A second tag that stands in a batch.
#[derive(Clone)]
pub struct Hit {
    /// How grave the encounter would be by itself.
    pub category: Level,
    /// The second tag, and its claim.
    pub second: Second,
    /// The page that has the tag. Hits on one page share it.
    pub page: Arc<ProofPage>,
}

/// The hits found so far in one batch.
#[derive(Clone, Default)]
pub struct PrivateFinds(Vec<Hit>);

impl sealed::Sealed for PrivateMatcher {}

impl Seek for PrivateMatcher {
    type Finds = PrivateFinds;
    type Found = Hit;

    fn accepts(&self, header: &Header) -> Result<(), Error> {
        if header.mode != Mode::Private {
            return Err(Error::Mode);
        }
        let day_set = DaySet { day: header.sealed_at.day(), scheme: header.scheme };
        let is_its = day_set == self.day_set() && header.blinding_key.as_ref() == Some(self.0.answer.key());
        if is_its { Ok(()) } else { Err(Error::DaySet) }
    }

    fn tags(&self, _: &Header) -> Vec<Tag> {
        self.0.sought.all().iter().map(|wanted| wanted.second.tag).collect()
    }

    fn take(&self, finds: &mut PrivateFinds, header: &Header, number: u32, page: &Page<'_>) {
        let places = self.0.sought.find(page.tags());
        if places.is_empty() {
            return;
        }
        let Some(kept) = ProofPage::new(header, number, page).map(Arc::new) else { return };
        for tag in places.into_iter().filter_map(|at| page.tags().get(at)) {
            let tag = Tag::new(*tag);
            let mine = self.0.sought.with_tag(&tag);
            let hit = |wanted: &Wanted| {
                let (category, second) = (wanted.category, wanted.second.clone());
                Hit { category, second, page: Arc::clone(&kept) }
            };
            finds.0.extend(mine.map(hit));
        }
    }

    fn found(finds: PrivateFinds, _: &Header, _: Timestamp) -> Vec<Hit> {
        finds.0
    }
}

/// The hits of one day set: each tag once, where it was found first in its lowest degree.
#[derive(Clone, Default)]
pub struct Hits(BTreeMap<Tag, Hit>);

impl Hits {
    /// Takes in what was found in a batch.
    pub fn extend(&mut self, hits: impl IntoIterator<Item = Hit>) {
        for hit in hits {
            match self.0.get(&hit.second.tag) {
                Some(known) if known.degree() <= hit.degree() => {}
                _ => {
                    self.0.insert(hit.second.tag, hit);
                }
            }
        }
    }

    /// All of them, by tag.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Hit> {
        self.0.values()
    }

    /// How many of each category and degree.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.iter().for_each(|hit| counts.add(hit.category, hit.degree(), 1));
        counts
    }

    /// The hit of this tag.
    #[must_use]
    pub fn get(&self, tag: &Tag) -> Option<&Hit> {
        self.0.get(tag)
    }

    /// For storage, each page once: a version byte and deterministic CBOR. Contains claims.
    #[must_use]
    pub fn to_bytes(&self) -> zeroize::Zeroizing<Vec<u8>> {
        let mut pages: Vec<_> = self.iter().map(|hit| &*hit.page).collect();
        sort_by_bytes(&mut pages, |page| page.digest.as_bytes());
        pages.dedup_by_key(|page| page.digest);
        let digests: Vec<_> = pages.iter().map(|page| page.digest).collect();
        let stored = |hit: &Hit| {
            let page = digests.partition_point(|digest| *digest < hit.page.digest);
            StoredHit { category: hit.category, page, second: hit.second.clone() }
        };
        codec::to_secret_record(VERSION, &(pages, self.iter().map(stored).collect::<Vec<_>>()))
    }

    /// From storage.
    ///
    /// # Errors
    /// [`codec::Error::Cbor`], also for another version, for hits or pages out of order, and for a hit on a page that has not its
    /// tag.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, codec::Error> {
        let cbor = bytes.strip_prefix(&[VERSION]).ok_or(codec::Error::Cbor)?;
        let (pages, hits): (Vec<ProofPage>, Vec<StoredHit>) = codec::from_canonical_cbor(cbor)?;
        let ascend = pages.is_sorted_by(|one, next| one.digest < next.digest)
            && hits.is_sorted_by(|one, next| one.second.tag < next.second.tag);
        let pages: Vec<_> = pages.into_iter().map(Arc::new).collect();
        let mut all = BTreeMap::new();
        for StoredHit { category, page, second } in hits {
            let page = pages.get(page).filter(|page| page.has(&second.tag)).ok_or(codec::Error::Cbor)?;
            all.insert(second.tag, Hit { category, second, page: Arc::clone(page) });
        }
        let used = pages.iter().all(|page| Arc::strong_count(page) > 1);
        if ascend && used { Ok(Self(all)) } else { Err(codec::Error::Cbor) }
    }
}

/// A hit as it is stored: its page by its place among the pages.
#[derive(minicbor::Encode, minicbor::Decode)]
struct StoredHit {
    #[n(0)]
    category: Level,
    #[n(1)]
    page: usize,
    #[n(2)]
    second: Second,
}

impl Hit {
    /// How far the reporter was from a test.
    #[must_use]
    pub fn degree(&self) -> Degree {
        self.page.degree
    }

    /// What a proof of it stands on.
    #[must_use]
    pub const fn claim(&self) -> &Claim {
        &self.second.claim
    }
}

crate::codec::name_only!(PrivateMatcher, PrivateFinds, Hit, Hits);
