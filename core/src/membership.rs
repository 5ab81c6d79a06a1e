//! That somebody holds the claim of *one* tag of a page, without saying which.
//!
//! A page has 256 tags; whoever can prove to hold the logarithm of one of them was near somebody who was reported. Such
//! a proof authorises what the server would otherwise take from those with a permit alone: entries of their own
//! ([`Context::SecondDegree`]), and a contact told to a study ([`Context::Study`]).
//!
//! ```text
//! H = HashToGroup(server key ‖ purpose [‖ study])          n = claim⁻¹·H, the nullifier
//! ```
//!
//! In an open batch of encounters the proof carries the nullifier of claim and context, so that one encounter counts once
//! in each. A claim to a TCN is everybody's who heard it, and in private mode the server could compute it: their proofs
//! carry none.
//!
//! [`Statement::prove`] makes a proof, [`Statement::verify`] takes one; [`Proof`] is its bytes.

mod context;
mod proof;

#[cfg(feature = "proofs")]
mod pair;
#[cfg(feature = "proofs")]
mod prover;
#[cfg(feature = "proofs")]
mod relation;
#[cfg(feature = "proofs")]
mod statement;
#[cfg(feature = "proofs")]
mod verifier;

#[cfg(all(test, feature = "proofs"))]
mod composed;

pub use context::Context;
pub use proof::{Kind, MAX_PROOF_LENGTH, Nullifier, Proof, TRANSCRIPT_LENGTH};
#[cfg(feature = "proofs")]
pub use statement::{PAGE_TAGS, Statement};
#[cfg(feature = "proofs")]
pub use verifier::Verified;

use crate::codec;

/// Why a proof was refused or not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A proof of another version.
    #[error("a proof of this version is not known")]
    Version(u8),
    /// Neither with a nullifier nor without.
    #[error("a proof of kind {0} is not known")]
    Kind(u8),
    /// A nullifier that is no element, or the identity.
    #[error("the nullifier is not a canonical ristretto255 element other than the identity")]
    Nullifier,
    /// With a nullifier where there must be none, or the other way round.
    #[error("the proof is not of the kind that this page takes")]
    OtherKind,
    /// Not 256 elements.
    #[error("not a page of 256 elements")]
    Page,
    /// A claim to none of the page's tags.
    #[error("the page has no tag of this claim")]
    NoTag,
    /// A proof that does not hold.
    #[error("the proof does not hold")]
    Refused,
    /// Another length.
    #[error(transparent)]
    Codec(#[from] codec::Error),
}
