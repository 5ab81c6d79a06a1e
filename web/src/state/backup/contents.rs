//! Which records are taken along, and how each is read again: as strictly as from the device, and nothing past its time.

use super::BackupProblem;
use crate::platform::storage::Store;
use crate::state::found::{self, AllFound, Found, FoundRecord};
use crate::state::hits::ToldHits;
use crate::state::large::LargeBatches;
use crate::state::records::{self, PrivateRecord, ServerRecord};
use crate::state::servers::{self, Joined, Sources};
use crate::state::{Settings, StudyReport, studies};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use twoken_core::backup::Backup;
use twoken_core::diary::{Diary, Encounter};
use twoken_core::psi::DaySets;
use twoken_core::tcn::Emissions;
use twoken_core::units::{Day, RETENTION_DAYS, Timestamp};
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
    pub(super) home: OfServer,
    /// Each of them whose keys the backup names.
    pub(super) further: Vec<(Joined, OfServer)>,
    pub(super) sources: Sources,
    pub(super) studies: Vec<StudyReport>,
}

/// What hangs on a server.
#[derive(Clone)]
pub(super) struct OfServer {
    pub(super) server: Option<ServerRecord>,
    /// Choices of pages that did not come to their end.
    pub(super) large: LargeBatches,
    pub(super) sets: DaySets,
    pub(super) private: PrivateRecord,
    pub(super) told: ToldHits,
    /// Records of day sets, by their names.
    pub(super) days: BTreeMap<String, Zeroizing<Vec<u8>>>,
    found: Vec<Found>,
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
    let name = if store == Store::Server { servers::own_name(name) } else { name };
    match (store, name) {
        (Store::Diary, _) | (Store::Settings, servers::SERVERS | servers::SOURCES) => Some(record),
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
            all.retain(|report| !report.is_on_its_way());
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
        let mut studies: Vec<StudyReport> = json(backup, "outgoing/studies")?.unwrap_or_default();
        studies.retain(|report| !report.is_on_its_way() && report.listed_until() >= now.day());
        let listed: Vec<Joined> = json(backup, "settings/servers")?.unwrap_or_default();
        if listed.iter().any(|one| !one.is_whole()) || backup.names().any(|name| !is_known(name, &listed)) {
            return Err(BackupProblem::Malformed);
        }
        let mut further = Vec::new();
        for joined in listed {
            let of = OfServer::read(backup, &servers::beginning(&joined.origin), oldest)?;
            if of.server.is_some() {
                further.push((joined, of));
            }
        }
        Ok(Self {
            settings: json(backup, "settings/settings")?.unwrap_or_default(),
            diary: rows.iter().cloned().collect(),
            emissions,
            home: OfServer::read(backup, "", oldest)?,
            further,
            sources: json(backup, "settings/sources")?.unwrap_or_default(),
            studies,
        })
    }

    /// What it has of the server of this origin; of the home server, where there is none.
    pub(super) fn of(&self, origin: Option<&str>) -> Option<&OfServer> {
        let Some(origin) = origin else { return Some(&self.home) };
        self.further.iter().find(|(joined, _)| joined.origin == origin).map(|(_, of)| of)
    }
}

impl OfServer {
    /// What has names that begin so, among those of the store.
    fn read(backup: &Backup, beginning: &str, oldest: Day) -> Result<Self, BackupProblem> {
        let named = |name: &str| ["server/", beginning, name].concat();
        let mut sets = match backup.get(&named(records::DAY_SETS))? {
            Some(record) => DaySets::from_bytes(&record).map_err(|_| BackupProblem::Malformed)?,
            None => DaySets::default(),
        };
        sets.sweep(oldest);
        let mut private: PrivateRecord = json(backup, &named(records::PRIVATE))?.unwrap_or_default();
        private.sets.retain(|set| set.day >= oldest);
        private.given_up.retain(|set| set.day >= oldest);
        let mut large: LargeBatches = json(backup, &named(records::LARGE))?.unwrap_or_default();
        large.retain(|_, batch| batch.day > oldest && batch.begun().is_some());
        let mut days = BTreeMap::new();
        for prefix in OF_DAY_SETS {
            for (name, record) in backup.all(&named(prefix))? {
                let is_kept = name
                    .split('/')
                    .next()
                    .and_then(|day| day.parse().ok())
                    .is_some_and(|day: Day| day >= oldest);
                if is_kept {
                    days.insert(format!("{prefix}{name}"), record);
                }
            }
        }
        let mut found = Vec::new();
        for (_, record) in backup.all(&named(FOUND))? {
            let record: FoundRecord =
                serde_json::from_slice(&record).map_err(|_| BackupProblem::Malformed)?;
            found.push(record.found().ok_or(BackupProblem::Malformed)?);
        }
        Ok(Self {
            server: json(backup, &named(records::SERVER))?,
            large,
            sets,
            private,
            told: json(backup, &named(records::TOLD_HITS))?.unwrap_or_default(),
            days,
            found,
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

/// Whether it is the name of a record that is taken along, the further servers being these.
fn is_known(name: &str, further: &[Joined]) -> bool {
    let fixed = [
        "settings/settings",
        "settings/servers",
        "settings/sources",
        "emissions/emissions",
        "outgoing/studies",
    ];
    let of_server = |name: &str| {
        [records::SERVER, records::PRIVATE, records::DAY_SETS, records::TOLD_HITS, records::LARGE]
            .contains(&name)
            || OF_DAY_SETS.iter().chain([&FOUND]).any(|one| name.starts_with(one))
    };
    name.starts_with("diary/")
        || fixed.contains(&name)
        || name.strip_prefix("server/").is_some_and(|name| {
            let own =
                |one: &Joined| name.strip_prefix(&servers::beginning(&one.origin)).is_some_and(of_server);
            of_server(name) || further.iter().any(own)
        })
}

fn json<T: DeserializeOwned>(backup: &Backup, name: &str) -> Result<Option<T>, BackupProblem> {
    let Some(record) = backup.get(name)? else { return Ok(None) };
    serde_json::from_slice(&record).map(Some).map_err(|_| BackupProblem::Malformed)
}
