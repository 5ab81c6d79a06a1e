//! My tags, and what opens the statuses beside them.

use alloc::sync::Arc;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::seek::sealed;
use super::sought::{Sought, Tagged};
use super::{FoundOn, Match, ProofPage, Revealed, Seek};
use crate::batch::{Error, Header, Page};
use crate::codec;
use crate::diary::{Diary, Encounter, EncounterId, Exposure};
use crate::order;
use crate::status::{Degree, Mode, Scheme, Status, StatusKey};
use crate::tag::{TAG_LENGTH, Tag};
use crate::units::Timestamp;

#[derive(Clone, minicbor::Encode, minicbor::Decode)]
struct Wanted {
    #[n(0)]
    tag: Tag,
    #[n(1)]
    encounter: EncounterId,
    #[n(2)]
    status_key: StatusKey,
    #[n(3)]
    scheme: Scheme,
}

impl Tagged for Wanted {
    fn tag(&self) -> &Tag {
        &self.tag
    }
}

/// My tags, sorted, with what opens the statuses beside them; no claims, no notes, no times. A clone shares them.
#[derive(Clone)]
pub struct Matcher(Arc<Sought<Wanted>>);

impl Matcher {
    /// The receiving direction of every pair of keys in the diary, and every TCN heard.
    #[must_use]
    pub fn from_diary(diary: &Diary) -> Self {
        Self::of(diary.iter())
    }

    /// The same, without encounters about which a report of this degree says nothing new: for filters, so that nobody
    /// learns from copies of a published tag who asks for its page each time (ADR 22).
    #[must_use]
    pub fn for_news(diary: &Diary, degree: Degree) -> Self {
        let is_news =
            |row: &Encounter| row.exposure.is_none_or(|known| degree < known.degree || known.doubt.is_some());
        Self::of(diary.iter().filter(|row| is_news(row)))
    }

    fn of<'a>(rows: impl Iterator<Item = &'a Encounter>) -> Self {
        let of = |row: &Encounter| {
            let wanted = |scheme, tag: &Tag, key: &StatusKey| {
                let (tag, encounter, status_key) = (*tag, row.id, key.clone());
                Wanted { tag, encounter, status_key, scheme }
            };
            let receives = row.pairings().iter().map(|pairing| &pairing.receive);
            let paired = receives.map(|receive| wanted(Scheme::Encounter, &receive.tag, &receive.status_key));
            let sightings = row.sightings().iter();
            let seen = sightings.map(|heard| wanted(Scheme::Tcn, heard.tag(), heard.status_key()));
            paired.chain(seen).collect::<Vec<_>>()
        };
        Self(Arc::new(Sought::new(rows.flat_map(of).collect())))
    }

    /// For another thread of the same device. Contains status keys.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        codec::to_secret_cbor(&self.0.all())
    }

    /// From [`Matcher::to_bytes`].
    ///
    /// # Errors
    /// [`codec::Error::Cbor`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, codec::Error> {
        let wanted: Vec<Wanted> = codec::from_canonical_cbor(bytes)?;
        // It has one form.
        if wanted.is_sorted_by_key(|wanted| wanted.tag) {
            Ok(Self(Arc::new(Sought::new(wanted))))
        } else {
            Err(codec::Error::Cbor)
        }
    }

    /// How many tags it looks for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.all().len()
    }

    /// Whether it looks for none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.all().is_empty()
    }

    /// Where tags of mine stand among these.
    #[must_use]
    pub fn find(&self, tags: &[[u8; TAG_LENGTH]]) -> Vec<usize> {
        self.0.find(tags)
    }

    /// The encounters of a tag, with their keys: none when it is not mine, or was met in another way. A TCN's hearers
    /// all know its status key: without the scheme each of them could warn the others by an encounter's entry.
    fn keys(&self, scheme: Scheme, tag: &Tag) -> impl Iterator<Item = (EncounterId, &StatusKey)> {
        let mine = self.0.with_tag(tag).filter(move |wanted| wanted.scheme == scheme);
        mine.map(|wanted| (wanted.encounter, &wanted.status_key))
    }
}

/// The encounters found so far in one batch, each once; of one-way sightings each TCN once.
#[derive(Clone, Default)]
pub struct Finds {
    /// In their order.
    seen: Vec<(EncounterId, Option<Tag>)>,
    statuses: Vec<(EncounterId, Tag, Status)>,
    pages: Vec<FoundOn>,
}

impl sealed::Sealed for Matcher {}

impl Seek for Matcher {
    type Finds = Finds;
    type Found = Match;

    fn accepts(&self, header: &Header) -> Result<(), Error> {
        if header.mode == Mode::Open { Ok(()) } else { Err(Error::Mode) }
    }

    fn tags(&self, header: &Header) -> Vec<Tag> {
        let of_scheme = self.0.all().iter().filter(|wanted| wanted.scheme == header.scheme);
        of_scheme.map(|wanted| wanted.tag).collect()
    }

    fn take(&self, finds: &mut Finds, header: &Header, number: u32, page: &Page<'_>) {
        // Which of several TCNs counts, what was heard beside them tells: all are looked at.
        let is_heard = header.scheme == Scheme::Tcn;
        for at in self.find(page.tags()) {
            let Some(entry) = page.entry(at) else { continue };
            for (encounter, key) in self.keys(header.scheme, &entry.tag) {
                if let Ok(status) = entry.sealed.open(key, header.scheme, header.degree, &entry.tag)
                    && order::insert(&mut finds.seen, (encounter, is_heard.then_some(entry.tag)))
                {
                    finds.statuses.push((encounter, entry.tag, status));
                    finds
                        .pages
                        .extend(ProofPage::new(header, number, page).map(|page| FoundOn { encounter, page }));
                }
            }
        }
    }

    fn found_on(finds: &Finds) -> &[FoundOn] {
        &finds.pages
    }

    fn found(finds: Finds, header: &Header, found_at: Timestamp) -> Vec<Match> {
        let exposure = |status: &Status| Exposure {
            degree: header.degree,
            test_day: status.test_day,
            onset: status.onset,
            found_at,
            batch: header.id,
            doubt: None,
            seen: None,
        };
        let revealed = |tag: Tag, status: &Status| {
            let metadata_key = status.metadata_key;
            (header.scheme == Scheme::Tcn).then_some(Revealed { tag, metadata_key })
        };
        let found = finds.statuses.into_iter();
        found
            .map(|(encounter, tag, status)| {
                let (exposure, revealed) = (exposure(&status), revealed(tag, &status));
                Match { encounter, exposure, revealed }
            })
            .collect()
    }
}

impl core::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Matcher({} tags)", self.len())
    }
}

crate::codec::name_only!(Finds);
