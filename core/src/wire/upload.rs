//! One upload: always one of four sizes, sorted, with nothing in it but region, degree and entries.
//!
//! ```text
//! deterministic CBOR { 0: 1, 1: region (16 bytes, zero-filled), 2: degree, 3: entries (84 bytes each) }
//! ```
//!
//! What was chosen is filled up to 64, 256, 1,024 or 2,048 entries with dummies that nobody, the server included,
//! can tell from real ones, and sorted: number and order of a person's encounters do not leave the phone. A retry
//! sends the same bytes again.

use alloc::vec::Vec;

use rand_core::CryptoRng;

use super::region::MAX_REGION;
use super::{Error, RegionId};
use crate::codec;
use crate::redaction::Chosen;
use crate::status::{Degree, Status};
use crate::tag::{ENTRY_LENGTH, Entry};

/// Entries in an upload: one of these.
pub const SIZE_CLASSES: [usize; 4] = [64, 256, 1024, 2048];
const MAX_ENTRIES: usize = 2048;
/// The largest body that a server reads: the largest class and its CBOR heads.
pub const MAX_UPLOAD_BYTES: usize = MAX_ENTRIES * ENTRY_LENGTH + 64;
const VERSION: u8 = 1;

#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Body {
    #[n(0)]
    version: u8,
    #[cbor(n(1), with = "minicbor::bytes")]
    region: [u8; MAX_REGION],
    #[n(2)]
    degree: Degree,
    #[cbor(n(3), with = "minicbor::bytes")]
    entries: Vec<u8>,
}

/// A body ready to be authorised: a client's side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadBody(Vec<u8>);

impl UploadBody {
    /// From what remained after redaction, and from nothing else.
    ///
    /// # Errors
    /// [`Error::Nothing`], [`Error::TooMany`].
    pub fn build(
        chosen: &Chosen,
        status: &Status,
        region: &RegionId,
        degree: Degree,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, Error> {
        let mut entries = chosen.entries(status, degree, rng);
        if entries.is_empty() {
            return Err(Error::Nothing);
        }
        let class = SIZE_CLASSES
            .into_iter()
            .find(|class| *class >= entries.len())
            .ok_or(Error::TooMany { max: MAX_ENTRIES, got: entries.len() })?;
        entries.resize_with(class, || Entry::dummy(rng));
        entries.sort_unstable();
        let entries = entries.iter().flat_map(Entry::to_bytes).collect();
        Ok(Self(codec::to_cbor(&Body { version: VERSION, region: region.to_padded(), degree, entries })))
    }

    /// From storage, for a retry: only what would be accepted is sent.
    ///
    /// # Errors
    /// As [`Upload::decode`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Error> {
        Upload::decode(&bytes).map(|_| Self(bytes))
    }

    /// The bytes that travel.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// A body that was received and checked: a server's side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// For which region.
    pub region: RegionId,
    /// As which degree.
    pub degree: Degree,
    /// As many as a size class, strictly ascending.
    pub entries: Vec<Entry>,
}

impl Upload {
    /// The one strict decoder.
    ///
    /// # Errors
    /// [`Error::Codec`], [`Error::Version`], [`Error::Region`], [`Error::SizeClass`], [`Error::Order`],
    /// [`Error::Tag`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_UPLOAD_BYTES {
            return Err(Error::Codec(codec::Error::Length { expected: MAX_UPLOAD_BYTES, got: bytes.len() }));
        }
        if let Some(version) = codec::stated_version(bytes)
            && version != u32::from(VERSION)
        {
            return Err(Error::Version(version));
        }
        let body: Body = codec::from_canonical_cbor(bytes)?;
        let region = RegionId::from_padded(body.region)?;
        let lines = body.entries.chunks_exact(ENTRY_LENGTH);
        if !lines.remainder().is_empty() || !SIZE_CLASSES.contains(&lines.len()) {
            return Err(Error::SizeClass(lines.len()));
        }
        let entries = lines.map(Entry::from_bytes).collect::<Result<Vec<_>, _>>()?;
        if !entries.is_sorted_by(|a, b| a < b) {
            return Err(Error::Order);
        }
        Ok(Self { region, degree: body.degree, entries })
    }
}
