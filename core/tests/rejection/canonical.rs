//! What is not signed has one form: altered bytes are refused, or are themselves the one form of what they mean.

use minicbor::Encoder;
use twoken_core::batch::BatchId;
use twoken_core::beacon::{Beacon, Payload};
use twoken_core::diary::{Encounter, Exposure};
use twoken_core::encounter::{How, KeyRing};
use twoken_core::matching::Matcher;
use twoken_core::permit::{Class, Pending, PermitHeader};
use twoken_core::psi::{self, DayKey, DaySet, DaySets, Query, Question, Response, Waiting};
use twoken_core::redaction::Redaction;
use twoken_core::risk::{Distance, Level};
use twoken_core::status::{Degree, Mode, Scheme, Status};
use twoken_core::tag::{ClaimKey, Entry};
use twoken_core::tan::Tan;
use twoken_core::tcn::Emission;
use twoken_core::units::{Minutes, Timestamp, Week};
use twoken_core::wire::{
    Collector, Contact, DurationClass, Handover, MAX_UPLOAD_BYTES, PrivateUpload, Progress, Report, Study,
    Texts, Upload, UploadBody, WithdrawalKey,
};

use crate::spoil::{each, each_of_many, garbage};
use crate::support::named;
use crate::support::people::{Keys, Person, meeting};
use crate::support::rng::keystream;

const NOW: Timestamp = Timestamp::new(1_795_271_460);

/// `again` decodes and encodes: nothing, or the very same bytes.
fn one_form(good: &[u8], again: impl Fn(&[u8]) -> Option<Vec<u8>>) {
    let check = checker(good, &again);
    each(good, &check);
    garbage(&check);
}

fn checker(good: &[u8], again: &impl Fn(&[u8]) -> Option<Vec<u8>>) -> impl Fn(&[u8]) {
    assert_eq!(again(good).as_deref(), Some(good));
    move |bytes: &[u8]| {
        if let Some(encoded) = again(bytes) {
            assert_eq!(encoded, bytes);
        }
    }
}

fn payload() -> Payload {
    Person::new("canonical").shows(NOW)
}

#[test]
fn beacons() {
    let mut beacon = payload().beacon;
    one_form(&beacon.encode(), |bytes| Beacon::decode(bytes).ok().map(|beacon| beacon.encode()));
    beacon.emission = Some(Emission::from_bytes(&[3; 24]));
    one_form(&beacon.encode(), |bytes| Beacon::decode(bytes).ok().map(|beacon| beacon.encode()));
}

#[test]
fn payloads() {
    let mut payload = payload();
    one_form(&payload.encode(), |bytes| Payload::decode(bytes).ok().map(|payload| payload.encode()));
    payload.beacon.emission = Some(Emission::from_bytes(&[3; 24]));
    one_form(&payload.encode(), |bytes| Payload::decode(bytes).ok().map(|payload| payload.encode()));
}

#[test]
fn a_payload_with_its_keys_swapped_is_another_or_none() {
    let bytes = payload().encode();
    let swapped = [&bytes[..6], &bytes[38..70], &bytes[6..38], &bytes[70..]].concat();
    if let Ok(payload) = Payload::decode(&swapped) {
        assert_eq!(payload.encode(), swapped);
    }
}

#[test]
fn claim_02_a_key_of_ones_own_is_refused_in_every_form() {
    let keys = Keys::of("own", NOW.interval());
    let own = keys.beacon();
    // X25519 ignores the top bit: the same key once more, beside somebody else's claim key.
    let mut reflected = Keys::of("somebody", NOW.interval()).beacon();
    reflected.public = own.public;
    let refused = |beacon: &Beacon| {
        Beacon::decode(&beacon.encode()).is_err() || {
            let payload = Payload { beacon: beacon.clone(), ..payload() };
            keys.ring().hear(&payload, keys.middle(), How::Camera, &mut keystream(named("id"))).is_err()
        }
    };
    assert!(refused(&own));
    assert!(refused(&reflected));
    reflected.public[31] |= 0x80;
    assert!(refused(&reflected));
    reflected.public = named("a key of theirs");
    reflected.public[31] &= 0x7f;
    assert!(!refused(&reflected));
}

#[test]
fn entries() {
    let entry = Entry::dummy(&mut keystream(named("entry")));
    one_form(&entry.to_bytes(), |bytes| Entry::from_bytes(bytes).ok().map(|entry| entry.to_bytes().to_vec()));
    one_form(&entry.to_bytes(), |bytes| {
        Entry::from_trusted(bytes).ok().map(|entry| entry.to_bytes().to_vec())
    });
    one_form(entry.tag.as_bytes(), |bytes| {
        let key = ClaimKey::from_bytes(bytes.try_into().ok()?).ok()?;
        Some(key.as_bytes().to_vec())
    });
}

/// The encoder that an upload's decoder must agree with, written from its description.
fn upload_again(upload: &Upload) -> Vec<u8> {
    let mut region = upload.region.as_str().as_bytes().to_vec();
    region.resize(16, 0);
    let entries: Vec<_> = upload.entries.iter().flat_map(Entry::to_bytes).collect();
    let mut bytes = Vec::new();
    let mut cbor = Encoder::new(&mut bytes);
    cbor.map(4).unwrap().u8(0).unwrap().u8(1).unwrap().u8(1).unwrap().bytes(&region).unwrap();
    cbor.u8(2).unwrap().u8(upload.degree as u8).unwrap().u8(3).unwrap().bytes(&entries).unwrap();
    bytes
}

#[test]
fn claim_13_uploads() {
    let (person, _) = meeting("reporter", 2, NOW);
    let chosen = Redaction::default().apply(&person.diary);
    let status = Status::of_encounter(NOW.day(), None).unwrap();
    let mut rng = keystream(named("upload"));
    let body =
        UploadBody::build(&chosen, &status, &"root".parse().unwrap(), Degree::First, &mut rng).unwrap();
    let again = |bytes: &[u8]| Upload::decode(bytes).ok().map(|upload| upload_again(&upload));
    let check = checker(body.as_bytes(), &again);
    each_of_many(body.as_bytes(), 7, 41, &check);
    garbage(&check);
    // Every bit of the heads and of the first entry.
    for (at, bit) in (0..110).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut bytes = body.as_bytes().to_vec();
        bytes[at] ^= 1 << bit;
        check(&bytes);
    }
    assert!(Upload::decode(&vec![0xa4; MAX_UPLOAD_BYTES + 1]).is_err());
}

/// The encoder that a private upload's decoder must agree with, written from its description.
fn private_upload_again(upload: &PrivateUpload) -> Vec<u8> {
    let mut region = upload.region.as_str().as_bytes().to_vec();
    region.resize(16, 0);
    let lines: Vec<_> = upload.elements.iter().flat_map(|one| *one.as_bytes()).collect();
    let mut bytes = Vec::new();
    let mut cbor = Encoder::new(&mut bytes);
    cbor.map(4).unwrap().u8(0).unwrap().u8(1).unwrap().u8(1).unwrap().bytes(&region).unwrap();
    cbor.u8(2).unwrap().u8(upload.degree as u8).unwrap().u8(6).unwrap().bytes(&lines).unwrap();
    bytes
}

#[test]
fn private_uploads_and_key_codes() {
    let (person, _) = meeting("reporter", 2, NOW);
    let chosen = Redaction::default().apply(&person.diary);
    let mut rng = keystream(named("upload"));
    let body = UploadBody::build_private(&chosen, &"root".parse().unwrap(), Degree::First, &mut rng).unwrap();
    let again = |bytes: &[u8]| PrivateUpload::decode(bytes).ok().map(|upload| private_upload_again(&upload));
    let check = checker(body.as_bytes(), &again);
    each_of_many(body.as_bytes(), 7, 41, &check);
    garbage(&check);
    for (at, bit) in (0..60).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut bytes = body.as_bytes().to_vec();
        bytes[at] ^= 1 << bit;
        check(&bytes);
        // Whatever it is now, it never passes for the other mode's.
        assert!(Upload::decode(&bytes).is_err());
    }
    let code = Handover::private_codes(&chosen).unwrap().codes().next().unwrap();
    let mut collector = Collector::default();
    let Ok(Progress::Whole(whole)) = collector.take(&code) else { panic!("one code") };
    one_form(&whole.to_bytes(), |bytes| Handover::from_bytes(bytes).ok().map(|one| one.to_bytes().to_vec()));
}

fn row() -> Encounter {
    let (person, _) = meeting("somebody", 1, NOW);
    let mut row = person.diary.iter().next().unwrap().clone();
    row.set_note("on the train").unwrap();
    row.set_label(Some("work")).unwrap();
    row.set_minutes(Some(Minutes::new(25)));
    row.exposure = Some(Exposure {
        degree: Degree::First,
        test_day: NOW.day(),
        onset: Some(-3),
        found_at: NOW,
        batch: BatchId::new([7; 16]),
        doubt: None,
        seen: None,
    });
    row
}

#[test]
fn diary_rows() {
    one_form(&row().to_cbor(), |bytes| Encounter::from_cbor(bytes).ok().map(|row| row.to_cbor()));
}

#[test]
fn key_rings() {
    let (person, _) = meeting("somebody", 1, NOW);
    one_form(&person.ring.to_bytes(), |bytes| {
        KeyRing::from_bytes(bytes).ok().map(|ring| ring.to_bytes().to_vec())
    });
}

#[test]
fn pending_permits() {
    let mut rng = keystream(named("pending"));
    let pending = Pending::new(&Tan::generate(&mut rng), Class::Staff, Week::new(2968), &mut rng);
    one_form(&pending.to_bytes(), |bytes| Pending::from_bytes(bytes).ok().map(|one| one.to_bytes().to_vec()));
}

#[test]
fn matchers() {
    let (person, _) = meeting("somebody", 2, NOW);
    let matcher = Matcher::from_diary(&person.diary);
    assert!(matcher.len() >= 2);
    one_form(&matcher.to_bytes(), |bytes| Matcher::from_bytes(bytes).ok().map(|one| one.to_bytes().to_vec()));
}

#[test]
fn queries_answers_and_what_waits_for_them() {
    let day_set = DaySet { day: NOW.day(), scheme: Scheme::Encounter };
    let question = Question::new(day_set, Default::default()).unwrap();
    let mut sets = DaySets::default();
    let tomorrow = NOW.plus(86_400).day();
    let waiting = sets.ask(question, tomorrow, &mut keystream(named("blind"))).unwrap();
    let key = DayKey::generate(&mut keystream(named("b")));
    let query = Query::decode(waiting.query()).unwrap();
    let response = psi::answer(&query, &key, &mut keystream(named("shuffle"))).unwrap().encode();
    let again = |bytes: &[u8]| Query::decode(bytes).ok().map(|query| query.encode());
    each_of_many(waiting.query(), 7, 41, checker(waiting.query(), &again));
    garbage(checker(waiting.query(), &again));
    let again = |bytes: &[u8]| Response::decode(bytes).ok().map(|response| response.encode());
    each_of_many(&response, 7, 41, checker(&response, &again));
    garbage(checker(&response, &again));
    // A spoilt answer is refused, or has the same points in another order.
    let points = |bytes: &[u8]| {
        let mut points: Vec<_> = bytes.chunks(32).map(<[u8]>::to_vec).collect();
        points.sort_unstable();
        points
    };
    let finalize = |bytes: &[u8]| {
        let stored = Waiting::from_bytes(&waiting.to_bytes()).unwrap();
        stored.finalize(&Response::decode(bytes).ok()?, &key.public()).ok()
    };
    assert!(finalize(&response).is_some());
    each_of_many(&response, 211, 1999, |bytes| {
        assert!(finalize(bytes).is_none() || points(&bytes[8..2056]) == points(&response[8..2056]));
    });
    let stored = waiting.to_bytes();
    let again = |bytes: &[u8]| Waiting::from_bytes(bytes).ok().map(|one| one.to_bytes().to_vec());
    each_of_many(&stored, 7, 41, checker(&stored, &again));
    garbage(checker(&stored, &again));
    one_form(&sets.to_bytes(), |bytes| DaySets::from_bytes(bytes).ok().map(|one| one.to_bytes()));
}

#[test]
fn permit_headers() {
    let bytes = [&named("t")[..], &[1, 0x0b, 0x98], &named("mac")].concat();
    one_form(&bytes, |bytes| {
        let header = PermitHeader::decode(&twoken_core::codec::to_base64url(bytes)).ok()?;
        Some(twoken_core::codec::from_base64url(&header.encode()).unwrap())
    });
}

pub fn study() -> Study {
    let texts = |text: &str| Texts { en: text.into(), de: text.into() };
    Study {
        mode: Mode::Open,
        title: texts("Contacts"),
        institution: "University".into(),
        asked: texts("How long?\nHow close?"),
        contact: "study@example.org".into(),
        ends: NOW.day(),
    }
}

#[test]
fn studies() {
    one_form(&study().to_bytes(), |bytes| Study::from_bytes(bytes).ok().map(|study| study.to_bytes()));
    // What it says is its name.
    let mut other = study();
    other.asked.de.push('!');
    assert_ne!(study().id(), other.id());
}

#[test]
fn reports_to_a_study() {
    let scheme = Scheme::Encounter;
    let (duration, closeness) = (DurationClass::From15, Distance::Near);
    let withdrawal = WithdrawalKey::new(named("withdrawal")).hash();
    for contact in [
        Contact::Open { day: NOW.day(), duration, closeness, scheme },
        Contact::Private { batch_day: NOW.day(), category: Level::Medium, scheme },
    ] {
        let report = Report { withdrawal, contact };
        one_form(&report.to_bytes(), |bytes| Report::decode(bytes).ok().map(|report| report.to_bytes()));
    }
}
