//! The page on which an encounter was found.
//!
//! A membership proof is made over the 256 tags of one page ([`membership`](crate::membership)). Who keeps them when the
//! encounter is found never asks for that page again: a second request would tell the server whose exposure it was, at the
//! very moment in which a proof over the page arrives.
//!
//! It says what the row in the diary says, that this encounter was reported, and is kept and deleted with it.

use alloc::vec::Vec;

use crate::batch::{Header, PRIVATE_PAGE_BYTES, Page};
use crate::batch_id::BatchId;
use crate::codec;
use crate::diary::EncounterId;
use crate::status::{Degree, Scheme};
use crate::tag::{TAG_LENGTH, Tag};
use crate::wire::Digest;

/// Version of the stored form.
const VERSION: u8 = 1;

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

/// One page of a signed batch, by what a proof needs of it: about 8.3 KB.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct FoundOn {
    /// The encounter whose tag it has.
    #[n(0)]
    pub encounter: EncounterId,
    /// The batch that it belongs to.
    #[n(1)]
    pub batch: BatchId,
    /// That batch's scheme.
    #[n(2)]
    pub scheme: Scheme,
    /// That batch's degree.
    #[n(3)]
    pub degree: Degree,
    /// The page's digest, which stands in the batch's signed header.
    #[n(4)]
    pub page: Digest,
    #[cbor(n(5), with = "minicbor::bytes")]
    tags: Vec<u8>,
}

impl FoundOn {
    /// Of a verified page, by its number in the batch.
    pub(super) fn new(encounter: EncounterId, header: &Header, number: u32, page: &Page<'_>) -> Option<Self> {
        let digest = header.page_digests.get(usize::try_from(number).ok()?)?;
        let Header { id: batch, scheme, degree, .. } = header;
        let (batch, scheme, degree) = (*batch, *scheme, *degree);
        let tags = page.tags().as_flattened().to_vec();
        Some(Self { encounter, batch, scheme, degree, page: *digest, tags })
    }

    /// The page's 256 tags, in its order.
    #[must_use]
    pub fn tags(&self) -> &[[u8; TAG_LENGTH]] {
        self.tags.as_chunks().0
    }

    /// Whether this tag is among them.
    #[must_use]
    pub fn has(&self, tag: &Tag) -> bool {
        self.tags().contains(tag.as_bytes())
    }

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
        let found: Self = match bytes.split_first() {
            Some((&VERSION, cbor)) => codec::from_canonical_cbor(cbor)?,
            Some((&version, _)) => return Err(FoundOnError::Version(version)),
            None => return Err(codec::Error::Cbor.into()),
        };
        match found.tags.len() {
            PRIVATE_PAGE_BYTES => Ok(found),
            got => Err(codec::Error::Length { expected: PRIVATE_PAGE_BYTES, got }.into()),
        }
    }
}

/// Its name only: which encounters were reported belongs in no log.
impl core::fmt::Debug for FoundOn {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("FoundOn")
    }
}
