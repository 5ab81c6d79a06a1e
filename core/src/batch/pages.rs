//! The entries file: pages, one after another.

use alloc::vec::Vec;

use super::{Error, Header, PAGE_BYTES, Page, Reading};
use crate::tag::Entry;

/// A whole entries file that was verified against its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages(Vec<u8>);

impl Pages {
    /// Verifies size, the digest of every page, and that all entries are strictly ascending.
    ///
    /// # Errors
    /// [`Error::Mode`], [`Error::Size`], [`Error::PageDigest`], [`Error::Order`].
    pub fn verify(header: &Header, file: Vec<u8>) -> Result<Self, Error> {
        let mut reading = Reading::new(header)?;
        reading.feed(&file, |_, _| ())?;
        reading.finish().map(|_| Self(file))
    }

    /// All entries, ascending.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        self.0.chunks_exact(PAGE_BYTES).flat_map(|page| Page::new(page).entries())
    }
}
