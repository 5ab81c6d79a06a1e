//! The entries file: pages of 256 tags, then their 256 sealed statuses.

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

/// A whole entries file that was verified against its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages(Vec<u8>);

impl Pages {
    /// Verifies size, the digest of every page, and that all entries are strictly ascending.
    ///
    /// # Errors
    /// [`Error::Mode`], [`Error::Size`], [`Error::PageDigest`], [`Error::Order`].
    pub fn verify(header: &Header, file: Vec<u8>) -> Result<Self, Error> {
        if header.mode != Mode::Open {
            return Err(Error::Mode);
        }
        let expected = header.pages() * PAGE_BYTES;
        if file.len() != expected {
            return Err(Error::Size { expected, got: file.len() });
        }
        for (page, (bytes, digest)) in file.chunks_exact(PAGE_BYTES).zip(&header.page_digests).enumerate() {
            if Digest::of(bytes) != *digest {
                return Err(Error::PageDigest { page });
            }
        }
        let pages = Self(file);
        if pages.entries().is_sorted_by(|a, b| a < b) { Ok(pages) } else { Err(Error::Order) }
    }

    /// From sorted entries, as many as fill whole pages.
    pub(super) fn write(entries: &[Entry]) -> Vec<u8> {
        let mut file = Vec::with_capacity(entries.len() * ENTRY_LENGTH);
        for page in entries.chunks(PAGE_ENTRIES) {
            file.extend(page.iter().flat_map(|entry| entry.tag.as_bytes()));
            file.extend(page.iter().flat_map(|entry| entry.sealed.as_bytes()));
        }
        file
    }

    /// All entries, ascending.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        self.0.chunks_exact(PAGE_BYTES).flat_map(|page| {
            let (tags, statuses) = page.split_at(TAG_BYTES);
            tags.as_chunks::<TAG_LENGTH>()
                .0
                .iter()
                .zip(statuses.as_chunks::<SEALED_LENGTH>().0)
                .map(|(tag, sealed)| Entry { tag: Tag::new(*tag), sealed: SealedStatus::new(*sealed) })
        })
    }
}
