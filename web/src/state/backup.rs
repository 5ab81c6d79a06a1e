//! A backup: what is here, sealed under a passphrase in a file, and brought to another device, or back to this one (ADR 57).
//!
//! Bringing merges: what both devices know is known once, and nothing that was written here is written over. It is all
//! read before anything changes, and stored in one transaction. What it brings was never compared here, or not with all that
//! was published since: the next check begins 14 days ago, as a new device's does.

mod contents;
mod day_answers;
mod of_server;

use super::records;
use super::servers::{self, Joined, Sources};
use super::{App, SealProblem, StorageProblem};
use crate::platform::storage::{Change, Store};
use crate::platform::{clock, file, history, passphrase, worker};
use crate::worker::messages::{self, Outcome, Task};
use contents::Contents;
use leptos::prelude::*;
use of_server::OfServerHere;
use twoken_core::backup::{self, Backup, MAX_FILE_BYTES, Passphrase};
use twoken_core::diary::{Diary, EncounterId, Joined as JoinedRow};
use twoken_core::units::{Day, Timestamp};
use twoken_core::wire::SignedConfig;
use zeroize::Zeroizing;

/// The fewest characters of a passphrase.
pub const MIN_PASSPHRASE: usize = 8;

/// Why a backup was not made or brought. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackupProblem {
    /// The file was not opened.
    Seal(SealProblem),
    /// It is larger than any backup.
    TooLarge,
    /// The browser could not read the file.
    Unreadable,
    /// It was opened, and is something else.
    NotOurs,
    /// A backup of another version of the app.
    Version(u32),
    /// It was opened, and something in it cannot be read.
    Malformed,
    /// It was made with the app of another server.
    OtherServer(String),
    /// It names another key of a server than is known here.
    OtherKey(String),
    /// With its further servers there would be too many.
    Servers,
    /// A check has asked for pages and did not come to its end.
    Unfinished,
    /// The device did not store it, or what is here could not be read.
    Storage(StorageProblem),
    /// The browser has ended what seals and opens; most often for want of memory.
    Worker,
}

impl From<StorageProblem> for BackupProblem {
    fn from(problem: StorageProblem) -> Self {
        Self::Storage(problem)
    }
}

impl From<backup::Error> for BackupProblem {
    fn from(error: backup::Error) -> Self {
        match error {
            backup::Error::TooLarge { .. } => Self::TooLarge,
            backup::Error::NotOurs => Self::NotOurs,
            backup::Error::Version(version) => Self::Version(version),
            _ => Self::Malformed,
        }
    }
}

/// A backup that was opened, and not brought yet.
#[derive(Clone)]
pub struct Offered {
    contents: Contents,
    /// When it was made, by the clock of the device that made it.
    pub made_at: Timestamp,
    /// Encounters in it of the last 14 days.
    pub encounters: usize,
    /// Those of them that are not known here.
    pub new: usize,
    /// The addresses of further servers that are not known here: they are asked from then on.
    pub servers: Vec<String>,
}

/// What was brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// Encounters that were not known here.
    pub new: usize,
    /// Whether anything has changed.
    pub changed: bool,
    /// Whether the settings came with it.
    pub settings: bool,
    /// Days on which both devices have let others hear them one-way: this device's keys stay.
    pub left_out: Vec<Day>,
}

impl App {
    /// The file of a backup of what is stored now.
    ///
    /// # Errors
    /// [`BackupProblem::Storage`], [`BackupProblem::TooLarge`], [`BackupProblem::Worker`].
    pub async fn make_backup(self, passphrase: &str) -> Result<Vec<u8>, BackupProblem> {
        // What could not be stored so far is in memory alone.
        self.write(self.with_unsaved(Vec::new())).await?;
        let storage = self.cells.storage.get_value().ok_or(StorageProblem::Closed)?;
        let now = clock::now();
        let mut backup = Backup::new(now, env!("CARGO_PKG_VERSION"), &history::origin());
        for (store, name, record) in storage.everything().await? {
            if let Some(record) = contents::taken_along(store, &name, Zeroizing::new(record)) {
                backup.put(&contents::named(store, &name), &record);
            }
        }
        match ask(&Task::Seal(typed(passphrase)), &backup.to_bytes()?).await? {
            Outcome::Sealed(file) => Ok(file.into()),
            _ => Err(BackupProblem::Worker),
        }
    }

    /// The browser has taken the file.
    pub fn backed_up(self) {
        self.change_settings(|settings| {
            settings.backed_up_at = Some(clock::now());
            settings.reminded_at = settings.backed_up_at;
        });
    }

    /// Opens a file that the person chose, reads all of it, and changes nothing.
    ///
    /// # Errors
    /// Each [`BackupProblem`], as it says.
    pub async fn open_backup(
        self,
        chosen: &file::Chosen,
        passphrase: &str,
    ) -> Result<Offered, BackupProblem> {
        let max = u32::try_from(MAX_FILE_BYTES).unwrap_or(u32::MAX);
        let sealed = chosen.read(max).await.map_err(|unread| match unread {
            file::Unread::TooLarge => BackupProblem::TooLarge,
            file::Unread::Unreadable => BackupProblem::Unreadable,
        })?;
        let opened = match ask(&Task::Open(typed(passphrase)), &sealed).await? {
            Outcome::Opened(bytes) => Zeroizing::new(Vec::from(bytes)),
            Outcome::Unopened(problem) => return Err(BackupProblem::Seal(problem)),
            _ => return Err(BackupProblem::Worker),
        };
        let backup = Backup::from_bytes(&opened)?;
        let contents = Contents::read(&backup, clock::now())?;
        self.fits_here(&backup.origin, &contents)?;
        let new = self
            .diary
            .with_untracked(|diary| contents.diary.iter().filter(|row| diary.get(&row.id).is_none()).count());
        let servers = self.come_along(&contents).into_iter().map(|one| one.origin).collect();
        Ok(Offered { made_at: backup.made_at, encounters: contents.diary.len(), new, servers, contents })
    }

    /// Whether it is of this server, by its origin and its keys, and names no other keys of a further one; and whether what it
    /// says of servers is signed by those keys.
    fn fits_here(self, origin: &str, contents: &Contents) -> Result<(), BackupProblem> {
        self.is_of_here(origin, contents)?;
        let servers = contents.further.iter().map(|(_, of)| of).chain([&contents.home]);
        let told = servers.filter_map(|of| of.server.as_ref());
        let is_signed = |met: &records::ServerRecord| {
            SignedConfig::verify(&met.body, &met.signature, Some(&met.pinned)).is_ok()
        };
        if told.into_iter().all(is_signed) { Ok(()) } else { Err(BackupProblem::Malformed) }
    }

    fn is_of_here(self, origin: &str, contents: &Contents) -> Result<(), BackupProblem> {
        for (joined, theirs) in &contents.further {
            let mine = self.still_on(Some(&joined.origin)).and_then(Self::pinned);
            if mine.is_some() && theirs.pinned() != mine.as_ref() {
                return Err(BackupProblem::OtherKey(joined.origin.clone()));
            }
        }
        let mine = self.pinned();
        let is_here = origin == history::origin();
        match (contents.home.pinned(), mine.as_ref()) {
            (Some(theirs), Some(mine)) if theirs == mine => Ok(()),
            (Some(_), Some(_)) if is_here => Err(BackupProblem::OtherKey(origin.to_owned())),
            _ if is_here => Ok(()),
            _ => Err(BackupProblem::OtherServer(origin.to_owned())),
        }
    }

    /// Further servers that are not known here.
    fn come_along(self, contents: &Contents) -> Vec<Joined> {
        let is_new =
            |one: &&Joined| one.origin != history::origin() && self.still_on(Some(&one.origin)).is_none();
        contents.further.iter().map(|(joined, _)| joined).filter(is_new).cloned().collect()
    }

    /// Brings what was opened: all of it, or nothing.
    ///
    /// # Errors
    /// [`BackupProblem::OtherKey`], [`BackupProblem::Servers`], [`BackupProblem::Unfinished`], [`BackupProblem::Storage`].
    pub async fn bring(self, offered: Offered) -> Result<Brought, BackupProblem> {
        let Offered { contents, .. } = offered;
        let (now, fresh) = (clock::now(), self.is_fresh());
        self.fits_here(&history::origin(), &contents)?;
        let mut diary = self.diary.get_untracked();
        let (rows, new) = join_rows(&mut diary, &contents);
        let mut parts = Vec::new();
        for (of, joined) in self.places(&contents)? {
            parts.push(of.join_records(joined, &contents, &diary, !rows.is_empty()).await);
        }
        if !rows.is_empty() && parts.iter().any(OfServerHere::is_in_the_middle) {
            return Err(BackupProblem::Unfinished);
        }
        let mut changes: Vec<_> =
            rows.iter().filter_map(|id| diary.get(id)).map(records::put_encounter).collect();
        changes.extend(parts.iter_mut().flat_map(OfServerHere::take_changes));
        let come: Vec<_> = parts.iter().filter_map(|part| part.joined.clone()).collect();
        if !come.is_empty() {
            let all: Vec<_> = self.all_joined().into_iter().chain(come).collect();
            changes.push(servers::list(&all));
        }
        let sources = self.sources_with(&contents, &diary);
        if self.cells.sources.with_untracked(|known| *known != sources) {
            changes.push(servers::put_sources(&sources));
        }
        let mut settings = self.settings.get_untracked();
        settings.adopt(&contents.settings, fresh);
        if self.settings.with_untracked(|known| *known != settings) {
            changes.push(records::put_json(Store::Settings, records::SETTINGS, &settings));
        }
        let mut emissions = self.with_emissions(Clone::clone);
        let before = emissions.to_bytes();
        let left_out = emissions.join(&contents.emissions);
        emissions.sweep(now);
        let record = emissions.to_bytes();
        if *record != *before {
            changes.push(Change::Put(Store::Emissions, records::EMISSIONS.to_owned(), record.to_vec()));
        }
        let mut studies = self.study_reports.get_untracked();
        let known = studies.len();
        studies.extend(contents.studies.iter().filter(|one| !self.knows_study_report(one)).cloned());
        if studies.len() > known {
            changes.push(records::put_json(Store::Outgoing, super::studies::TOLD, &studies));
        }
        let changed = !changes.is_empty();
        if changed {
            if parts.iter().any(OfServerHere::asks_anew) {
                // What it has compared so far is no more than what is compared anew.
                self.abandon_check();
            }
            self.write(changes).await?;
        }
        self.cells.diary.set(diary);
        self.cells.sources.set(sources);
        parts.into_iter().for_each(OfServerHere::settle);
        self.cells.one_way.update_value(|one_way| one_way.emissions = emissions);
        self.cells.study_reports.set(studies);
        self.cells.settings.set(settings);
        super::settings::show_theme(self.settings.with_untracked(|settings| settings.theme));
        self.take_reported_out();
        self.await_backup(false);
        Ok(Brought { new, changed, settings: fresh, left_out })
    }

    /// The app as each server has it, and as each would that comes along.
    fn places(self, contents: &Contents) -> Result<Vec<(Self, Option<Joined>)>, BackupProblem> {
        self.unname_server();
        let mut free = untrack(|| self.slots(Option::is_none)).into_iter();
        let mut places: Vec<_> = untrack(|| self.servers()).into_iter().map(|of| (of, None)).collect();
        for joined in self.come_along(contents) {
            places.push((free.next().ok_or(BackupProblem::Servers)?, Some(joined)));
        }
        Ok(places)
    }

    /// From which servers exposures are, with those that come from there.
    fn sources_with(self, contents: &Contents, diary: &Diary) -> Sources {
        let mut all = self.cells.sources.get_untracked();
        let is_exposed =
            |rows: &Diary, id: &EncounterId| rows.get(id).is_some_and(|row| row.exposure.is_some());
        for row in diary.iter().filter(|row| is_exposed(diary, &row.id)) {
            let here = self.diary.with_untracked(|mine| is_exposed(mine, &row.id));
            if let Some(source) = contents.sources.get(&row.id).filter(|_| !here) {
                all.put(source.clone());
            }
        }
        all
    }

    fn knows_study_report(self, report: &super::StudyReport) -> bool {
        self.study_reports.with_untracked(|all| all.iter().any(|known| known.is(report)))
    }

    /// Whether nothing was done here yet but to agree.
    fn is_fresh(self) -> bool {
        let untouched =
            self.settings.with_untracked(|settings| !settings.one_way && settings.also.is_empty());
        untouched
            && self.diary.with_untracked(Diary::is_empty)
            && self.deleted.with_untracked(Option::is_none)
            && self.outgoing.with_untracked(Option::is_none)
            && self.with_emissions(twoken_core::tcn::Emissions::is_empty)
    }
}

/// Takes the rows in; gives those that have changed, and how many of them are new.
fn join_rows(diary: &mut Diary, contents: &Contents) -> (Vec<EncounterId>, usize) {
    let (mut changed, mut new) = (Vec::new(), 0);
    for row in &contents.diary {
        let joined = diary.join(row.clone());
        new += usize::from(joined == JoinedRow::New);
        if joined != JoinedRow::Known {
            changed.push(row.id);
        }
    }
    (changed, new)
}

fn typed(text: &str) -> Passphrase {
    Passphrase::new(passphrase::composed(text).as_bytes().to_vec())
}

async fn ask(task: &Task, buffer: &[u8]) -> Result<Outcome, BackupProblem> {
    let answer = worker::ask_with_bytes(messages::encode(task), buffer).await;
    answer.ok().and_then(|answer| messages::decode(&answer)).ok_or(BackupProblem::Worker)
}
