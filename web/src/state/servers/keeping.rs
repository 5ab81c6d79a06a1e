//! How further servers and what hangs on them are kept on the device.

use super::{Joined, Source, Sources};
use crate::platform::storage::{Change, Store};
use crate::state::large::LargeBatches;
use crate::state::records::{self, Checked};
use crate::state::{App, CheckPhase, CheckState, ServerState, StorageProblem, StudyList};
use leptos::prelude::*;
use std::collections::BTreeMap;
use twoken_core::diary::EncounterId;

/// Between a further server's origin and the name of a record. No origin has one, nor has any other name.
const MARK: char = '|';
/// The record, in the store of settings, that lists them.
pub(in crate::state) const SERVERS: &str = "servers";
/// The record, in the store of settings, that says from which of them exposures are.
pub(in crate::state) const SOURCES: &str = "sources";

/// How the names of a further server's records begin.
pub(in crate::state) fn beginning(origin: &str) -> String {
    format!("{origin}{MARK}")
}

/// A record's name without that.
pub(in crate::state) fn own_name(name: &str) -> &str {
    name.split_once(MARK).map_or(name, |(_, own)| own)
}

/// A change of a record of a server's, as one of the server's of this origin.
pub(in crate::state) fn change_of(origin: &str, change: Change) -> Change {
    let key = |name: String| if name.contains(MARK) { name } else { beginning(origin) + &name };
    match change {
        Change::Put(Store::Server, name, bytes) => Change::Put(Store::Server, key(name), bytes),
        Change::Delete(Store::Server, name) => Change::Delete(Store::Server, key(name)),
        other => other,
    }
}

/// What lists these further servers.
pub(in crate::state) fn list(all: &[Joined]) -> Change {
    records::put_json(Store::Settings, SERVERS, &all)
}

/// From which servers exposures are.
pub(in crate::state) fn put_sources(all: &Sources) -> Change {
    records::put_json(Store::Settings, SOURCES, all)
}

impl App {
    /// Notes that these exposures are from this server.
    pub(in crate::state) fn note_source(self, ids: &[EncounterId]) -> Option<Change> {
        let of = |id: &EncounterId| {
            let origin = self.further_origin()?;
            Some(Source { id: *id, origin, name: self.server_name(), risk: self.thresholds() })
        };
        let any = self.cells.sources.with_untracked(|all| ids.iter().any(|id| all.get(id).is_some()));
        if ids.is_empty() || self.is_home() && !any {
            return None;
        }
        let noted: Vec<_> = untrack(|| ids.iter().map(|id| (id, of(id))).collect());
        self.cells.sources.update(|all| {
            for (id, source) in noted {
                match source {
                    Some(source) => all.put(source),
                    None => all.retain(|known| known.id != *id),
                }
            }
        });
        Some(self.sources_change())
    }

    /// Whether anything is known of an encounter, or can be again.
    fn is_known(self, source: &Source) -> bool {
        let id = source.id;
        self.diary.with_untracked(|diary| diary.get(&id).is_some())
            || self.deleted.with_untracked(|deleted| deleted.as_ref().is_some_and(|gone| gone.has(&id)))
    }

    /// Whether any source is of an encounter that is gone.
    pub(in crate::state) fn has_lost_sources(self) -> bool {
        self.cells.sources.with_untracked(|all| all.any_not(|source| self.is_known(source)))
    }

    /// Lets go of what is known of encounters that are gone.
    pub(in crate::state) fn sweep_sources(self) {
        self.cells.sources.update(|all| all.retain(|source| self.is_known(source)));
        self.store(vec![self.sources_change()]);
    }

    fn sources_change(self) -> Change {
        self.cells.sources.with_untracked(put_sources)
    }

    pub(super) fn servers_change(self) -> Change {
        list(&self.all_joined())
    }

    /// The further servers.
    pub(in crate::state) fn all_joined(self) -> Vec<Joined> {
        let further = untrack(|| self.further());
        further.iter().filter_map(|app| app.cells.joined.get_untracked()).collect()
    }

    /// All of them, and what is kept of them in memory, for a storage that has nothing.
    pub(in crate::state) fn all_of_servers(self) -> Vec<Change> {
        let mut changes = Vec::new();
        for app in untrack(|| self.servers()) {
            let own = app.all_found().into_iter().chain([app.told_hits_change()]);
            changes.extend(own.map(|change| app.own_change(change)));
        }
        if untrack(|| !self.further().is_empty()) {
            changes.push(self.servers_change());
        }
        changes
    }

    /// Takes over what is stored of every server.
    pub(in crate::state) async fn restore_servers(self) -> Result<(), StorageProblem> {
        let Some(storage) = self.cells.storage.get_value() else { return Ok(()) };
        let all: Option<Vec<Joined>> = records::read_json(&storage, Store::Settings, SERVERS).await?;
        let slots: Vec<_> = self.cells.each.get_value().into_iter().skip(1).collect();
        let mut all = all.unwrap_or_default().into_iter();
        slots.iter().for_each(|app| app.cells.joined.set(all.next()));
        let sources = records::read_json(&storage, Store::Settings, SOURCES).await?;
        self.cells.sources.set(sources.unwrap_or_default());
        for app in untrack(|| self.servers()) {
            app.restore_server_records().await?;
        }
        Ok(())
    }

    pub(in crate::state) async fn restore_server_records(self) -> Result<(), StorageProblem> {
        let Some(storage) = self.cells.storage.get_value() else { return Ok(()) };
        let key = |name: &str| self.own_key(name);
        if let Some(record) = records::read_json(&storage, Store::Server, &key(records::SERVER)).await? {
            self.restore_server(&record);
        }
        if let Some(checked) =
            records::read_json::<Checked>(&storage, Store::Server, &key(records::CHECKED)).await?
        {
            self.cells.check.update(|check| {
                check.checked_until = checked.until;
                check.compared = checked.compared;
            });
            self.cells.checked.set_value(checked);
        }
        self.restore_found(&storage).await?;
        if let Some(large) = records::read_json(&storage, Store::Server, &key(records::LARGE)).await? {
            self.cells.large.set_value(large);
        }
        self.restore_day_sets().await;
        Ok(())
    }

    /// This server's records, by the names that they have in the store.
    pub(in crate::state) async fn own_records(self) -> Result<Vec<(String, Vec<u8>)>, StorageProblem> {
        let storage = self.cells.storage.get_value().ok_or(StorageProblem::Closed)?;
        let beginning = self.own_key("");
        let is_own = |name: &str| match beginning.is_empty() {
            true => !name.contains(MARK),
            false => name.starts_with(&beginning),
        };
        let all = storage.all(Store::Server).await?;
        Ok(all.into_iter().filter(|(name, _)| is_own(name)).collect())
    }

    /// A record's name among those of this server.
    pub(in crate::state) fn own_key(self, name: &str) -> String {
        match untrack(|| self.further_origin()) {
            Some(origin) if !name.contains(MARK) => beginning(&origin) + name,
            _ => name.to_owned(),
        }
    }

    /// A change of a record of a server's, as one of this server's.
    pub(in crate::state) fn own_change(self, change: Change) -> Change {
        match untrack(|| self.further_origin()) {
            Some(origin) => change_of(&origin, change),
            None => change,
        }
    }

    /// Forgets how far was compared with this server, and what was found: the storage has.
    pub(in crate::state) fn forget_server(self) {
        self.cells.checked.set_value(Checked::default());
        self.cells.large.set_value(LargeBatches::default());
        self.forget_day_sets();
        self.cells.found.update(BTreeMap::clear);
        self.cells.check.update(|check| (check.checked_until, check.phase) = (None, CheckPhase::Idle));
    }

    /// Forgets the server itself.
    pub(in crate::state) fn forget_met(self) {
        self.cells.pinned.set_value(None);
        self.cells.met.set_value(None);
        self.cells.server.set(ServerState::default());
        self.cells.clock_off.set(None);
        self.cells.study_list.set(StudyList::default());
        self.cells.check.set(CheckState::default());
    }

    /// Forgets all of it.
    pub(in crate::state) fn forget_servers(self) {
        for app in self.cells.each.get_value() {
            app.forget_server();
            app.forget_met();
            app.cells.joined.set(None);
        }
        self.cells.sources.set(Sources::default());
        self.cells.removed.set(None);
    }
}
