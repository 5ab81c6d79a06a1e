//! Making TANs valid: delivered by the authority as keyed hashes, or issued here by the operator.

use twoken_core::permit::Class;
use twoken_core::tan::{Tan, TanHash};
use twoken_core::units::Timestamp;

use crate::config::MAX_TAN_HOURS;
use crate::keys::Keys;
use crate::random;
use crate::store::{self, NewTan, Store};

/// Most hashes in one delivery.
pub const MAX_HASHES: usize = 10_000;
/// Longest validity, in hours: fourteen days.
pub const MAX_HOURS: u16 = MAX_TAN_HOURS;

pub(super) const HOUR_SECONDS: u64 = 3600;

/// Why TANs were not made valid.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Too many at once.
    #[error("{MAX_HASHES} hashes are the most in one request")]
    TooMany {
        /// How many came.
        got: usize,
    },
    /// A validity outside 1 to 336 hours.
    #[error("`expires_in_hours` must be 1 to {MAX_HOURS}")]
    Hours {
        /// What was asked for.
        got: u16,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Valid from now on.
    pub new: u64,
    /// Known before, and left as they were.
    pub known: u64,
}

/// Makes TANs valid by their hashes, for so many hours from now, rounded up to the full hour: the hour of expiry
/// shall not tell the minute at which a TAN was made.
///
/// # Errors
/// See [`Error`].
pub async fn deliver(
    store: &Store,
    now: Timestamp,
    class: Class,
    hashes: &[TanHash],
    hours: u16,
) -> Result<Delivered, Error> {
    if hashes.len() > MAX_HASHES {
        return Err(Error::TooMany { got: hashes.len() });
    }
    if hours == 0 || hours > MAX_HOURS {
        return Err(Error::Hours { got: hours });
    }
    let expires_hour = expiry_hour(now, hours);
    let tans: Vec<_> = hashes
        .iter()
        .map(|hash| NewTan { hash: *hash.as_bytes(), class: class as u8, expires_hour })
        .collect();
    let new = store.add_tans(&tans, hour(now)).await?;
    let known = (hashes.len() as u64).saturating_sub(new);
    Ok(Delivered { new, known })
}

/// Makes `count` new TANs and returns them: the only moment at which this server knows one.
///
/// # Errors
/// See [`Error`].
pub async fn issue(
    store: &Store,
    keys: &Keys,
    now: Timestamp,
    class: Class,
    count: usize,
    hours: u16,
) -> Result<Vec<Tan>, Error> {
    let mut rng = random::system();
    let tans: Vec<_> = (0..count.min(MAX_HASHES + 1)).map(|_| Tan::generate(&mut rng)).collect();
    let hashes: Vec<_> = tans.iter().map(|tan| keys.tan.hash(tan)).collect();
    deliver(store, now, class, &hashes, hours).await?;
    Ok(tans)
}

/// The first hour since the epoch in which a TAN of so many hours is no longer valid.
pub(super) fn expiry_hour(now: Timestamp, hours: u16) -> u32 {
    let end = now.plus(u64::from(hours) * HOUR_SECONDS);
    u32::try_from(end.seconds().div_ceil(HOUR_SECONDS)).unwrap_or(u32::MAX)
}

/// The hour since the epoch in which `now` lies.
pub(super) fn hour(now: Timestamp) -> u32 {
    u32::try_from(now.seconds() / HOUR_SECONDS).unwrap_or(u32::MAX)
}
