//! Sealed statuses.

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};
use serde_json::Value;
use twoken_core::status::{Degree, Error, Scheme, SealedStatus, Status, StatusKey, TransmissionClass};
use twoken_core::tag::{Secret, Tag};
use twoken_core::units::Day;

use crate::file::{Case, File};
use crate::support::rng::Script;
use crate::support::{named, scalar, stored};

const NONCE: [u8; 12] = *b"twelve bytes";
const DAY: Day = Day::new(20_778);

fn key() -> StatusKey {
    Secret::new(named("status secret")).status_key()
}

fn tag() -> Tag {
    Secret::new(named("status secret"))
        .tag(&super::tag::claim_secret(&scalar("status claim")).public())
        .unwrap()
}

/// Any plaintext, sealed by the crate itself.
fn sealed(plaintext: [u8; 24], scheme: u8, degree: u8) -> [u8; 52] {
    let cipher = ChaCha20Poly1305::new(&Key::try_from(stored(&key()).as_slice()).unwrap());
    let data = [&[scheme, degree][..], tag().as_bytes()].concat();
    let mut text = plaintext;
    let mac = cipher.encrypt_inout_detached(&Nonce::from(NONCE), &data, text.as_mut_slice().into()).unwrap();
    [&NONCE[..], &text, &mac].concat().try_into().unwrap()
}

fn plaintext(status: &Status) -> [u8; 24] {
    let [high, low] = status.test_day.get().to_be_bytes();
    let [onset] = status.onset.unwrap_or(i8::MIN).to_be_bytes();
    let head = [1, high, low, onset, status.class.0, 0, 0, 0];
    [&head[..], &status.metadata_key].concat().try_into().unwrap()
}

pub fn files() -> Vec<File> {
    vec![good(), bad_sealed(), bad_version(), bad_field()]
}

fn good() -> File {
    let status = |onset, class, metadata_key| Status {
        test_day: DAY,
        onset,
        class: TransmissionClass(class),
        metadata_key,
    };
    let inputs = [
        ("onset not told", status(None, 0, [0; 16]), Scheme::Encounter, Degree::First),
        ("onset on the day of the test", status(Some(0), 0, [0; 16]), Scheme::Encounter, Degree::First),
        ("onset two weeks before", status(Some(-14), 3, [0; 16]), Scheme::Encounter, Degree::First),
        ("onset two weeks after", status(Some(14), 0, [0; 16]), Scheme::Encounter, Degree::Second),
        ("with a metadata key", status(Some(-1), 255, [0xab; 16]), Scheme::Tcn, Degree::First),
        (
            "last day",
            Status { test_day: Day::new(u16::MAX), ..status(None, 0, [0; 16]) },
            Scheme::Encounter,
            Degree::First,
        ),
    ];
    let cases = inputs.map(|(name, status, scheme, degree)| {
        let mut script = Script::new(&[&NONCE]);
        let made = status.seal(&key(), scheme, degree, &tag(), &mut script);
        script.end();
        assert_eq!(made.open(&key(), scheme, degree, &tag()).unwrap(), status, "{name}");
        assert_eq!(*made.as_bytes(), sealed(plaintext(&status), scheme as u8, degree as u8), "{name}");
        Case::new(name)
            .hex("status_key", stored(&key()))
            .with("scheme", scheme as u8)
            .with("degree", degree as u8)
            .hex("tag", tag().as_bytes())
            .hex("nonce", NONCE)
            .with("test_day", status.test_day.get())
            .with("onset", status.onset.map_or(Value::Null, Value::from))
            .with("class", status.class.0)
            .hex("metadata_key", status.metadata_key)
            .hex("plaintext", plaintext(&status))
            .hex("sealed", made.as_bytes())
    });
    let note = "sealed = nonce | ChaCha20-Poly1305(status_key, nonce, plaintext, associated data = scheme | degree | tag).";
    File::new("status.json", note, cases.into())
}

fn refused(name: &str, sealed: [u8; 52], scheme: Scheme, degree: Degree, tag: &Tag, error: Error) -> Case {
    let result = SealedStatus::new(sealed).open(&key(), scheme, degree, tag);
    assert_eq!(result.unwrap_err(), error, "{name}");
    Case::new(name)
        .hex("status_key", stored(&key()))
        .with("scheme", scheme as u8)
        .with("degree", degree as u8)
        .hex("tag", tag.as_bytes())
        .hex("sealed", sealed)
        .refused(error)
}

fn ordinary() -> [u8; 24] {
    plaintext(&Status::of_encounter(DAY, Some(-2)).unwrap())
}

fn bad_sealed() -> File {
    let good = sealed(ordinary(), 1, 1);
    let turned = |at: usize| {
        let mut bytes = good;
        bytes[at] ^= 1;
        bytes
    };
    let other = Secret::new(named("other secret"))
        .tag(&super::tag::claim_secret(&scalar("status claim")).public())
        .unwrap();
    let (scheme, degree) = (Scheme::Encounter, Degree::First);
    let cases = vec![
        refused("another nonce", turned(0), scheme, degree, &tag(), Error::Sealed),
        refused("another ciphertext", turned(12), scheme, degree, &tag(), Error::Sealed),
        refused("another authentication tag", turned(51), scheme, degree, &tag(), Error::Sealed),
        refused("random bytes", [0x5a; 52], scheme, degree, &tag(), Error::Sealed),
        refused("moved into a TCN batch", good, Scheme::Tcn, degree, &tag(), Error::Sealed),
        refused(
            "moved into a batch of the second degree",
            good,
            scheme,
            Degree::Second,
            &tag(),
            Error::Sealed,
        ),
        refused("moved beside another tag", good, scheme, degree, &other, Error::Sealed),
    ];
    File::new(
        "status_bad_sealed.json",
        "Sealed statuses that do not open under this key, scheme, degree and tag.",
        cases,
    )
}

fn bad_version() -> File {
    let cases = [0, 2].map(|version| {
        let mut text = ordinary();
        text[0] = version;
        let name = format!("version {version}");
        refused(&name, sealed(text, 1, 1), Scheme::Encounter, Degree::First, &tag(), Error::Version(version))
    });
    File::new("status_bad_version.json", "Statuses that open and are of another version.", cases.into())
}

fn bad_field() -> File {
    let changed = |at: usize, value: u8| {
        let mut text = ordinary();
        text[at] = value;
        sealed(text, 1, 1)
    };
    let cases = [
        ("onset 15 days after", changed(3, 15)),
        ("onset 15 days before", changed(3, 0xf1)),
        ("onset -127", changed(3, 0x81)),
        ("first reserved byte", changed(5, 1)),
        ("last reserved byte", changed(7, 0x80)),
        ("a metadata key in an encounter", changed(23, 1)),
    ]
    .map(|(name, sealed)| refused(name, sealed, Scheme::Encounter, Degree::First, &tag(), Error::Field));
    File::new("status_bad_field.json", "Statuses that open, with a field outside its range.", cases.into())
}
