//! A batch that comes whole.

use alloc::vec::Vec;

use super::{Finds, Match, Matcher};
use crate::batch::{Error, Header, Reading};
use crate::units::Timestamp;

/// Compares an entries file as it arrives, in pieces of any size. Nothing counts before [`Whole::finish`].
#[derive(Clone)]
pub struct Whole {
    matcher: Matcher,
    reading: Reading,
    finds: Finds,
}

impl Whole {
    /// At the start of a batch's entries file.
    ///
    /// # Errors
    /// [`Error::Mode`].
    pub fn new(matcher: &Matcher, header: &Header) -> Result<Self, Error> {
        Ok(Self { matcher: matcher.clone(), reading: Reading::new(header)?, finds: Finds::default() })
    }

    /// Reads on. What was refused once stays refused.
    ///
    /// # Errors
    /// [`Error::Size`], [`Error::PageDigest`], [`Error::Order`].
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let Self { matcher, reading, finds } = self;
        reading.feed(bytes, |header, page| finds.take(matcher, header, page))
    }

    /// The encounters reported in the batch, each once: all of the file must have come and been verified.
    ///
    /// # Errors
    /// [`Error::Size`], or why it was refused before.
    pub fn finish(self, found_at: Timestamp) -> Result<Vec<Match>, Error> {
        let header = self.reading.finish()?;
        Ok(self.finds.into_matches(&header, found_at))
    }
}
