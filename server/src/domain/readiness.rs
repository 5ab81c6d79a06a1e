//! Whether the server can do its work. Nothing here tells of a report, nor whether there is one: that few of them wait
//! is for the operator's log alone.
//!
//! Looking takes a writer's turn, so an answer is given again for some seconds: whoever asks all the time waits for
//! nobody's place but their own.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use twoken_core::units::Timestamp;

use super::sealing::{Fate, Outcome};
use crate::store::{self, Store};

/// A tick may be late by one period and this, in seconds, before somebody is told.
const LATE_SECONDS: u64 = 60;
/// How long an answer is given again, in seconds.
const FRESH_SECONDS: u64 = 5;
/// Least free space, in bytes: sealing a million entries needs some 400 MB for a while.
const MIN_FREE: u64 = 512 * 1024 * 1024;

/// How sealing goes, as the job tells it, and what was seen last.
#[derive(Debug)]
pub struct Progress {
    ticks: Mutex<Ticks>,
    /// One look at a time; the others wait for its answer.
    seen: tokio::sync::Mutex<Option<(Timestamp, Readiness)>>,
}

#[derive(Clone, Copy, Debug)]
struct Ticks {
    /// The last tick that came to its end, or the start of the process.
    last: Timestamp,
    failed: bool,
}

impl Progress {
    /// At the start of the process.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { ticks: Mutex::new(Ticks { last: now, failed: false }), seen: tokio::sync::Mutex::default() }
    }

    /// A tick came to its end.
    pub fn ticked(&self, now: Timestamp, outcomes: &[Outcome]) {
        let failed = outcomes.iter().any(|outcome| matches!(outcome.fate, Fate::Failed(_)));
        *self.ticks.lock().unwrap_or_else(PoisonError::into_inner) = Ticks { last: now, failed };
    }

    /// What the server stands on, as it was some seconds ago at most.
    pub async fn readiness(&self, store: &Store, seal_every_seconds: u32, now: Timestamp) -> Readiness {
        let mut seen = self.seen.lock().await;
        if let Some((at, readiness)) = *seen
            && now >= at
            && now.since(at) < FRESH_SECONDS
        {
            return readiness;
        }
        let ticks = *self.ticks.lock().unwrap_or_else(PoisonError::into_inner);
        let readiness = Readiness::look(store, ticks, seal_every_seconds, now).await;
        *seen = Some((now, readiness));
        readiness
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
}

impl Readiness {
    async fn look(store: &Store, ticks: Ticks, seal_every_seconds: u32, now: Timestamp) -> Self {
        let written = store.probe().await;
        if let Err(error) = &written {
            tracing::error!(%error, "the database cannot be written");
        }
        let late = now.since(ticks.last) > 2 * u64::from(seal_every_seconds) + LATE_SECONDS;
        Self {
            database: written.is_ok() || matches!(written, Err(store::Error::Newer { .. })),
            schema: written.is_ok(),
            sealing: !late && !ticks.failed,
            disk: free_bytes(store.folder()).is_none_or(|free| free >= MIN_FREE),
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
