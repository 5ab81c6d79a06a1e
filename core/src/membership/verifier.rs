//! Verifying a proof. Nothing in it is secret, and it takes the time it takes.

use sigma_proofs::{DefaultHash, verify_compact_with};

use super::{Error, Kind, Nullifier, Proof, Statement};

/// That a proof was verified, and what it says: only [`Statement::verify`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    nullifier: Option<Nullifier>,
}

impl Verified {
    /// Of an encounter in open mode: the one value that this claim has in this context.
    #[must_use]
    pub const fn nullifier(&self) -> Option<Nullifier> {
        self.nullifier
    }
}

impl Statement {
    /// Verifies a proof of this page, purpose and body.
    ///
    /// # Errors
    /// [`Error::OtherKind`] for a nullifier where there must be none, or none where there must be one;
    /// [`Error::Refused`] for everything that does not hold.
    pub fn verify(&self, proof: &Proof) -> Result<Verified, Error> {
        let nullifier = proof.stated_nullifier();
        if nullifier.is_some() != (self.kind == Kind::WithNullifier) {
            return Err(Error::OtherKind);
        }
        let relation = self.relation(nullifier.as_ref())?;
        verify_compact_with::<DefaultHash, _>(&self.session, &relation, proof.transcript())
            .map_err(|_| Error::Refused)?;
        Ok(Verified { nullifier })
    }
}
