//! TANs.

use twoken_core::codec::to_hex;
use twoken_core::tan::{Error, Tan, TanKey};

use crate::file::{Case, File};
use crate::support::named;
use crate::support::rng::Script;

/// As drawn: the low five bits of each byte.
const SAMPLE: [u8; 13] = [7, 20, 2, 20, 9, 23, 29, 11, 4, 26, 1, 17, 13];

pub fn sample() -> Tan {
    drawn(&SAMPLE)
}

fn drawn(bytes: &[u8; 13]) -> Tan {
    let mut script = Script::new(&[bytes]);
    let tan = Tan::generate(&mut script);
    script.end();
    tan
}

pub fn key() -> TanKey {
    TanKey::from_hex(&to_hex(&named("tan key"))).unwrap()
}

pub fn files() -> Vec<File> {
    vec![good(), bad_length(), bad_symbol(), bad_check()]
}

fn good() -> File {
    let mut high = SAMPLE;
    for byte in &mut high {
        *byte |= 0xe0;
    }
    let mut last = [0; 13];
    last[12] = 1;
    let inputs = [
        ("all zero", [0; 13]),
        ("all 31", [31; 13]),
        ("counting up", core::array::from_fn(|i| u8::try_from(i).unwrap())),
        ("a one at the left", {
            let mut bytes = [0; 13];
            bytes[0] = 1;
            bytes
        }),
        ("a one at the right", last),
        ("sample", SAMPLE),
        ("sample, high bits are ignored", high),
        ("every other symbol", core::array::from_fn(|i| 31 - 2 * u8::try_from(i).unwrap())),
    ];
    let cases = inputs.map(|(name, bytes)| {
        let tan = drawn(&bytes);
        let shown = tan.display().to_string();
        let typed = [
            shown.clone(),
            shown.replace('-', ""),
            format!(" {} ", shown.to_lowercase().replace('-', " ")),
            shown.replace('1', "l").replace('0', "o"),
            shown.replace('1', "I").replace('0', "O").replace('-', "\u{2013}"),
        ];
        for text in &typed {
            assert_eq!(*Tan::parse(text).unwrap().display(), shown, "{text}");
        }
        Case::new(name)
            .hex("random", bytes)
            .with("symbols", str::from_utf8(&*tan.symbols()).unwrap())
            .with("display", shown)
            .with("typed", typed.to_vec())
            .with("tan_key", key().to_hex().as_str())
            .with("hash", key().hash(&tan).to_string())
    });
    let note = "symbols: the low five bits of each random byte in Crockford's base32; display adds the check symbol; \
                each of 'typed' means the same TAN; hash = HMAC-SHA256(tan_key, 'twoken/v1/tan' | symbols).";
    File::new("tan.json", note, cases.into())
}

fn refused(text: impl Into<String>, error: Error) -> Case {
    let text = text.into();
    assert_eq!(Tan::parse(&text).map(|_| ()).unwrap_err(), error, "{text}");
    Case::new(text.clone()).with("typed", text).refused(error)
}

fn bad_length() -> File {
    let shown = sample().display();
    let error = |got| Error::Length { expected: 14, got };
    let cases = vec![
        refused("", error(0)),
        refused("- - -", error(0)),
        refused(&shown[..15], error(13)),
        refused(format!("{}0", &*shown), error(15)),
    ];
    File::new("tan_bad_length.json", "Too few symbols, or too many.", cases)
}

fn bad_symbol() -> File {
    let shown = sample().display();
    let error = |position| Error::Symbol { position };
    let cases = vec![
        refused("u", error(1)),
        refused(shown.replacen('-', "-U", 1), error(6)),
        refused(format!("{}*", &shown[..15]), error(14)),
        refused(shown.replace('-', "_"), error(6)),
        refused("\u{0417}", error(1)),
    ];
    File::new("tan_bad_symbol.json", "A character that no TAN contains, named by its place from 1.", cases)
}

fn bad_check() -> File {
    let shown = sample().display().replace('-', "");
    let swapped = format!("{}{}{}", &shown[1..2], &shown[..1], &shown[2..]);
    let last = format!("{}{}", &shown[..12], shown[12..].chars().rev().collect::<String>());
    let cases = vec![
        refused(shown.replacen(&shown[..1], "0", 1), Error::Check),
        refused(swapped, Error::Check),
        refused(last, Error::Check),
        refused("00000000000001", Error::Check),
        refused("10000000000000", Error::Check),
    ];
    File::new("tan_bad_check.json", "One symbol wrong, or two neighbours swapped.", cases)
}
