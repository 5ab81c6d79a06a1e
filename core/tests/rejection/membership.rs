//! Membership proofs: whatever is altered, moved or borrowed is refused.

use curve25519_dalek::ristretto::CompressedRistretto;
use curve25519_dalek::{RistrettoPoint, Scalar};
use twoken_core::batch::{self, Pool, seal};
use twoken_core::membership::{
    Context, Error, Kind, MAX_PROOF_LENGTH, Nullifier, PAGE_TAGS, Proof, TRANSCRIPT_LENGTH,
};
use twoken_core::status::{Degree, Scheme};
use twoken_core::tag::{Claim, ClaimSecret, Entry, Secret};
use twoken_core::tcn::{Emissions, TxPower};
use twoken_core::wire::{Digest, Proofs, Proven, StudyId};

use crate::spoil::garbage;
use crate::support::batches::{NOW, key};
use crate::support::people::Person;
use crate::support::proofs::{About, Scene};
use crate::support::rng::keystream;
use crate::support::{named, stored};

const IDENTITY: [u8; 32] = [0; 32];

/// What is told of a proof's bytes: that they are none, or that they do not hold.
fn refused(about: &About, bytes: &[u8]) -> bool {
    Proof::from_bytes(bytes).map_or(true, |proof| about.verify(&proof).is_err())
}

#[test]
fn a_proof_holds_and_says_its_nullifier() {
    let scene = Scene::new();
    let proof = scene.about.prove(scene.claim(), "proof").unwrap();
    assert_eq!(proof.to_bytes().len(), MAX_PROOF_LENGTH);
    let verified = scene.about.verify(&proof).unwrap();
    assert_eq!(verified.nullifier(), proof.stated_nullifier());
    // Made again, it is another proof with the same nullifier; for another purpose, another nullifier.
    let again = scene.about.prove(scene.claim(), "again").unwrap();
    assert_ne!(again.to_bytes(), proof.to_bytes());
    assert_eq!(again.stated_nullifier(), proof.stated_nullifier());
    let study = About { context: Context::Study(StudyId::new([7; 32])), ..scene.about.clone() };
    let other = study.prove(scene.claim(), "proof").unwrap();
    assert_ne!(other.stated_nullifier(), proof.stated_nullifier());
}

#[test]
fn every_altered_byte_is_refused() {
    let scene = Scene::new();
    let good = scene.about.prove(scene.claim(), "proof").unwrap().to_bytes();
    assert!(!refused(&scene.about, &good));
    let places = (0..40).chain((40..good.len()).step_by(397)).chain(good.len() - 33..good.len());
    for at in places {
        let mut bytes = good.clone();
        bytes[at] ^= 1 << (at % 8);
        assert!(refused(&scene.about, &bytes), "bit {} of byte {at}", at % 8);
    }
    for length in [0, 1, 2, 33, 34, 2 + TRANSCRIPT_LENGTH, good.len() - 32, good.len() - 1] {
        assert!(refused(&scene.about, &good[..length]), "{length} bytes");
    }
    assert!(refused(&scene.about, &[&good[..], &[0]].concat()));
    // Neighbouring scalars swapped: challenge and shares, shares, responses.
    for at in [34, 66, 34 + 32 * 200, 34 + 32 * 256, 34 + 32 * 400] {
        let (one, two) = (&good[at..at + 32], &good[at + 32..at + 64]);
        assert!(refused(&scene.about, &[&good[..at], two, one, &good[at + 64..]].concat()), "at {at}");
    }
    // A second form of a scalar: what it means does not change, but only one form is taken.
    let at = good.len() - 32;
    let order = hex_be("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");
    let mut carry = 0;
    let mut bytes = good.clone();
    for place in (0..32).rev() {
        let sum = u16::from(bytes[at + place]) + u16::from(order[place]) + carry;
        bytes[at + place] = sum as u8;
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    assert!(refused(&scene.about, &bytes));
    garbage(|bytes| assert!(Proof::from_bytes(bytes).is_err() && Proven::decode(bytes).is_err()));
}

fn hex_be(text: &str) -> [u8; 32] {
    crate::support::array(text)
}

#[test]
fn every_other_statement_is_refused() {
    let scene = Scene::new();
    let proof = scene.about.prove(scene.claim(), "proof").unwrap();
    let mut swapped = scene.about.tags.clone();
    swapped.swap(0, 255);
    let mut other_tag = scene.about.tags.clone();
    let mine = scene.claim().tag();
    let at = other_tag.iter().position(|tag| tag != mine.as_bytes()).unwrap();
    other_tag[at] = *Entry::dummy(&mut keystream(named("another tag"))).tag.as_bytes();
    let study = |byte| Context::Study(StudyId::new([byte; 32]));
    let others = [
        ("page", About { page: [1; 32], ..scene.about.clone() }),
        ("tags in another order", About { tags: swapped, ..scene.about.clone() }),
        ("another tag on the page", About { tags: other_tag, ..scene.about.clone() }),
        ("purpose", About { context: study(1), ..scene.about.clone() }),
        ("server", About { server: [1; 32], ..scene.about.clone() }),
        ("body", About { body: b"a body.".to_vec(), ..scene.about.clone() }),
        ("no body", About { body: Vec::new(), ..scene.about.clone() }),
    ];
    for (name, about) in &others {
        assert_eq!(about.verify(&proof), Err(Error::Refused), "{name}");
    }
    let plain = About { kind: Kind::Without, ..scene.about.clone() };
    assert_eq!(plain.verify(&proof), Err(Error::OtherKind));
    let without = plain.prove(scene.claim(), "proof").unwrap();
    assert_eq!(scene.about.verify(&without), Err(Error::OtherKind));
    let told = About { context: study(1), ..scene.about.clone() };
    let elsewhere = About { context: study(2), ..scene.about.clone() };
    assert_eq!(elsewhere.verify(&told.prove(scene.claim(), "proof").unwrap()), Err(Error::Refused));
}

/// A proof's two halves are of one piece: neither nullifier nor transcript can be somebody else's.
#[test]
fn a_transcript_of_another_is_refused() {
    let scene = Scene::new();
    let tags = &scene.about.tags;
    let claims: Vec<_> = scene.warned.diary.iter().filter_map(|row| row.claim_among(tags)).collect();
    assert_eq!(claims.len(), 2);
    let [one, two] = [0, 1].map(|at| scene.about.prove(claims[at], "proof").unwrap().to_bytes());
    assert!(!refused(&scene.about, &one) && !refused(&scene.about, &two));
    assert!(refused(&scene.about, &[&one[..34], &two[34..]].concat()));
    assert!(refused(&scene.about, &[&two[..34], &one[34..]].concat()));
    let fresh = Entry::dummy(&mut keystream(named("a nullifier"))).tag;
    assert!(refused(&scene.about, &[&one[..2], fresh.as_bytes(), &one[34..]].concat()));
}

#[test]
fn a_page_of_other_than_256_elements_is_none() {
    let scene = Scene::new();
    let with = |tags: Vec<[u8; 32]>| About { tags, ..scene.about.clone() }.statement().err();
    let mut garbage = scene.about.tags.clone();
    garbage[100] = [0xff; 32];
    let mut identity = scene.about.tags.clone();
    identity[100] = IDENTITY;
    assert_eq!(with(garbage), Some(Error::Page));
    assert_eq!(with(identity), Some(Error::Page));
    assert_eq!(with(scene.about.tags[1..].to_vec()), Some(Error::Page));
    assert_eq!(with(scene.about.tags.repeat(2)), Some(Error::Page));
    assert_eq!(with(Vec::new()), Some(Error::Page));
    assert_eq!(scene.about.tags.len(), PAGE_TAGS);
}

#[test]
fn claim_01_a_proof_from_the_senders_record_is_refused() {
    let scene = Scene::new();
    let contacts = crate::support::people::meeting("warned", 2, NOW).1;
    let sender = &contacts[0];
    let reported = *sender.diary.iter().next().unwrap().pairings()[0].reported_tag();
    assert!(scene.about.tags.contains(reported.as_bytes()), "the sender's entry stands on the page");
    // Of what the sender stores, nothing claims a tag of the page, and what it does claim proves nothing there.
    for row in sender.diary.iter() {
        assert!(row.claim_among(&scene.about.tags).is_none());
        let own = row.pairings()[0].received_tag();
        let claim = row.claim_among(&[*own.as_bytes()]).unwrap();
        assert_eq!(scene.about.prove(claim, "forged").unwrap_err(), Error::NoTag);
    }
    // A sender who keeps the secret knows w, but the tag is w·G + R: a proof of w·G in its place holds for that page alone.
    let (secret, receiver) =
        (Secret::new(named("kept")), ClaimSecret::generate(&mut keystream(named("receiver"))));
    let tag = secret.tag(&receiver.public()).unwrap();
    let mut about = scene.about.clone();
    about.tags[9] = *tag.as_bytes();
    let w = secret.sole_claim().unwrap();
    assert_eq!(about.prove(&w, "forged").unwrap_err(), Error::NoTag);
    let mut forged = about.clone();
    forged.tags[9] = *w.tag().as_bytes();
    let proof = forged.prove(&w, "forged").unwrap();
    forged.verify(&proof).unwrap();
    assert_eq!(about.verify(&proof), Err(Error::Refused));
    about.verify(&about.prove(&secret.claim(&receiver).unwrap(), "receiver").unwrap()).unwrap();
}

fn scalar_of(claim: &Claim) -> Scalar {
    Scalar::from_canonical_bytes(stored(claim).try_into().unwrap()).unwrap()
}

fn point(nullifier: Nullifier) -> RistrettoPoint {
    CompressedRistretto(*nullifier.as_bytes()).decompress().unwrap()
}

#[test]
fn claim_25_a_nullifier_fits_its_tag_and_two_of_one_key_are_not_linked() {
    let scene = Scene::new();
    // Two secrets that a sender knows, and the one receiver key of an interval.
    let receiver = ClaimSecret::generate(&mut keystream(named("receiver")));
    let secrets = [Secret::new(named("one")), Secret::new(named("two"))];
    let claims = secrets.clone().map(|secret| secret.claim(&receiver).unwrap());
    let weights = secrets.map(|secret| scalar_of(&secret.sole_claim().unwrap()));
    let mut about = scene.about.clone();
    for (at, claim) in claims.iter().enumerate() {
        about.tags[at] = *claim.tag().as_bytes();
    }
    let proofs = claims.clone().map(|claim| about.prove(&claim, "proof").unwrap());
    let [n1, n2] = proofs.each_ref().map(|proof| point(about.verify(proof).unwrap().nullifier().unwrap()));
    // H = x·n, the same H for both.
    let [h1, h2] = [(&claims[0], n1), (&claims[1], n2)].map(|(claim, n)| n * scalar_of(claim));
    assert_eq!(h1, h2);
    // Nullifiers that were x·H would differ by what both senders know.
    assert_eq!(weights[0] - weights[1], scalar_of(&claims[0]) - scalar_of(&claims[1]));
    assert_ne!(n1 - n2, h1 * (weights[0] - weights[1]));
    assert_ne!(n2 - n1, h1 * (weights[0] - weights[1]));
    // No identity, no second form of an element, and no zero in the place of a nullifier.
    let good = proofs[0].to_bytes();
    for bad in
        [IDENTITY, [0xff; 32], hex_be("0100000000000000000000000000000000000000000000000000000000000000")]
    {
        let bytes = [&good[..2], &bad, &good[34..]].concat();
        assert_eq!(Proof::from_bytes(&bytes).unwrap_err(), Error::Nullifier);
    }
}

#[test]
fn claim_26_twenty_who_heard_one_tcn_all_prove_it_and_share_no_value() {
    let emission = Emissions::new().emit(NOW, TxPower::SCREEN, &mut keystream(named("emission")));
    let payload = Person::new("shown").shows(NOW).with_emission(emission);
    let hearers: Vec<_> = (0..20)
        .map(|number| {
            let mut hearer = Person::new(&format!("hearer {number}"));
            hearer.hears(&payload, NOW);
            hearer
        })
        .collect();
    let tag = *hearers[0].diary.iter().next().unwrap().sightings()[0].tag();
    let mut rng = keystream(named("a page of TCNs"));
    let entries = vec![Entry { tag, ..Entry::dummy(&mut rng) }];
    let region = "root".parse().unwrap();
    let pool = Pool { region, scheme: Scheme::Tcn, degree: Degree::First, entries };
    let batch = seal(pool, NOW, Digest::of(b"config"), &key(), 1, &mut rng).unwrap();
    let header = batch.header.header();
    assert_eq!(header.proof_kind(), Kind::Without);
    let tags = crate::support::proofs::tags(&batch.entries_file);
    let of = |body: &[u8]| {
        let (proofs, server) = (Proofs::default(), key().public());
        header
            .statement(&header.page_digests[0], &tags, &proofs, Context::SecondDegree, &server, body)
            .unwrap()
    };
    let mut seen = std::collections::BTreeSet::new();
    for (number, hearer) in hearers.iter().enumerate() {
        // All say the same, so that nothing but chance sets their proofs apart.
        let claim = hearer.diary.iter().find_map(|row| row.claim_among(&tags)).unwrap();
        let proof = of(b"same").prove(claim, &mut keystream(named(&format!("proof {number}")))).unwrap();
        assert_eq!(of(b"same").verify(&proof).unwrap().nullifier(), None);
        let bytes = proof.to_bytes();
        assert_eq!(bytes[..2], [1, 2]);
        for scalar in bytes[2..].as_chunks::<32>().0 {
            assert!(seen.insert(*scalar), "a value stands in two proofs of one claim");
        }
    }
    assert_eq!(seen.len(), 20 * 512);
}

#[test]
fn claim_31_only_a_page_of_a_degree_below_the_depth_authorises() {
    let scene = Scene::new();
    let first = scene.batch.header.header();
    let mut second = first.clone();
    second.degree = Degree::Second;
    let about = &scene.about;
    let of = |header: &batch::Header, page: &Digest, depth| {
        let proofs = Proofs { depth, ..Proofs::default() };
        header.statement(page, &about.tags, &proofs, about.context, &key().public(), &about.body).map(|_| ())
    };
    let page = first.page_digests[0];
    for (depth, on_first, on_second) in [
        (1, Err(batch::Error::Degree), Err(batch::Error::Degree)),
        (2, Ok(()), Err(batch::Error::Degree)),
        (3, Ok(()), Ok(())),
    ] {
        assert_eq!(of(first, &page, depth), on_first, "depth {depth}");
        assert_eq!(of(&second, &page, depth), on_second, "depth {depth}");
    }
    assert_eq!(Proofs::default(), Proofs { depth: 2, per_page: 512 });
    // The degree is that of the header that has the page, and of no other.
    assert_eq!(of(first, &Digest::of(b"another page"), 2), Err(batch::Error::NotItsPage));
}
