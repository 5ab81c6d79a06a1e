//! VOPRF, mode 0x01 (RFC 9497 §3.3.2): the server proves that it used the key whose public half the client knows.

use alloc::vec::Vec;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::dleq::Statement;
use super::{Blind, Element, Error, Mode, Output, Proof, PublicKey, SecretKey, finalize};

/// A client that has asked for one or more inputs and waits.
pub struct Client {
    asked: Vec<(Zeroizing<Vec<u8>>, Blind, Element)>,
}

impl Client {
    /// `Blind` for each input: the elements to send.
    ///
    /// # Errors
    /// [`Error::InputLength`], [`Error::InvalidInput`].
    pub fn blind(inputs: &[&[u8]], rng: &mut impl CryptoRng) -> Result<(Self, Vec<Element>), Error> {
        let mut asked = Vec::with_capacity(inputs.len());
        for input in inputs {
            let (blind, blinded) = Blind::ask(Mode::Verifiable, input, rng)?;
            asked.push((Zeroizing::new(input.to_vec()), blind, blinded));
        }
        let blinded = asked.iter().map(|(_, _, blinded)| *blinded).collect();
        Ok((Self { asked }, blinded))
    }

    /// `Finalize`: verifies the proof for all, then opens each.
    ///
    /// # Errors
    /// [`Error::Count`], [`Error::Verify`], [`Error::InputLength`].
    pub fn finalize(
        self,
        evaluated: &[Element],
        proof: &Proof,
        public: &PublicKey,
    ) -> Result<Vec<Output>, Error> {
        let blinded: Vec<_> = self.asked.iter().map(|(_, _, blinded)| *blinded).collect();
        Statement { mode: Mode::Verifiable, b: *public, c: &blinded, d: evaluated }.verify(proof)?;
        self.asked
            .iter()
            .zip(evaluated)
            .map(|((input, blind, _), evaluated)| finalize(input, None, &blind.unblind(evaluated)))
            .collect()
    }
}

impl core::fmt::Debug for Client {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Client")
    }
}

/// `BlindEvaluate` of one or more elements, with one proof for all.
///
/// # Errors
/// [`Error::InputLength`] for more than 65,535 elements.
pub fn blind_evaluate(
    key: &SecretKey,
    blinded: &[Element],
    rng: &mut impl CryptoRng,
) -> Result<(Vec<Element>, Proof), Error> {
    let evaluated: Vec<_> =
        blinded.iter().map(|element| Element::from_point(element.point * key.0)).collect();
    let proof = Statement { mode: Mode::Verifiable, b: key.public(), c: blinded, d: &evaluated }
        .prove(&key.0, rng)?;
    Ok((evaluated, proof))
}

/// `Evaluate`: the function itself, for who holds the key.
///
/// # Errors
/// [`Error::InputLength`], [`Error::InvalidInput`].
pub fn evaluate(key: &SecretKey, input: &[u8]) -> Result<Output, Error> {
    finalize(input, None, &(Mode::Verifiable.hash_to_group(input)? * key.0))
}
