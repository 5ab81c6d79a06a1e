//! RFC 9497, appendix A.1: every value of every case, made by our client and our server from the given randomness.

use serde_json::Value;
use twoken_core::oprf::{Element, Error, Mode, Output, Proof, SecretKey, base, partial, verifiable};

use crate::file::{bytes, cases, fixed, list, number, text};
use crate::support::rng::{Script, wide};

struct Case {
    inputs: Vec<Vec<u8>>,
    blinds: Vec<Vec<u8>>,
    blinded: Vec<Element>,
    evaluated: Vec<Element>,
    outputs: Vec<Vec<u8>>,
    key: SecretKey,
}

impl Case {
    fn read(case: &Value, mode: Mode) -> Self {
        let elements = |key| list(case, key).iter().map(|bytes| element(bytes)).collect();
        let key = SecretKey::derive(mode, &fixed(case, "seed"), &bytes(case, "keyInfo")).unwrap();
        assert_eq!(*key.to_bytes(), fixed(case, "skSm"));
        Self {
            inputs: list(case, "Input"),
            blinds: list(case, "Blind"),
            blinded: elements("BlindedElement"),
            evaluated: elements("EvaluationElement"),
            outputs: list(case, "Output"),
            key,
        }
    }

    fn inputs(&self) -> Vec<&[u8]> {
        self.inputs.iter().map(Vec::as_slice).collect()
    }

    /// Randomness that draws the case's blinds.
    fn blinding(&self) -> Script {
        let drawn: Vec<_> =
            self.blinds.iter().map(|blind| wide(blind.as_slice().try_into().unwrap())).collect();
        Script::new(&drawn.iter().map(<[u8; 64]>::as_slice).collect::<Vec<_>>())
    }

    fn check_outputs(&self, outputs: &[Output]) {
        let outputs: Vec<_> = outputs.iter().map(|output| output.as_bytes().to_vec()).collect();
        assert_eq!(outputs, self.outputs);
    }
}

fn element(bytes: &[u8]) -> Element {
    Element::from_bytes(bytes.try_into().unwrap()).unwrap()
}

/// Randomness that draws the `r` of `GenerateProof`.
fn proving(case: &Value) -> Script {
    Script::new(&[&wide(&fixed(case, "ProofRandomScalar"))])
}

/// The proof with one bit of its challenge, then of its response, turned.
fn spoilt(proof: &Proof) -> [Proof; 2] {
    [0, 32].map(|at| {
        let mut bytes = proof.to_bytes();
        bytes[at] ^= 1;
        Proof::from_bytes(&bytes).unwrap()
    })
}

pub fn rfc_9497() {
    let mut batches = 0;
    for case in cases("rfc9497.json", 8) {
        match text(&case, "mode") {
            "OPRF" => oprf(&case),
            "VOPRF" => voprf(&case),
            "POPRF" => poprf(&case),
            other => panic!("unknown mode {other}"),
        }
        batches += usize::from(number(&case, "batch") > 1);
    }
    assert_eq!(batches, 2);
}

fn oprf(value: &Value) {
    let case = Case::read(value, Mode::Base);
    let mut blinding = case.blinding();
    let (client, blinded) = base::Client::blind(&case.inputs[0], &mut blinding).unwrap();
    blinding.end();
    assert_eq!(blinded, case.blinded[0]);
    let evaluated = base::blind_evaluate(&case.key, &blinded);
    assert_eq!(evaluated, case.evaluated[0]);
    case.check_outputs(&[client.finalize(&evaluated).unwrap()]);
    case.check_outputs(&[base::evaluate(&case.key, &case.inputs[0]).unwrap()]);
}

fn voprf(value: &Value) {
    let case = Case::read(value, Mode::Verifiable);
    let public = element(&bytes(value, "pkSm"));
    assert_eq!(case.key.public(), public);
    let ask = || {
        let mut blinding = case.blinding();
        let asked = verifiable::Client::blind(&case.inputs(), &mut blinding).unwrap();
        blinding.end();
        asked
    };
    let (client, blinded) = ask();
    assert_eq!(blinded, case.blinded);
    let mut script = proving(value);
    let (evaluated, proof) = verifiable::blind_evaluate(&case.key, &blinded, &mut script).unwrap();
    script.end();
    assert_eq!(evaluated, case.evaluated);
    assert_eq!(proof.to_bytes().as_slice(), bytes(value, "Proof"));
    case.check_outputs(&client.finalize(&evaluated, &proof, &public).unwrap());
    let direct: Vec<_> =
        case.inputs.iter().map(|input| verifiable::evaluate(&case.key, input).unwrap()).collect();
    case.check_outputs(&direct);

    for wrong in spoilt(&proof) {
        assert_eq!(ask().0.finalize(&evaluated, &wrong, &public).unwrap_err(), Error::Verify);
    }
    assert_eq!(ask().0.finalize(&evaluated, &proof, &case.blinded[0]).unwrap_err(), Error::Verify);
    let short = &evaluated[1..];
    assert!(matches!(ask().0.finalize(short, &proof, &public).unwrap_err(), Error::Count { .. }));
}

fn poprf(value: &Value) {
    let case = Case::read(value, Mode::Partial);
    let (public, info) = (element(&bytes(value, "pkSm")), bytes(value, "Info"));
    assert_eq!(case.key.public(), public);
    let ask = |info: &[u8]| {
        let mut blinding = case.blinding();
        let asked = partial::Client::blind(&case.inputs(), info, &public, &mut blinding).unwrap();
        blinding.end();
        asked
    };
    let (client, blinded) = ask(&info);
    assert_eq!(blinded, case.blinded);
    let mut script = proving(value);
    let (evaluated, proof) = partial::blind_evaluate(&case.key, &blinded, &info, &mut script).unwrap();
    script.end();
    assert_eq!(evaluated, case.evaluated);
    assert_eq!(proof.to_bytes().as_slice(), bytes(value, "Proof"));
    case.check_outputs(&client.finalize(&evaluated, &proof).unwrap());
    let direct: Vec<_> =
        case.inputs.iter().map(|input| partial::evaluate(&case.key, input, &info).unwrap()).collect();
    case.check_outputs(&direct);

    for wrong in spoilt(&proof) {
        assert_eq!(ask(&info).0.finalize(&evaluated, &wrong).unwrap_err(), Error::Verify);
    }
    assert_eq!(ask(b"other info").0.finalize(&evaluated, &proof).unwrap_err(), Error::Verify);
    let short = &evaluated[1..];
    assert!(matches!(ask(&info).0.finalize(short, &proof).unwrap_err(), Error::Count { .. }));
}
