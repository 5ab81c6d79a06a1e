//! An entries file as it arrives: page after page is verified, then forgotten.

use alloc::vec::Vec;

use super::page::Sorted;
use super::{Error, Header, Page};

/// Verifies an entries file that comes in pieces of any size, holding one page at most.
#[derive(Clone, Debug)]
pub struct Reading {
    header: Header,
    /// Pages verified.
    pages: usize,
    /// The last line of the last page.
    last: Option<Sorted>,
    /// The beginning of a page.
    partial: Vec<u8>,
    refused: Option<Error>,
}

impl Reading {
    /// At the start of a batch's entries file.
    #[must_use]
    pub fn new(header: &Header) -> Self {
        Self { header: header.clone(), pages: 0, last: None, partial: Vec::new(), refused: None }
    }

    /// Reads on; `each` gets the header, and every page that was verified, with its number from 0. What was refused once stays refused.
    ///
    /// # Errors
    /// [`Error::Size`], [`Error::PageDigest`], [`Error::Order`].
    pub fn feed(&mut self, bytes: &[u8], each: impl FnMut(&Header, u32, &Page<'_>)) -> Result<(), Error> {
        if let Some(error) = &self.refused {
            return Err(error.clone());
        }
        self.read(bytes, each).inspect_err(|error| self.refused = Some(error.clone()))
    }

    fn read(&mut self, mut bytes: &[u8], mut each: impl FnMut(&Header, u32, &Page<'_>)) -> Result<(), Error> {
        let (expected, got) = (self.expected(), self.received() + bytes.len());
        if got > expected {
            return Err(Error::Size { expected, got });
        }
        let page_bytes = self.header.page_bytes();
        if !self.partial.is_empty() {
            let (head, rest) = bytes.split_at(bytes.len().min(page_bytes - self.partial.len()));
            self.partial.extend_from_slice(head);
            bytes = rest;
            if self.partial.len() < page_bytes {
                return Ok(());
            }
            let page = core::mem::take(&mut self.partial);
            self.page(&page, &mut each)?;
        }
        let pages = bytes.chunks_exact(page_bytes);
        self.partial.extend_from_slice(pages.remainder());
        pages.into_iter().try_for_each(|page| self.page(page, &mut each))
    }

    fn page(&mut self, bytes: &[u8], each: &mut impl FnMut(&Header, u32, &Page<'_>)) -> Result<(), Error> {
        let page = Page::verify(&self.header, self.pages, bytes)?;
        if self.last.is_some_and(|last| page.first().is_none_or(|first| first <= last)) {
            return Err(Error::Order);
        }
        self.last = page.last();
        let number = u32::try_from(self.pages).unwrap_or(u32::MAX);
        self.pages += 1;
        each(&self.header, number, &page);
        Ok(())
    }

    /// Ends the reading: all of the file must have come. Gives the header back.
    ///
    /// # Errors
    /// [`Error::Size`], or why it was refused before.
    pub fn finish(self) -> Result<Header, Error> {
        let (expected, got) = (self.expected(), self.received());
        match self.refused {
            Some(error) => Err(error),
            None if got < expected => Err(Error::Size { expected, got }),
            None => Ok(self.header),
        }
    }

    const fn expected(&self) -> usize {
        self.header.pages() * self.header.page_bytes()
    }

    const fn received(&self) -> usize {
        self.pages * self.header.page_bytes() + self.partial.len()
    }
}
