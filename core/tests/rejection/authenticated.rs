//! What is signed, sealed or proved is refused in every altered form.

use twoken_core::batch::{Head, Index, Pages, Pool, SealedBatch, SignedHeader, seal};
use twoken_core::codec::{from_base64url, to_base64url};
use twoken_core::diary::Diary;
use twoken_core::matching::{ByFilter, Matcher};
use twoken_core::permit::{Class, Pending, PermitHeader, PermitKey};
use twoken_core::status::{Degree, Mode, Scheme, SealedStatus, Status};
use twoken_core::tag::{Entry, Secret};
use twoken_core::tan::Tan;
use twoken_core::units::{Day, Timestamp, Week};
use twoken_core::wire::{
    Config, DelaySeconds, Digest, Error, PermitResponse, PinnedServer, Profile, Proofs, Region, RegionId,
    SignedConfig, SigningKey, SizeClasses, Studies,
};

use crate::spoil::{each, each_of_many, garbage};
use crate::support::people::Keys;
use crate::support::rng::keystream;
use crate::support::{named, scalar};

const NOW: Timestamp = Timestamp::new(1_795_271_460);

fn key() -> SigningKey {
    SigningKey::from_bytes(&named("rejection signing key"))
}

fn root() -> RegionId {
    "root".parse().unwrap()
}

fn batch() -> SealedBatch {
    let mut rng = keystream(named("rejection batch"));
    let entries = vec![Entry::dummy(&mut rng)];
    let pool = Pool { region: root(), scheme: Scheme::Encounter, degree: Degree::First, entries };
    seal(pool, NOW, Digest::of(b"config"), &key(), 1, &mut rng).unwrap()
}

/// `decode` takes `good`, and nothing that is made of it.
fn only(good: &[u8], decode: impl Fn(&[u8]) -> bool) {
    assert!(decode(good));
    let mut seen = 0;
    each(good, |bytes| {
        seen += 1;
        assert!(!decode(bytes), "{bytes:02x?}");
    });
    assert!(seen > good.len() * 8);
    garbage(|bytes| assert!(!decode(bytes)));
}

#[test]
fn signed_headers() {
    only(batch().header.to_bytes(), |bytes| SignedHeader::decode_verified(bytes, &key().public()).is_ok());
}

#[test]
fn indexes() {
    let headers = [batch().header.to_bytes().to_vec()];
    let bytes = Index::sign(&root(), NOW.day(), Head::GENESIS, &headers, NOW, &key());
    only(&bytes, |bytes| Index::decode_verified(bytes, &key().public(), &root(), NOW.day(), NOW).is_ok());
}

#[test]
fn entries_files() {
    let batch = batch();
    let header = batch.header.header();
    let decode = |bytes: &[u8]| Pages::verify(header, bytes.to_vec()).is_ok();
    assert!(decode(&batch.entries_file));
    each_of_many(&batch.entries_file, 1, 509, |bytes| assert!(!decode(bytes)));
    garbage(|bytes| assert!(!decode(bytes)));
}

#[test]
fn lists_of_studies() {
    let bytes = Studies::sign(&[crate::canonical::study()], NOW, &key()).unwrap();
    each_of_many(&bytes, 1, 3, |bytes| {
        assert!(Studies::decode_verified(bytes, &key().public(), NOW).is_err())
    });
    garbage(|bytes| assert!(Studies::decode_verified(bytes, &key().public(), NOW).is_err()));
    assert!(Studies::decode_verified(&bytes, &key().public(), NOW).is_ok());
}

/// Every altered filter is refused at the latest by its digest.
#[test]
fn filter_files() {
    let batch = crate::support::batches::batch(Vec::new(), 9, "rejection filter");
    let matcher = Matcher::from_diary(&Diary::default());
    let decode = |bytes: &[u8]| {
        let rng = keystream(named("rejection pages"));
        let mut by_filter = ByFilter::new(&matcher, batch.header.header(), rng).unwrap();
        by_filter.feed(bytes).is_ok() && by_filter.finish().is_ok()
    };
    assert!(decode(&batch.filter_file));
    each_of_many(&batch.filter_file, 61, 997, |bytes| assert!(!decode(bytes)));
    garbage(|bytes| assert!(!decode(bytes)));
}

fn config() -> (Vec<u8>, String, PinnedServer) {
    let config = Config {
        version: 1,
        name: "rejection".into(),
        mode: Mode::Open,
        profile: Profile::Demo,
        signing_key: key().public(),
        permit_key: to_base64url(PermitKey::from_bytes(scalar("permit")).unwrap().public().as_bytes()),
        regions: vec![Region { id: root(), name: "Everywhere".into(), parent: None }],
        size_classes: SizeClasses { entries: vec![64] },
        retention_days: 14,
        seal_every_seconds: 60,
        min_uploads: 1,
        max_wait_hours: 24,
        seal_anyway_after_hours: None,
        upload_delay_seconds: DelaySeconds { min: 0, max: 2 },
        check_every_seconds: 60,
        decoys_per_week: 0,
        risk: twoken_core::risk::Config::default(),
        proofs: Proofs::default(),
        advice: None,
        previous_digests: Vec::new(),
    };
    let (body, signature) = config.sign(&key()).unwrap();
    let pinned = SignedConfig::verify(&body, &signature, None).unwrap().pin();
    (body, signature, pinned)
}

#[test]
fn claim_10_configurations() {
    let (body, signature, pinned) = config();
    // Under the pinned keys, as always but at first contact.
    only(&body, |body| SignedConfig::verify(body, &signature, Some(&pinned)).is_ok());
    only(&body, |body| SignedConfig::verify(body, &signature, None).is_ok());
    let raw = from_base64url(&signature).unwrap();
    only(&raw, |bytes| SignedConfig::verify(&body, &to_base64url(bytes), Some(&pinned)).is_ok());
    each(signature.as_bytes(), |text| {
        // White space around a header's value is no part of it.
        if let Ok(text) = str::from_utf8(text)
            && text.trim() != signature
        {
            assert!(SignedConfig::verify(&body, text, Some(&pinned)).is_err(), "{text}");
        }
    });

    let long = [&body[..], " ".repeat(256 * 1024).as_bytes()].concat();
    assert!(matches!(SignedConfig::verify(&long, &signature, None).unwrap_err(), Error::Codec(_)));
    let swapped = PinnedServer { permit_key: to_base64url(pinned.signing_key.as_bytes()), ..pinned };
    assert_eq!(SignedConfig::verify(&body, &signature, Some(&swapped)).unwrap_err(), Error::KeyChanged);
}

#[test]
fn sealed_statuses() {
    let secret = Secret::new(named("rejection secret"));
    let receiver = Keys::of("receiver", NOW.interval()).beacon().claim_key;
    let (status_key, tag) = (secret.status_key(), secret.tag(&receiver).unwrap());
    let status = Status::of_encounter(Day::new(20_000), None).unwrap();
    let mut rng = keystream(named("rejection nonce"));
    let sealed = status.seal(&status_key, Scheme::Encounter, Degree::First, &tag, &mut rng);
    only(sealed.as_bytes(), |bytes| {
        let Ok(bytes) = bytes.try_into() else { return false };
        SealedStatus::new(bytes).open(&status_key, Scheme::Encounter, Degree::First, &tag).is_ok()
    });
}

fn pending() -> (Pending, PermitKey) {
    let mut rng = keystream(named("rejection permit"));
    let pending = Pending::new(&Tan::generate(&mut rng), Class::Patient, Week::new(2968), &mut rng);
    (pending, PermitKey::generate(&mut rng))
}

#[test]
fn claim_10_permit_responses() {
    let (pending, permit_key) = pending();
    let mut rng = keystream(named("rejection proof"));
    let info = twoken_core::permit::PermitInfo { class: Class::Patient, week: Week::new(2968) };
    let request = pending.request().unwrap();
    let good = permit_key.evaluate(&request.blinded, info, &mut rng).unwrap();
    let accepted = |evaluated: String, proof: String| {
        pending.finalize(&PermitResponse { evaluated, proof }, &permit_key.public()).is_ok()
    };
    let evaluated = from_base64url(&good.evaluated).unwrap();
    only(&evaluated, |bytes| accepted(to_base64url(bytes), good.proof.clone()));
    let proof = from_base64url(&good.proof).unwrap();
    only(&proof, |bytes| accepted(good.evaluated.clone(), to_base64url(bytes)));
    each(good.proof.as_bytes(), |text| {
        if let Ok(text) = str::from_utf8(text) {
            assert!(!accepted(good.evaluated.clone(), text.into()), "{text}");
        }
    });
    assert!(!accepted(good.proof, good.evaluated));
}

#[test]
fn claim_09_permit_headers() {
    let (pending, permit_key) = pending();
    let mut rng = keystream(named("rejection proof"));
    let info = twoken_core::permit::PermitInfo { class: Class::Patient, week: Week::new(2968) };
    let response = permit_key.evaluate(&pending.request().unwrap().blinded, info, &mut rng).unwrap();
    let permit = pending.finalize(&response, &permit_key.public()).unwrap();
    let (person, _) = crate::support::people::meeting("reporter", 1, NOW);
    let chosen = twoken_core::redaction::Redaction::default().apply(&person.diary);
    let status = Status::of_encounter(NOW.day(), None).unwrap();
    let body =
        twoken_core::wire::UploadBody::build(&chosen, &status, &root(), Degree::First, &mut rng).unwrap();
    let sent = permit.authorise(body);

    let accepted = |header: &str, body: &[u8]| {
        PermitHeader::decode(header).is_ok_and(|header| permit_key.verify(&header, body).is_ok())
    };
    let raw = from_base64url(&sent.header).unwrap();
    only(&raw, |bytes| accepted(&to_base64url(bytes), &sent.body));
    each(sent.header.as_bytes(), |text| {
        if let Ok(text) = str::from_utf8(text) {
            assert!(!accepted(text, &sent.body), "{text}");
        }
    });
    each_of_many(&sent.body[..600], 1, 7, |head| {
        assert!(!accepted(&sent.header, &[head, &sent.body[600..]].concat()));
    });
    let swapped = [&raw[35..], &raw[32..35], &raw[..32]].concat();
    assert!(!accepted(&to_base64url(&swapped), &sent.body));
}
