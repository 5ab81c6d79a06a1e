//! The page on which an encounter was found.
//!
//! It says what the row in the diary says, that this encounter was reported, and is kept and deleted with it.

use alloc::vec::Vec;

use super::ProofPage;
use crate::codec;
use crate::diary::EncounterId;

/// Version of the stored form.
const VERSION: u8 = 2;

/// Why a stored page cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FoundOnError {
    /// Of another version.
    #[error("a stored page of version {0} is not known")]
    Version(u8),
    /// Malformed, or not of 256 tags.
    #[error(transparent)]
    Codec(#[from] codec::Error),
}

/// An encounter, and the page that has its tag.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct FoundOn {
    /// The encounter.
    #[n(0)]
    pub encounter: EncounterId,
    /// The page.
    #[n(1)]
    pub page: ProofPage,
}

impl FoundOn {
    /// For storage: a version byte and deterministic CBOR.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        core::mem::take(&mut *codec::to_secret_record(VERSION, self))
    }

    /// From storage.
    ///
    /// # Errors
    /// [`FoundOnError::Version`], [`FoundOnError::Codec`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FoundOnError> {
        match bytes.split_first() {
            Some((&VERSION, cbor)) => Ok(codec::from_canonical_cbor(cbor)?),
            Some((&version, _)) => Err(FoundOnError::Version(version)),
            None => Err(codec::Error::Cbor.into()),
        }
    }
}

// Which encounters were reported belongs in no log.
crate::codec::name_only!(FoundOn);
