//! What hangs on one server, of two devices.

use super::contents::{Contents, OfServer};
use crate::platform::storage::{Change, Store};
use crate::state::App;
use crate::state::day_sets::Kept;
use crate::state::found::AllFound;
use crate::state::hits::ToldHits;
use crate::state::large::{self, LargeBatches};
use crate::state::records::{self, Checked, ServerRecord};
use crate::state::servers::{self, Joined};
use leptos::prelude::*;
use twoken_core::diary::Diary;
use twoken_core::wire::PinnedServer;

/// What it is with what was brought, and what stores that.
pub(super) struct OfServerHere {
    of: App,
    /// Where it comes along and is not known here yet.
    pub(super) joined: Option<Joined>,
    met: Option<ServerRecord>,
    kept: Kept,
    told: ToldHits,
    found: AllFound,
    /// Where all marks go.
    anew: Option<LargeBatches>,
    changes: Vec<Change>,
}

impl OfServer {
    /// The keys by which the other device knows it.
    pub(super) fn pinned(&self) -> Option<&PinnedServer> {
        self.server.as_ref().map(|server| &server.pinned)
    }
}

impl OfServerHere {
    pub(super) const fn asks_anew(&self) -> bool {
        self.anew.is_some()
    }

    /// Whether a check has asked for pages and did not come to its end.
    pub(super) fn is_in_the_middle(&self) -> bool {
        self.of.cells.large.with_value(|all| all.values().any(|one| one.begun().is_some()))
    }

    /// What stores it, under its name.
    pub(super) fn take_changes(&mut self) -> Vec<Change> {
        let changes = core::mem::take(&mut self.changes);
        let origin = self.joined.as_ref().map(|joined| joined.origin.clone());
        match origin.or_else(|| untrack(|| self.of.further_origin())) {
            Some(origin) => changes.into_iter().map(|change| servers::change_of(&origin, change)).collect(),
            None => changes,
        }
    }

    /// It is stored.
    pub(super) fn settle(self) {
        let cells = self.of.cells;
        if self.joined.is_some() {
            cells.joined.set(self.joined);
        }
        cells.found.set(self.found);
        if let Some(met) = self.met {
            self.of.restore_server(&met);
        }
        cells.told_hits.set(self.told);
        self.of.take_over(self.kept);
        if let Some(large) = self.anew {
            cells.large.set_value(large);
            cells.checked.set_value(Checked::default());
            cells.check.update(|check| check.checked_until = None);
        }
    }
}

impl App {
    /// What hangs on this server, with what the backup has of it; all is compared anew where it brings `rows`.
    pub(super) async fn join_records(
        self,
        joined: Option<Joined>,
        contents: &Contents,
        diary: &Diary,
        rows: bool,
    ) -> OfServerHere {
        let origin = joined.as_ref().map(|joined| joined.origin.clone());
        let origin = origin.or_else(|| untrack(|| self.further_origin()));
        let mut found = self.cells.found.get_untracked();
        let mut told = self.cells.told_hits.get_untracked();
        let theirs = contents.of(origin.as_deref());
        let (kept, mut changes) = match theirs {
            Some(theirs) => self.join_day_sets(theirs).await,
            None => (self.cells.private.get_value(), Vec::new()),
        };
        let asks_anew = rows || !changes.is_empty();
        let mut met = None;
        if let Some(theirs) = theirs {
            for one in theirs.found_in(diary, &found) {
                changes.push(one.put());
                found.insert(one.on.encounter, one);
            }
            for (hit, at) in &theirs.told {
                told.entry(hit.clone()).or_insert(*at);
            }
            met = theirs.server.clone().filter(|_| self.pinned().is_none());
            changes.extend(met.as_ref().map(|met| records::put_json(Store::Server, records::SERVER, met)));
        }
        let anew = asks_anew.then(|| {
            changes.push(records::put_json(Store::Server, records::CHECKED, &Checked::default()));
            self.begin_large_anew(theirs, &mut changes)
        });
        OfServerHere { of: self, joined, met, kept, told, found, anew, changes }
    }

    /// What was counted of large batches was counted for the diary as it was: their filters are read once more. A choice of the
    /// other device that did not come to its end is repeated here as it is (ADR 22).
    fn begin_large_anew(self, theirs: Option<&OfServer>, changes: &mut Vec<Change>) -> LargeBatches {
        let gone =
            self.cells.large.with_value(|all| all.keys().map(|id| large::header_key(id)).collect::<Vec<_>>());
        changes.extend(gone.into_iter().map(|key| Change::Delete(Store::Server, key)));
        let large = theirs.map(|theirs| theirs.large.clone()).unwrap_or_default();
        changes.push(large::put(&large));
        large
    }
}
