//! A proof as it travels. Its form has a version of its own, so that another construction can take its place without a
//! new protocol around it.
//!
//! ```text
//! proof = 1 u8 | kind u8 | [nullifier 32, kind 1] | transcript 16,384
//! ```

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::Error;
use crate::codec::{self, Reader, public_bytes};
use crate::group;
use crate::status::{Mode, Scheme};

/// Whether a proof carries a nullifier. One byte in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Of an encounter in open mode.
    WithNullifier = 1,
    /// Of a TCN, and of everything in private mode.
    Without = 2,
}

impl Kind {
    /// Which kind the pages of a batch take: in open mode an encounter has one claimant, and counts once.
    #[must_use]
    pub const fn of(mode: Mode, scheme: Scheme) -> Self {
        match (mode, scheme) {
            (Mode::Open, Scheme::Encounter) => Self::WithNullifier,
            (Mode::Open, Scheme::Tcn) | (Mode::Private, _) => Self::Without,
        }
    }
}

/// Version of the form: the compact Σ-OR of 256 tags.
const VERSION: u8 = 1;
const WITH_NULLIFIER: u8 = Kind::WithNullifier as u8;
const WITHOUT: u8 = Kind::Without as u8;
/// The challenge, 255 shares of it and 256 responses, 32 bytes each.
pub const TRANSCRIPT_LENGTH: usize = 32 * (1 + 255 + 256);
/// The longest proof in bytes: 16,418, one with a nullifier.
pub const MAX_PROOF_LENGTH: usize = 2 + 32 + TRANSCRIPT_LENGTH;

public_bytes! {
    /// `claim⁻¹·H`, 32 bytes: the same each time that a claim is used in a context, and tells neither.
    Nullifier(32)
}

/// What was proved, in bytes that nobody has verified yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Proof {
    nullifier: Option<Nullifier>,
    transcript: Box<[u8; TRANSCRIPT_LENGTH]>,
}

#[cfg(feature = "proofs")]
impl Proof {
    pub(super) fn new(nullifier: Option<Nullifier>, transcript: &[u8]) -> Result<Self, Error> {
        Ok(Self { nullifier, transcript: Box::new(codec::exactly(transcript)?) })
    }

    pub(super) const fn transcript(&self) -> &[u8; TRANSCRIPT_LENGTH] {
        &self.transcript
    }
}

impl Proof {
    /// The nullifier that it states; it means nothing before the proof was verified.
    #[must_use]
    pub const fn stated_nullifier(&self) -> Option<Nullifier> {
        self.nullifier
    }

    /// 16,418 bytes with a nullifier, 16,386 without.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(MAX_PROOF_LENGTH);
        bytes.push(VERSION);
        match &self.nullifier {
            Some(nullifier) => {
                bytes.push(WITH_NULLIFIER);
                bytes.extend_from_slice(nullifier.as_bytes());
            }
            None => bytes.push(WITHOUT),
        }
        bytes.extend_from_slice(self.transcript.as_slice());
        bytes
    }

    /// The one strict decoder.
    ///
    /// # Errors
    /// [`Error::Version`], [`Error::Kind`], [`Error::Nullifier`], [`Error::Codec`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes);
        match reader.u8()? {
            VERSION => (),
            version => return Err(Error::Version(version)),
        }
        let nullifier = match reader.u8()? {
            WITH_NULLIFIER => {
                let nullifier = reader.array()?;
                group::decode(&nullifier).ok_or(Error::Nullifier)?;
                Some(Nullifier::new(nullifier))
            }
            WITHOUT => None,
            kind => return Err(Error::Kind(kind)),
        };
        let head = if nullifier.is_some() { 34 } else { 2 };
        let rest = bytes.get(head..).unwrap_or_default();
        let expected = head + TRANSCRIPT_LENGTH;
        let transcript = rest.to_vec().into_boxed_slice().try_into();
        let transcript = transcript.map_err(|_| codec::Error::Length { expected, got: bytes.len() })?;
        Ok(Self { nullifier, transcript })
    }
}

/// Its size only.
impl core::fmt::Debug for Proof {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "Proof({} bytes)",
            if self.nullifier.is_some() { MAX_PROOF_LENGTH } else { MAX_PROOF_LENGTH - 32 }
        )
    }
}
