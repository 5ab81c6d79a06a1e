//! ristretto255 (RFC 9496) as the rest of the crate uses it: hashing to scalars and elements with
//! `expand_message_xmd` over SHA-512 (RFC 9380 §5.3.1), and decoding that refuses the identity.

use core::num::NonZero;

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
