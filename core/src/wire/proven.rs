//! A body that a membership proof authorises, in the place of a permit: entries of the second degree, or a study's
//! report.
//!
//! ```text
//! deterministic CBOR { 0: 1, 1: page digest 32, 2: proof, 3: body }
//! ```
//!
//! The page is named by its digest, which stands in one signed header; region, scheme, mode and degree come from there
//! and from nobody's statement. The proof is bound to page and body, and travels beside it so that who verifies sees the
//! very bytes.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::{Digest, Error, MAX_UPLOAD_BYTES};
use crate::codec;
use crate::membership::{MAX_PROOF_LENGTH, Proof};

/// What such a body says its content type to be.
pub const PROVEN_MEDIA_TYPE: &str = "application/vnd.twoken.proven+cbor";
/// The largest one that a server reads: the largest upload, a proof, and the CBOR heads.
pub const MAX_PROVEN_BYTES: usize = MAX_UPLOAD_BYTES + MAX_PROOF_LENGTH + 128;
const VERSION: u8 = 1;

#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Fields {
    #[n(0)]
    version: u8,
    #[n(1)]
    page: Digest,
    #[cbor(n(2), with = "minicbor::bytes")]
    proof: Vec<u8>,
    #[n(3)]
    body: Bytes,
}

/// Bytes that are wiped: a body may hold keys.
#[derive(zeroize::Zeroize, zeroize::ZeroizeOnDrop, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
struct Bytes(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>);

/// A page, a proof and the body that it is bound to. Nothing of it was verified.
pub struct Proven {
    /// Digest of the page that holds the tag.
    pub page: Digest,
    /// That its maker holds the claim of one of them.
    pub proof: Proof,
    body: Bytes,
}

impl Proven {
    /// From a proof that was made for this page and body.
    #[must_use]
    pub fn new(page: Digest, proof: Proof, body: &[u8]) -> Self {
        Self { page, proof, body: Bytes(body.to_vec()) }
    }

    /// The body's bytes.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body.0
    }

    /// The bytes that travel; a retry sends the same again.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let body = Bytes(self.body.0.clone());
        codec::to_secret_cbor(&Fields {
            version: VERSION,
            page: self.page,
            proof: self.proof.to_bytes(),
            body,
        })
    }

    /// The one strict decoder, of everything but the body.
    ///
    /// # Errors
    /// [`Error::Codec`], [`Error::Version`], [`Error::Proof`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_PROVEN_BYTES {
            return Err(Error::Codec(codec::Error::Length { expected: MAX_PROVEN_BYTES, got: bytes.len() }));
        }
        if let Some(version) = codec::stated_version(bytes)
            && version != u32::from(VERSION)
        {
            return Err(Error::Version(version));
        }
        let Fields { page, proof, body, .. } = codec::from_canonical_cbor(bytes)?;
        Ok(Self { page, proof: Proof::from_bytes(&proof)?, body })
    }
}

/// Its sizes only.
impl core::fmt::Debug for Proven {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Proven({:?}, {} bytes)", self.proof, self.body.0.len())
    }
}
