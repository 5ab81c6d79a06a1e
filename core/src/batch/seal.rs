//! From a pool to a batch.

use alloc::vec::Vec;

use rand_core::CryptoRng;

use super::page::page_bytes;
use super::{Error, Imprint, Line, MAX_PAGES, PAGE_ENTRIES, Press, SignedHeader};
use crate::psi::DayKey;
use crate::status::{Degree, Scheme};
use crate::tag::{Element, Entry};
use crate::units::Timestamp;
use crate::wire::{Digest, RegionId, SigningKey};

/// What waits to be sealed together: one region, scheme and degree.
#[derive(Clone, Debug)]
pub struct Pool<T = Entry> {
    /// Whose reports.
    pub region: RegionId,
    /// How its tags came to be.
    pub scheme: Scheme,
    /// How far from a test.
    pub degree: Degree,
    /// In any order; exact duplicates are dropped, a tag with another status is kept. In private mode elements.
    pub entries: Vec<T>,
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
    let Pool { region, scheme, degree, entries } = pool;
    let imprint = Imprint { region, scheme, degree, sealed_at, config_digest };
    let lines = fill(entries, min_pages, rng)?;
    press(&lines, Press::new(lines.len() / PAGE_ENTRIES, rng)?, imprint, key)
}

/// The same for private mode: the second tags of the pool's elements under the key of the day and scheme, and dummies among
/// them ([`Tag::dummy`]).
///
/// # Errors
/// [`Error::TooMany`]; [`Error::Tag`] for an element that is none.
pub fn seal_private(
    pool: Pool<Element>,
    day_key: &DayKey,
    sealed_at: Timestamp,
    config_digest: Digest,
    key: &SigningKey,
    min_pages: usize,
    rng: &mut impl CryptoRng,
) -> Result<SealedBatch, Error> {
    let Pool { region, scheme, degree, entries } = pool;
    let imprint = Imprint { region, scheme, degree, sealed_at, config_digest };
    let lines = fill(day_key.tags(&entries)?, min_pages, rng)?;
    press(&lines, Press::private(lines.len() / PAGE_ENTRIES, day_key.public(), rng)?, imprint, key)
}

/// Sorted and filled up to full pages.
fn fill<L: Line>(mut lines: Vec<L>, min_pages: usize, rng: &mut impl CryptoRng) -> Result<Vec<L>, Error> {
    lines.sort_unstable();
    lines.dedup();
    let pages = lines.len().div_ceil(PAGE_ENTRIES).max(min_pages).max(1);
    if pages > MAX_PAGES {
        return Err(Error::TooMany { max: MAX_PAGES * PAGE_ENTRIES, got: lines.len() });
    }
    lines.resize_with(pages * PAGE_ENTRIES, || L::dummy(rng));
    lines.sort_unstable();
    Ok(lines)
}

fn press<L: Line>(
    lines: &[L],
    mut press: Press<L>,
    imprint: Imprint,
    key: &SigningKey,
) -> Result<SealedBatch, Error> {
    let mut entries_file = Vec::with_capacity(lines.len() / PAGE_ENTRIES * page_bytes(L::MODE));
    for page in lines.chunks(PAGE_ENTRIES) {
        entries_file.extend(press.page(page)?);
    }
    let (header, filter_file) = press.finish(imprint, key)?;
    Ok(SealedBatch { header, entries_file, filter_file })
}
