//! Sealed batches: sorted, padded, paged, signed and chained.
//!
//! A pool of entries holds no time and no upload; when it is sealed, exact duplicates are dropped, dummies fill it to
//! full pages, and everything is **sorted**: tags are pseudorandom, so sorting is a perfect shuffle, and one that a
//! client can verify. Only then it gets an id and a time.
//!
//! ```text
//! page         = 256 × tag 32, then 256 × sealed status 52                    21,504 bytes
//!                in private mode 256 × second tag 32 alone                     8,192 bytes
//! entries file = the pages in order
//! filter       = the tags in 41.5 bits each, in the same order (see [`filter`](crate::filter))
//! header       = deterministic CBOR map (see docs/protocol.md)
//! signed       = Ed25519 64 over label ‖ header, then the header
//! head         = SHA-256(label ‖ previous head ‖ signed header)
//! ```
//!
//! Source: ContacTUM, "Handling TCNs on the server" (collect, shuffle, publish, delete); the rest is Twoken's.

mod day_set;
mod header;
mod index;
mod line;
mod page;
mod pages;
mod press;
mod reading;
mod seal;
#[cfg(feature = "proofs")]
mod statement;

pub use crate::batch_id::BatchId;
pub use day_set::blinding_key;
pub use header::{Header, MAX_PAGES, SignedHeader};
pub use index::{Head, INDEX_FRESH_SECONDS, Index};
pub use line::Line;
pub use page::{PAGE_BYTES, PAGE_ENTRIES, PRIVATE_PAGE_BYTES, Page, page_bytes};
pub use pages::Pages;
pub use press::{Imprint, Press};
pub use reading::Reading;
pub use seal::{Pool, SealedBatch, seal, seal_private};

use crate::units::Day;
use crate::{codec, filter, membership, tag, wire};

/// A batch of so many pages comes whole, 172,032 bytes at most; of a larger one the filter, then single pages.
pub const MAX_WHOLE_PAGES: usize = 8;
/// So many pages are asked of a batch that does not come whole, hit or not.
pub const PAGES_ASKED: usize = 4;

/// Why a batch or an index was refused. Nothing of a refused batch counts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The signature does not hold under the pinned key.
    #[error("the signature does not hold")]
    Signature,
    /// Another version than this one.
    #[error("version {0} is not known")]
    Version(u32),
    /// A file of another size than its header says: cut off, or with bytes left over.
    #[error("expected {expected} bytes, got {got}")]
    Size {
        /// Bytes that the header announces.
        expected: usize,
        /// Bytes received.
        got: usize,
    },
    /// A page that is not the one that was signed.
    #[error("page {page} is not the one that was signed")]
    PageDigest {
        /// Which, from 0.
        page: usize,
    },
    /// A page that the batch does not have, or that was not asked for.
    #[error("there is no page {page} to compare")]
    NoPage {
        /// Which, from 0.
        page: usize,
    },
    /// Fewer pages than were asked for.
    #[error("{asked} pages were asked for, {got} came")]
    Incomplete {
        /// Pages asked for.
        asked: usize,
        /// Pages that came.
        got: usize,
    },
    /// A filter that is not the one that was signed.
    #[error("the filter is not the one that was signed")]
    FilterDigest,
    /// A filter that says something else than a signed page.
    #[error("the filter does not say what page {page} says")]
    FilterLies {
        /// Which, from 0.
        page: usize,
    },
    /// A batch small enough to come whole has no need of its filter.
    #[error("a batch of {pages} pages comes whole")]
    ComesWhole {
        /// Its pages.
        pages: usize,
    },
    /// Entries that are not strictly ascending.
    #[error("entries are not in order")]
    Order,
    /// A batch of the other mode than what it is compared with.
    #[error("it is of another mode than what is compared with it")]
    Mode,
    /// A batch of another day, scheme or blinding key than the answer that is compared with it.
    #[error("it is not of the day set that was asked about")]
    DaySet,
    /// Batches of one day and scheme under two keys: a server that marks its clients.
    #[error("the batches of one day and scheme have different blinding keys")]
    BlindingKeys,
    /// Header fields that contradict each other, such as counts and pages.
    #[error("the header contradicts itself")]
    Header,
    /// An index or header of another region, or of a region unasked for.
    #[error("it belongs to another region")]
    Region,
    /// An index of another day, or with a header of another day.
    #[error("it belongs to another day than {0}")]
    Day(Day),
    /// An index that is too old to tell what is missing.
    #[error("the index was signed too long ago")]
    Stale,
    /// An index signed in the future: this clock, or the server's, is off.
    #[error("the index was signed in the future")]
    Future,
    /// An index that does not continue what was seen before: something was taken back or replaced.
    #[error("the index does not continue what was seen before")]
    Chain,
    /// More entries than a batch can hold.
    #[error("a batch holds at most {max} entries, this would have {got}")]
    TooMany {
        /// Entries at most.
        max: usize,
        /// Entries given.
        got: usize,
    },
    /// A page that this batch does not have.
    #[error("the batch has no such page")]
    NotItsPage,
    /// A batch of a degree whose pages authorise nothing.
    #[error("a proof on a page of this degree authorises nothing")]
    Degree,
    /// Not a page that a proof can be about.
    #[error(transparent)]
    Proof(#[from] membership::Error),
    /// Malformed CBOR or lengths.
    #[error(transparent)]
    Codec(#[from] codec::Error),
    /// A malformed filter.
    #[error(transparent)]
    Filter(#[from] filter::Error),
    /// A malformed entry.
    #[error(transparent)]
    Tag(#[from] tag::Error),
}

impl From<wire::Error> for Error {
    /// Only signatures are verified through [`wire`].
    fn from(_: wire::Error) -> Self {
        Self::Signature
    }
}
