//! Making a proof.

use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use sigma_proofs::{DefaultHash, ProverRng, prove_compact_with};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

use super::{Error, Kind, Nullifier, Proof, Statement};
use crate::tag::Claim;
use crate::{group, labels};

impl Statement {
    /// Proves that `claim` is of one of the page's tags. Every branch is simulated, one more is computed for real, and it
    /// takes its place without a branch of the program: neither time nor proof tells which tag it is. What was made is
    /// verified before it is given out: a fault while it was made could tell the claim.
    ///
    /// # Errors
    /// [`Error::NoTag`] when the page has no tag of this claim; [`Error::Refused`] when the proof does not verify, which
    /// takes a broken device.
    pub fn prove(&self, claim: &Claim, rng: &mut impl CryptoRng) -> Result<Proof, Error> {
        if !bool::from(self.has_tag_of(claim)) {
            return Err(Error::NoTag);
        }
        let nullifier = match self.kind {
            Kind::WithNullifier => Some(self.nullifier(claim)),
            Kind::Without => None,
        };
        let relation = self.relation(nullifier.as_ref())?;
        let mut rng = ProverRng::from_seed(*self.seed(claim, rng));
        let transcript =
            prove_compact_with::<DefaultHash, _>(&self.session, &relation, claim.scalar(), &mut rng);
        let proof = Proof::new(nullifier, &transcript.map_err(|_| Error::Refused)?)?;
        self.verify(&proof).map(|_| proof)
    }

    /// `SHA-256(label ‖ random 32 ‖ claim 32 ‖ SHA-256(session tag))`. Two bodies proved with the same randomness would tell
    /// the claim; where a platform gives the same random numbers twice, these are different all the same.
    fn seed(&self, claim: &Claim, rng: &mut impl CryptoRng) -> Zeroizing<[u8; 32]> {
        let (mut random, claim) = (Zeroizing::new([0; 32]), Zeroizing::new(claim.scalar().to_bytes()));
        rng.fill_bytes(random.as_mut_slice());
        let hash = Sha256::new_with_prefix(labels::MEMBERSHIP_SEED).chain_update(random.as_slice());
        Zeroizing::new(hash.chain_update(claim.as_slice()).chain_update(self.bound).finalize().into())
    }

    fn has_tag_of(&self, claim: &Claim) -> Choice {
        let mine = group::mul_base(claim.scalar());
        self.tags.points.iter().fold(Choice::from(0), |found, tag| found | tag.ct_eq(&mine))
    }

    /// `claim⁻¹·H`. A claim is never zero.
    fn nullifier(&self, claim: &Claim) -> Nullifier {
        let inverse = Zeroizing::new(claim.scalar().invert());
        Nullifier::new((self.base * *inverse).compress().to_bytes())
    }
}
