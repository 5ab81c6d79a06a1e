//! A page: 256 tags, and in open mode their 256 sealed statuses after them.

use alloc::vec::Vec;

use super::{Error, Header, Line};
use crate::status::{Mode, SEALED_LENGTH, SealedStatus};
use crate::tag::{ENTRY_LENGTH, Entry, TAG_LENGTH, Tag};
use crate::wire::Digest;

/// Entries in a page.
pub const PAGE_ENTRIES: usize = 256;
/// Bytes of a page in open mode.
pub const PAGE_BYTES: usize = PAGE_ENTRIES * ENTRY_LENGTH;
/// Bytes of a page in private mode, which has tags alone.
pub const PRIVATE_PAGE_BYTES: usize = PAGE_ENTRIES * TAG_LENGTH;

/// Bytes of a page.
#[must_use]
pub const fn page_bytes(mode: Mode) -> usize {
    match mode {
        Mode::Open => PAGE_BYTES,
        Mode::Private => PRIVATE_PAGE_BYTES,
    }
}

/// One page that was verified against its header: 256 lines, ascending.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    tags: &'a [[u8; TAG_LENGTH]],
    /// None in private mode.
    statuses: &'a [[u8; SEALED_LENGTH]],
}

/// A line of either mode: lines ascend in this order.
pub(super) type Sorted = (Tag, Option<SealedStatus>);

impl<'a> Page<'a> {
    /// Verifies size, digest and order of page `number`, from 0.
    ///
    /// # Errors
    /// [`Error::NoPage`], [`Error::Size`], [`Error::PageDigest`], [`Error::Order`].
    pub fn verify(header: &Header, number: usize, bytes: &'a [u8]) -> Result<Self, Error> {
        let digest = header.page_digests.get(number).ok_or(Error::NoPage { page: number })?;
        let expected = header.page_bytes();
        if bytes.len() != expected {
            return Err(Error::Size { expected, got: bytes.len() });
        }
        if Digest::of(bytes) != *digest {
            return Err(Error::PageDigest { page: number });
        }
        let page = Self::new(bytes);
        if page.ascends() { Ok(page) } else { Err(Error::Order) }
    }

    /// The two halves of a page's bytes, the second of which private mode does not have.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let (tags, statuses) = bytes.split_at(PRIVATE_PAGE_BYTES.min(bytes.len()));
        Self { tags: tags.as_chunks().0, statuses: statuses.as_chunks().0 }
    }

    /// Its tags, never descending.
    #[must_use]
    pub const fn tags(&self) -> &'a [[u8; TAG_LENGTH]] {
        self.tags
    }

    /// Its entries, ascending; none in private mode.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = Entry> + use<'a> {
        self.tags.iter().zip(self.statuses).map(|(tag, sealed)| entry(tag, sealed))
    }

    /// One entry, from 0; none in private mode.
    #[must_use]
    pub fn entry(&self, at: usize) -> Option<Entry> {
        self.tags.get(at).zip(self.statuses.get(at)).map(|(tag, sealed)| entry(tag, sealed))
    }

    pub(super) fn first(&self) -> Option<Sorted> {
        self.line(0)
    }

    pub(super) fn last(&self) -> Option<Sorted> {
        self.line(self.tags.len().checked_sub(1)?)
    }

    fn line(&self, at: usize) -> Option<Sorted> {
        let sealed = self.statuses.get(at).map(|sealed| SealedStatus::new(*sealed));
        self.tags.get(at).map(|tag| (Tag::new(*tag), sealed))
    }

    /// Whether every line is larger than the one before. Their first eight bytes decide nearly always.
    fn ascends(&self) -> bool {
        let mut before = None;
        self.tags.iter().enumerate().all(|(at, tag)| {
            let [a, b, c, d, e, f, g, h, ..] = *tag;
            let leading = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
            let last = before.replace((leading, at));
            last.is_none_or(|(first, last)| first < leading || self.line(last) < self.line(at))
        })
    }
}

const fn entry(tag: &[u8; TAG_LENGTH], sealed: &[u8; SEALED_LENGTH]) -> Entry {
    Entry { tag: Tag::new(*tag), sealed: SealedStatus::new(*sealed) }
}

/// The bytes of a page: 256 sorted lines.
pub(super) fn write<L: Line>(lines: &[L]) -> Vec<u8> {
    let mut page = Vec::with_capacity(page_bytes(L::MODE));
    page.extend(lines.iter().flat_map(|line| line.tag().as_bytes()));
    page.extend(lines.iter().filter_map(Line::status).flat_map(SealedStatus::as_bytes));
    page
}
