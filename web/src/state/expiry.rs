//! What the device lets go of by itself, beside encounters and keys: nothing of a report stays longer
//! than it can be of use, and no private label outlives the encounters that bear it.
//!
//! | what | until |
//! | --- | --- |
//! | keys in a report of which nothing was sent yet | they are past retention ([`outdated`](super::outdated)) |
//! | a report on its way | no server accepts its week any more |
//! | a TAN and its blind, after a report was taken back or refused | no server accepts its week any more |
//! | a draft | 14 days after it was touched last |
//! | the note that a report was sent | 14 days later |
//! | a label offered again | the last encounter with it is gone |
//! | what was asked and found in private mode | the batches of that day are gone ([`day_sets`](super::day_sets)) |

use super::records::{self, OutgoingRecord};
use super::report::ReportDraft;
use super::{App, Settings};
use crate::platform::storage::{Change, Store};
use leptos::prelude::*;
use twoken_core::diary::Diary;
use twoken_core::units::{RETENTION_DAYS, Timestamp};

impl App {
    /// Lets go of what a report has left behind, when its time is over.
    pub(super) fn expire_reports(self, now: Timestamp) {
        self.expire_waiting(now);
        let held = self.cells.held_since.get_value();
        if held.is_some_and(|since| !since.week().is_accepted_at(now)) {
            self.cells.held_since.set_value(None);
            self.store(vec![Change::Delete(Store::Outgoing, records::HELD.to_owned())]);
        }
        if self.cells.draft_touched.get_value().is_some_and(|touched| is_over(touched, now)) {
            self.cells.draft_touched.set_value(None);
            self.draft.set(ReportDraft::default());
            self.store(vec![Change::Clear(Store::Draft)]);
        }
        let sent = self.cells.sending.with_value(|sending| match sending {
            Some(OutgoingRecord::Sent { at, .. }) => Some(*at),
            _ => None,
        });
        if sent.is_some_and(|at| is_over(at, now)) {
            self.forget_outgoing();
        }
    }

    /// Lets go of labels that no encounter bears any more.
    pub(super) fn forget_labels(self) {
        let mut kept = self.settings.get_untracked();
        self.diary.with_untracked(|diary| keep_labels_of(&mut kept, diary));
        if self.settings.with_untracked(|settings| *settings != kept) {
            self.change_settings(|settings| *settings = kept);
        }
    }
}

fn keep_labels_of(settings: &mut Settings, diary: &Diary) {
    settings.recent_labels.retain(|label| diary.iter().any(|row| row.label() == Some(label)));
}

/// Whether the retention time has passed since, counted in days as for encounters.
fn is_over(since: Timestamp, now: Timestamp) -> bool {
    since.day() < now.day().minus(RETENTION_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use twoken_core::units::Day;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn it_stays_for_the_day_and_fourteen_more() {
        let at = |day| Day::new(day).start();
        assert!(!is_over(at(20_000), at(20_000 + 14)));
        assert!(is_over(at(20_000), at(20_000 + 15)));
        // A clock put back lets nothing go.
        assert!(!is_over(at(20_000), at(19_000)));
    }

    #[wasm_bindgen_test]
    fn a_label_goes_with_the_last_encounter_that_bears_it() {
        let mut settings = Settings { recent_labels: vec!["work".to_owned()], ..Settings::default() };
        keep_labels_of(&mut settings, &Diary::default());
        assert!(settings.recent_labels.is_empty());
    }
}
