//! The only clock of these commands: how long something took.

use std::fmt;
use std::time::{Duration, Instant};

/// Runs from its making.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "measuring builds is what a stopwatch is for")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    pub(crate) fn minutes(self) -> Minutes {
        Minutes(self.elapsed())
    }
}

/// A duration that is read in minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Minutes(pub(crate) Duration);

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.1}", self.0.as_secs_f64() / 60.0);
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_have_one_decimal_and_keep_their_width() {
        assert_eq!(Minutes(Duration::from_secs(90)).to_string(), "1.5");
        assert_eq!(format!("{:>6}", Minutes(Duration::from_secs(6))), "   0.1");
    }
}
