//! Beacons and payloads.

use serde_json::Value;
use twoken_core::beacon::{Acknowledgement, Beacon, Error, Payload, TimeError};
use twoken_core::tcn::Emission;

use super::{INTERVAL, at};
use crate::file::{Case, File};
use crate::support::people::Keys;

/// The encoding of the identity.
pub const IDENTITY: [u8; 32] = [0; 32];
/// The field element 1 is the identity's, 2 is no square: not an element (RFC 9496 §4.3.1).
pub const NO_ELEMENT: [u8; 32] = {
    let mut bytes = [0xff; 32];
    bytes[31] = 0x7f;
    bytes
};
pub const APP: &str = "https://twoken.example/";

pub fn plain() -> Payload {
    let beacon = Keys::of("beacon", INTERVAL).beacon();
    Payload { beacon, acknowledgement: Acknowledgement(*b"\x00\x01\x02\x03\x04\x05\x06\x07") }
}

pub fn with_emission() -> Payload {
    let mut payload = plain();
    payload.beacon.emission = Some(Emission::from_bytes(&[0xe5; 24]));
    payload
}

pub fn files() -> Vec<File> {
    let mut files = vec![good()];
    files.extend(bad());
    files.push(bad_time());
    files
}

fn good() -> File {
    let last = Payload { beacon: Keys::of("beacon", INTERVAL.next()).beacon(), ..plain() };
    let payloads = [("plain", plain()), ("with an emission", with_emission()), ("next interval", last)];
    let cases = payloads.map(|(name, payload)| {
        let beacon = &payload.beacon;
        let bytes = payload.encode();
        let again = Payload::decode(&bytes).unwrap();
        assert_eq!(again.beacon, *beacon);
        assert_eq!(Beacon::decode(&beacon.encode()).unwrap(), *beacon);
        Case::new(name)
            .with("interval", beacon.interval.get())
            .hex("x25519_key", beacon.public)
            .hex("claim_key", beacon.claim_key.as_bytes())
            .with(
                "emission",
                beacon
                    .emission
                    .as_ref()
                    .map_or(Value::Null, |emission| twoken_core::codec::to_hex(&emission.to_bytes()).into()),
            )
            .hex("acknowledgement", payload.acknowledgement.0)
            .hex("beacon", beacon.encode())
            .hex("payload", bytes)
            .with("fragment", payload.to_fragment())
            .with("app", APP)
            .with("link", payload.to_link(APP))
    });
    let note = "beacon = 1 | flags | interval u32 | x25519_key | claim_key [| emission]; payload = beacon | \
                acknowledgement; fragment = 'm=' and the payload's base64url; link = app, '#', fragment.";
    File::new("beacon.json", note, cases.into())
}

type Bad = (&'static str, Vec<u8>, Error);

/// Payloads that the decoder refuses, and why.
fn bad() -> Vec<File> {
    let (good, long) = (plain().encode(), with_emission().encode());
    let changed = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        bytes
    };
    let replaced = |at: usize, value: [u8; 32]| {
        let mut bytes = good.clone();
        bytes[at..at + 32].copy_from_slice(&value);
        bytes
    };
    let x25519 = |low: u8, high: u8| {
        let mut key = [0xff; 32];
        (key[0], key[31]) = (low, high);
        replaced(6, key)
    };
    let cut = |bytes: &[u8], got: usize| bytes[..got].to_vec();
    let truncated = |expected, got| Error::Truncated { expected, got };
    let files: [(&str, Vec<Bad>); 6] = [
        (
            "beacon_bad_version.json",
            vec![
                ("version 0", changed(0, 0), Error::Version(0)),
                ("version 2", changed(0, 2), Error::Version(2)),
                ("version 255, cut off", vec![255], Error::Version(255)),
                ("version 2, with other fields", [&[2][..], &[0xff; 200]].concat(), Error::Version(2)),
            ],
        ),
        (
            "beacon_bad_flags.json",
            vec![
                ("unknown flag 2", changed(1, 2), Error::Flags(2)),
                ("emission and unknown flag 128", changed(1, 129), Error::Flags(129)),
            ],
        ),
        (
            "beacon_bad_truncated.json",
            vec![
                ("nothing", vec![], truncated(78, 0)),
                ("version only", cut(&good, 1), truncated(78, 1)),
                ("inside the X25519 key", cut(&good, 37), truncated(78, 37)),
                ("no acknowledgement", cut(&good, 70), truncated(78, 70)),
                ("one byte short", cut(&good, 77), truncated(78, 77)),
                ("emission announced, none there", changed(1, 1), truncated(102, 78)),
                ("one byte short, with emission", cut(&long, 101), truncated(102, 101)),
            ],
        ),
        (
            "beacon_bad_oversized.json",
            vec![
                ("one byte more", [&good[..], &[0]].concat(), Error::Oversized { limit: 78, got: 79 }),
                (
                    "emission there, not announced",
                    [&good[..], &[0xe5; 24]].concat(),
                    Error::Oversized { limit: 78, got: 102 },
                ),
                (
                    "one byte more, with emission",
                    [&long[..], &[0]].concat(),
                    Error::Oversized { limit: 102, got: 103 },
                ),
            ],
        ),
        (
            "beacon_bad_claim_key.json",
            vec![
                ("identity", replaced(38, IDENTITY), Error::ClaimKey),
                ("not canonical", replaced(38, NO_ELEMENT), Error::ClaimKey),
                ("negative", changed(38, good[38] | 1), Error::ClaimKey),
            ],
        ),
        (
            "beacon_bad_x25519_key.json",
            vec![
                ("2^255 - 19, the other form of 0", x25519(0xed, 0x7f), Error::PublicKey),
                ("2^255 - 1, the other form of 18", x25519(0xff, 0x7f), Error::PublicKey),
                ("top bit set", changed(37, good[37] | 0x80), Error::PublicKey),
            ],
        ),
    ];
    let note = "Payloads that a decoder refuses, with the error it gives.";
    files
        .into_iter()
        .map(|(name, cases)| {
            let cases = cases.into_iter().map(|(name, bytes, error)| {
                assert_eq!(Payload::decode(&bytes).unwrap_err(), error, "{name}");
                Case::new(name).hex("payload", bytes).refused(error)
            });
            File::new(name, note, cases.collect())
        })
        .collect()
}

fn bad_time() -> File {
    let beacon = plain().beacon;
    let (stale, future) = (TimeError::Stale { shown: INTERVAL }, TimeError::Future { shown: INTERVAL });
    for accepted in [at(9, 0), at(10, 0), at(15, 0), at(21, 0)] {
        assert_eq!(beacon.check_time(accepted), Ok(()));
    }
    let cases = [
        ("61 seconds early", at(8, 59), future),
        ("an hour early", at(0, 0).minus(3000), future),
        ("61 seconds late", at(21, 1), stale),
        ("a day late", at(24 * 60 + 10, 0), stale),
    ]
    .map(|(name, now, error)| {
        assert_eq!(beacon.check_time(now), Err(error), "{name}");
        Case::new(name).hex("payload", plain().encode()).with("now", now.seconds()).refused(error)
    });
    let note = "Well-formed, but not for now: a beacon is heard from 60 s before its interval's first second to 60 s \
                after the first second that follows it, both included.";
    File::new("beacon_bad_time.json", note, cases.into())
}
