//! A membership proof: of one of a page's 256 tags, with a nullifier, as an exposed person makes it and a server verifies
//! it.

use twoken_core::membership::{Context, Kind, Proof, Statement};
use twoken_core::tag::{Claim, Entry, Secret};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::rng;

/// A page, a claim to one of its tags, and a proof of it.
#[wasm_bindgen]
pub struct Membership {
    tags: Vec<[u8; 32]>,
    claim: Claim,
    proof: Option<Proof>,
}

#[wasm_bindgen]
impl Membership {
    /// Nothing when the core refuses what is made up here.
    #[must_use]
    pub fn of() -> Option<Membership> {
        let mut rng = rng(7);
        let claim = Secret::new([7; 32]).sole_claim().ok()?;
        let mut tags: Vec<_> = (0..255).map(|_| *Entry::dummy(&mut rng).tag.as_bytes()).collect();
        tags.insert(100, *claim.tag().as_bytes());
        let mut made = Self { tags, claim, proof: None };
        made.proof = made.prove();
        made.proof.is_some().then_some(made)
    }

    /// Makes a proof, and verifies it, as whoever makes one does; its length in bytes.
    #[must_use]
    pub fn make(&self) -> usize {
        self.prove().map_or(0, |proof| proof.to_bytes().len())
    }

    /// Verifies one.
    #[must_use]
    pub fn holds(&self) -> bool {
        let verified = self.statement().zip(self.proof.as_ref()).map(|(about, proof)| about.verify(proof));
        verified.is_some_and(|verified| verified.is_ok())
    }

    fn statement(&self) -> Option<Statement> {
        let (kind, context) = (Kind::WithNullifier, Context::SecondDegree);
        Statement::new(&self.tags, &[1; 32], kind, context, &[2; 32], &[3; 5403]).ok()
    }

    fn prove(&self) -> Option<Proof> {
        self.statement()?.prove(&self.claim, &mut rng(8)).ok()
    }
}
