//! What a tag says to the one person who can claim it, sealed with ChaCha20-Poly1305 (RFC 8439).
//!
//! ```text
//! plaintext 24 = 1 | test day u16 | onset offset i8 | transmission class u8 | 0×3 | metadata key 16
//! sealed    52 = nonce 12 ‖ ciphertext 24 ‖ tag 16
//! key          = HKDF-SHA256(salt = "twoken/v1/status", ikm = secret), RFC 5869
//! associated data = scheme ‖ degree ‖ tag
//! ```
//!
//! One fixed size for all; without the key it is 52 random bytes. Scheme and degree are bound, so an entry moved
//! into another batch does not open.

use core::fmt;

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};
use hkdf::Hkdf;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::codec;
use crate::labels;
use crate::tag::Tag;
use crate::tcn::MetadataKey;
use crate::units::Day;

/// Bytes of a status before sealing.
pub const PLAINTEXT_LENGTH: usize = 24;
/// Bytes of a sealed status.
pub const SEALED_LENGTH: usize = NONCE_LENGTH + PLAINTEXT_LENGTH + MAC_LENGTH;
const NONCE_LENGTH: usize = 12;
const MAC_LENGTH: usize = 16;
const VERSION: u8 = 1;
/// The onset offset that says "no symptoms, or not told".
const NO_ONSET: i8 = i8::MIN;
/// Days from test to onset that can be told: two weeks before to two weeks after.
const ONSET_RANGE: core::ops::RangeInclusive<i8> = -14..=14;

/// Bytes of what a report says, without a metadata key.
pub(crate) const BRIEF_LENGTH: usize = 3;

/// Why a status was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Does not open under this key, scheme, degree and tag.
    #[error("does not open")]
    Sealed,
    /// Opens, but is of another version.
    #[error("status version {0} is not known")]
    Version(u8),
    /// Opens, but a field lies outside its range.
    #[error("a field of the status lies outside its range")]
    Field,
    /// Another length.
    #[error(transparent)]
    Codec(#[from] codec::Error),
}

/// How the two sensed each other. One byte in a header and in the associated data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
#[repr(u8)]
pub enum Scheme {
    /// Mutual X25519 (TraceCORONA's encounter tokens).
    #[n(1)]
    Encounter = 1,
    /// One-way emissions (ContacTUM's Temporary Contact Numbers).
    #[n(2)]
    Tcn = 2,
}

/// What a server publishes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, minicbor::Encode, minicbor::Decode,
)]
#[serde(rename_all = "lowercase")]
#[cbor(index_only)]
#[repr(u8)]
pub enum Mode {
    /// Entries; apps download and match.
    #[n(1)]
    Open = 1,
    /// Nothing that tests a token offline.
    #[n(2)]
    Private = 2,
}

/// How far the report is from a test. One byte in a header and in the associated data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
#[repr(u8)]
pub enum Degree {
    /// The reporter tested positive.
    #[n(1)]
    First = 1,
    /// The reporter met somebody who did.
    #[n(2)]
    Second = 2,
}

/// A health authority's own grading of transmission, 0 = not told. One byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TransmissionClass(pub u8);

/// What the receiver of a report learns. Its key is wiped when it goes.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Status {
    /// The UTC day of the positive test; in the second degree that of the report.
    #[zeroize(skip)]
    pub test_day: Day,
    /// Days from the test to the first symptoms (negative: before it), −14 to 14; `None` when there were none or
    /// they were not told.
    #[zeroize(skip)]
    pub onset: Option<i8>,
    /// The authority's grading.
    #[zeroize(skip)]
    pub class: TransmissionClass,
    /// Opens a TCN's metadata; zero in an encounter.
    pub metadata_key: [u8; 16],
}

/// Its name only: how somebody's health is, belongs in no log.
impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Status")
    }
}

impl Status {
    /// Of an encounter: test day and, where told, the onset of symptoms.
    ///
    /// # Errors
    /// [`Error::Field`] for an onset more than 14 days from the test.
    pub fn of_encounter(test_day: Day, onset: Option<i8>) -> Result<Self, Error> {
        if onset.is_some_and(|days| !ONSET_RANGE.contains(&days)) {
            return Err(Error::Field);
        }
        Ok(Self { test_day, onset, class: TransmissionClass::default(), metadata_key: [0; 16] })
    }

    /// Of a report of the second degree, made on that UTC day: neither test day nor onset of whoever tested positive, who told
    /// them to those they met and to nobody further.
    #[must_use]
    pub const fn of_second_degree(reported_on: Day) -> Self {
        Self { test_day: reported_on, onset: None, class: TransmissionClass(0), metadata_key: [0; 16] }
    }

    /// The same, for those who heard a TCN: with the key of the metadata that was shown beside it.
    #[must_use]
    pub fn with_metadata_key(&self, key: &MetadataKey) -> Self {
        let mut status = self.clone();
        // Written in place: a copy would not be wiped.
        status.metadata_key.copy_from_slice(key.as_bytes());
        status
    }

    /// `test day u16 | onset offset i8`.
    pub(crate) fn to_brief(&self) -> [u8; BRIEF_LENGTH] {
        let [high, low] = self.test_day.get().to_be_bytes();
        let [onset] = self.onset.unwrap_or(NO_ONSET).to_be_bytes();
        [high, low, onset]
    }

    /// From what a patient says of themselves: no grading.
    ///
    /// # Errors
    /// [`Error::Field`].
    pub(crate) fn from_brief(&[high, low, onset]: &[u8; BRIEF_LENGTH]) -> Result<Self, Error> {
        let onset = Some(i8::from_be_bytes([onset])).filter(|onset| *onset != NO_ONSET);
        Self::of_encounter(Day::new(u16::from_be_bytes([high, low])), onset)
    }

    fn to_bytes(&self) -> Zeroizing<[u8; PLAINTEXT_LENGTH]> {
        let mut bytes = Zeroizing::new([0; PLAINTEXT_LENGTH]);
        let [version, day_high, day_low, onset, class, _, _, _, metadata_key @ ..] = &mut *bytes;
        *version = VERSION;
        [*day_high, *day_low] = self.test_day.get().to_be_bytes();
        [*onset] = self.onset.unwrap_or(NO_ONSET).to_be_bytes();
        *class = self.class.0;
        metadata_key.copy_from_slice(&self.metadata_key);
        bytes
    }

    fn from_bytes(bytes: &[u8; PLAINTEXT_LENGTH]) -> Result<Self, Error> {
        let mut reader = codec::Reader::new(bytes);
        let version = reader.u8()?;
        if version != VERSION {
            return Err(Error::Version(version));
        }
        let test_day = Day::new(reader.u16()?);
        let onset = match i8::from_be_bytes(reader.array()?) {
            NO_ONSET => None,
            days if ONSET_RANGE.contains(&days) => Some(days),
            _ => return Err(Error::Field),
        };
        let class = TransmissionClass(reader.u8()?);
        if reader.array()? != [0; 3] {
            return Err(Error::Field);
        }
        let metadata_key = reader.array()?;
        reader.finish()?;
        Ok(Self { test_day, onset, class, metadata_key })
    }

    /// Seals it for the holder of `key`, beside `tag`.
    #[must_use]
    pub fn seal(
        &self,
        key: &StatusKey,
        scheme: Scheme,
        degree: Degree,
        tag: &Tag,
        rng: &mut impl CryptoRng,
    ) -> SealedStatus {
        let mut nonce = [0; NONCE_LENGTH];
        rng.fill_bytes(&mut nonce);
        self.seal_with_nonce(key, scheme, degree, tag, nonce)
    }

    fn seal_with_nonce(
        &self,
        key: &StatusKey,
        scheme: Scheme,
        degree: Degree,
        tag: &Tag,
        nonce: [u8; NONCE_LENGTH],
    ) -> SealedStatus {
        let mut text = self.to_bytes();
        let mut sealed = [0; SEALED_LENGTH];
        // Sealing 24 bytes in place cannot fail; were it to, the status would be one that opens for nobody.
        if let Ok(mac) = key.cipher().encrypt_inout_detached(
            &Nonce::from(nonce),
            &associated_data(scheme, degree, tag),
            text.as_mut_slice().into(),
        ) {
            let (nonce_part, rest) = sealed.split_at_mut(NONCE_LENGTH);
            let (text_part, mac_part) = rest.split_at_mut(PLAINTEXT_LENGTH);
            nonce_part.copy_from_slice(&nonce);
            text_part.copy_from_slice(text.as_slice());
            mac_part.copy_from_slice(&mac);
        }
        SealedStatus(sealed)
    }
}

fn associated_data(scheme: Scheme, degree: Degree, tag: &Tag) -> [u8; 34] {
    let mut data = [0; 34];
    let [scheme_byte, degree_byte, tag_bytes @ ..] = &mut data;
    *scheme_byte = scheme as u8;
    *degree_byte = degree as u8;
    tag_bytes.copy_from_slice(tag.as_bytes());
    data
}

/// `nonce 12 ‖ ciphertext 24 ‖ tag 16`, 52 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SealedStatus([u8; SEALED_LENGTH]);

impl SealedStatus {
    /// From its 52 bytes; whether they mean anything only the key tells.
    #[must_use]
    pub const fn new(bytes: [u8; SEALED_LENGTH]) -> Self {
        Self(bytes)
    }

    /// Its 52 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; SEALED_LENGTH] {
        &self.0
    }

    /// Opens it.
    ///
    /// # Errors
    /// [`Error::Sealed`] under another key, scheme, degree or tag; [`Error::Version`] and [`Error::Field`] for a
    /// sender who sealed something else than a status.
    pub fn open(&self, key: &StatusKey, scheme: Scheme, degree: Degree, tag: &Tag) -> Result<Status, Error> {
        let mut reader = codec::Reader::new(&self.0);
        let nonce: [u8; NONCE_LENGTH] = reader.array()?;
        let mut text: Zeroizing<[u8; PLAINTEXT_LENGTH]> = Zeroizing::new(reader.array()?);
        let mac: [u8; MAC_LENGTH] = reader.array()?;
        reader.finish()?;
        key.cipher()
            .decrypt_inout_detached(
                &Nonce::from(nonce),
                &associated_data(scheme, degree, tag),
                text.as_mut_slice().into(),
                &mac.into(),
            )
            .map_err(|_| Error::Sealed)?;
        let status = Status::from_bytes(&text)?;
        // Only a TCN has metadata to open.
        if scheme == Scheme::Encounter && status.metadata_key != [0; 16] {
            Err(Error::Field)
        } else {
            Ok(status)
        }
    }
}

impl fmt::Debug for SealedStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedStatus")
    }
}

/// The key of one direction of one encounter, 32 bytes. Kept with the tag or claim; tells nothing about the secret.
#[derive(Clone, Zeroize, ZeroizeOnDrop, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct StatusKey(#[cbor(n(0), with = "minicbor::bytes")] [u8; 32]);

impl StatusKey {
    /// From its 32 bytes.
    pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    pub(crate) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn derive(secret: &[u8; 32]) -> Self {
        // Written in place: a copy would not be wiped.
        let mut key = Self([0; 32]);
        let expanded = Hkdf::<Sha256>::new(Some(labels::STATUS), secret).expand(&[], &mut key.0);
        debug_assert!(expanded.is_ok(), "32 bytes are far below HKDF's limit");
        key
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(&Key::from(self.0))
    }
}

impl fmt::Debug for StatusKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StatusKey")
    }
}
