//! A page: 256 tags, then their 256 sealed statuses.

use alloc::vec::Vec;

use super::{Error, Header};
use crate::status::{Mode, SEALED_LENGTH, SealedStatus};
use crate::tag::{ENTRY_LENGTH, Entry, TAG_LENGTH, Tag};
use crate::wire::Digest;

/// Entries in a page.
pub const PAGE_ENTRIES: usize = 256;
/// Bytes of a page in open mode.
pub const PAGE_BYTES: usize = PAGE_ENTRIES * ENTRY_LENGTH;
const TAG_BYTES: usize = PAGE_ENTRIES * TAG_LENGTH;

/// One page that was verified against its header: 256 entries, ascending.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    tags: &'a [[u8; TAG_LENGTH]],
    statuses: &'a [[u8; SEALED_LENGTH]],
}

impl<'a> Page<'a> {
    /// Verifies size, digest and order of page `number`, from 0.
    ///
    /// # Errors
    /// [`Error::Mode`], [`Error::NoPage`], [`Error::Size`], [`Error::PageDigest`], [`Error::Order`].
    pub fn verify(header: &Header, number: usize, bytes: &'a [u8]) -> Result<Self, Error> {
        if header.mode != Mode::Open {
            return Err(Error::Mode);
        }
        let digest = header.page_digests.get(number).ok_or(Error::NoPage { page: number })?;
        if bytes.len() != PAGE_BYTES {
            return Err(Error::Size { expected: PAGE_BYTES, got: bytes.len() });
        }
        if Digest::of(bytes) != *digest {
            return Err(Error::PageDigest { page: number });
        }
        let page = Self::new(bytes);
        if page.ascends() { Ok(page) } else { Err(Error::Order) }
    }

    /// The two halves of a page's bytes.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let (tags, statuses) = bytes.split_at(TAG_BYTES.min(bytes.len()));
        Self { tags: tags.as_chunks().0, statuses: statuses.as_chunks().0 }
    }

    /// Its tags, never descending.
    #[must_use]
    pub const fn tags(&self) -> &'a [[u8; TAG_LENGTH]] {
        self.tags
    }

    /// Its entries, ascending.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = Entry> + use<'a> {
        self.tags.iter().zip(self.statuses).map(|(tag, sealed)| entry(tag, sealed))
    }

    /// One entry, from 0.
    #[must_use]
    pub fn entry(&self, at: usize) -> Option<Entry> {
        self.tags.get(at).zip(self.statuses.get(at)).map(|(tag, sealed)| entry(tag, sealed))
    }

    /// Whether every entry is larger than the one before. Their first eight bytes decide nearly always.
    fn ascends(&self) -> bool {
        let mut before = None;
        self.tags.iter().zip(self.statuses).all(|(tag, sealed)| {
            let [a, b, c, d, e, f, g, h, ..] = *tag;
            let leading = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
            before
                .replace((leading, tag, sealed))
                .is_none_or(|(first, last, status)| first < leading || (last, status) < (tag, sealed))
        })
    }
}

const fn entry(tag: &[u8; TAG_LENGTH], sealed: &[u8; SEALED_LENGTH]) -> Entry {
    Entry { tag: Tag::new(*tag), sealed: SealedStatus::new(*sealed) }
}

/// The bytes of a page: 256 sorted entries.
pub(super) fn write(entries: &[Entry]) -> Vec<u8> {
    let mut page = Vec::with_capacity(PAGE_BYTES);
    page.extend(entries.iter().flat_map(|entry| entry.tag.as_bytes()));
    page.extend(entries.iter().flat_map(|entry| entry.sealed.as_bytes()));
    page
}
