//! A TAN becomes a permit: the POPRF evaluation of a blinded element under (class, week), once.
//!
//! The class is the one the TAN was made with; the week is the client's, ±1. The server remembers a digest of what a
//! TAN was redeemed with, so that the same question gets the same evaluated element again and any other none.

use sha2::{Digest, Sha256};
use twoken_core::labels;
use twoken_core::permit::{self, PermitInfo};
use twoken_core::tan::{self, Tan};
use twoken_core::units::Timestamp;
use twoken_core::wire::{PermitRequest, PermitResponse};

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
    #[error("the stated week is {stated}; here it is {here}")]
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
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Redeems a TAN. Everything that can be wrong with the question is found before the TAN is touched.
///
/// # Errors
/// See [`Error`]; only an unknown TAN counts against the asker.
pub async fn redeem(
    store: &Store,
    keys: &Keys,
    backoff: &Backoff,
    asker: Asker,
    now: Timestamp,
    request: &PermitRequest,
) -> Result<PermitResponse, Error> {
    backoff.may_try(asker).map_err(|seconds| Error::Wait { seconds })?;
    let tan = Tan::parse(&request.tan).map_err(Error::TanMalformed)?;
    if !request.week.is_accepted_at(now) {
        return Err(Error::Week { stated: request.week.get(), here: now.week().get() });
    }
    let info = PermitInfo { class: request.class, week: request.week };
    let answer =
        keys.permit.evaluate(&request.blinded, info, &mut random::system()).map_err(Error::Malformed)?;
    let hash = keys.tan.hash(&tan);
    let redemption = Redemption {
        hash: *hash.as_bytes(),
        class: info.class as u8,
        hour: hour(now),
        digest: redeemed_with(info, &request.blinded),
    };
    match store.redeem_tan(redemption).await? {
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
