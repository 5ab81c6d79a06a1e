//! What a batch holds of one report: in open mode an entry, in private mode a tag alone.

use rand_core::CryptoRng;

use crate::status::{Mode, SealedStatus};
use crate::tag::{Entry, Tag};

/// One line of a batch: an [`Entry`] in open mode, in private mode a [`Tag`]. Lines of a batch ascend.
pub trait Line: Copy + Ord + sealed::Sealed {
    /// Which mode publishes such lines.
    const MODE: Mode;

    /// By which it is recognised.
    fn tag(&self) -> &Tag;

    /// What stands beside it, if anything.
    fn status(&self) -> Option<&SealedStatus>;

    /// One that nobody can claim and nobody can tell from a real one ([`Tag::dummy`]).
    fn dummy(rng: &mut impl CryptoRng) -> Self;
}

impl Line for Entry {
    const MODE: Mode = Mode::Open;

    fn tag(&self) -> &Tag {
        &self.tag
    }

    fn status(&self) -> Option<&SealedStatus> {
        Some(&self.sealed)
    }

    fn dummy(rng: &mut impl CryptoRng) -> Self {
        Self::dummy(rng)
    }
}

impl Line for Tag {
    const MODE: Mode = Mode::Private;

    fn tag(&self) -> &Tag {
        self
    }

    fn status(&self) -> Option<&SealedStatus> {
        None
    }

    fn dummy(rng: &mut impl CryptoRng) -> Self {
        Self::dummy(rng)
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::tag::Entry {}
    impl Sealed for crate::tag::Tag {}
}
