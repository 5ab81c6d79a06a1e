//! Keeps what a hardware scanner types out of a form that is for people.
//!
//! A scanner that goes on by itself types where the focus is: digits of a key into a date, and Enter onto a button. It
//! types a key every few milliseconds; nobody's fingers do.

use leptos::ev::KeyboardEvent;

/// Keys that follow one another within so many milliseconds are a scanner's.
const BURST_MS: f64 = 30.0;

/// When the last key was.
#[derive(Default)]
pub(super) struct Typing {
    last: Option<f64>,
}

impl Typing {
    /// Whether a key follows another faster than anybody types. One that is held down repeats as fast.
    pub(super) fn is_a_scanners(&mut self, event: &KeyboardEvent) -> bool {
        self.follows(event.time_stamp()) && !event.repeat()
    }

    fn follows(&mut self, now: f64) -> bool {
        self.last.replace(now).is_some_and(|last| now - last < BURST_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_burst_is_a_scanners_and_its_first_key_is_not_known_as_such() {
        let mut typing = Typing::default();
        let heard = [100.0, 104.0, 108.0, 300.0, 420.0, 425.0].map(|now| typing.follows(now));
        assert_eq!(heard, [false, true, true, false, false, true]);
    }
}
