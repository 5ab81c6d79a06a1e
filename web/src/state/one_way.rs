//! One-way: emissions beside my code, so that people can be warned whom I never scanned.
//!
//! Off until the person says so, since whoever photographs the code can learn later of a report. What was emitted is
//! stored before it is shown: an interval that is not in the record cannot be reported, and one that nobody saw must not be.

use super::{App, StorageProblem, records};
use crate::platform::storage::{Change, Storage, Store};
use crate::platform::{clock, crypto};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::beacon::Payload;
use twoken_core::diary::Diary;
use twoken_core::redaction::{Counts, Redaction};
use twoken_core::tcn::{Emissions, TxPower};
use twoken_core::units::{Interval, Timestamp};

/// What was emitted, and up to where that is stored.
#[derive(Clone, Debug, Default)]
pub(super) struct OneWay {
    pub(super) emissions: Emissions,
    /// The interval that was stored last as emitted in.
    stored: Option<Interval>,
    /// The interval that is being stored.
    storing: Option<Interval>,
}

impl App {
    /// Whether others may hear me one-way.
    pub fn set_one_way(self, wanted: bool) {
        self.change_settings(|settings| settings.one_way = wanted);
        self.renew(clock::now());
    }

    /// My code as it is shown now: with an emission once it is certain to be remembered.
    pub(super) fn with_emission(self, payload: Payload, now: Timestamp) -> Payload {
        if !self.settings.with_untracked(|settings| settings.one_way) {
            return payload;
        }
        let interval = now.interval();
        let emission = self.cells.one_way.try_update_value(|one_way| {
            let known = one_way.stored == Some(interval);
            if !known && one_way.storing == Some(interval) {
                return None;
            }
            let emission = one_way.emissions.emit(now, TxPower::SCREEN, &mut crypto::rng());
            if known {
                return Some(emission);
            }
            one_way.storing = Some(interval);
            let record = one_way.emissions.to_bytes().to_vec();
            spawn_local(self.remember(interval, record));
            None
        });
        match emission.flatten() {
            Some(emission) => payload.with_emission(emission),
            None => payload,
        }
    }

    async fn remember(self, interval: Interval, record: Vec<u8>) {
        let put = Change::Put(Store::Emissions, records::EMISSIONS.to_owned(), record);
        let written = self.write(vec![put]).await;
        self.cells.one_way.try_update_value(|one_way| {
            one_way.storing = None;
            if written.is_ok() {
                one_way.stored = Some(interval);
            }
        });
    }

    /// Takes over what was emitted before.
    ///
    /// # Errors
    /// `Damaged` where it cannot be read; else as the storage says.
    pub(super) async fn restore_emissions(self, storage: &Storage) -> Result<(), StorageProblem> {
        let Some(bytes) = storage.get(Store::Emissions, records::EMISSIONS).await? else { return Ok(()) };
        let emissions = Emissions::from_bytes(&bytes).map_err(|_| StorageProblem::Damaged)?;
        self.cells.one_way.update_value(|one_way| one_way.emissions = emissions);
        Ok(())
    }

    /// Erases day keys past retention.
    pub(super) fn sweep_emissions(self, now: Timestamp) {
        let record = self.cells.one_way.try_update_value(|one_way| {
            one_way.emissions.sweep(now).then(|| one_way.emissions.to_bytes().to_vec())
        });
        if let Some(record) = record.flatten() {
            self.store(vec![Change::Put(Store::Emissions, records::EMISSIONS.to_owned(), record)]);
        }
    }

    /// The intervals in which my code let others hear me one-way, ascending.
    #[must_use]
    pub fn emitted(self) -> Vec<Interval> {
        self.with_emissions(|emissions| emissions.shown().collect())
    }

    /// How many of these a report would share, and how many not.
    #[must_use]
    pub fn emitted_counts(self, diary: &Diary, redaction: &Redaction) -> Counts {
        self.with_emissions(|emissions| {
            let shared = redaction.shared_intervals(diary, emissions).len();
            Counts { shared, left_out: emissions.shown().count() - shared }
        })
    }

    /// Looks at what was emitted.
    pub(super) fn with_emissions<T>(self, look: impl FnOnce(&Emissions) -> T) -> T {
        self.cells.one_way.with_value(|one_way| look(&one_way.emissions))
    }
}
