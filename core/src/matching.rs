//! A batch against the diary: which of my encounters were reported?
//!
//! In private mode the tags of an answer take the place of the diary's own, and what comes out are hits by category
//! ([`PrivateMatcher`], [`question`]); the steps are the same.
//!
//! Only tags are compared, on this device; the server sees that somebody fetched what everybody fetches. A tag that
//! is mine counts only if the status beside it opens under that encounter's key, this scheme and this degree, all
//! three from the signed header: a copied or invented entry is nothing, and does not stop a later genuine one.
//!
//! ```text
//! up to 8 pages   Whole:    the entries file                                       → exposures
//! more            ByFilter: the filter → Asked: exactly 4 pages, hit or not        → exposures, pages that wait
//! tried again     Asked::resume: the same 4 pages
//! later           Asked::again: 4 pages of a batch compared before, those that wait first
//! ```
//!
//! All of it takes bytes as they come and holds, beside the device's own tags, a few pages at most. Which pages are
//! asked is drawn before anything is known, and hits only take the place of what was drawn: the number and size of
//! requests never tell how many hits there are. Single pages do tell the server a little: whoever knows one of my
//! tags sees that I asked for its page, as four in so many do by chance.

mod asked;
mod by_filter;
mod found_on;
mod matcher;
mod private;
mod proof_page;
mod seek;
mod sought;
mod whole;

pub use asked::{Asked, Found};
pub use by_filter::ByFilter;
pub use found_on::{FoundOn, FoundOnError};
pub use matcher::Matcher;
pub use private::{Hit, Hits, PrivateMatcher, question};
pub use proof_page::ProofPage;
pub use seek::Seek;
pub use whole::Whole;

use alloc::vec::Vec;

use crate::diary::{Diary, EncounterId, Exposure};
use crate::tag::Tag;
use crate::tcn::MetadataKey;

/// One encounter found in a batch.
#[derive(Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Match {
    /// Which.
    #[n(0)]
    pub encounter: EncounterId,
    /// What the report says.
    #[n(1)]
    pub exposure: Exposure,
    /// Of a TCN: its tag and the key that opens what was heard beside it.
    #[n(2)]
    pub revealed: Option<Revealed>,
}

/// What the report of a TCN reveals to those who heard it.
#[derive(Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Revealed {
    /// Which of the TCNs heard.
    #[n(0)]
    pub tag: Tag,
    /// Opens the metadata of its emissions.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub metadata_key: [u8; 16],
}

/// Its name only: how somebody's health is, belongs in no log.
impl core::fmt::Debug for Match {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Match")
    }
}

impl Diary {
    /// Marks the encounters found. A report without doubt replaces a doubtful one, and of two alike one of a lower degree
    /// one of a higher; among equals the first stays. Returns the ids that changed.
    pub fn expose(&mut self, matches: &[Match]) -> Vec<EncounterId> {
        let mut changed = Vec::new();
        for found in matches {
            let Some(row) = self.get_mut(&found.encounter) else { continue };
            let judged = found
                .revealed
                .map(|revealed| row.judge(&revealed.tag, &MetadataKey::new(revealed.metadata_key)));
            let (seen, doubt) = (judged.and_then(Result::ok), judged.and_then(Result::err));
            let exposure = Exposure { seen, doubt, ..found.exposure };
            if row.exposure.is_none_or(|known| exposure.rank() < known.rank()) {
                row.exposure = Some(exposure);
                changed.push(row.id);
            }
        }
        changed
    }
}
