//! A report that waits too long: what is past its time leaves it, and in the end it goes itself.
//!
//! As long as nothing of it was sent, the body may be made anew. Keys of days that the device keeps no longer are taken
//! out of it ([`UploadBody::without_keys_before`]); a server would refuse all of it for their sake. The permit that it may
//! have had was for other bytes, so the same TAN is redeemed the same way once more. From the first sending on the bytes
//! stay as they are, since they may have arrived. When no server accepts the week of its TAN any more, it is deleted.

use super::records::{self, Authority, OutgoingRecord, WaitingRecord};
use super::retry::Retry;
use super::sending::first_state;
use super::work::Work;
use super::{App, OutgoingState};
use crate::platform::storage::{Change, Store};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::tcn::{Cover, Emissions};
use twoken_core::units::{Day, Timestamp};
use twoken_core::wire::UploadBody;

/// What becomes of a waiting report.
#[derive(Debug)]
enum Fate {
    /// It goes on as it is.
    Same,
    /// It goes on with another body, of these bytes, without the keys of so many intervals.
    Anew(Vec<u8>, Option<Day>, usize),
    /// Nothing is left of it, or nobody would take it.
    Over,
}

impl App {
    /// Has what is past its time taken out of a waiting report, where there is something.
    pub(super) fn expire_waiting(self, now: Timestamp) {
        let is_due = self.cells.sending.with_value(
            |sending| matches!(sending, Some(OutgoingRecord::Waiting(record)) if is_due(record, now)),
        );
        if is_due {
            self.have_done(Work::Outdated);
        }
    }

    /// Takes it out.
    pub(super) fn take_outdated(self, now: Timestamp) {
        let fate = self.cells.sending.with_value(|sending| match sending {
            Some(OutgoingRecord::Waiting(record)) => fate(record, now),
            _ => Fate::Same,
        });
        match fate {
            Fate::Same => {}
            Fate::Anew(body, oldest_key, lost) => {
                if let Some(before) = self.current() {
                    let outdated = before.outdated + lost;
                    self.make_anew(WaitingRecord { body, oldest_key, outdated, ..before });
                }
            }
            Fate::Over => self.let_go(now),
        }
    }

    /// Goes on with another body. The permit or proof that there may have been was for other bytes: the same TAN is
    /// redeemed the same way once more, another proof is made.
    pub(super) fn make_anew(self, record: WaitingRecord) {
        let mut record = WaitingRecord { permit: None, not_before_ms: 0, ..record };
        if let Authority::Exposure(exposure) = &mut record.authority {
            exposure.proven = None;
        }
        self.cells.sending.set_value(Some(OutgoingRecord::Waiting(record.clone())));
        self.cells.retry.set_value(Retry::default());
        self.show(&record, first_state(&record));
        spawn_local(async move {
            // Nothing goes before it is stored that it does.
            let _ = self.keep(record).await;
            self.have_done(Work::Send);
        });
    }

    fn let_go(self, now: Timestamp) {
        let Some(record) = self.current() else { return };
        self.cells.sending.set_value(None);
        self.show(&WaitingRecord { begun: true, ..record.clone() }, OutgoingState::Outdated);
        let mut changes = vec![Change::Delete(Store::Outgoing, records::REPORT.to_owned())];
        if record.authority.holds_at(now) {
            changes.extend(self.hold_tan(&record));
        }
        self.store(changes);
    }
}

/// The first day that a cover has keys of.
pub(super) fn oldest_key(cover: &Cover) -> Option<Day> {
    cover.intervals().next().map(|interval| interval.day())
}

/// Whether nobody takes it any more, or it has keys that are past their time and may still be made anew.
fn is_due(record: &WaitingRecord, now: Timestamp) -> bool {
    let has_old_keys = record.oldest_key.is_some_and(|day| day < Emissions::oldest_day(now));
    !record.authority.holds_at(now) || !record.begun && has_old_keys
}

fn fate(record: &WaitingRecord, now: Timestamp) -> Fate {
    if !is_due(record, now) {
        return Fate::Same;
    }
    if !record.authority.holds_at(now) {
        return Fate::Over;
    }
    anew(record, Emissions::oldest_day(now)).unwrap_or(Fate::Over)
}

/// None where the stored body cannot be read: it would not be sent either.
fn anew(record: &WaitingRecord, oldest: Day) -> Option<Fate> {
    let body = UploadBody::from_bytes(record.body.clone()).ok()?;
    let Some(kept) = body.without_keys_before(oldest).ok()? else { return Some(Fate::Same) };
    let count = |cover: &Cover| cover.intervals().count();
    let (before, cover) = (body.cover().ok()?, kept.cover().ok()?);
    if cover.is_none() && record.entries == 0 {
        return Some(Fate::Over);
    }
    let lost = before.as_ref().map_or(0, count) - cover.as_ref().map_or(0, count);
    Some(Fate::Anew(kept.as_bytes().to_vec(), cover.as_ref().and_then(oldest_key), lost))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::crypto;
    use crate::state::records::PendingRecord;
    use twoken_core::diary::Diary;
    use twoken_core::redaction::Redaction;
    use twoken_core::status::{Degree, Status};
    use twoken_core::tcn::TxPower;
    use twoken_core::wire::{PinnedServer, SigningKey};

    const NOW: Timestamp = Timestamp::new(1_795_263_180);
    const DAY: u64 = 86_400;

    /// A report made now, with keys of these days ago.
    fn waiting(days: &[u64], entries: usize) -> WaitingRecord {
        let mut rng = crypto::rng();
        let mut emissions = Emissions::new();
        for days in days {
            emissions.emit(NOW.minus(days * DAY), TxPower::SCREEN, &mut rng);
        }
        let chosen = Redaction::default().apply_with(&Diary::default(), &emissions);
        let (status, region) = (Status::of_encounter(NOW.day(), None).unwrap(), "root".parse().unwrap());
        let body = UploadBody::build(&chosen, &status, &region, Degree::First, &mut rng).unwrap();
        let signing_key = SigningKey::generate(&mut rng).public();
        WaitingRecord {
            authority: Authority::Tan(PendingRecord {
                tan: String::new(),
                pending: Vec::new(),
                made_at: NOW,
                server: None,
            }),
            server: None,
            pinned: PinnedServer { signing_key, permit_key: String::new() },
            body: body.as_bytes().to_vec(),
            oldest_key: oldest_key(chosen.cover()),
            encounters: 0,
            entries,
            permit: None,
            not_before_ms: 0,
            begun: false,
            outdated: 0,
            taken_out: 0,
            reported: 0,
        }
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn keys_leave_it_when_their_days_are_over() {
        let record = waiting(&[13, 5], 0);
        assert!(matches!(fate(&record, NOW), Fate::Same));
        let Fate::Anew(body, oldest, lost) = fate(&record, NOW.plus(2 * DAY)) else {
            panic!("it stays as it is")
        };
        assert_eq!((oldest, lost), (Some(NOW.day().minus(5)), 1));
        let cover = UploadBody::from_bytes(body).unwrap().cover().unwrap().unwrap();
        assert_eq!(cover.check_time(NOW.plus(2 * DAY)), Ok(()));
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn what_may_have_arrived_stays_as_it_is() {
        let record = WaitingRecord { begun: true, ..waiting(&[13], 0) };
        assert!(matches!(fate(&record, NOW.plus(2 * DAY)), Fate::Same));
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn it_goes_when_nothing_is_left_or_nobody_takes_it() {
        assert!(matches!(fate(&waiting(&[13], 0), NOW.plus(2 * DAY)), Fate::Over));
        // With entries of encounters it goes on without keys.
        assert!(matches!(fate(&waiting(&[13], 1), NOW.plus(2 * DAY)), Fate::Anew(_, None, 1)));
        let begun = WaitingRecord { begun: true, ..waiting(&[0], 1) };
        assert!(matches!(fate(&begun, NOW.plus(15 * DAY)), Fate::Over), "its week is over");
    }
}
