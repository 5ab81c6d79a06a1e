//! The second factor: time-based one-time passwords (RFC 6238) of six digits and thirty seconds with HMAC-SHA-1, which is
//! what every authenticator app computes.
//!
//! ```text
//! secret = the first 20 bytes of HMAC-SHA256(signing key, "twoken/v1/staff/second-factor" ‖ account 16 ‖ salt 16)
//! step   = ⌊unix seconds / 30⌋
//! code   = truncate(HMAC-SHA1(secret, step u64)) mod 10⁶                     RFC 4226, 5.3
//! ```
//!
//! The database keeps the salt alone: whoever takes a copy of it has no second factor. A code is taken one step early or late,
//! and once: the step of the last one is kept, and only a later one counts.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use twoken_core::units::Timestamp;
use twoken_core::{codec, labels};
use zeroize::Zeroizing;

use crate::keys::Keys;
use crate::store::AccountId;

/// Seconds of a step (RFC 6238, 4.1).
pub const STEP_SECONDS: u64 = 30;
const DIGITS: u32 = 6;
const MODULUS: u32 = 10_u32.pow(DIGITS);
/// Steps that a clock may be off, either way (RFC 6238, 5.2).
const TOLERANCE: u64 = 1;

/// What an authenticator app and the server share of one account.
pub struct SecondFactor(Zeroizing<[u8; 20]>);

impl SecondFactor {
    /// That of an account.
    #[must_use]
    pub fn derive(keys: &Keys, account: &AccountId, salt: &[u8; 16]) -> Self {
        let mut block = Zeroizing::new([0; 64]);
        let key = keys.signing.to_bytes();
        block.iter_mut().zip(key.iter()).for_each(|(to, from)| *to = *from);
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        mac.update(labels::STAFF_SECOND_FACTOR);
        mac.update(account);
        mac.update(salt);
        let full: Zeroizing<[u8; 32]> = Zeroizing::new(mac.finalize().into_bytes().into());
        let mut secret = Zeroizing::new([0; 20]);
        secret.iter_mut().zip(full.iter()).for_each(|(to, from)| *to = *from);
        Self(secret)
    }

    /// The step whose code this is, if it is one of now and later than `after`.
    #[must_use]
    pub fn step_of(&self, code: &str, now: Timestamp, after: u64) -> Option<u64> {
        let step = now.seconds() / STEP_SECONDS;
        let typed: Zeroizing<String> = Zeroizing::new(code.chars().filter(|c| !c.is_whitespace()).collect());
        let mut found = None;
        // All of them are computed, whichever fits.
        for step in step.saturating_sub(TOLERANCE)..=step.saturating_add(TOLERANCE) {
            let right: bool = self.code(step).as_bytes().ct_eq(typed.as_bytes()).into();
            if right && step > after {
                found = Some(step);
            }
        }
        found
    }

    /// The code of a step, six digits.
    #[must_use]
    pub fn code(&self, step: u64) -> Zeroizing<String> {
        Zeroizing::new(format!("{:06}", self.truncated(step) % MODULUS))
    }

    /// RFC 4226, 5.3: 31 bits at a place that the last four bits say.
    fn truncated(&self, step: u64) -> u32 {
        let mut block = Zeroizing::new([0; 64]);
        block.iter_mut().zip(self.0.iter()).for_each(|(to, from)| *to = *from);
        let mut mac = Hmac::<Sha1>::new((&*block).into());
        mac.update(&step.to_be_bytes());
        let hash: [u8; 20] = mac.finalize().into_bytes().into();
        let at = usize::from(hash.last().copied().unwrap_or_default() & 15);
        let four = hash.iter().skip(at).take(4).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        four & 0x7fff_ffff
    }

    /// What an authenticator app scans (Google Authenticator's key URI format). Shown once.
    #[must_use]
    pub fn uri(&self, issuer: &str, name: &str) -> Zeroizing<String> {
        let (issuer, name) = (escaped(issuer), escaped(name));
        let secret = Zeroizing::new(codec::to_base32(&*self.0));
        Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{name}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
            *secret
        ))
    }
}

impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecondFactor")
    }
}

/// RFC 3986: everything but unreserved characters as `%XX`.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238's appendix B (for SHA-1) and RFC 4226's appendix D.
    fn of_the_rfc() -> SecondFactor {
        SecondFactor(Zeroizing::new(*b"12345678901234567890"))
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1; its codes have eight digits, ours are the last six of them.
        for (seconds, code) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            let step = seconds / STEP_SECONDS;
            assert_eq!(of_the_rfc().truncated(step) % 100_000_000, code);
            assert_eq!(*of_the_rfc().code(step), format!("{:06}", code % MODULUS));
        }
    }

    #[test]
    fn truncation_is_that_of_rfc_4226() {
        // Appendix D.
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
            "520489",
        ];
        for (count, code) in (0..).zip(codes) {
            assert_eq!(*of_the_rfc().code(count), code);
        }
    }

    #[test]
    fn a_code_holds_one_step_early_and_late_and_once() {
        let factor = of_the_rfc();
        let now = Timestamp::new(1_795_271_460);
        let step = now.seconds() / STEP_SECONDS;
        for (of, taken) in [
            (step - 2, None),
            (step - 1, Some(step - 1)),
            (step, Some(step)),
            (step + 1, Some(step + 1)),
            (step + 2, None),
        ] {
            assert_eq!(factor.step_of(&factor.code(of), now, 0), taken);
        }
        assert_eq!(factor.step_of(&factor.code(step), now, step), None);
        assert_eq!(factor.step_of(&factor.code(step + 1), now, step), Some(step + 1));
        let spaced = format!("{} {}", &factor.code(step)[..3], &factor.code(step)[3..]);
        assert_eq!(factor.step_of(&spaced, now, 0), Some(step));
        for wrong in ["", "12345", "1234567", "abcdef"] {
            assert_eq!(factor.step_of(wrong, now, 0), None);
        }
    }

    #[test]
    fn each_account_and_salt_has_a_secret_of_its_own_and_debug_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (keys, _) = Keys::open_or_create(folder.path()).unwrap();
        let first = SecondFactor::derive(&keys, &[1; 16], &[2; 16]);
        assert_eq!(*first.0, *SecondFactor::derive(&keys, &[1; 16], &[2; 16]).0);
        assert_ne!(*first.0, *SecondFactor::derive(&keys, &[2; 16], &[2; 16]).0);
        assert_ne!(*first.0, *SecondFactor::derive(&keys, &[1; 16], &[1; 16]).0);
        assert_eq!(format!("{first:?}"), "SecondFactor");
    }

    #[test]
    fn names_are_escaped() {
        let uri = of_the_rfc().uri("Gesundheitsamt Köln", "Dr. A&B?");
        assert_eq!(
            *uri,
            "otpauth://totp/Gesundheitsamt%20K%C3%B6ln:Dr.%20A%26B%3F?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Gesundheitsamt%20K%C3%B6ln&algorithm=SHA1&digits=6&period=30"
        );
    }
}
