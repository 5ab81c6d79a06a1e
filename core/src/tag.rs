//! From a secret to a tag that only its receiver can claim.
//!
//! ```text
//! w   = HashToScalar(secret)            tag  = compress(w·G + R)
//! E   = HashToGroup(secret)             claim = w + r,  claim·G = tag
//! ```
//!
//! `R = r·G` is the receiver's claim key of the interval. Who does not know the secret sees a uniform element; who
//! knows it recognises the tag; only the receiver holds its logarithm, the claim. Ristretto255 is RFC 9496,
//! `HashToScalar` and `HashToGroup` are RFC 9497 §4.1 under our own tags ([`labels`]). The construction is
//! Twoken's; that an encounter token belongs to exactly two devices is TraceCORONA's ("Encounter Tokens").

use alloc::vec::Vec;

use curve25519_dalek::{RistrettoPoint, Scalar};
use rand_core::CryptoRng;
use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::codec::{self, public_bytes};
use crate::status::{SealedStatus, StatusKey};
use crate::{group, labels};

/// Bytes of an entry: tag 32, sealed status 52.
pub const ENTRY_LENGTH: usize = TAG_LENGTH + crate::status::SEALED_LENGTH;
/// Bytes of a tag.
pub const TAG_LENGTH: usize = 32;
/// Bytes of an element.
pub const ELEMENT_LENGTH: usize = 32;

/// Why an element, tag or entry was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not the canonical encoding of a ristretto255 element, or the identity.
    #[error("not a canonical ristretto255 element other than the identity")]
    Element,
    /// Not a canonical, non-zero scalar.
    #[error("not a canonical scalar other than zero")]
    Scalar,
    /// Another length.
    #[error(transparent)]
    Codec(#[from] codec::Error),
}

/// What two people share and nobody else: 32 bytes, one per encounter and direction. Erased as soon as tag, claim,
/// element and status key are made of it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

impl Secret {
    /// From 32 uniform bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// `w = HashToScalar(secret)`.
    fn weight(&self) -> Zeroizing<Scalar> {
        Zeroizing::new(group::hash_to_scalar(&[&self.0], &[labels::TAG_SCALAR]))
    }

    /// The tag that the holder of `receiver` can claim.
    ///
    /// # Errors
    /// [`Error::Element`] when the sum is the identity, which takes a broken secret.
    pub fn tag(&self, receiver: &ClaimKey) -> Result<Tag, Error> {
        Tag::from_point(group::mul_base(&self.weight()) + receiver.point)
    }

    /// The receiver's claim to the tag: its logarithm `w + r`.
    ///
    /// # Errors
    /// [`Error::Scalar`] when the sum is zero, which takes a broken secret.
    pub fn claim(&self, receiver: &ClaimSecret) -> Result<Claim, Error> {
        let sum = *self.weight() + receiver.0;
        if sum == Scalar::ZERO { Err(Error::Scalar) } else { Ok(Claim(sum)) }
    }

    /// The claim of a secret that has no one receiver: `w` itself, which all who know the secret hold.
    ///
    /// # Errors
    /// [`Error::Scalar`] when it is zero, which takes a broken secret.
    pub fn sole_claim(&self) -> Result<Claim, Error> {
        let weight = self.weight();
        if *weight == Scalar::ZERO { Err(Error::Scalar) } else { Ok(Claim(*weight)) }
    }

    /// `E`, the element that private mode compares.
    #[must_use]
    pub fn element(&self) -> Element {
        Element(group::hash_to_group(&[&self.0], &[labels::ELEMENT]).compress().to_bytes())
    }

    /// The key under which the status beside the tag is sealed.
    #[must_use]
    pub fn status_key(&self) -> StatusKey {
        StatusKey::derive(&self.0)
    }
}

public_bytes! {
    /// `compress(w·G + R)`, 32 bytes. As read from a batch it is not checked to be an element: it is only ever
    /// compared. Uploaded ones are checked ([`Entry::from_bytes`]).
    Tag(32)
}

impl Tag {
    /// From a stranger's 32 bytes.
    ///
    /// # Errors
    /// [`Error::Element`].
    pub fn checked(bytes: [u8; TAG_LENGTH]) -> Result<Self, Error> {
        group::decode(&bytes).map(|_| Self(bytes)).ok_or(Error::Element)
    }

    /// One that nobody can claim and nobody can tell from a real one: the RFC 9496 map of 64 uniform bytes, never
    /// `r·G`, so that not even its maker knows its logarithm.
    #[must_use]
    pub fn dummy(rng: &mut impl CryptoRng) -> Self {
        Self(group::random_element(rng))
    }

    fn from_point(point: RistrettoPoint) -> Result<Self, Error> {
        Self::checked(point.compress().to_bytes())
    }
}

/// `E = HashToGroup(secret)`, 32 bytes. It tells its holder when private mode publishes the encounter, so it is kept
/// as a secret.
#[derive(Clone, Zeroize, ZeroizeOnDrop, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct Element(#[cbor(n(0), with = "minicbor::bytes")] [u8; ELEMENT_LENGTH]);

impl Element {
    /// From a stranger's 32 bytes.
    ///
    /// # Errors
    /// [`Error::Element`].
    pub fn checked(bytes: [u8; ELEMENT_LENGTH]) -> Result<Self, Error> {
        group::decode(&bytes).map(|_| Self(bytes)).ok_or(Error::Element)
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; ELEMENT_LENGTH] {
        &self.0
    }

    /// One that is nobody's and that nobody can tell from a real one: the RFC 9496 map of 64 uniform bytes, never `r·G`.
    #[must_use]
    pub fn dummy(rng: &mut impl CryptoRng) -> Self {
        Self(group::random_element(rng))
    }
}

impl ConstantTimeEq for Element {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

/// `R = r·G`: the receiver's public claim key of one interval, 32 bytes; canonical and not the identity.
#[derive(Clone, Copy, Debug)]
pub struct ClaimKey {
    bytes: [u8; 32],
    point: RistrettoPoint,
}

impl ClaimKey {
    /// From a beacon's 32 bytes.
    ///
    /// # Errors
    /// [`Error::Element`].
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, Error> {
        group::decode(&bytes).map(|point| Self { bytes, point }).ok_or(Error::Element)
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl PartialEq for ClaimKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for ClaimKey {}

macro_rules! secret_scalar {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Zeroize, ZeroizeOnDrop)]
        pub struct $name(Scalar);

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                encoder: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                encoder.bytes(self.0.as_bytes())?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(decoder: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let invalid = || minicbor::decode::Error::message("not a canonical scalar other than zero");
                let bytes = decoder.bytes()?.try_into().map_err(|_| invalid())?;
                group::decode_scalar(bytes).map(Self).ok_or_else(invalid)
            }
        }
    };
}

secret_scalar! {
    /// `r`: the private half of a [`ClaimKey`], erased after the interval's grace.
    ClaimSecret
}
secret_scalar! {
    /// `w + r`: the logarithm of one tag, kept by its receiver; reveals neither part.
    Claim
}

impl ClaimSecret {
    /// A fresh one.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(group::random_scalar(rng))
    }

    /// `R = r·G`.
    #[must_use]
    pub fn public(&self) -> ClaimKey {
        let point = group::mul_base(&self.0);
        ClaimKey { bytes: point.compress().to_bytes(), point }
    }
}

impl Claim {
    /// The tag that this claim belongs to: `claim·G`.
    #[must_use]
    pub fn tag(&self) -> Tag {
        Tag(group::mul_base(&self.0).compress().to_bytes())
    }

    #[cfg(feature = "proofs")]
    pub(crate) const fn scalar(&self) -> &Scalar {
        &self.0
    }
}

impl ConstantTimeEq for Claim {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl Claim {
    /// The tags of many claims, in their order: what [`Claim::tag`] gives, at a third less.
    pub(crate) fn tags(claims: &[Self]) -> Vec<Tag> {
        // Compressing in a batch doubles, so each is multiplied by half of it. No claim is zero, hence no identity.
        let halves: Zeroizing<Vec<_>> =
            Zeroizing::new(claims.iter().map(|claim| claim.0.div_by_2()).collect());
        group::double_and_compress(&group::multiples_of_base(halves.iter())).into_iter().map(Tag).collect()
    }
}

crate::codec::name_only!(Secret, Element, ClaimSecret, Claim);

/// One published line: a tag and its sealed status, 84 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Who may claim it.
    pub tag: Tag,
    /// What it tells them.
    pub sealed: SealedStatus,
}

impl Entry {
    /// `tag ‖ sealed status`.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; ENTRY_LENGTH] {
        let mut bytes = [0; ENTRY_LENGTH];
        let (tag, sealed) = bytes.split_at_mut(TAG_LENGTH);
        tag.copy_from_slice(self.tag.as_bytes());
        sealed.copy_from_slice(self.sealed.as_bytes());
        bytes
    }

    /// From a stranger's 84 bytes: the tag must be a canonical element and not the identity.
    ///
    /// # Errors
    /// [`Error::Element`], [`Error::Codec`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let entry = Self::from_trusted(bytes)?;
        group::decode(entry.tag.as_bytes()).ok_or(Error::Element)?;
        Ok(entry)
    }

    /// From 84 bytes that were checked when they were uploaded.
    ///
    /// # Errors
    /// [`Error::Codec`].
    pub fn from_trusted(bytes: &[u8]) -> Result<Self, Error> {
        let bytes: [u8; ENTRY_LENGTH] = codec::exactly(bytes)?;
        let mut reader = codec::Reader::new(&bytes);
        let (tag, sealed) = (Tag(reader.array()?), SealedStatus::new(reader.array()?));
        reader.finish()?;
        Ok(Self { tag, sealed })
    }

    /// One that nobody can claim and nobody can tell from a real one: [`Tag::dummy`], and beside it random bytes.
    #[must_use]
    pub fn dummy(rng: &mut impl CryptoRng) -> Self {
        let tag = Tag::dummy(rng);
        let mut sealed = [0; crate::status::SEALED_LENGTH];
        rng.fill_bytes(&mut sealed);
        Self { tag, sealed: SealedStatus::new(sealed) }
    }
}
