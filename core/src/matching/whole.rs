//! A batch that comes whole.

use alloc::vec::Vec;

use super::{FoundOn, Matcher, Seek};
use crate::batch::{Error, Header, Reading};
use crate::units::Timestamp;

/// Compares an entries file as it arrives, in pieces of any size. Nothing counts before [`Whole::finish`].
#[derive(Clone)]
pub struct Whole<S: Seek = Matcher> {
    matcher: S,
    reading: Reading,
    finds: S::Finds,
}

impl<S: Seek> Whole<S> {
    /// At the start of a batch's entries file.
    ///
    /// # Errors
    /// [`Error::Mode`], [`Error::DaySet`].
    pub fn new(matcher: &S, header: &Header) -> Result<Self, Error> {
        matcher.accepts(header)?;
        Ok(Self { matcher: matcher.clone(), reading: Reading::new(header), finds: S::Finds::default() })
    }

    /// Reads on. What was refused once stays refused.
    ///
    /// # Errors
    /// [`Error::Size`], [`Error::PageDigest`], [`Error::Order`].
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let Self { matcher, reading, finds } = self;
        reading.feed(bytes, |header, number, page| matcher.take(finds, header, number, page))
    }

    /// The page of each encounter found so far; to be asked before [`Whole::finish`], and worth nothing if that refuses.
    #[must_use]
    pub fn found_on(&self) -> &[FoundOn] {
        S::found_on(&self.finds)
    }

    /// What of mine was reported in the batch, each once: all of the file must have come and been verified.
    ///
    /// # Errors
    /// [`Error::Size`], or why it was refused before.
    pub fn finish(self, found_at: Timestamp) -> Result<Vec<S::Found>, Error> {
        let header = self.reading.finish()?;
        Ok(S::found(self.finds, &header, found_at))
    }
}
