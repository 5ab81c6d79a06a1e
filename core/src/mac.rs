//! HMAC-SHA256 (RFC 2104) over the concatenation of parts.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

/// The 32-byte tag. Every caller's first part is a label, every later part but the last has a fixed length, so
/// no two inputs run together.
#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
pub(crate) fn tag(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Whether `expected` is the tag, in constant time.
pub(crate) fn verify(key: &[u8], parts: &[&[u8]], expected: &[u8; 32]) -> Choice {
    tag(key, parts).ct_eq(expected)
}
