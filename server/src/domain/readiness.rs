//! Whether the server can do its work, and what an operator should look at. Nothing here tells of a person: states, and
//! a number of pools.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use twoken_core::units::Timestamp;

use super::sealing::{Fate, Outcome, Waiting};
use crate::store::{self, Store};

/// A tick may be late by one period and this, in seconds, before somebody is told.
const LATE_SECONDS: u64 = 60;
/// Least free space, in bytes: sealing a million entries needs some 400 MB for a while.
const MIN_FREE: u64 = 512 * 1024 * 1024;

/// How sealing goes, as the job tells it.
#[derive(Debug)]
pub struct Progress(Mutex<Ticks>);

#[derive(Clone, Copy, Debug)]
struct Ticks {
    /// The last tick that came to its end, or the start of the process.
    last: Timestamp,
    failed: usize,
    overdue: usize,
}

impl Progress {
    /// At the start of the process.
    #[must_use]
    pub const fn new(now: Timestamp) -> Self {
        Self(Mutex::new(Ticks { last: now, failed: 0, overdue: 0 }))
    }

    /// A tick came to its end.
    pub fn ticked(&self, now: Timestamp, outcomes: &[Outcome]) {
        let count = |is: fn(&Fate) -> bool| outcomes.iter().filter(|outcome| is(&outcome.fate)).count();
        let ticks = Ticks {
            last: now,
            failed: count(|fate| matches!(fate, Fate::Failed(_))),
            overdue: count(|fate| matches!(fate, Fate::Waiting(Waiting { overdue: true, .. }))),
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = ticks;
    }

    fn ticks(&self) -> Ticks {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The state of what the server stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// The database can be written.
    pub database: bool,
    /// It has this program's schema.
    pub schema: bool,
    /// Ticks come in time, and none failed last.
    pub sealing: bool,
    /// There is room on the disk.
    pub disk: bool,
    /// Pools at the root past `max_wait_hours`: the operator decides. No fault of the server's.
    pub pools_overdue: usize,
}

impl Readiness {
    /// Looks.
    pub async fn look(store: &Store, progress: &Progress, seal_every_seconds: u32, now: Timestamp) -> Self {
        let written = store.probe().await;
        if let Err(error) = &written {
            tracing::error!(%error, "the database cannot be written");
        }
        let ticks = progress.ticks();
        let late = now.since(ticks.last) > 2 * u64::from(seal_every_seconds) + LATE_SECONDS;
        Self {
            database: !matches!(&written, Err(error) if !matches!(error, store::Error::Newer { .. })),
            schema: written.is_ok(),
            sealing: !late && ticks.failed == 0,
            disk: free_bytes(store.folder()).is_none_or(|free| free >= MIN_FREE),
            pools_overdue: ticks.overdue,
        }
    }

    /// Whether all is well.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.database && self.schema && self.sealing && self.disk
    }
}

/// Bytes that this process may still write in a folder, where the system says it.
#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let room = rustix::fs::statvfs(folder).ok()?;
    room.f_bavail.checked_mul(room.f_frsize)
}

#[cfg(not(unix))]
fn free_bytes(_: &Path) -> Option<u64> {
    None
}
