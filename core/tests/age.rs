//! The age format: the published vectors of C2SP/CCTV, what is sealed here, and what is spoilt on the way.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use twoken_core::age::{self, Error, FileKey, Header, MAX_WORK, Passphrase};
use twoken_core::codec;
use twoken_core::wire::Digest;

use support::named;
use support::rng::keystream;

const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;

/// A vector: what is said of it, and the file.
struct Vector {
    name: String,
    said: BTreeMap<String, Vec<String>>,
    file: Vec<u8>,
}

impl Vector {
    fn read(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap();
        let end = bytes.windows(2).position(|two| two == b"\n\n").unwrap();
        let mut said = BTreeMap::<String, Vec<String>>::new();
        for line in std::str::from_utf8(&bytes[..end]).unwrap().lines() {
            let (key, value) = line.split_once(": ").unwrap();
            said.entry(key.to_owned()).or_default().push(value.to_owned());
        }
        let file = bytes[end + 2..].to_vec();
        let file = match said.get("compressed") {
            None => file,
            Some(how) => {
                assert_eq!(how, &["zlib"]);
                miniz_oxide::inflate::decompress_to_vec_zlib(&file).unwrap()
            }
        };
        Self { name: path.file_name().unwrap().to_string_lossy().into_owned(), said, file }
    }

    fn one(&self, key: &str) -> Option<&str> {
        let all = self.said.get(key)?;
        assert_eq!(all.len(), 1, "{}: {key}", self.name);
        Some(&all[0])
    }

    fn expect(&self) -> &str {
        self.one("expect").unwrap()
    }

    fn is_payload(&self, plain: &[u8]) -> bool {
        self.one("payload") == Some(&Digest::of(plain).to_string())
    }
}

fn vectors() -> Vec<Vector> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/published/age");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> =
        paths.filter(|path| path.extension().is_none()).map(|path| Vector::read(&path)).collect();
    all.sort_by(|one, next| one.name.cmp(&next.name));
    assert_eq!(all.len(), 92);
    all
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.as_bytes().to_vec())
}

#[test]
fn passphrases_open_what_the_vectors_say_and_nothing_else() {
    let mut opened = 0;
    for vector in vectors() {
        // Two passphrases are tried one after the other; that file is refused for having two stanzas.
        let Some(typed) = vector.said.get("passphrase") else { continue };
        let outcome = age::open(&passphrase(&typed[0]), &vector.file);
        let name = &vector.name;
        match (vector.expect(), &outcome) {
            ("success", Ok(plain)) => assert!(vector.is_payload(plain), "{name}"),
            // A stanza of another name is another recipient's.
            ("no match", Err(Error::Passphrase | Error::Recipients)) => {}
            // Their reader takes a factor that is too high as a bad header; here it has a name of its own.
            ("header failure", Err(Error::Work { max: MAX_WORK, .. })) => {
                assert!(name.contains("work_factor"), "{name}")
            }
            ("header failure", Err(Error::Header | Error::Recipients | Error::Passphrase)) => {}
            (expected, outcome) => panic!("{name}: expected {expected}, got {outcome:?}"),
        }
        opened += 1;
    }
    assert_eq!(opened, 25);
}

/// What the format's own program has written.
#[test]
fn a_file_of_age_itself_is_opened() {
    let file = include_bytes!("vectors/peers/hello.age");
    let plain = age::open(&passphrase("correct horse battery"), file).unwrap();
    assert_eq!(plain.as_slice(), b"hello from age");
}

/// Whoever the recipient is, the header has one form, and the file key that the vector tells opens the rest.
#[test]
fn headers_and_payloads_are_as_the_vectors_say() {
    let (mut whole, mut refused) = (0, 0);
    for vector in vectors() {
        let (name, expected) = (&vector.name, vector.expect());
        let key = vector.one("file key").and_then(|hex| codec::array_from_hex(hex).ok()).map(FileKey::new);
        let (header, payload) = match Header::parse(&vector.file) {
            Ok(read) => read,
            Err(error) => {
                assert_eq!(expected, "header failure", "{name}: {error:?}");
                assert!(matches!(error, Error::NotAge | Error::Version | Error::Header), "{name}: {error:?}");
                refused += 1;
                continue;
            }
        };
        let Some(key) = key else { continue };
        // What a recipient's own stanza says is theirs to refuse: only the passphrase's is read here.
        let is_of_recipient = |name: &str| name.starts_with("scrypt") || name.starts_with("x25519");
        match expected {
            "success" => {
                header.verify(&key).unwrap();
                assert!(vector.is_payload(&key.open(payload).unwrap()), "{name}");
                whole += 1;
            }
            "HMAC failure" => assert_eq!(header.verify(&key), Err(Error::Mac), "{name}"),
            "payload failure" => {
                header.verify(&key).unwrap();
                let error = key.open(payload).unwrap_err();
                assert!(matches!(error, Error::Chunk { .. } | Error::Truncated { .. }), "{name}: {error:?}");
                refused += 1;
            }
            // Their header ends with the nonce, ours with the line of the MAC.
            "header failure" if payload.len() < 16 => {
                assert_eq!(key.open(payload).unwrap_err(), Error::Truncated { chunks: 0 }, "{name}");
                refused += 1;
            }
            _ => assert!(is_of_recipient(name), "{name}: expected {expected}"),
        }
    }
    assert!(whole >= 15 && refused >= 35, "{whole} whole, {refused} refused");
}

fn sealed(plain: &[u8]) -> Vec<u8> {
    age::seal_with(&passphrase("correct horse"), plain, 1, &mut keystream(named("age")))
}

fn open(file: &[u8]) -> Result<Vec<u8>, Error> {
    age::open(&passphrase("correct horse"), file).map(|plain| plain.to_vec())
}

fn head(file: &[u8]) -> usize {
    let (_, payload) = Header::parse(file).unwrap();
    file.len() - payload.len()
}

#[test]
fn what_is_cut_off_at_any_border_is_told() {
    let plain = vec![7; 2 * CHUNK + 5];
    let file = sealed(&plain);
    assert_eq!(open(&file).unwrap(), plain);
    let begin = head(&file) + 16;
    for chunks in [1, 2] {
        let border = begin + chunks * (CHUNK + TAG);
        assert_eq!(open(&file[..border]), Err(Error::Truncated { chunks: chunks as u64 }));
        for cut in [border - 1, border + 1, border + TAG, border + TAG + 1] {
            let error = open(&file[..cut]).unwrap_err();
            assert!(matches!(error, Error::Chunk { .. } | Error::Truncated { .. }), "{cut}: {error:?}");
        }
    }
    for cut in 0..begin + TAG {
        assert!(open(&file[..cut]).is_err(), "{cut}");
    }
    assert_eq!(open(&file[..begin]), Err(Error::Truncated { chunks: 0 }));
    assert_eq!(open(&[file.as_slice(), b"x"].concat()), Err(Error::Chunk { chunk: 2 }));
}

#[test]
fn the_sizes_around_a_chunk_come_back_whole() {
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 300 * CHUNK + 1] {
        let plain = vec![9; length];
        let file = sealed(&plain);
        assert_eq!(file.len() - head(&file), 16 + length + length.div_ceil(CHUNK).max(1) * TAG);
        assert!(open(&file).unwrap() == plain, "{length}");
    }
}

#[test]
fn each_fault_has_its_own_name() {
    let file = sealed(b"text");
    assert_eq!(age::open(&passphrase("correct hors"), &file).unwrap_err(), Error::Passphrase);
    let text = |from: &str, to: &str| {
        let at = file.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
        [&file[..at], to.as_bytes(), &file[at + from.len()..]].concat()
    };
    assert_eq!(open(&text(" 1\n", " 19\n")), Err(Error::Work { max: 18, got: 19 }));
    assert_eq!(open(&text(" 1\n", " 999\n")), Err(Error::Work { max: 18, got: 255 }));
    assert_eq!(open(&text(".org/v1", ".org/v2")), Err(Error::Version));
    assert_eq!(open(&text("-> scrypt", "-> X25519")), Err(Error::Recipients));
    assert_eq!(open(b"-----BEGIN AGE ENCRYPTED FILE-----\n"), Err(Error::NotAge));
    assert_eq!(open(b""), Err(Error::NotAge));
    // A header without an end is not read for ever.
    assert_eq!(
        open(&[b"age-encryption.org/v1\n-> scrypt ".as_slice(), &[b'a'; 100_000]].concat()),
        Err(Error::Header)
    );
    // What a debugger prints of the secrets is their name.
    assert_eq!(format!("{:?} {:?}", passphrase("x"), FileKey::new([7; 16])), "Passphrase FileKey");
}

#[test]
fn the_work_that_is_written_is_the_work_that_is_meant() {
    let file = age::seal(&passphrase("p"), b"", &mut keystream(named("work")));
    let second = file.split(|byte| *byte == b'\n').nth(1).unwrap();
    assert!(second.starts_with(b"-> scrypt ") && second.ends_with(b" 16"));
    assert_eq!(age::open(&passphrase("p"), &file).unwrap().len(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn whatever_is_sealed_comes_back(plain in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert_eq!(open(&sealed(&plain)).unwrap(), plain);
    }

    #[test]
    fn whatever_bit_is_turned_is_refused(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut file = sealed(b"what was noted");
        let at = at.index(file.len());
        file[at] ^= 1 << bit;
        prop_assert!(open(&file).is_err(), "byte {} bit {}", at, bit);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(open(&bytes).is_err());
        prop_assert!(open(&[b"age-encryption.org/v1\n".as_slice(), &bytes].concat()).is_err());
    }
}
