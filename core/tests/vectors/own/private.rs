//! Private mode: second tags, and the batches, uploads and key codes that carry elements in the place of entries.

use curve25519_dalek::ristretto::CompressedRistretto;
use minicbor::Encoder;
use twoken_core::batch::{
    self, Header, PRIVATE_PAGE_BYTES, Pages, Pool, SealedBatch, SignedHeader, seal_private,
};
use twoken_core::codec::{self, to_base64url, to_hex};
use twoken_core::psi::DayKey;
use twoken_core::redaction::{Chosen, Redaction};
use twoken_core::status::{Degree, Mode, Scheme, Status};
use twoken_core::tag::{self, Element, Secret};
use twoken_core::tcn::{self, Emissions, TxPower};
use twoken_core::units::Day;
use twoken_core::wire::{
    Collector, Digest, Error, Handover, HandoverError, PrivateUpload, Progress, Upload, UploadBody,
};

use super::batch::resigned;
use super::beacon::{IDENTITY, NO_ELEMENT};
use super::{at, config, sha256, upload};
use crate::file::{Case, File};
use crate::support::named;
use crate::support::people::meeting;
use crate::support::rng::keystream;

pub fn files() -> Vec<File> {
    let mut files =
        vec![tags(), good_batch(), bad_batch(), good_upload(), bad_upload(), good_code(), bad_code()];
    files.push(open_in_private());
    files
}

pub fn day_key() -> DayKey {
    DayKey::generate(&mut keystream(named("batch day key")))
}

fn secret(nth: u8) -> Secret {
    Secret::new(named(&format!("private secret {nth}")))
}

/// Sorted uniform elements from a keystream.
pub fn elements(key: [u8; 32], count: usize) -> Vec<[u8; 32]> {
    let mut rng = keystream(key);
    let mut elements: Vec<_> = (0..count).map(|_| *Element::dummy(&mut rng).as_bytes()).collect();
    elements.sort_unstable();
    elements
}

fn tags() -> File {
    let key = day_key();
    let cases = [1, 2, 3].map(|nth| {
        let element = secret(nth).element();
        let b = curve25519_dalek::Scalar::from_canonical_bytes(*key.to_bytes()).unwrap();
        let z = (CompressedRistretto(*element.as_bytes()).decompress().unwrap() * b).compress().to_bytes();
        let tag = key.tags(std::slice::from_ref(&element)).unwrap()[0];
        assert_eq!(Secret::new(z).sole_claim().unwrap().tag(), tag);
        Case::new(format!("secret {nth}"))
            .hex("secret", named(&format!("private secret {nth}")))
            .hex("element", element.as_bytes())
            .hex("b", *key.to_bytes())
            .hex("blinding_key", key.public().as_bytes())
            .hex("z", z)
            .hex("second_tag", tag.as_bytes())
    });
    let note = "element = HashToGroup(secret), blinding_key = B = b*G, z = encode(b*element), \
                second_tag = w(z)*G with w(z) = HashToScalar(z), as for a secret.";
    File::new("private_tag.json", note, cases.into())
}

fn pool() -> Vec<Element> {
    (1..=3).map(|nth| secret(nth).element()).collect()
}

fn sealed(min_pages: usize) -> SealedBatch {
    let (region, scheme, degree) = ("root".parse().unwrap(), Scheme::Encounter, Degree::First);
    let pool = Pool { region, scheme, degree, entries: pool() };
    let mut rng = keystream(named("private batch"));
    seal_private(pool, &day_key(), at(20, 0), config::digest(), &config::key(), min_pages, &mut rng).unwrap()
}

fn good_batch() -> File {
    let cases = [1, 2].map(|min_pages| {
        let batch = sealed(min_pages);
        let again = SignedHeader::decode_verified(batch.header.to_bytes(), &config::key().public()).unwrap();
        let header = again.header();
        assert_eq!((header.mode, header.blinding_key), (Mode::Private, Some(day_key().public())));
        let pages = Pages::verify(header, batch.entries_file.clone()).unwrap();
        let published = day_key().tags(&pool()).unwrap();
        assert!(published.iter().all(|tag| pages.tags().any(|found| found == tag.as_bytes())));
        assert_eq!((pages.tags().count(), pages.entries().count()), (min_pages * 256, 0));
        assert_eq!(header.filter_digest, Digest::of(&batch.filter_file));
        Case::new(format!("{min_pages} of pages"))
            .hex("signing_seed", named("signing key"))
            .hex("b", *day_key().to_bytes())
            .with("elements", pool().iter().map(|one| to_hex(one.as_bytes())).collect::<Vec<_>>())
            .hex("keystream_key", named("private batch"))
            .with("sealed_at", header.sealed_at.seconds())
            .with("config_digest", header.config_digest.to_string())
            .with("id", header.id.to_string())
            .hex("header", again.to_bytes())
            .with("entries_file", to_base64url(&batch.entries_file))
            .hex("filter_digest", sha256(&batch.filter_file))
    });
    let note = "Batches of private mode: pages of 256 second tags, filled up from the keystream with dummies (64 bytes \
                each, by the RFC 9496 map), then the 16 bytes of the id.";
    File::new("private_batch.json", note, cases.into())
}

fn bad_batch() -> File {
    let batch = sealed(1);
    let file = batch.entries_file.clone();
    let swapped = [&file[32..64], &file[..32], &file[64..]].concat();
    let twice = [&file[..32], &file[..32], &file[64..]].concat();
    let signed =
        |file: &[u8]| resigned(&batch, |header: &mut Header| header.page_digests = vec![Digest::of(file)]);
    let good = batch.header.to_bytes().to_vec();
    let size = |got| batch::Error::Size { expected: PRIVATE_PAGE_BYTES, got };
    let open = upload::dummies(named("pool"), 256);
    let with_statuses =
        [&file[..], &open.iter().flat_map(|one| *one.sealed.as_bytes()).collect::<Vec<_>>()].concat();
    let cases = [
        ("with statuses", good.clone(), with_statuses.clone(), size(with_statuses.len())),
        ("trailing byte", good.clone(), [&file[..], &[0]].concat(), size(8193)),
        ("cut off by a byte", good.clone(), file[..8191].to_vec(), size(8191)),
        ("two tags swapped", good, swapped.clone(), batch::Error::PageDigest { page: 0 }),
        ("two tags swapped, and signed", signed(&swapped), swapped, batch::Error::Order),
        ("a tag twice, and signed", signed(&twice), twice, batch::Error::Order),
    ];
    let cases = cases.map(|(name, header, file, error)| {
        let signed = SignedHeader::decode_verified(&header, &config::key().public()).unwrap();
        assert_eq!(Pages::verify(signed.header(), file.clone()).unwrap_err(), error, "{name}");
        Case::new(name).hex("header", header).with("entries_file", to_base64url(&file)).refused(error)
    });
    File::new("private_batch_bad_page.json", "Entries files that are refused under 'header'.", cases.into())
}

fn chosen(others: usize, minutes: &[u64]) -> Chosen {
    let (person, _) = meeting("reporter", others, at(15, 0));
    let mut emissions = Emissions::new();
    let mut rng = keystream(named("day keys"));
    for minute in minutes {
        emissions.emit(at(*minute, 0), TxPower::SCREEN, &mut rng);
    }
    Redaction::default().apply_with(&person.diary, &emissions)
}

fn good_upload() -> File {
    let region = "root".parse().unwrap();
    let mut rng = keystream(named("private body"));
    let own = UploadBody::build_private(&chosen(3, &[]), &region, Degree::First, &mut rng).unwrap();
    let covered =
        UploadBody::build_private(&chosen(1, &[0, 10, 40]), &region, Degree::Second, &mut rng).unwrap();
    let chosen = chosen(1, &[0, 10, 40]);
    let encounters: Vec<_> = chosen.elements().cloned().collect();
    let staff =
        UploadBody::build_from_elements(encounters, chosen.cover().elements().collect(), &region, &mut rng);
    let cases = [
        ("three encounters", own),
        ("second degree, with a cover", covered),
        ("by staff, with one-way elements", staff.unwrap()),
    ];
    let cases = cases.map(|(name, body)| {
        assert_eq!(body.mode(), Mode::Private);
        let upload = PrivateUpload::decode(body.as_bytes()).unwrap();
        let mut case = Case::new(name)
            .with("region", upload.region.as_str())
            .with("degree", upload.degree as u8)
            .with("count", upload.elements.len())
            .hex("first_element", upload.elements[0].as_bytes());
        if let Some(cover) = upload.cover {
            let made = cover.elements().map(|one| to_hex(one.as_bytes()));
            case = case.hex("nodes", cover.to_bytes()).with("cover_elements", made.collect::<Vec<_>>());
        }
        if let Some(elements) = upload.tcn_elements {
            case = case.with("tcn_count", elements.len()).hex("first_tcn_element", elements[0].as_bytes());
        }
        case.hex("sha256", sha256(body.as_bytes())).hex("body", body.as_bytes())
    });
    let note = "body = deterministic CBOR { 0: 1, 1: region, 2: degree, 6: elements [, 7: nodes, filled up with zeros] \
                [, 8: one-way elements] }; elements of 32 bytes, ascending, filled up to a size class with uniform ones. \
                cover_elements are what a server makes of the nodes.";
    File::new("private_upload.json", note, cases.into())
}

fn body(elements: &[u8], nodes: Option<&[u8]>, tcns: Option<&[u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut cbor = Encoder::new(&mut bytes);
    cbor.map(4 + u64::from(nodes.is_some()) + u64::from(tcns.is_some())).unwrap();
    cbor.u8(0).unwrap().u8(1).unwrap();
    cbor.u8(1).unwrap().bytes(b"root\0\0\0\0\0\0\0\0\0\0\0\0").unwrap();
    cbor.u8(2).unwrap().u8(1).unwrap();
    cbor.u8(6).unwrap().bytes(elements).unwrap();
    for (key, value) in [(7, nodes), (8, tcns)] {
        if let Some(value) = value {
            cbor.u8(key).unwrap().bytes(value).unwrap();
        }
    }
    bytes
}

fn bad_upload() -> File {
    let lines = elements(named("private dummies"), 64);
    let good = lines.concat();
    let with = |at: usize, line: [u8; 32]| {
        let mut lines = lines.clone();
        lines[at] = line;
        lines.concat()
    };
    let mut swapped = lines.clone();
    swapped.swap(0, 1);
    let mut nodes = [&[0x51, 0x2a, 8, 5][..], &[7; 16]].concat();
    nodes.resize(64 * 20, 0);
    let version = |version: u8| {
        let mut bytes = body(&good, None, None);
        bytes[2] = version;
        bytes
    };
    let element = || Error::Tag(tag::Error::Element);
    let cbor = || Error::Codec(codec::Error::Cbor);
    assert!(PrivateUpload::decode(&body(&good, None, None)).is_ok());
    let cases = [
        ("a body of open mode", upload::body(), Error::Mode),
        ("version 2", version(2), Error::Version(2)),
        ("63 elements", body(&good[32..], None, None), Error::SizeClass(63)),
        ("none", body(&[], None, None), Error::SizeClass(0)),
        ("64 elements and a byte", body(&[&good[..], &[0]].concat(), None, None), Error::SizeClass(64)),
        ("the first two swapped", body(&swapped.concat(), None, None), Error::Order),
        ("an element twice", body(&with(1, lines[0]), None, None), Error::Order),
        ("identity", body(&with(0, IDENTITY), None, None), element()),
        ("no element", body(&with(63, [0xfe; 32]), None, None), element()),
        ("not canonical", body(&with(63, NO_ELEMENT), None, None), element()),
        ("63 nodes", body(&good, Some(&nodes[20..]), None), Error::CoverClass(63)),
        ("only zeros", body(&good, Some(&[0; 1280]), None), Error::Cover(tcn::Error::Order)),
        ("keys and elements made of keys", body(&good, Some(&nodes), Some(&good)), Error::BothTcn),
        ("one-way elements, none", body(&good, None, Some(&[])), Error::SizeClass(0)),
        ("trailing byte", [&body(&good, None, None)[..], &[0]].concat(), cbor()),
        ("nothing", Vec::new(), cbor()),
    ];
    let cases = cases.map(|(name, bytes, error)| {
        assert_eq!(PrivateUpload::decode(&bytes).unwrap_err(), error, "{name}");
        Case::new(name).hex("body", bytes).refused(error)
    });
    File::new(
        "private_upload_bad_body.json",
        "Upload bodies that a server of private mode refuses.",
        cases.into(),
    )
}

/// What a server of open mode says to bodies of private mode.
fn open_in_private() -> File {
    let good = elements(named("private dummies"), 64).concat();
    let entries = upload::dummies(named("upload dummies"), 64);
    let both = {
        let mut bytes = Vec::new();
        let mut cbor = Encoder::new(&mut bytes);
        cbor.map(5).unwrap();
        cbor.u8(0).unwrap().u8(1).unwrap();
        cbor.u8(1).unwrap().bytes(b"root\0\0\0\0\0\0\0\0\0\0\0\0").unwrap();
        cbor.u8(2).unwrap().u8(1).unwrap();
        let lines: Vec<u8> = entries.iter().flat_map(tag::Entry::to_bytes).collect();
        cbor.u8(3).unwrap().bytes(&lines).unwrap().u8(6).unwrap().bytes(&good).unwrap();
        bytes
    };
    let cases =
        [("elements", body(&good, None, None)), ("entries and elements", both)].map(|(name, bytes)| {
            let error = Upload::decode(&bytes).unwrap_err();
            assert_eq!(error, Error::Mode, "{name}");
            Case::new(name).hex("body", bytes).refused(error)
        });
    File::new(
        "upload_bad_mode.json",
        "Upload bodies of private mode, which a server of open mode refuses.",
        cases.into(),
    )
}

fn whole(codes: &[String]) -> Handover {
    let mut collector = Collector::default();
    let whole = codes.iter().find_map(|code| match collector.take(code).unwrap() {
        Progress::Whole(whole) => Some(whole),
        _ => None,
    });
    whole.unwrap()
}

fn good_code() -> File {
    let inputs = [
        ("two encounters, three intervals", chosen(2, &[0, 10, 40])),
        ("encounters only", chosen(1, &[])),
        ("intervals only", chosen(0, &[0])),
    ];
    let cases = inputs.map(|(name, chosen)| {
        let codes = Handover::private_codes(&chosen).unwrap();
        assert_eq!(codes.encounters().count(), chosen.entries_len());
        let codes: Vec<_> = codes.codes().map(|code| code.to_string()).collect();
        let whole = whole(&codes);
        assert_eq!(whole.mode(), Mode::Private);
        let status = Status::of_encounter(Day::new(20_778), None).unwrap();
        let refused = whole.entries(&status, &mut keystream(named("any"))).unwrap_err();
        assert_eq!(refused, HandoverError::Mode);
        let (encounters, one_way) = whole.elements().unwrap();
        let hex =
            |elements: Vec<Element>| elements.iter().map(|one| to_hex(one.as_bytes())).collect::<Vec<_>>();
        Case::new(name)
            .with("codes", codes)
            .hex("transfer", whole.transfer())
            .hex("nodes", whole.cover().to_bytes())
            .with("elements", hex(encounters))
            .with("one_way_elements", hex(one_way))
    });
    let note = "Key codes of private mode: as in handover.json, of the body { 0: 1, 1: nodes, 3: elements (32 bytes each, \
                ascending) }.";
    File::new("private_handover.json", note, cases.into())
}

fn bad_code() -> File {
    let of = |fields: &[(u8, &[u8])]| {
        let mut bytes = Vec::new();
        let mut cbor = Encoder::new(&mut bytes);
        cbor.map(1 + fields.len() as u64).unwrap().u8(0).unwrap().u8(1).unwrap();
        for (key, value) in fields {
            cbor.u8(*key).unwrap().bytes(value).unwrap();
        }
        bytes
    };
    let lines = elements(named("private dummies"), 2);
    let encounter = [&lines[0][..], &[9; 32]].concat();
    let cases = [
        (
            "encounters of both modes",
            of(&[(1, &[]), (2, &encounter), (3, &lines[0])]),
            HandoverError::Damaged,
        ),
        ("encounters of neither", of(&[(1, &[])]), HandoverError::Damaged),
        ("half an element", of(&[(1, &[]), (3, &[9; 16])]), HandoverError::Damaged),
        ("nothing chosen", of(&[(1, &[]), (3, &[])]), HandoverError::Nothing),
        ("an identity", of(&[(1, &[]), (3, &IDENTITY)]), HandoverError::Tag(tag::Error::Element)),
        ("out of order", of(&[(1, &[]), (3, &[lines[1], lines[0]].concat())]), HandoverError::Order),
        ("one twice", of(&[(1, &[]), (3, &[lines[0], lines[0]].concat())]), HandoverError::Order),
    ];
    let cases = cases.map(|(name, body, error)| {
        assert_eq!(Handover::from_bytes(&body).unwrap_err(), error, "{name}");
        Case::new(name).hex("body", body).refused(error)
    });
    let note = "Bodies of key codes that staff refuse, whatever the codes.";
    File::new("private_handover_bad_body.json", note, cases.into())
}
