//! What the app does without anybody looking: checks, a report on its way, cover messages. Home is drawn without it:
//! it comes with the second part of the program, and what is to be done before that waits (ADR 46).

use super::App;
use crate::platform::clock;
use core::pin::Pin;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Something to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A check, by its number.
    Check(u32),
    /// The report that is on its way goes on.
    Send,
    /// What is past its time leaves a report that waits.
    Outdated,
    /// A study is told of a contact, or told to forget it.
    Tell,
    /// A cover message begins or goes on.
    Cover,
    /// The passphrase of the app lock is tried.
    Unlock,
    /// What was just deleted is written back.
    BringBack,
    /// A server that was just removed is brought back.
    ServerBack,
    /// The server's configuration is fetched.
    Server,
    /// Of encounters that are gone nothing more is said.
    Sources,
}

/// What does it, from wherever that is.
pub type Hands = fn(App, Work) -> Pin<Box<dyn Future<Output = ()>>>;

/// What does it from the beginning: a program of one part has it.
#[cfg(not(feature = "split"))]
pub(super) const HERE: Option<Hands> = Some(|app, work| Box::pin(app.work(work)));
#[cfg(feature = "split")]
pub(super) const HERE: Option<Hands> = None;

impl App {
    /// Does it.
    pub async fn work(self, work: Work) {
        match work {
            Work::Check(run) => self.carry_out_check(run).await,
            Work::Send => self.drive().await,
            Work::Outdated => self.take_outdated(clock::now()),
            Work::Tell => self.tell_any().await,
            Work::Cover => self.cover().await,
            Work::Unlock => self.try_passphrase().await,
            Work::BringBack => self.bring_back().await,
            Work::ServerBack => self.bring_server_back().await,
            // The outcome is in `server`, for everybody to see.
            Work::Server => drop(self.fetch_config().await),
            Work::Sources => self.sweep_sources(),
        }
    }

    /// Has it done, as soon as there is what does it.
    pub(super) fn have_done(self, work: Work) {
        match self.cells.hands.get_value() {
            Some(hands) => spawn_local(hands(self, work)),
            None => self.cells.undone.update_value(|undone| {
                if !undone.contains(&work) {
                    undone.push(work);
                }
            }),
        }
    }

    /// What does it is here: what waited is done.
    pub fn take_hands(self, hands: Hands) {
        self.cells.hands.set_value(Some(hands));
        self.cells.hands_missing.set_value(false);
        let undone = self.cells.undone.try_update_value(core::mem::take).unwrap_or_default();
        undone.into_iter().for_each(|work| self.have_done(work));
    }

    /// What does it did not come: a check that waits for it has failed.
    pub fn no_hands(self) {
        self.cells.hands_missing.set_value(true);
        let undone = self.cells.undone.try_update_value(core::mem::take).unwrap_or_default();
        if undone.contains(&Work::Unlock) {
            self.unlock_fails_unreached();
        }
        if undone.contains(&Work::Server) {
            self.server_unreached();
        }
        if undone.iter().any(|work| matches!(work, Work::Check(_))) {
            self.check_fails_unreached();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::check::CheckState;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn what_is_asked_for_before_the_second_part_is_there_waits_for_it() {
        let _ = any_spawner::Executor::init_wasm_bindgen();
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            app.cells.hands.set_value(None);
            app.check_now();
            app.have_done(Work::Send);
            app.have_done(Work::Send);
            let waiting = || app.cells.undone.with_value(Vec::len);
            assert!(app.check.with_untracked(CheckState::is_running) && waiting() == 2);
            app.no_hands();
            assert!(!app.check.with_untracked(CheckState::is_running) && waiting() == 0);
            app.have_done(Work::Send);
            app.take_hands(|_, _| Box::pin(core::future::ready(())));
            assert_eq!(waiting(), 0);
        });
    }
}
