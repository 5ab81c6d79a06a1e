//! Upload bodies.

use minicbor::Encoder;
use twoken_core::codec;
use twoken_core::redaction::Redaction;
use twoken_core::status::{Degree, Status};
use twoken_core::tag::{self, Entry};
use twoken_core::units::Day;
use twoken_core::wire::{Error, MAX_UPLOAD_BYTES, RegionId, SIZE_CLASSES, Upload, UploadBody};

use super::beacon::{IDENTITY, NO_ELEMENT};
use super::{at, sha256};
use crate::file::{Case, File};
use crate::support::named;
use crate::support::people::meeting;
use crate::support::rng::keystream;

/// What is uploaded, as CBOR fields, before they are put right.
#[derive(Clone)]
struct Fields {
    version: u8,
    region: Vec<u8>,
    degree: u8,
    entries: Vec<u8>,
}

impl Fields {
    fn cbor(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut cbor = Encoder::new(&mut bytes);
        cbor.map(4).unwrap();
        cbor.u8(0).unwrap().u8(self.version).unwrap();
        cbor.u8(1).unwrap().bytes(&self.region).unwrap();
        cbor.u8(2).unwrap().u8(self.degree).unwrap();
        cbor.u8(3).unwrap().bytes(&self.entries).unwrap();
        bytes
    }

    fn with_entry(&self, at: usize, entry: &[u8]) -> Self {
        let mut fields = self.clone();
        fields.entries[at * 84..at * 84 + 84].copy_from_slice(entry);
        fields
    }
}

fn region(name: &str) -> Vec<u8> {
    let mut padded = name.as_bytes().to_vec();
    padded.resize(16, 0);
    padded
}

/// Sorted dummies from a keystream.
pub fn dummies(key: [u8; 32], count: usize) -> Vec<Entry> {
    let mut rng = keystream(key);
    let mut entries: Vec<_> = (0..count).map(|_| Entry::dummy(&mut rng)).collect();
    entries.sort_unstable();
    entries
}

fn lines(entries: &[Entry]) -> Vec<u8> {
    entries.iter().flat_map(Entry::to_bytes).collect()
}

fn of_dummies(count: usize, region_name: &str, degree: u8) -> Fields {
    let entries = lines(&dummies(named("upload dummies"), count));
    Fields { version: 1, region: region(region_name), degree, entries }
}

/// One person's report of three encounters.
pub fn body() -> Vec<u8> {
    let (person, _) = meeting("reporter", 3, at(15, 0));
    let status = Status::of_encounter(Day::new(20_778), Some(-2)).unwrap();
    let chosen = Redaction::default().apply(&person.diary);
    let mut rng = keystream(named("upload body"));
    let region = "root".parse().unwrap();
    let body = UploadBody::build(&chosen, &status, &region, Degree::First, &mut rng).unwrap();
    let decoded = Upload::decode(body.as_bytes()).unwrap();
    let real: Vec<_> =
        person.diary.iter().flat_map(|row| row.pairings()).map(|one| *one.reported_tag()).collect();
    assert!(real.iter().all(|tag| decoded.entries.iter().any(|entry| entry.tag == *tag)));
    body.as_bytes().to_vec()
}

pub fn files() -> Vec<File> {
    let mut files = vec![good()];
    files.extend(bad());
    files
}

fn good() -> File {
    let (sent, decoded) = (body(), Upload::decode(&body()).unwrap());
    let mut cases = vec![
        Case::new("three encounters")
            .with("region", decoded.region.as_str())
            .with("degree", decoded.degree as u8)
            .with("count", decoded.entries.len())
            .hex("first_entry", decoded.entries[0].to_bytes())
            .hex("last_entry", decoded.entries[63].to_bytes())
            .hex("sha256", sha256(&sent))
            .hex("body", sent),
    ];
    for (count, region, degree) in
        [(64, "a", 2), (256, "region-of-16-chr", 1), (1024, "0-9", 1), (2048, "root", 1)]
    {
        let bytes = of_dummies(count, region, degree).cbor();
        assert!(bytes.len() <= MAX_UPLOAD_BYTES);
        let decoded = Upload::decode(&bytes).unwrap();
        assert_eq!((decoded.region.as_str(), decoded.degree as u8), (region, degree));
        assert_eq!(decoded.entries, dummies(named("upload dummies"), count));
        cases.push(
            Case::new(format!("{count} dummies"))
                .with("region", region)
                .with("degree", degree)
                .with("count", count)
                .hex("keystream_key", named("upload dummies"))
                .hex("first_entry", decoded.entries[0].to_bytes())
                .hex("last_entry", decoded.entries[count - 1].to_bytes())
                .with("length", bytes.len())
                .hex("sha256", sha256(&bytes)),
        );
    }
    let note = "body = deterministic CBOR { 0: 1, 1: region, 2: degree, 3: entries }, the region filled up to 16 bytes \
                with zeros, entries ascending. Where no body stands, its entries are dummies: 64 + 52 bytes each of \
                the ChaCha20 keystream under keystream_key (RFC 8439, counter and nonce zero), then sorted.";
    File::new("upload.json", note, cases)
}

type Bad = (&'static str, Vec<u8>, Error);

fn bad() -> Vec<File> {
    let good = of_dummies(64, "root", 1);
    let bytes = good.cbor();
    let entries = dummies(named("upload dummies"), 64);
    let entry = |at: usize| entries[at].to_bytes();
    let with_tag = |tag: [u8; 32]| [&tag[..], &entry(0)[32..]].concat();
    let of = |change: &dyn Fn(&mut Fields)| {
        let mut fields = good.clone();
        change(&mut fields);
        fields.cbor()
    };
    let cbor = Error::Codec(codec::Error::Cbor);
    let regions = |name: &str| of(&|fields| fields.region = region(name));
    let sized = |count: usize| of_dummies(count, "root", 1).cbor();
    let long_head = [&bytes[..1], &[0x18, 0], &bytes[1..]].concat();
    let unknown = [&[0xa5], &bytes[1..], &[4, 0]].concat();
    let repeated = [&[0xa5], &bytes[1..3], &[0, 1], &bytes[3..]].concat();
    let swapped = [&bytes[..1], &bytes[3..21], &bytes[1..3], &bytes[21..]].concat();
    let missing = [&[0xa3], &bytes[1..21], &bytes[23..]].concat();
    let indefinite = [&[0xbf], &bytes[1..], &[0xff]].concat();
    let unsorted = good.with_entry(0, &entry(1)).with_entry(1, &entry(0));
    let files: [(&str, Vec<Bad>); 7] = [
        (
            "upload_bad_version.json",
            vec![
                ("version 0", of(&|fields| fields.version = 0), Error::Version(0)),
                ("version 2", of(&|fields| fields.version = 2), Error::Version(2)),
                ("version 300, with other fields", super::batch::FOREIGN.to_vec(), Error::Version(300)),
            ],
        ),
        (
            "upload_bad_region.json",
            vec![
                ("empty", regions(""), Error::Region),
                ("upper case", regions("Root"), Error::Region),
                ("a zero inside", regions("ro\0t"), Error::Region),
                ("filled up with spaces", regions("root            "), Error::Region),
                ("not UTF-8", of(&|fields| fields.region = vec![0xff; 16]), Error::Region),
                ("15 bytes", of(&|fields| fields.region.truncate(15)), cbor.clone()),
                ("17 bytes", of(&|fields| fields.region.push(0)), cbor.clone()),
            ],
        ),
        (
            "upload_bad_degree.json",
            vec![
                ("degree 0", of(&|fields| fields.degree = 0), cbor.clone()),
                ("degree 3", of(&|fields| fields.degree = 3), cbor.clone()),
            ],
        ),
        (
            "upload_bad_cbor.json",
            vec![
                ("empty", vec![], cbor.clone()),
                ("a longer head than needed", long_head, cbor.clone()),
                ("indefinite length", indefinite, cbor.clone()),
                ("unknown field", unknown, cbor.clone()),
                ("a field twice", repeated, cbor.clone()),
                ("fields out of order", swapped, cbor.clone()),
                ("a field missing", missing, cbor.clone()),
                ("trailing byte", [&bytes[..], &[0]].concat(), cbor.clone()),
                ("cut off", bytes[..bytes.len() - 1].to_vec(), cbor),
            ],
        ),
        (
            "upload_bad_size.json",
            vec![
                ("no entry", sized(0), Error::SizeClass(0)),
                ("one entry", sized(1), Error::SizeClass(1)),
                ("63 entries", sized(63), Error::SizeClass(63)),
                ("65 entries", sized(65), Error::SizeClass(65)),
                ("64 entries and a byte", of(&|fields| fields.entries.push(0)), Error::SizeClass(64)),
            ],
        ),
        (
            "upload_bad_order.json",
            vec![
                ("the first two swapped", unsorted.cbor(), Error::Order),
                ("an entry twice", good.with_entry(1, &entry(0)).cbor(), Error::Order),
            ],
        ),
        (
            "upload_bad_tag.json",
            vec![
                ("identity", good.with_entry(0, &with_tag(IDENTITY)).cbor(), Error::Tag(tag::Error::Element)),
                (
                    "not canonical",
                    good.with_entry(0, &with_tag(NO_ELEMENT)).cbor(),
                    Error::Tag(tag::Error::Element),
                ),
                (
                    "no element, at the end",
                    good.with_entry(63, &with_tag([0xfe; 32])).cbor(),
                    Error::Tag(tag::Error::Element),
                ),
            ],
        ),
    ];
    assert!(SIZE_CLASSES.iter().all(|class| ![0, 1, 63, 65].contains(class)));
    assert!("root".parse::<RegionId>().is_ok());
    files
        .into_iter()
        .map(|(name, cases)| {
            let cases = cases.into_iter().map(|(name, bytes, error)| {
                assert_eq!(Upload::decode(&bytes).unwrap_err(), error, "{name}");
                Case::new(name).hex("body", bytes).refused(error)
            });
            File::new(name, "Upload bodies that a server refuses.", cases.collect())
        })
        .collect()
}
