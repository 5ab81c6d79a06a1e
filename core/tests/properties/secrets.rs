//! No secret prints itself.

use twoken_core::batch::BatchId;
use twoken_core::codec;
use twoken_core::diary::{Encounter, Exposure};
use twoken_core::encounter::{How, KeyRing};
use twoken_core::matching::{Found, Match, Matcher};
use twoken_core::oprf::{self, base, partial, verifiable};
use twoken_core::permit::{Class, Pending, PermitHeader, PermitInfo, PermitKey};
use twoken_core::redaction::Redaction;
use twoken_core::risk;
use twoken_core::status::{Degree, Scheme, Status};
use twoken_core::tag::{ClaimSecret, Secret};
use twoken_core::tan::{Tan, TanKey};
use twoken_core::tcn::{DayKey, Emissions, MetadataKey, Node, Seen, Sighting, Tcn, TxPower};
use twoken_core::units::{Day, Interval, Timestamp};
use twoken_core::wire::{SigningKey, UploadBody};

use crate::support::people::{Keys, meeting};
use crate::support::rng::{Script, keystream, wide};

pub fn claim_secret(bytes: &[u8; 32]) -> ClaimSecret {
    ClaimSecret::generate(&mut Script::new(&[&wide(bytes)]))
}

/// What each type prints: its name, and nothing that depends on what it holds.
#[test]
fn every_secret_prints_only_its_name() {
    let now = Timestamp::new(1_795_271_460);
    let mut rng = keystream([7; 32]);
    let secret = Secret::new([0x5e; 32]);
    let receiver = ClaimSecret::generate(&mut rng);
    let (person, _) = meeting("debug", 1, now);
    let tan = Tan::generate(&mut rng);
    let pending = Pending::new(&tan, Class::Patient, now.week(), &mut rng);
    let permit_key = PermitKey::generate(&mut rng);
    let request = pending.request().unwrap();
    let info = PermitInfo { class: Class::Patient, week: now.week() };
    let response = permit_key.evaluate(&request.blinded, info, &mut rng).unwrap();
    let permit = pending.finalize(&response, &permit_key.public()).unwrap();
    let permit_text = format!("{permit:?}");
    let chosen = Redaction::default().apply(&person.diary);
    let status = Status::of_encounter(now.day(), None).unwrap();
    let body =
        UploadBody::build(&chosen, &status, &"root".parse().unwrap(), Degree::First, &mut rng).unwrap();
    let authorised = permit.authorise(body);
    let oprf_key = oprf::SecretKey::generate(&mut rng);
    let public = oprf_key.public();
    let base_client = base::Client::blind(b"input", &mut rng).unwrap().0;
    let verifiable_client = verifiable::Client::blind(&[b"input"], &mut rng).unwrap().0;
    let partial_client = partial::Client::blind(&[b"input"], b"info", &public, &mut rng).unwrap().0;
    let tag = secret.tag(&receiver.public()).unwrap();
    let sealed = status.seal(&secret.status_key(), Scheme::Encounter, Degree::First, &tag, &mut rng);

    let mut diary = person.diary.clone();
    let encounter = diary.iter().next().unwrap().id;
    let exposure = Exposure {
        degree: Degree::First,
        test_day: Day::new(20_000),
        onset: Some(3),
        found_at: Timestamp::new(1_795_271_460),
        batch: BatchId::new([7; 16]),
        doubt: None,
        seen: Some(Seen { first: now, last: now }),
    };
    let found = Match { encounter, exposure, revealed: None };
    diary.expose(&[found]);
    let assessment = risk::assess(&diary, &risk::Config::default(), Encounter::day);

    let mut emissions = Emissions::new();
    let sighting =
        Sighting::heard(&emissions.emit(now, TxPower::SCREEN, &mut rng), now.interval(), now).unwrap();

    let printed = [
        ("Secret", format!("{secret:?}")),
        ("StatusKey", format!("{:?}", secret.status_key())),
        ("Element", format!("{:?}", secret.element())),
        ("ClaimSecret", format!("{receiver:?}")),
        ("Claim", format!("{:?}", secret.claim(&receiver).unwrap())),
        ("SealedStatus", format!("{sealed:?}")),
        ("KeyRing(1 keys, 1 heard)", format!("{:?}", person.ring)),
        ("Matcher(1 tags)", format!("{:?}", Matcher::from_diary(&person.diary))),
        ("Tan", format!("{tan:?}")),
        ("TanKey", format!("{:?}", TanKey::generate(&mut rng))),
        ("PermitRequest", format!("{request:?}")),
        ("Pending", format!("{pending:?}")),
        ("Permit", permit_text),
        ("PermitHeader", format!("{:?}", PermitHeader::decode(&authorised.header).unwrap())),
        ("Authorised", format!("{authorised:?}")),
        ("PermitKey", format!("{permit_key:?}")),
        ("SecretKey", format!("{oprf_key:?}")),
        ("Output", format!("{:?}", oprf::base::evaluate(&oprf_key, b"input").unwrap())),
        ("Client", format!("{base_client:?}")),
        ("Client", format!("{verifiable_client:?}")),
        ("Client", format!("{partial_client:?}")),
        // When two people were near each other.
        ("Sighting", format!("{sighting:?}")),
        ("Some(Seen)", format!("{:?}", exposure.seen)),
        // What somebody's health is.
        ("Status", format!("{status:?}")),
        ("Exposure", format!("{exposure:?}")),
        ("Match", format!("{found:?}")),
        ("Found", format!("{:?}", Found { matches: vec![found], waiting: vec![1] })),
        ("Assessment", format!("{assessment:?}")),
        ("DayRisk", format!("{:?}", assessment.days[0])),
        ("Reason", format!("{:?}", assessment.days[0].reasons[0])),
        ("Some(Step)", format!("{:?}", assessment.days[0].reasons[0].more)),
        ("Grade", format!("{:?}", assessment.days[0].grade)),
        ("SigningKey", format!("{:?}", SigningKey::generate(&mut rng))),
    ];
    for (name, text) in printed {
        assert_eq!(text, name);
    }
}

/// What holds a secret wipes it when it goes: told by its type, so that taking it away does not compile.
#[test]
fn what_holds_a_secret_wipes_it() {
    const fn wipes<T: zeroize::ZeroizeOnDrop>() {}
    wipes::<Secret>();
    wipes::<Status>();
    wipes::<Sighting>();
    wipes::<Tcn>();
    wipes::<MetadataKey>();
    wipes::<DayKey>();
    wipes::<Node>();
}

/// What is made of secrets and prints more than a name prints none of them.
#[test]
fn nothing_secret_stands_in_what_prints_more() {
    let keys = Keys::of("printed", Interval::new(2_992_105));
    let mut ring: KeyRing = keys.ring();
    let other = Keys::of("other", keys.interval);
    let payload = other.ring().payload(other.middle()).unwrap();
    let draft = ring.hear(&payload, keys.middle(), How::Camera, &mut keystream([1; 32])).unwrap();
    let shared = x25519_dalek::x25519(keys.x25519, payload.beacon.public);
    let derived = crate::support::agreement::derive(&shared, &keys.beacon(), &payload.beacon);
    let stored = minicbor::to_vec(&draft.pairings[0]).unwrap();
    let mut secrets = vec![keys.x25519, keys.claim, shared, derived.report_secret, derived.receive_secret];
    // Element and status key to report; claim, element and status key to receive.
    let mut decoder = minicbor::Decoder::new(&stored);
    decoder.array().unwrap();
    for fields in [3, 4] {
        assert_eq!(decoder.array().unwrap(), Some(fields));
        decoder.bytes().unwrap();
        secrets.extend((1..fields).map(|_| <[u8; 32]>::try_from(decoder.bytes().unwrap()).unwrap()));
    }
    assert_eq!(secrets.len(), 10);
    let text = format!("{draft:?} {ring:?} {:?}", draft.pairings);
    for secret in secrets {
        assert!(!text.contains(&codec::to_hex(&secret)));
        assert!(!text.contains(&format!("{secret:?}")));
    }
}
