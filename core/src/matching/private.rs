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

use super::Seek;
use super::seek::sealed;
use super::sought::{Sought, Tagged};
use crate::batch::{BatchId, Error, Header, Page};
use crate::codec;
use crate::diary::Diary;
use crate::psi::{self, Answer, DaySet, Question, SETS, Second};
use crate::risk::{self, Counts, Level};
use crate::status::{Degree, Mode, Scheme};
use crate::tag::{Claim, Element, Tag};
use crate::units::Timestamp;

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
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Hit {
    /// How grave the encounter would be by itself.
    #[n(0)]
    pub category: Level,
    /// How far the reporter was from a test.
    #[n(1)]
    pub degree: Degree,
    /// The batch that it stands in.
    #[n(2)]
    pub batch: BatchId,
    /// Its page there, from 0.
    #[n(3)]
    pub page: u32,
    /// The second tag, and its claim.
    #[n(4)]
    pub second: Second,
}

/// The hits found so far in one batch.
#[derive(Clone, Default)]
pub struct PrivateFinds(Vec<(Level, u32, Second)>);

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

    fn take(&self, finds: &mut PrivateFinds, _: &Header, number: u32, page: &Page<'_>) {
        for tag in self.0.sought.find(page.tags()).into_iter().filter_map(|at| page.tags().get(at)) {
            let tag = Tag::new(*tag);
            let mine = self.0.sought.with_tag(&tag);
            finds.0.extend(mine.map(|wanted| (wanted.category, number, wanted.second.clone())));
        }
    }

    fn found(finds: PrivateFinds, header: &Header, _: Timestamp) -> Vec<Hit> {
        let (degree, batch) = (header.degree, header.id);
        let hit = |(category, page, second)| Hit { category, degree, batch, page, second };
        finds.0.into_iter().map(hit).collect()
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
                Some(known) if known.degree <= hit.degree => {}
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
        self.iter().for_each(|hit| counts.add(hit.category, hit.degree, 1));
        counts
    }

    /// For storage. Contains claims.
    #[must_use]
    pub fn to_bytes(&self) -> zeroize::Zeroizing<Vec<u8>> {
        codec::to_secret_cbor(&self.iter().collect::<Vec<_>>())
    }

    /// From storage.
    ///
    /// # Errors
    /// [`codec::Error::Cbor`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, codec::Error> {
        let hits: Vec<Hit> = codec::from_canonical_cbor(bytes)?;
        if hits.is_sorted_by(|one, next| one.second.tag < next.second.tag) {
            let mut all = BTreeMap::new();
            all.extend(hits.into_iter().map(|hit| (hit.second.tag, hit)));
            Ok(Self(all))
        } else {
            Err(codec::Error::Cbor)
        }
    }
}

impl Hit {
    /// What a proof of it stands on.
    #[must_use]
    pub const fn claim(&self) -> &Claim {
        &self.second.claim
    }
}

crate::codec::name_only!(PrivateMatcher, PrivateFinds, Hit, Hits);
