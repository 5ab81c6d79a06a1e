//! A pool becomes a batch: sorted, padded with dummies to full pages, signed, and appended to its region's chain, in
//! one transaction. Killed anywhere in between, the server finds either the pool as it was or the batch whole.
//!
//! Sorting is the shuffle (tags are pseudorandom). Dummies do not hide a lone uploader, so a pool below the minimum
//! waits: it is never dropped, and after `max_wait_hours` the operator is told at every tick.

use std::sync::Arc;

use twoken_core::batch::{self, BatchId, Head, PAGE_ENTRIES, Pool};
use twoken_core::status::{Degree, Scheme};
use twoken_core::tag::Entry;
use twoken_core::units::Timestamp;
use twoken_core::wire::{Digest, RegionId};

use super::published::Published;
use super::retention;
use crate::keys::Keys;
use crate::random;
use crate::store::{self, NewBatch, PoolKey, PoolState, Sealing, Store};

/// Fewest pages of a batch.
const MIN_PAGES: usize = 1;
/// Most entries of one batch: 1,024 pages, 22 MB. A larger pool becomes several batches.
const MAX_ENTRIES: u32 = 1024 * PAGE_ENTRIES as u32;
const HOUR_SECONDS: u64 = 3600;

/// Why sealing failed. The pool is as it was.
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
    /// The computation was cut off.
    #[error("sealing was interrupted")]
    Interrupted,
}

/// What happened to one pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Its region.
    pub region: String,
    /// Uploads that were in it.
    pub uploads: u64,
    /// Sealed, or why not.
    pub result: Result<Vec<Sealed>, Waiting>,
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
    /// Logs it: a batch as information, a pool past its time as a warning that repeats at every tick.
    pub fn tell(&self) {
        let Self { region, uploads, result } = self;
        match result {
            Ok(batches) => {
                let pages: u32 = batches.iter().map(|batch| batch.pages).sum();
                tracing::info!(region, batches = batches.len(), pages, "sealed");
            }
            Err(Waiting { min_uploads, hours, overdue: true }) => tracing::warn!(
                region,
                uploads,
                min_uploads,
                hours,
                "reports wait unsealed past max_wait_hours, because there are fewer than min_uploads; nobody is warned by \
                 them yet. `twoken-server batch seal --anyway` seals them now, `seal_anyway_after_hours` does so by itself; \
                 both make it easier to guess whose entries belong together"
            ),
            Err(Waiting { .. }) => {}
        }
    }
}

/// Seals every pool that is due at this tick.
///
/// # Errors
/// See [`Error`]; pools before the failing one are sealed, the others are as they were.
pub async fn seal_due(
    store: &Store,
    keys: &Arc<Keys>,
    published: &Published,
    tick: Timestamp,
) -> Result<Vec<Outcome>, Error> {
    store.stamp_pools(tick.seconds()).await?;
    let mut outcomes = Vec::new();
    for pool in store.pools().await? {
        if let Some(outcome) =
            seal_pool(store, keys, published, tick, pool.key, |pool| due(pool, published, tick)).await?
        {
            outcomes.push(outcome);
        }
    }
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
    now: Timestamp,
    region: Option<&RegionId>,
    anyway: bool,
) -> Result<Vec<Outcome>, Error> {
    let mut outcomes = Vec::new();
    for pool in store.pools().await? {
        if region.is_some_and(|region| region.to_string() != pool.key.region) {
            continue;
        }
        let decide = |pool: &PoolState| {
            let enough = pool.uploads >= u64::from(published.config().min_uploads);
            if anyway || enough { Ok(()) } else { Err(waiting(pool, published, now)) }
        };
        outcomes.extend(seal_pool(store, keys, published, now, pool.key, decide).await?);
    }
    retention::forget_order(store).await?;
    Ok(outcomes)
}

fn due(pool: &PoolState, published: &Published, tick: Timestamp) -> Result<(), Waiting> {
    let config = published.config();
    let waiting = waiting(pool, published, tick);
    let anyway = config.seal_anyway_after_hours.is_some_and(|hours| waiting.hours >= u64::from(hours));
    if pool.uploads >= u64::from(config.min_uploads) || anyway { Ok(()) } else { Err(waiting) }
}

fn waiting(pool: &PoolState, published: &Published, now: Timestamp) -> Waiting {
    let config = published.config();
    let hours = pool.waiting_since.map_or(0, |since| now.since(Timestamp::new(since)) / HOUR_SECONDS);
    let overdue = hours >= u64::from(config.max_wait_hours);
    Waiting { min_uploads: config.min_uploads, hours, overdue }
}

/// Seals one pool if `decide` says so, under the lock. `None` when it is empty meanwhile.
async fn seal_pool(
    store: &Store,
    keys: &Arc<Keys>,
    published: &Published,
    now: Timestamp,
    key: PoolKey,
    decide: impl FnOnce(&PoolState) -> Result<(), Waiting>,
) -> Result<Option<Outcome>, Error> {
    let mut sealing = store.begin_sealing(key.clone()).await?;
    let Some(pool) = sealing.pool().await? else { return Ok(None) };
    let outcome = |result| Outcome { region: key.region.clone(), uploads: pool.uploads, result };
    if let Err(waiting) = decide(&pool) {
        return Ok(Some(outcome(Err(waiting))));
    }
    let mut head = continue_chain(&mut sealing, &key, now).await?;
    let mut batches = Vec::new();
    loop {
        let entries = sealing.take(MAX_ENTRIES).await?;
        if entries.is_empty() {
            break;
        }
        let (keys, pool_key, digest) = (Arc::clone(keys), key.clone(), published.digest());
        // Sorting, hashing and making dummies take up to a second for the largest batch.
        let made = tokio::task::spawn_blocking(move || make(&keys, &pool_key, now, digest, &entries, head));
        let (new, sealed) = made.await.map_err(|_| Error::Interrupted)??;
        head = Head::new(new.head);
        sealing.publish(new).await?;
        batches.push(sealed);
    }
    sealing.commit().await?;
    Ok(Some(outcome(Ok(batches))))
}

/// The head that the next batch continues from. Batches of a region are in the order of their times, so none is made
/// with a time before the last one's.
async fn continue_chain(sealing: &mut Sealing, key: &PoolKey, now: Timestamp) -> Result<Head, Error> {
    let Some(last) = sealing.last_head().await? else { return Ok(Head::GENESIS) };
    match Timestamp::new(last.sealed_at).since(now) {
        0 => Ok(Head::new(last.head)),
        seconds => Err(Error::ClockBehind { region: key.region.clone(), seconds }),
    }
}

fn make(
    keys: &Keys,
    key: &PoolKey,
    now: Timestamp,
    config: Digest,
    entries: &[[u8; 84]],
    head: Head,
) -> Result<(NewBatch, Sealed), Error> {
    let damaged = || Error::Damaged { region: key.region.clone() };
    // They were decoded in full before they joined the pool.
    let entries = entries.iter().map(|bytes| Entry::from_trusted(bytes).map_err(|_| damaged()));
    let pool = Pool {
        region: key.region.parse().map_err(|_| damaged())?,
        scheme: scheme(key.scheme).ok_or_else(damaged)?,
        degree: degree(key.degree).ok_or_else(damaged)?,
        entries: entries.collect::<Result<_, _>>()?,
    };
    let batch = batch::seal(pool, now, config, &keys.signing, MIN_PAGES, &mut random::system())?;
    let header = batch.header.header();
    let sealed = Sealed { id: header.id, pages: u32::try_from(header.pages()).unwrap_or(u32::MAX) };
    let new = NewBatch {
        id: *sealed.id.as_bytes(),
        day: now.day().get(),
        sealed_at: now.seconds(),
        pages: sealed.pages,
        head: *head.then(&batch.header).as_bytes(),
        header: batch.header.to_bytes().to_vec(),
        entries: batch.entries_file,
    };
    Ok((new, sealed))
}

fn scheme(number: u8) -> Option<Scheme> {
    [Scheme::Encounter, Scheme::Tcn].into_iter().find(|scheme| *scheme as u8 == number)
}

fn degree(number: u8) -> Option<Degree> {
    [Degree::First, Degree::Second].into_iter().find(|degree| *degree as u8 == number)
}
