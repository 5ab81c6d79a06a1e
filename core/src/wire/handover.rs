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
//! QR code's alphanumeric mode. A hardware scanner types them as a keyboard of its own layout would; where the computer
//! has another, the prefix shows which. Y and Z in each other's place (QWERTZ, QWERTY) and a dash elsewhere are undone,
//! since the hash of the whole proves it; anything else is refused as such.
//!
//! Encounters stand in the order of their tags, which are pseudorandom: in which order people were met, and which
//! entries are of one meeting, is not told.
//!
//! For a server of private mode an encounter is its element alone, in the order of the elements:
//!
//! ```text
//! body  = deterministic CBOR { 0: 1, 1: nodes (20 bytes each), 3: elements (32 bytes each) }
//! ```
//!
//! Source: ContacTUM, "Uploading TCNs to the server", scenario 2.

mod codes;

use alloc::vec::Vec;

pub use codes::{Collector, KeyCodes, MAX_FRAME, Progress};

use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::codec::{self, Reader};
use crate::labels;
use crate::order::{self, sort_by_bytes};
use crate::redaction::Chosen;
use crate::status::{Degree, Mode, Scheme, Status, StatusKey};
use crate::tag::{self, ELEMENT_LENGTH, Element, Entry, TAG_LENGTH, Tag};
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
    /// Typed by a scanner whose keyboard layout is not the computer's.
    #[error("the scanner's keyboard layout is not this computer's")]
    Layout,
    /// Damaged, cut off or too long.
    #[error("the key code is damaged")]
    Damaged,
    /// Keys that are no cover.
    #[error(transparent)]
    Cover(#[from] tcn::Error),
    /// An encounter whose tag is no element.
    #[error(transparent)]
    Tag(#[from] tag::Error),
    /// Encounters whose tags do not ascend, or one that stands twice.
    #[error("the encounters are not in the order of their tags")]
    Order,
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
    /// Made for the other of the two modes.
    #[error("the key code is for a server of the other mode")]
    Mode,
}

#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Body {
    #[n(0)]
    version: u8,
    #[n(1)]
    nodes: Bytes,
    /// Open mode's.
    #[n(2)]
    encounters: Option<Bytes>,
    /// Private mode's. One of the two.
    #[n(3)]
    elements: Option<Bytes>,
}

#[derive(Zeroize, ZeroizeOnDrop, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
struct Bytes(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>);

/// What a person chose, in the hands of the staff who upload it for them.
#[derive(Clone)]
pub struct Handover {
    cover: Cover,
    encounters: Encounters,
    transfer: [u8; TRANSFER],
}

/// What stands for the encounters, by mode.
#[derive(Clone)]
enum Encounters {
    Open(Vec<(Tag, StatusKey)>),
    Private(Vec<Element>),
}

impl Handover {
    /// For a server of open mode: from what remained after redaction, and from nothing else.
    ///
    /// # Errors
    /// [`Error::Nothing`], [`Error::TooMany`].
    pub fn codes(chosen: &Chosen) -> Result<KeyCodes, Error> {
        check(chosen)?;
        let mut lines: Vec<_> = chosen.keys().collect();
        sort_by_bytes(&mut lines, |(tag, _)| tag.as_bytes());
        lines.dedup_by_key(|(tag, _)| *tag);
        let length = lines.len() * ENCOUNTER;
        Ok(KeyCodes::new(body(chosen.cover(), lines.into_iter()), length))
    }

    /// The same for a server of private mode.
    ///
    /// # Errors
    /// [`Error::Nothing`], [`Error::TooMany`].
    pub fn private_codes(chosen: &Chosen) -> Result<KeyCodes, Error> {
        check(chosen)?;
        let mut lines: Vec<_> = chosen.elements().collect();
        sort_by_bytes(&mut lines, |element| element.as_bytes());
        lines.dedup_by_key(|element| element.as_bytes());
        let length = lines.len() * ELEMENT_LENGTH;
        Ok(KeyCodes::private(private_body(chosen.cover(), lines.into_iter()), length))
    }

    /// From a body that came whole: the one strict decoder, of both modes ([`Handover::mode`]).
    ///
    /// # Errors
    /// [`Error`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if let Some(version) = codec::stated_version(bytes)
            && version != u32::from(VERSION)
        {
            return Err(Error::Version(u8::try_from(version).unwrap_or(u8::MAX)));
        }
        let body: Body = codec::from_canonical_cbor(bytes).map_err(|_| Error::Damaged)?;
        let cover = Cover::from_bytes(&body.nodes.0)?;
        let encounters = match (&body.encounters, &body.elements) {
            (Some(lines), None) => Encounters::Open(keys_of(lines)?),
            (None, Some(lines)) => Encounters::Private(elements_of(lines)?),
            _ => return Err(Error::Damaged),
        };
        let handover = Self { cover, encounters, transfer: transfer(bytes) };
        if handover.encounters() == 0 && handover.cover.is_empty() {
            return Err(Error::Nothing);
        }
        Ok(handover)
    }

    /// The body that it came of, for a thread of its own to work on.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        match &self.encounters {
            Encounters::Open(lines) => body(&self.cover, lines.iter().map(|(tag, key)| (tag, key))),
            Encounters::Private(lines) => private_body(&self.cover, lines.iter()),
        }
    }

    /// For a server of which mode it was made.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        match self.encounters {
            Encounters::Open(_) => Mode::Open,
            Encounters::Private(_) => Mode::Private,
        }
    }

    /// The keys of what was emitted.
    #[must_use]
    pub const fn cover(&self) -> &Cover {
        &self.cover
    }

    /// Entries that the encounters make: one to three an encounter.
    #[must_use]
    pub const fn encounters(&self) -> usize {
        match &self.encounters {
            Encounters::Open(lines) => lines.len(),
            Encounters::Private(lines) => lines.len(),
        }
    }

    /// By which a repeated scan is recognised. Tells nothing.
    #[must_use]
    pub const fn transfer(&self) -> &[u8; TRANSFER] {
        &self.transfer
    }

    /// The entries of both schemes, encounters first, each sealed with what the staff know of the test.
    ///
    /// # Errors
    /// [`Error::Mode`] of a code of private mode; [`Error::Tag`], which takes a broken hash.
    pub fn entries(
        &self,
        status: &Status,
        rng: &mut impl CryptoRng,
    ) -> Result<(Vec<Entry>, Vec<Entry>), Error> {
        let Encounters::Open(lines) = &self.encounters else { return Err(Error::Mode) };
        let degree = Degree::First;
        let seal = |(tag, key): &(Tag, StatusKey)| Entry {
            tag: *tag,
            sealed: status.seal(key, Scheme::Encounter, degree, tag, rng),
        };
        let mut encounters: Vec<_> = lines.iter().map(seal).collect();
        order::sort(&mut encounters);
        Ok((encounters, self.cover.entries(status, degree, rng)?))
    }

    /// The elements of both schemes, encounters first.
    ///
    /// # Errors
    /// [`Error::Mode`] of a code of open mode.
    pub fn elements(&self) -> Result<(Vec<Element>, Vec<Element>), Error> {
        let Encounters::Private(lines) = &self.encounters else { return Err(Error::Mode) };
        Ok((lines.clone(), self.cover.elements().collect()))
    }
}

/// That there is something to hand over, and no more than one upload takes.
fn check(chosen: &Chosen) -> Result<(), Error> {
    if chosen.is_empty() {
        return Err(Error::Nothing);
    }
    match chosen.entries_len() {
        got if got > MAX_ENCOUNTERS => Err(Error::TooMany { max: MAX_ENCOUNTERS, got }),
        _ => Ok(()),
    }
}

fn keys_of(Bytes(bytes): &Bytes) -> Result<Vec<(Tag, StatusKey)>, Error> {
    let mut keys = Vec::new();
    for line in lines_of::<ENCOUNTER>(bytes)? {
        let mut reader = Reader::new(line);
        let tag = Tag::checked(reader.array().map_err(|_| Error::Damaged)?)?;
        keys.push((tag, StatusKey::from_bytes(reader.array().map_err(|_| Error::Damaged)?)));
    }
    if keys.is_sorted_by(|(one, _), (next, _)| one < next) { Ok(keys) } else { Err(Error::Order) }
}

fn elements_of(Bytes(bytes): &Bytes) -> Result<Vec<Element>, Error> {
    let lines = lines_of::<ELEMENT_LENGTH>(bytes)?;
    let elements = lines.iter().map(|line| Element::checked(*line)).collect::<Result<_, _>>()?;
    if lines.is_sorted_by(|one, next| one < next) { Ok(elements) } else { Err(Error::Order) }
}

/// Lines of one length, as many as one upload takes at most.
fn lines_of<const LENGTH: usize>(bytes: &[u8]) -> Result<&[[u8; LENGTH]], Error> {
    match bytes.as_chunks() {
        (_, rest) if !rest.is_empty() => Err(Error::Damaged),
        (lines, _) if lines.len() > MAX_ENCOUNTERS => {
            Err(Error::TooMany { max: MAX_ENCOUNTERS, got: lines.len() })
        }
        (lines, _) => Ok(lines),
    }
}

/// Its size only.
impl core::fmt::Debug for Handover {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Handover({} encounters, {:?})", self.encounters(), self.cover)
    }
}

fn body<'a>(
    cover: &Cover,
    keys: impl ExactSizeIterator<Item = (&'a Tag, &'a StatusKey)>,
) -> Zeroizing<Vec<u8>> {
    let mut encounters = Bytes(Vec::with_capacity(keys.len() * ENCOUNTER));
    for (tag, key) in keys {
        encounters.0.extend_from_slice(tag.as_bytes());
        encounters.0.extend_from_slice(key.as_bytes());
    }
    let nodes = Bytes(cover.to_bytes().to_vec());
    codec::to_secret_cbor(&Body { version: VERSION, nodes, encounters: Some(encounters), elements: None })
}

fn private_body<'a>(cover: &Cover, lines: impl ExactSizeIterator<Item = &'a Element>) -> Zeroizing<Vec<u8>> {
    let mut elements = Bytes(Vec::with_capacity(lines.len() * ELEMENT_LENGTH));
    lines.for_each(|element| elements.0.extend_from_slice(element.as_bytes()));
    let nodes = Bytes(cover.to_bytes().to_vec());
    codec::to_secret_cbor(&Body { version: VERSION, nodes, encounters: None, elements: Some(elements) })
}

fn transfer(body: &[u8]) -> [u8; TRANSFER] {
    let digest: [u8; 32] = Sha256::new().chain_update(labels::HANDOVER).chain_update(body).finalize().into();
    digest.first_chunk().copied().unwrap_or_default()
}
