//! The page on which each exposure was found, and when those met were told of it: what a membership proof takes, kept
//! beside the diary's row and deleted with it.
//!
//! A row whose page is not kept is an exposure all the same; only a proof cannot be made of it.

use super::records::{self, text_bytes};
use super::{App, StorageProblem};
use crate::platform::storage::{Change, Storage, Store};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use twoken_core::diary::{Diary, EncounterId};
use twoken_core::matching::FoundOn;
use twoken_core::units::Timestamp;

/// By the encounter.
pub(super) type AllFound = BTreeMap<EncounterId, Found>;

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) on: FoundOn,
    /// When those met were told, if they were.
    pub(super) told: Option<Timestamp>,
}

/// How it is kept.
#[derive(Serialize, Deserialize)]
pub(super) struct FoundRecord {
    #[serde(with = "text_bytes")]
    page: Vec<u8>,
    #[serde(default)]
    told: Option<Timestamp>,
}

impl FoundRecord {
    /// What it is, where it can be read.
    pub(super) fn found(&self) -> Option<Found> {
        Some(Found { on: FoundOn::from_bytes(&self.page).ok()?, told: self.told })
    }
}

impl Found {
    /// What is stored of it.
    pub(super) fn put(&self) -> Change {
        let record = FoundRecord { page: self.on.to_bytes(), told: self.told };
        records::put_json(Store::Server, &key(&self.on.encounter), &record)
    }
}

/// Takes it out of the storage.
pub(super) fn delete(id: &EncounterId) -> Change {
    Change::Delete(Store::Server, key(id))
}

/// The name of its record.
fn key(id: &EncounterId) -> String {
    format!("found/{id}")
}

/// Whether a page is the one by which the diary's row is exposed now.
pub(super) fn is_of(diary: &Diary, on: &FoundOn) -> bool {
    let exposure = diary.get(&on.encounter).and_then(|row| row.exposure);
    exposure.is_some_and(|known| known.batch == on.page.batch && known.degree == on.page.degree)
}

impl App {
    /// Takes over what is stored, for the exposures in the diary.
    pub(super) async fn restore_found(self, storage: &Storage) -> Result<(), StorageProblem> {
        let exposed: Vec<_> = self.diary.with_untracked(|diary| {
            diary.iter().filter(|row| row.exposure.is_some()).map(|row| row.id).collect()
        });
        let mut all = AllFound::new();
        for id in exposed {
            // What cannot be read is of no use for a proof; the exposure stays.
            let Ok(Some(record)) =
                records::read_json::<FoundRecord>(storage, Store::Server, &self.own_key(&key(&id))).await
            else {
                continue;
            };
            if let Some(found) = record.found() {
                all.insert(id, found);
            }
        }
        self.cells.found.set(all);
        Ok(())
    }

    /// Keeps the pages by which rows are exposed now; gives the changes that store them.
    pub(super) fn keep_found(self, pages: Vec<FoundOn>) -> Vec<Change> {
        let mut changes = Vec::new();
        let new = self
            .diary
            .with_untracked(|diary| pages.iter().filter(|on| is_of(diary, on)).cloned().collect::<Vec<_>>());
        self.cells.found.update(|all| {
            for on in new {
                // The first page that has it: a row of several keys may stand on more than one.
                if all.get(&on.encounter).is_some_and(|known| known.on.page.batch == on.page.batch) {
                    continue;
                }
                let found = Found { told: None, on };
                changes.push(found.put());
                all.insert(found.on.encounter, found);
            }
        });
        self.cells.deleted.update(|deleted| {
            for row in deleted.iter_mut().flat_map(|deleted| &mut deleted.rows) {
                let mut alone = Diary::default();
                alone.insert(row.encounter.clone());
                if let Some(on) = pages.iter().find(|on| is_of(&alone, on)) {
                    row.found.retain(|(slot, _)| *slot != self.cells.slot);
                    row.found.push((self.cells.slot, Found { on: on.clone(), told: None }));
                }
            }
        });
        changes
    }

    /// Everything of it, for a storage that has nothing.
    pub(super) fn all_found(self) -> Vec<Change> {
        self.cells.found.with_untracked(|all| all.values().map(Found::put).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{clock, crypto};
    use crate::state::diary::tests::met;
    use twoken_core::batch::{Pool, SealedBatch, seal};
    use twoken_core::matching::{Matcher, Whole};
    use twoken_core::redaction::Redaction;
    use twoken_core::status::{Degree, Scheme, Status};
    use twoken_core::wire::{Digest, SigningKey};
    use wasm_bindgen_test::wasm_bindgen_test;

    /// What somebody reports of their own diary, sealed.
    fn sealed(reporter: &Diary, degree: Degree) -> SealedBatch {
        let mut rng = crypto::rng();
        let status = Status::of_encounter(clock::now().day(), None).unwrap();
        let entries = Redaction::default().apply(reporter).entries(&status, degree, &mut rng);
        let region = "root".parse().unwrap();
        let pool = Pool { region, scheme: Scheme::Encounter, degree, entries };
        let key = SigningKey::generate(&mut rng);
        seal(pool, clock::now(), Digest::of(b"config"), &key, 1, &mut rng).unwrap()
    }

    #[wasm_bindgen_test]
    fn the_page_goes_with_the_row_and_comes_back_with_it() {
        leptos::mount::mount_to_body(|| ());
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            let (mine, theirs, id) = met();
            app.cells.diary.set(mine.clone());
            let find = |degree| {
                let batch = sealed(&theirs, degree);
                let matcher = Matcher::from_diary(&mine);
                let mut whole = Whole::new(&matcher, batch.header.header()).unwrap();
                whole.feed(&batch.entries_file).unwrap();
                let pages = whole.found_on().to_vec();
                (pages, whole.finish(clock::now()).unwrap())
            };
            let kept = || app.cells.found.with_untracked(|all| all.get(&id).map(|found| found.on.clone()));
            let (second, matches) = find(Degree::Second);
            assert!(app.keep_found(second.clone()).is_empty(), "nothing is exposed by it yet");
            app.cells.diary.update(|diary| drop(diary.expose(&matches)));
            assert_eq!(app.keep_found(second.clone()).len(), 1);
            // The first degree takes its place, and not the other way round.
            let (first, matches) = find(Degree::First);
            app.cells.diary.update(|diary| drop(diary.expose(&matches)));
            assert_eq!(app.keep_found(first.clone()).len(), 1);
            assert!(app.keep_found(second).is_empty() && kept() == first.first().cloned());
            app.delete(id);
            assert!(kept().is_none());
            app.undo_delete();
            assert!(kept() == first.first().cloned());
        });
        // What is still being stored may ask for it.
        core::mem::forget(owner);
    }
}
