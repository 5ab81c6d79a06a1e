//! The crate `voprf`, which stands on another line of curve25519-dalek: our client against its server, and its
//! client against ours, single and in batches.

use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use rand_core_0_6 as old;
use twoken_core::oprf::{Element, Mode, Proof, SecretKey, base, partial, verifiable};
use voprf::{
    BlindedElement, EvaluationElement, Group, OprfClient, OprfServer, PoprfClient, PoprfServer, Ristretto255,
    VoprfClient, VoprfServer,
};

use crate::support::rng::keystream;

type Suite = Ristretto255;

/// Our keystream as that crate's older traits want it.
struct Old(ChaCha20Rng);

impl old::RngCore for Old {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), old::Error> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl old::CryptoRng for Old {}

fn ours(bytes: &[u8]) -> Element {
    Element::from_bytes(bytes.try_into().unwrap()).unwrap()
}

fn our_proof(proof: &voprf::Proof<Suite>) -> Proof {
    Proof::from_bytes(proof.serialize().as_slice().try_into().unwrap()).unwrap()
}

fn blinded(element: &Element) -> BlindedElement<Suite> {
    BlindedElement::deserialize(element.as_bytes()).unwrap()
}

fn evaluated(element: &Element) -> EvaluationElement<Suite> {
    EvaluationElement::deserialize(element.as_bytes()).unwrap()
}

fn their_proof(proof: &Proof) -> voprf::Proof<Suite> {
    voprf::Proof::deserialize(&proof.to_bytes()).unwrap()
}

fn public(key: &SecretKey) -> <Suite as Group>::Elem {
    Suite::deserialize_elem(key.public().as_bytes()).unwrap()
}

/// One to five inputs, of any length.
fn inputs() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 0..70), 1..6)
}

fn slices(inputs: &[Vec<u8>]) -> Vec<&[u8]> {
    inputs.iter().map(Vec::as_slice).collect()
}

fn few() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases.div_ceil(4), ..usual }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn keys_are_derived_alike(seed: [u8; 32], info in prop::collection::vec(any::<u8>(), 0..40)) {
        let key = |mode| SecretKey::derive(mode, &seed, &info).unwrap();
        let verifiable = VoprfServer::<Suite>::new_from_seed(&seed, &info).unwrap();
        let public = key(Mode::Verifiable).public();
        assert_eq!(Suite::serialize_elem(verifiable.get_public_key()).as_slice(), public.as_bytes());
        let partial = PoprfServer::<Suite>::new_from_seed(&seed, &info).unwrap();
        let public = key(Mode::Partial).public();
        assert_eq!(Suite::serialize_elem(partial.get_public_key()).as_slice(), public.as_bytes());
    }

    #[test]
    fn oprf(seed: [u8; 32], input in prop::collection::vec(any::<u8>(), 0..70)) {
        let mut rng = keystream(seed);
        let key = SecretKey::generate(&mut rng);
        let server = OprfServer::<Suite>::new_with_key(&*key.to_bytes()).unwrap();
        let expected = server.evaluate(&input).unwrap();
        assert_eq!(base::evaluate(&key, &input).unwrap().as_bytes(), expected.as_slice());

        let (client, element) = base::Client::blind(&input, &mut rng).unwrap();
        let answer = server.blind_evaluate(&blinded(&element));
        let output = client.finalize(&ours(&answer.serialize())).unwrap();
        assert_eq!(output.as_bytes(), expected.as_slice());

        let client = OprfClient::<Suite>::blind(&input, &mut Old(keystream(seed))).unwrap();
        let answer = base::blind_evaluate(&key, &ours(&client.message.serialize()));
        assert_eq!(client.state.finalize(&input, &evaluated(&answer)).unwrap(), expected);
    }

    #[test]
    fn voprf_our_client_their_server(seed: [u8; 32], inputs in inputs()) {
        let (mut rng, mut old) = (keystream(seed), Old(keystream(seed)));
        let key = SecretKey::generate(&mut rng);
        let server = VoprfServer::<Suite>::new_with_key(&*key.to_bytes()).unwrap();
        let (client, elements) = verifiable::Client::blind(&slices(&inputs), &mut rng).unwrap();
        let asked: Vec<_> = elements.iter().map(blinded).collect();
        let answer = server.batch_blind_evaluate(&mut old, &asked).unwrap();
        let messages: Vec<_> = answer.messages.iter().map(|element| ours(&element.serialize())).collect();
        let outputs = client.finalize(&messages, &our_proof(&answer.proof), &key.public()).unwrap();
        for (input, output) in inputs.iter().zip(outputs) {
            assert_eq!(server.evaluate(input).unwrap().as_slice(), output.as_bytes());
        }
    }

    #[test]
    fn voprf_their_client_our_server(seed: [u8; 32], inputs in inputs()) {
        let (mut rng, mut old) = (keystream(seed), Old(keystream(seed)));
        let key = SecretKey::generate(&mut rng);
        let asked: Vec<_> =
            inputs.iter().map(|input| VoprfClient::<Suite>::blind(input, &mut old).unwrap()).collect();
        let elements: Vec<_> = asked.iter().map(|one| ours(&one.message.serialize())).collect();
        let (answers, proof) = verifiable::blind_evaluate(&key, &elements, &mut rng).unwrap();
        let states: Vec<_> = asked.iter().map(|one| one.state.clone()).collect();
        let messages: Vec<_> = answers.iter().map(evaluated).collect();
        let outputs =
            VoprfClient::batch_finalize(&inputs, &states, &messages, &their_proof(&proof), public(&key)).unwrap();
        for (input, output) in inputs.iter().zip(outputs) {
            assert_eq!(output.unwrap().as_slice(), verifiable::evaluate(&key, input).unwrap().as_bytes());
        }
    }

    #[test]
    fn poprf_our_client_their_server(seed: [u8; 32], inputs in inputs(), info in prop::collection::vec(any::<u8>(), 0..40)) {
        let (mut rng, mut old) = (keystream(seed), Old(keystream(seed)));
        let key = SecretKey::generate(&mut rng);
        let server = PoprfServer::<Suite>::new_with_key(&*key.to_bytes()).unwrap();
        let (client, elements) = partial::Client::blind(&slices(&inputs), &info, &key.public(), &mut rng).unwrap();
        let asked: Vec<_> = elements.iter().map(blinded).collect();
        let answer = server.batch_blind_evaluate(&mut old, &asked, Some(&info)).unwrap();
        let messages: Vec<_> = answer.messages.iter().map(|element| ours(&element.serialize())).collect();
        let outputs = client.finalize(&messages, &our_proof(&answer.proof)).unwrap();
        for (input, output) in inputs.iter().zip(outputs) {
            assert_eq!(server.evaluate(input, Some(&info)).unwrap().as_slice(), output.as_bytes());
        }
    }

    #[test]
    fn poprf_their_client_our_server(seed: [u8; 32], inputs in inputs(), info in prop::collection::vec(any::<u8>(), 0..40)) {
        let (mut rng, mut old) = (keystream(seed), Old(keystream(seed)));
        let key = SecretKey::generate(&mut rng);
        let asked: Vec<_> =
            inputs.iter().map(|input| PoprfClient::<Suite>::blind(input, &mut old).unwrap()).collect();
        let elements: Vec<_> = asked.iter().map(|one| ours(&one.message.serialize())).collect();
        let (answers, proof) = partial::blind_evaluate(&key, &elements, &info, &mut rng).unwrap();
        let states: Vec<_> = asked.iter().map(|one| one.state.clone()).collect();
        let messages: Vec<_> = answers.iter().map(evaluated).collect();
        let outputs = PoprfClient::batch_finalize(
            slices(&inputs).into_iter(),
            &states,
            &messages,
            &their_proof(&proof),
            public(&key),
            Some(&info),
        )
        .unwrap();
        for (input, output) in inputs.iter().zip(outputs) {
            assert_eq!(output.unwrap().as_slice(), partial::evaluate(&key, input, &info).unwrap().as_bytes());
        }
    }
}
