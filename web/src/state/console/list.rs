//! Many TANs from a list: one for each row, in requests of a hundred.
//!
//! Each is drawn once, for its row. What breaks off goes on where it stopped, with the very same TANs: the server makes
//! none valid twice (docs/adr/0030). The list stays through a session's end, as a scan does, and is wiped with it.

use super::table::{Choice, References, Table, TableProblem};
use super::{Console, Letter, TanAnswer};
use crate::api::ApiProblem;
use crate::platform::clock;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use twoken_core::tan::Tan;
use twoken_core::units::Timestamp;
use twoken_core::wire::ProblemCode;
use zeroize::Zeroizing;

/// TANs of one request (docs/protocol.md, 20.5).
const AT_ONCE: usize = 100;
/// The longest that a server's wish to wait is followed without asking, in seconds.
const WAITS_SECONDS: u32 = 60;
/// And so many times after another.
const WAITS_TIMES: u32 = 5;

/// How far a list is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum List {
    /// There is none.
    #[default]
    None,
    /// The file was no list.
    Refused(TableProblem),
    /// It was read. Nothing was issued.
    Read(Arc<Table>, Choice),
    /// It is under way.
    Issuing(Progress),
    /// The server has asked to wait until then; it goes on by itself.
    Waiting(Progress, Timestamp),
    /// It broke off, and why. The same TANs go on.
    Paused(Progress, ApiProblem),
    /// Every row has its TAN.
    Done(Progress),
}

/// How many of how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rows of which the server has said how their TAN stands.
    pub answered: usize,
    /// Rows.
    pub count: usize,
    /// Which were left out.
    pub references: Arc<References>,
}

/// The TANs of a list, in its order.
#[derive(Default)]
pub(super) struct Letters {
    letters: Vec<Letter>,
    references: Arc<References>,
    hours: Option<u16>,
    delimiter: Option<char>,
    /// Grows with every list: what an older one still waits for is nobody's.
    turn: u32,
}

impl Letters {
    fn draw(&mut self, references: References, hours: Option<u16>, delimiter: char) {
        self.letters =
            references.kept.iter().map(|reference| Letter::draw(Some(reference.clone()))).collect();
        (self.references, self.hours, self.delimiter) = (Arc::new(references), hours, Some(delimiter));
    }

    /// Those that go next: the first without an answer, and what follows it.
    fn next(&self) -> (usize, Vec<Zeroizing<String>>) {
        let from = self.answered();
        (from, self.letters.iter().skip(from).take(AT_ONCE).map(Letter::tan).collect())
    }

    fn take(&mut self, from: usize, answers: &[TanAnswer]) {
        for (letter, answer) in self.letters.iter_mut().skip(from).zip(answers) {
            letter.answer = Some(*answer);
        }
    }

    /// They are answered in their order.
    fn answered(&self) -> usize {
        self.letters.iter().take_while(|letter| letter.answer.is_some()).count()
    }

    fn progress(&self) -> Progress {
        let references = Arc::clone(&self.references);
        Progress { answered: self.answered(), count: self.letters.len(), references }
    }

    fn wipe(&mut self) {
        *self = Self { turn: self.turn.wrapping_add(1), ..Self::default() };
    }
}

impl Console {
    /// Takes in a file.
    pub fn take_list(self, read: Result<Vec<u8>, TableProblem>) {
        self.forget_list();
        let next = match read.and_then(|bytes| Table::read(&Zeroizing::new(bytes))) {
            Ok(table) => {
                let choice = table.guess();
                List::Read(Arc::new(table), choice)
            }
            Err(problem) => List::Refused(problem),
        };
        self.cells.list.set(next);
    }

    /// Understands it otherwise.
    pub fn choose_list(self, choice: Choice) {
        self.cells.list.update(|list| {
            if let List::Read(_, now) = list {
                *now = choice;
            }
        });
    }

    /// Draws a TAN for each row and makes them valid.
    pub fn issue_list(self, hours: Option<u16>) {
        let List::Read(table, choice) = self.list.get_untracked() else { return };
        let references = table.references(choice);
        if references.kept.is_empty() {
            return;
        }
        self.cells.letters.update_value(|letters| letters.draw(references, hours, table.delimiter()));
        self.go_on();
    }

    /// Goes on where it broke off.
    pub fn go_on(self) {
        if matches!(self.list.get_untracked(), List::Issuing(_) | List::Waiting(..)) {
            return;
        }
        let turn = self.list_turn();
        self.cells.list.set(List::Issuing(self.progress()));
        spawn_local(async move {
            let end = self.issue_rest(turn).await;
            if self.list_turn() == turn {
                let progress = self.progress();
                self.cells.list.set(match end {
                    Ok(()) => List::Done(progress),
                    Err(problem) => List::Paused(progress, problem),
                });
            }
        });
    }

    /// Lets go of the list and its TANs. Those that stand stay valid.
    pub fn forget_list(self) {
        self.cells.letters.update_value(Letters::wipe);
        self.cells.list.set(List::None);
    }

    /// The letters of the list, those that may be handed out at `now`.
    #[must_use]
    pub fn letters(self, now: Timestamp) -> Vec<Letter> {
        self.cells.letters.with_value(|letters| {
            letters.letters.iter().filter(|letter| letter.stands(now)).cloned().collect()
        })
    }

    /// What separates the cells of the spreadsheet that the list came from.
    #[must_use]
    pub fn list_delimiter(self) -> char {
        self.cells.letters.with_value(|letters| letters.delimiter).unwrap_or(',')
    }

    pub(super) fn learn_of_list(self, tan: &Tan, answer: TanAnswer) {
        let held = self.cells.letters.try_update_value(|letters| {
            letters
                .letters
                .iter_mut()
                .find(|letter| letter.is(tan))
                .map(|letter| letter.answer = Some(answer))
        });
        if held.flatten().is_some() {
            // How many can be handed out is another number now.
            self.cells.list.notify();
        }
    }

    async fn issue_rest(self, turn: u32) -> Result<(), ApiProblem> {
        let mut waits = 0;
        while self.list_turn() == turn {
            let (from, tans) = self.cells.letters.with_value(Letters::next);
            if tans.is_empty() {
                return Ok(());
            }
            let hours = self.cells.letters.with_value(|letters| letters.hours);
            match self.acting(async |api, csrf| api.issue(csrf, &tans, hours).await).await {
                Ok(answers) if self.list_turn() == turn => {
                    waits = 0;
                    self.cells.letters.update_value(|letters| letters.take(from, &answers));
                    self.cells.list.set(List::Issuing(self.progress()));
                }
                Ok(_) => return Ok(()),
                Err(problem) => {
                    let seconds = wait_of(&problem).filter(|_| waits < WAITS_TIMES).ok_or(problem)?;
                    waits += 1;
                    let until = self.now.get_untracked().plus(seconds.into());
                    if self.list_turn() == turn {
                        self.cells.list.set(List::Waiting(self.progress(), until));
                    }
                    clock::sleep_ms(seconds.saturating_mul(1000)).await;
                }
            }
        }
        Ok(())
    }

    fn progress(self) -> Progress {
        self.cells.letters.with_value(Letters::progress)
    }

    fn list_turn(self) -> u32 {
        self.cells.letters.with_value(|letters| letters.turn)
    }
}

/// Seconds after which the same may go again without anybody being asked.
fn wait_of(problem: &ApiProblem) -> Option<u32> {
    match problem {
        ApiProblem::Refused { code: ProblemCode::TooManyRequests, retry_after: Some(seconds) }
            if *seconds <= WAITS_SECONDS =>
        {
            Some((*seconds).max(1))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::TanState;
    use super::*;
    use std::collections::BTreeSet;
    use wasm_bindgen_test::wasm_bindgen_test;

    const NEW: TanAnswer = TanAnswer { state: TanState::New, valid_until: Some(Timestamp::new(9000)) };

    fn of(rows: usize) -> Letters {
        let mut letters = Letters::default();
        let kept = (0..rows).map(|row| row.to_string()).collect();
        letters.draw(References { kept, ..References::default() }, Some(24), ';');
        letters
    }

    #[wasm_bindgen_test]
    fn a_list_goes_in_hundreds_and_goes_on_with_the_same_tans() {
        let mut letters = of(250);
        let (from, first) = letters.next();
        assert_eq!((from, first.len()), (0, 100));
        letters.take(from, &[NEW; 100]);
        let (from, second) = letters.next();
        assert_eq!((from, second.len()), (100, 100));
        // No answer came: the very same go again.
        assert_eq!(letters.next(), (from, second.clone()));
        letters.take(from, &[NEW; 100]);
        let (from, third) = letters.next();
        assert_eq!((from, third.len(), letters.progress().answered), (200, 50, 200));
        letters.take(from, &[NEW; 50]);
        assert!(letters.next().1.is_empty());
        let all: BTreeSet<String> =
            [first, second, third].concat().iter().map(|tan| tan.as_str().to_owned()).collect();
        assert_eq!(all.len(), 250);
    }

    #[wasm_bindgen_test]
    fn what_does_not_stand_is_not_handed_out() {
        let console = Console::new();
        console.cells.letters.set_value(of(3));
        let revoked = TanAnswer { state: TanState::Revoked, ..NEW };
        console.cells.letters.update_value(|letters| letters.take(0, &[NEW, revoked]));
        let references = |console: Console| -> Vec<_> {
            console.letters(Timestamp::new(1000)).into_iter().filter_map(|letter| letter.reference).collect()
        };
        assert_eq!(references(console), ["0"]);
        assert!(console.letters(Timestamp::new(9000)).is_empty());
        assert_eq!(console.list_delimiter(), ';');
        console.forget_all();
        assert!(references(console).is_empty());
        assert_eq!(console.list.get_untracked(), List::None);
    }

    #[wasm_bindgen_test]
    fn a_file_that_is_no_list_is_told_and_another_choice_kept() {
        let console = Console::new();
        console.take_list(Ok(Vec::new()));
        assert_eq!(console.list.get_untracked(), List::Refused(TableProblem::Empty));
        console.take_list(Ok(b"case,day\n1,2\n".to_vec()));
        let other = Choice { header: false, column: 1 };
        console.choose_list(other);
        assert!(matches!(console.list.get_untracked(), List::Read(_, choice) if choice == other));
    }

    #[wasm_bindgen_test]
    fn a_short_wait_is_waited_for_and_a_day_is_not() {
        let busy = |retry_after| ApiProblem::Refused { code: ProblemCode::TooManyRequests, retry_after };
        assert_eq!(wait_of(&busy(Some(20))), Some(20));
        assert_eq!(wait_of(&busy(Some(0))), Some(1));
        assert_eq!(wait_of(&busy(Some(40_000))), None);
        assert_eq!(wait_of(&busy(None)), None);
        assert_eq!(wait_of(&ApiProblem::Unreachable), None);
    }
}
