//! Signed configurations.

use serde_json::Value;
use twoken_core::codec::{self, to_base64url};
use twoken_core::permit::PermitKey;
use twoken_core::risk;
use twoken_core::status::Mode;
use twoken_core::units::{Attenuation, Minutes, Timestamp};
use twoken_core::wire::{
    Advice, Config, DelaySeconds, Digest, Error, PinnedServer, Profile, Proofs, Region, SignedConfig,
    SigningKey, SizeClasses,
};

use super::beacon::IDENTITY;
use crate::file::{Case, File};
use crate::support::{named, scalar};

pub fn key() -> SigningKey {
    SigningKey::from_bytes(&named("signing key"))
}

fn permit_key(name: &str) -> String {
    to_base64url(PermitKey::from_bytes(scalar(name)).unwrap().public().as_bytes())
}

fn strict() -> Config {
    let region = |id: &str, name: &str, parent: Option<&str>| Region {
        id: id.parse().unwrap(),
        name: name.into(),
        parent: parent.map(|id| id.parse().unwrap()),
    };
    Config {
        version: 1,
        name: "Health office of Example Land".into(),
        mode: Mode::Open,
        profile: Profile::Strict,
        signing_key: key().public(),
        permit_key: permit_key("permit key"),
        regions: vec![region("root", "Everywhere", None), region("north", "Nördlicher Teil", Some("root"))],
        size_classes: SizeClasses { entries: vec![64, 256, 1024, 2048] },
        retention_days: 14,
        seal_every_seconds: 3600,
        min_uploads: 5,
        max_wait_hours: 24,
        seal_anyway_after_hours: None,
        upload_delay_seconds: DelaySeconds { min: 0, max: 1800 },
        check_every_seconds: 3600,
        decoys_per_week: 7,
        risk: risk::Config::default(),
        proofs: Proofs::default(),
        advice: Some(Advice {
            source: "Health office of Example Land".into(),
            date: "2026-11-20".into(),
            en: vec!["Take a test.".into()],
            de: vec!["Machen Sie einen Test.".into()],
        }),
        previous_digests: vec![Digest::of(b"an earlier one"), Digest::of(b"an earlier one still")],
    }
}

fn demo() -> Config {
    Config {
        profile: Profile::Demo,
        seal_every_seconds: 60,
        min_uploads: 1,
        decoys_per_week: 0,
        seal_anyway_after_hours: Some(72),
        upload_delay_seconds: DelaySeconds { min: 0, max: 2 },
        advice: None,
        previous_digests: Vec::new(),
        ..strict()
    }
}

/// The digest that the batches of `batch.json` name.
pub fn digest() -> Digest {
    Digest::of(&strict().sign(&key()).unwrap().0)
}

pub fn files() -> Vec<File> {
    vec![
        good(),
        bad_signature(),
        bad_json(),
        bad_version(),
        bad_member(),
        bad_permit_key(),
        bad_key_changed(),
    ]
}

fn case(name: &str, body: &[u8], signature: &str, pinned: Option<&PinnedServer>) -> Case {
    let pinned = pinned.map_or(Value::Null, |pinned| serde_json::to_value(pinned).unwrap());
    Case::new(name)
        .with("body", str::from_utf8(body).unwrap())
        .with("signature", signature)
        .with("pinned", pinned)
}

fn good() -> File {
    let cases = [("strict", strict()), ("demo", demo())].map(|(name, config)| {
        let (body, signature) = config.sign(&key()).unwrap();
        let signed = SignedConfig::verify(&body, &signature, None).unwrap();
        assert_eq!(*signed.config(), config);
        let again = SignedConfig::verify(&body, &signature, Some(&signed.pin())).unwrap();
        for digest in &config.previous_digests {
            assert!(again.accepts_digest(digest));
        }
        assert!(again.accepts_digest(again.digest()) && !again.accepts_digest(&Digest::of(b"another")));
        // What is sealed after I first saw this one names it; an hour is forgiven.
        let (first_seen, hour) = (Timestamp::new(1_000_000), 3600);
        for digest in &config.previous_digests {
            assert!(again.accepts_batch(digest, first_seen.plus(hour), first_seen));
            assert!(!again.accepts_batch(digest, first_seen.plus(hour + 1), first_seen));
        }
        assert!(again.accepts_batch(again.digest(), first_seen.plus(hour + 1), first_seen));
        assert!(!again.accepts_batch(&Digest::of(b"another"), first_seen, first_seen));
        case(name, &body, &signature, Some(&signed.pin()))
            .hex("signing_seed", named("signing key"))
            .with("digest", again.digest().to_string())
    });
    let note = "signature = base64url of Ed25519(signing_seed, 'twoken/v1/config' | body); digest = SHA-256(body). \
                Each verifies without a pin and under 'pinned'.";
    File::new("config.json", note, cases.into())
}

/// Body, signature header, pin, error.
type Bad<'a> = (&'a str, Vec<u8>, String, Option<PinnedServer>, Error);

/// Cases that end in an error.
fn refused(name: &'static str, note: &'static str, cases: Vec<Bad<'_>>) -> File {
    let cases = cases.into_iter().map(|(name, body, signature, pinned, error)| {
        let result = SignedConfig::verify(&body, &signature, pinned.as_ref());
        assert_eq!(result.unwrap_err(), error, "{name}");
        case(name, &body, &signature, pinned.as_ref()).refused(error)
    });
    File::new(name, note, cases.collect())
}

fn signed(config: &Config, key: &SigningKey) -> (Vec<u8>, String) {
    config.sign(key).unwrap()
}

fn bad_signature() -> File {
    let (body, signature) = signed(&strict(), &key());
    let mut raw = codec::from_base64url(&signature).unwrap();
    raw[5] ^= 0x10;
    let elsewhere = signed(&strict(), &SigningKey::from_bytes(&named("another signing key"))).1;
    let spaced = [&body[..], b"\n"].concat();
    let renamed = String::from_utf8(body.clone()).unwrap().replace("Health", "Wealth").into_bytes();
    let short = codec::Error::Length { expected: 64, got: 63 };
    let cases = vec![
        ("another signature", body.clone(), to_base64url(&raw), None, Error::Signature),
        ("signed by another key", body.clone(), elsewhere, None, Error::Signature),
        ("a byte of white space more", spaced, signature.clone(), None, Error::Signature),
        ("another name", renamed, signature.clone(), None, Error::Signature),
        ("signature of another configuration", signed(&demo(), &key()).0, signature, None, Error::Signature),
        ("a byte short", body.clone(), to_base64url(&raw[..63]), None, Error::Codec(short)),
        ("no base64url", body, "+".repeat(86), None, Error::Codec(codec::Error::Base64)),
    ];
    refused("config_bad_signature.json", "Bodies whose signature does not hold.", cases)
}

/// Signs any text, as a server could.
fn sign_text(text: &str) -> (Vec<u8>, String) {
    use ed25519_dalek::Signer;
    let key = ed25519_dalek::SigningKey::from_bytes(&named("signing key"));
    let message = [b"twoken/v1/config", text.as_bytes()].concat();
    (text.into(), to_base64url(&key.sign(&message).to_bytes()))
}

fn edited(from: &str, to: &str) -> (Vec<u8>, String) {
    let text = String::from_utf8(signed(&strict(), &key()).0).unwrap();
    assert!(text.contains(from), "{from}");
    sign_text(&text.replacen(from, to, 1))
}

fn bad_json() -> File {
    let inputs = [
        ("empty", sign_text("")),
        ("no object", sign_text("[]")),
        ("a comma more", edited("\"version\": 1,", "\"version\": 1,,")),
        ("text behind it", sign_text(&(String::from_utf8(signed(&demo(), &key()).0).unwrap() + "x"))),
        ("a field missing", edited("\"min_uploads\": 5,", "")),
        ("a field of another type", edited("\"min_uploads\": 5", "\"min_uploads\": \"5\"")),
        ("a negative number", edited("\"min_uploads\": 5", "\"min_uploads\": -5")),
        ("unknown mode", edited("\"open\"", "\"closed\"")),
        ("unknown profile", edited("\"strict\"", "\"lax\"")),
        ("region with a slash", edited("\"north\"", "\"no/rth\"")),
        ("digest in upper case", edited(&Digest::of(b"an earlier one").to_string(), &"AB".repeat(32))),
    ];
    let cases = inputs.map(|(name, (body, signature))| (name, body, signature, None, Error::Json));
    refused("config_bad_json.json", "Signed bodies that are not the JSON expected.", cases.into())
}

fn bad_version() -> File {
    let of = |name, version| {
        let (body, signature) = signed(&Config { version, ..strict() }, &key());
        (name, body, signature, None, Error::Version(version))
    };
    let (body, signature) = sign_text("{\"version\":2,\"names\":[]}");
    let other = ("another version, with other members", body, signature, None, Error::Version(2));
    refused(
        "config_bad_version.json",
        "Signed bodies of another version.",
        vec![of("an earlier version", 0), of("a later version", 2), other],
    )
}

fn bad_member() -> File {
    let with = |name, member, change: &dyn Fn(&mut Config)| {
        let mut config = strict();
        change(&mut config);
        let (body, signature) = signed(&config, &key());
        (name, body, signature, None, Error::Member(member))
    };
    let risk =
        |name, change: &dyn Fn(&mut risk::Config)| with(name, "risk", &|config| change(&mut config.risk));
    let proofs =
        |name, change: &dyn Fn(&mut Proofs)| with(name, "proofs", &|config| change(&mut config.proofs));
    let classes = |name, classes: &[usize]| {
        with(name, "size_classes", &|config| config.size_classes.entries = classes.to_vec())
    };
    // Ids and their parents.
    let regions = |name, regions: &[(&str, &str)]| {
        with(name, "regions", &|config| {
            let region = |(id, parent): &(&str, &str)| Region {
                id: id.parse().unwrap(),
                name: "Somewhere".into(),
                parent: parent.parse().ok(),
            };
            config.regions = regions.iter().map(region).collect();
        })
    };
    let cases = vec![
        regions("no region", &[]),
        regions("no root", &[("a", "b"), ("b", "a")]),
        regions("two roots", &[("a", ""), ("b", "")]),
        regions("a region twice", &[("a", ""), ("b", "a"), ("b", "a")]),
        regions("a parent that is not there", &[("a", ""), ("b", "c")]),
        regions("a circle beside the root", &[("a", ""), ("b", "c"), ("c", "b")]),
        regions("its own parent", &[("a", ""), ("b", "b")]),
        classes("no size class", &[]),
        classes("descending size classes", &[256, 64]),
        classes("a size class twice", &[64, 64]),
        classes("a size class of its own", &[64, 128]),
        with("kept for no day", "retention_days", &|config| config.retention_days = 0),
        with("kept for 15 days", "retention_days", &|config| config.retention_days = 15),
        with("sealed without pause", "seal_every_seconds", &|config| config.seal_every_seconds = 0),
        with("checked without pause", "check_every_seconds", &|config| config.check_every_seconds = 0),
        with("hardly ever checked", "check_every_seconds", &|config| config.check_every_seconds = 86_401),
        with("more decoys than one a minute", "decoys_per_week", &|config| config.decoys_per_week = 10_081),
        with("no upload needed", "min_uploads", &|config| config.min_uploads = 0),
        with("a delay that ends before it begins", "upload_delay_seconds", &|config| {
            config.upload_delay_seconds = DelaySeconds { min: 2, max: 1 };
        }),
        with("a delay of more than a day", "upload_delay_seconds", &|config| {
            config.upload_delay_seconds.max = 86_401;
        }),
        risk("no minute is high", &|risk| {
            (risk.high_minutes, risk.medium_minutes) = (Minutes::new(0), Minutes::new(0))
        }),
        risk("a day has no 1,441 minutes", &|risk| risk.high_minutes = Minutes::new(1441)),
        risk("medium above high", &|risk| risk.medium_minutes = Minutes::new(16)),
        risk("no minute is medium", &|risk| risk.medium_minutes = Minutes::new(0)),
        risk("close is farther than near", &|risk| risk.close_attenuation_db = Attenuation::new(64)),
        risk("near weighs more than close", &|risk| risk.near_percent = 101),
        proofs("no depth", &|proofs| proofs.depth = 0),
        proofs("deeper than degrees go", &|proofs| proofs.depth = 4),
        proofs("no proof on a page", &|proofs| proofs.per_page = 0),
        proofs("more proofs than a page can have", &|proofs| proofs.per_page = 65_536),
        risk("the second degree weighs more than the first", &|risk| risk.second_degree_percent = 101),
    ];
    refused("config_bad_member.json", "Well-signed bodies with a member out of its range.", cases)
}

fn bad_permit_key() -> File {
    let with = |permit_key: String| signed(&Config { permit_key, ..strict() }, &key());
    let short = codec::Error::Length { expected: 32, got: 31 };
    let inputs = [
        ("identity", with(to_base64url(&IDENTITY)), Error::Json),
        ("31 bytes", with(to_base64url(&[8; 31])), Error::Codec(short)),
        ("padded", with(permit_key("permit key") + "="), Error::Codec(codec::Error::Base64)),
    ];
    let cases = inputs.map(|(name, (body, signature), error)| (name, body, signature, None, error));
    refused("config_bad_permit_key.json", "Signed bodies whose permit key is no element.", cases.into())
}

fn bad_key_changed() -> File {
    let (body, signature) = signed(&strict(), &key());
    let pin = SignedConfig::verify(&body, &signature, None).unwrap().pin();
    let other = SigningKey::from_bytes(&named("another signing key"));
    let replaced = signed(&Config { signing_key: other.public(), ..strict() }, &other);
    let permit = signed(&Config { permit_key: permit_key("another permit key"), ..strict() }, &key());
    let inputs = [("another signing key", replaced), ("another permit key", permit)];
    let cases =
        inputs.map(|(name, (body, signature))| (name, body, signature, Some(pin.clone()), Error::KeyChanged));
    let note = "Well-signed bodies whose keys are not those that were pinned.";
    refused("config_bad_key_changed.json", note, cases.into())
}
