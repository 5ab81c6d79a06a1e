//! The diary: editing, deleting one or a range, and bringing back.

use super::found::{self, Found};
use super::one_way::Withdrawn;
use super::taken_out::{Before, InReport};
use super::{App, records};
use crate::platform::storage::{Change, Store};
use leptos::prelude::*;
use std::collections::BTreeSet;
use twoken_core::diary::{Diary, Encounter, EncounterId, Error};
use twoken_core::matching::Match;
use twoken_core::units::{Interval, Minutes, RETENTION_DAYS, Timestamp};

/// For how long a deleted encounter can be brought back.
const UNDO_SECONDS: u64 = 10;

/// What was recorded in a span of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Encounters that any of it was part of.
    pub ids: Vec<EncounterId>,
    /// Ten-minute intervals in which my code let others hear me one-way.
    pub intervals: BTreeSet<Interval>,
}

impl Recorded {
    /// Whether there is nothing to delete.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.intervals.is_empty()
    }
}

/// What was just deleted. It is off the device already; only this page still has it.
#[derive(Clone, Debug)]
pub struct Deleted {
    /// Until when it can be brought back.
    pub until: Timestamp,
    pub(super) rows: Vec<Gone>,
    /// What became of it in a report on its way.
    pub in_report: InReport,
    /// That report, as it was.
    pub(super) report: Option<Before>,
    /// The time around it, in which nothing can be reported one-way any more.
    pub(super) withdrawn: Withdrawn,
}

/// One encounter of that.
#[derive(Clone, Debug)]
pub(super) struct Gone {
    pub(super) encounter: Encounter,
    /// The pages by which it is exposed, by the server that has them.
    pub(super) found: Vec<(u8, Found)>,
}

impl Deleted {
    /// How many encounters.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn has(&self, id: &EncounterId) -> bool {
        self.rows.iter().any(|row| row.encounter.id == *id)
    }

    /// What is found about them while they can be brought back comes back with them.
    pub(super) fn expose(&mut self, matches: &[Match]) {
        for row in &mut self.rows {
            let mut alone = Diary::default();
            let id = row.encounter.id;
            alone.insert(row.encounter.clone());
            alone.expose(matches);
            if let Some(encounter) = alone.remove(&id) {
                row.encounter = encounter;
            }
        }
    }
}

impl App {
    /// Writes a person's own note, label and duration into an encounter.
    ///
    /// # Errors
    /// `NoteTooLong` and `LabelTooLong`; the encounter is unchanged then.
    pub fn edit(
        self,
        id: EncounterId,
        note: String,
        label: Option<String>,
        minutes: Option<Minutes>,
    ) -> Result<(), Error> {
        let label = label.map(|label| label.trim().to_owned()).filter(|label| !label.is_empty());
        let mut outcome = Ok(());
        self.cells.diary.update(|diary| {
            if let Some(encounter) = diary.get_mut(&id) {
                outcome = rewrite(encounter, note.trim(), label.as_deref(), minutes);
            }
        });
        outcome?;
        if let Some(label) = &label {
            self.change_settings(|settings| settings.remember_label(label));
        }
        self.store_encounters(&[id]);
        Ok(())
    }

    /// Deletes an encounter. For ten seconds it can be brought back.
    pub fn delete(self, id: EncounterId) {
        self.delete_recorded(&Recorded { ids: vec![id], intervals: BTreeSet::new() });
    }

    /// What was recorded from `from` to `to`, both included: what a deletion of that time takes.
    #[must_use]
    pub fn recorded_between(self, from: Timestamp, to: Timestamp) -> Recorded {
        let ids = self.diary.with(|diary| {
            let inside = diary.iter().filter(|row| row.first_seen <= to && row.last_seen >= from);
            inside.map(|row| row.id).collect()
        });
        let (first, last) = (from.interval(), to.interval());
        let shown = self.emitted().into_iter().filter(|shown| (first..=last).contains(shown));
        Recorded { ids, intervals: shown.collect() }
    }

    /// Deletes all of it, as one. For ten seconds it can be brought back.
    pub fn delete_recorded(self, recorded: &Recorded) {
        let mut removed = Vec::new();
        self.cells
            .diary
            .update(|diary| removed = recorded.ids.iter().filter_map(|id| diary.remove(id)).collect());
        if removed.is_empty() && recorded.intervals.is_empty() {
            return;
        }
        let until = self.now.get_untracked().plus(UNDO_SECONDS);
        let encounters: Vec<&Encounter> = removed.iter().collect();
        let withdrawn = self.withdraw(&encounters, &recorded.intervals);
        let (in_report, report) = self.take_out_of_report(&encounters, &recorded.intervals);
        let each = untrack(|| self.servers());
        self.home().store(removed.iter().flat_map(|row| deleted(&each, &row.id)).collect());
        let found = |id: &EncounterId| {
            let of = |app: &Self| Some((app.cells.slot, app.cells.found.try_update(|all| all.remove(id))??));
            each.iter().filter_map(of).collect()
        };
        let rows = removed.into_iter().map(|row| Gone { found: found(&row.id), encounter: row }).collect();
        self.cells.deleted.set(Some(Deleted { until, rows, in_report, report, withdrawn }));
    }

    /// Brings back what was deleted.
    pub fn undo_delete(self) {
        let Some(deleted) = self.cells.deleted.get_untracked() else {
            return;
        };
        self.cells.deleted.set(None);
        self.restore_withdrawn(&deleted.withdrawn);
        let ids: Vec<_> = deleted.rows.iter().map(|row| row.encounter.id).collect();
        let mut changes = Vec::new();
        let each = untrack(|| self.servers());
        for Gone { encounter, found } in deleted.rows {
            for (slot, found) in found {
                if let Some(app) = each.iter().find(|app| app.cells.slot == slot) {
                    changes.push(app.own_change(found.put()));
                    app.cells.found.update(|all| drop(all.insert(encounter.id, found)));
                }
            }
            self.cells.diary.update(|diary| diary.insert(encounter));
        }
        changes.extend(self.diary.with_untracked(|diary| puts(diary, &ids)));
        self.home().store(changes);
        if let Some(report) = deleted.report {
            self.put_into_report_again(report);
        }
    }

    /// Lets go of what was deleted once its time is over, and of all that is too old.
    pub(super) fn sweep(self, now: Timestamp) {
        let over =
            self.cells.deleted.with_untracked(|deleted| deleted.as_ref().is_some_and(|d| d.until <= now));
        if over {
            self.cells.deleted.set(None);
            self.forget_labels();
        }
        let oldest = now.day().minus(RETENTION_DAYS);
        let stale =
            self.cells.diary.with_untracked(|diary| diary.iter().any(|row| row.last_seen.day() < oldest));
        if stale {
            let mut gone = Vec::new();
            self.cells.diary.update(|diary| gone = diary.sweep(now));
            let each = untrack(|| self.servers());
            self.home().store(gone.iter().flat_map(|id| deleted(&each, id)).collect());
            for app in each {
                app.cells.found.update(|all| all.retain(|id, _| !gone.contains(id)));
            }
            self.forget_labels();
        }
    }

    /// Stores encounters as they are now.
    pub(super) fn store_encounters(self, ids: &[EncounterId]) {
        let changes = self.cells.diary.with_untracked(|diary| puts(diary, ids));
        self.store(changes);
    }
}

/// The diary with what was deleted and may yet be brought back.
pub(super) fn with_deleted(mut diary: Diary, deleted: Option<&Deleted>) -> Diary {
    for row in deleted.iter().flat_map(|deleted| &deleted.rows) {
        diary.insert(row.encounter.clone());
    }
    diary
}

/// Takes an encounter out of the storage, with what each server has of it.
fn deleted(each: &[App], id: &EncounterId) -> Vec<Change> {
    let found = each.iter().map(|app| app.own_change(found::delete(id)));
    core::iter::once(Change::Delete(Store::Diary, id.to_string())).chain(found).collect()
}

/// The records of `ids`, as far as they are in the diary.
pub(super) fn puts(diary: &Diary, ids: &[EncounterId]) -> Vec<Change> {
    ids.iter().filter_map(|id| diary.get(id)).map(records::put_encounter).collect()
}

/// All or nothing: a label too long must not leave a changed note behind.
fn rewrite(
    encounter: &mut Encounter,
    note: &str,
    label: Option<&str>,
    minutes: Option<Minutes>,
) -> Result<(), Error> {
    let mut changed = encounter.clone();
    changed.set_note(note)?;
    changed.set_label(label)?;
    changed.set_minutes(minutes);
    *encounter = changed;
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::platform::{clock, crypto};
    use crate::state::OutgoingState;
    use crate::state::records::{Authority, OutgoingRecord, PendingRecord, WaitingRecord};
    use twoken_core::batch::BatchId;
    use twoken_core::diary::Exposure;
    use twoken_core::encounter::{How, KeyRing};
    use twoken_core::matching::Matcher;
    use twoken_core::redaction::Redaction;
    use twoken_core::status::{Degree, Status};
    use twoken_core::tcn::TxPower;
    use twoken_core::wire::{PinnedServer, SigningKey, Upload, UploadBody};
    use wasm_bindgen_test::wasm_bindgen_test;

    /// Two diaries with one encounter, mine first, and its name in mine.
    pub(in crate::state) fn met() -> (Diary, Diary, EncounterId) {
        let (mut mine, mut theirs) = (KeyRing::new(), KeyRing::new());
        let (now, mut rng) = (clock::now(), crypto::rng());
        mine.advance(now, &mut rng);
        theirs.advance(now, &mut rng);
        let (shown, theirs_shown) = (mine.payload(now).unwrap(), theirs.payload(now).unwrap());
        let heard = mine.hear(&theirs_shown, now, How::Camera, &mut rng).unwrap();
        let id = heard.id;
        let (mut diary, mut other) = (Diary::default(), Diary::default());
        diary.record(heard);
        other.record(theirs.hear(&shown, now, How::Camera, &mut rng).unwrap());
        (diary, other, id)
    }

    pub(in crate::state) fn reported(encounter: EncounterId) -> Match {
        let (degree, test_day, onset, found_at) = (Degree::First, clock::now().day(), None, clock::now());
        let batch = BatchId::new([7; 16]);
        Match {
            encounter,
            exposure: Exposure { degree, test_day, onset, found_at, batch, doubt: None, seen: None },
            revealed: None,
        }
    }

    #[wasm_bindgen_test]
    fn what_is_left_out_stays_left_out_when_its_deletion_is_undone() {
        // Begins what carries out tasks.
        leptos::mount::mount_to_body(|| ());
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            let (diary, _, id) = met();
            app.cells.diary.set(diary);
            app.draft.update(|draft| draft.redaction.leave_out(id));
            app.delete(id);
            assert!(app.diary.with_untracked(Diary::is_empty));
            app.undo_delete();
            assert!(app.diary.with_untracked(|diary| diary.get(&id).is_some()));
            assert!(app.draft.with_untracked(|draft| draft.redaction.is_left_out(&id)));
        });
        // What is still being stored may ask for it.
        core::mem::forget(owner);
    }

    /// A report of all that is there, as it waits.
    pub(in crate::state) fn waiting(app: App) -> WaitingRecord {
        let (now, mut rng) = (clock::now(), crypto::rng());
        let chosen = app.chosen(&Redaction::default());
        let (status, region) = (Status::of_encounter(now.day(), None).unwrap(), "root".parse().unwrap());
        let body = UploadBody::build(&chosen, &status, &region, Degree::First, &mut rng).unwrap();
        let signing_key = SigningKey::generate(&mut rng).public();
        WaitingRecord {
            authority: Authority::Tan(PendingRecord {
                tan: String::new(),
                pending: Vec::new(),
                made_at: now,
                server: None,
            }),
            server: None,
            pinned: PinnedServer { signing_key, permit_key: String::new() },
            body: body.as_bytes().to_vec(),
            oldest_key: None,
            encounters: chosen.len(),
            entries: chosen.entries_len(),
            permit: Some(String::new()),
            not_before_ms: 0,
            begun: false,
            outdated: 0,
            taken_out: 0,
            reported: 0,
        }
    }

    #[wasm_bindgen_test]
    fn claim_19_what_is_deleted_leaves_a_report_that_waits_and_comes_back_into_it() {
        leptos::mount::mount_to_body(|| ());
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            let ((mut diary, _, id), (other, _, other_id)) = (met(), met());
            other.iter().for_each(|row| diary.insert(row.clone()));
            let tags_of = |id: &EncounterId| -> Vec<_> {
                let row = diary.get(id).unwrap();
                row.pairings().iter().map(|pairing| *pairing.reported_tag()).collect()
            };
            let (tags, others) = (tags_of(&id), tags_of(&other_id));
            app.cells.diary.set(diary.clone());
            app.cells.one_way.update_value(|one_way| {
                one_way.emissions.emit(clock::now(), TxPower::SCREEN, &mut crypto::rng());
            });
            let before = waiting(app);
            let wait = |record: &WaitingRecord| {
                app.cells.sending.set_value(Some(OutgoingRecord::Waiting(record.clone())));
            };
            let became =
                || app.deleted.with_untracked(|deleted| deleted.as_ref().map(|deleted| deleted.in_report));
            wait(&before);
            app.delete(id);
            assert_eq!(became(), Some(InReport::TakenOut));
            let record = app.current().unwrap();
            let upload = Upload::decode(&record.body).unwrap();
            assert!(upload.entries.iter().all(|entry| !tags.contains(&entry.tag)));
            assert!(upload.entries.iter().any(|entry| others.contains(&entry.tag)));
            // What was emitted around it went with it; the permit was for other bytes.
            assert!(upload.cover.is_none() && record.permit.is_none());
            assert_eq!((record.encounters, record.entries, record.taken_out), (1, others.len(), 1));
            app.undo_delete();
            assert_eq!(app.current().unwrap().body, before.body);
            // Without the other one nothing is left, until it comes back.
            app.delete(id);
            app.delete(other_id);
            assert!(app.current().is_none());
            let state = || app.outgoing.with_untracked(|outgoing| outgoing.as_ref().map(|o| o.state.clone()));
            assert_eq!(state(), Some(OutgoingState::Emptied));
            app.undo_delete();
            assert_eq!(app.current().unwrap().encounters, 1);
            // Of what may have arrived, nothing is taken out.
            app.cells.diary.set(diary.clone());
            wait(&WaitingRecord { begun: true, ..before.clone() });
            app.delete(id);
            assert_eq!(became(), Some(InReport::Stays));
            assert_eq!(app.current().unwrap().body, before.body);
            app.cells.sending.set_value(None);
            app.delete(other_id);
            assert_eq!(became(), Some(InReport::Not));
        });
        // What is still being stored may ask for it.
        core::mem::forget(owner);
    }

    #[wasm_bindgen_test]
    fn claim_19_a_range_leaves_a_report_that_waits_with_its_encounters_and_what_was_emitted() {
        leptos::mount::mount_to_body(|| ());
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            let ((mut diary, _, _), (other, _, _)) = (met(), met());
            other.iter().for_each(|row| diary.insert(row.clone()));
            app.cells.diary.set(diary);
            let now = clock::now();
            app.cells.one_way.update_value(|one_way| {
                one_way.emissions.emit(now, TxPower::SCREEN, &mut crypto::rng());
            });
            let before = waiting(app);
            app.cells.sending.set_value(Some(OutgoingRecord::Waiting(before.clone())));
            assert!(app.recorded_between(now.minus(7_200), now.minus(3_600)).is_empty());
            let recorded = app.recorded_between(now.minus(3_600), now.plus(60));
            assert_eq!((recorded.ids.len(), recorded.intervals.len()), (2, 1));
            app.delete_recorded(&recorded);
            assert!(app.diary.with_untracked(Diary::is_empty) && app.emitted().is_empty());
            assert_eq!(app.deleted.with_untracked(|deleted| deleted.as_ref().map(Deleted::count)), Some(2));
            assert!(app.current().is_none(), "nothing is left of the report");
            app.undo_delete();
            assert_eq!(app.diary.with_untracked(Diary::len), 2);
            assert_eq!(app.emitted().len(), 1);
            assert_eq!(app.current().unwrap().body, before.body);
        });
        // What is still being stored may ask for it.
        core::mem::forget(owner);
    }

    #[wasm_bindgen_test]
    fn a_check_sees_what_was_deleted_and_may_be_brought_back() {
        let (mut diary, _, id) = met();
        let encounter = diary.remove(&id).unwrap();
        let (in_report, report, withdrawn) = (InReport::Not, None, Withdrawn::default());
        let (until, rows) = (clock::now(), vec![Gone { encounter, found: Vec::new() }]);
        let mut deleted = Deleted { until, rows, in_report, report, withdrawn };
        let none = Matcher::from_diary(&diary).to_bytes();
        let one = Matcher::from_diary(&with_deleted(diary, Some(&deleted))).to_bytes();
        assert!(one.len() > none.len());
        deleted.expose(&[reported(id)]);
        assert!(deleted.rows.iter().all(|row| row.encounter.exposure.is_some()));
    }
}
