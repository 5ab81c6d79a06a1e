//! Naming a server, agreeing to it, removing it, and bringing it back.

use super::{Joined, Removed, ServerProblem, Unsent};
use crate::platform::storage::{Change, Store};
use crate::platform::{clock, history};
use crate::state::records::{self, OutgoingRecord};
use crate::state::work::Work;
use crate::state::{App, StudyReport};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::beacon::{Fragment, Scanned};
use twoken_core::units::Timestamp;

/// For how long one that was removed can be brought back.
const UNDO_SECONDS: u64 = 10;

/// Reads an address that was typed, or the text of a code or link.
pub(super) fn read(text: &str) -> Result<String, ServerProblem> {
    let text = text.trim();
    let scanned = if text.contains('#') {
        Scanned::parse(text)
    } else {
        let address = text.trim_end_matches('/');
        let scheme = if address.contains("://") { "" } else { "https://" };
        Scanned::parse(&["#s=", scheme, address].concat())
    };
    let origin = match scanned.map(|scanned| scanned.what) {
        Ok(Fragment::Server(origin)) => origin,
        Ok(_) => return Err(ServerProblem::Other),
        Err(_) => return Err(ServerProblem::Address),
    };
    // As browsers write it: without the port that goes without saying.
    let usual = if origin.starts_with("https:") { ":443" } else { ":80" };
    Ok(origin.strip_suffix(usual).map_or(origin.clone(), ToOwned::to_owned))
}

impl App {
    /// Names a server that a text says: from here on it can be asked. Nothing is asked yet.
    ///
    /// # Errors
    /// [`ServerProblem`].
    pub fn name_server(self, text: &str) -> Result<(), ServerProblem> {
        self.unname_server();
        let (origin, free) = untrack(|| self.can_add(text))?;
        free.cells.joined.set(Some(Joined { origin, since: None, region: None, also: Vec::new() }));
        Ok(())
    }

    /// The address that a text says, and where a server of that address would have its place.
    ///
    /// # Errors
    /// [`ServerProblem`].
    pub fn can_add(self, text: &str) -> Result<(String, Self), ServerProblem> {
        let origin = read(text)?;
        if origin == history::origin() {
            return Err(ServerProblem::Home);
        }
        if !self.on(Some(&origin)).is_home() {
            return Err(ServerProblem::There);
        }
        let free = self.slots(Option::is_none).first().copied().ok_or(ServerProblem::Full)?;
        Ok((origin, free))
    }

    /// Forgets the one that was named.
    pub fn unname_server(self) {
        if let Some(named) = untrack(|| self.named_server()) {
            named.forget_server();
            named.forget_met();
            named.cells.joined.set(None);
        }
    }

    /// The person agrees: this server's keys are pinned, and from here on it is asked at each check.
    pub fn join_server(self) {
        if self.server.with_untracked(|server| server.config.is_none()) {
            return;
        }
        self.cells.joined.update(|joined| {
            if let Some(one) = joined {
                one.since = Some(clock::now());
            }
        });
        self.store(vec![self.servers_change()]);
        self.store_server();
        self.home().forget_plan();
    }

    /// Whether anything waits to be sent to this server: a report, or what a study is told. It goes with it.
    #[must_use]
    pub fn waits_here(self) -> bool {
        let origin = self.further_origin();
        self.outgoing.track();
        let report = self.cells.sending.with_value(
            |sending| matches!(sending, Some(OutgoingRecord::Waiting(record)) if record.server == origin),
        );
        report
            || self
                .study_reports
                .with(|all| all.iter().any(|one| one.server == origin && one.is_on_its_way()))
    }

    /// Removes this further server, and all that is kept of it; what was found on it stays. For ten seconds it can be
    /// brought back.
    pub fn remove_server(self) {
        let Some(joined) = self.cells.joined.get_untracked().filter(|one| one.since.is_some()) else {
            return;
        };
        self.abandon_check();
        spawn_local(async move {
            let records = match self.own_records().await {
                Ok(records) => records,
                Err(problem) => return self.cells.unstored.set(Some(problem)),
            };
            let name = untrack(|| self.server_name());
            let unsent = self.take_unsent(&joined.origin);
            self.cells.joined.set(None);
            let mut changes = vec![self.servers_change()];
            changes.extend(records.iter().map(|(key, _)| Change::Delete(Store::Server, key.clone())));
            self.forget_server();
            self.forget_met();
            let until = clock::now().plus(UNDO_SECONDS);
            self.cells.removed.set(Some(Removed { name, until, joined, records, unsent }));
            // Said by `write` already.
            let _ = self.home().write(changes).await;
        });
    }

    /// Brings it back, with what was kept of it.
    pub fn undo_remove_server(self) {
        self.have_done(Work::ServerBack);
    }

    pub(in crate::state) async fn bring_server_back(self) {
        let Some(removed) = self.cells.removed.get_untracked() else { return };
        self.cells.removed.set(None);
        let Some(free) = untrack(|| self.slots(Option::is_none)).first().copied() else { return };
        free.cells.joined.set(Some(removed.joined));
        let puts = removed.records.into_iter().map(|(key, bytes)| Change::Put(Store::Server, key, bytes));
        let mut changes: Vec<_> = puts.collect();
        changes.push(free.servers_change());
        if free.home().write(changes).await.is_ok() {
            // What cannot be read is fetched anew.
            let _ = free.restore_server_records().await;
            free.send_after_all(removed.unsent);
        }
    }

    /// Lets go of it once its time is over.
    pub(in crate::state) fn sweep_removed(self, now: Timestamp) {
        if self.cells.removed.with_untracked(|one| one.as_ref().is_some_and(|one| one.until <= now)) {
            self.cells.removed.set(None);
        }
    }

    /// What waits to be sent there is not sent, unless the server is brought back: the person was told.
    pub(super) fn take_unsent(self, origin: &str) -> Unsent {
        let there = |server: &Option<String>| server.as_deref() == Some(origin);
        let report = self.current().filter(|record| there(&record.server));
        if report.is_some() {
            self.forget_outgoing();
        }
        let waits = |one: &mut StudyReport| there(&one.server) && one.is_on_its_way();
        let told = self.cells.study_reports.try_update(|all| all.extract_if(.., waits).collect::<Vec<_>>());
        let told = told.unwrap_or_default();
        if !told.is_empty() {
            self.store(vec![self.study_change()]);
        }
        let draft = self.draft.with_untracked(|draft| there(&draft.server).then_some(draft.exposure));
        if draft.is_some() {
            self.draft.update(|draft| (draft.server, draft.exposure) = (None, None));
        }
        Unsent { report, told, draft }
    }

    /// Sends what waited all the same. A report, or a draft for another server, that was begun meanwhile is the one that counts.
    pub(super) fn send_after_all(self, Unsent { report, told, draft }: Unsent) {
        if !told.is_empty() {
            self.cells.study_reports.update(|all| all.extend(told));
            self.store(vec![self.study_change()]);
            self.have_done(Work::Tell);
        }
        if let Some(record) = report.filter(|_| self.outgoing.with_untracked(Option::is_none)) {
            let record = OutgoingRecord::Waiting(record);
            self.store(vec![records::put_json(Store::Outgoing, records::REPORT, &record)]);
            self.resume_report(record);
        }
        let is_home = self.draft.with_untracked(|draft| draft.server.is_none() && draft.exposure.is_none());
        if let Some(exposure) = draft.filter(|_| is_home) {
            self.report_here();
            self.draft.update(|draft| draft.exposure = exposure);
        }
    }
}
