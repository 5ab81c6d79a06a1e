//! What a study asks for, and the list of those that a server has open.
//!
//! ```text
//! study   = deterministic CBOR { 0: 1, 1: mode, 2: title, 3: institution, 4: what is asked, 5: contact, 6: last day }
//! id      = SHA-256("twoken/v1/study" ‖ study)
//! studies = Ed25519 64 over "twoken/v1/studies" ‖ list, then the list
//! list    = deterministic CBOR { 0: 1, 1: [study, …], 2: signed at }, ascending by id
//! ```
//!
//! A study's name is the hash of all that it says: whoever agreed to one text has agreed to no other, and two people who
//! compare ids have compared texts. The list is signed as a whole and with its time: everybody gets the same one, and a
//! server that shows somebody a study of their own has signed a list that nobody else has.
//!
//! Source: TraceCORONA and ContacTUM, on sharing contacts with researchers; the constructions are Twoken's.

use alloc::string::String;
use alloc::vec::Vec;

use sha2::{Digest as _, Sha256};

use super::{Error as WireError, SigningKey, VerifyingKey};
use crate::status::Mode;
use crate::study_id::StudyId;
use crate::units::{Day, Timestamp};
use crate::{codec, labels};

/// Studies in a list at most.
pub const MAX_STUDIES: usize = 16;
/// How many days a study, and what was told to it, is kept after its last day: the time to export it, and to take
/// back what is not exported yet.
pub const STUDY_KEPT_DAYS: u16 = 30;
/// The largest list that a client reads, in bytes: more than sixteen studies of the greatest length take.
pub const MAX_STUDIES_BYTES: usize = 160 * 1024;
/// How old a list may be, and how far in the future it may be signed, in seconds: as an index.
pub const STUDIES_FRESH_SECONDS: u64 = 2 * 60 * 60;
/// The longest title, in bytes of UTF-8.
pub const MAX_TITLE: usize = 200;
/// The longest name of an institution, in bytes of UTF-8.
pub const MAX_INSTITUTION: usize = 200;
/// The longest text of what is asked, in bytes of UTF-8.
pub const MAX_ASKED: usize = 4000;
/// The longest contact, in bytes of UTF-8.
pub const MAX_CONTACT: usize = 300;
const VERSION: u8 = 1;
const SIGNATURE_LENGTH: usize = 64;

/// Why a study or a list of them was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another version than this one.
    #[error("this version is not known")]
    Version(u32),
    /// A text that is empty, too long, begins or ends with white space, or holds a character that cannot be seen.
    #[error("the study's `{0}` is empty, too long, or holds what cannot be seen")]
    Text(&'static str),
    /// The signature does not hold under the pinned key.
    #[error("the signature does not hold")]
    Signature,
    /// A list that was signed too long ago.
    #[error("the list was signed too long ago")]
    Stale,
    /// A list signed in the future: this clock, or the server's, is off.
    #[error("the list was signed in the future")]
    Future,
    /// Studies that are not strictly ascending by id: unsorted, or one twice.
    #[error("studies are not in order")]
    Order,
    /// More studies than a list holds.
    #[error("a list has at most {max} studies, this has {got}")]
    TooMany {
        /// Studies at most.
        max: usize,
        /// Studies given.
        got: usize,
    },
    /// Malformed CBOR or lengths.
    #[error(transparent)]
    Codec(#[from] codec::Error),
}

impl From<WireError> for Error {
    /// Only signatures are verified through [`wire`](super).
    fn from(_: WireError) -> Self {
        Self::Signature
    }
}

/// One text in the app's languages.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Texts {
    /// English.
    #[n(0)]
    pub en: String,
    /// German.
    #[n(1)]
    pub de: String,
}

/// What is asked of people, by whom, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Study {
    /// Which reports it takes: those of this mode.
    pub mode: Mode,
    /// Its title, 200 bytes of UTF-8 at most in each language.
    pub title: Texts,
    /// Who asks, 200 bytes at most.
    pub institution: String,
    /// What for, and what becomes of it: 4,000 bytes at most in each language, lines allowed.
    pub asked: Texts,
    /// Whom to ask back: an address, a number or a link as text, 300 bytes at most.
    pub contact: String,
    /// The last UTC day on which it takes reports.
    pub ends: Day,
}

#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Body {
    #[n(0)]
    version: u8,
    #[n(1)]
    mode: Mode,
    #[n(2)]
    title: Texts,
    #[n(3)]
    institution: String,
    #[n(4)]
    asked: Texts,
    #[n(5)]
    contact: String,
    #[n(6)]
    ends: Day,
}

impl Study {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> StudyId {
        let hash = Sha256::new().chain_update(labels::STUDY).chain_update(self.to_bytes());
        StudyId::new(hash.finalize().into())
    }

    /// Whether it takes reports at that time.
    #[must_use]
    pub fn is_open_at(&self, now: Timestamp) -> bool {
        now.day() <= self.ends
    }

    /// Deterministic CBOR.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { mode, title, institution, asked, contact, ends } = self.clone();
        codec::to_cbor(&Body { version: VERSION, mode, title, institution, asked, contact, ends })
    }

    /// The one strict decoder.
    ///
    /// # Errors
    /// [`Error::Version`], [`Error::Codec`], [`Error::Text`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        check_version(bytes)?;
        let Body { mode, title, institution, asked, contact, ends, .. } = codec::from_canonical_cbor(bytes)?;
        let study = Self { mode, title, institution, asked, contact, ends };
        study.check().map(|()| study)
    }

    /// That every text says something that can be seen, and no more than fits.
    ///
    /// # Errors
    /// [`Error::Text`] with the member's name.
    pub fn check(&self) -> Result<(), Error> {
        let fits = |text: &str, max: usize, lines: bool, member| {
            let seen = text.chars().all(|c| is_seen(c) || lines && c == '\n');
            let fits = !text.is_empty() && text.len() <= max && text.trim() == text && seen;
            if fits { Ok(()) } else { Err(Error::Text(member)) }
        };
        let both = |texts: &Texts, max, lines, member| {
            [&texts.en, &texts.de].into_iter().try_for_each(|text| fits(text, max, lines, member))
        };
        both(&self.title, MAX_TITLE, false, "title")?;
        fits(&self.institution, MAX_INSTITUTION, false, "institution")?;
        both(&self.asked, MAX_ASKED, true, "asked")?;
        fits(&self.contact, MAX_CONTACT, false, "contact")
    }
}

/// Neither a control character nor one that turns the direction of what follows or has no shape: with those, two people
/// who see the same text could have got different ones.
fn is_seen(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct List {
    #[n(0)]
    version: u8,
    #[n(1)]
    studies: Vec<minicbor::bytes::ByteVec>,
    #[n(2)]
    signed_at: Timestamp,
}

/// A list whose signature, time and studies were verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Studies {
    studies: Vec<Study>,
    signed_at: Timestamp,
}

impl Studies {
    /// `signature 64 ‖ list`: the server's side. In any order.
    ///
    /// # Errors
    /// [`Error::TooMany`], [`Error::Text`]; [`Error::Order`] for the same study twice.
    pub fn sign(studies: &[Study], signed_at: Timestamp, key: &SigningKey) -> Result<Vec<u8>, Error> {
        let mut studies = studies.to_vec();
        studies.sort_by_key(Study::id);
        check_list(&studies)?;
        let studies = studies.iter().map(|study| study.to_bytes().into()).collect();
        let body = codec::to_cbor(&List { version: VERSION, studies, signed_at });
        Ok([key.sign(labels::STUDIES, &body).as_slice(), &body].concat())
    }

    /// The one strict decoder: signed under the pinned key, at most two hours ago.
    ///
    /// # Errors
    /// [`Error::Signature`], [`Error::Version`], [`Error::Codec`], [`Error::Stale`], [`Error::Future`],
    /// [`Error::TooMany`], [`Error::Order`], [`Error::Text`].
    pub fn decode_verified(bytes: &[u8], key: &VerifyingKey, now: Timestamp) -> Result<Self, Error> {
        if bytes.len() > MAX_STUDIES_BYTES {
            return Err(codec::Error::Length { expected: MAX_STUDIES_BYTES, got: bytes.len() }.into());
        }
        let (signature, body) = bytes
            .split_first_chunk::<SIGNATURE_LENGTH>()
            .ok_or(codec::Error::Length { expected: SIGNATURE_LENGTH, got: bytes.len() })?;
        key.verify(labels::STUDIES, body, signature)?;
        check_version(body)?;
        let List { studies, signed_at, .. } = codec::from_canonical_cbor(body)?;
        if signed_at > now.plus(STUDIES_FRESH_SECONDS) {
            return Err(Error::Future);
        }
        if now.since(signed_at) > STUDIES_FRESH_SECONDS {
            return Err(Error::Stale);
        }
        let studies = studies.iter().map(|study| Study::from_bytes(study)).collect::<Result<Vec<_>, _>>()?;
        check_list(&studies)?;
        Ok(Self { studies, signed_at })
    }

    /// Those that it lists, ascending by id.
    #[must_use]
    pub fn all(&self) -> &[Study] {
        &self.studies
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, id: &StudyId) -> Option<&Study> {
        self.studies.iter().find(|study| study.id() == *id)
    }

    /// When the server signed it.
    #[must_use]
    pub const fn signed_at(&self) -> Timestamp {
        self.signed_at
    }
}

/// Not too many, each well formed, strictly ascending by id.
fn check_list(studies: &[Study]) -> Result<(), Error> {
    if studies.len() > MAX_STUDIES {
        return Err(Error::TooMany { max: MAX_STUDIES, got: studies.len() });
    }
    studies.iter().try_for_each(Study::check)?;
    let ids: Vec<_> = studies.iter().map(Study::id).collect();
    if ids.is_sorted_by(|a, b| a < b) { Ok(()) } else { Err(Error::Order) }
}

/// Refuses a foreign version before its fields are read, which may be others.
fn check_version(bytes: &[u8]) -> Result<(), Error> {
    match codec::stated_version(bytes) {
        Some(version) if version != u32::from(VERSION) => Err(Error::Version(version)),
        _ => Ok(()),
    }
}
