//! When what goes to studies goes, reports and withdrawals alike: none at a time that says which others are the same person's.
//!
//! Each waits for a random time of its own, drawn from the wait that the server's configuration asks for (0 to 30 minutes
//! unless it says otherwise). Between two of them lies a random gap of a tenth to a third of the longest wait: 3 to 10
//! minutes. An app is closed most of the time, so that much is overdue when it comes back: that draws anew, and of those
//! that are due any one goes first, whatever the order in which they were chosen.
//!
//! What the server still sees with each is an address and a connection (ADR 45).

use super::App;
use super::studies::StudyReport;
use super::work::Work;
use crate::platform::{clock, crypto};
use leptos::prelude::*;
use twoken_core::units::Timestamp;

/// The clock of a page that is open is looked at once a second; in the background browsers let that happen once a minute
/// (Chromium 88, "intensive throttling"). After a longer pause than two the app was closed, or asleep.
const ASLEEP_MS: u64 = 120_000;

/// Whose turn it is, for as long as the app is open.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Turns {
    /// When the clock was looked at last.
    seen_ms: u64,
    /// Nothing goes before.
    quiet_until_ms: u64,
}

impl Turns {
    /// Looks at the clock: true where the app was closed or asleep since the last time.
    const fn comes_back(&mut self, now_ms: u64) -> bool {
        let back = now_ms.saturating_sub(self.seen_ms) > ASLEEP_MS;
        self.seen_ms = now_ms;
        back
    }

    const fn is_quiet(&self, now_ms: u64) -> bool {
        now_ms < self.quiet_until_ms
    }
}

impl App {
    /// Sends what is due, or takes it back: one at a time, and then nothing for some minutes.
    pub(super) fn tell_studies_when_due(self, now: Timestamp) {
        self.let_go_of_studies(now);
        let now_ms = clock::now_ms();
        if self.cells.study_turns.try_update_value(|turns| turns.comes_back(now_ms)).unwrap_or_default() {
            self.draw_overdue_anew(now_ms);
        }
        if self.cells.telling_study.get_value() || self.cells.study_turns.get_value().is_quiet(now_ms) {
            return;
        }
        if self.cells.study_reports.with_untracked(|all| all.iter().any(|report| report.is_due(now_ms))) {
            self.have_done(Work::Tell);
        }
    }

    /// One of those that are due, and then the quiet after it.
    pub(super) async fn tell_any(self) {
        if self.cells.telling_study.get_value() {
            return;
        }
        let Some(report) = self.any_due(clock::now_ms()) else { return };
        self.cells.telling_study.set_value(true);
        if report.is_taken_back() {
            self.take_back_one(report).await;
        } else {
            self.tell_one(report).await;
        }
        let quiet_until_ms = clock::now_ms().saturating_add(self.random_gap_ms());
        self.cells.study_turns.update_value(|turns| turns.quiet_until_ms = quiet_until_ms);
        self.cells.telling_study.set_value(false);
    }

    /// Any one of those that are due, each as likely as another.
    fn any_due(self, now_ms: u64) -> Option<StudyReport> {
        let due = self.cells.study_reports.with_untracked(|all| {
            all.iter().filter(|report| report.is_due(now_ms)).cloned().collect::<Vec<_>>()
        });
        let last = u64::try_from(due.len()).ok()?.checked_sub(1)?;
        due.into_iter().nth(usize::try_from(crypto::uniform(0, last)).ok()?)
    }

    /// What was due while nobody could send it goes at other times, that have nothing to do with when the app was opened.
    fn draw_overdue_anew(self, now_ms: u64) {
        let any =
            self.cells.study_reports.with_untracked(|all| all.iter().any(|report| report.is_due(now_ms)));
        if any {
            self.cells.study_reports.update(|all| {
                for report in all.iter_mut().filter(|report| report.is_due(now_ms)) {
                    report.wait_until(now_ms.saturating_add(self.random_delay_ms()));
                }
            });
            self.store(vec![self.study_change()]);
        }
    }

    fn random_gap_ms(self) -> u64 {
        let longest_ms = u64::from(untrack(|| self.upload_wait())).saturating_mul(1_000);
        crypto::uniform(longest_ms / 10, longest_ms / 3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::studies::tests::{chosen, study};
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_pause_longer_than_a_background_page_has_is_noticed() {
        let mut turns = Turns::default();
        assert!(turns.comes_back(1_000_000), "it was closed");
        assert!(!turns.comes_back(1_060_000));
        assert!(turns.comes_back(1_060_000 + ASLEEP_MS + 1));
        assert!(!turns.comes_back(5), "a clock that is put back is no pause");
    }

    #[wasm_bindgen_test]
    fn what_is_overdue_when_the_app_comes_back_draws_anew_and_does_not_go_at_once() {
        leptos::mount::mount_to_body(|| ());
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            app.tell_study(&study(), "Title", &chosen(8));
            let overdue = || {
                app.cells.study_reports.update(|all| all.iter_mut().for_each(|report| report.wait_until(7)));
            };
            let times = || -> Vec<u64> {
                app.study_reports
                    .with_untracked(|all| all.iter().map(|report| report.not_before_ms).collect())
            };
            overdue();
            let before_ms = clock::now_ms();
            app.tell_studies_when_due(clock::now());
            let drawn = times();
            let longest_ms = u64::from(app.upload_wait()) * 1_000;
            assert!(drawn.iter().all(|at| (before_ms..=clock::now_ms() + longest_ms).contains(at)));
            let mut apart = drawn.clone();
            apart.sort_unstable();
            apart.dedup();
            assert_eq!(apart.len(), 8, "two of them share a time");
            assert_ne!(apart, drawn, "they go in the order of the choice");
            // Open all the while: one goes, and no other before a gap is over.
            overdue();
            app.cells.hands.set_value(None);
            app.tell_studies_when_due(clock::now());
            assert_eq!(app.cells.undone.get_value(), [Work::Tell]);
            assert!(times().iter().all(|at| *at == 7));
            app.cells.undone.set_value(Vec::new());
            let gap_ms = app.random_gap_ms();
            assert!((longest_ms / 10..=longest_ms / 3).contains(&gap_ms) && gap_ms >= 180_000);
            let quiet_until_ms = clock::now_ms() + gap_ms;
            app.cells.study_turns.update_value(|turns| turns.quiet_until_ms = quiet_until_ms);
            app.tell_studies_when_due(clock::now());
            assert_eq!(app.cells.undone.get_value(), [], "two went in a row");
        });
        // What is still being stored may ask for it.
        core::mem::forget(owner);
    }
}
