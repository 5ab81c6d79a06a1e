//! OPRF, mode 0x00 (RFC 9497 §3.3.1): oblivious, and nothing shows that the server used the right key.

use alloc::vec::Vec;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{Blind, Element, Error, Mode, Output, SecretKey, finalize};

/// A client that has asked and waits.
pub struct Client {
    input: Zeroizing<Vec<u8>>,
    blind: Blind,
}

impl Client {
    /// `Blind`: the element to send.
    ///
    /// # Errors
    /// [`Error::InputLength`], [`Error::InvalidInput`].
    pub fn blind(input: &[u8], rng: &mut impl CryptoRng) -> Result<(Self, Element), Error> {
        let (blind, blinded) = Blind::ask(Mode::Base, input, rng)?;
        Ok((Self { input: Zeroizing::new(input.into()), blind }, blinded))
    }

    /// `Finalize`.
    ///
    /// # Errors
    /// [`Error::InputLength`].
    pub fn finalize(self, evaluated: &Element) -> Result<Output, Error> {
        finalize(&self.input, None, &self.blind.unblind(evaluated))
    }
}

impl core::fmt::Debug for Client {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Client")
    }
}

/// `BlindEvaluate`.
#[must_use]
pub fn blind_evaluate(key: &SecretKey, blinded: &Element) -> Element {
    Element::from_point(blinded.point * key.0)
}

/// `Evaluate`: the function itself, for who holds the key.
///
/// # Errors
/// [`Error::InputLength`], [`Error::InvalidInput`].
pub fn evaluate(key: &SecretKey, input: &[u8]) -> Result<Output, Error> {
    finalize(input, None, &(Mode::Base.hash_to_group(input)? * key.0))
}
