//! What happens before anything is shown: the fragment leaves the history, this window becomes the
//! one in use, expired keys are erased, and then everything is read from the device.

use super::place;
use super::records::{self, OutgoingRecord};
use super::report::{DraftRecord, ReportDraft};
use super::settings::show_theme;
use super::work::Work;
use super::{App, MeetProblem, StorageProblem};
use crate::platform::locks::Ask;
use crate::platform::storage::{self, Change, Storage, Store};
use crate::platform::{clock, crypto, history, network, visibility, wake_lock};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::beacon::{Fragment, Scanned};
use twoken_core::encounter::{How, KeyRing};
use twoken_core::units::Timestamp;

/// How far the app has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ready {
    /// The device's records are being read.
    Loading,
    /// The person has not agreed yet: nothing is stored, and the server is asked for nothing but
    /// its regions, and only if the person wants to see them.
    Welcome,
    /// Everything is there.
    Ready,
    /// Another window is the one in use. Nothing is kept, done or stored here.
    Elsewhere,
    /// Everything was just deleted. Until then it can be brought back from memory.
    Erased {
        /// Until when; none while it is still being deleted, or brought back.
        until: Option<Timestamp>,
    },
    /// The app lock is on: whoever knows the passphrase may come in.
    Locked,
    /// The records cannot be used. They are left as they are.
    Broken(StorageProblem),
}

/// What the app was opened with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// A person's code: it waits in memory to be confirmed.
    Meet,
    /// A TAN: it is in the draft now.
    Tan,
    /// Another server's address. It is named, never contacted unasked.
    Server(String),
    /// Something that cannot be read.
    Unreadable(MeetProblem),
}

impl App {
    /// Begins. `fragment` was taken out of the address before anything else.
    #[must_use]
    pub fn begin(fragment: Option<String>) -> Self {
        let app = Self::new();
        app.boot(fragment);
        app
    }

    /// Signals to read, and nothing behind them.
    #[must_use]
    pub fn unbegun() -> Self {
        Self::new()
    }

    fn boot(self, fragment: Option<String>) {
        if let Some(fragment) = fragment {
            self.arrive(&fragment);
        }
        // A reload comes back to the page it was asked on.
        self.cells.place.set(place::named(history::state()));
        self.follow_history();
        history::on_fragment(move |fragment| {
            // The entry that the fragment made is this page's.
            history::replace(&self.place.get_untracked().to_string());
            self.arrive(&fragment);
        });
        network::on_change(move |online| {
            self.cells.online.set(online);
            if online {
                self.forget_plan();
                self.retry_report();
                self.retry_decoys();
            }
        });
        let watch = visibility::on_change(move |visible| {
            // The browser takes the screen lock away with the page.
            if visible {
                wake_lock::hold_again();
                self.tick();
            }
            self.look_or_lock(visible);
            self.look_or_leave(visible);
        });
        // For as long as the page lives.
        core::mem::forget(watch);
        self.keep_draft();
        spawn_local(self.load(Ask::IfFree));
    }

    /// Tries again to read the device's records.
    pub fn retry_boot(self) {
        self.cells.ready.set(Ready::Loading);
        spawn_local(self.load(Ask::IfFree));
    }

    /// Makes this window the one in use; the one that was stops.
    pub fn use_here(self) {
        self.cells.ready.set(Ready::Loading);
        spawn_local(self.load(Ask::Steal));
    }

    /// The arrival was seen.
    pub fn dismiss_arrival(self) {
        self.cells.arrival.set(None);
    }

    /// The storage problem was read.
    pub fn dismiss_unstored(self) {
        self.cells.unstored.set(None);
    }

    pub(super) fn become_ready(self) {
        let welcomed = self.ready.with_untracked(|ready| *ready == Ready::Welcome);
        self.cells.ready.set(Ready::Ready);
        // Whoever has read Welcome to its end begins at the top.
        if welcomed {
            history::to_top();
        }
        self.tick();
        self.keep_app();
        spawn_local(self.look_at_background());
        self.mark_seen();
        if self.server.with_untracked(|server| server.config.is_none()) {
            self.load_server();
        }
    }

    /// Stores without waiting; what cannot be stored is said, and stays in memory.
    pub(super) fn store(self, changes: Vec<Change>) {
        if !changes.is_empty() {
            self.cells.storing.update_value(|storing| *storing += 1);
            spawn_local(async move {
                // Said by `write` already.
                let _ = self.write(changes).await;
                self.cells.storing.update_value(|storing| *storing = storing.saturating_sub(1));
            });
        }
    }

    /// Stores.
    ///
    /// Where that fails it is said, and what it concerned stays in memory; the first change that
    /// can be stored again takes everything else with it.
    ///
    /// # Errors
    /// As the storage says.
    pub(super) async fn write(self, changes: Vec<Change>) -> Result<(), StorageProblem> {
        if self.is_erased() {
            // What a work that is ending would still store is deleted, like all else.
            return Err(StorageProblem::Closed);
        }
        let changes = changes.into_iter().map(|change| self.own_change(change)).collect();
        let outcome = match self.opened().await {
            Ok(storage) => match storage.write(self.with_unsaved(changes)).await {
                Ok(()) => {
                    self.cells.unsaved.set_value(false);
                    if self.unstored.with_untracked(Option::is_some) {
                        self.cells.unstored.set(None);
                    }
                    return Ok(());
                }
                Err(problem) => problem,
            },
            Err(problem) => problem,
        };
        if outcome == StorageProblem::Taken {
            self.go_elsewhere();
            return Err(outcome);
        }
        self.cells.unsaved.set_value(true);
        self.cells.unstored.set(Some(outcome.clone()));
        Err(outcome)
    }

    /// The database; opened now where there was no room for it before.
    async fn opened(self) -> Result<Storage, StorageProblem> {
        if self.ready.with_untracked(|ready| *ready == Ready::Elsewhere) {
            return Err(StorageProblem::Taken);
        }
        if let Some(storage) = self.cells.storage.get_value() {
            return Ok(storage);
        }
        let storage = Storage::open(storage::DATABASE).await?;
        self.cells.storage.set_value(Some(storage.clone()));
        Ok(storage)
    }

    /// `changes`, after all that could not be stored before.
    pub(super) fn with_unsaved(self, changes: Vec<Change>) -> Vec<Change> {
        if !self.cells.unsaved.get_value() {
            return changes;
        }
        let settings = self
            .settings
            .with_untracked(|settings| records::put_json(Store::Settings, records::SETTINGS, settings));
        let diary =
            self.diary.with_untracked(|diary| diary.iter().map(records::put_encounter).collect::<Vec<_>>());
        // What was deleted meanwhile must not stay, nor keys whose time was over meanwhile.
        let mut all =
            vec![settings, Change::Clear(Store::Diary), self.emissions_change(), self.withheld_change()];
        all.extend(self.ring_change(clock::now()));
        all.extend(diary);
        all.extend(self.all_of_servers());
        all.extend(changes);
        all
    }

    async fn load(self, ask: Ask) {
        let Some(claim) = self.become_the_one(ask).await else {
            return self.cells.ready.set(Ready::Elsewhere);
        };
        self.cells.ticking.set_value(Some(clock::every_second(move || self.tick())));
        self.enter(Storage::open(storage::DATABASE).await, claim).await;
    }

    /// Goes in with the database, where it was opened.
    pub(super) async fn enter(self, opened: Result<Storage, StorageProblem>, claim: bool) {
        let read = match opened {
            Ok(storage) => self.read_everything(storage, claim).await,
            Err(problem) => Err(problem),
        };
        match read {
            Ok(()) if self.settings.with_untracked(|settings| settings.consent.is_some()) => {
                self.become_ready();
            }
            // Nothing is asked of the server before the person agrees, or asks for its regions.
            Ok(()) => {
                self.look_for_loss();
                self.cells.ready.set(Ready::Welcome);
            }
            // Nothing is there yet, and there is no room for it: the app works all the same, for
            // as long as it stays open.
            Err(StorageProblem::Full) if self.cells.storage.with_value(Option::is_none) => {
                self.cells.unsaved.set_value(true);
                self.cells.unstored.set(Some(StorageProblem::Full));
                self.cells.ready.set(Ready::Welcome);
            }
            Err(StorageProblem::Locked) => {
                self.cells.ready.set(Ready::Locked);
                self.expire_locked_keys(clock::now());
            }
            Err(problem) => self.cells.ready.set(Ready::Broken(problem)),
        }
    }

    pub(super) async fn read_everything(self, storage: Storage, claim: bool) -> Result<(), StorageProblem> {
        self.cells.lock.set(storage.has_lock());
        if claim {
            // A device too full for this still has the lock, where there is one.
            let _ = storage.claim().await;
        }
        self.cells.storage.set_value(Some(storage.clone()));
        // Before all else: what must not be there any more.
        self.restore_ring(&storage).await?;
        if let Some(settings) = records::read_json(&storage, Store::Settings, records::SETTINGS).await? {
            self.cells.settings.set(settings);
        }
        show_theme(self.settings.with_untracked(|settings| settings.theme));
        self.cells.diary.set(records::read_diary(&storage).await?);
        self.restore_emissions(&storage).await?;
        self.sweep(clock::now());
        self.restore_servers().await?;
        self.restore_studies(&storage).await?;
        self.restore_draft(&storage).await;
        // A TAN kept for a second try that cannot be read is of no use either.
        let held =
            records::read_json::<records::PendingRecord>(&storage, Store::Outgoing, records::HELD).await;
        self.cells.held_since.set_value(held.ok().flatten().map(|held| held.made_at));
        // Nor are decoys that cannot be read.
        let decoys = records::read_json(&storage, Store::Outgoing, records::DECOYS).await;
        self.restore_decoys(decoys.ok().flatten().unwrap_or_default());
        if let Some(record) =
            records::read_json::<OutgoingRecord>(&storage, Store::Outgoing, records::REPORT).await?
        {
            self.resume_report(record);
        }
        Ok(())
    }

    /// Takes over my keys, without those whose grace is over.
    async fn restore_ring(self, storage: &Storage) -> Result<(), StorageProblem> {
        let now = clock::now();
        let stored = storage.get(Store::Keys, records::RING).await?;
        // A ring that cannot be read is of no use to anybody, and is replaced.
        let ring = stored.as_deref().and_then(|bytes| KeyRing::from_bytes(bytes).ok());
        let mut ring = ring.unwrap_or_default();
        // Somebody may still hold what these were shown for.
        let needed = ring.beacon(now).is_some() || ring.expires_at().is_some_and(|at| at > now);
        ring.advance(now, &mut crypto::rng());
        self.cells.ring.set_value(ring);
        if needed {
            self.keep_keys();
        }
        if stored.is_some() {
            self.store_ring(now);
        }
        Ok(())
    }

    async fn restore_draft(self, storage: &Storage) {
        let record = records::read_json::<DraftRecord>(storage, Store::Draft, records::DRAFT).await;
        // A draft that cannot be read is begun anew; nothing was sent of it.
        let Some(record) = record.ok().flatten() else {
            return;
        };
        self.cells.draft_touched.set_value(Some(record.touched.unwrap_or_else(clock::now)));
        let mut draft = ReportDraft::from(record);
        // What the link brought is newer than what was typed before.
        let arrived = self.draft.with_untracked(|draft| draft.tan.clone());
        if !arrived.is_empty() {
            draft.take_tan(arrived);
        }
        self.draft.set(draft);
    }

    /// Stores the draft whenever it changes, once the stored one was read.
    fn keep_draft(self) {
        Effect::watch(
            move || self.draft.get(),
            move |draft, _, _| {
                if self.ready.with_untracked(|ready| *ready != Ready::Ready) {
                    return;
                }
                let now = clock::now();
                let empty = *draft == ReportDraft::default();
                self.cells.draft_touched.set_value((!empty).then_some(now));
                self.store(vec![if empty {
                    Change::Clear(Store::Draft)
                } else {
                    records::put_json(Store::Draft, records::DRAFT, &DraftRecord::of(draft, now))
                }]);
            },
            false,
        );
    }

    /// Once a second, and whenever the page comes back to the front.
    fn tick(self) {
        let now = clock::now();
        if self.now.get_untracked() != now {
            self.cells.now.set(now);
        }
        if self.is_erased() {
            self.forget_erased(now);
            return;
        }
        match self.ready.get_untracked() {
            Ready::Locked => return self.expire_locked_keys(now),
            Ready::Ready => self.lock_when_due(now),
            _ => {}
        }
        if self
            .ready
            .with_untracked(|ready| !matches!(ready, Ready::Loading | Ready::Elsewhere | Ready::Locked))
        {
            self.sweep(now);
            self.sweep_emissions(now);
            self.drop_expired_keys(now);
            self.expire_reports(now);
            self.servers().into_iter().for_each(|app| app.expire_day_sets(now));
            if self.has_lost_sources() {
                self.have_done(Work::Sources);
            }
            self.sweep_removed(now);
        }
        if self.ready.with_untracked(|ready| *ready == Ready::Ready) {
            self.renew(now);
            self.check_when_due(now);
            self.send_when_due(now);
            self.tell_studies_when_due(now);
            self.cover_when_due();
            self.look_for_newer(now);
        }
    }

    /// A fragment that a link brought, already out of the history.
    fn arrive(self, fragment: &str) {
        let arrival = match Scanned::parse(fragment) {
            Ok(Scanned { origin, what }) => match what {
                Fragment::Meet(payload) => {
                    self.hold(*payload, origin, How::Link);
                    Arrival::Meet
                }
                Fragment::Tan(tan) => {
                    let shown = tan.display().to_string();
                    self.draft.update(|draft| draft.take_tan(shown));
                    Arrival::Tan
                }
                Fragment::Server(server) => Arrival::Server(server),
            },
            Err(error) => Arrival::Unreadable(error.into()),
        };
        if !matches!(arrival, Arrival::Unreadable(_)) {
            self.hold_for_app(fragment);
        }
        self.cells.arrival.set(Some(arrival));
    }

    /// Before consent nothing renews the keys, but what has expired goes all the same.
    fn drop_expired_keys(self, now: Timestamp) {
        let until = self.cells.shown_until.get_value();
        if until != Timestamp::default() && until <= now {
            self.cells.shown_until.set_value(Timestamp::default());
            self.store_ring(now);
        }
    }
}
