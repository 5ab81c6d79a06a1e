//! While Twoken is closed: what this browser does for it then, what the person wants of that, and an errand without a page.
//!
//! An errand reads what is stored, checks or sends as a window does, by the same code, and forgets everything again. It
//! stands in for the window only while there is none (`window`); who opens one takes over at once.

use super::records::{self, OutgoingRecord};
use super::work::{Hands, Work};
use super::{App, Language, Ready, Settings};
use crate::platform::background::{self, Errand, Offered};
use crate::platform::notification::{self, Permission};
use crate::platform::storage::{self, Storage, Store};
use crate::platform::{clock, service_worker, visibility};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::units::Timestamp;

/// Longer than a check takes; browsers end an errand after some five minutes.
const CHECK_MS: u32 = 240_000;
/// A random wait that is longer is waited for by the next errand, or by whoever opens the app.
const SEND_MS: u32 = 60_000;
/// What is still being stored is looked at so often.
const STORING_MS: u32 = 20;

/// What this browser says of a closed app; `None` as long as nobody has looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Background {
    /// Whether it shows notifications.
    pub notifications: Permission,
    /// Whether it starts the app by itself.
    pub checks: Offered,
}

/// What a closed Twoken can do for this person, here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Nothing: this browser starts no app that is closed.
    Never,
    /// Nothing, because nobody wants it.
    Unwanted,
    /// Nothing, because the browser does not allow it.
    NotAllowed,
    /// Nothing: the app lock is on, and nobody is there to open it.
    Locked,
    /// It checks when the browser likes.
    NowAndThen,
}

/// What came of an errand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Errands {
    /// Whether something is left that the browser may try again.
    pub left: bool,
    /// Whether there is something to show that was not there before, and the person wants to be told.
    pub news: Option<Language>,
}

impl App {
    /// What a closed Twoken can do.
    #[must_use]
    pub fn closed(self) -> Closed {
        let wanted = self.settings.with(|settings| settings.background);
        match (self.background.get().checks, wanted) {
            (Offered::No, _) => Closed::Never,
            (_, false) => Closed::Unwanted,
            (_, true) if self.lock.get() => Closed::Locked,
            (Offered::NotHere, true) => Closed::NotAllowed,
            (Offered::Yes, true) => Closed::NowAndThen,
        }
    }

    /// Whether the person wants to be told, and the browser does not let it: it was refused, or taken back since.
    #[must_use]
    pub fn is_muted(self) -> bool {
        self.settings.with(|settings| settings.notify)
            && self.background.get().notifications != Permission::Granted
    }

    /// Whether to tell of something new outside the app. The browser asks the person now, where nobody has asked.
    pub fn set_notify(self, notify: bool) {
        self.change_settings(|settings| settings.notify = notify);
        spawn_local(async move {
            if notify && notification::permission() == Permission::Unasked {
                notification::ask().await;
            }
            self.look_at_background().await;
        });
    }

    /// Whether a closed Twoken checks, where the browser lets it.
    pub fn set_background(self, background: bool) {
        self.change_settings(|settings| settings.background = background);
        spawn_local(self.look_at_background());
    }

    /// Asks the browser what it does now, and tells it what is wanted. What was allowed once may not be any more.
    pub(super) async fn look_at_background(self) {
        let checks = background::offered().await;
        self.cells.background.set(Background { notifications: notification::permission(), checks });
        let wanted = self.settings.with_untracked(checks_closed) && !self.lock.get_untracked();
        if self.cells.holds.get_value() && checks != Offered::No {
            background::want_checks(wanted && checks == Offered::Yes).await;
        }
    }

    /// The page came to the front, or left it.
    pub(super) fn look_or_leave(self, visible: bool) {
        if self.ready.with_untracked(|ready| *ready != Ready::Ready) {
            return;
        }
        if visible {
            spawn_local(self.look_at_background());
            self.mark_seen();
        } else {
            self.leave_report();
        }
    }

    /// A report that waits is left to the browser, should the app be closed before a network is back.
    pub(super) fn leave_report(self) {
        if self.has_waiting() {
            spawn_local(background::want_sending());
        }
    }

    /// Home, an exposure, or what was counted is seen: what pointed there goes.
    pub(super) fn mark_seen(self) {
        use super::Place::{Counts, Exposure, Home};
        if self.place.with_untracked(|place| matches!(place, Home | Exposure(_) | Counts)) {
            spawn_local(notification::seen());
        }
    }

    /// Something new was found. Who looks at it needs to be told nothing.
    pub(super) fn note_news(self) {
        if !visibility::visible() && self.settings.with_untracked(|settings| settings.notify) {
            self.cells.news.update(|news| *news = news.wrapping_add(1));
        }
    }

    /// The browser has cleared the diary, and left that there was one.
    pub(super) fn look_for_loss(self) {
        self.cells.lost.set(service_worker::is_at_work());
    }

    fn has_waiting(self) -> bool {
        self.cells.sending.with_value(|sending| matches!(sending, Some(OutgoingRecord::Waiting(_))))
    }

    /// Does what the browser has started this program for, without a page. `self` is new, and of no use afterwards.
    pub async fn run_errand(self, errand: Errand, hands: Hands) -> Errands {
        // What is resumed while reading waits for its turn.
        self.cells.hands.set_value(None);
        // A window does all of this by itself.
        let Some(held) = self.stand_in().await else {
            return Errands { left: errand == Errand::Send, news: None };
        };
        let done = self.run_alone(errand, hands).await.unwrap_or_default();
        while self.cells.storing.get_value() > 0 {
            clock::sleep_ms(STORING_MS).await;
        }
        self.go_elsewhere();
        drop(held);
        done
    }

    /// None where nothing is to be done: nobody has agreed to it, or the records cannot be read, be it because they are locked. They
    /// are left as they are.
    async fn run_alone(self, errand: Errand, hands: Hands) -> Option<Errands> {
        let stored = Storage::open(storage::DATABASE).await.ok()?;
        let settings = records::read_json::<Settings>(&stored, Store::Settings, records::SETTINGS).await;
        stored.close();
        let settings = settings.ok()??;
        settings.consent.as_ref()?;
        if errand == Errand::Check && !checks_closed(&settings) {
            return None;
        }
        let stored = Storage::open(storage::DATABASE).await.ok()?;
        self.read_everything(stored, false).await.ok()?;
        let before = self.known_exposures();
        if errand == Errand::Check && self.is_due(clock::now()) {
            self.check_now();
            let run = self.cells.check_run.get_value();
            if !clock::within(CHECK_MS, hands(self, Work::Check(run))).await {
                self.abandon_check();
            }
        }
        if self.has_waiting() {
            clock::within(SEND_MS, hands(self, Work::Send)).await;
        }
        let is_mine = self.cells.holds.get_value();
        let found = self.check.with_untracked(|check| check.found > 0) || self.known_exposures() > before;
        let news = (is_mine && found && settings.notify).then_some(settings.language);
        Some(Errands { left: is_mine && self.has_waiting(), news })
    }

    /// Whether the last check is as old as one that an open app would repeat.
    fn is_due(self, now: Timestamp) -> bool {
        let until = self.cells.check.with_untracked(|check| check.checked_until);
        until.is_none_or(|until| now.since(until) >= self.check_seconds())
    }

    /// What could not be stored is found once more by the next check; told it is all the same.
    fn known_exposures(self) -> usize {
        self.diary.with_untracked(|diary| diary.iter().filter(|row| row.exposure.is_some()).count())
    }
}

/// Whether the person wants checks while the app is closed: who checks by hand wants none.
fn checks_closed(settings: &Settings) -> bool {
    settings.background && settings.consent.as_ref().is_some_and(|consent| consent.check_hourly)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Consent;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn who_checks_by_hand_or_has_not_agreed_is_not_checked_for() {
        let consent = |check_hourly| Some(Consent { given_at: Timestamp::new(1), check_hourly });
        let wanted =
            |consent, background| checks_closed(&Settings { consent, background, ..Settings::default() });
        assert!(wanted(consent(true), true));
        assert!(!wanted(consent(true), false) && !wanted(consent(false), true) && !wanted(None, true));
    }
}
