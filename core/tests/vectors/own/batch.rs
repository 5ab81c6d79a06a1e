//! Sealed batches: signed headers and entries files.

use ed25519_dalek::Signer;
use serde_json::{Value, json};
use twoken_core::batch::{Error, Header, PAGE_BYTES, Pages, Pool, SealedBatch, SignedHeader, seal};
use twoken_core::codec::{self, to_base64url, to_hex};
use twoken_core::status::{Degree, Mode, Scheme};
use twoken_core::tag::Entry;
use twoken_core::wire::{Digest, SigningKey};

use super::{at, config, sha256, upload};
use crate::file::{Case, File};
use crate::support::named;
use crate::support::rng::keystream;

/// One that was sealed from these inputs.
pub struct Sealing {
    pub region: &'static str,
    pub minute: u64,
    pub degree: Degree,
    pub entries: usize,
    pub min_pages: usize,
    pub seed: &'static str,
}

pub const ONE_PAGE: Sealing = Sealing {
    region: "root",
    minute: 20,
    degree: Degree::First,
    entries: 3,
    min_pages: 1,
    seed: "batch one",
};
const TWO_PAGES: Sealing = Sealing {
    region: "root",
    minute: 80,
    degree: Degree::First,
    entries: 3,
    min_pages: 2,
    seed: "batch two",
};

/// Too many to come whole.
pub const NINE_PAGES: Sealing = Sealing { min_pages: 9, seed: "batch nine", ..TWO_PAGES };

impl Sealing {
    pub fn pool(&self) -> Vec<Entry> {
        upload::dummies(named("pool"), self.entries)
    }

    pub fn seal(&self) -> SealedBatch {
        let pool = Pool {
            region: self.region.parse().unwrap(),
            scheme: Scheme::Encounter,
            degree: self.degree,
            entries: self.pool(),
        };
        let mut rng = keystream(named(self.seed));
        seal(pool, at(self.minute, 0), config::digest(), &config::key(), self.min_pages, &mut rng).unwrap()
    }
}

/// A map of two: version 300, and a field that is no field here.
pub const FOREIGN: [u8; 8] = [0xa2, 0x00, 0x19, 0x01, 0x2c, 0x18, 0x63, 0xf6];

/// Signs any bytes as a header.
pub fn sign(label: &str, body: &[u8]) -> Vec<u8> {
    let key = ed25519_dalek::SigningKey::from_bytes(&named("signing key"));
    let signature = key.sign(&[label.as_bytes(), body].concat()).to_bytes();
    [&signature[..], body].concat()
}

pub fn files() -> Vec<File> {
    let mut files = vec![good()];
    files.extend(bad_headers());
    files.extend(bad_entries());
    files
}

fn good() -> File {
    let inputs = [
        ("one page, three entries", ONE_PAGE),
        ("two pages, because two are the least", TWO_PAGES),
        (
            "257 entries need two pages, second degree",
            Sealing { region: "north", entries: 257, min_pages: 1, degree: Degree::Second, ..TWO_PAGES },
        ),
    ];
    let cases = inputs.map(|(name, sealing)| {
        let batch = sealing.seal();
        let again = SignedHeader::decode_verified(batch.header.to_bytes(), &config::key().public()).unwrap();
        assert_eq!(again, batch.header);
        let header = again.header();
        let pages = Pages::verify(header, batch.entries_file.clone()).unwrap();
        assert!(sealing.pool().iter().all(|entry| pages.entries().any(|found| found == *entry)));
        let mut case = Case::new(name)
            .hex("signing_seed", named("signing key"))
            .with("region", sealing.region)
            .with("scheme", header.scheme as u8)
            .with("mode", header.mode as u8)
            .with("degree", header.degree as u8)
            .with("sealed_at", header.sealed_at.seconds())
            .with("config_digest", header.config_digest.to_string())
            .with("min_pages", sealing.min_pages)
            .with("pool_count", sealing.entries)
            .hex("pool_keystream_key", named("pool"))
            .hex("keystream_key", named(sealing.seed))
            .with("id", header.id.to_string())
            .hex("header", again.to_bytes())
            .with("page_digests", header.page_digests.iter().map(Digest::to_string).collect::<Vec<_>>())
            .hex("entries_sha256", sha256(&batch.entries_file))
            .hex("filter_digest", sha256(&batch.filter_file));
        assert_eq!(header.filter_digest, Digest::of(&batch.filter_file));
        if sealing.seed == ONE_PAGE.seed {
            case = case.with("entries_file", to_base64url(&batch.entries_file));
        }
        case
    });
    let note = "The pool is pool_count dummies from a keystream, as in upload.json. Sealing draws from the keystream \
                under keystream_key: dummies up to full pages, then the 16 bytes of the id. header = Ed25519 \
                signature of 'twoken/v1/header' | CBOR, then the CBOR. entries_file is base64url.";
    File::new("batch.json", note, cases.into())
}

/// A header that is changed and signed again, as a server could.
pub fn changed(change: impl FnOnce(&mut Header)) -> Vec<u8> {
    resigned(&ONE_PAGE.seal(), change)
}

/// A batch's header, changed and signed again.
pub fn resigned(batch: &SealedBatch, change: impl FnOnce(&mut Header)) -> Vec<u8> {
    let mut header = batch.header.header().clone();
    change(&mut header);
    sign("twoken/v1/header", &minicbor::to_vec(&header).unwrap())
}

type Bad = (&'static str, Vec<u8>, Error);

fn bad_headers() -> Vec<File> {
    let good = ONE_PAGE.seal().header.to_bytes().to_vec();
    let body = &good[64..];
    let turned = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let signed = |body: &[u8]| sign("twoken/v1/header", body);
    let version = |version: u8| {
        let mut body = body.to_vec();
        assert_eq!(body[1..3], [0, 1]);
        body[2] = version;
        signed(&body)
    };
    let other = SigningKey::from_bytes(&named("another signing key"));
    let foreign = {
        let key = ed25519_dalek::SigningKey::from_bytes(&other.to_bytes());
        [&key.sign(&[b"twoken/v1/header", body].concat()).to_bytes()[..], body].concat()
    };
    let map = body[0];
    let cbor = Error::Codec(codec::Error::Cbor);
    let long_head = [&[map, 0x18, 0], &body[2..]].concat();
    let unknown = [&[map + 1], &body[1..], &[0x18, 99, 0]].concat();
    let no_element = {
        let key = *super::private::day_key().public().as_bytes();
        let private = |header: &mut Header| {
            let key = twoken_core::psi::DayPublicKey::from_bytes(key).unwrap();
            (header.mode, header.blinding_key) = (Mode::Private, Some(key));
        };
        let mut body = changed(private)[64..].to_vec();
        let at = body.windows(32).position(|window| window == key).unwrap();
        body[at..at + 32].fill(0xff);
        body
    };
    let short = |got| Error::Codec(codec::Error::Length { expected: 64, got });
    let files: [(&str, Vec<Bad>); 4] = [
        (
            "batch_bad_signature.json",
            vec![
                ("first bit of the signature", turned(0), Error::Signature),
                ("last byte of the signature", turned(63), Error::Signature),
                ("last byte of the header", turned(good.len() - 1), Error::Signature),
                ("signed by another key", foreign, Error::Signature),
                ("signed as an index", sign("twoken/v1/index", body), Error::Signature),
                ("cut off", good[..good.len() - 1].to_vec(), Error::Signature),
                ("trailing byte", [&good[..], &[0]].concat(), Error::Signature),
                ("no header behind the signature", good[..64].to_vec(), Error::Signature),
                ("half a signature", good[..32].to_vec(), short(32)),
                ("nothing", vec![], short(0)),
            ],
        ),
        (
            "batch_bad_version.json",
            vec![
                ("version 0", version(0), Error::Version(0)),
                ("version 2", version(2), Error::Version(2)),
                ("version 300, with other fields", signed(&FOREIGN), Error::Version(300)),
            ],
        ),
        (
            "batch_bad_header.json",
            vec![
                (
                    "no page",
                    changed(|header| (header.entries, header.page_digests) = (0, vec![])),
                    Error::Header,
                ),
                ("more entries than pages", changed(|header| header.entries = 512), Error::Header),
                ("entries that fill no page", changed(|header| header.entries = 255), Error::Header),
                ("a page more", changed(|header| header.page_digests.push(Digest::of(b"x"))), Error::Header),
                (
                    "a blinding key in open mode",
                    changed(|header| header.blinding_key = Some(super::private::day_key().public())),
                    Error::Header,
                ),
                (
                    "private mode without a blinding key",
                    changed(|header| header.mode = Mode::Private),
                    Error::Header,
                ),
            ],
        ),
        (
            "batch_bad_cbor.json",
            vec![
                ("a longer head than needed", signed(&long_head), cbor.clone()),
                ("unknown field", signed(&unknown), cbor.clone()),
                ("a blinding key that is no element", signed(&no_element), cbor.clone()),
                ("trailing byte, signed", signed(&[body, &[0]].concat()), cbor.clone()),
                ("cut off, signed", signed(&body[..body.len() - 1]), cbor.clone()),
                ("empty, signed", signed(&[]), cbor),
            ],
        ),
    ];
    files
        .into_iter()
        .map(|(name, cases)| {
            let cases = cases.into_iter().map(|(name, bytes, error)| {
                let result = SignedHeader::decode_verified(&bytes, &config::key().public());
                assert_eq!(result.unwrap_err(), error, "{name}");
                Case::new(name)
                    .hex("verifying_key", config::key().public().as_bytes())
                    .hex("header", bytes)
                    .refused(error)
            });
            File::new(name, "Headers that are refused.", cases.collect())
        })
        .collect()
}

/// What is done to the entries file of batch.json's first case: `remove` bytes at `at`, `insert` in their place.
struct Edit {
    at: usize,
    remove: usize,
    insert: Vec<u8>,
}

impl Edit {
    fn apply(&self, file: &mut Vec<u8>) {
        file.splice(self.at..self.at + self.remove, self.insert.iter().copied());
    }

    fn json(&self) -> Value {
        json!({ "at": self.at, "remove": self.remove, "insert": to_hex(&self.insert) })
    }
}

type BadFile = (&'static str, Vec<Edit>, Vec<u8>, Error);

fn bad_entries() -> Vec<File> {
    let batch = ONE_PAGE.seal();
    let header = batch.header.to_bytes().to_vec();
    let file = &batch.entries_file;
    let edit = |at, remove, insert: &[u8]| vec![Edit { at, remove, insert: insert.to_vec() }];
    let size = |got| Error::Size { expected: PAGE_BYTES, got };
    let page = || Error::PageDigest { page: 0 };
    // The first two entries swapped, tags and statuses, and signed as if that were their order.
    let swapped = || {
        let first = [&file[32..64], &file[..32]].concat();
        let statuses = 256 * 32;
        let second = [&file[statuses + 52..statuses + 104], &file[statuses..statuses + 52]].concat();
        vec![Edit { at: 0, remove: 64, insert: first }, Edit { at: statuses, remove: 104, insert: second }]
    };
    let twice = || {
        let statuses = 256 * 32;
        vec![
            Edit { at: 32, remove: 32, insert: file[..32].to_vec() },
            Edit { at: statuses + 52, remove: 52, insert: file[statuses..statuses + 52].to_vec() },
        ]
    };
    let signed_again = |edits: &[Edit]| {
        let mut file = file.clone();
        edits.iter().for_each(|edit| edit.apply(&mut file));
        changed(|header| header.page_digests = vec![Digest::of(&file)])
    };
    let files: [(&str, Vec<BadFile>); 3] = [
        (
            "batch_bad_size.json",
            vec![
                ("trailing byte", edit(PAGE_BYTES, 0, &[0]), header.clone(), size(PAGE_BYTES + 1)),
                ("a page more", edit(PAGE_BYTES, 0, file), header.clone(), size(2 * PAGE_BYTES)),
                ("cut off by a byte", edit(PAGE_BYTES - 1, 1, &[]), header.clone(), size(PAGE_BYTES - 1)),
                ("empty", edit(0, PAGE_BYTES, &[]), header.clone(), size(0)),
            ],
        ),
        (
            "batch_bad_page.json",
            vec![
                ("first tag", edit(0, 1, &[file[0] ^ 1]), header.clone(), page()),
                (
                    "last status",
                    edit(PAGE_BYTES - 1, 1, &[file[PAGE_BYTES - 1] ^ 0x80]),
                    header.clone(),
                    page(),
                ),
                ("two entries swapped", swapped(), header, page()),
            ],
        ),
        (
            "batch_bad_order.json",
            vec![
                ("two entries swapped, and signed", swapped(), signed_again(&swapped()), Error::Order),
                ("an entry twice, and signed", twice(), signed_again(&twice()), Error::Order),
            ],
        ),
    ];
    let note = "Entries files that are refused under 'header': that of batch.json's first case after the edits, each \
                of which replaces 'remove' bytes at 'at' by 'insert'.";
    files
        .into_iter()
        .map(|(name, cases)| {
            let cases = cases.into_iter().map(|(name, edits, header, error)| {
                let signed = SignedHeader::decode_verified(&header, &config::key().public()).unwrap();
                let mut file = file.clone();
                edits.iter().for_each(|edit| edit.apply(&mut file));
                assert_eq!(Pages::verify(signed.header(), file).unwrap_err(), error, "{name}");
                Case::new(name)
                    .hex("header", header)
                    .with("edits", edits.iter().map(Edit::json).collect::<Vec<_>>())
                    .refused(error)
            });
            File::new(name, note, cases.collect())
        })
        .collect()
}
