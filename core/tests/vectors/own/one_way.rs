//! Upload bodies with one-way parts: a patient's cover, or entries that staff made of one.

use minicbor::Encoder;
use twoken_core::redaction::{Chosen, Redaction};
use twoken_core::status::{self, Degree, Status};
use twoken_core::tag::Entry;
use twoken_core::tcn::{self, Emissions, TxPower};
use twoken_core::units::Day;
use twoken_core::wire::{Error, Upload, UploadBody};

use super::upload::dummies;
use super::{at, sha256};
use crate::file::{Case, File};
use crate::support::named;
use crate::support::people::meeting;
use crate::support::rng::keystream;

/// 21 November 2026.
const TEST_DAY: Day = Day::new(20_778);

pub fn files() -> Vec<File> {
    let mut files = vec![good()];
    files.extend(bad());
    files
}

fn status() -> Status {
    Status::of_encounter(TEST_DAY, Some(-2)).unwrap()
}

fn chosen() -> Chosen {
    let (person, _) = meeting("reporter", 1, at(15, 0));
    let mut emissions = Emissions::new();
    let mut rng = keystream(named("day keys"));
    for minute in [0, 10, 40] {
        emissions.emit(at(minute, 0), TxPower::SCREEN, &mut rng);
    }
    Redaction::default().apply_with(&person.diary, &emissions)
}

fn case(name: &str, body: &[u8]) -> Case {
    let upload = Upload::decode(body).unwrap();
    let first = |entries: &[Entry]| entries[0].to_bytes();
    let mut case = Case::new(name)
        .with("region", upload.region.as_str())
        .with("count", upload.entries.len())
        .hex("first_entry", first(&upload.entries))
        .with("length", body.len());
    if let Some(report) = upload.cover {
        case = case
            .with("test_day", report.status.test_day.get())
            .with("onset", report.status.onset.unwrap())
            .hex("nodes", report.cover.to_bytes())
            .with("intervals", report.cover.intervals().map(|interval| interval.get()).collect::<Vec<_>>());
    }
    if let Some(entries) = upload.tcn_entries {
        case = case.with("tcn_count", entries.len()).hex("first_tcn_entry", first(&entries));
    }
    case.hex("sha256", sha256(body)).hex("body", body)
}

fn good() -> File {
    let (chosen, region) = (chosen(), "root".parse().unwrap());
    let mut rng = keystream(named("one-way body"));
    let own = UploadBody::build(&chosen, &status(), &region, Degree::First, &mut rng).unwrap();
    let encounters = chosen.entries(&status(), Degree::First, &mut rng);
    let tcns = chosen.cover().entries(&status(), Degree::First, &mut rng).unwrap();
    let staff = UploadBody::build_from_entries(encounters, tcns, &region, &mut rng).unwrap();
    let cases = vec![
        case("a patient's, with a cover", own.as_bytes()),
        case("by staff, with entries", staff.as_bytes()),
    ];
    let note = "body = { 0: 1, 1: region, 2: degree, 3: entries, 4: { 0: test day u16 | onset i8, 1: nodes, filled up \
                with zeros } } or { …, 5: entries of scheme 2 }.";
    File::new("upload_one_way.json", note, cases)
}

/// A body of 64 dummies with what is given under keys 4 and 5.
fn body(cover: Option<(&[u8], &[u8])>, tcns: Option<&[u8]>) -> Vec<u8> {
    let entries: Vec<u8> = dummies(named("upload dummies"), 64).iter().flat_map(Entry::to_bytes).collect();
    let mut bytes = Vec::new();
    let mut cbor = Encoder::new(&mut bytes);
    cbor.map(4 + u64::from(cover.is_some()) + u64::from(tcns.is_some())).unwrap();
    cbor.u8(0).unwrap().u8(1).unwrap();
    cbor.u8(1).unwrap().bytes(b"root\0\0\0\0\0\0\0\0\0\0\0\0").unwrap();
    cbor.u8(2).unwrap().u8(1).unwrap();
    cbor.u8(3).unwrap().bytes(&entries).unwrap();
    if let Some((status, nodes)) = cover {
        cbor.u8(4).unwrap().map(2).unwrap();
        cbor.u8(0).unwrap().bytes(status).unwrap();
        cbor.u8(1).unwrap().bytes(nodes).unwrap();
    }
    if let Some(tcns) = tcns {
        cbor.u8(5).unwrap().bytes(tcns).unwrap();
    }
    bytes
}

fn bad() -> Vec<File> {
    let brief = [0x51, 0x2a, 0xfe];
    let leaf = |index: u8| [&[0x51, 0x2a, 8, index][..], &[7; 16]].concat();
    let nodes = |indexes: &[u8], count: usize| {
        let mut nodes: Vec<u8> = indexes.iter().copied().flat_map(leaf).collect();
        nodes.resize(count * 20, 0);
        nodes
    };
    let cover = |nodes: &[u8]| body(Some((&brief, nodes)), None);
    let mut after_padding = nodes(&[5], 64);
    after_padding[40..60].copy_from_slice(&leaf(9));
    let entries: Vec<u8> = dummies(named("one-way dummies"), 64).iter().flat_map(Entry::to_bytes).collect();
    let order = || Error::Cover(tcn::Error::Order);
    let bad_cover = vec![
        ("63 nodes", cover(&nodes(&[5], 63)), Error::CoverClass(63)),
        ("none", cover(&[]), Error::CoverClass(0)),
        ("1,009 nodes", cover(&nodes(&[5], 1009)), Error::CoverClass(1009)),
        ("only zeros", cover(&nodes(&[], 64)), order()),
        ("a node after the zeros", cover(&after_padding), order()),
        ("overlapping", cover(&nodes(&[5, 5], 64)), order()),
        ("two where one would do", cover(&nodes(&[4, 5], 64)), Error::Cover(tcn::Error::Siblings)),
        ("outside its day", cover(&nodes(&[144], 64)), Error::Cover(tcn::Error::Position)),
        (
            "onset out of range",
            body(Some((&[0x51, 0x2a, 15], &nodes(&[5], 64))), None),
            Error::Status(status::Error::Field),
        ),
        (
            "keys and entries made of keys",
            body(Some((&brief, &nodes(&[5], 64))), Some(&entries)),
            Error::BothTcn,
        ),
    ];
    let bad_entries = vec![
        ("one-way entries of no size class", body(None, Some(&entries[..84])), Error::SizeClass(1)),
        ("one-way entries, none", body(None, Some(&[])), Error::SizeClass(0)),
    ];
    [("upload_bad_cover.json", bad_cover), ("upload_bad_tcn_entries.json", bad_entries)]
        .into_iter()
        .map(|(name, cases)| {
            let cases = cases.into_iter().map(|(name, bytes, error)| {
                assert_eq!(Upload::decode(&bytes).unwrap_err(), error, "{name}");
                Case::new(name).hex("body", bytes).refused(error)
            });
            File::new(name, "One-way parts of upload bodies that a server refuses.", cases.collect())
        })
        .collect()
}
