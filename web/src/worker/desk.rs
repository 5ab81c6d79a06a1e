//! Where the worker's tasks are done.

use super::matching::Comparison;
use super::messages::{self, AnswerProblem, ListProblem, Outcome, Task};
use super::{asking, deriving, index, proving, regeneration, scan, sealing};
use rand_core::CryptoRng;
use zeroize::Zeroize;

/// Where tasks are done: one comparison at a time, and pictures between its parts.
pub struct Desk<R> {
    rng: fn() -> R,
    comparison: Option<Comparison<R>>,
}

impl<R: CryptoRng> Desk<R> {
    /// An empty one; `rng` gives random numbers when they are needed.
    #[must_use]
    pub const fn new(rng: fn() -> R) -> Self {
        Self { rng, comparison: None }
    }

    /// Answers one message of the page's: a task's head, and the bytes that it is about.
    #[must_use]
    pub fn answer(&mut self, head: &[u8], buffer: &mut [u8]) -> Vec<u8> {
        // Only an app of another build could say what cannot be read: both come from one.
        let done = messages::decode(head).ok_or(ListProblem::Other).and_then(|task| self.work(task, buffer));
        messages::encode(&done.unwrap_or_else(Outcome::Refused))
    }

    fn work(&mut self, task: Task, buffer: &mut [u8]) -> Result<Outcome, ListProblem> {
        match task {
            Task::Scan { width, height } => {
                Ok(Outcome::Scanned(scan::decode(scan::luma(buffer), width, height)))
            }
            Task::Begin { number, matcher, header, key, by } => {
                self.comparison = None;
                let (comparison, outcome) =
                    Comparison::begin(number, &matcher, &header, &key, by, (self.rng)())?;
                self.comparison = Some(comparison);
                Ok(outcome)
            }
            Task::Part { number } => self.go_on(number, |comparison| comparison.part(buffer)),
            Task::Page { number, page } => self.go_on(number, |comparison| comparison.page(page, buffer)),
            Task::Index { key, region, day, now, known } => {
                index::read(buffer, &key, &region, day, now, known.as_ref()).map(Outcome::Index)
            }
            Task::Regenerate { test_day, onset, region } => {
                let made = regeneration::body(buffer, test_day, onset, &region, &mut (self.rng)());
                buffer.zeroize();
                made.map(Outcome::Regenerated)
            }
            Task::Ask { sets, question, today } => {
                Ok(mistrusted(asking::ask(&sets, &question, today, &mut (self.rng)())))
            }
            Task::AskAgain { sets, waiting } => Ok(mistrusted(asking::again(&sets, &waiting))),
            Task::TakeOut { sets, waiting, key } => {
                Ok(mistrusted(asking::take_out(&sets, &waiting, &key, buffer)))
            }
            Task::Prove { page, claim, key, study } => {
                let made = proving::prove(&page, &claim, &key, study, buffer, &mut (self.rng)());
                buffer.zeroize();
                made.map(Outcome::Proven)
            }
            Task::Derive { salt, memory, passes } => {
                let derived = deriving::derive(buffer, &salt, memory, passes);
                buffer.zeroize();
                derived.map(Outcome::Derived).ok_or(ListProblem::Other)
            }
            Task::Seal(passphrase) => {
                let made = sealing::seal(&passphrase, buffer, &mut (self.rng)());
                buffer.zeroize();
                Ok(made)
            }
            Task::Open(passphrase) => Ok(sealing::open(&passphrase, buffer)),
            Task::End { number, found_at } => {
                let comparison = self.comparison.take_if(|comparison| comparison.number() == number);
                let (next, outcome) = comparison.ok_or(ListProblem::Other)?.end(found_at)?;
                self.comparison = next;
                Ok(outcome)
            }
        }
    }

    /// What was refused once is over. A comparison that another one has ended is refused as well.
    fn go_on(
        &mut self,
        number: u32,
        step: impl FnOnce(&mut Comparison<R>) -> Result<Outcome, ListProblem>,
    ) -> Result<Outcome, ListProblem> {
        let mut comparison =
            self.comparison.take_if(|comparison| comparison.number() == number).ok_or(ListProblem::Other)?;
        let outcome = step(&mut comparison)?;
        self.comparison = Some(comparison);
        Ok(outcome)
    }
}

fn mistrusted(outcome: Result<Outcome, AnswerProblem>) -> Outcome {
    outcome.unwrap_or_else(|problem| Outcome::Mistrusted { problem, sets: None })
}

#[cfg(test)]
mod tests {
    use super::scan::{decode, luma};
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// A code drawn with `scale` pixels a module, on a light ground.
    fn drawn(text: &str, scale: usize) -> (Vec<u8>, u32) {
        let code = fast_qr::QRBuilder::new(text).ecl(fast_qr::ECL::M).build().unwrap();
        let side = (code.size + 8) * scale;
        let mut rgba = vec![255; side * side * 4];
        for y in 0..code.size {
            for x in 0..code.size {
                if !code[y][x].value() {
                    continue;
                }
                for dy in 0..scale {
                    for dx in 0..scale {
                        let at = ((y + 4) * scale + dy) * side + (x + 4) * scale + dx;
                        rgba[at * 4..at * 4 + 3].fill(0);
                    }
                }
            }
        }
        (luma(&rgba), side as u32)
    }

    #[wasm_bindgen_test]
    fn reads_what_was_drawn() {
        let text = format!("https://twoken.example/#m={}", "A".repeat(104));
        let (picture, side) = drawn(&text, 4);
        assert_eq!(decode(picture, side, side), Some(text));
    }

    #[wasm_bindgen_test]
    fn a_task_is_answered_and_nonsense_is_refused() {
        let task = messages::encode(&Task::Scan { width: 8, height: 8 });
        let mut desk = Desk::new(crate::platform::crypto::rng);
        let mut outcome =
            |head: &[u8]| messages::decode::<Outcome>(&desk.answer(head, &mut [255; 8 * 8 * 4]));
        assert_eq!(outcome(&task), Some(Outcome::Scanned(None)));
        let refused = Some(Outcome::Refused(ListProblem::Other));
        assert_eq!(outcome(&[0xff]), refused);
        assert_eq!(outcome(&messages::encode(&Task::Part { number: 1 })), refused);
    }

    #[wasm_bindgen_test]
    fn an_empty_or_wrongly_sized_picture_has_none() {
        assert_eq!(decode(vec![128; 64 * 64], 64, 64), None);
        assert_eq!(decode(vec![128; 63], 8, 8), None);
        assert_eq!(decode(Vec::new(), 0, 0), None);
    }

    #[wasm_bindgen_test]
    fn white_is_white_and_black_is_black() {
        assert_eq!(luma(&[255, 255, 255, 255, 0, 0, 0, 255]), [255, 0]);
    }
}
