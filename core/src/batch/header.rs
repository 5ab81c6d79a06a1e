//! The signed header of a batch.

use alloc::vec::Vec;

use super::Error;
use super::page::page_bytes;
use super::{MAX_WHOLE_PAGES, PAGE_ENTRIES};
use crate::batch_id::BatchId;
use crate::codec;
use crate::labels;
use crate::membership::Kind;
use crate::psi::DayPublicKey;
use crate::status::{Degree, Mode, Scheme};
use crate::units::Timestamp;
use crate::wire::{Digest, RegionId, SigningKey, VerifyingKey};

/// Pages in a batch at most: 16.7 million entries, 1.4 GB.
pub const MAX_PAGES: usize = u16::MAX as usize;
const VERSION: u8 = 1;
const SIGNATURE_LENGTH: usize = 64;

/// What a server says about one batch.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Header {
    #[n(0)]
    version: u8,
    /// Its random name.
    #[n(1)]
    pub id: BatchId,
    /// Whose reports it holds.
    #[n(2)]
    pub region: RegionId,
    /// How its tags came to be.
    #[n(3)]
    pub scheme: Scheme,
    /// What is published.
    #[n(4)]
    pub mode: Mode,
    /// How far from a test.
    #[n(5)]
    pub degree: Degree,
    /// When it was sealed.
    #[n(6)]
    pub sealed_at: Timestamp,
    /// Entries, dummies included: pages × 256.
    #[n(7)]
    pub entries: u32,
    /// Digest of the configuration it was sealed under.
    #[n(8)]
    pub config_digest: Digest,
    /// `B = b·G` of the batch day; only in private mode.
    #[n(9)]
    pub blinding_key: Option<DayPublicKey>,
    /// Digest of the filter file.
    #[n(10)]
    pub filter_digest: Digest,
    /// Digest of each page.
    #[n(11)]
    pub page_digests: Vec<Digest>,
}

impl Header {
    #[expect(clippy::too_many_arguments, reason = "one field each, checked by their types")]
    pub(super) fn new(
        id: BatchId,
        region: RegionId,
        scheme: Scheme,
        blinding_key: Option<DayPublicKey>,
        degree: Degree,
        sealed_at: Timestamp,
        config_digest: Digest,
        filter_digest: Digest,
        page_digests: Vec<Digest>,
    ) -> Result<Self, Error> {
        let entries = u32::try_from(page_digests.len() * PAGE_ENTRIES).map_err(|_| Error::Header)?;
        let mode = if blinding_key.is_some() { Mode::Private } else { Mode::Open };
        let header = Self {
            version: VERSION,
            id,
            region,
            scheme,
            mode,
            degree,
            sealed_at,
            entries,
            config_digest,
            blinding_key,
            filter_digest,
            page_digests,
        };
        header.check().map(|()| header)
    }

    /// Bytes of each page.
    #[must_use]
    pub const fn page_bytes(&self) -> usize {
        page_bytes(self.mode)
    }

    /// How many pages.
    #[must_use]
    pub const fn pages(&self) -> usize {
        self.page_digests.len()
    }

    /// How many pages, as pages are numbered: [`MAX_PAGES`] at most.
    pub(crate) fn page_count(&self) -> u32 {
        u32::try_from(self.pages()).unwrap_or(u32::MAX)
    }

    /// Whether a client fetches all of it; of a larger one the filter, then single pages.
    #[must_use]
    pub const fn comes_whole(&self) -> bool {
        self.pages() <= MAX_WHOLE_PAGES
    }

    /// Which kind of proof its pages take.
    #[must_use]
    pub const fn proof_kind(&self) -> Kind {
        Kind::of(self.mode, self.scheme)
    }

    fn check(&self) -> Result<(), Error> {
        if self.version != VERSION {
            return Err(Error::Version(self.version.into()));
        }
        let consistent = usize::try_from(self.entries) == Ok(self.pages() * PAGE_ENTRIES)
            && (1..=MAX_PAGES).contains(&self.pages())
            && self.blinding_key.is_some() == (self.mode == Mode::Private);
        if consistent { Ok(()) } else { Err(Error::Header) }
    }

    pub(super) fn sign(self, key: &SigningKey) -> SignedHeader {
        let body = codec::to_cbor(&self);
        let bytes = [key.sign(labels::HEADER, &body).as_slice(), &body].concat();
        SignedHeader { header: self, bytes }
    }
}

/// A header whose signature was made or verified, with the bytes it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHeader {
    header: Header,
    bytes: Vec<u8>,
}

impl SignedHeader {
    /// `signature 64 ‖ header`.
    #[must_use]
    pub fn to_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The one strict decoder: signature first, then the header.
    ///
    /// # Errors
    /// [`Error::Signature`], [`Error::Codec`], [`Error::Version`], [`Error::Header`].
    pub fn decode_verified(bytes: &[u8], key: &VerifyingKey) -> Result<Self, Error> {
        let body = verified(bytes, labels::HEADER, key)?;
        check_version(body, VERSION)?;
        let header: Header = codec::from_canonical_cbor(body)?;
        header.check()?;
        Ok(Self { header, bytes: bytes.into() })
    }

    /// What it says.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }
}

/// Refuses a foreign version before its fields are read, which may be others.
pub(super) fn check_version(body: &[u8], known: u8) -> Result<(), Error> {
    match codec::stated_version(body) {
        Some(version) if version != u32::from(known) => Err(Error::Version(version)),
        _ => Ok(()),
    }
}

/// The message behind a leading 64-byte signature, once that was verified.
pub(super) fn verified<'a>(bytes: &'a [u8], label: &[u8], key: &VerifyingKey) -> Result<&'a [u8], Error> {
    let (signature, body) = bytes
        .split_first_chunk::<SIGNATURE_LENGTH>()
        .ok_or(codec::Error::Length { expected: SIGNATURE_LENGTH, got: bytes.len() })?;
    key.verify(label, body, signature)?;
    Ok(body)
}
