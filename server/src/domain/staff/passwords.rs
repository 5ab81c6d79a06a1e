//! Passwords of staff: `argon2id(password, 16 random bytes)`, with the parameters that OWASP's Password Storage Cheat
//! Sheet recommends (19 MiB, 2 passes, 1 lane; RFC 9106 describes them).
//!
//! Each takes 19 MiB and some twenty milliseconds, so that guessing is dear; a few are worked on at once, and a few more wait, so
//! that guessing is not dear to everybody else. The kept form is `parameters u8 ‖ salt 16 ‖ hash 32`.

use std::fmt;
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Deserializer};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::{Error, Result};
use crate::random;
use crate::store::PasswordBytes;

/// Fewest characters of a new password (NIST SP 800-63B asks for 8; without rules of composition, 12 is OWASP's).
pub const MIN_CHARACTERS: usize = 12;
/// Most bytes of a new password.
pub const MAX_BYTES: usize = 512;

/// The number of the parameters below, kept with each hash so that others may follow.
const PARAMETERS: u8 = 1;
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Worked on at once.
const AT_ONCE: usize = 2;
/// Worked on or waiting at once.
const IN_LINE: usize = 24;

/// A password as it was typed.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// Why a new password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a password has at least {MIN_CHARACTERS} characters, at most {MAX_BYTES} bytes, and is not the name"
)]
pub struct Weak;

impl Password {
    /// From text.
    #[must_use]
    pub fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// Whether it may be the password of an account of this name.
    ///
    /// # Errors
    /// [`Weak`].
    pub fn check_new(&self, name: &str) -> std::result::Result<(), Weak> {
        let long = self.0.chars().count() >= MIN_CHARACTERS && self.0.len() <= MAX_BYTES;
        if long && self.0.to_lowercase() != name.to_lowercase() { Ok(()) } else { Err(Weak) }
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(deserializer).map(Zeroizing::new).map(Self)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// Hashes passwords, a few at a time, beside the requests.
pub struct Hasher {
    line: Arc<Semaphore>,
    work: Arc<Semaphore>,
    /// What a password is held against where there is no account: takes as long, and fits none.
    decoy: PasswordBytes,
}

impl Hasher {
    /// Nothing to do yet.
    #[must_use]
    pub fn new() -> Self {
        let mut decoy: PasswordBytes = random::bytes();
        decoy[0] = PARAMETERS;
        Self { line: Arc::new(Semaphore::new(IN_LINE)), work: Arc::new(Semaphore::new(AT_ONCE)), decoy }
    }

    /// What is kept of a password.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Interrupted`].
    pub async fn hash(&self, password: &Password) -> Result<PasswordBytes> {
        let password = password.clone();
        let salt: [u8; 16] = random::bytes();
        let hash = self.in_turn(move || derive(&password, &salt)).await??;
        let mut kept = [PARAMETERS; 49];
        kept.iter_mut().skip(1).zip(salt.iter().chain(hash.iter())).for_each(|(to, from)| *to = *from);
        Ok(kept)
    }

    /// Whether a password is the one that was kept. Without one to compare with it takes as long, and is not.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Interrupted`].
    pub async fn verify(&self, password: &Password, kept: Option<&PasswordBytes>) -> Result<bool> {
        let [parameters, rest @ ..] = kept.unwrap_or(&self.decoy);
        let (salt, hash) = rest.split_at(16);
        let (Ok(salt), password) = (<[u8; 16]>::try_from(salt), password.clone()) else {
            return Err(Error::Interrupted);
        };
        let derived = self.in_turn(move || derive(&password, &salt)).await??;
        let equal: bool = derived.as_slice().ct_eq(hash).into();
        Ok(equal && kept.is_some() && *parameters == PARAMETERS)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let place = Arc::clone(&self.line).try_acquire_owned().map_err(|_| Error::Busy)?;
        let turn = Arc::clone(&self.work).acquire_owned().await.map_err(|_| Error::Interrupted)?;
        // The places go with the work: a request that is given up does not make room before it is done.
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop((turn, place));
            result
        });
        done.await.map_err(|_| Error::Interrupted)
    }
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hasher")
    }
}

fn derive(password: &Password, salt: &[u8; 16]) -> Result<Zeroizing<[u8; 32]>> {
    argon2id(password, salt, MEMORY_KIB)
}

fn argon2id(password: &Password, salt: &[u8], memory_kib: u32) -> Result<Zeroizing<[u8; 32]>> {
    // The parameters are constants within their bounds, and no password is 4 GiB long.
    let parameters = Params::new(memory_kib, PASSES, LANES, Some(32)).map_err(|_| Error::Interrupted)?;
    let mut hash = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password_into(password.0.as_bytes(), salt, &mut *hash)
        .map_err(|_| Error::Interrupted)?;
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(Zeroizing::new(text.to_owned()))
    }

    #[test]
    fn it_is_the_argon2id_of_the_reference_implementation() {
        // phc-winner-argon2, src/test.c: Argon2id, version 0x13, t = 2, m = 2^16, p = 1.
        let hash = argon2id(&password("password"), b"somesalt", 1 << 16).unwrap();
        assert_eq!(
            twoken_core::codec::to_hex(&*hash),
            "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"
        );
    }

    #[tokio::test]
    async fn only_the_password_fits_and_no_two_hashes_are_alike() {
        let hasher = Hasher::new();
        let kept = hasher.hash(&password("correct horse battery")).await.unwrap();
        assert_ne!(kept, hasher.hash(&password("correct horse battery")).await.unwrap());
        assert!(hasher.verify(&password("correct horse battery"), Some(&kept)).await.unwrap());
        assert!(!hasher.verify(&password("correct horse batterY"), Some(&kept)).await.unwrap());
        assert!(!hasher.verify(&password("correct horse battery"), None).await.unwrap());
        let mut other = kept;
        other[0] = 2;
        assert!(!hasher.verify(&password("correct horse battery"), Some(&other)).await.unwrap());
        assert!(kept.iter().filter(|byte| **byte == 0).count() < 10);
    }

    #[tokio::test]
    async fn more_than_a_line_of_guessers_is_told_to_come_back() {
        let hasher = Arc::new(Hasher::new());
        let guesses: Vec<_> = (0..IN_LINE + 3)
            .map(|_| {
                let hasher = Arc::clone(&hasher);
                tokio::spawn(async move { hasher.verify(&password("guess"), None).await })
            })
            .collect();
        let mut busy = 0;
        for guess in guesses {
            busy += usize::from(matches!(guess.await.unwrap(), Err(Error::Busy)));
        }
        assert_eq!(busy, 3);
    }

    #[test]
    fn short_long_and_named_passwords_are_refused() {
        assert!(password("twelve chars").check_new("Dr. Ada").is_ok());
        assert!(password("zwölf Zeiche").check_new("Dr. Ada").is_ok());
        for (weak, name) in
            [("eleven char", "x"), ("Dr. Ada Lovelace", "dr. ada lovelace"), (&"x".repeat(513), "x")]
        {
            assert_eq!(password(weak).check_new(name), Err(Weak));
        }
        assert_eq!(format!("{:?}", password("twelve chars")), "Password");
    }
}
