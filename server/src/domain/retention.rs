//! What is over is deleted, not kept in case.

use std::time::Duration;

use twoken_core::units::{Day, RETENTION_DAYS, Timestamp, Week};

use super::staff::audit::KEPT_DAYS;
use super::{studies, tans};
use crate::config::MAX_STAFF_IDLE_MINUTES;
use crate::store::{self, Store};

/// A used or unused TAN is remembered this long after its expiry, in hours, so that a person is told "expired" and
/// not "unknown", and a lost answer can be fetched again.
const TAN_AFTERLIFE_HOURS: u32 = 48;
const DAY_SECONDS: u64 = 86_400;
const MAX_IDLE_SECONDS: u64 = MAX_STAFF_IDLE_MINUTES as u64 * 60;
/// How long to wait for readers before the write-ahead log is left to the next time.
const FORGET_PAUSE: Duration = Duration::from_millis(200);
const FORGET_TRIES: u32 = 5;

/// How much was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Batches of more than fourteen days ago.
    pub batches: u64,
    /// Used permits of weeks that are no longer accepted.
    pub permits: u64,
    /// TANs that expired.
    pub tans: u64,
    /// Configurations that no batch names any more.
    pub configs: u64,
    /// Studies, with their reports, of more than thirty days ago.
    pub studies: u64,
    /// Sessions and invitations of staff that have ended, what staff did long ago, and sums of such days.
    pub staff: u64,
}

impl Swept {
    /// Logs what was deleted, if anything was.
    pub fn tell(&self) {
        if *self != Self::default() {
            let Self { batches, permits, tans, configs, studies, staff } = *self;
            tracing::info!(batches, permits, tans, configs, studies, staff, "deleted what is over");
        }
    }
}

/// The first day whose batches are kept.
#[must_use]
pub fn oldest_day(now: Timestamp) -> Day {
    now.day().minus(RETENTION_DAYS)
}

/// Deletes everything that is over.
///
/// # Errors
/// [`store::Error`]; what was deleted before it stays deleted.
pub async fn sweep(store: &Store, now: Timestamp) -> store::Result<Swept> {
    let oldest = oldest_day(now);
    let first_week = Week::new(now.week().get().saturating_sub(1));
    Ok(Swept {
        batches: store.forget_batches(oldest.get()).await?,
        permits: store.forget_permits(first_week.get()).await?,
        tans: store.forget_tans(tans::hour(now).saturating_sub(TAN_AFTERLIFE_HOURS)).await?,
        configs: store.forget_configs(oldest.get()).await?,
        studies: store.forget_studies(studies::oldest_last_day(now).get()).await?,
        staff: sweep_staff(store, now).await?,
    })
}

async fn sweep_staff(store: &Store, now: Timestamp) -> store::Result<u64> {
    let oldest = now.day().minus(KEPT_DAYS);
    // Sessions end by the settings in force; here they are forgotten when no settings could let them live.
    let sessions = store.forget_sessions(now.minus(MAX_IDLE_SECONDS), now.minus(DAY_SECONDS)).await?;
    let invitations = store.forget_invitations(now).await?;
    let events = store.forget_staff_events(Timestamp::new(u64::from(oldest.get()) * DAY_SECONDS)).await?;
    Ok(sessions + invitations + events + store.forget_figures(oldest.get()).await?)
}

/// Truncates the write-ahead log, which would keep the order of uploads.
///
/// # Errors
/// [`store::Error`]. A reader in the way is no error: it is told, and the next sealing tries again.
pub async fn forget_order(store: &Store) -> store::Result<()> {
    for _ in 0..FORGET_TRIES {
        if store.forget_order().await? {
            return Ok(());
        }
        tokio::time::sleep(FORGET_PAUSE).await;
    }
    tracing::warn!("the write-ahead log is in use by readers and is truncated with the next sealing");
    Ok(())
}
