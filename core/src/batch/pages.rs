//! The entries file: pages, one after another.

use alloc::vec::Vec;

use super::{Error, Header, Page, Reading};
use crate::tag::{Entry, TAG_LENGTH};

/// A whole entries file that was verified against its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages {
    file: Vec<u8>,
    page_bytes: usize,
}

impl Pages {
    /// Verifies size, the digest of every page, and that all lines are strictly ascending.
    ///
    /// # Errors
    /// [`Error::Size`], [`Error::PageDigest`], [`Error::Order`].
    pub fn verify(header: &Header, file: Vec<u8>) -> Result<Self, Error> {
        let mut reading = Reading::new(header);
        reading.feed(&file, |_, _, _| ())?;
        reading.finish().map(|header| Self { file, page_bytes: header.page_bytes() })
    }

    /// All entries, ascending; none in private mode.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        self.pages().flat_map(|page| page.entries())
    }

    /// All tags, never descending.
    pub fn tags(&self) -> impl Iterator<Item = &[u8; TAG_LENGTH]> {
        self.pages().flat_map(|page| page.tags())
    }

    fn pages(&self) -> impl Iterator<Item = Page<'_>> {
        self.file.chunks_exact(self.page_bytes).map(Page::new)
    }
}
