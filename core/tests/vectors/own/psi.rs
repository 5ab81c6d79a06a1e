//! Queries of private mode, and their answers.

use minicbor::Encoder;
use twoken_core::codec::{self, to_hex};
use twoken_core::psi::{self, DaySet, Error, Query, Question, Response, Waiting};
use twoken_core::status::Scheme;
use twoken_core::tag::{self, Element, Secret};
use twoken_core::units::Day;

use super::beacon::{IDENTITY, NO_ELEMENT};
use super::private::{day_key, elements};
use super::sha256;
use crate::file::{Case, File};
use crate::support::named;
use crate::support::rng::keystream;

const DAY_SET: DaySet = DaySet { day: Day::new(20_778), scheme: Scheme::Encounter };

pub fn files() -> Vec<File> {
    vec![good(), bad_query(), bad_response(), bad_answer()]
}

fn names(counts: [usize; 3]) -> [Vec<String>; 3] {
    let mut all = (1..).map(|nth| format!("asked {nth}"));
    counts.map(|count| all.by_ref().take(count).collect())
}

fn element(name: &str) -> Element {
    Secret::new(named(name)).element()
}

fn waiting(day_set: DaySet, counts: [usize; 3]) -> Waiting {
    let sets = names(counts).map(|set| set.iter().map(|name| element(name)).collect());
    Question::new(day_set, sets).unwrap().blind(&mut keystream(named("blind"))).unwrap()
}

fn response(waiting: &Waiting) -> Vec<u8> {
    let query = Query::decode(waiting.query()).unwrap();
    psi::answer(&query, &day_key(), &mut keystream(named("shuffle"))).unwrap().encode()
}

fn good() -> File {
    let tcns = DaySet { scheme: Scheme::Tcn, ..DAY_SET };
    let inputs = [
        ("one, two and three", DAY_SET, [1, 2, 3]),
        ("nothing met", DAY_SET, [0, 0, 0]),
        ("as many as fit, one-way", tcns, [0, 48, 0]),
        ("one more", DAY_SET, [49, 0, 1]),
    ];
    let cases = inputs.map(|(name, day_set, counts)| {
        let waiting = waiting(day_set, counts);
        let (query, response) = (waiting.query().to_vec(), response(&waiting));
        let stored = waiting.to_bytes();
        let again = Waiting::from_bytes(&stored).unwrap();
        assert_eq!((again.query(), again.day_set()), (&query[..], day_set));
        let answer = again.finalize(&Response::decode(&response).unwrap(), &day_key().public()).unwrap();
        let tags = answer.sets().each_ref().map(|set| {
            assert!(set.iter().all(|second| second.claim.tag() == second.tag));
            set.iter().map(|second| second.tag.to_string()).collect::<Vec<_>>()
        });
        for (tags, names) in tags.iter().zip(names(counts)) {
            let elements: Vec<_> = names.iter().map(|name| element(name)).collect();
            let mut expected: Vec<_> =
                day_key().tags(&elements).unwrap().iter().map(ToString::to_string).collect();
            expected.sort_unstable();
            assert_eq!(*tags, expected);
        }
        let hex = |names: &Vec<String>| names.iter().map(|name| to_hex(&named(name))).collect::<Vec<_>>();
        Case::new(name)
            .with("day", day_set.day.get())
            .with("scheme", day_set.scheme as u8)
            .with("secrets", names(counts).iter().map(hex).collect::<Vec<_>>())
            .hex("keystream_key", named("blind"))
            .hex("b", *day_key().to_bytes())
            .hex("blinding_key", day_key().public().as_bytes())
            .hex("shuffle_keystream_key", named("shuffle"))
            .hex("query", query)
            .hex("response", response)
            .with("second_tags", tags.to_vec())
            .hex("stored_sha256", sha256(&stored))
    });
    let note = "secrets: of low, medium and high. The client draws c (64 bytes, reduced) and seed (32) from the keystream \
                under keystream_key; the server shuffles low, then medium, then high from the keystream under \
                shuffle_keystream_key: for last = n-1 down to 1, swap with a number below last+1, drawn from a u32 \
                (little-endian) that is drawn again from the largest multiple of the bound on.";
    File::new("psi.json", note, cases.into())
}

/// `{ 0: version [, 1: day, 2: scheme], 3: sets }`.
fn body(version: u8, scheme: Option<u8>, sets: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut cbor = Encoder::new(&mut bytes);
    cbor.map(if scheme.is_some() { 4 } else { 2 }).unwrap().u8(0).unwrap().u8(version).unwrap();
    if let Some(scheme) = scheme {
        cbor.u8(1).unwrap().u16(20_778).unwrap().u8(2).unwrap().u8(scheme).unwrap();
    }
    cbor.u8(3).unwrap().array(sets.len() as u64).unwrap();
    for set in sets {
        cbor.bytes(set).unwrap();
    }
    bytes
}

/// Sets of so many uniform points each.
fn sets(counts: &[usize]) -> Vec<Vec<u8>> {
    let of = |(nth, count): (usize, &usize)| elements(named(&format!("set {nth}")), *count).concat();
    counts.iter().enumerate().map(of).collect()
}

fn bad_query() -> File {
    let good = || sets(&[64, 64, 64]);
    let query = |sets: &[Vec<u8>]| body(1, Some(1), sets);
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut sets = good();
        change(&mut sets[1]);
        query(&sets)
    };
    let cbor = || Error::Codec(codec::Error::Cbor);
    assert!(Query::decode(&query(&good())).is_ok());
    let cases = [
        ("version 2", body(2, Some(1), &good()), Error::Version(2)),
        ("version 300, with other fields", super::batch::FOREIGN.to_vec(), Error::Version(300)),
        ("scheme 0", body(1, Some(0), &good()), cbor()),
        ("scheme 3", body(1, Some(3), &good()), cbor()),
        ("without day and scheme", body(1, None, &good()), cbor()),
        ("two sets", query(&sets(&[64, 64])), cbor()),
        ("four sets", query(&sets(&[64, 64, 64, 64])), cbor()),
        ("no points", query(&sets(&[0, 0, 0])), Error::SetSize(0)),
        ("63 points", query(&sets(&[64, 64, 63])), Error::SetSize(63)),
        ("65 points", query(&sets(&[65, 64, 64])), Error::SetSize(65)),
        ("64 points and a byte", with(&|set| set.push(0)), Error::SetSize(64)),
        ("sets of two sizes", query(&sets(&[64, 64, 256])), Error::Unequal),
        ("the first two swapped", with(&|set| set[..64].rotate_left(32)), Error::Order),
        ("a point twice", with(&|set| set.copy_within(..32, 32)), Error::Order),
        ("trailing byte", [query(&good()), vec![0]].concat(), cbor()),
        ("cut off", query(&good())[..6000].to_vec(), cbor()),
        ("nothing", vec![], cbor()),
    ];
    let cases = cases.map(|(name, bytes, error)| {
        assert_eq!(Query::decode(&bytes).unwrap_err(), error, "{name}");
        Case::new(name).hex("query", bytes).refused(error)
    });
    let mut cases: Vec<_> = cases.into();
    // Their form is right; no point is multiplied.
    for (name, at, point) in [
        ("an identity", 0, IDENTITY),
        ("a point that is no element", 63 * 32, [0xff; 32]),
        ("a point that is not canonical", 63 * 32, NO_ELEMENT),
    ] {
        let bytes = with(&|set| set[at..at + 32].copy_from_slice(&point));
        let query = Query::decode(&bytes).unwrap();
        let error = psi::answer(&query, &day_key(), &mut keystream(named("shuffle"))).unwrap_err();
        assert_eq!(error, Error::Point(tag::Error::Element));
        cases.push(Case::new(name).hex("query", bytes).refused(error));
    }
    File::new("psi_bad_query.json", "Queries that a server refuses.", cases)
}

fn bad_response() -> File {
    let response = |sets: &[Vec<u8>]| body(1, None, sets);
    let good = || sets(&[64, 64, 64]);
    let cbor = || Error::Codec(codec::Error::Cbor);
    assert!(Response::decode(&response(&good())).is_ok());
    let cases = [
        ("version 2", body(2, None, &good()), Error::Version(2)),
        ("with day and scheme", body(1, Some(1), &good()), cbor()),
        ("two sets", response(&sets(&[64, 64])), cbor()),
        ("63 points", response(&sets(&[64, 63, 64])), Error::SetSize(63)),
        ("sets of two sizes", response(&sets(&[256, 64, 64])), Error::Unequal),
        ("trailing byte", [response(&good()), vec![0]].concat(), cbor()),
        ("nothing", vec![], cbor()),
    ];
    let cases = cases.map(|(name, bytes, error)| {
        assert_eq!(Response::decode(&bytes).unwrap_err(), error, "{name}");
        Case::new(name).hex("response", bytes).refused(error)
    });
    File::new("psi_bad_response.json", "Responses that a client refuses whatever it asked.", cases.into())
}

fn bad_answer() -> File {
    let of = |counts| waiting(DAY_SET, counts);
    let good = response(&of([1, 2, 3]));
    let edit = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        bytes
    };
    let other = psi::DayKey::generate(&mut keystream(named("another batch day key")));
    let marked = |waiting: &Waiting| {
        let query = Query::decode(waiting.query()).unwrap();
        psi::answer(&query, &other, &mut keystream(named("shuffle"))).unwrap().encode()
    };
    // 48 real points and 16 probes: here the first point of the second set is one of the 48.
    let full = of([0, 48, 0]);
    let mut spoilt = response(&full);
    spoilt[8 + 2051..][..32].copy_from_slice(&IDENTITY);
    let cases = [
        ("another key", of([1, 2, 3]), marked(&of([1, 2, 3])), Error::Probe),
        (
            "a larger set than sent",
            of([1, 2, 3]),
            response(&of([49, 0, 0])),
            Error::Number { expected: 64, got: 256 },
        ),
        ("a point twice", of([1, 2, 3]), edit(&|bytes| bytes.copy_within(8..40, 40)), Error::Repeated),
        (
            "a point in two sets",
            of([1, 2, 3]),
            edit(&|bytes| bytes.copy_within(8..40, 8 + 2051)),
            Error::Repeated,
        ),
        (
            "another point in the place of a probe",
            of([0, 0, 0]),
            {
                let mut bytes = response(&of([0, 0, 0]));
                bytes[8..40].copy_from_slice(&elements(named("any"), 1)[0]);
                bytes
            },
            Error::Probe,
        ),
        ("the identity in the place of a real point", full, spoilt, Error::Point(tag::Error::Element)),
    ];
    let cases = cases.map(|(name, waiting, response, error)| {
        let stored = waiting.to_bytes();
        let refused = waiting.finalize(&Response::decode(&response).unwrap(), &day_key().public());
        assert_eq!(refused.map(|_| ()).unwrap_err(), error, "{name}");
        Case::new(name)
            .hex("stored", &*stored)
            .hex("blinding_key", day_key().public().as_bytes())
            .hex("response", response)
            .refused(error)
    });
    let note = "Responses that a client refuses after it asked the query in 'stored' (22, waiting query); nothing is counted.";
    File::new("psi_bad_answer.json", note, cases.into())
}
