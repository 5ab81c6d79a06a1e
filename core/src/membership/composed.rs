//! Our arithmetic against the crate's own composition of the same relation: the same bytes of the same instance, and
//! each verifies what the other proved.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use alloc::vec;
use alloc::vec::Vec;

use curve25519_dalek::{RistrettoPoint, Scalar};
use sigma_proofs::codec::ScalarCodec;
use sigma_proofs::composition::{ComposedInstance, ComposedWitness};
use sigma_proofs::traits::SigmaProtocolSimulator;
use sigma_proofs::{
    DefaultHash, LinearRelation, NargCodec, ProverRng, SessionId, derive_session_id, prove_compact_with,
    verify_compact_with,
};

use super::Nullifier;
use super::relation::{Relation, Tags};

const BRANCHES: usize = 7;

struct Setting {
    tags: Tags,
    claim: Scalar,
    base: RistrettoPoint,
    nullifier: RistrettoPoint,
    session: SessionId,
}

impl Setting {
    /// The claim's tag in the place `at`, and again in the last.
    fn new(at: usize) -> Self {
        let mut rng = rng(1);
        let mut points: Vec<_> = (0..BRANCHES).map(|_| point(&mut rng)).collect();
        let claim = Scalar::sample(&mut rng);
        points[at] = RistrettoPoint::mul_base(&claim);
        points[BRANCHES - 1] = points[at];
        let bytes = points.iter().map(|point| point.compress().to_bytes()).collect();
        let base = point(&mut rng);
        let session = derive_session_id::<DefaultHash>(b"twoken composed CMPT");
        Self { tags: Tags { points, bytes }, claim, base, nullifier: base * claim.invert(), session }
    }

    fn ours(&self, with_nullifier: bool) -> Relation<'_> {
        let nullifier = Nullifier::new(self.nullifier.compress().to_bytes());
        if with_nullifier {
            Relation::with_nullifier(&self.tags, &nullifier, &self.base).unwrap()
        } else {
            Relation::new(&self.tags)
        }
    }

    fn theirs(&self, with_nullifier: bool) -> ComposedInstance<RistrettoPoint> {
        let branches = self.tags.points.iter().map(|tag| {
            let mut relation = LinearRelation::new();
            let (x, generator) = (relation.allocate_scalar(), relation.generator());
            relation.allocate_eq_with(*tag, x * generator);
            if with_nullifier {
                let nullifier = relation.allocate_element_with(self.nullifier);
                relation.allocate_eq_with(self.base, x * nullifier);
            }
            relation.compile().unwrap()
        });
        ComposedInstance::or(branches).unwrap()
    }
}

fn rng(seed: u8) -> ProverRng {
    ProverRng::from_seed([seed; 32])
}

fn point(rng: &mut ProverRng) -> RistrettoPoint {
    let mut uniform = [0; 64];
    rng.fill_bytes(&mut uniform);
    RistrettoPoint::from_uniform_bytes(&uniform)
}

#[test]
fn an_instance_is_written_as_the_crate_writes_it() {
    let setting = Setting::new(3);
    for with_nullifier in [false, true] {
        assert_eq!(
            setting.ours(with_nullifier).encode_instance().as_ref(),
            setting.theirs(with_nullifier).encode_instance().as_ref()
        );
    }
}

#[test]
fn each_verifies_what_the_other_proved() {
    for (at, with_nullifier) in [(0, false), (3, true), (BRANCHES - 1, true), (0, true)] {
        let setting = Setting::new(at);
        let (ours, theirs) = (setting.ours(with_nullifier), setting.theirs(with_nullifier));
        let session = &setting.session;
        let proof =
            prove_compact_with::<DefaultHash, _>(session, &ours, &setting.claim, &mut rng(2)).unwrap();
        verify_compact_with::<DefaultHash, _>(session, &ours, &proof).unwrap();
        verify_compact_with::<DefaultHash, _>(session, &theirs, &proof).unwrap();

        let witness = ComposedWitness::Or(vec![ComposedWitness::Simple(vec![setting.claim]); BRANCHES]);
        let proof = prove_compact_with::<DefaultHash, _>(session, &theirs, &witness, &mut rng(3)).unwrap();
        verify_compact_with::<DefaultHash, _>(session, &theirs, &proof).unwrap();
        verify_compact_with::<DefaultHash, _>(session, &ours, &proof).unwrap();
    }
}

/// Commitments that are the identity, which only a dishonest prover sends, are encoded alike as well.
#[test]
fn every_answer_leads_to_the_crates_commitments() {
    let setting = Setting::new(3);
    for with_nullifier in [false, true] {
        let (ours, theirs) = (setting.ours(with_nullifier), setting.theirs(with_nullifier));
        for zeros in [0, 1, BRANCHES, 2 * BRANCHES - 1] {
            let mut rng = rng(4);
            let mut answer = Vec::new();
            for place in 0..2 * BRANCHES - 1 {
                let scalar = if place < zeros { Scalar::ZERO } else { Scalar::sample(&mut rng) };
                scalar.serialize_scalar(&mut answer);
            }
            for challenge in [Scalar::ZERO, Scalar::sample(&mut rng)] {
                let response = ours.deserialize_response(&mut spongefish::NargReader::new(&answer)).unwrap();
                let mine = ours.simulate_commitment(&challenge, &response).unwrap();
                let response =
                    theirs.deserialize_response(&mut spongefish::NargReader::new(&answer)).unwrap();
                let other = theirs.simulate_commitment(&challenge, &response).unwrap();
                assert_eq!(ours.serialize_commitment(&mine), theirs.serialize_commitment(&other));
            }
        }
    }
}

#[test]
fn a_witness_of_no_branch_is_refused() {
    let setting = Setting::new(3);
    let relation = setting.ours(true);
    let other = setting.claim + Scalar::ONE;
    assert!(prove_compact_with::<DefaultHash, _>(&setting.session, &relation, &other, &mut rng(2)).is_err());
}
