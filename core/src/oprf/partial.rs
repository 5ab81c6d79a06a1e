//! POPRF, mode 0x02 (RFC 9497 §3.3.3): beside the hidden input stands public info that both sides see and that
//! becomes part of the function, here class and week of a permit.
//!
//! ```text
//! m = HashToScalar("Info" ‖ len(info) ‖ info)      t = k + m      T = m·G + pk
//! evaluated = t⁻¹·blinded, proved by T = t·G and blinded = t·evaluated
//! ```

use alloc::vec::Vec;

use curve25519_dalek::Scalar;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::dleq::Statement;
use super::{Blind, Element, Error, Mode, Output, Proof, PublicKey, SecretKey, finalize, length};
use crate::group;

/// A client that has asked for one or more inputs under one info and waits.
pub struct Client {
    info: Vec<u8>,
    tweaked: Element,
    asked: Vec<(Zeroizing<Vec<u8>>, Blind, Element)>,
}

impl Client {
    /// `Blind` for each input: the elements to send.
    ///
    /// # Errors
    /// [`Error::InputLength`], [`Error::InvalidInput`]; [`Error::InvalidInput`] also when info and public key cancel.
    pub fn blind(
        inputs: &[&[u8]],
        info: &[u8],
        public: &PublicKey,
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, Vec<Element>), Error> {
        let blinds = inputs
            .iter()
            .map(|input| {
                Blind::ask(Mode::Partial, input, rng)
                    .map(|(blind, _)| (Zeroizing::new(input.to_vec()), blind))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let client = Self::resume(blinds, info, public)?;
        let blinded = client.asked.iter().map(|(_, _, blinded)| *blinded).collect();
        Ok((client, blinded))
    }

    /// A client that asked before, from what it stored: inputs and blinds.
    pub(crate) fn resume(
        blinds: Vec<(Zeroizing<Vec<u8>>, Blind)>,
        info: &[u8],
        public: &PublicKey,
    ) -> Result<Self, Error> {
        let tweaked = tweaked_key(info, public)?;
        let asked = blinds
            .into_iter()
            .map(|(input, blind)| blind.blinded(Mode::Partial, &input).map(|blinded| (input, blind, blinded)))
            .collect::<Result<_, _>>()?;
        Ok(Self { info: info.into(), tweaked, asked })
    }

    /// `Finalize`: verifies the proof for all under the info, then opens each.
    ///
    /// # Errors
    /// [`Error::Count`], [`Error::Verify`], [`Error::InputLength`].
    pub fn finalize(self, evaluated: &[Element], proof: &Proof) -> Result<Vec<Output>, Error> {
        let blinded: Vec<_> = self.asked.iter().map(|(_, _, blinded)| *blinded).collect();
        if blinded.len() != evaluated.len() {
            return Err(Error::Count { expected: blinded.len(), got: evaluated.len() });
        }
        Statement { mode: Mode::Partial, b: self.tweaked, c: evaluated, d: &blinded }.verify(proof)?;
        self.asked
            .iter()
            .zip(evaluated)
            .map(|((input, blind, _), evaluated)| {
                finalize(input, Some(&self.info), &blind.unblind(evaluated))
            })
            .collect()
    }
}

impl core::fmt::Debug for Client {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Client")
    }
}

/// `m`.
fn info_scalar(info: &[u8]) -> Result<Scalar, Error> {
    Ok(Mode::Partial.hash_to_scalar(&[b"Info", &length(info)?, info]))
}

/// `T = m·G + pk`.
fn tweaked_key(info: &[u8], public: &PublicKey) -> Result<Element, Error> {
    let point = group::mul_base(&info_scalar(info)?) + public.point;
    Element::from_bytes(point.compress().to_bytes()).map_err(|_| Error::InvalidInput)
}

/// `t = k + m`.
fn tweaked_secret(key: &SecretKey, info: &[u8]) -> Result<Zeroizing<Scalar>, Error> {
    let tweaked = Zeroizing::new(key.0 + info_scalar(info)?);
    if *tweaked == Scalar::ZERO { Err(Error::Inverse) } else { Ok(tweaked) }
}

/// `BlindEvaluate` of one or more elements under one info, with one proof for all.
///
/// # Errors
/// [`Error::InputLength`], [`Error::Inverse`].
pub fn blind_evaluate(
    key: &SecretKey,
    blinded: &[Element],
    info: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<(Vec<Element>, Proof), Error> {
    let t = tweaked_secret(key, info)?;
    let inverse = Zeroizing::new(t.invert());
    let evaluated: Vec<_> =
        blinded.iter().map(|element| Element::from_point(element.point * *inverse)).collect();
    let b = Element::from_point(group::mul_base(&t));
    let proof = Statement { mode: Mode::Partial, b, c: &evaluated, d: blinded }.prove(&t, rng)?;
    Ok((evaluated, proof))
}

/// `Evaluate`: the function itself, for who holds the key.
///
/// # Errors
/// [`Error::InputLength`], [`Error::InvalidInput`], [`Error::Inverse`].
pub fn evaluate(key: &SecretKey, input: &[u8], info: &[u8]) -> Result<Output, Error> {
    let inverse = Zeroizing::new(tweaked_secret(key, info)?.invert());
    finalize(input, Some(info), &(Mode::Partial.hash_to_group(input)? * *inverse))
}
