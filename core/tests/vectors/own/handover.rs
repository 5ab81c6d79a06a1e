//! Key codes.

use minicbor::Encoder;
use twoken_core::codec;
use twoken_core::redaction::Redaction;
use twoken_core::tag;
use twoken_core::tcn::{self, Emissions, TxPower};
use twoken_core::units::Timestamp;
use twoken_core::wire::{Collector, Handover, HandoverError as Error, Progress};

use super::beacon::IDENTITY;
use super::{at, sha256};
use crate::file::{Case, File};
use crate::support::named;
use crate::support::people::meeting;
use crate::support::rng::keystream;

pub fn files() -> Vec<File> {
    vec![good(), bad()]
}

/// So many encounters, and an emission in each of these minutes.
fn codes(others: usize, minutes: impl Iterator<Item = u64>) -> Vec<String> {
    let (person, _) = meeting("patient", others, at(12, 0));
    let mut emissions = Emissions::new();
    let mut rng = keystream(named("day keys"));
    for minute in minutes {
        emissions.emit(Timestamp::new(at(minute, 0).seconds() - 5 * 86_400), TxPower::SCREEN, &mut rng);
    }
    let chosen = Redaction::default().apply_with(&person.diary, &emissions);
    Handover::codes(&chosen).unwrap().codes().map(|code| code.to_string()).collect()
}

fn good() -> File {
    let inputs = [
        ("two encounters, three intervals", codes(2, [0, 10, 40].into_iter())),
        ("encounters only", codes(1, std::iter::empty())),
        ("intervals only", codes(0, [0].into_iter())),
        ("several codes", codes(9, (0..30).map(|nth| nth * 20))),
    ];
    let cases = inputs.map(|(name, codes)| {
        let mut collector = Collector::default();
        let whole = codes.iter().find_map(|code| match collector.take(code).unwrap() {
            Progress::Partial { .. } => None,
            Progress::Whole(whole) => Some(whole),
            Progress::Refused(error) => panic!("{error}"),
        });
        let whole = whole.unwrap();
        Case::new(name)
            .with("codes", codes)
            .hex("transfer", whole.transfer())
            .hex("nodes", whole.cover().to_bytes())
            .with("encounters", whole.encounters())
            .with("intervals", whole.cover().intervals().map(|interval| interval.get()).collect::<Vec<_>>())
    });
    let note = "Key codes: 'TWOKEN-KEYS-' and the base32 of version u8, transfer 8, index u8, count u8 and a part of \
                the body { 0: 1, 1: nodes, 2: encounters }; transfer = the first 8 bytes of \
                SHA-256('twoken/v1/handover', body).";
    File::new("handover.json", note, cases.into())
}

/// B and 2·B, which are two elements (RFC 9496, appendix A.1).
const MULTIPLES: [&str; 2] = [
    "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76",
    "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919",
];

/// One code of a body made by hand.
fn code(body: &[u8]) -> String {
    let transfer = sha256(&[b"twoken/v1/handover", body].concat());
    frame(&[&[1], &transfer[..8], &[0, 1], body].concat())
}

fn frame(bytes: &[u8]) -> String {
    format!("TWOKEN-KEYS-{}", codec::to_base32(bytes))
}

fn body(version: u8, nodes: &[u8], encounters: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut cbor = Encoder::new(&mut bytes);
    cbor.map(3).unwrap();
    cbor.u8(0).unwrap().u8(version).unwrap();
    cbor.u8(1).unwrap().bytes(nodes).unwrap();
    cbor.u8(2).unwrap().bytes(encounters).unwrap();
    bytes
}

fn bad() -> File {
    let nodes = |indexes: &[u8]| -> Vec<u8> {
        indexes.iter().flat_map(|index| [&[0x51, 0x2a, 8, *index][..], &[7; 16]].concat()).collect()
    };
    let good = body(1, &nodes(&[5]), &[]);
    let encounter = |tag: [u8; 32]| [&tag[..], &[9; 32]].concat();
    let [later, earlier] = MULTIPLES.map(|tag| encounter(codec::from_hex(tag).unwrap().try_into().unwrap()));
    assert!(matches!(
        Collector::default().take(&code(&body(1, &[], &[&earlier[..], &later].concat()))),
        Ok(Progress::Whole(_))
    ));
    let spoiled = |at: usize, to: u8| {
        let mut bytes = codec::from_base32(&code(&good)[12..]).unwrap();
        bytes[at] = to;
        frame(&bytes)
    };
    let cases = [
        ("a meeting's code", "https://twoken.example/#m=AQ".to_owned(), Error::NotKeys),
        ("nothing", String::new(), Error::NotKeys),
        ("version of a code", spoiled(0, 2), Error::Version(2)),
        ("version of a body", code(&body(2, &nodes(&[5]), &[])), Error::Version(2)),
        ("a symbol that base32 does not have", format!("{}1", code(&good)), Error::Damaged),
        ("no place of so many", spoiled(9, 1), Error::Damaged),
        ("a byte of the body", spoiled(30, 0x55), Error::Damaged),
        ("no body", frame(&[1; 11]), Error::Damaged),
        ("too long", frame(&[1; 801]), Error::Damaged),
        ("half an encounter", code(&body(1, &nodes(&[5]), &[9; 32])), Error::Damaged),
        ("a byte after the body", code(&[&good[..], &[0]].concat()), Error::Damaged),
        ("nothing chosen", code(&body(1, &[], &[])), Error::Nothing),
        ("an identity tag", code(&body(1, &[], &encounter(IDENTITY))), Error::Tag(tag::Error::Element)),
        ("encounters out of order", code(&body(1, &[], &[&later[..], &earlier].concat())), Error::Order),
        ("one encounter twice", code(&body(1, &[], &[&earlier[..], &earlier].concat())), Error::Order),
        ("overlapping keys", code(&body(1, &nodes(&[5, 5]), &[])), Error::Cover(tcn::Error::Order)),
        (
            "keys that one could stand for",
            code(&body(1, &nodes(&[4, 5]), &[])),
            Error::Cover(tcn::Error::Siblings),
        ),
        ("a key outside its day", code(&body(1, &nodes(&[144]), &[])), Error::Cover(tcn::Error::Position)),
    ];
    let cases: Vec<_> = cases
        .into_iter()
        .map(|(name, text, error)| {
            let refused = match Collector::default().take(&text) {
                Err(refused) | Ok(Progress::Refused(refused)) => Some(refused),
                Ok(_) => None,
            };
            assert_eq!(refused, Some(error), "{name}");
            Case::new(name).with("code", text).refused(error)
        })
        .collect();
    File::new("handover_bad_code.json", "Key codes that staff refuse.", cases)
}
