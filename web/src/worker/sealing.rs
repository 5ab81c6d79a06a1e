//! A backup's file: sealed and opened under a passphrase, which takes about a second (docs/protocol.md, 22.1).

use super::messages::{Outcome, SealProblem};
use rand_core::CryptoRng;
use twoken_core::age::{self, Error};
use twoken_core::backup::Passphrase;

/// The file.
#[must_use]
pub fn seal(passphrase: &Passphrase, plain: &[u8], rng: &mut impl CryptoRng) -> Outcome {
    Outcome::Sealed(age::seal(passphrase, plain, rng).into())
}

/// What is in it, once all of it has proven true.
#[must_use]
pub fn open(passphrase: &Passphrase, file: &[u8]) -> Outcome {
    match age::open(passphrase, file) {
        Ok(plain) => Outcome::Opened(plain.to_vec().into()),
        Err(error) => Outcome::Unopened(error.into()),
    }
}

impl From<Error> for SealProblem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotAge => Self::NotAge,
            Error::Version => Self::Version,
            Error::Recipients => Self::Recipients,
            Error::Work { .. } => Self::Work,
            Error::Passphrase => Self::Passphrase,
            Error::Truncated { .. } => Self::Truncated,
            _ => Self::Damaged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::crypto;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn what_is_sealed_is_opened_by_its_passphrase_alone() {
        let passphrase = |text: &str| Passphrase::new(text.as_bytes().to_vec());
        let Outcome::Sealed(file) = seal(&passphrase("correct"), b"text", &mut crypto::rng()) else {
            panic!("not sealed")
        };
        assert_eq!(open(&passphrase("correct"), &file), Outcome::Opened(b"text".to_vec().into()));
        assert_eq!(open(&passphrase("another"), &file), Outcome::Unopened(SealProblem::Passphrase));
        assert_eq!(open(&passphrase("correct"), b"text"), Outcome::Unopened(SealProblem::NotAge));
    }
}
