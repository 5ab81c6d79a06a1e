//! TANs, one at a time: issuing one, finding out how one stands, making one invalid.
//!
//! They are drawn here and sent to be made valid (docs/adr/0030): a request without an answer goes again with the same
//! TAN. One that was issued can be shown for as long as the page lives, and is wiped when somebody signs out, when somebody
//! else signs in, and with a patient's keys a quarter of an hour after a session has ended.

use super::{Asked, Console, TanAnswer, TanState};
use crate::platform::{crypto, history};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::tan::Tan;
use twoken_core::units::Timestamp;
use zeroize::Zeroizing;

/// A TAN that was drawn here, for somebody.
#[derive(Clone)]
pub struct Letter {
    /// For whom, as the list has it; none for one issued by itself.
    pub reference: Option<String>,
    /// How it stands; none while the server has not said.
    pub answer: Option<TanAnswer>,
    tan: Tan,
}

impl Letter {
    /// A fresh one, not valid yet.
    pub(super) fn draw(reference: Option<String>) -> Self {
        Self { reference, answer: None, tan: Tan::generate(&mut crypto::rng()) }
    }

    /// As it is read out: `XXXXX-XXXXX-XXXX`.
    #[must_use]
    pub fn tan(&self) -> Zeroizing<String> {
        self.tan.display()
    }

    /// What a phone opens.
    #[must_use]
    pub fn link(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}/#t={}", history::origin(), self.tan.display().as_str()))
    }

    /// Whether it may be handed out: it is valid, and still will be after `now`.
    #[must_use]
    pub fn stands(&self, now: Timestamp) -> bool {
        self.answer.is_some_and(|answer| {
            matches!(answer.state, TanState::New | TanState::Valid)
                && answer.valid_until.is_some_and(|until| until > now)
        })
    }

    /// Until when.
    #[must_use]
    pub fn valid_until(&self) -> Option<Timestamp> {
        self.answer.and_then(|answer| answer.valid_until)
    }

    pub(super) fn is(&self, tan: &Tan) -> bool {
        *self.tan.symbols() == *tan.symbols()
    }
}

impl PartialEq for Letter {
    fn eq(&self, other: &Self) -> bool {
        self.is(&other.tan) && self.answer == other.answer && self.reference == other.reference
    }
}

impl core::fmt::Debug for Letter {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Letter({:?})", self.answer)
    }
}

/// The TAN issued last by itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OneTan {
    /// It; drawn, and once the server has said so, valid.
    pub letter: Option<Letter>,
    /// How far making it valid is.
    pub asked: Asked,
    /// Hidden, because somebody left the page or locked it.
    pub hidden: bool,
    hours: Option<u16>,
}

/// What was found about a TAN.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Looked {
    /// How far the question is.
    pub asked: Asked,
    /// How it stands.
    pub answer: Option<TanAnswer>,
}

impl Console {
    /// Draws a TAN and makes it valid for so many hours, as the server's default is where none are given.
    pub fn issue_tan(self, hours: Option<u16>) {
        if self.one.with_untracked(|one| one.asked == Asked::Waits) {
            return;
        }
        self.cells.one.set(OneTan { letter: Some(Letter::draw(None)), hours, ..OneTan::default() });
        self.issue_tan_again();
    }

    /// Sends the TAN that was drawn once more.
    pub fn issue_tan_again(self) {
        let Some(letter) = self.one.with_untracked(|one| one.letter.clone()) else { return };
        let hours = self.one.with_untracked(|one| one.hours);
        self.cells.one.update(|one| one.asked = Asked::Waits);
        spawn_local(async move {
            let answer = self.acting(async |api, csrf| api.issue(csrf, &[letter.tan()], hours).await).await;
            self.cells.one.update(|one| {
                let same = one.letter.as_mut().filter(|now| now.is(&letter.tan));
                let Some(same) = same.filter(|_| one.asked == Asked::Waits) else { return };
                one.asked = match answer {
                    Ok(answers) => {
                        same.answer = answers.first().copied();
                        Asked::Answered
                    }
                    Err(problem) => Asked::Refused(problem),
                };
            });
        });
    }

    /// Hides the TAN: somebody leaves the page.
    pub fn hide_tan(self) {
        self.cells.one.update(|one| one.hidden = one.letter.is_some());
    }

    /// Shows it again.
    pub fn show_tan(self) {
        self.cells.one.update(|one| one.hidden = false);
    }

    /// Lets go of it. It stays valid.
    pub fn forget_tan(self) {
        self.cells.one.set(OneTan::default());
    }

    /// Asks how a TAN stands.
    pub fn look_up(self, tan: Tan) {
        self.looking(tan, false);
    }

    /// Makes it invalid.
    pub fn revoke(self, tan: Tan) {
        self.looking(tan, true);
    }

    /// Lets go of what was found.
    pub fn forget_looked(self) {
        if self.looked.with_untracked(|looked| *looked != Looked::default()) {
            self.cells.looked.set(Looked::default());
        }
    }

    fn looking(self, tan: Tan, revokes: bool) {
        if self.looked.with_untracked(|looked| looked.asked == Asked::Waits) {
            return;
        }
        self.cells.looked.update(|looked| looked.asked = Asked::Waits);
        spawn_local(async move {
            let text = tan.display();
            let answer = self
                .acting(async |api, csrf| match revokes {
                    true => api.revoke(csrf, &text).await,
                    false => api.look_up(csrf, &text).await,
                })
                .await;
            if let Ok(answer) = &answer {
                self.learn(&tan, *answer);
            }
            self.cells.looked.update(|looked| match answer {
                _ if looked.asked != Asked::Waits => {}
                Ok(answer) => *looked = Looked { asked: Asked::Answered, answer: Some(answer) },
                Err(problem) => looked.asked = Asked::Refused(problem),
            });
        });
    }

    /// How a TAN stands now: where it is on the page, it must not be handed out as valid any more.
    fn learn(self, tan: &Tan, answer: TanAnswer) {
        self.cells.one.update(|one| {
            if let Some(letter) = one.letter.as_mut().filter(|letter| letter.is(tan)) {
                letter.answer = Some(answer);
            }
        });
        self.learn_of_list(tan, answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn answer(state: TanState, until: u64) -> Option<TanAnswer> {
        Some(TanAnswer { state, valid_until: Some(Timestamp::new(until)) })
    }

    #[wasm_bindgen_test]
    fn only_a_valid_tan_is_handed_out_and_only_until_it_ends() {
        let now = Timestamp::new(1000);
        let with = |answer| Letter { answer, ..Letter::draw(None) };
        assert!(with(answer(TanState::New, 1001)).stands(now));
        assert!(with(answer(TanState::Valid, 1001)).stands(now));
        assert!(!with(answer(TanState::New, 1000)).stands(now));
        assert!(!with(None).stands(now));
        for state in [TanState::Unknown, TanState::Redeemed, TanState::Revoked, TanState::Expired] {
            assert!(!with(answer(state, 9000)).stands(now), "{state:?}");
        }
    }

    #[wasm_bindgen_test]
    fn a_letter_tells_neither_its_tan_nor_for_whom() {
        let letter = Letter::draw(Some("Ada".to_owned()));
        let told = format!("{letter:?} {:?}", OneTan { letter: Some(letter.clone()), ..OneTan::default() });
        assert!(!told.contains(letter.tan().as_str()) && !told.contains("Ada"));
        assert!(letter.link().ends_with(letter.tan().as_str()));
        assert_eq!(letter.tan().len(), 16);
    }

    #[wasm_bindgen_test]
    fn what_is_learnt_of_a_tan_holds_where_it_is_shown() {
        let console = Console::new();
        let letter = Letter { answer: answer(TanState::New, 9000), ..Letter::draw(None) };
        console.cells.one.set(OneTan { letter: Some(letter.clone()), ..OneTan::default() });
        console.learn(&Tan::generate(&mut crypto::rng()), answer(TanState::Revoked, 9000).unwrap());
        let stands = || {
            console.one.with_untracked(|one| {
                one.letter.as_ref().is_some_and(|letter| letter.stands(Timestamp::new(1000)))
            })
        };
        assert!(stands());
        console.learn(&letter.tan, answer(TanState::Revoked, 9000).unwrap());
        assert!(!stands());
        console.hide_tan();
        assert!(console.one.with_untracked(|one| one.hidden));
        console.forget_all();
        assert_eq!(console.one.get_untracked(), OneTan::default());
    }
}
