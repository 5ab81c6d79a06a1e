//! Decoys: what looks like a report, and what looks like a decoy and is none.

use twoken_core::decoy::{self, Shape};
use twoken_core::status::Mode;
use twoken_core::tan::{self, Tan};
use twoken_core::units::Week;
use twoken_core::wire::{Error, PrivateUpload, Upload};
use twoken_core::{codec, wire};

use super::{at, sha256};
use crate::file::{Case, File};
use crate::support::rng::{Script, keystream, wide};
use crate::support::{named, scalar};

const WEEK: Week = Week::new(2968);

pub fn files() -> Vec<File> {
    vec![good(), bad()]
}

fn body(shape: Shape, mode: Mode) -> Vec<u8> {
    let mut rng = keystream(named("decoy"));
    decoy::upload(shape, mode, at(15, 0), &mut rng).unwrap().body.clone()
}

fn request() -> Case {
    let mut script = Script::new(&[&named("t"), &wide(&scalar("blind"))]);
    let request = decoy::request(WEEK, &mut script).unwrap();
    script.end();
    assert!(decoy::is_marked(&request.tan));
    assert_eq!(Tan::parse(&request.tan).unwrap_err(), tan::Error::Symbol { position: 1 });
    Case::new("a request")
        .hex("t", named("t"))
        .hex("blind", scalar("blind"))
        .with("request", serde_json::to_value(request).unwrap())
}

fn upload(name: &str, shape: Shape, mode: Mode) -> Case {
    let sent = body(shape, mode);
    let report = decoy::unmarked(&sent, &"root".parse().unwrap()).unwrap();
    let (lines, nodes) = match mode {
        Mode::Open => {
            assert_eq!(Upload::decode(&sent).unwrap_err(), Error::Region);
            let Upload { region, entries, cover, .. } = Upload::decode(&report).unwrap();
            assert_eq!(region.as_str(), "root");
            (entries.len(), cover.map(|report| report.cover.len()))
        }
        Mode::Private => {
            assert_eq!(PrivateUpload::decode(&sent).unwrap_err(), Error::Region);
            let PrivateUpload { elements, cover, .. } = PrivateUpload::decode(&report).unwrap();
            (elements.len(), cover.map(|cover| cover.len()))
        }
    };
    assert_eq!(lines, shape.entries());
    assert!(decoy::is_upload(&sent) && !decoy::is_upload(&report) && sent.len() == report.len());
    let mut case = Case::new(name)
        .with("mode", if mode == Mode::Open { "open" } else { "private" })
        .with("count", lines)
        .with("nodes", nodes.unwrap_or(0))
        .with("length", sent.len())
        .hex("as_report_sha256", sha256(&report))
        .hex("sha256", sha256(&sent));
    if sent.len() < 8_192 {
        case = case.hex("body", sent);
    }
    case
}

fn good() -> File {
    let cases = vec![
        request(),
        upload("64 entries", Shape::of(0, 0), Mode::Open),
        upload("64 entries and 64 nodes", Shape::of(64, 1), Mode::Open),
        upload("2,048 entries and 1,008 nodes", Shape::of(9_999, 9_999), Mode::Open),
        upload("64 elements", Shape::of(1, 0), Mode::Private),
        upload("64 elements and 256 nodes", Shape::of(64, 65), Mode::Private),
    ];
    let note = "A request whose TAN is fourteen times U, and bodies whose region is sixteen times U. 'as_report' is the body \
                with the region root in the mark's place: it decodes as a report does, the body itself does not.";
    File::new("decoy.json", note, cases)
}

fn bad() -> File {
    let tans = [
        ("one letter less", "U".repeat(13)),
        ("one letter more", "U".repeat(15)),
        ("small letters", "u".repeat(14)),
        ("with dashes", "UUUUU-UUUUU-UUUU".to_owned()),
        ("another last symbol", format!("{}0", "U".repeat(13))),
        ("a space after it", format!("{} ", "U".repeat(14))),
    ];
    let refused = |(name, text): (&str, String)| {
        let error = tan::Error::Symbol { position: 1 };
        assert!(!decoy::is_marked(&text), "{name}");
        assert_eq!(Tan::parse(&text).unwrap_err(), error, "{name}");
        Case::new(name).with("tan", text).refused(error)
    };
    let mut cases: Vec<_> = tans.into_iter().map(refused).collect();
    let good = body(Shape::of(0, 0), Mode::Open);
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    let longer = [&good[..4], &[0x51, b'U'], &good[5..]].concat();
    let swapped = [&good[..1], &good[3..21], &good[1..3], &good[21..]].concat();
    let cbor = || Error::Codec(codec::Error::Cbor);
    let bodies: [(&str, Vec<u8>, wire::Error); 7] = [
        ("a small letter in the region", with(5, b'u'), Error::Region),
        ("a zero at the region's end", with(20, 0), Error::Region),
        ("one bit of the region turned", with(12, b'U' ^ 1), Error::Region),
        ("a region of 17 letters", longer, cbor()),
        ("the region before the version", swapped, cbor()),
        ("another version", with(2, 2), Error::Version(2)),
        ("cut off in the region", good[..20].to_vec(), cbor()),
    ];
    cases.extend(bodies.into_iter().map(|(name, body, error)| {
        assert!(!decoy::is_upload(&body), "{name}");
        assert_eq!(decoy::unmarked(&body, &"root".parse().unwrap()), None, "{name}");
        assert_eq!(Upload::decode(&body).unwrap_err(), error, "{name}");
        Case::new(name).hex("body", body).refused(error)
    }));
    let note = "What is nearly a decoy is none: it is read as a report, and refused as one.";
    File::new("decoy_bad_form.json", note, cases)
}
