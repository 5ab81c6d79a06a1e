//! ristretto255 (RFC 9496) as the rest of the crate uses it: hashing to scalars and elements with
//! `expand_message_xmd` over SHA-512 (RFC 9380 §5.3.1), and decoding that refuses the identity.

mod multiples;

use alloc::vec::Vec;
use core::num::NonZero;

pub(crate) use multiples::Multiples;

use curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT;
use curve25519_dalek::ristretto::CompressedRistretto;
use curve25519_dalek::traits::IsIdentity;
use curve25519_dalek::{RistrettoPoint, Scalar};
use hash2curve::{ExpandMsg, ExpandMsgXmd, Expander};
use rand_core::CryptoRng;
use sha2::Sha512;
use zeroize::Zeroize;

/// Bytes of an encoded element or scalar.
pub(crate) const ELEMENT_LENGTH: usize = 32;
const UNIFORM_LENGTH: NonZero<u16> = NonZero::new(64).unwrap();
/// From so many multiples on, a table costs less than it saves.
const WORTH_A_TABLE: usize = 12;
/// Target security level in bytes (RFC 9380 §8.9), as hash2curve asks for it.
type SecurityLevel = hash2curve_level::U16;

mod hash2curve_level {
    pub(super) use sha2::digest::array::sizes::U16;
}

/// 64 uniform bytes from a message under a domain separation tag of at most 255 bytes.
#[expect(
    clippy::expect_used,
    reason = "fails only for an empty tag or an output over 16 KiB, both constants here"
)]
fn expand(message: &[&[u8]], dst: &[&[u8]]) -> [u8; 64] {
    let mut uniform = [0; 64];
    <ExpandMsgXmd<Sha512> as ExpandMsg<SecurityLevel>>::expand_message(message, dst, UNIFORM_LENGTH)
        .expect("a constant tag and length")
        .fill_bytes(&mut uniform)
        .expect("64 bytes were asked for");
    uniform
}

/// `HashToScalar` (RFC 9497 §4.1): the 64 bytes as a little-endian integer modulo the group order.
pub(crate) fn hash_to_scalar(message: &[&[u8]], dst: &[&[u8]]) -> Scalar {
    let mut uniform = expand(message, dst);
    let scalar = Scalar::from_bytes_mod_order_wide(&uniform);
    uniform.zeroize();
    scalar
}

/// `HashToGroup` (RFC 9497 §4.1): `ristretto255_XMD:SHA-512_R255MAP_RO_` (RFC 9380 appendix B).
pub(crate) fn hash_to_group(message: &[&[u8]], dst: &[&[u8]]) -> RistrettoPoint {
    let mut uniform = expand(message, dst);
    let point = RistrettoPoint::from_uniform_bytes(&uniform);
    uniform.zeroize();
    point
}

/// `s·G`: with the feature `tables` from dalek's multiples of the generator, without it as of any other element. A crate
/// below brings the tables into every build; what does not call them does not carry their 40 KB.
pub(crate) fn mul_base(scalar: &Scalar) -> RistrettoPoint {
    if cfg!(feature = "tables") {
        RistrettoPoint::mul_base(scalar)
    } else {
        RISTRETTO_BASEPOINT_POINT * scalar
    }
}

/// A canonically encoded element other than the identity, or nothing.
pub(crate) fn decode(bytes: &[u8; ELEMENT_LENGTH]) -> Option<RistrettoPoint> {
    CompressedRistretto(*bytes).decompress().filter(|point| !point.is_identity())
}

/// A canonically encoded scalar other than zero, or nothing.
pub(crate) fn decode_scalar(bytes: [u8; ELEMENT_LENGTH]) -> Option<Scalar> {
    Option::<Scalar>::from(Scalar::from_canonical_bytes(bytes)).filter(|scalar| *scalar != Scalar::ZERO)
}

/// A uniform scalar other than zero.
pub(crate) fn random_scalar(rng: &mut impl CryptoRng) -> Scalar {
    loop {
        let mut uniform = [0; 64];
        rng.fill_bytes(&mut uniform);
        let scalar = Scalar::from_bytes_mod_order_wide(&uniform);
        uniform.zeroize();
        if scalar != Scalar::ZERO {
            return scalar;
        }
    }
}

/// An element of which nobody knows the logarithm, as bytes: the RFC 9496 map of 64 uniform bytes.
pub(crate) fn random_element(rng: &mut impl CryptoRng) -> [u8; ELEMENT_LENGTH] {
    let mut uniform = [0; 64];
    rng.fill_bytes(&mut uniform);
    let element = RistrettoPoint::from_uniform_bytes(&uniform).compress().to_bytes();
    uniform.zeroize();
    element
}

/// The encodings of the doubles of these points, none of which may be the identity: one inversion for all of them, which
/// takes a quarter of the time of encoding each. Whoever multiplied by half a scalar gets what the whole one makes.
pub(crate) fn double_and_compress(points: &[RistrettoPoint]) -> Vec<[u8; ELEMENT_LENGTH]> {
    RistrettoPoint::double_and_compress_batch(points).into_iter().map(|one| one.to_bytes()).collect()
}

/// Many multiples of the generator: with its precomputed table where the crate has it, else with one made now.
pub(crate) fn multiples_of_base<'a>(
    scalars: impl ExactSizeIterator<Item = &'a Scalar>,
) -> Vec<RistrettoPoint> {
    if cfg!(feature = "tables") || scalars.len() < WORTH_A_TABLE {
        return scalars.map(mul_base).collect();
    }
    let table = Multiples::of(&RISTRETTO_BASEPOINT_POINT);
    scalars.map(|scalar| table.times(scalar)).collect()
}
