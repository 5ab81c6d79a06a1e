//! The days of a test as they are entered: its own, and of the first symptoms.

use twoken_core::units::{Day, RETENTION_DAYS};

/// How far the first symptoms may lie from the test, either way.
const ONSET_DAYS: i32 = 14;

/// Why days are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestDayProblem {
    /// No day of the test, or none that there is.
    Missing,
    /// The test has yet to come.
    Future,
    /// It is past what anybody is warned of.
    Old,
    /// The first symptoms lie too far from it, or have yet to come.
    OnsetFar,
}

/// Days that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestDays {
    /// Of the test.
    pub test: Day,
    /// Days from it to the first symptoms, where they are known.
    pub onset: Option<i8>,
}

impl TestDays {
    /// From fields of the form `YYYY-MM-DD`; `onset` may be empty.
    ///
    /// # Errors
    /// [`TestDayProblem`].
    pub fn read(test: &str, onset: &str, today: Day) -> Result<Self, TestDayProblem> {
        let day: Day = test.trim().parse().map_err(|_| TestDayProblem::Missing)?;
        if day > today {
            return Err(TestDayProblem::Future);
        }
        if day < today.minus(RETENTION_DAYS) {
            return Err(TestDayProblem::Old);
        }
        let onset = match onset.trim() {
            "" => None,
            text => Some(days_to_onset(text, day, today).ok_or(TestDayProblem::OnsetFar)?),
        };
        Ok(Self { test: day, onset })
    }
}

fn days_to_onset(text: &str, test: Day, today: Day) -> Option<i8> {
    let onset: Day = text.parse().ok()?;
    let days = i32::from(onset.get()) - i32::from(test.get());
    (days.abs() <= ONSET_DAYS && onset <= today).then(|| i8::try_from(days).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn days_are_read_and_refused_with_their_reason() {
        use TestDayProblem as P;
        let today = Day::new(20_778);
        let said = |back: u16| today.minus(back).to_string();
        let read =
            |test: &str, onset: &str| TestDays::read(test, onset, today).map(|days| (days.test, days.onset));
        assert_eq!(read(&said(2), ""), Ok((today.minus(2), None)));
        assert_eq!(read(&said(2), &said(5)), Ok((today.minus(2), Some(-3))));
        assert_eq!(read(&said(2), &said(1)), Ok((today.minus(2), Some(1))));
        assert_eq!(read("", ""), Err(P::Missing));
        assert_eq!(read(&today.next().to_string(), ""), Err(P::Future));
        assert_eq!(read(&said(15), ""), Err(P::Old));
        assert_eq!(read(&said(2), &said(17)), Err(P::OnsetFar));
        assert_eq!(read(&said(2), &today.next().to_string()), Err(P::OnsetFar));
    }
}
