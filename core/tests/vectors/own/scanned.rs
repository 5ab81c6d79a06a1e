//! Texts that were scanned, pasted or typed.

use serde_json::Value;
use twoken_core::beacon::{Error, Fragment, MAX_TEXT, Scanned};
use twoken_core::codec::{to_base64url, to_hex};
use twoken_core::tan;

use super::beacon::{APP, IDENTITY, plain, with_emission};
use super::tan::sample;
use crate::file::{Case, File};

pub fn files() -> Vec<File> {
    let mut files = vec![good()];
    files.extend(bad());
    files
}

fn good() -> File {
    let (payload, tan) = (plain(), sample().display());
    let (fragment, bare) = (payload.to_fragment(), to_base64url(&payload.encode()));
    let texts = [
        ("full link", payload.to_link(APP)),
        ("full link with an emission", with_emission().to_link(APP)),
        ("link with path, query and port", format!("HTTPS://App.Example:8443/some/path?x=1#{fragment}")),
        ("link to this machine", format!("http://127.0.0.1:8787/#{fragment}")),
        ("IPv6 link", format!("http://[::1]:8787/#{fragment}")),
        ("fragment with #", format!("#{fragment}")),
        ("fragment without #, white space around it", format!(" {fragment}\n")),
        ("payload alone", bare),
        ("TAN link", format!("{APP}#t={}", &*tan)),
        ("TAN fragment, lower case, no dashes", format!("t={}", tan.replace('-', "").to_lowercase())),
        ("server link", format!("{APP}#s=https://health.example")),
        ("server fragment with port", "#s=https://health.example:8443".into()),
        ("server on this machine", "#s=http://localhost:8787".into()),
    ];
    let cases = texts.map(|(name, text)| {
        let scanned = Scanned::parse(&text).unwrap();
        let (kind, content) = match &scanned.what {
            Fragment::Meet(payload) => ("meet", to_hex(&payload.encode())),
            Fragment::Tan(tan) => ("tan", tan.display().to_string()),
            Fragment::Server(server) => ("server", server.clone()),
        };
        Case::new(name)
            .with("text", text)
            .with("origin", scanned.origin.map_or(Value::Null, Value::from))
            .with("kind", kind)
            .with("content", content)
    });
    let note = "text means content of that kind: a payload in hexadecimal, a TAN as shown, a server's origin. origin \
                is the full link's scheme, host and port in lower case, null for a bare fragment.";
    File::new("scanned.json", note, cases.into())
}

type Bad = (&'static str, String, Error);

fn bad() -> Vec<File> {
    let (payload, tan) = (plain(), sample().display());
    let (fragment, bytes) = (payload.to_fragment(), payload.encode());
    let meet = |bytes: &[u8]| format!("#m={}", to_base64url(bytes));
    let changed = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        meet(&bytes)
    };
    let mut identity = bytes.clone();
    identity[38..70].copy_from_slice(&IDENTITY);
    let mistyped = tan.replace("-", "").replacen('7', "8", 1);
    let files: [(&str, Vec<Bad>); 7] = [
        (
            "scanned_bad_not_twoken.json",
            vec![
                ("nothing", String::new(), Error::NotTwoken),
                ("other text", "hello".into(), Error::NotTwoken),
                ("other link", "https://twoken.example/about".into(), Error::NotTwoken),
                ("link without fragment", "https://twoken.example/#".into(), Error::NotTwoken),
                ("unknown kind of fragment", "https://twoken.example/#x=1".into(), Error::NotTwoken),
                ("upper-case kind", format!("#M={}", &fragment[2..]), Error::NotTwoken),
                ("other scheme", format!("ftp://twoken.example/#{fragment}"), Error::NotTwoken),
                ("user name in the link", format!("https://me@twoken.example/#{fragment}"), Error::NotTwoken),
                ("no host", format!("https:///#{fragment}"), Error::NotTwoken),
                (
                    "payload alone behind a link",
                    format!("https://twoken.example/#{}", &fragment[2..]),
                    Error::NotTwoken,
                ),
            ],
        ),
        (
            "scanned_bad_encoding.json",
            vec![
                ("padded", format!("#{fragment}="), Error::Encoding),
                ("standard alphabet", "#m=AQ+/".into(), Error::Encoding),
                ("white space inside", format!("#m= {}", &fragment[2..]), Error::Encoding),
                ("trailing bits", "#m=AQB".into(), Error::Encoding),
            ],
        ),
        (
            "scanned_bad_truncated.json",
            vec![
                ("empty", "#m=".into(), Error::Truncated { expected: 78, got: 0 }),
                ("half of it", meet(&bytes[..39]), Error::Truncated { expected: 78, got: 39 }),
                ("without acknowledgement", meet(&bytes[..70]), Error::Truncated { expected: 78, got: 70 }),
            ],
        ),
        (
            "scanned_bad_oversized.json",
            vec![
                ("a byte more", meet(&[&bytes[..], &[0]].concat()), Error::Oversized { limit: 78, got: 79 }),
                ("2049 characters", "x".repeat(MAX_TEXT + 1), Error::Oversized { limit: 2048, got: 2049 }),
            ],
        ),
        (
            "scanned_bad_payload.json",
            vec![
                ("foreign version", changed(0, 2), Error::Version(2)),
                ("foreign version of another length", "#m=AgAA".into(), Error::Version(2)),
                ("unknown flag", changed(1, 4), Error::Flags(4)),
                ("identity as claim key", meet(&identity), Error::ClaimKey),
                ("X25519 key not canonical", changed(37, bytes[37] | 0x80), Error::PublicKey),
            ],
        ),
        (
            "scanned_bad_tan.json",
            vec![
                ("mistyped", format!("#t={mistyped}"), Error::Tan(tan::Error::Check)),
                ("short", "#t=7M2M9".into(), Error::Tan(tan::Error::Length { expected: 14, got: 5 })),
                ("foreign symbol", "#t=U".into(), Error::Tan(tan::Error::Symbol { position: 1 })),
            ],
        ),
        (
            "scanned_bad_server.json",
            vec![
                ("plain http", "#s=http://health.example".into(), Error::Server),
                (
                    "http on a name that only begins like this machine",
                    "#s=http://localhost.example".into(),
                    Error::Server,
                ),
                ("with a path", "#s=https://health.example/".into(), Error::Server),
                ("user name", "#s=https://me@health.example".into(), Error::Server),
                ("no scheme", "#s=health.example".into(), Error::Server),
                ("empty", "#s=".into(), Error::Server),
                (
                    "longer than 255 characters",
                    format!("#s=https://{}.example", "a".repeat(240)),
                    Error::Server,
                ),
            ],
        ),
    ];
    let note = "Texts that are refused, with the error.";
    files
        .into_iter()
        .map(|(name, cases)| {
            let cases = cases.into_iter().map(|(name, text, error)| {
                assert_eq!(Scanned::parse(&text).map(|_| ()).unwrap_err(), error, "{name}");
                Case::new(name).with("text", text).refused(error)
            });
            File::new(name, note, cases.collect())
        })
        .collect()
}
