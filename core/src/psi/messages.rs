//! The two messages, and their one strict decoder each.
//!
//! ```text
//! query    = deterministic CBOR { 0: 1, 1: day u16, 2: scheme, 3: [low, medium, high] }      6,164 … 393,242 bytes
//! response = deterministic CBOR { 0: 1, 3: [low, medium, high] }                             6,158 … 393,236 bytes
//! low, medium, high = one byte string of 32·n bytes each, n = 64, 256, 1,024 or 4,096
//! ```
//!
//! A query's points are strictly ascending in each set: blinded points are uniform, so their order says nothing, and a query
//! has one form. A response's are in any order. Points are decoded where they are multiplied ([`Work`](super::Work)) or
//! taken out ([`Waiting::finalize`](super::Waiting::finalize)).

use alloc::vec::Vec;

use super::{DaySet, Error, MAX_SET, POINT, SET_SIZES, SETS};
use crate::codec;
use crate::status::Scheme;
use crate::units::Day;

/// The largest query, and a little more.
pub const MAX_QUERY_BYTES: usize = SETS * MAX_SET * POINT + 64;
/// The largest response, and a little more.
pub const MAX_RESPONSE_BYTES: usize = MAX_QUERY_BYTES;
const VERSION: u8 = 1;

/// A point as it travels.
pub(super) type Bytes = [u8; POINT];

#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct QueryBody {
    #[n(0)]
    version: u8,
    #[n(1)]
    day: Day,
    #[n(2)]
    scheme: Scheme,
    #[n(3)]
    sets: [minicbor::bytes::ByteVec; SETS],
}

#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct ResponseBody {
    #[n(0)]
    version: u8,
    #[n(3)]
    sets: [minicbor::bytes::ByteVec; SETS],
}

/// Three sets of one size, of points that have yet to be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    day_set: DaySet,
    pub(super) sets: [Vec<Bytes>; SETS],
}

impl Query {
    pub(super) const fn new(day_set: DaySet, sets: [Vec<Bytes>; SETS]) -> Self {
        Self { day_set, sets }
    }

    /// From a stranger's body.
    ///
    /// # Errors
    /// [`Error::Codec`], [`Error::Version`], [`Error::SetSize`], [`Error::Unequal`], [`Error::Order`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        check(bytes, MAX_QUERY_BYTES)?;
        let body: QueryBody = codec::from_canonical_cbor(bytes)?;
        let sets = split(&body.sets)?;
        if sets.iter().any(|set| !set.is_sorted_by(|a, b| a < b)) {
            return Err(Error::Order);
        }
        Ok(Self { day_set: DaySet { day: body.day, scheme: body.scheme }, sets })
    }

    /// The bytes that travel.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let DaySet { day, scheme } = self.day_set;
        codec::to_cbor(&QueryBody { version: VERSION, day, scheme, sets: join(&self.sets) })
    }

    /// Which day and scheme it asks about.
    #[must_use]
    pub const fn day_set(&self) -> DaySet {
        self.day_set
    }

    /// Points of each set: one of [`SET_SIZES`].
    #[must_use]
    pub fn set_size(&self) -> usize {
        let [low, ..] = &self.sets;
        low.len()
    }
}

/// Three sets of one size, each in any order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub(super) sets: [Vec<Bytes>; SETS],
}

impl Response {
    /// From a server's answer. Its points are looked at when it is finalized.
    ///
    /// # Errors
    /// [`Error::Codec`], [`Error::Version`], [`Error::SetSize`], [`Error::Unequal`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        check(bytes, MAX_RESPONSE_BYTES)?;
        let body: ResponseBody = codec::from_canonical_cbor(bytes)?;
        Ok(Self { sets: split(&body.sets)? })
    }

    /// The bytes that travel.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        codec::to_cbor(&ResponseBody { version: VERSION, sets: join(&self.sets) })
    }
}

fn check(bytes: &[u8], max: usize) -> Result<(), Error> {
    if bytes.len() > max {
        return Err(Error::Codec(codec::Error::Length { expected: max, got: bytes.len() }));
    }
    match codec::stated_version(bytes) {
        Some(version) if version != u32::from(VERSION) => Err(Error::Version(version)),
        _ => Ok(()),
    }
}

fn split(sets: &[minicbor::bytes::ByteVec; SETS]) -> Result<[Vec<Bytes>; SETS], Error> {
    for set in sets {
        if !set.len().is_multiple_of(POINT) || !SET_SIZES.contains(&(set.len() / POINT)) {
            return Err(Error::SetSize(set.len() / POINT));
        }
    }
    let [low, rest @ ..] = sets;
    if rest.iter().any(|set| set.len() != low.len()) {
        return Err(Error::Unequal);
    }
    Ok(sets.each_ref().map(|set| set.as_chunks().0.to_vec()))
}

fn join(sets: &[Vec<Bytes>; SETS]) -> [minicbor::bytes::ByteVec; SETS] {
    sets.each_ref().map(|set| set.concat().into())
}
