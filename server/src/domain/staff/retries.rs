//! Questions that were answered lately, so that one which is repeated because its answer was lost is not counted again.
//!
//! What is kept is `HMAC-SHA256(key, account ‖ question)`, for ten minutes, in memory, under a key that is random in each process.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use twoken_core::units::Timestamp;
use zeroize::Zeroizing;

use crate::random;
use crate::store::AccountId;

/// How long an answer may be lost until asking again counts as asking anew, in seconds.
const SECONDS: u64 = 600;

/// What was asked by whom, as far as comparing needs it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Question([u8; 32]);

/// Questions that were answered lately.
pub(super) struct Retries {
    /// As long as the hash's block: used as it is.
    key: Zeroizing<[u8; 64]>,
    answered: Mutex<HashMap<Question, Timestamp>>,
}

impl Retries {
    pub(super) fn new() -> Self {
        Self { key: Zeroizing::new(random::bytes()), answered: Mutex::default() }
    }

    pub(super) fn question(&self, by: &AccountId, what: &[&[u8]]) -> Question {
        let mut mac = Hmac::<Sha256>::new((&*self.key).into());
        mac.update(by);
        what.iter().for_each(|part| mac.update(part));
        Question(mac.finalize().into_bytes().into())
    }

    /// Whether it was answered lately.
    pub(super) fn knows(&self, question: Question, now: Timestamp) -> bool {
        self.answered().get(&question).is_some_and(|at| now.since(*at) < SECONDS)
    }

    /// It is answered now.
    pub(super) fn answer(&self, question: Question, now: Timestamp) {
        self.answered().insert(question, now);
    }

    /// Forgets what was answered long ago.
    pub(super) fn forget(&self, now: Timestamp) {
        self.answered().retain(|_, at| now.since(*at) < SECONDS);
    }

    fn answered(&self) -> MutexGuard<'_, HashMap<Question, Timestamp>> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Retries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Retries")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_known_for_ten_minutes_to_who_asked_it() {
        let retries = Retries::new();
        let then = Timestamp::new(1_795_271_460);
        let question = retries.question(&[1; 16], &[b"week", b"element"]);
        assert!(!retries.knows(question, then));
        retries.answer(question, then);
        for (by, what) in [([2; 16], [&b"week"[..], b"element"]), ([1; 16], [b"week", b"another"])] {
            assert!(!retries.knows(retries.question(&by, &what), then));
        }
        assert!(retries.knows(retries.question(&[1; 16], &[b"week", b"element"]), then.plus(SECONDS - 1)));
        assert!(!retries.knows(question, then.plus(SECONDS)));
        retries.forget(then.plus(SECONDS - 1));
        assert_eq!(retries.answered().len(), 1);
        retries.forget(then.plus(SECONDS));
        assert!(retries.answered().is_empty());
    }
}
