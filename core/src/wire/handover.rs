//! The key code: what a patient's screen hands to the clinician's camera, so that the phone needs no network.
//!
//! ```text
//! body  = deterministic CBOR { 0: 1, 1: nodes (20 bytes each), 2: encounters (tag 32 ‖ status key 32 each) }
//! frame = 1 | transfer 8 | index u8 | count u8 | a part of the body           800 bytes at most
//! code  = "TWOKEN-KEYS-" ‖ base32(frame)                                      RFC 4648 §6, upper case, unpadded
//! transfer = the first 8 bytes of SHA-256("twoken/v1/handover" ‖ body)
//! ```
//!
//! A body that does not fit one code is shown as one code after another, round and round. Each names its place and
//! the whole, so that it does not matter with which the camera begins, and two patients' codes never mix. The text is
//! no link: a phone's own camera app finds nothing to open in it, and no history keeps it. Its symbols are those of a
//! QR code's alphanumeric mode, which a hardware scanner types on any keyboard.
//!
//! Source: ContacTUM, "Uploading TCNs to the server", scenario 2.

mod codes;

use alloc::vec::Vec;

pub use codes::{Collector, KeyCodes, MAX_FRAME, Progress};

use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::codec::{self, Reader};
use crate::labels;
use crate::redaction::Chosen;
use crate::status::{Degree, Scheme, Status, StatusKey};
use crate::tag::{self, Entry, TAG_LENGTH, Tag};
use crate::tcn::{self, Cover};

const TRANSFER: usize = 8;
/// Bytes of an encounter: tag and status key.
pub(in crate::wire) const ENCOUNTER: usize = TAG_LENGTH + 32;
/// Encounters at most: as many as an upload takes.
const MAX_ENCOUNTERS: usize = 2048;
const VERSION: u8 = 1;

/// Why a key code was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text that is no key code.
    #[error("this is not a key code")]
    NotKeys,
    /// Of another version of the protocol.
    #[error("the key code is of version {0}, this is version 1")]
    Version(u8),
    /// Damaged, cut off or too long.
    #[error("the key code is damaged")]
    Damaged,
    /// Keys that are no cover.
    #[error(transparent)]
    Cover(#[from] tcn::Error),
    /// An encounter whose tag is no element.
    #[error(transparent)]
    Tag(#[from] tag::Error),
    /// More encounters than one upload takes.
    #[error("{got} encounters, at most {max}")]
    TooMany {
        /// Encounters at most.
        max: usize,
        /// Encounters given.
        got: usize,
    },
    /// Nothing in it.
    #[error("the key code holds nothing")]
    Nothing,
}

#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Body {
    #[n(0)]
    version: u8,
    #[n(1)]
    nodes: Bytes,
    #[n(2)]
    encounters: Bytes,
}

#[derive(Zeroize, ZeroizeOnDrop, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
struct Bytes(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>);

/// What a person chose, in the hands of the staff who upload it for them.
#[derive(Clone)]
pub struct Handover {
    cover: Cover,
    encounters: Vec<(Tag, StatusKey)>,
    transfer: [u8; TRANSFER],
}

impl Handover {
    /// From what remained after redaction, and from nothing else.
    ///
    /// # Errors
    /// [`Error::Nothing`], [`Error::TooMany`].
    pub fn codes(chosen: &Chosen) -> Result<KeyCodes, Error> {
        if chosen.is_empty() {
            return Err(Error::Nothing);
        }
        if chosen.entries_len() > MAX_ENCOUNTERS {
            return Err(Error::TooMany { max: MAX_ENCOUNTERS, got: chosen.entries_len() });
        }
        let mut encounters = Bytes(Vec::with_capacity(chosen.entries_len() * ENCOUNTER));
        for (tag, key) in chosen.keys() {
            encounters.0.extend_from_slice(tag.as_bytes());
            encounters.0.extend_from_slice(key.as_bytes());
        }
        let mut nodes = Bytes(Vec::with_capacity(chosen.cover().to_bytes().len()));
        nodes.0.extend_from_slice(&chosen.cover().to_bytes());
        let length = encounters.0.len();
        Ok(KeyCodes::new(codec::to_secret_cbor(&Body { version: VERSION, nodes, encounters }), length))
    }

    fn decode(bytes: &[u8]) -> Result<Self, Error> {
        if let Some(version) = codec::stated_version(bytes)
            && version != u32::from(VERSION)
        {
            return Err(Error::Version(u8::try_from(version).unwrap_or(u8::MAX)));
        }
        let body: Body = codec::from_canonical_cbor(bytes).map_err(|_| Error::Damaged)?;
        let cover = Cover::from_bytes(&body.nodes.0)?;
        let lines = body.encounters.0.chunks_exact(ENCOUNTER);
        if !lines.remainder().is_empty() {
            return Err(Error::Damaged);
        }
        if lines.len() > MAX_ENCOUNTERS {
            return Err(Error::TooMany { max: MAX_ENCOUNTERS, got: lines.len() });
        }
        let mut encounters = Vec::with_capacity(lines.len());
        for line in lines {
            let mut reader = Reader::new(line);
            let tag = Tag::checked(reader.array().map_err(|_| Error::Damaged)?)?;
            encounters.push((tag, StatusKey::from_bytes(reader.array().map_err(|_| Error::Damaged)?)));
        }
        if encounters.is_empty() && cover.is_empty() {
            return Err(Error::Nothing);
        }
        Ok(Self { cover, encounters, transfer: transfer(bytes) })
    }

    /// The keys of what was emitted.
    #[must_use]
    pub const fn cover(&self) -> &Cover {
        &self.cover
    }

    /// Entries that the encounters make: one to three an encounter.
    #[must_use]
    pub const fn encounters(&self) -> usize {
        self.encounters.len()
    }

    /// By which a repeated scan is recognised. Tells nothing.
    #[must_use]
    pub const fn transfer(&self) -> &[u8; TRANSFER] {
        &self.transfer
    }

    /// The entries of both schemes, encounters first, each sealed with what the staff know of the test.
    ///
    /// # Errors
    /// [`tag::Error::Scalar`], which takes a broken hash.
    pub fn entries(
        &self,
        status: &Status,
        rng: &mut impl CryptoRng,
    ) -> Result<(Vec<Entry>, Vec<Entry>), tag::Error> {
        let degree = Degree::First;
        let seal = |(tag, key): &(Tag, StatusKey)| Entry {
            tag: *tag,
            sealed: status.seal(key, Scheme::Encounter, degree, tag, rng),
        };
        let mut encounters: Vec<_> = self.encounters.iter().map(seal).collect();
        encounters.sort_unstable();
        Ok((encounters, self.cover.entries(status, degree, rng)?))
    }
}

/// Its size only.
impl core::fmt::Debug for Handover {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Handover({} encounters, {:?})", self.encounters.len(), self.cover)
    }
}

fn transfer(body: &[u8]) -> [u8; TRANSFER] {
    let digest: [u8; 32] = Sha256::new().chain_update(labels::HANDOVER).chain_update(body).finalize().into();
    digest.first_chunk().copied().unwrap_or_default()
}
