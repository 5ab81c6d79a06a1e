//! From a pool to a batch.

use alloc::vec::Vec;

use rand_core::CryptoRng;

use super::{Error, Imprint, MAX_PAGES, PAGE_BYTES, PAGE_ENTRIES, Press, SignedHeader};
use crate::status::{Degree, Scheme};
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
    /// Its filter.
    pub filter_file: Vec<u8>,
}

/// Sorts, pads to full pages (`min_pages` at least, one at least) and signs. The dummies are elements of unknown
/// logarithm with random bytes beside them ([`Entry::dummy`]).
///
/// # Errors
/// [`Error::TooMany`]; [`Error::Filter`] for a tag that is no element.
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
    let mut press = Press::new(pages, rng)?;
    let mut entries_file = Vec::with_capacity(pages * PAGE_BYTES);
    for page in entries.chunks(PAGE_ENTRIES) {
        entries_file.extend(press.page(page)?);
    }
    let imprint = Imprint { region, scheme, degree, sealed_at, config_digest };
    let (header, filter_file) = press.finish(imprint, key)?;
    Ok(SealedBatch { header, entries_file, filter_file })
}
