//! The key of one batch day and scheme, and the second tags that it makes.
//!
//! ```text
//! b uniform, not zero         B = b·G
//! z = b·E                     second tag = w(z)·G, w(z) = HashToScalar(encode(z))
//! ```
//!
//! Who knows `z` knows the tag's logarithm `w(z)`: it is a secret like an encounter's, and has a sole claim
//! ([`Secret::sole_claim`](crate::tag::Secret::sole_claim)). With the key gone nobody can make a tag of its day any more.

use alloc::vec::Vec;

use curve25519_dalek::{RistrettoPoint, Scalar};
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::group;
use crate::tag::{Claim, Element, Error, Secret, Tag};

/// `b`, 32 bytes: the server's key of one batch day (the UTC day of sealing) and one scheme. To be deleted with that
/// day's batches.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DayKey(Scalar);

impl DayKey {
    /// A fresh one.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(group::random_scalar(rng))
    }

    /// From a store's 32 bytes.
    ///
    /// # Errors
    /// [`Error::Scalar`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Error> {
        group::decode_scalar(*bytes).map(Self).ok_or(Error::Scalar)
    }

    /// For the store: 32 secret bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// `B`, for the headers of its day's batches.
    #[must_use]
    pub fn public(&self) -> DayPublicKey {
        DayPublicKey(group::mul_base(&self.0).compress().to_bytes())
    }

    /// The second tags of these elements, in their order: what a batch of this day publishes of them. Some 60 µs each; one
    /// call is one piece of work for one core.
    ///
    /// # Errors
    /// [`Error::Element`] where the bytes are none; [`Error::Scalar`], which takes a broken hash.
    pub fn tags(&self, elements: &[Element]) -> Result<Vec<Tag>, Error> {
        let points = elements.iter().map(|element| group::decode(element.as_bytes()).ok_or(Error::Element));
        let multiplied = Zeroizing::new(self.multiply(&points.collect::<Result<Vec<_>, _>>()?));
        let claims = multiplied.iter().map(|z| Secret::new(*z).sole_claim());
        Ok(Claim::tags(&claims.collect::<Result<Vec<_>, _>>()?))
    }

    /// The encodings of `b·P`, in their order. None of the points is the identity, as none that was decoded is.
    pub(super) fn multiply(&self, points: &[RistrettoPoint]) -> Vec<[u8; 32]> {
        let half = Zeroizing::new(self.0.div_by_2());
        let halves: Vec<_> = points.iter().map(|point| point * *half).collect();
        group::double_and_compress(&halves)
    }
}

/// `B = b·G`, 32 bytes: canonical and not the identity. It stands in the signed headers of its day and scheme; what a server
/// answers is checked against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayPublicKey([u8; 32]);

impl DayPublicKey {
    /// From a header's 32 bytes.
    ///
    /// # Errors
    /// [`Error::Element`].
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, Error> {
        group::decode(&bytes).map(|_| Self(bytes)).ok_or(Error::Element)
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl<C> minicbor::Encode<C> for DayPublicKey {
    fn encode<W: minicbor::encode::Write>(
        &self,
        encoder: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        encoder.bytes(&self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for DayPublicKey {
    fn decode(decoder: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let refused = || minicbor::decode::Error::message("not a canonical element other than the identity");
        let bytes = decoder.bytes()?.try_into().map_err(|_| refused())?;
        Self::from_bytes(bytes).map_err(|_| refused())
    }
}

crate::codec::name_only!(DayKey);

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn many_at_once_are_what_each_alone_is() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let key = DayKey::generate(&mut rng);
        let secrets: Vec<_> = (0..20_u8).map(|i| Secret::new([i; 32])).collect();
        let elements: Vec<_> = secrets.iter().map(Secret::element).collect();
        let one = |element: &Element| {
            let z = (group::decode(element.as_bytes()).unwrap() * key.0).compress().to_bytes();
            Secret::new(z).sole_claim().unwrap().tag()
        };
        let tags = key.tags(&elements).unwrap();
        assert_eq!(tags, elements.iter().map(one).collect::<Vec<_>>());
        // Not the tag by which open mode would publish the same secret.
        assert!(tags.iter().zip(&secrets).all(|(tag, one)| *tag != one.sole_claim().unwrap().tag()));
        assert_eq!(key.tags(&[]), Ok(Vec::new()));
    }

    #[test]
    fn keys_have_one_form() {
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let key = DayKey::generate(&mut rng);
        assert_eq!(DayKey::from_bytes(&key.to_bytes()).unwrap().public(), key.public());
        assert_eq!(DayKey::from_bytes(&[0; 32]).unwrap_err(), Error::Scalar);
        assert_eq!(DayKey::from_bytes(&[0xff; 32]).unwrap_err(), Error::Scalar);
        assert_eq!(DayPublicKey::from_bytes([0; 32]).unwrap_err(), Error::Element);
        assert_eq!(alloc::format!("{key:?}"), "DayKey");
    }
}
