//! From a pool to a batch.

use alloc::vec::Vec;

use rand_core::CryptoRng;

use super::{Error, Header, MAX_PAGES, PAGE_BYTES, PAGE_ENTRIES, Pages, SignedHeader};
use crate::batch_id::BatchId;
use crate::status::{Degree, Mode, Scheme};
use crate::tag::Entry;
use crate::units::Timestamp;
use crate::wire::{Digest, RegionId, SigningKey};

/// What waits to be sealed together: one region, scheme and degree.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Whose reports.
    pub region: RegionId,
    /// How its tags came to be.
    pub scheme: Scheme,
    /// How far from a test.
    pub degree: Degree,
    /// In any order; exact duplicates are dropped, a tag with another status is kept.
    pub entries: Vec<Entry>,
}

/// A batch as it is published.
#[derive(Clone, Debug)]
pub struct SealedBatch {
    /// Its signed header.
    pub header: SignedHeader,
    /// Its entries file.
    pub entries_file: Vec<u8>,
}

/// Sorts, pads to full pages (`min_pages` at least, one at least) and signs. The dummies are elements of unknown
/// logarithm with random bytes beside them ([`Entry::dummy`]).
///
/// # Errors
/// [`Error::TooMany`].
pub fn seal(
    pool: Pool,
    sealed_at: Timestamp,
    config_digest: Digest,
    key: &SigningKey,
    min_pages: usize,
    rng: &mut impl CryptoRng,
) -> Result<SealedBatch, Error> {
    let Pool { region, scheme, degree, mut entries } = pool;
    entries.sort_unstable();
    entries.dedup();
    let pages = entries.len().div_ceil(PAGE_ENTRIES).max(min_pages).max(1);
    if pages > MAX_PAGES {
        return Err(Error::TooMany { max: MAX_PAGES * PAGE_ENTRIES, got: entries.len() });
    }
    entries.resize_with(pages * PAGE_ENTRIES, || Entry::dummy(rng));
    entries.sort_unstable();
    let entries_file = Pages::write(&entries);
    let page_digests = entries_file.chunks_exact(PAGE_BYTES).map(Digest::of).collect();
    let mut id = [0; 16];
    rng.fill_bytes(&mut id);
    let header = Header::new(
        BatchId::new(id),
        region,
        scheme,
        Mode::Open,
        degree,
        sealed_at,
        config_digest,
        page_digests,
    )?;
    Ok(SealedBatch { header: header.sign(key), entries_file })
}
