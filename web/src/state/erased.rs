//! Deleting everything, and bringing it back.
//!
//! Everything leaves the device at once: the database, the app's files, whatever works. For ten seconds this page alone holds
//! the records, in memory, and can write them back; then, or when it is closed before, they are gone for good. Nothing is
//! asked of the server meanwhile.

use super::work::Work;
use super::{App, Ready, StorageProblem};
use crate::platform::storage::{self, Change, DataKey, Lock, Storage, Store};
use crate::platform::{clock, history, service_worker};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::units::Timestamp;
use zeroize::Zeroize;

/// For how long everything can be brought back.
const UNDO_SECONDS: u64 = 10;

/// Every record, as it was stored. Wiped when it is let go of: keys are among them.
pub(super) struct Erased {
    records: Vec<(Store, String, Vec<u8>)>,
    lock: Option<(Lock, DataKey)>,
}

impl Erased {
    fn changes(&self) -> Vec<Change> {
        self.records
            .iter()
            .map(|(store, key, bytes)| Change::Put(*store, key.clone(), bytes.clone()))
            .collect()
    }
}

impl Drop for Erased {
    fn drop(&mut self) {
        self.records.iter_mut().for_each(|(_, _, bytes)| bytes.zeroize());
    }
}

impl App {
    /// Deletes every record on this device at once. For ten seconds it can be brought back.
    pub fn delete_everything(self) {
        let storage = self.cells.storage.try_update_value(Option::take).flatten();
        spawn_local(async move {
            let Some(storage) = storage else {
                // It could not even be opened: there is nothing to bring back.
                return self.erase_unopened().await;
            };
            // What cannot be read is deleted all the same: it cannot be brought back then.
            let kept = storage.everything().await.unwrap_or_default();
            let lock = storage.lock_and_key();
            // From here on nothing is stored or sent any more.
            self.cells.ready.set(Ready::Erased { until: None });
            self.forget_all();
            if let Err(problem) = storage.delete(storage::DATABASE).await {
                if problem == StorageProblem::Taken {
                    return self.go_elsewhere();
                }
                // It is all still there.
                self.cells.unstored.set(Some(problem));
                return self.retry_boot();
            }
            let nothing = kept.is_empty();
            if !nothing {
                self.can_be_undone(Erased { records: kept, lock });
            }
            service_worker::remove().await;
            if nothing {
                self.begin_anew();
            }
        });
    }

    fn can_be_undone(self, erased: Erased) {
        self.cells.erased.set_value(Some(erased));
        self.cells.ready.set(Ready::Erased { until: Some(clock::now().plus(UNDO_SECONDS)) });
    }

    async fn erase_unopened(self) {
        if let Err(problem) = storage::erase(storage::DATABASE).await {
            return self.cells.ready.set(Ready::Broken(problem));
        }
        service_worker::remove().await;
        self.begin_anew();
    }

    /// Writes everything back, and starts with it.
    pub fn undo_delete_everything(self) {
        self.have_done(Work::BringBack);
    }

    pub(super) async fn bring_back(self) {
        // Nobody else has it meanwhile: its time cannot end in the middle.
        let Some(erased) = self.cells.erased.try_update_value(Option::take).flatten() else {
            return;
        };
        self.cells.ready.set(Ready::Erased { until: None });
        // The same passphrase opens it as before.
        let written = match Storage::begin_with(storage::DATABASE, erased.lock.clone()).await {
            Ok(storage) => storage.write(erased.changes()).await,
            Err(problem) => Err(problem),
        };
        match written {
            Ok(()) => history::reload(),
            Err(problem) => {
                self.can_be_undone(erased);
                self.cells.unstored.set(Some(problem));
            }
        }
    }

    /// Lets go of it for good, and starts as if for the first time.
    pub fn begin_anew(self) {
        self.cells.erased.set_value(None);
        history::restart();
    }

    pub(super) fn is_erased(self) -> bool {
        self.ready.with_untracked(|ready| matches!(ready, Ready::Erased { .. }))
    }

    /// Lets go of it once its time is over.
    pub(super) fn forget_erased(self, now: Timestamp) {
        let over = |ready: &Ready| matches!(ready, Ready::Erased { until: Some(until) } if *until <= now);
        if self.ready.with_untracked(over) {
            self.begin_anew();
        }
    }
}
