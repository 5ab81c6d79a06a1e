//! One-way: emissions beside my code, so that people can be warned whom I never scanned.
//!
//! Off until the person says so, since whoever photographs the code can learn later of a report. What was emitted is
//! stored before it is shown: an interval that is not in the record cannot be reported, and one that nobody saw must not be.

use super::{App, StorageProblem, records};
use crate::platform::storage::{Change, Storage, Store};
use crate::platform::{clock, crypto, visibility};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeSet;
use twoken_core::beacon::Payload;
use twoken_core::diary::{Diary, Encounter};
use twoken_core::redaction::{self, Counts, Redaction};
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
    /// Around a deleted encounter: nothing is emitted in these any more, or they would be in a report again. Stored until
    /// they are over.
    withheld: BTreeSet<Interval>,
}

/// What a deletion has taken back, should it be undone.
#[derive(Clone, Debug, Default)]
pub(super) struct Withdrawn {
    /// Intervals in which something was shown.
    shown: Vec<Interval>,
    /// Intervals in which nothing is emitted any more on its account.
    withheld: Vec<Interval>,
}

impl App {
    /// Whether others may hear me one-way.
    pub fn set_one_way(self, wanted: bool) {
        self.change_settings(|settings| {
            settings.one_way = wanted;
            settings.since.one_way = wanted.then(clock::now);
        });
        self.renew(clock::now());
    }

    /// My code as it is shown now: with an emission once it is certain to be remembered.
    pub(super) fn with_emission(self, payload: Payload, now: Timestamp) -> Payload {
        // A page in the background shows nothing to anybody.
        if !self.settings.with_untracked(|settings| settings.one_way) || !visibility::visible() {
            return payload;
        }
        let interval = now.interval();
        let emission = self.cells.one_way.try_update_value(|one_way| {
            if one_way.withheld.contains(&interval) {
                return None;
            }
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
            } else {
                // Nobody has seen it.
                one_way.emissions.withdraw([interval]);
            }
        });
    }

    /// Takes over what was emitted before.
    ///
    /// # Errors
    /// `Damaged` where it cannot be read; else as the storage says.
    pub(super) async fn restore_emissions(self, storage: &Storage) -> Result<(), StorageProblem> {
        let stored = storage.get(Store::Emissions, records::EMISSIONS).await?;
        let emissions = stored.map(|bytes| Emissions::from_bytes(&bytes)).transpose();
        let emissions = emissions.map_err(|_| StorageProblem::Damaged)?.unwrap_or_default();
        let withheld =
            records::read_json(storage, Store::Emissions, records::WITHHELD).await?.unwrap_or_default();
        self.cells.one_way.set_value(OneWay { emissions, withheld, ..OneWay::default() });
        Ok(())
    }

    /// Erases day keys past retention, and what is withheld of times that are over.
    pub(super) fn sweep_emissions(self, now: Timestamp) {
        let over = self.cells.one_way.try_update_value(|one_way| one_way.sweep_withheld(now));
        if over.unwrap_or_default() {
            self.store(vec![self.withheld_change()]);
        }
        if self.cells.one_way.try_update_value(|one_way| one_way.emissions.sweep(now)).unwrap_or_default() {
            self.store_emissions();
        }
    }

    /// Takes the time around deleted encounters, and `more` of it, out of what can be reported one-way; gives what that was,
    /// should they come back.
    pub(super) fn withdraw(self, encounters: &[&Encounter], more: &BTreeSet<Interval>) -> Withdrawn {
        let first = first_withheld(clock::now());
        let withdrawn = self.cells.one_way.try_update_value(|one_way| {
            let around = encounters.iter().flat_map(|encounter| redaction::intervals_around(encounter));
            let all: BTreeSet<Interval> = around.chain(more.iter().copied()).collect();
            let new = |interval: &&Interval| **interval >= first && one_way.withheld.insert(**interval);
            let withheld = all.iter().filter(new).copied().collect();
            Withdrawn { shown: one_way.emissions.withdraw(all), withheld }
        });
        let withdrawn = withdrawn.unwrap_or_default();
        self.store_withdrawn(&withdrawn);
        withdrawn
    }

    /// Puts back what was withdrawn.
    pub(super) fn restore_withdrawn(self, withdrawn: &Withdrawn) {
        self.cells.one_way.update_value(|one_way| {
            one_way.withheld.retain(|interval| !withdrawn.withheld.contains(interval));
            one_way.emissions.restore(&withdrawn.shown);
        });
        self.store_withdrawn(withdrawn);
    }

    fn store_withdrawn(self, withdrawn: &Withdrawn) {
        if !withdrawn.shown.is_empty() {
            self.store_emissions();
        }
        if !withdrawn.withheld.is_empty() {
            self.store(vec![self.withheld_change()]);
        }
    }

    /// What is withheld, as it is to be stored.
    pub(super) fn withheld_change(self) -> Change {
        self.cells.one_way.with_value(|one_way| match one_way.withheld.is_empty() {
            true => Change::Delete(Store::Emissions, records::WITHHELD.to_owned()),
            false => records::put_json(Store::Emissions, records::WITHHELD, &one_way.withheld),
        })
    }

    fn store_emissions(self) {
        self.store(vec![self.emissions_change()]);
    }

    /// What was emitted, as it is to be stored.
    pub(super) fn emissions_change(self) -> Change {
        let key = records::EMISSIONS.to_owned();
        self.with_emissions(|emissions| {
            if emissions.is_empty() {
                Change::Delete(Store::Emissions, key)
            } else {
                Change::Put(Store::Emissions, key, emissions.to_bytes().to_vec())
            }
        })
    }

    /// The intervals in which my code let others hear me one-way, ascending.
    #[must_use]
    pub fn emitted(self) -> Vec<Interval> {
        self.with_emissions(|emissions| emissions.shown().collect())
    }

    /// Those of them that a report would share.
    #[must_use]
    pub fn emitted_shared(self, diary: &Diary, redaction: &Redaction) -> BTreeSet<Interval> {
        self.with_emissions(|emissions| redaction.shared_intervals(diary, emissions))
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

impl OneWay {
    /// Lets go of what is withheld of times that are over. True when there was any.
    fn sweep_withheld(&mut self, now: Timestamp) -> bool {
        let (before, first) = (self.withheld.len(), first_withheld(now));
        self.withheld.retain(|interval| *interval >= first);
        self.withheld.len() != before
    }
}

/// The first interval in which something could yet be emitted, by a clock that is set back a little. A longer memory would
/// tell when an encounter was that is deleted.
fn first_withheld(now: Timestamp) -> Interval {
    now.interval().previous()
}

#[cfg(test)]
mod tests {
    use super::*;
    use twoken_core::encounter::{How, KeyRing};
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn claim_19_nothing_is_emitted_again_around_a_deleted_encounter_unless_it_comes_back() {
        leptos::mount::mount_to_body(|| ());
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            app.cells.settings.update(|settings| settings.one_way = true);
            let (now, mut rng) = (clock::now(), crypto::rng());
            let (mut mine, mut theirs) = (KeyRing::new(), KeyRing::new());
            mine.advance(now, &mut rng);
            theirs.advance(now, &mut rng);
            let payload = theirs.payload(now).unwrap();
            let met = Encounter::new(mine.hear(&payload, now, How::Camera, &mut rng).unwrap());
            // It is stored as emitted in: from now on it is shown.
            app.cells.one_way.update_value(|one_way| one_way.stored = Some(now.interval()));
            let shown = || app.with_emission(payload.clone(), now).encode().len();
            let reported = || app.with_emissions(|emissions| emissions.shown().count());
            let bare = payload.encode().len();
            assert!(shown() > bare);
            let withdrawn = app.withdraw(&[&met], &BTreeSet::new());
            assert_eq!((shown(), reported()), (bare, 0));
            // The next interval is around it, too; and it outlives the app.
            let next = now.interval().next().start();
            assert_eq!(app.with_emission(payload.clone(), next).encode().len(), bare);
            assert!(matches!(app.withheld_change(), Change::Put(..)));
            app.restore_withdrawn(&withdrawn);
            assert!(shown() > bare);
            assert_eq!(reported(), 1);
            assert!(matches!(app.withheld_change(), Change::Delete(..)));
            // One that is long over withholds nothing that is yet to come, and is not remembered.
            let mut over = met.clone();
            (over.first_seen, over.last_seen) = (now.minus(7_200), now.minus(7_200));
            app.withdraw(&[&over], &BTreeSet::new());
            assert!(shown() > bare);
            assert!(matches!(app.withheld_change(), Change::Delete(..)));
            let swept = app.cells.one_way.try_update_value(|one_way| {
                one_way.withheld.insert(now.interval());
                (one_way.sweep_withheld(now), one_way.sweep_withheld(now.plus(1_800)), one_way.withheld.len())
            });
            assert_eq!(swept, Some((false, true, 0)));
        });
        // What is still being stored may ask for it.
        core::mem::forget(owner);
    }

    #[wasm_bindgen_test]
    fn what_could_not_be_stored_of_it_goes_with_the_next_change() {
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            app.cells.one_way.update_value(|one_way| {
                one_way.emissions.emit(clock::now(), TxPower::SCREEN, &mut crypto::rng());
            });
            let record = app.with_emissions(|emissions| emissions.to_bytes().to_vec());
            let put = Change::Put(Store::Emissions, records::EMISSIONS.to_owned(), record);
            assert!(!app.with_unsaved(Vec::new()).contains(&put));
            app.cells.unsaved.set_value(true);
            assert!(app.with_unsaved(Vec::new()).contains(&put));
        });
    }
}
