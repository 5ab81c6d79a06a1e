//! What a batch is compared with: a diary's own tags in open mode, an answer's second tags in private mode.

use alloc::vec::Vec;

use super::FoundOn;
use crate::batch::{Error, Header, Page};
use crate::tag::Tag;
use crate::units::Timestamp;

/// One of the two: [`Matcher`](super::Matcher), [`PrivateMatcher`](super::PrivateMatcher). A clone shares its tags.
pub trait Seek: Clone + sealed::Sealed {
    /// What is gathered from the pages.
    type Finds: Clone + Default;
    /// One that was found.
    type Found;

    /// That a batch is of the kind that it may be compared with.
    ///
    /// # Errors
    /// [`Error::Mode`], [`Error::DaySet`].
    fn accepts(&self, header: &Header) -> Result<(), Error>;

    /// Its tags that a batch of this kind may hold, ascending.
    fn tags(&self, header: &Header) -> Vec<Tag>;

    /// Takes in a verified page, by its number from 0.
    fn take(&self, finds: &mut Self::Finds, header: &Header, number: u32, page: &Page<'_>);

    /// The page of each encounter found so far. In private mode nobody knows which encounter it was.
    fn found_on(_: &Self::Finds) -> &[FoundOn] {
        &[]
    }

    /// What was found in all of them, each once.
    fn found(finds: Self::Finds, header: &Header, found_at: Timestamp) -> Vec<Self::Found>;
}

pub(super) mod sealed {
    pub trait Sealed {}
}
