//! Trying again: when, and how often it was tried. For a report and what looks like one alike.

use crate::api::ApiProblem;
use twoken_core::units::Timestamp;

/// Seconds between tries; the last one repeats.
const RETRY_SECONDS: [u64; 4] = [5, 15, 60, 300];
/// However long a server asks to wait.
const MAX_RETRY_SECONDS: u64 = 3_600;

/// When the next try is due, and how many there were.
#[derive(Clone, Copy, Default)]
pub(in crate::state) struct Retry {
    tries: usize,
    not_before: Timestamp,
}

impl Retry {
    /// Whether the time to wait is over.
    pub(super) fn is_over(self, now: Timestamp) -> bool {
        self.not_before <= now
    }

    /// When the next try is due.
    pub(super) fn not_before(self) -> Timestamp {
        self.not_before
    }

    /// The next try is due now.
    pub(super) fn at_once(self) -> Self {
        Self { not_before: Timestamp::default(), ..self }
    }

    /// One more was in vain: put off by so many seconds, after so many tries.
    pub(super) fn later(self, now: Timestamp, wait: impl FnOnce(usize) -> u64) -> Self {
        Self { tries: self.tries + 1, not_before: now.plus(wait(self.tries)) }
    }
}

/// How long to wait after so many tries, or as the server asks for.
pub(super) fn wait_seconds(tries: usize, problem: Option<&ApiProblem>) -> u64 {
    if let Some(ApiProblem::Refused { retry_after: Some(seconds), .. }) = problem {
        return u64::from(*seconds).min(MAX_RETRY_SECONDS);
    }
    let [.., last] = RETRY_SECONDS;
    RETRY_SECONDS.get(tries).copied().unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use twoken_core::wire::ProblemCode;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn waits_longer_and_as_long_as_asked() {
        let broken = ApiProblem::Unreachable;
        let waits = [0, 1, 2, 3, 4, 9].map(|tries| wait_seconds(tries, Some(&broken)));
        assert_eq!(waits, [5, 15, 60, 300, 300, 300]);
        let busy =
            |after| ApiProblem::Refused { code: ProblemCode::TooManyRequests, retry_after: Some(after) };
        assert_eq!(wait_seconds(0, Some(&busy(40))), 40);
        assert_eq!(wait_seconds(1, None), 15);
        assert_eq!(wait_seconds(0, Some(&busy(1_000_000))), MAX_RETRY_SECONDS);
    }
}
