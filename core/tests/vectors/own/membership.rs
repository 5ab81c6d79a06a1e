//! Membership proofs, and the bodies that they authorise. A proof is random; here what it is drawn from is written down.

use twoken_core::codec;
use twoken_core::membership::{Context, Error, Kind, Proof, Statement};
use twoken_core::tag::{Claim, Entry, Secret};
use twoken_core::wire::{self, Digest, PROVEN_MEDIA_TYPE, Proven};

use super::study;
use crate::file::{Case, File};
use crate::support::rng::{Script, keystream};
use crate::support::{named, stored};

const BODY: &[u8] = b"what the proof authorises";

fn claim() -> Claim {
    Secret::new(named("the secret of a proof")).sole_claim().unwrap()
}

/// 255 dummies, and the claim's tag in the place `at`.
fn tags(at: usize) -> Vec<[u8; 32]> {
    let mut rng = keystream(named("the page of a proof"));
    let mut tags: Vec<_> = (0..255).map(|_| *Entry::dummy(&mut rng).tag.as_bytes()).collect();
    tags.insert(at, *claim().tag().as_bytes());
    tags
}

struct Input {
    name: &'static str,
    at: usize,
    kind: Kind,
    context: Context,
}

fn inputs() -> [Input; 2] {
    let study = Context::Study(study::open().id());
    [
        Input { name: "second degree", at: 0, kind: Kind::WithNullifier, context: Context::SecondDegree },
        Input { name: "study, without a nullifier", at: 255, kind: Kind::Without, context: study },
    ]
}

impl Input {
    fn page(&self) -> [u8; 32] {
        named(&format!("the page of {}", self.name))
    }

    fn statement(&self) -> Statement {
        let server = named("server key of a proof");
        Statement::new(&tags(self.at), &self.page(), self.kind, self.context, &server, BODY).unwrap()
    }

    fn proof(&self) -> Proof {
        let mut script = Script::new(&[&named(self.name)]);
        let proof = self.statement().prove(&claim(), &mut script).unwrap();
        script.end();
        proof
    }
}

pub fn files() -> Vec<File> {
    vec![good(), bad_form(), bad_proof(), proven(), proven_bad_form()]
}

fn good() -> File {
    let cases = inputs().map(|input| {
        let proof = input.proof();
        let verified = input.statement().verify(&proof).unwrap();
        assert_eq!(verified.nullifier().is_some(), input.kind == Kind::WithNullifier);
        assert_eq!(Proof::from_bytes(&proof.to_bytes()).unwrap().to_bytes(), proof.to_bytes());
        let case = Case::new(input.name)
            .hex("claim", stored(&claim()))
            .hex("tags", tags(input.at).as_flattened())
            .hex("page", input.page())
            .with("kind", input.kind as u8)
            .hex("server_key", named("server key of a proof"))
            .hex("context", input.context.to_bytes(&named("server key of a proof")))
            .hex("body", BODY)
            .hex("random_seed", named(input.name));
        let case = match verified.nullifier() {
            Some(nullifier) => case.hex("nullifier", nullifier.as_bytes()),
            None => case,
        };
        case.hex("proof", proof.to_bytes())
    });
    let note = "sigma-proofs 0.4.1, compact: TurboSHAKE128, ristretto255, an OR of 256 branches. random_seed seeds its \
                generator; another prover draws what it likes, and is accepted all the same. claim is little-endian.";
    File::new("membership.json", note, cases.into())
}

fn bad_form() -> File {
    let good = inputs()[0].proof().to_bytes();
    let with = |at: usize, bytes: &[u8]| {
        let mut spoilt = good.clone();
        spoilt[at..at + bytes.len()].copy_from_slice(bytes);
        spoilt
    };
    let length = |expected, got| Error::Codec(codec::Error::Length { expected, got });
    let cases = [
        ("version 0", with(0, &[0]), Error::Version(0)),
        ("version 2", with(0, &[2]), Error::Version(2)),
        ("kind 0", with(1, &[0]), Error::Kind(0)),
        ("kind 3", with(1, &[3]), Error::Kind(3)),
        ("an identity nullifier", with(2, &[0; 32]), Error::Nullifier),
        ("a nullifier that is no element", with(2, &[0xff; 32]), Error::Nullifier),
        ("nothing", Vec::new(), length(1, 0)),
        ("a byte short", good[..16_417].to_vec(), length(16_418, 16_417)),
        ("a byte more", [&good[..], &[0]].concat(), length(16_418, 16_419)),
        ("a nullifier too many", with(1, &[2]), length(16_386, 16_418)),
    ];
    let cases = cases.map(|(name, bytes, error)| {
        assert_eq!(Proof::from_bytes(&bytes).unwrap_err(), error, "{name}");
        let head = bytes.iter().take(40).copied().collect::<Vec<_>>();
        Case::new(name).hex("first_40_bytes", head).with("length", bytes.len()).refused(error)
    });
    let note =
        "Made from membership.json's first proof: its first bytes, and its length cut or filled with zeros.";
    File::new("membership_bad_form.json", note, cases.into())
}

fn bad_proof() -> File {
    let [input, without] = inputs();
    let good = input.proof().to_bytes();
    let server = named("server key of a proof");
    let statement = |tags: &[[u8; 32]], page: [u8; 32], kind, context, server: [u8; 32], body: &[u8]| {
        Statement::new(tags, &page, kind, context, &server, body).unwrap()
    };
    let of = |tags: &[[u8; 32]]| statement(tags, input.page(), input.kind, input.context, server, BODY);
    let mut swapped = tags(0);
    swapped.swap(1, 2);
    let verify =
        |about: &Statement, bytes: &[u8]| about.verify(&Proof::from_bytes(bytes).unwrap()).unwrap_err();
    let mut cases = Vec::new();
    for at in [34, 66, 98, 34 + 32 * 256, 16_417] {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        let error = verify(&of(&tags(0)), &bytes);
        cases.push(Case::new(format!("byte {at} turned")).with("byte", at).with("xor", 1).refused(error));
    }
    let others = [
        ("another page", statement(&tags(0), named("other"), input.kind, input.context, server, BODY)),
        ("another context", statement(&tags(0), input.page(), input.kind, without.context, server, BODY)),
        (
            "another server",
            statement(&tags(0), input.page(), input.kind, input.context, named("other"), BODY),
        ),
        ("another body", statement(&tags(0), input.page(), input.kind, input.context, server, b"other")),
        ("tags 1 and 2 swapped", of(&swapped)),
        ("the claim's tag in another place", of(&tags(1))),
        (
            "a kind without nullifiers",
            statement(&tags(0), input.page(), Kind::Without, input.context, server, BODY),
        ),
    ];
    for (name, about) in others {
        cases.push(Case::new(name).refused(verify(&about, &good)));
    }
    let note =
        "membership.json's first proof altered, or under a statement that differs in what the name says.";
    File::new("membership_bad_proof.json", note, cases)
}

fn of_first(body: &[u8]) -> Proven {
    let input = &inputs()[0];
    Proven::new(Digest::new(input.page()), input.proof(), body)
}

fn proven() -> File {
    let proof = inputs()[0].proof().to_bytes();
    let cases = [("a short body", BODY.to_vec()), ("5,403 bytes", vec![7; 5403])].map(|(name, body)| {
        let bytes = of_first(&body).to_bytes();
        let read = Proven::decode(&bytes).unwrap();
        assert_eq!((read.body(), read.page.as_bytes()), (&body[..], &inputs()[0].page()));
        assert_eq!(read.to_bytes(), bytes);
        let at = bytes.windows(proof.len()).position(|window| window == proof).unwrap();
        Case::new(name)
            .hex("page", read.page.as_bytes())
            .hex("before_the_proof", &bytes[..at])
            .hex("after_the_proof", &bytes[at + proof.len()..])
            .with("sha256", Digest::of(&bytes).to_string())
    });
    assert_eq!(PROVEN_MEDIA_TYPE, "application/vnd.twoken.proven+cbor");
    let note = "The proof is membership.json's first.";
    File::new("proven.json", note, cases.into())
}

fn proven_bad_form() -> File {
    let good = of_first(BODY).to_bytes().to_vec();
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    // a4 | 00 01 | 01 5820 page 32 | 02 594022 proof 16418 | 03 5819 body
    let at = 3 + 3 + 32 + 1 + 3;
    let cbor = wire::Error::Codec(codec::Error::Cbor);
    let too_long = twoken_core::wire::MAX_PROVEN_BYTES + 1;
    let length = codec::Error::Length { expected: too_long - 1, got: too_long };
    let cases = [
        ("version 2", with(2, 2), wire::Error::Version(2)),
        ("a proof of version 2", with(at, 2), wire::Error::Proof(Error::Version(2))),
        ("a proof of kind 3", with(at + 1, 3), wire::Error::Proof(Error::Kind(3))),
        ("three members", with(0, 0xa3), cbor.clone()),
        ("a trailing byte", [&good[..], &[0]].concat(), cbor.clone()),
        ("a byte short", good[..good.len() - 1].to_vec(), cbor.clone()),
        ("empty", Vec::new(), cbor),
        ("too long", vec![0xa4; too_long], wire::Error::Codec(length)),
    ];
    let cases = cases.map(|(name, bytes, error)| {
        assert_eq!(Proven::decode(&bytes).map(|_| ()).unwrap_err(), error, "{name}");
        let head = bytes.iter().take(50).copied().collect::<Vec<_>>();
        Case::new(name).hex("first_50_bytes", head).with("length", bytes.len()).refused(error)
    });
    let note = "Made from proven.json's first case: its first bytes, and its length cut or filled.";
    File::new("proven_bad_form.json", note, cases.into())
}
