//! HKDF (RFC 5869), ChaCha20-Poly1305 (RFC 8439), Ed25519 (RFC 8032).

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};
use ed25519_dalek::{Signature, Signer};
use hkdf::Hkdf;
use sha2::Sha256;
use twoken_core::wire::SigningKey;

use crate::file::{bytes, cases, fixed, number};

pub fn rfc_5869() {
    for case in cases("rfc5869.json", 3) {
        let (prk, kdf) = Hkdf::<Sha256>::extract(Some(&bytes(&case, "salt")), &bytes(&case, "ikm"));
        assert_eq!(prk.as_slice(), bytes(&case, "prk"));
        let mut okm = vec![0; usize::try_from(number(&case, "length")).unwrap()];
        kdf.expand(&bytes(&case, "info"), &mut okm).unwrap();
        assert_eq!(okm, bytes(&case, "okm"));
    }
}

pub fn rfc_8439() {
    for case in cases("rfc8439.json", 1) {
        let cipher = ChaCha20Poly1305::new(&Key::from(fixed(&case, "key")));
        let nonce = Nonce::from(fixed::<12>(&case, "nonce"));
        let (aad, plaintext) = (bytes(&case, "aad"), bytes(&case, "plaintext"));
        let mut text = plaintext.clone();
        let tag = cipher.encrypt_inout_detached(&nonce, &aad, text.as_mut_slice().into()).unwrap();
        assert_eq!(text, bytes(&case, "ciphertext"));
        assert_eq!(tag.as_slice(), bytes(&case, "tag"));
        cipher.decrypt_inout_detached(&nonce, &aad, text.as_mut_slice().into(), &tag).unwrap();
        assert_eq!(text, plaintext);

        let mut wrong = tag;
        wrong[0] ^= 1;
        let mut text = bytes(&case, "ciphertext");
        assert!(cipher.decrypt_inout_detached(&nonce, &aad, text.as_mut_slice().into(), &wrong).is_err());
    }
}

pub fn rfc_8032() {
    for case in cases("rfc8032.json", 3) {
        let seed = fixed(&case, "secret_key");
        assert_eq!(*SigningKey::from_bytes(&seed).public().as_bytes(), fixed(&case, "public_key"));
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        let message = bytes(&case, "message");
        let signature: [u8; 64] = fixed(&case, "signature");
        assert_eq!(key.sign(&message).to_bytes(), signature);
        let verify = |message: &[u8], signature: [u8; 64]| {
            key.verifying_key().verify_strict(message, &Signature::from_bytes(&signature))
        };
        assert!(verify(&message, signature).is_ok());
        assert!(verify(&[&message[..], b"!"].concat(), signature).is_err());
        let mut wrong = signature;
        wrong[33] ^= 1;
        assert!(verify(&message, wrong).is_err());
    }
}
