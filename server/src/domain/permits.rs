//! A TAN becomes a permit: the POPRF evaluation of a blinded element under (class, week), once.
//!
//! The class is the one the TAN was made with; the week is the client's, ±1. The server remembers a digest of what a
//! TAN was redeemed with, so that the same question gets the same evaluated element again and any other none.
//!
//! A decoy goes the same way with a TAN that nobody has, under a key that nobody has: its answer opens to nothing.

use sha2::{Digest, Sha256};
use twoken_core::permit::{self, PermitInfo, PermitKey};
use twoken_core::tan::{self, Tan};
use twoken_core::units::Timestamp;
use twoken_core::wire::{PermitRequest, PermitResponse};
use twoken_core::{decoy, labels};

use super::decoys::Turn;
use super::tans::hour;
use crate::backoff::{Asker, Backoff};
use crate::keys::Keys;
use crate::random;
use crate::store::{self, Redeemed, Redemption, Store};

/// Why no permit was given.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The TAN is mistyped: its own check symbol says so.
    #[error("the TAN is mistyped: {0}")]
    TanMalformed(tan::Error),
    /// The blinded element is none.
    #[error("the blinded element is not right: {0}")]
    Malformed(permit::Error),
    /// The stated week is not this one, the one before or the one after.
    #[error("another week is stated; here it is {here}")]
    Week {
        /// What the client stated.
        stated: u16,
        /// This week.
        here: u16,
    },
    /// No such TAN here.
    #[error("the TAN is not known here")]
    TanUnknown,
    /// Its time is over.
    #[error("the TAN's time is over")]
    TanExpired,
    /// It was made invalid.
    #[error("the TAN was revoked")]
    TanRevoked,
    /// It was redeemed with another element, class or week.
    #[error("the TAN was used before")]
    TanUsed,
    /// It was made for another class.
    #[error("the TAN was made for another class of permit")]
    OtherClass,
    /// Too many wrong TANs from this address.
    #[error("too many wrong TANs; the next try is in {seconds} s")]
    Wait {
        /// Seconds to wait.
        seconds: u64,
    },
    /// Too many decoys from this address.
    #[error("too many requests; the next turn is in {seconds} s")]
    Busy {
        /// Seconds to wait.
        seconds: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Redeems a TAN. Everything that can be wrong with the question is found before the TAN is touched.
///
/// # Errors
/// See [`Error`]; only an unknown TAN counts against the asker, and only a decoy takes a turn.
pub async fn redeem(
    store: &Store,
    keys: &Keys,
    backoff: &Backoff,
    asker: Asker,
    turn: Turn<'_>,
    now: Timestamp,
    request: &PermitRequest,
) -> Result<PermitResponse, Error> {
    turn.is_there().map_err(|seconds| Error::Busy { seconds })?;
    backoff.may_try(asker).map_err(|seconds| Error::Wait { seconds })?;
    let mut rng = random::system();
    // Both are made for everybody, so that everybody waits for both.
    let (nobodys, thrown_away) = (Tan::generate(&mut rng), PermitKey::generate(&mut rng));
    let decoy = decoy::is_marked(&request.tan);
    let (tan, key) = if decoy {
        turn.take().map_err(|seconds| Error::Busy { seconds })?;
        (nobodys, &thrown_away)
    } else {
        (Tan::parse(&request.tan).map_err(Error::TanMalformed)?, &keys.permit)
    };
    if !request.week.is_accepted_at(now) {
        return Err(Error::Week { stated: request.week.get(), here: now.week().get() });
    }
    let info = PermitInfo { class: request.class, week: request.week };
    let answer = key.evaluate(&request.blinded, info, &mut rng).map_err(Error::Malformed)?;
    let hash = keys.tan.hash(&tan);
    let redemption = Redemption {
        hash: *hash.as_bytes(),
        class: info.class as u8,
        hour: hour(now),
        digest: redeemed_with(info, &request.blinded),
    };
    let redeemed = match decoy {
        true => store.redeem_nothing(redemption).await?,
        false => store.redeem_tan(redemption).await?,
    };
    match redeemed {
        _ if decoy => Ok(answer),
        Redeemed::Granted => Ok(answer),
        Redeemed::Expired => Err(Error::TanExpired),
        Redeemed::Revoked => Err(Error::TanRevoked),
        Redeemed::Used => Err(Error::TanUsed),
        Redeemed::OtherClass => Err(Error::OtherClass),
        Redeemed::Unknown => {
            backoff.count_wrong(asker).map_err(|seconds| Error::Wait { seconds })?;
            Err(Error::TanUnknown)
        }
    }
}

/// What one redemption is remembered by: `SHA-256(label ‖ class ‖ week ‖ blinded element)`, all that its answer depends
/// on. Stays in this server's database.
fn redeemed_with(info: PermitInfo, blinded: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(labels::REDEEMED);
    hash.update([info.class as u8]);
    hash.update(info.week.get().to_be_bytes());
    // Canonical: `evaluate` accepted it, and base64url has one form here.
    hash.update(blinded.as_bytes());
    hash.finalize().into()
}
