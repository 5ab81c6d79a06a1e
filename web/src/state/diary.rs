//! The diary: editing, deleting, and bringing back.

use super::{App, records};
use crate::platform::storage::{Change, Store};
use leptos::prelude::*;
use twoken_core::diary::{Diary, Encounter, EncounterId, Error};
use twoken_core::matching::Match;
use twoken_core::units::{Interval, Minutes, RETENTION_DAYS, Timestamp};

/// For how long a deleted encounter can be brought back.
const UNDO_SECONDS: u64 = 10;

/// An encounter just deleted. It is off the device already; only this page still has it.
#[derive(Clone, Debug)]
pub struct Deleted {
    /// Which.
    pub id: EncounterId,
    /// Until when it can be brought back.
    pub until: Timestamp,
    pub(super) encounter: Encounter,
    /// The time around it, in which nothing can be reported one-way any more.
    pub(super) withdrawn: Vec<Interval>,
}

impl Deleted {
    /// What is found about it while it can be brought back comes back with it.
    pub(super) fn expose(&mut self, matches: &[Match]) {
        let mut alone = Diary::default();
        alone.insert(self.encounter.clone());
        alone.expose(matches);
        if let Some(encounter) = alone.remove(&self.id) {
            self.encounter = encounter;
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
        let mut removed = None;
        self.cells.diary.update(|diary| removed = diary.remove(&id));
        let Some(encounter) = removed else {
            return;
        };
        let until = self.now.get_untracked().plus(UNDO_SECONDS);
        let withdrawn = self.withdraw(&encounter);
        self.cells.deleted.set(Some(Deleted { id, until, encounter, withdrawn }));
        self.store(vec![Change::Delete(Store::Diary, id.to_string())]);
    }

    /// Brings the deleted encounter back.
    pub fn undo_delete(self) {
        let Some(deleted) = self.cells.deleted.get_untracked() else {
            return;
        };
        self.cells.deleted.set(None);
        let id = deleted.id;
        self.restore_withdrawn(&deleted.withdrawn);
        self.cells.diary.update(|diary| diary.insert(deleted.encounter));
        self.store_encounters(&[id]);
    }

    /// Lets go of a deleted encounter whose time is over, and of all that is too old.
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
            let changes = gone.iter().map(|id| Change::Delete(Store::Diary, id.to_string())).collect();
            self.store(changes);
            self.forget_labels();
        }
    }

    /// Stores encounters as they are now.
    pub(super) fn store_encounters(self, ids: &[EncounterId]) {
        let changes = self.cells.diary.with_untracked(|diary| puts(diary, ids));
        self.store(changes);
    }
}

/// The diary with an encounter that was deleted and may yet be brought back.
pub(super) fn with_deleted(mut diary: Diary, deleted: Option<&Deleted>) -> Diary {
    if let Some(deleted) = deleted {
        diary.insert(deleted.encounter.clone());
    }
    diary
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
mod tests {
    use super::*;
    use crate::platform::{clock, crypto};
    use twoken_core::batch::BatchId;
    use twoken_core::diary::Exposure;
    use twoken_core::encounter::{How, KeyRing};
    use twoken_core::matching::Matcher;
    use twoken_core::status::Degree;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// A diary with one encounter.
    fn met() -> (Diary, EncounterId) {
        let (mut mine, mut theirs) = (KeyRing::new(), KeyRing::new());
        let (now, mut rng) = (clock::now(), crypto::rng());
        mine.advance(now, &mut rng);
        theirs.advance(now, &mut rng);
        let payload = theirs.payload(now).unwrap();
        let heard = mine.hear(&payload, now, How::Camera, &mut rng).unwrap();
        let id = heard.id;
        let mut diary = Diary::default();
        diary.record(heard);
        (diary, id)
    }

    fn reported(encounter: EncounterId) -> Match {
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
            let (diary, id) = met();
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

    #[wasm_bindgen_test]
    fn a_check_sees_what_was_deleted_and_may_be_brought_back() {
        let (mut diary, id) = met();
        let encounter = diary.remove(&id).unwrap();
        let mut deleted = Deleted { id, until: clock::now(), encounter, withdrawn: Vec::new() };
        let none = Matcher::from_diary(&diary).to_bytes();
        let one = Matcher::from_diary(&with_deleted(diary, Some(&deleted))).to_bytes();
        assert!(one.len() > none.len());
        deleted.expose(&[reported(id)]);
        assert!(deleted.encounter.exposure.is_some());
    }
}
