//! Membership proofs of any claim, in any place, for any body.

use proptest::prelude::*;
use twoken_core::membership::{Context, Error, Kind, Proof};
use twoken_core::tag::Secret;
use twoken_core::wire::{Digest, Proven, StudyId};

use crate::support::named;
use crate::support::proofs::{About, Scene};

proptest! {
    // A proof takes a twentieth of a second, verifying it nearly as long.
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_claim_is_proved_wherever_its_tag_stands_and_for_nothing_else(
        secret: [u8; 32],
        place in 0..256_usize,
        twice in 0..256_usize,
        study: Option<[u8; 32]>,
        with_nullifier: bool,
        body in prop::collection::vec(any::<u8>(), 0..200),
        turned in 2..16_386_usize,
    ) {
        let claim = Secret::new(secret).sole_claim().unwrap();
        let mut about = About {
            kind: if with_nullifier { Kind::WithNullifier } else { Kind::Without },
            context: study.map_or(Context::SecondDegree, |id| Context::Study(StudyId::new(id))),
            body: body.clone(),
            ..Scene::new().about
        };
        prop_assert_eq!(about.prove(&claim, "none").unwrap_err(), Error::NoTag);
        about.tags[place] = *claim.tag().as_bytes();
        about.tags[twice] = *claim.tag().as_bytes();
        let proof = about.prove(&claim, "proof").unwrap();
        prop_assert_eq!(about.verify(&proof).unwrap().nullifier().is_some(), with_nullifier);

        let mut spoilt = proof.to_bytes();
        spoilt[turned] ^= 1;
        prop_assert!(Proof::from_bytes(&spoilt).and_then(|proof| about.verify(&proof)).is_err());
        let other = About { body: [&body[..], &[0]].concat(), ..about.clone() };
        prop_assert_eq!(other.verify(&proof), Err(Error::Refused));

        let proven = Proven::new(Digest::new(named("page")), proof, &body);
        let read = Proven::decode(&proven.to_bytes()).unwrap();
        prop_assert_eq!((read.page, read.body()), (proven.page, &body[..]));
        prop_assert!(about.verify(&read.proof).is_ok());
    }
}
