//! Which records are taken along, and how each is read again: as strictly as from the device, and nothing past its time.

use super::BackupProblem;
use crate::platform::storage::Store;
use crate::state::found::{self, AllFound, Found, FoundRecord};
use crate::state::hits::ToldHits;
use crate::state::large::LargeBatches;
use crate::state::records::{self, PrivateRecord, ServerRecord};
use crate::state::{Settings, StudyReport, studies};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use twoken_core::backup::Backup;
use twoken_core::diary::{Diary, Encounter};
use twoken_core::psi::DaySets;
use twoken_core::tcn::Emissions;
use twoken_core::units::{RETENTION_DAYS, Timestamp};
use zeroize::Zeroizing;

/// What of the store `server` begins so is of one day set.
const OF_DAY_SETS: [&str; 3] = ["waiting/", "answer/", "hits/"];
/// The page by which an encounter is exposed.
const FOUND: &str = "found/";

/// All of a backup, read.
#[derive(Clone)]
pub(super) struct Contents {
    pub(super) settings: Settings,
    pub(super) diary: Vec<Encounter>,
    pub(super) emissions: Emissions,
    pub(super) server: Option<ServerRecord>,
    /// Choices of pages that did not come to their end.
    pub(super) large: LargeBatches,
    pub(super) sets: DaySets,
    pub(super) private: PrivateRecord,
    pub(super) told: ToldHits,
    /// Records of day sets, by their names.
    pub(super) days: BTreeMap<String, Zeroizing<Vec<u8>>>,
    found: Vec<Found>,
    pub(super) studies: Vec<StudyReport>,
}

/// A record's name in a backup.
pub(super) fn named(store: Store, name: &str) -> String {
    format!("{}/{name}", store.name())
}

/// What of a record is taken along. Not my keys of these minutes, nor what is under way, nor how far was checked: the other
/// device begins 14 days ago.
pub(super) fn taken_along(
    store: Store,
    name: &str,
    record: Zeroizing<Vec<u8>>,
) -> Option<Zeroizing<Vec<u8>>> {
    match (store, name) {
        (Store::Diary, _) => Some(record),
        (Store::Settings, records::SETTINGS) | (Store::Emissions, records::EMISSIONS) => Some(record),
        (Store::Server, records::SERVER | records::PRIVATE | records::DAY_SETS | records::TOLD_HITS) => {
            Some(record)
        }
        (Store::Server, records::LARGE) => {
            let mut all: LargeBatches = serde_json::from_slice(&record).ok()?;
            all.retain(|_, batch| batch.begun().is_some());
            Some(Zeroizing::new(records::to_json(&all)))
        }
        (Store::Server, name) if OF_DAY_SETS.iter().chain([&FOUND]).any(|one| name.starts_with(one)) => {
            Some(record)
        }
        (Store::Outgoing, studies::TOLD) => {
            let mut all: Vec<StudyReport> = serde_json::from_slice(&record).ok()?;
            all.retain(StudyReport::is_settled);
            Some(Zeroizing::new(records::to_json(&all)))
        }
        _ => None,
    }
}

impl Contents {
    /// Reads all of it, and leaves out what is past its time by this device's clock.
    ///
    /// # Errors
    /// [`BackupProblem::Malformed`] where anything cannot be read, or is nothing that is taken along; [`BackupProblem::Version`]
    /// where a row is of another version.
    pub(super) fn read(backup: &Backup, now: Timestamp) -> Result<Self, BackupProblem> {
        let oldest = now.day().minus(RETENTION_DAYS);
        let mut rows = Diary::default();
        for (id, bytes) in backup.all("diary/")? {
            let row = Encounter::from_cbor(&bytes).map_err(|error| match error {
                twoken_core::diary::Error::Version(version) => BackupProblem::Version(version.into()),
                _ => BackupProblem::Malformed,
            })?;
            if row.id.to_string() != id {
                return Err(BackupProblem::Malformed);
            }
            rows.insert(row);
        }
        rows.sweep(now);
        let bytes = |name: &str| backup.get(name).map_err(BackupProblem::from);
        let mut emissions = match bytes("emissions/emissions")? {
            Some(record) => Emissions::from_bytes(&record).map_err(|_| BackupProblem::Malformed)?,
            None => Emissions::new(),
        };
        emissions.sweep(now);
        let mut sets = match bytes("server/day-sets")? {
            Some(record) => DaySets::from_bytes(&record).map_err(|_| BackupProblem::Malformed)?,
            None => DaySets::default(),
        };
        sets.sweep(oldest);
        let mut private: PrivateRecord = json(backup, "server/private")?.unwrap_or_default();
        private.sets.retain(|set| set.day >= oldest);
        private.given_up.retain(|set| set.day >= oldest);
        let mut large: LargeBatches = json(backup, "server/large")?.unwrap_or_default();
        large.retain(|_, batch| batch.day > oldest && batch.begun().is_some());
        let mut studies: Vec<StudyReport> = json(backup, "outgoing/studies")?.unwrap_or_default();
        studies.retain(|report| report.is_settled() && report.listed_until() >= now.day());
        let mut days = BTreeMap::new();
        for prefix in OF_DAY_SETS {
            for (name, record) in backup.all(&format!("server/{prefix}"))? {
                let is_kept = name
                    .split('/')
                    .next()
                    .and_then(|day| day.parse().ok())
                    .is_some_and(|day: twoken_core::units::Day| day >= oldest);
                if is_kept {
                    days.insert(format!("{prefix}{name}"), record);
                }
            }
        }
        let mut found = Vec::new();
        for (_, record) in backup.all(&format!("server/{FOUND}"))? {
            let record: FoundRecord =
                serde_json::from_slice(&record).map_err(|_| BackupProblem::Malformed)?;
            found.push(record.found().ok_or(BackupProblem::Malformed)?);
        }
        if backup.names().any(|name| !is_known(name)) {
            return Err(BackupProblem::Malformed);
        }
        Ok(Self {
            settings: json(backup, "settings/settings")?.unwrap_or_default(),
            diary: rows.iter().cloned().collect(),
            emissions,
            server: json(backup, "server/server")?,
            large,
            sets,
            private,
            told: json(backup, "server/told-hits")?.unwrap_or_default(),
            days,
            found,
            studies,
        })
    }

    /// The pages by which rows of the diary are exposed that are not known here.
    pub(super) fn found_in(&self, diary: &Diary, known: &AllFound) -> Vec<Found> {
        let is_new = |one: &&Found| {
            let mine = known.get(&one.on.encounter);
            found::is_of(diary, &one.on) && mine.is_none_or(|mine| !found::is_of(diary, &mine.on))
        };
        self.found.iter().filter(is_new).cloned().collect()
    }
}

/// Whether it is the name of a record that is taken along.
fn is_known(name: &str) -> bool {
    let fixed = ["settings/settings", "emissions/emissions", "outgoing/studies"];
    name.starts_with("diary/")
        || fixed.contains(&name)
        || name.strip_prefix("server/").is_some_and(|name| {
            [records::SERVER, records::PRIVATE, records::DAY_SETS, records::TOLD_HITS, records::LARGE]
                .contains(&name)
                || OF_DAY_SETS.iter().chain([&FOUND]).any(|one| name.starts_with(one))
        })
}

fn json<T: DeserializeOwned>(backup: &Backup, name: &str) -> Result<Option<T>, BackupProblem> {
    let Some(record) = backup.get(name)? else { return Ok(None) };
    serde_json::from_slice(&record).map(Some).map_err(|_| BackupProblem::Malformed)
}
