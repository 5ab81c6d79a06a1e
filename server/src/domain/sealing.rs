//! Which pools become batches, and when ([`super::pressing`] makes them; [`super::regions`] says where else entries wait).
//!
//! A pool of `min_uploads` is sealed at the next tick. One below that waits, then joins the wider region's; at the root
//! it waits on, and the operator is told at every tick: it is never dropped. `seal_anyway_after_hours`, which is part
//! of the signed configuration, ends that wait.
//!
//! One process seals at a time. Killed anywhere, the next one finds either the pool or its batches, and finishes.

use std::sync::Arc;
use std::time::Duration;

use twoken_core::batch::{self, BatchId};
use twoken_core::units::Timestamp;
use twoken_core::wire::RegionId;

use super::pressing::{self, in_time};
use super::published::Published;
use super::{regions, retention};
use crate::clock::Clock;
use crate::keys::Keys;
use crate::store::{self, PoolState, SealingLock, Store};

const HOUR_SECONDS: u64 = 3600;
/// How long to wait for another process that seals: the largest pool takes seconds.
const LOCK_TRIES: u32 = 600;
const LOCK_PAUSE: Duration = Duration::from_millis(100);
/// Rows that one transaction deletes at most: uploads wait for that long, some milliseconds.
const SWEEP_ENTRIES: u32 = 8192;
const SWEEP_PAGES: u32 = 256;

/// Why sealing failed. What waits is still there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The core refused to seal.
    #[error("a batch could not be made: {0}")]
    Batch(#[from] batch::Error),
    /// What waits in the pool does not have its form.
    #[error("the pool of region {region} holds something that is no entry")]
    Damaged {
        /// Where.
        region: String,
    },
    /// The region's chain has a batch from after now.
    #[error(
        "the clock is {seconds} s behind the last sealing of region {region}: it was set back, or was ahead then; \
         what waits there is sealed when the clock has caught up"
    )]
    ClockBehind {
        /// Where.
        region: String,
        /// How far, in seconds.
        seconds: u64,
    },
    /// Another process seals, and does not come to an end.
    #[error("another process has been sealing for a minute; what waits is sealed at the next tick")]
    Busy,
    /// The batches were made before midnight and would be published after it.
    #[error("midnight passed while batches were made; what waits is sealed at the next tick")]
    DayOver,
    /// The computation was cut off.
    #[error("sealing was interrupted")]
    Interrupted,
}

/// What happened to one pool.
#[derive(Debug)]
pub struct Outcome {
    /// Its region.
    pub region: String,
    /// Uploads that were in it.
    pub uploads: u64,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a pool.
#[derive(Debug)]
pub enum Fate {
    /// It was sealed.
    Sealed(Vec<Sealed>),
    /// It joined the wider region's.
    Moved {
        /// The wider region.
        to: String,
    },
    /// It waits on.
    Waiting(Waiting),
    /// It could not be sealed, and waits on.
    Failed(Error),
}

/// A batch that was just sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Its name.
    pub id: BatchId,
    /// Its pages.
    pub pages: u32,
}

/// Why a pool waits on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Uploads that a batch needs.
    pub min_uploads: u32,
    /// Hours since a sealing tick first saw the pool.
    pub hours: u64,
    /// Whether that is longer than the configuration promises.
    pub overdue: bool,
}

impl Outcome {
    /// Logs it: a batch as information, a pool past its time at the root as a warning that repeats at every tick.
    pub fn tell(&self) {
        let Self { region, uploads, fate } = self;
        match fate {
            Fate::Sealed(batches) => {
                let pages: u32 = batches.iter().map(|batch| batch.pages).sum();
                tracing::info!(region, batches = batches.len(), pages, "sealed");
            }
            Fate::Moved { to } => {
                tracing::info!(
                    region,
                    to,
                    "too few reports after max_wait_hours: they wait with the wider region"
                );
            }
            Fate::Waiting(Waiting { min_uploads, hours, overdue: true }) => tracing::warn!(
                region,
                uploads,
                min_uploads,
                hours,
                "reports wait unsealed past max_wait_hours, because there are fewer than min_uploads; nobody is warned by \
                 them yet. `twoken-server batch seal --anyway` seals them now, `seal_anyway_after_hours` does so by itself; \
                 both make it easier to guess whose entries belong together"
            ),
            Fate::Waiting(Waiting { .. }) => {}
            Fate::Failed(error) => {
                tracing::error!(region, %error, "sealing failed; what waits is still there and is tried again");
            }
        }
    }
}

/// Seals every pool that is due at this tick, from the smallest regions up to the root.
///
/// # Errors
/// See [`Error`]; a pool that fails fails no other, and is told by its outcome.
pub async fn seal_due(
    store: &Store,
    keys: &Arc<Keys>,
    published: &Published,
    clock: &Clock,
    tick: Timestamp,
) -> Result<Vec<Outcome>, Error> {
    let _lock = lock(store).await?;
    let mut outcomes = resume(store, keys, published, clock).await?;
    store.stamp_pools(tick.seconds()).await?;
    let deepest = published.depths().max().unwrap_or(0);
    for depth in (0..=deepest).rev() {
        // Asked for anew at each depth: a smaller region's reports may have come up.
        for pool in store.pools().await? {
            if published.depth(&pool.key.region) == depth {
                outcomes.push(due(store, keys, published, clock, tick, pool).await);
            }
        }
    }
    clean(store).await?;
    Ok(outcomes)
}

/// Seals now, whatever the schedule says: the pools of `region`, or all. A pool below the minimum waits unless
/// `anyway`.
///
/// # Errors
/// See [`Error`].
pub async fn seal_now(
    store: &Store,
    keys: &Arc<Keys>,
    published: &Published,
    clock: &Clock,
    region: Option<&RegionId>,
    anyway: bool,
) -> Result<Vec<Outcome>, Error> {
    let _lock = lock(store).await?;
    let mut outcomes = resume(store, keys, published, clock).await?;
    for pool in store.pools().await? {
        if region.is_some_and(|region| region.as_str() != pool.key.region) {
            continue;
        }
        let enough = pool.uploads >= u64::from(published.config().min_uploads);
        outcomes.push(if anyway || enough {
            seal(store, keys, published, clock, pool).await
        } else {
            outcome(&pool, Fate::Waiting(waiting(&pool, published, clock.now())))
        });
    }
    clean(store).await?;
    retention::forget_order(store).await?;
    Ok(outcomes)
}

/// What an earlier sealing began is finished first, or swept away; then every pool gets to where it belongs.
async fn resume(
    store: &Store,
    keys: &Arc<Keys>,
    published: &Published,
    clock: &Clock,
) -> Result<Vec<Outcome>, Error> {
    clean(store).await?;
    let mut outcomes = Vec::new();
    for pool in store.closed_pools().await? {
        let pressed = pressing::press(store, keys, published, clock, &pool).await;
        outcomes.push(outcome(&pool, pressed.map_or_else(Fate::Failed, Fate::Sealed)));
    }
    regions::resettle(store, published).await?;
    Ok(outcomes)
}

/// Seals, moves or leaves one pool at a tick.
async fn due(
    store: &Store,
    keys: &Arc<Keys>,
    published: &Published,
    clock: &Clock,
    tick: Timestamp,
    pool: PoolState,
) -> Outcome {
    let config = published.config();
    let waiting = waiting(&pool, published, tick);
    if pool.uploads >= u64::from(config.min_uploads) {
        return seal(store, keys, published, clock, pool).await;
    }
    if let Some(wider) = published.wider(&pool.key.region) {
        if !waiting.overdue {
            return outcome(&pool, Fate::Waiting(waiting));
        }
        return match store.move_pool(pool.number, wider, Some(config.min_uploads)).await {
            Ok(true) => outcome(&pool, Fate::Moved { to: wider.to_owned() }),
            // Enough came meanwhile; the next tick seals them.
            Ok(false) => outcome(&pool, Fate::Waiting(Waiting { overdue: false, ..waiting })),
            Err(error) => outcome(&pool, Fate::Failed(error.into())),
        };
    }
    if config.seal_anyway_after_hours.is_some_and(|hours| waiting.hours >= u64::from(hours)) {
        return seal(store, keys, published, clock, pool).await;
    }
    outcome(&pool, Fate::Waiting(waiting))
}

/// Closes and seals one pool.
async fn seal(
    store: &Store,
    keys: &Arc<Keys>,
    published: &Published,
    clock: &Clock,
    pool: PoolState,
) -> Outcome {
    let sealed = async {
        // Known before the pool is closed, so that uploads still join it while the clock is behind.
        in_time(store.last_head(&pool.key.region).await?, &pool.key.region, clock.now())?;
        match store.close_pool(pool.number).await? {
            Some(closed) => pressing::press(store, keys, published, clock, &closed).await,
            None => Ok(Vec::new()),
        }
    };
    let fate = sealed.await.map_or_else(Fate::Failed, Fate::Sealed);
    outcome(&pool, fate)
}

fn outcome(pool: &PoolState, fate: Fate) -> Outcome {
    Outcome { region: pool.key.region.clone(), uploads: pool.uploads, fate }
}

fn waiting(pool: &PoolState, published: &Published, now: Timestamp) -> Waiting {
    let config = published.config();
    let hours = pool.waiting_since.map_or(0, |since| now.since(Timestamp::new(since)) / HOUR_SECONDS);
    let overdue = hours >= u64::from(config.max_wait_hours);
    Waiting { min_uploads: config.min_uploads, hours, overdue }
}

/// The right to seal, waited for.
async fn lock(store: &Store) -> Result<SealingLock, Error> {
    for _ in 0..LOCK_TRIES {
        if let Some(lock) = store.try_lock_sealing()? {
            return Ok(lock);
        }
        tokio::time::sleep(LOCK_PAUSE).await;
    }
    Err(Error::Busy)
}

/// Deletes, little by little, what is published and waits no more, and files that belong to no batch.
async fn clean(store: &Store) -> Result<(), Error> {
    while store.empty_sealed(SWEEP_ENTRIES).await? {}
    while store.forget_staged(SWEEP_PAGES).await? {}
    Ok(())
}
