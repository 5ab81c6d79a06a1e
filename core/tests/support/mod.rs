//! What the core's tests share: randomness that is written down, and bytes as text.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod agreement;
pub mod batches;
pub mod people;
pub mod private;
pub mod proofs;
pub mod rng;

use twoken_core::codec;

/// Bytes from lower-case hexadecimal.
#[track_caller]
pub fn hex(text: &str) -> Vec<u8> {
    codec::from_hex(text).unwrap()
}

/// `N` bytes from lower-case hexadecimal.
#[track_caller]
pub fn array<const N: usize>(text: &str) -> [u8; N] {
    codec::array_from_hex(text).unwrap()
}

/// 32 bytes that are recognisably one test's: SHA-256 of a name.
pub fn named(name: &str) -> [u8; 32] {
    *twoken_core::wire::Digest::of(name.as_bytes()).as_bytes()
}

/// A canonical scalar that is recognisably one test's.
pub fn scalar(name: &str) -> [u8; 32] {
    let mut bytes = named(name);
    bytes[31] &= 0x0f;
    bytes
}

/// What a secret type holds, through the encoding in which it is stored.
pub fn stored<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    let cbor = minicbor::to_vec(value).unwrap();
    minicbor::Decoder::new(&cbor).bytes().unwrap().to_vec()
}
