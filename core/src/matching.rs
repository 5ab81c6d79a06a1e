//! A batch against the diary: which of my encounters were reported?
//!
//! Only tags are compared, on this device; the server sees that somebody fetched a batch that everybody fetches. A
//! tag that is mine counts only if the status beside it opens under that encounter's key, this scheme and this
//! degree, all three from the signed header: a copied or invented entry is nothing, and does not stop a later
//! genuine one.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::batch::{Header, Pages};
use crate::codec;
use crate::diary::{Diary, Encounter, EncounterId, Exposure};
use crate::status::StatusKey;
use crate::tag::Tag;
use crate::units::Timestamp;

/// One encounter found in a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Match {
    /// Which.
    #[n(0)]
    pub encounter: EncounterId,
    /// What the report says.
    #[n(1)]
    pub exposure: Exposure,
}

#[derive(Clone, minicbor::Encode, minicbor::Decode)]
struct Wanted {
    #[n(0)]
    tag: Tag,
    #[n(1)]
    encounter: EncounterId,
    #[n(2)]
    status_key: StatusKey,
}

/// My tags, sorted, with what opens the statuses beside them; no claims, no notes, no times.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct Matcher(#[n(0)] Vec<Wanted>);

impl Matcher {
    /// The receiving direction of every pair of keys in the diary.
    #[must_use]
    pub fn from_diary(diary: &Diary) -> Self {
        let of = |row: &Encounter| {
            let encounter = row.id;
            let wanted = |receive: &crate::encounter::Receive| Wanted {
                tag: receive.tag,
                encounter,
                status_key: receive.status_key.clone(),
            };
            row.pairings().iter().map(|pairing| wanted(&pairing.receive)).collect::<Vec<_>>()
        };
        let mut wanted: Vec<_> = diary.iter().flat_map(of).collect();
        wanted.sort_unstable_by_key(|wanted| wanted.tag);
        Self(wanted)
    }

    /// For another thread of the same device. Contains status keys.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(codec::to_cbor(self))
    }

    /// From [`Matcher::to_bytes`].
    ///
    /// # Errors
    /// [`codec::Error::Cbor`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, codec::Error> {
        let matcher: Self = codec::from_canonical_cbor(bytes)?;
        // The search below depends on the order.
        if matcher.0.is_sorted_by_key(|wanted| wanted.tag) { Ok(matcher) } else { Err(codec::Error::Cbor) }
    }

    /// How many tags it looks for.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it looks for none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The encounters reported in one verified batch, each once.
    #[must_use]
    pub fn check(&self, header: &Header, pages: &Pages, found_at: Timestamp) -> Vec<Match> {
        let mut seen = BTreeSet::new();
        let mut matches = Vec::new();
        for entry in pages.entries() {
            let first = self.0.partition_point(|wanted| wanted.tag < entry.tag);
            for wanted in self.0.iter().skip(first).take_while(|wanted| wanted.tag == entry.tag) {
                let Ok(status) =
                    entry.sealed.open(&wanted.status_key, header.scheme, header.degree, &entry.tag)
                else {
                    continue;
                };
                if seen.insert(wanted.encounter) {
                    let exposure = Exposure {
                        degree: header.degree,
                        test_day: status.test_day,
                        onset: status.onset,
                        found_at,
                        batch: header.id,
                    };
                    matches.push(Match { encounter: wanted.encounter, exposure });
                }
            }
        }
        matches
    }
}

impl core::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Matcher({} tags)", self.0.len())
    }
}

impl Diary {
    /// Marks the encounters found. A report of a lower degree replaces one of a higher; among equals the first stays.
    /// Returns the ids that changed.
    pub fn expose(&mut self, matches: &[Match]) -> Vec<EncounterId> {
        let mut changed = Vec::new();
        for found in matches {
            if let Some(row) = self.get_mut(&found.encounter)
                && row.exposure.is_none_or(|known| found.exposure.degree < known.degree)
            {
                row.exposure = Some(found.exposure);
                changed.push(row.id);
            }
        }
        changed
    }
}
