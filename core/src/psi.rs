//! Private mode: counting how many of one's encounters were reported, without publishing anything that tests a token.
//!
//! ```text
//! b            one key for each batch day and scheme, the server's; B = b·G in the signed headers
//! E            = HashToGroup(secret), what an upload carries                 see [`tag`](crate::tag)
//! z            = b·E, the secret of a second tag
//! published    = w(z)·G                                                      in ordinary batches, without statuses
//!
//! client                                                     server
//! real   c·E                      ──── three sets ────►      b·c·E
//! dummy  c·d·G                    of one size, sorted        b·c·d·G
//!                                 ◄───── shuffled ─────      each set for itself
//! dummies: c·d·B, all there
//! others:  c⁻¹·(b·c·E) = z, its tag w(z)·G, its claim w(z)
//! ```
//!
//! One query asks about one **day set**: the batches that one UTC day sealed of one scheme, once that day is over. Its three
//! sets are the categories of risk, low, medium and high, so that the answer is a number for each and never which
//! encounter: within a set the order is lost on the server. `c` is fresh for each query, so the server sees uniform points.
//! Dummies fill the sets up to one of four sizes, and are probes: a server that multiplies with another key than the one
//! whose `B` stands in the day's headers, to know this client again by its answers, is found out.
//!
//! The order of steps is one that types enforce: [`Question::blind`] → [`Waiting::finalize`] → [`Answer`]; each consumes what
//! it stands on. The server's half is [`Work`].
//!
//! What remains: the client is trusted to use one `c` for all. A modified one that blinds every point for itself can
//! tell which answer belongs to which encounter (docs/threat-model.md). Private mode stops offline and unlimited testing,
//! not that.
//!
//! Source: ContacTUM, "Private Set Intersection" (by categories of risk, with a limit of queries); the cardinality protocol
//! is De Cristofaro, Gasti and Tsudik's (CANS 2012) in a prime-order group; second tags and probes are Twoken's (ADR 35).

mod client;
mod day_key;
mod day_sets;
mod messages;
mod server;

pub use client::{Answer, Question, Second, Waiting};
pub use day_key::{DayKey, DayPublicKey};
pub use day_sets::DaySets;
pub use messages::{MAX_QUERY_BYTES, MAX_RESPONSE_BYTES, Query, Response};
pub use server::{Multiplied, Piece, Work, answer};

use crate::status::Scheme;
use crate::units::Day;
use crate::{codec, tag};

/// Sets in a query: low, medium, high, in this order.
pub const SETS: usize = 3;
/// Points of each set, one of these.
pub const SET_SIZES: [usize; 4] = [64, 256, 1024, 4096];
const MAX_SET: usize = 4096;
/// At least so many of a set are dummies, and at least a quarter of it.
const MIN_DUMMIES: usize = 16;
/// Bytes of a point.
const POINT: usize = 32;

/// How many points of a set of this size may be real: three quarters, and all but 16.
#[must_use]
pub const fn capacity(size: usize) -> usize {
    let quarter = size.div_ceil(4);
    size.saturating_sub(if quarter > MIN_DUMMIES { quarter } else { MIN_DUMMIES })
}

/// What one query asks about: the batches that one UTC day sealed of one scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
pub struct DaySet {
    /// The UTC day of sealing.
    #[n(0)]
    pub day: Day,
    /// How its tags came to be.
    #[n(1)]
    pub scheme: Scheme,
}

/// Why a query or an answer was refused. Nothing of a refused answer counts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A day set that is still being filled: its day is not over.
    #[error("the day {0} is not over")]
    NotClosed(Day),
    /// A day set that was asked about before.
    #[error("this day set was asked about before")]
    Asked,
    /// An answer to another query than the one that was recorded.
    #[error("this is not the query that was asked")]
    NotAsked,
    /// More encounters of one category than a query holds.
    #[error("a query holds at most {max} of a category, this has {got}")]
    TooMany {
        /// Real points of a set at most.
        max: usize,
        /// Elements given.
        got: usize,
    },
    /// A set of a size that is none of the four.
    #[error("{0} points are not the size of a set")]
    SetSize(usize),
    /// Three sets that are not of one size.
    #[error("the sets are not of one size")]
    Unequal,
    /// Points of a query that are not strictly ascending: unsorted, or one twice.
    #[error("points are not strictly ascending")]
    Order,
    /// A point that is no canonical element, or the identity.
    #[error(transparent)]
    Point(#[from] tag::Error),
    /// Other than the number of points asked for.
    #[error("expected sets of {expected} points, got {got}")]
    Number {
        /// Points of each set sent.
        expected: usize,
        /// Points received.
        got: usize,
    },
    /// A point that stands in the answer twice.
    #[error("a point stands in the answer twice")]
    Repeated,
    /// A dummy that did not come back under the day's key: the server used another, or left it out.
    #[error("the server did not use the key of that day for everything")]
    Probe,
    /// Pieces of work that are not all of one query.
    #[error("these are not the pieces of this work")]
    Pieces,
    /// Another version than this one.
    #[error("this version is not known")]
    Version(u32),
    /// Malformed CBOR or lengths.
    #[error(transparent)]
    Codec(#[from] codec::Error),
}
