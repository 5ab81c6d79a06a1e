//! Studies, the signed list of them, what is told to one, and taking that back.

use minicbor::Encoder;
use serde_json::Value;
use twoken_core::codec::{self, to_base64url, to_hex};
use twoken_core::risk::{Distance, Level};
use twoken_core::status::{Mode, Scheme};
use twoken_core::units::{Day, Minutes, Timestamp};
use twoken_core::wire::{
    self, Contact, DurationClass, MAX_STUDIES_BYTES, Report, SigningKey, Studies, Study, StudyError, Texts,
    Withdrawal, WithdrawalKey,
};

use super::batch::sign;
use super::{at, config};
use crate::file::{Case, File};
use crate::support::named;

/// 21 November 2026.
const DAY: Day = Day::new(20_778);

pub fn open() -> Study {
    let texts = |en: &str, de: &str| Texts { en: en.into(), de: de.into() };
    Study {
        mode: Mode::Open,
        title: texts("How long are contacts?", "Wie lange dauern Kontakte?"),
        institution: "University of Example Land".into(),
        asked: texts(
            "On which day, how long and how close.\n\nYou can withdraw until we export.",
            "An welchem Tag, wie lange und wie nah.\n\nSie können widerrufen, bis wir exportieren.",
        ),
        contact: "study@example.org".into(),
        ends: DAY.plus(30),
    }
}

fn private() -> Study {
    Study { mode: Mode::Private, ends: DAY, ..open() }
}

fn list(studies: &[Study]) -> Vec<u8> {
    Studies::sign(studies, at(90, 0), &config::key()).unwrap()
}

pub fn files() -> Vec<File> {
    let mut files = vec![studies(), studies_bad_text(), report(), report_bad_form()];
    files.extend(studies_bad());
    files
}

fn texts(texts: &Texts) -> Value {
    serde_json::json!({ "en": texts.en, "de": texts.de })
}

fn told(study: &Study) -> Value {
    Case::new(study.institution.clone())
        .with("mode", study.mode as u8)
        .with("title", texts(&study.title))
        .with("asked", texts(&study.asked))
        .with("contact", study.contact.clone())
        .with("ends", study.ends.to_string())
        .hex("study", study.to_bytes())
        .hex("id", study.id().as_bytes())
        .into()
}

fn studies() -> File {
    let inputs = [
        ("none", vec![], at(90, 0)),
        ("one, two hours old", vec![open()], at(90, 7200)),
        ("two", vec![open(), private()], at(90, 0)),
        ("signed by a clock two hours ahead", vec![open()], Timestamp::new(at(90, 0).seconds() - 7200)),
    ];
    let cases = inputs.map(|(name, studies, now)| {
        let bytes = list(&studies);
        let read = Studies::decode_verified(&bytes, &config::key().public(), now).unwrap();
        assert_eq!((read.all().len(), read.signed_at()), (studies.len(), at(90, 0)));
        for study in &studies {
            assert_eq!(read.get(&study.id()), Some(study));
            assert_eq!(Study::from_bytes(&study.to_bytes()).as_ref(), Ok(study));
            assert!(study.is_open_at(study.ends.start()) && !study.is_open_at(study.ends.next().start()));
        }
        Case::new(name)
            .hex("signing_seed", named("signing key"))
            .with("studies", read.all().iter().map(told).collect::<Vec<_>>())
            .with("signed_at", at(90, 0).seconds())
            .with("now", now.seconds())
            .hex("list", bytes)
    });
    let note = "'name' of a study is its institution. id = SHA-256('twoken/v1/study' | study); list = Ed25519 signature of \
                'twoken/v1/studies' | CBOR, then the CBOR. Accepted at 'now'.";
    File::new("studies.json", note, cases.into())
}

fn studies_bad_text() -> File {
    type Change = fn(&mut Study);
    let inputs: [(&str, &'static str, Change); 12] = [
        ("no title", "title", |study| study.title.en = String::new()),
        ("no German title", "title", |study| study.title.de = String::new()),
        ("a title of two lines", "title", |study| study.title.en = "a\nb".into()),
        ("a title that is too long", "title", |study| study.title.en = "ä".repeat(101)),
        ("a title behind a space", "title", |study| study.title.en = " a".into()),
        ("no institution", "institution", |study| study.institution = String::new()),
        ("an institution that is too long", "institution", |study| study.institution = "a".repeat(201)),
        ("turned text", "asked", |study| study.asked.de = "a\u{202e}b".into()),
        ("a character without shape", "asked", |study| study.asked.en = "a\u{200b}b".into()),
        ("a text that is too long", "asked", |study| study.asked.en = "a".repeat(4001)),
        ("no contact", "contact", |study| study.contact = String::new()),
        ("a bell in the contact", "contact", |study| study.contact = "a\u{7}b".into()),
    ];
    let cases = inputs.map(|(name, member, change)| {
        let mut study = open();
        change(&mut study);
        let error = StudyError::Text(member);
        assert_eq!(Study::from_bytes(&study.to_bytes()), Err(error), "{name}");
        assert_eq!(Studies::sign(&[study.clone()], at(90, 0), &config::key()), Err(error), "{name}");
        Case::new(name).hex("study", study.to_bytes()).refused(error)
    });
    File::new("studies_bad_text.json", "Studies with a text that is not one.", cases.into())
}

/// Name, list, time, error.
type Bad<'a> = (&'a str, Vec<u8>, Timestamp, StudyError);

/// What a server signs, whatever it holds.
fn list_of(version: u8, studies: &[Vec<u8>], signed_at: Timestamp) -> Vec<u8> {
    let mut body = Vec::new();
    let mut cbor = Encoder::new(&mut body);
    cbor.map(3).unwrap().u8(0).unwrap().u8(version).unwrap().u8(1).unwrap();
    cbor.array(studies.len() as u64).unwrap();
    for study in studies {
        cbor.bytes(study).unwrap();
    }
    cbor.u8(2).unwrap().u64(signed_at.seconds()).unwrap();
    sign("twoken/v1/studies", &body)
}

fn studies_bad() -> Vec<File> {
    let now = at(90, 0);
    let good = list(&[open(), private()]);
    let turned = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let mut sorted = [open(), private()];
    sorted.sort_by_key(Study::id);
    let [first, second] = sorted.map(|study| study.to_bytes());
    let many: Vec<_> = (0..17).map(|days| Study { ends: DAY.plus(days), ..open() }).collect();
    let mut seventeen: Vec<_> = many.iter().map(|study| (study.id(), study.to_bytes())).collect();
    seventeen.sort();
    let seventeen: Vec<_> = seventeen.into_iter().map(|(_, study)| study).collect();
    let too_many = StudyError::TooMany { max: 16, got: 17 };
    assert_eq!(Studies::sign(&many, now, &config::key()), Err(too_many));
    assert_eq!(Studies::sign(&[open(), open()], now, &config::key()), Err(StudyError::Order));
    let elsewhere = SigningKey::from_bytes(&named("another signing key"));
    let length = |expected, got| StudyError::Codec(codec::Error::Length { expected, got });
    let cbor = StudyError::Codec(codec::Error::Cbor);
    let resigned = |body: &[u8]| sign("twoken/v1/studies", body);
    let body = &good[64..];
    let mut foreign = open().to_bytes();
    foreign[2] = 2;
    let groups: Vec<(&'static str, &'static str, Vec<Bad<'_>>)> = vec![
        (
            "studies_bad_signature.json",
            "Lists whose signature does not hold, or is not there.",
            vec![
                ("first bit of the signature", turned(0), now, StudyError::Signature),
                ("last byte of the list", turned(good.len() - 1), now, StudyError::Signature),
                ("trailing byte", [&good[..], &[0]].concat(), now, StudyError::Signature),
                ("signed as an index", sign("twoken/v1/index", body), now, StudyError::Signature),
                (
                    "signed by another key",
                    Studies::sign(&[open()], now, &elsewhere).unwrap(),
                    now,
                    StudyError::Signature,
                ),
                ("cut off", good[..63].to_vec(), now, length(64, 63)),
                (
                    "too large",
                    vec![0; MAX_STUDIES_BYTES + 1],
                    now,
                    length(MAX_STUDIES_BYTES, MAX_STUDIES_BYTES + 1),
                ),
            ],
        ),
        (
            "studies_bad_time.json",
            "Well-signed lists of another time.",
            vec![
                ("two hours and a second old", good.clone(), at(90, 7201), StudyError::Stale),
                (
                    "signed two hours and a second ahead",
                    good.clone(),
                    Timestamp::new(now.seconds() - 7201),
                    StudyError::Future,
                ),
            ],
        ),
        (
            "studies_bad_list.json",
            "Well-signed lists of what is no list.",
            vec![
                ("in another order", list_of(1, &[second, first.clone()], now), now, StudyError::Order),
                ("one twice", list_of(1, &[first.clone(), first.clone()], now), now, StudyError::Order),
                ("seventeen", list_of(1, &seventeen, now), now, too_many),
                ("version 2", list_of(2, &[], now), now, StudyError::Version(2)),
                ("a study of version 2", list_of(1, &[foreign], now), now, StudyError::Version(2)),
                ("a study cut off", list_of(1, &[first[..40].to_vec()], now), now, cbor),
                ("trailing byte, signed", resigned(&[body, &[0]].concat()), now, cbor),
                ("cut off, signed", resigned(&body[..40]), now, cbor),
            ],
        ),
    ];
    let files = groups.into_iter().map(|(name, note, cases)| {
        let cases = cases.into_iter().map(|(name, bytes, now, error)| {
            let result = Studies::decode_verified(&bytes, &config::key().public(), now);
            assert_eq!(result, Err(error), "{name}");
            let case = Case::new(name).with("now", now.seconds());
            // 160 KB of zeros say no more than their number.
            let case =
                if bytes.len() > 10_000 { case.with("zeros", bytes.len()) } else { case.hex("list", bytes) };
            case.refused(error)
        });
        File::new(name, note, cases.collect())
    });
    files.collect()
}

fn key() -> WithdrawalKey {
    WithdrawalKey::new(named("withdrawal key"))
}

fn report() -> File {
    let duration = |minutes| DurationClass::of(Minutes::new(minutes));
    let of = |duration, closeness, scheme| Contact::Open { day: DAY, duration, closeness, scheme };
    let inputs = [
        ("open, an hour, close", of(duration(60), Distance::Close, Scheme::Encounter)),
        ("open, 4 minutes, one-way", of(duration(4), Distance::Close, Scheme::Tcn)),
        ("open, 5 minutes, near", of(duration(5), Distance::Near, Scheme::Encounter)),
        ("open, 15 minutes, far", of(duration(15), Distance::Far, Scheme::Encounter)),
        ("open, 59 minutes", of(duration(59), Distance::Close, Scheme::Encounter)),
        (
            "private, high",
            Contact::Private { batch_day: DAY, category: Level::High, scheme: Scheme::Encounter },
        ),
        (
            "private, low, one-way",
            Contact::Private { batch_day: DAY, category: Level::Low, scheme: Scheme::Tcn },
        ),
    ];
    let withdrawal = serde_json::to_value(Withdrawal { key: key() }).unwrap();
    assert_eq!(withdrawal["key"], to_base64url(key().as_bytes()));
    let cases = inputs.map(|(name, contact)| {
        let report = Report { withdrawal: key().hash(), contact };
        let bytes = report.to_bytes();
        assert!(Report::decode(&bytes).unwrap() == report);
        let fields = match contact {
            Contact::Open { day, duration, closeness, scheme } => {
                vec![day.get().into(), duration as u64, closeness as u64, scheme as u64]
            }
            Contact::Private { batch_day, category, scheme } => {
                vec![batch_day.get().into(), category as u64, scheme as u64]
            }
        };
        Case::new(name)
            .hex("withdrawal_key", key().as_bytes())
            .hex("withdrawal_hash", key().hash().as_bytes())
            .with("mode", contact.mode() as u8)
            .with("fields", fields)
            .hex("report", bytes)
            .with("withdrawal", withdrawal.clone())
    });
    let note = "fields: in open mode (1) day, duration, closeness, scheme; in private mode (2) batch day, category, scheme. \
                withdrawal_hash = SHA-256('twoken/v1/study/withdrawal' | key); 'withdrawal' takes it back.";
    File::new("report.json", note, cases.into())
}

fn report_bad_form() -> File {
    let contact = Contact::Open {
        day: DAY,
        duration: DurationClass::Under5,
        closeness: Distance::Close,
        scheme: Scheme::Encounter,
    };
    let good = Report { withdrawal: key().hash(), contact }.to_bytes();
    let hash = key().hash();
    let made = |open: bool, private: bool, version: u8, last: u8| {
        let mut bytes = Vec::new();
        let mut cbor = Encoder::new(&mut bytes);
        cbor.map(2 + u64::from(open) + u64::from(private)).unwrap();
        cbor.u8(0).unwrap().u8(version).unwrap().u8(1).unwrap().bytes(hash.as_bytes()).unwrap();
        if open {
            cbor.u8(2).unwrap().array(4).unwrap().u16(DAY.get()).unwrap();
            cbor.u8(1).unwrap().u8(1).unwrap().u8(last).unwrap();
        }
        if private {
            cbor.u8(3).unwrap().array(3).unwrap().u16(DAY.get()).unwrap().u8(1).unwrap().u8(last).unwrap();
        }
        bytes
    };
    assert_eq!(to_hex(&good), to_hex(&made(true, false, 1, 1)));
    let cbor = wire::Error::Codec(codec::Error::Cbor);
    let mut class = good.clone();
    let place = class.len() - 3;
    class[place] = 6;
    let mut indefinite = good.clone();
    indefinite[0] = 0xbf;
    indefinite.push(0xff);
    let inputs = [
        ("no contact", made(false, false, 1, 1), wire::Error::Contact),
        ("in both modes", made(true, true, 1, 1), wire::Error::Contact),
        ("version 2", made(true, false, 2, 1), wire::Error::Version(2)),
        ("a scheme that is none", made(true, false, 1, 3), cbor.clone()),
        ("a duration that is no class", class, cbor.clone()),
        ("cut off", good[..good.len() - 1].to_vec(), cbor.clone()),
        ("trailing byte", [&good[..], &[0]].concat(), cbor.clone()),
        ("of indefinite length", indefinite, cbor),
        ("65 bytes", vec![0xa3; 65], wire::Error::Codec(codec::Error::Length { expected: 64, got: 65 })),
    ];
    let cases = inputs.map(|(name, bytes, error)| {
        assert_eq!(Report::decode(&bytes).map(|_| ()), Err(error.clone()), "{name}");
        Case::new(name).hex("report", bytes).refused(error)
    });
    File::new("report_bad_form.json", "What is no report.", cases.into())
}
