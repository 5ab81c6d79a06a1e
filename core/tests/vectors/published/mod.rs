//! Published test vectors, through our code where it implements the thing, and through the very crates that we ship
//! where it only uses them.

pub mod oprf;
pub mod primitives;
pub mod ristretto;
pub mod x25519;

/// The files read here.
pub const FILES: &[&str] = &[
    "rfc5869.json",
    "rfc7748.json",
    "rfc8032.json",
    "rfc8439.json",
    "rfc9496.json",
    "rfc9497.json",
    "x25519_low_order.json",
];
