//! The index of a region's day: the signed headers of its batches in order, chained to the days before, and signed
//! with the time of signing, so that nobody can show a client yesterday's.
//!
//! Signed when asked for; the same signature is given for up to a minute while nothing new was sealed. It never
//! outlives midnight: a day counts as complete only when its index was signed after its end.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use twoken_core::batch::{Head, Index};
use twoken_core::units::{Day, Timestamp};
use twoken_core::wire::RegionId;

use super::published::Published;
use super::retention::oldest_day;
use crate::keys::Keys;
use crate::store::{self, Store};

/// How long one signature is given again, in seconds.
const FRESH_SECONDS: u64 = 60;

/// Why there is no index.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No such region here.
    #[error("there is no region of that name")]
    Region,
    /// The day is in the future.
    #[error("that day has not begun")]
    Future,
    /// The day's batches are deleted.
    #[error("that day is over for more than fourteen days; its batches are deleted")]
    Deleted,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Indexes signed lately.
#[derive(Debug, Default)]
pub struct Indexes(Mutex<HashMap<(RegionId, Day), Signed>>);

#[derive(Clone, Debug)]
struct Signed {
    at: Timestamp,
    batches: u64,
    bytes: Bytes,
}

impl Indexes {
    /// The index of a region's day, signed at most a minute ago.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get(
        &self,
        store: &Store,
        keys: &Keys,
        published: &Published,
        now: Timestamp,
        region: &RegionId,
        day: Day,
    ) -> Result<Bytes, Error> {
        let name = region.to_string();
        // A region that left the configuration has an index for as long as it has batches.
        if !published.has_region(region) && !store.has_batches(&name).await? {
            return Err(Error::Region);
        }
        if day > now.day() {
            return Err(Error::Future);
        }
        if day < oldest_day(now) {
            return Err(Error::Deleted);
        }
        let batches = store.count_headers(&name, day.get()).await?;
        if let Some(bytes) = self.fresh(region, day, now, batches) {
            return Ok(bytes);
        }
        let previous = store.head_before(&name, day.get()).await?.map_or(Head::GENESIS, Head::new);
        let headers = store.headers(&name, day.get()).await?;
        let batches = headers.len() as u64;
        let bytes = Bytes::from(Index::sign(region, day, previous, &headers, now, &keys.signing));
        let signed = Signed { at: now, batches, bytes: bytes.clone() };
        let mut kept = self.lock();
        // What is too old to be given again is not kept either.
        kept.retain(|_, signed| signed.is_young(now));
        kept.insert((region.clone(), day), signed);
        Ok(bytes)
    }

    fn fresh(&self, region: &RegionId, day: Day, now: Timestamp, batches: u64) -> Option<Bytes> {
        let kept = self.lock();
        let signed = kept.get(&(region.clone(), day))?;
        (signed.is_young(now) && signed.batches == batches).then(|| signed.bytes.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(RegionId, Day), Signed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Signed {
    fn is_young(&self, now: Timestamp) -> bool {
        now >= self.at && now.since(self.at) < FRESH_SECONDS && now.day() == self.at.day()
    }
}
