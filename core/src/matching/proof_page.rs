//! The page on which something was found: what a membership proof is made over.
//!
//! A proof is made over the 256 tags of one page ([`membership`](crate::membership)). Who keeps them when something is
//! found there never asks for that page again: a second request would tell the server whose exposure it was, at the very
//! moment in which a proof over the page arrives.

use alloc::vec::Vec;
use minicbor::{Decoder, decode};

use crate::batch::{Header, PRIVATE_PAGE_BYTES, Page};
use crate::batch_id::BatchId;
use crate::membership::Kind;
use crate::status::{Degree, Mode, Scheme};
use crate::tag::{TAG_LENGTH, Tag};
use crate::wire::Digest;

/// One page of a signed batch, by what a proof needs of it: about 8.3 KB.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ProofPage {
    /// The batch that it belongs to.
    #[n(0)]
    pub batch: BatchId,
    /// That batch's mode.
    #[n(1)]
    pub mode: Mode,
    /// That batch's scheme.
    #[n(2)]
    pub scheme: Scheme,
    /// That batch's degree.
    #[n(3)]
    pub degree: Degree,
    /// The page's digest, which stands in the batch's signed header.
    #[n(4)]
    pub digest: Digest,
    #[cbor(n(5), encode_with = "minicbor::bytes::encode", decode_with = "whole_page")]
    tags: Vec<u8>,
}

impl ProofPage {
    /// Of a verified page, by its number in the batch.
    pub(super) fn new(header: &Header, number: u32, page: &Page<'_>) -> Option<Self> {
        let digest = *header.page_digests.get(usize::try_from(number).ok()?)?;
        let Header { id: batch, mode, scheme, degree, .. } = *header;
        Some(Self { batch, mode, scheme, degree, digest, tags: page.tags().as_flattened().to_vec() })
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

    /// Which kind of proof it takes.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        Kind::of(self.mode, self.scheme)
    }
}

// Which pages somebody keeps says what was reported of them.
crate::codec::name_only!(ProofPage);

/// The tags of one page, no fewer and no more.
fn whole_page<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Vec<u8>, decode::Error> {
    match d.bytes()? {
        tags if tags.len() == PRIVATE_PAGE_BYTES => Ok(tags.to_vec()),
        _ => Err(decode::Error::message("not the tags of one page")),
    }
}
