//! X25519 (RFC 7748, Wycheproof) through an encounter: what two phones derive is what follows from the published
//! shared secret, and a key that makes it all zero is refused.

use twoken_core::beacon::{Acknowledgement, Beacon, Payload};
use twoken_core::encounter::{EncounterDraft, Error, How};
use twoken_core::tag::{ClaimKey, Secret};
use twoken_core::units::Interval;
use x25519_dalek::x25519;

use crate::file::{cases, fixed, number, text};
use crate::support::agreement::{Derived, derive};
use crate::support::people::Keys;
use crate::support::rng::Script;

const INTERVAL: Interval = Interval::new(2_991_000);

fn owner(private: [u8; 32]) -> Keys {
    Keys { x25519: private, ..Keys::of("owner", INTERVAL) }
}

fn shows(public: [u8; 32]) -> Payload {
    let beacon = Beacon { public, ..Keys::of("other", INTERVAL).beacon() };
    Payload { beacon, acknowledgement: Acknowledgement([0; 8]) }
}

fn meets(keys: &Keys, payload: &Payload) -> Result<EncounterDraft, Error> {
    let mut script = Script::new(&[&[1; 16]]);
    keys.ring().hear(payload, keys.middle(), How::Camera, &mut script)
}

/// What is derived from `private` and `public` follows from `shared`.
#[track_caller]
fn follows(private: [u8; 32], public: [u8; 32], shared: [u8; 32]) {
    let (keys, payload) = (owner(private), shows(public));
    let Derived { report_secret, .. } = derive(&shared, &keys.beacon(), &payload.beacon);
    let draft = meets(&keys, &payload).unwrap();
    let expected = Secret::new(report_secret).tag(&payload.beacon.claim_key).unwrap();
    assert_eq!(*draft.pairings[0].reported_tag(), expected);
}

pub fn rfc_7748() {
    let mut kinds = [0; 3];
    for case in cases("rfc7748.json", 5) {
        match text(&case, "kind") {
            "x25519" => {
                kinds[0] += 1;
                let (scalar, u) = (fixed(&case, "scalar"), fixed(&case, "u"));
                assert_eq!(x25519(scalar, u), fixed(&case, "output"));
                follows(scalar, u, fixed(&case, "output"));
            }
            "iterated" => {
                kinds[1] += 1;
                let (mut scalar, mut u) = (fixed(&case, "scalar"), fixed(&case, "u"));
                for _ in 0..number(&case, "iterations") {
                    (scalar, u) = (x25519(scalar, u), scalar);
                }
                assert_eq!(scalar, fixed(&case, "output"));
            }
            "dh" => {
                kinds[2] += 1;
                let [alice, bob] = ["alice", "bob"].map(|who| {
                    let keys = owner(fixed(&case, &format!("{who}_private")));
                    assert_eq!(keys.beacon().public, fixed(&case, &format!("{who}_public")));
                    keys
                });
                follows(alice.x25519, bob.beacon().public, fixed(&case, "shared"));
                follows(bob.x25519, alice.beacon().public, fixed(&case, "shared"));
            }
            other => panic!("unknown kind {other}"),
        }
    }
    assert_eq!(kinds, [2, 2, 1]);
}

pub fn low_order() {
    let mut refused = 0;
    for case in cases("x25519_low_order.json", 27) {
        let (private, public) = (fixed(&case, "private"), fixed(&case, "public"));
        if text(&case, "expect") == "refused" {
            refused += 1;
            assert_eq!(meets(&owner(private), &shows(public)).unwrap_err(), Error::LowOrder);
        } else {
            // Where such a key gets past the beacon's decoder, it is still RFC 7748's.
            follows(private, public, fixed(&case, "shared"));
        }
    }
    assert_eq!(refused, 14);
}

/// All of Wycheproof's X25519: every shared secret that is not zero is derived, every other refused.
#[cfg(not(target_arch = "wasm32"))]
pub fn wycheproof() {
    use wycheproof::TestResult;
    use wycheproof::xdh::{TestName, TestSet};

    let set = TestSet::load(TestName::X25519).unwrap();
    let (mut derived, mut refused) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let [private, public, shared] = [&test.private_key, &test.public_key, &test.shared_secret]
            .map(|bytes| <[u8; 32]>::try_from(&bytes[..]).unwrap());
        if shared == [0; 32] {
            refused += 1;
            assert_eq!(meets(&owner(private), &shows(public)).unwrap_err(), Error::LowOrder);
        } else {
            derived += 1;
            assert_ne!(test.result, TestResult::Invalid);
            follows(private, public, shared);
        }
    }
    assert_eq!((derived, refused), (487, 31));
}

/// The claim key of a beacon matters as much as its X25519 key: another one is another secret.
pub fn the_claim_key_is_bound() {
    let (keys, payload) = (Keys::of("owner", INTERVAL), shows(Keys::of("other", INTERVAL).beacon().public));
    let mut swapped = payload.clone();
    swapped.beacon.claim_key =
        ClaimKey::from_bytes(*Keys::of("third", INTERVAL).beacon().claim_key.as_bytes()).unwrap();
    let [one, two] = [&payload, &swapped].map(|payload| meets(&keys, payload).unwrap());
    assert_ne!(one.pairings[0].received_tag(), two.pairings[0].received_tag());
}
