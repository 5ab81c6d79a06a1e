//! What people type and what stands in a URL.

use std::fmt::Display;
use std::str::FromStr;

use twoken_core::batch::BatchId;
use twoken_core::beacon::{Fragment, MAX_TEXT, Scanned};
use twoken_core::codec;
use twoken_core::encounter::EncounterId;
use twoken_core::tan::Tan;
use twoken_core::units::{Day, Timestamp};
use twoken_core::wire::RegionId;

use crate::spoil::{each, garbage};
use crate::support::named;
use crate::support::people::Person;
use crate::support::rng::keystream;

const NOW: Timestamp = Timestamp::new(1_795_271_460);

/// Everything that can be made of a text, as text; where bytes are none, with replacement characters.
fn texts(good: &str, check: impl Fn(&str)) {
    check(good);
    each(good.as_bytes(), |bytes| check(&String::from_utf8_lossy(bytes)));
    garbage(|bytes| check(&String::from_utf8_lossy(bytes)));
    for more in ['\u{0}', '\u{a0}', '\u{660}', '\u{ff11}', '\u{1f600}', '\u{202e}'] {
        for (at, _) in good.char_indices() {
            let (head, tail) = good.split_at(at);
            check(&format!("{head}{more}{tail}"));
        }
    }
}

/// What parses prints exactly as it was written.
fn one_form<T: FromStr + Display>(good: &str) {
    assert!(good.parse::<T>().is_ok());
    texts(good, |text| {
        if let Ok(value) = text.parse::<T>() {
            assert_eq!(value.to_string(), text);
        }
    });
}

#[test]
fn days_regions_and_ids() {
    one_form::<Day>("2026-11-21");
    one_form::<Day>("1970-01-01");
    one_form::<RegionId>("north-7");
    one_form::<RegionId>("region-of-16-chr");
    one_form::<BatchId>("000102030405060708090a0b0c0d0e0f");
    one_form::<EncounterId>("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
}

#[test]
fn base64url_and_hex() {
    let again = |text: &str, decoded: Option<String>| {
        if let Some(decoded) = decoded {
            assert_eq!(decoded, text);
        }
    };
    texts("AAECAwQFBg", |text| {
        again(text, codec::from_base64url(text).ok().map(|bytes| codec::to_base64url(&bytes)))
    });
    texts("00ff17", |text| again(text, codec::from_hex(text).ok().map(|bytes| codec::to_hex(&bytes))));
}

/// A TAN as its fourteen symbols, whatever way it was typed.
fn symbols(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'));
    kept.map(|c| match c.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    })
    .collect()
}

#[test]
fn tans() {
    let tan = Tan::generate(&mut keystream(named("text tan")));
    texts(&tan.display(), |text| {
        if let Ok(read) = Tan::parse(text) {
            assert_eq!(symbols(&read.display()), symbols(text));
        }
    });
}

/// A scanned payload is exactly the one that was written, behind whatever link.
#[test]
fn scanned_payloads() {
    let payload = Person::new("scanned").shows(NOW);
    for text in [payload.to_link("https://twoken.example/app"), payload.to_fragment()] {
        texts(&text, |text| {
            if let Ok(Scanned { what: Fragment::Meet(payload), .. }) = Scanned::parse(text) {
                let fragment = payload.to_fragment();
                assert!(text.trim().ends_with(&fragment[2..]), "{text}");
            }
        });
    }
}

#[test]
fn scanned_servers_and_tans() {
    for good in ["https://twoken.example/#s=https://health.example:8443", "#s=http://127.0.0.1:8787"] {
        texts(good, |text| {
            if let Ok(Scanned { what: Fragment::Server(server), .. }) = Scanned::parse(text) {
                assert!(text.trim().to_ascii_lowercase().ends_with(&server), "{text}");
                assert!(server.starts_with("https://") || server.starts_with("http://127.0.0.1"), "{server}");
            }
        });
    }
    let tan = Tan::generate(&mut keystream(named("text tan")));
    texts(&format!("https://twoken.example/#t={}", &*tan.display()), |text| {
        let _ = Scanned::parse(text);
    });
    assert!(Scanned::parse(&"#".repeat(MAX_TEXT + 1)).is_err());
}
