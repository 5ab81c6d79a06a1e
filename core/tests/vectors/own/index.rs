//! Signed indexes and their chain of heads.

use twoken_core::batch::{Error, Head, Index};
use twoken_core::codec::{self, to_hex};
use twoken_core::units::{Day, Timestamp};
use twoken_core::wire::{RegionId, SigningKey};

use super::batch::{FOREIGN, ONE_PAGE, Sealing, changed, sign};
use super::{at, config};
use crate::file::{Case, File};
use crate::support::named;

/// 21 November 2026.
const DAY: Day = Day::new(20_778);

fn later() -> Sealing {
    Sealing { minute: 80, seed: "batch later", ..ONE_PAGE }
}

fn headers() -> [Vec<u8>; 2] {
    [ONE_PAGE.seal(), later().seal()].map(|batch| batch.header.to_bytes().to_vec())
}

fn root() -> RegionId {
    "root".parse().unwrap()
}

/// The time of the tests: 13:30.
fn now() -> Timestamp {
    at(90, 0)
}

fn signed(day: Day, previous: Head, headers: &[Vec<u8>], signed_at: Timestamp) -> Vec<u8> {
    Index::sign(&root(), day, previous, headers, signed_at, &config::key())
}

fn ordinary() -> Vec<u8> {
    signed(DAY, Head::GENESIS, &headers(), at(90, 0))
}

pub fn files() -> Vec<File> {
    let mut files = vec![good()];
    files.extend(bad());
    files.push(bad_chain());
    files
}

fn good() -> File {
    let yesterday = Head::new(named("yesterday's last head"));
    let tomorrow = DAY.next().start();
    let inputs = [
        ("two batches, the first of the chain", Head::GENESIS, headers().to_vec(), at(90, 0), now()),
        ("no batch yet", yesterday, vec![], at(90, 0), now()),
        ("one batch, two hours old", yesterday, headers()[..1].to_vec(), at(90, 0), at(90, 7200)),
        (
            "yesterday, signed in today's first second",
            yesterday,
            headers().to_vec(),
            tomorrow,
            tomorrow.plus(80_000),
        ),
        ("signed by a clock two hours ahead", yesterday, vec![], at(90, 7200), now()),
    ];
    let cases = inputs.map(|(name, previous, headers, signed_at, now)| {
        let bytes = signed(DAY, previous, &headers, signed_at);
        let index = Index::decode_verified(&bytes, &config::key().public(), &root(), DAY, now).unwrap();
        assert_eq!(index.after(None).unwrap().len(), headers.len());
        assert_eq!(index.after(Some(&previous)).unwrap().len(), headers.len());
        assert_eq!(index.after(Some(&index.last_head())).unwrap().len(), 0);
        Case::new(name)
            .hex("signing_seed", named("signing key"))
            .with("region", "root")
            .with("day", DAY.to_string())
            .with("previous", previous.to_string())
            .with("headers", headers.iter().map(|header| to_hex(header)).collect::<Vec<_>>())
            .with("signed_at", signed_at.seconds())
            .with("now", now.seconds())
            .hex("index", &bytes)
            .with("last_head", index.last_head().to_string())
    });
    let note = "index = Ed25519 signature of 'twoken/v1/index' | CBOR, then the CBOR; head = SHA-256('twoken/v1/head' \
                | previous head | signed header). Accepted at 'now'.";
    File::new("index.json", note, cases.into())
}

type Bad = (&'static str, Vec<u8>, Day, Timestamp, Error);

fn bad() -> Vec<File> {
    let good = ordinary();
    let body = &good[64..];
    let [first, second] = headers();
    let turned = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let resigned = |body: &[u8]| sign("twoken/v1/index", body);
    let with = |headers: &[Vec<u8>]| signed(DAY, Head::GENESIS, headers, at(90, 0));
    let foreign = Index::sign(
        &root(),
        DAY,
        Head::GENESIS,
        &[],
        at(90, 0),
        &SigningKey::from_bytes(&named("another signing key")),
    );
    let mut spoilt = first.clone();
    spoilt[70] ^= 1;
    let elsewhere =
        Index::sign(&"north".parse().unwrap(), DAY, Head::GENESIS, &[], at(90, 0), &config::key());
    let mut version = body.to_vec();
    assert_eq!(version[1..3], [0, 1]);
    version[2] = 2;
    let long_head = [&body[..1], &[0x18, 0], &body[2..]].concat();
    let cbor = Error::Codec(codec::Error::Cbor);
    let today = |name, bytes, error| (name, bytes, DAY, now(), error);
    let north = changed(|header| header.region = "north".parse().unwrap());
    let yesterday = changed(|header| header.sealed_at = DAY.start().minus(1));
    let midnight = DAY.next().start();
    let files: [(&str, Vec<Bad>); 8] = [
        (
            "index_bad_signature.json",
            vec![
                today("the signature", turned(10), Error::Signature),
                today("the last byte", turned(good.len() - 1), Error::Signature),
                today("signed by another key", foreign, Error::Signature),
                today("signed as a header", sign("twoken/v1/header", body), Error::Signature),
                today("trailing byte", [&good[..], &[0]].concat(), Error::Signature),
                today("a header in it whose signature does not hold", with(&[spoilt]), Error::Signature),
            ],
        ),
        (
            "index_bad_version.json",
            vec![
                today("version 2", resigned(&version), Error::Version(2)),
                today("version 300, with other fields", resigned(&FOREIGN), Error::Version(300)),
            ],
        ),
        (
            "index_bad_cbor.json",
            vec![
                today("a longer head than needed", resigned(&long_head), cbor.clone()),
                today("trailing byte, signed", resigned(&[body, &[0]].concat()), cbor.clone()),
                today("cut off, signed", resigned(&body[..body.len() - 1]), cbor.clone()),
                today("empty, signed", resigned(&[]), cbor),
                today(
                    "a header of ten bytes",
                    with(&[vec![1; 10]]),
                    Error::Codec(codec::Error::Length { expected: 64, got: 10 }),
                ),
            ],
        ),
        (
            "index_bad_region.json",
            vec![
                today("an index of another region", elsewhere, Error::Region),
                today("a header of another region", with(&[north]), Error::Region),
            ],
        ),
        (
            "index_bad_day.json",
            vec![
                ("an index of another day", good.clone(), DAY.next(), midnight, Error::Day(DAY.next())),
                today("a header of another day", with(&[yesterday]), Error::Day(DAY)),
            ],
        ),
        ("index_bad_order.json", vec![today("later batch first", with(&[second, first]), Error::Order)]),
        (
            "index_bad_stale.json",
            vec![
                ("today's, two hours and a second old", good.clone(), DAY, at(90, 7201), Error::Stale),
                (
                    "yesterday's, signed before the day ended",
                    good.clone(),
                    DAY,
                    midnight.plus(1),
                    Error::Stale,
                ),
            ],
        ),
        (
            "index_bad_future.json",
            vec![(
                "signed two hours and a second ahead",
                good.clone(),
                DAY,
                at(90, 0).minus(7201),
                Error::Future,
            )],
        ),
    ];
    files
        .into_iter()
        .map(|(name, cases)| {
            let cases = cases.into_iter().map(|(name, bytes, day, now, error)| {
                let result = Index::decode_verified(&bytes, &config::key().public(), &root(), day, now);
                assert_eq!(result.unwrap_err(), error, "{name}");
                Case::new(name)
                    .hex("verifying_key", config::key().public().as_bytes())
                    .with("region", "root")
                    .with("day", day.to_string())
                    .with("now", now.seconds())
                    .hex("index", bytes)
                    .refused(error)
            });
            File::new(
                name,
                "Indexes that are refused when this region and day are asked for at 'now'.",
                cases.collect(),
            )
        })
        .collect()
}

/// Indexes that verify and do not continue what a client has seen.
fn bad_chain() -> File {
    let read =
        |bytes: &[u8]| Index::decode_verified(bytes, &config::key().public(), &root(), DAY, now()).unwrap();
    let [first, second] = headers();
    let seen = |headers: &[Vec<u8>]| read(&signed(DAY, Head::GENESIS, headers, at(90, 0))).last_head();
    let other = Sealing { seed: "batch instead", ..ONE_PAGE }.seal().header.to_bytes().to_vec();
    let inputs = [
        ("rolled back to the first batch", seen(&[first.clone(), second.clone()]), vec![first.clone()]),
        ("a fork: another first batch", seen(std::slice::from_ref(&first)), vec![other, second.clone()]),
        ("a gap: the first batch left out", seen(std::slice::from_ref(&first)), vec![second]),
        ("another yesterday", Head::new(named("yesterday's last head")), vec![first]),
    ];
    let cases = inputs.map(|(name, known, headers)| {
        let bytes = signed(DAY, Head::GENESIS, &headers, at(90, 0));
        assert_eq!(read(&bytes).after(Some(&known)).unwrap_err(), Error::Chain, "{name}");
        Case::new(name).with("known_head", known.to_string()).hex("index", bytes).refused(Error::Chain)
    });
    let note = "Indexes of region root on 2026-11-21 that verify at 13:30 UTC and do not continue the head that a \
                client has seen.";
    File::new("index_bad_chain.json", note, cases.into())
}
