//! A key of a passphrase: Argon2id (RFC 9106), version 1.3, one lane.

use argon2::{Algorithm, Argon2, Params, Version};
use minicbor::bytes::ByteVec;

const KEY_BYTES: usize = 32;

/// The key; none where these parameters are not allowed.
#[must_use]
pub fn derive(passphrase: &[u8], salt: &[u8], memory: u32, passes: u32) -> Option<ByteVec> {
    let params = Params::new(memory, passes, 1, Some(KEY_BYTES)).ok()?;
    let mut key = vec![0; KEY_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase, salt, &mut key)
        .ok()?;
    Some(key.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// The reference implementation's own vectors (phc-winner-argon2, src/test.c, version 0x13), of one lane.
    #[wasm_bindgen_test]
    fn published_vectors_hold() {
        let vectors: [(&str, &str, u32, u32, &str); 5] = [
            (
                "password",
                "somesalt",
                1 << 16,
                2,
                "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
            ),
            (
                "password",
                "somesalt",
                1 << 8,
                2,
                "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe",
            ),
            (
                "password",
                "somesalt",
                1 << 16,
                1,
                "f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98",
            ),
            (
                "differentpassword",
                "somesalt",
                1 << 16,
                2,
                "0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde",
            ),
            (
                "password",
                "diffsalt",
                1 << 16,
                2,
                "bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c",
            ),
        ];
        for (passphrase, salt, memory, passes, key) in vectors {
            let derived = derive(passphrase.as_bytes(), salt.as_bytes(), memory, passes).unwrap();
            let hex: String = derived.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hex, key);
        }
    }

    #[wasm_bindgen_test]
    fn what_is_not_allowed_is_not_done() {
        assert_eq!(derive(b"password", b"short", 1 << 8, 2), None);
        assert_eq!(derive(b"password", b"somesalt", 1, 2), None);
        assert_eq!(derive(b"password", b"somesalt", 1 << 8, 0), None);
    }
}
