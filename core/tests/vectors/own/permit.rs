//! From a TAN to an authorised upload.

use serde_json::json;
use twoken_core::codec::{self, to_base64url};
use twoken_core::oprf::{self, partial};
use twoken_core::permit::{Class, Error, Pending, PermitHeader, PermitInfo, PermitKey};
use twoken_core::units::Week;
use twoken_core::wire::{PermitResponse, UploadBody};

use super::beacon::{IDENTITY, NO_ELEMENT};
use super::{tan, upload};
use crate::file::{Case, File};
use crate::support::rng::{Script, wide};
use crate::support::{named, scalar};

const WEEK: Week = Week::new(2968);

fn key() -> PermitKey {
    PermitKey::from_bytes(scalar("permit key")).unwrap()
}

fn pending(class: Class, week: Week) -> Pending {
    let mut script = Script::new(&[&named("t"), &wide(&scalar("blind"))]);
    let pending = Pending::new(&tan::sample(), class, week, &mut script);
    script.end();
    pending
}

fn respond(key: &PermitKey, class: Class, week: Week) -> PermitResponse {
    let request = pending(class, week).request().unwrap();
    let mut script = Script::new(&[&wide(&scalar("proof"))]);
    let response = key.evaluate(&request.blinded, PermitInfo { class, week }, &mut script).unwrap();
    script.end();
    response
}

fn header(class: Class, week: Week) -> String {
    let permit = pending(class, week).finalize(&respond(&key(), class, week), &key().public()).unwrap();
    permit.authorise(UploadBody::from_bytes(upload::body()).unwrap()).header.clone()
}

pub fn files() -> Vec<File> {
    vec![good(), bad_request(), bad_response(), bad_header(), bad_mac()]
}

fn good() -> File {
    let inputs = [
        ("patient", Class::Patient, WEEK),
        ("staff", Class::Staff, WEEK),
        ("patient, last week", Class::Patient, Week::new(WEEK.get() - 1)),
    ];
    let cases = inputs.map(|(name, class, week)| {
        let info = PermitInfo { class, week };
        let secret = oprf::SecretKey::from_bytes(scalar("permit key")).unwrap();
        let n = partial::evaluate(&secret, &named("t"), &info.to_bytes()).unwrap();
        let header = header(class, week);
        key().verify(&PermitHeader::decode(&header).unwrap(), &upload::body()).unwrap();
        let stored = pending(class, week).to_bytes();
        assert_eq!(*Pending::from_bytes(&stored).unwrap().to_bytes(), *stored);
        Case::new(name)
            .hex("permit_key", scalar("permit key"))
            .hex("permit_public_key", key().public().as_bytes())
            .with("class", class as u8)
            .with("week", week.get())
            .hex("info", info.to_bytes())
            .hex("t", named("t"))
            .hex("blind", scalar("blind"))
            .hex("proof_random_scalar", scalar("proof"))
            .with("request", serde_json::to_value(pending(class, week).request().unwrap()).unwrap())
            .with("response", serde_json::to_value(respond(&key(), class, week)).unwrap())
            .hex("n", n.as_bytes())
            .with("body", "the body of upload.json's first case")
            .with("header", header)
    });
    let note = "RFC 9497 POPRF, ristretto255-SHA512, input t, public info 'info'; n is its output. header = base64url \
                of t | class | week | HMAC-SHA256(n, 'twoken/v1/upload' | body).";
    File::new("permit.json", note, cases.into())
}

fn bad_request() -> File {
    let element = |bytes: &[u8]| to_base64url(bytes);
    let length = |got| Error::Codec(codec::Error::Length { expected: 32, got });
    let invalid = Error::Oprf(oprf::Error::Element);
    let inputs = [
        ("identity", element(&IDENTITY), invalid),
        ("not canonical", element(&NO_ELEMENT), invalid),
        ("a byte short", element(&[8; 31]), length(31)),
        ("a byte more", element(&[8; 33]), length(33)),
        ("padded", format!("{}=", element(&[8; 32])), Error::Codec(codec::Error::Base64)),
        ("empty", String::new(), length(0)),
    ];
    let cases = inputs.map(|(name, blinded, error)| {
        let info = PermitInfo { class: Class::Patient, week: WEEK };
        assert_eq!(key().evaluate(&blinded, info, &mut Script::new(&[])).unwrap_err(), error, "{name}");
        Case::new(name).with("blinded", blinded).refused(error)
    });
    File::new("permit_bad_request.json", "Blinded elements that a server refuses.", cases.into())
}

fn bad_response() -> File {
    let class = Class::Patient;
    let good = respond(&key(), class, WEEK);
    let other = PermitKey::from_bytes(scalar("another permit key")).unwrap();
    let proof = codec::from_base64url(&good.proof).unwrap();
    let with_proof = |bytes: &[u8]| PermitResponse { proof: to_base64url(bytes), ..good.clone() };
    let with_element = |bytes: &[u8]| PermitResponse { evaluated: to_base64url(bytes), ..good.clone() };
    let turned = |at: usize| {
        let mut bytes = proof.clone();
        bytes[at] ^= 1;
        with_proof(&bytes)
    };
    let (verify, scalar_error) = (Error::Oprf(oprf::Error::Verify), Error::Oprf(oprf::Error::Scalar));
    let length = |expected, got| Error::Codec(codec::Error::Length { expected, got });
    let inputs: Vec<(&str, PermitResponse, Error)> = vec![
        ("another challenge", turned(0), verify),
        ("another response", turned(32), verify),
        ("evaluated under another key", respond(&other, class, WEEK), verify),
        ("evaluated under another week", respond(&key(), class, Week::new(WEEK.get() + 1)), verify),
        ("evaluated under another class", respond(&key(), Class::Staff, WEEK), verify),
        ("another element", with_element(key().public().as_bytes()), verify),
        ("identity", with_element(&IDENTITY), Error::Oprf(oprf::Error::Element)),
        ("challenge not canonical", with_proof(&[&[0xff; 32], &proof[32..]].concat()), scalar_error),
        ("response not canonical", with_proof(&[&proof[..32], &[0xff; 32]].concat()), scalar_error),
        ("proof a byte short", with_proof(&proof[..63]), length(64, 63)),
        ("element a byte more", with_element(&[8; 33]), length(32, 33)),
    ];
    let cases = inputs.into_iter().map(|(name, response, error)| {
        let result = pending(class, WEEK).finalize(&response, &key().public());
        assert_eq!(result.map(|_| ()).unwrap_err(), error, "{name}");
        Case::new(name).with("response", serde_json::to_value(response).unwrap()).refused(error)
    });
    let note = "Answers that a client refuses which asked as in permit.json's first case.";
    File::new("permit_bad_response.json", note, cases.collect())
}

fn bad_header() -> File {
    let good = codec::from_base64url(&header(Class::Patient, WEEK)).unwrap();
    let changed = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        to_base64url(&bytes)
    };
    let length = |got| Error::Codec(codec::Error::Length { expected: 67, got });
    let inputs = [
        ("class 0", changed(32, 0), Error::Class(0)),
        ("class 3", changed(32, 3), Error::Class(3)),
        ("a byte short", to_base64url(&good[..66]), length(66)),
        ("a byte more", to_base64url(&[&good[..], &[0]].concat()), length(68)),
        ("empty", String::new(), length(0)),
        ("padded", format!("{}=", to_base64url(&good)), Error::Codec(codec::Error::Base64)),
        ("not base64url", "permit".repeat(15), Error::Codec(codec::Error::Base64)),
    ];
    let cases = inputs.map(|(name, header, error)| {
        assert_eq!(PermitHeader::decode(&header).map(|_| ()).unwrap_err(), error, "{name}");
        Case::new(name).with("header", header).refused(error)
    });
    File::new("permit_bad_header.json", "Malformed values of the twoken-permit header.", cases.into())
}

fn bad_mac() -> File {
    let good = codec::from_base64url(&header(Class::Patient, WEEK)).unwrap();
    let changed = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        to_base64url(&bytes)
    };
    let inputs = [
        ("another t", changed(0, good[0] ^ 1)),
        ("class raised to staff", changed(32, 2)),
        ("another week", changed(34, good[34] ^ 1)),
        ("another MAC", changed(66, good[66] ^ 0x80)),
    ];
    let refused = |name: &str, header: String, body: &[u8], which: &str| {
        let decoded = PermitHeader::decode(&header).unwrap();
        assert_eq!(key().verify(&decoded, body), Err(Error::Refused), "{name}");
        let body = json!({ "case": which, "digest": codec::to_hex(&super::sha256(body)) });
        Case::new(name).with("header", header).with("body", body).refused(Error::Refused)
    };
    let body = upload::body();
    let mut cases: Vec<_> =
        inputs.into_iter().map(|(name, header)| refused(name, header, &body, "as sent")).collect();
    let mut spoilt = body.clone();
    *spoilt.last_mut().unwrap() ^= 1;
    let header = to_base64url(&good);
    cases.push(refused("another body", header.clone(), &spoilt, "last bit turned"));
    cases.push(refused("no body", header, &[], "empty"));
    let note =
        "Well-formed headers that do not authorise the body ('as sent': that of upload.json's first case).";
    File::new("permit_bad_mac.json", note, cases)
}
