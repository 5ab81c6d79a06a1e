//! One-way sensing: Temporary Contact Numbers, whose keys redact themselves.
//!
//! ```text
//! day key 32 ─HKDF(day)─► root ─┬─► node ─┬─► … 8 levels … ─► leaf of one interval ─► TCN 16 ‖ metadata key 16
//!                               └─► node  └─► …
//! emission 24 = TCN 16 ‖ siv 4 ‖ encrypted(second u16, TX power i8, flags u8)
//! secret      = SHA-256("twoken/v1/tcn/secret" ‖ TCN 16 ‖ interval u32)
//! ```
//!
//! Whoever hears an emission can recognise it when it is reported, and needs to show nothing for that. Who reports
//! hands over no TCN but a [`Cover`]: the nodes of the tree from which the shared intervals can be made again, and no
//! other interval. So nobody can report a TCN that they merely heard, and what a person left out is not a matter of
//! trust: its keys were never handed over.
//!
//! The metadata says when in its interval an emission was sent, sealed under a key that travels in the status of a
//! report: whoever relays an emission cannot re-time it, and who is warned can tell ([`Sighting::judge`]).
//!
//! Sources: ContacTUM, "How the app works in the background", "Uploading TCNs to the server" (scenarios 1 and 2),
//! "Rebroadcasting of TCNs"; the tree is that of Goldreich, Goldwasser and Micali (1986), the sealing follows the
//! synthetic IV of RFC 5297 with HMAC-SHA256 in its place. The constructions are Twoken's.

mod cover;
mod emission;
mod emissions;
mod leaf;
mod sighting;
mod tree;

pub use cover::{Cover, MAX_COVER_DAYS, MAX_COVER_NODES};
pub use emission::{EMISSION_LENGTH, Emission, Metadata, SealedMetadata, TxPower};
pub use emissions::Emissions;
pub use leaf::{Leaf, MetadataKey, Tcn};
pub use sighting::{Doubt, Hearing, Seen, Sighting};
pub use tree::{DayKey, NODE_LENGTH, Node};

use crate::codec;
use crate::units::{Day, Interval};

/// Why a cover, an emission or a stored record was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A node outside the tree, or one that covers more than the day's 144 intervals.
    #[error("a key stands outside its day")]
    Position,
    /// Nodes that overlap, or do not ascend.
    #[error("keys overlap or are out of order")]
    Order,
    /// Two nodes where one would do: each set of intervals has one cover.
    #[error("two keys stand where one would do")]
    Siblings,
    /// More nodes than fourteen days can need.
    #[error("{got} keys, at most {max}")]
    TooManyNodes {
        /// Nodes at most.
        max: usize,
        /// Nodes given.
        got: usize,
    },
    /// More days than are kept.
    #[error("{got} days, at most {max}")]
    TooManyDays {
        /// Days at most.
        max: usize,
        /// Days given.
        got: usize,
    },
    /// An interval that has not begun.
    #[error("a key is for the future")]
    Future {
        /// Which.
        interval: Interval,
    },
    /// A day past the retention.
    #[error("a key is for a day past retention")]
    Past {
        /// Which.
        day: Day,
    },
    /// Metadata that was altered, or sealed under another key.
    #[error("the metadata does not open")]
    Sealed,
    /// Metadata that opens, with a field outside its range.
    #[error("a field of the metadata lies outside its range")]
    Field,
    /// Malformed bytes.
    #[error(transparent)]
    Codec(#[from] codec::Error),
}
