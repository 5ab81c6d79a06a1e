//! One window at a time. A phone's camera opens each link in a new tab; two windows that both
//! believe to know the diary would overwrite what the other has stored.
//!
//! The window in use holds the browser's [lock](locks). Another one shows where the app is, keeps
//! in memory what its link brought, and takes over only when asked to. It then also
//! [claims](crate::platform::storage::Storage::claim) the database: from that moment no write of
//! the old window counts, even one that was begun before it learned of its loss. In a browser
//! without locks the newest window is the one in use, by that claim alone.
//!
//! An errand of the service worker (`background`) holds the same lock while there is no window, and a second one by which
//! it is known. Whoever opens a window then takes over without being asked: nobody else uses the app.

use super::one_way::OneWay;
use super::report::ReportDraft;
use super::{App, MeetState, Ready, Settings};
use crate::platform::locks::{self, Answer, Ask, Held};
use crate::platform::{clock, wake_lock};
use leptos::prelude::*;
use twoken_core::diary::Diary;
use twoken_core::encounter::KeyRing;
use twoken_core::units::Timestamp;

/// The lock's name.
const LOCK: &str = "twoken";
/// The lock of what runs without a window, held beside the first.
const ERRAND: &str = "twoken-errand";
/// A page that is being reloaded may not have let go yet: it is asked so often,
const TRIES: u32 = 4;
/// so many milliseconds apart.
const TRY_MS: u32 = 100;

impl App {
    /// Whether this window is the one in use from here on, and if so, whether the database has to
    /// be claimed.
    pub(super) async fn become_the_one(self, ask: Ask) -> Option<bool> {
        if self.cells.holds.get_value() {
            return Some(false);
        }
        self.cells.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let turn = self.cells.turn.get_value();
        for _ in 0..TRIES {
            let lost = move || {
                if self.cells.turn.get_value() == turn {
                    self.go_elsewhere();
                }
            };
            match locks::request(LOCK, ask, lost).await {
                Answer::Given => {
                    self.cells.holds.set_value(true);
                    return Some(ask == Ask::Steal);
                }
                Answer::Unknown => {
                    self.cells.holds.set_value(true);
                    return Some(true);
                }
                Answer::Taken => clock::sleep_ms(TRY_MS).await,
            }
        }
        // No window, but an errand: what it was about to store does not count.
        let stands_in = ask == Ask::IfFree && locks::borrow(ERRAND, || ()).await.is_none();
        if stands_in { Box::pin(self.become_the_one(Ask::Steal)).await } else { None }
    }

    /// Stands in for a window as long as there is none; until what it gives is dropped, or a window takes over.
    pub(super) async fn stand_in(self) -> Option<(Held, Held)> {
        let errand = locks::borrow(ERRAND, || ()).await?;
        let lost = move || self.go_elsewhere();
        let window = locks::borrow(LOCK, lost).await?;
        self.cells.holds.set_value(true);
        // Dropped in this order: who finds the first still taken sees that it is no window's.
        Some((window, errand))
    }

    /// Another window has taken over. What is stored belongs to it; here everything is forgotten
    /// and every work ends.
    pub(super) fn go_elsewhere(self) {
        if !self.cells.holds.get_value() {
            return;
        }
        self.cells.ready.set(Ready::Elsewhere);
        self.cells.holds.set_value(false);
        self.cells.ticking.set_value(None);
        self.forget_all();
    }

    /// Forgets what is in memory, and ends every work.
    pub(super) fn forget_all(self) {
        let cells = self.cells;
        // A check that is running finds another number, a report that is being sent no record.
        cells.check_run.update_value(|run| *run = run.wrapping_add(1));
        cells.sending.set_value(None);
        cells.held_since.set_value(None);
        cells.draft_touched.set_value(None);
        if let Some(storage) = cells.storage.try_update_value(Option::take).flatten() {
            storage.close();
        }
        // How it speaks and looks, it still does.
        cells.settings.update(|settings| {
            let (language, theme) = (settings.language, settings.theme);
            *settings = Settings { language, theme, ..Settings::default() };
        });
        cells.lock.set(false);
        cells.unsaved.set_value(false);
        cells.ring.set_value(KeyRing::new());
        cells.one_way.set_value(OneWay::default());
        cells.shown_until.set_value(Timestamp::default());
        self.forget_servers();
        cells.study_reports.set(Vec::new());
        cells.waiting.set_value(None);
        cells.unstored.set(None);
        cells.arrival.set(None);
        cells.for_app.set(None);
        cells.passphrase.set_value(None);
        cells.meet.set(MeetState::default());
        cells.diary.set(Diary::default());
        cells.deleted.set(None);
        cells.report_problem.set(None);
        cells.outgoing.set(None);
        self.draft.set(ReportDraft::default());
        self.let_go_of_devices();
        wake_lock::release(wake_lock::Purpose::Meet);
    }
}
