//! Oblivious pseudorandom functions, RFC 9497, suite `ristretto255-SHA512`, in its three modes.
//!
//! ```text
//! client                                     server (k, pk = k·G)
//! blinded = blind·HashToGroup(input)   ──►
//!                                      ◄──   evaluated [, proof]
//! output  = Hash(… blind⁻¹·evaluated …)
//! ```
//!
//! | module | mode | the server's part | who can check it |
//! | --- | --- | --- | --- |
//! | [`base`] | OPRF (0x00) | `k·blinded` | nobody |
//! | [`verifiable`] | VOPRF (0x01) | `k·blinded` and a proof | who knows `pk` |
//! | [`partial`] | POPRF (0x02) | `(k + m)⁻¹·blinded` and a proof, `m` from public info | who knows `pk` and the info |
//!
//! The server learns nothing about the input; the client learns the function at one input. States that must not be
//! used twice are consumed.

pub mod base;
pub(crate) mod dleq;
pub mod partial;
pub mod verifiable;

use core::fmt;

use curve25519_dalek::{RistrettoPoint, Scalar};
use rand_core::CryptoRng;
use sha2::{Digest, Sha512};
use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::group::{self, ELEMENT_LENGTH};

/// Bytes of an output: one SHA-512.
pub const OUTPUT_LENGTH: usize = 64;
/// Bytes of a proof: challenge and response.
pub const PROOF_LENGTH: usize = 64;
/// The longest input or public info (RFC 9497 §1.2).
pub const MAX_INPUT: usize = u16::MAX as usize;

/// Why a step was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An input, info or seed longer than 65,535 bytes, or a seed that is not 32 bytes.
    #[error("an input is too long")]
    InputLength,
    /// The input hashes to the identity (RFC 9497 `InvalidInputError`).
    #[error("the input is not valid")]
    InvalidInput,
    /// An element is not canonical, or the identity (`DeserializeError`).
    #[error("not a canonical element other than the identity")]
    Element,
    /// A scalar is not canonical, or zero.
    #[error("not a canonical scalar")]
    Scalar,
    /// The proof does not hold (`VerifyError`).
    #[error("the server's proof does not hold")]
    Verify,
    /// Key and info add up to zero (`InverseError`).
    #[error("the key has no inverse under this info")]
    Inverse,
    /// No key was found for this seed (`DeriveKeyPairError`).
    #[error("no key could be derived")]
    DeriveKeyPair,
    /// Another number of elements than was asked for.
    #[error("expected {expected} elements, got {got}")]
    Count {
        /// Elements expected.
        expected: usize,
        /// Elements given.
        got: usize,
    },
}

/// RFC 9497 §3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Mode {
    /// OPRF.
    Base = 0,
    /// VOPRF.
    Verifiable = 1,
    /// POPRF.
    Partial = 2,
}

impl Mode {
    /// `"OPRFV1-" ‖ mode ‖ "-" ‖ "ristretto255-SHA512"`.
    const fn context(self) -> &'static [u8] {
        match self {
            Self::Base => b"OPRFV1-\x00-ristretto255-SHA512",
            Self::Verifiable => b"OPRFV1-\x01-ristretto255-SHA512",
            Self::Partial => b"OPRFV1-\x02-ristretto255-SHA512",
        }
    }

    fn hash_to_group(self, input: &[u8]) -> Result<RistrettoPoint, Error> {
        use curve25519_dalek::traits::IsIdentity;
        let point = group::hash_to_group(&[input], &[b"HashToGroup-", self.context()]);
        if point.is_identity() { Err(Error::InvalidInput) } else { Ok(point) }
    }

    fn hash_to_scalar(self, message: &[&[u8]]) -> Scalar {
        group::hash_to_scalar(message, &[b"HashToScalar-", self.context()])
    }
}

/// `I2OSP(len, 2)`.
fn length(bytes: &[u8]) -> Result<[u8; 2], Error> {
    u16::try_from(bytes.len()).map(u16::to_be_bytes).map_err(|_| Error::InputLength)
}

/// `Hash(len(input) ‖ input [‖ len(info) ‖ info] ‖ len(element) ‖ element ‖ "Finalize")`.
fn finalize(input: &[u8], info: Option<&[u8]>, unblinded: &RistrettoPoint) -> Result<Output, Error> {
    let mut hash = Sha512::new();
    hash.update(length(input)?);
    hash.update(input);
    if let Some(info) = info {
        hash.update(length(info)?);
        hash.update(info);
    }
    let element = unblinded.compress();
    hash.update(length(element.as_bytes())?);
    hash.update(element.as_bytes());
    hash.update(b"Finalize");
    Ok(Output(hash.finalize().into()))
}

/// The function's value at one input, 64 bytes. A secret between client and whoever holds the key.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Output([u8; OUTPUT_LENGTH]);

impl Output {
    /// Its 64 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; OUTPUT_LENGTH] {
        &self.0
    }
}

impl ConstantTimeEq for Output {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

/// The server's key, a scalar.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretKey(Scalar);

impl SecretKey {
    /// A fresh one.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(group::random_scalar(rng))
    }

    /// `DeriveKeyPair` (RFC 9497 §3.2.1): deterministic, from a 32-byte seed and a label.
    ///
    /// # Errors
    /// [`Error::InputLength`], [`Error::DeriveKeyPair`].
    pub fn derive(mode: Mode, seed: &[u8; 32], info: &[u8]) -> Result<Self, Error> {
        let info_length = length(info)?;
        (0..=u8::MAX)
            .map(|counter| {
                group::hash_to_scalar(
                    &[seed, &info_length, info, &[counter]],
                    &[b"DeriveKeyPair", mode.context()],
                )
            })
            .find(|key| *key != Scalar::ZERO)
            .map(Self)
            .ok_or(Error::DeriveKeyPair)
    }

    /// From 32 canonical bytes.
    ///
    /// # Errors
    /// [`Error::Scalar`].
    pub fn from_bytes(bytes: [u8; ELEMENT_LENGTH]) -> Result<Self, Error> {
        group::decode_scalar(bytes).map(Self).ok_or(Error::Scalar)
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> zeroize::Zeroizing<[u8; ELEMENT_LENGTH]> {
        zeroize::Zeroizing::new(self.0.to_bytes())
    }

    /// `pk = k·G`.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        Element::from_point(group::mul_base(&self.0))
    }
}

/// An element as it travels: 32 canonical bytes, never the identity.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Element {
    bytes: [u8; ELEMENT_LENGTH],
    point: RistrettoPoint,
}

/// The server's public key.
pub type PublicKey = Element;

impl Element {
    /// From 32 bytes.
    ///
    /// # Errors
    /// [`Error::Element`].
    pub fn from_bytes(bytes: [u8; ELEMENT_LENGTH]) -> Result<Self, Error> {
        group::decode(&bytes).map(|point| Self { bytes, point }).ok_or(Error::Element)
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; ELEMENT_LENGTH] {
        &self.bytes
    }

    fn from_point(point: RistrettoPoint) -> Self {
        Self { bytes: point.compress().to_bytes(), point }
    }
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Element({})", crate::codec::to_hex(&self.bytes))
    }
}

/// A non-interactive proof that two logarithms are equal: challenge and response, 64 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    challenge: Scalar,
    response: Scalar,
}

impl Proof {
    /// From 64 bytes: two canonical scalars.
    ///
    /// # Errors
    /// [`Error::Scalar`].
    pub fn from_bytes(bytes: &[u8; PROOF_LENGTH]) -> Result<Self, Error> {
        let mut reader = crate::codec::Reader::new(bytes);
        let mut scalar = || {
            let bytes = reader.array().map_err(|_| Error::Scalar)?;
            Option::from(Scalar::from_canonical_bytes(bytes)).ok_or(Error::Scalar)
        };
        Ok(Self { challenge: scalar()?, response: scalar()? })
    }

    /// `challenge ‖ response`.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; PROOF_LENGTH] {
        let mut bytes = [0; PROOF_LENGTH];
        let (challenge, response) = bytes.split_at_mut(ELEMENT_LENGTH);
        challenge.copy_from_slice(self.challenge.as_bytes());
        response.copy_from_slice(self.response.as_bytes());
        bytes
    }
}

/// What a client must remember between asking and finalizing: the blind.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Blind(Scalar);

impl Blind {
    fn ask(mode: Mode, input: &[u8], rng: &mut impl CryptoRng) -> Result<(Self, Element), Error> {
        length(input)?;
        let blind = Self::random(rng);
        let blinded = blind.blinded(mode, input)?;
        Ok((blind, blinded))
    }

    pub(crate) fn random(rng: &mut impl CryptoRng) -> Self {
        Self(group::random_scalar(rng))
    }

    pub(crate) fn from_bytes(bytes: [u8; ELEMENT_LENGTH]) -> Result<Self, Error> {
        group::decode_scalar(bytes).map(Self).ok_or(Error::Scalar)
    }

    pub(crate) fn to_bytes(&self) -> zeroize::Zeroizing<[u8; ELEMENT_LENGTH]> {
        zeroize::Zeroizing::new(self.0.to_bytes())
    }

    /// `blind·HashToGroup(input)`: the same each time it is computed, so that a request can be repeated.
    pub(crate) fn blinded(&self, mode: Mode, input: &[u8]) -> Result<Element, Error> {
        Ok(Element::from_point(mode.hash_to_group(input)? * self.0))
    }

    fn unblind(&self, evaluated: &Element) -> RistrettoPoint {
        evaluated.point * *zeroize::Zeroizing::new(self.0.invert())
    }
}

crate::codec::name_only!(Output, SecretKey, Blind);
