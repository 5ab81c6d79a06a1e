//! ristretto255 (RFC 9496) through the types that stand on it: claim keys, OPRF elements, entries, dummies.

use curve25519_dalek::{RistrettoPoint, Scalar};
use sha2::{Digest, Sha512};
use twoken_core::oprf::Element;
use twoken_core::status::SEALED_LENGTH;
use twoken_core::tag::{ClaimKey, ClaimSecret, Entry};

use crate::file::{bytes, cases, fixed, number, text};
use crate::support::rng::{Script, wide};

pub fn rfc_9496() {
    let mut kinds = [0; 3];
    for case in cases("rfc9496.json", 56) {
        match text(&case, "kind") {
            "generator_multiple" => {
                kinds[0] += 1;
                multiple(number(&case, "multiplier"), fixed(&case, "encoding"));
            }
            "invalid_encoding" => {
                kinds[1] += 1;
                assert_eq!(accepted(fixed(&case, "encoding")), [false; 3], "{}", text(&case, "name"));
            }
            "from_uniform_bytes" => {
                kinds[2] += 1;
                let uniform: [u8; 64] = fixed(&case, "uniform");
                if case.get("sha512_of").is_some() {
                    assert_eq!(Sha512::digest(bytes(&case, "sha512_of")).as_slice(), uniform);
                }
                let mut script = Script::new(&[&uniform, &[7; SEALED_LENGTH]]);
                let dummy = Entry::dummy(&mut script);
                script.end();
                assert_eq!(*dummy.tag.as_bytes(), fixed(&case, "encoding"));
            }
            other => panic!("unknown kind {other}"),
        }
    }
    assert_eq!(kinds, [16, 29, 11]);
}

/// Whether these bytes are taken as a claim key, as an OPRF element, as the tag of a stranger's entry.
fn accepted(encoding: [u8; 32]) -> [bool; 3] {
    let entry = [&encoding[..], &[0; SEALED_LENGTH]].concat();
    [
        ClaimKey::from_bytes(encoding).is_ok(),
        Element::from_bytes(encoding).is_ok(),
        Entry::from_bytes(&entry).is_ok(),
    ]
}

fn multiple(multiplier: u64, encoding: [u8; 32]) {
    let scalar = Scalar::from(multiplier);
    assert_eq!(RistrettoPoint::mul_base(&scalar).compress().to_bytes(), encoding);
    // The identity is a valid encoding that no protocol here takes.
    assert_eq!(accepted(encoding), [multiplier != 0; 3]);
    if multiplier != 0 {
        let mut script = Script::new(&[&wide(&scalar.to_bytes())]);
        assert_eq!(*ClaimSecret::generate(&mut script).public().as_bytes(), encoding);
        script.end();
    }
}
