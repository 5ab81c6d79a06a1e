//! Secrets, tags, claims, elements, status keys, entries.

use twoken_core::codec;
use twoken_core::status::SEALED_LENGTH;
use twoken_core::tag::{ClaimKey, ClaimSecret, Entry, Error, Secret};

use super::beacon::{IDENTITY, NO_ELEMENT};
use crate::file::{Case, File};
use crate::support::rng::{Script, wide};
use crate::support::{named, scalar, stored};

pub fn claim_secret(bytes: &[u8; 32]) -> ClaimSecret {
    let mut script = Script::new(&[&wide(bytes)]);
    let secret = ClaimSecret::generate(&mut script);
    script.end();
    secret
}

pub fn files() -> Vec<File> {
    vec![good(), dummies(), bad_element(), bad_length()]
}

fn good() -> File {
    let one = {
        let mut one = [0; 32];
        one[0] = 1;
        one
    };
    let inputs = [
        ("zero secret, claim secret 1", [0; 32], one),
        ("all ones, claim secret 1", [0xff; 32], one),
        ("first", named("secret one"), scalar("claim one")),
        ("second", named("secret two"), scalar("claim two")),
        ("second secret, first receiver", named("secret two"), scalar("claim one")),
    ];
    let cases = inputs.map(|(name, secret_bytes, r)| {
        let (secret, receiver) = (Secret::new(secret_bytes), claim_secret(&r));
        let tag = secret.tag(&receiver.public()).unwrap();
        let claim = secret.claim(&receiver).unwrap();
        assert_eq!(claim.tag(), tag);
        Case::new(name)
            .hex("secret", secret_bytes)
            .hex("claim_secret", r)
            .hex("claim_key", receiver.public().as_bytes())
            .hex("claim", stored(&claim))
            .hex("tag", tag.as_bytes())
            .hex("element", stored(&secret.element()))
            .hex("status_key", stored(&secret.status_key()))
    });
    let note = "claim = HashToScalar(secret) + claim_secret, tag = encode(claim * G), element = HashToGroup(secret), \
                status_key = HKDF-SHA256(salt 'twoken/v1/status', secret, no info, 32). Scalars are little-endian.";
    File::new("tag.json", note, cases.into())
}

/// An entry that nobody can claim, from its randomness.
fn dummies() -> File {
    let cases = ["dummy one", "dummy two"].map(|name| {
        let uniform = [named(name), named("the other half")].concat();
        let sealed: Vec<u8> = (0..52).collect();
        let mut script = Script::new(&[&uniform, &sealed]);
        let entry = Entry::dummy(&mut script);
        script.end();
        assert_eq!(Entry::from_bytes(&entry.to_bytes()), Ok(entry));
        Case::new(name).hex("uniform", uniform).hex("sealed", sealed).hex("entry", entry.to_bytes())
    });
    let note =
        "Dummies: the tag is RFC 9496's element derivation of 64 uniform bytes, the sealed status 52 more.";
    File::new("tag_dummy.json", note, cases.into())
}

fn bad_element() -> File {
    let good = *claim_secret(&scalar("claim one")).public().as_bytes();
    let mut negative = good;
    negative[0] |= 1;
    let cases =
        [("identity", IDENTITY), ("not canonical", NO_ELEMENT), ("negative", negative)].map(|(name, tag)| {
            let entry = [&tag[..], &[9; SEALED_LENGTH]].concat();
            assert_eq!(Entry::from_bytes(&entry), Err(Error::Element), "{name}");
            assert_eq!(ClaimKey::from_bytes(tag).map(|_| ()), Err(Error::Element), "{name}");
            Case::new(name).hex("entry", entry).refused(Error::Element)
        });
    let note = "Entries of strangers whose tag is no element, or the identity; as claim keys they are refused alike.";
    File::new("tag_bad_element.json", note, cases.into())
}

fn bad_length() -> File {
    let tag = *claim_secret(&scalar("claim one")).public().as_bytes();
    let cases = [("empty", 0), ("a byte short", 83), ("a byte more", 85)].map(|(name, got)| {
        let entry: Vec<u8> = tag.iter().copied().chain([9; 53]).take(got).collect();
        let error = Error::Codec(codec::Error::Length { expected: 84, got });
        assert_eq!(Entry::from_bytes(&entry), Err(error), "{name}");
        Case::new(name).hex("entry", entry).refused(error)
    });
    File::new("tag_bad_length.json", "Entries of another length than 84 bytes.", cases.into())
}
