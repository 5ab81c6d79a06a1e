//! An upload: checked against its permit, then its entries join a pool. The server learns that somebody with a permit
//! sent these entries; it keeps the entries, the permit's `t` and HMAC, and not which came with which.
//!
//! A decoy goes the same way: its permit is held against a key that nobody has, whatever comes of it, and what it brings is
//! read, written and taken back.

use twoken_core::decoy;
use twoken_core::permit::{self, PermitHeader, PermitKey};
use twoken_core::status::Degree;
use twoken_core::tcn;
use twoken_core::units::Timestamp;
use twoken_core::wire;

use super::brought::Brought;
use super::decoys::Turn;
use super::published::Published;
use crate::keys::Keys;
use crate::random;
use crate::store::{self, NewUpload, Part, Recorded, Store};

/// Why an upload was refused. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The permit header is missing.
    #[error("the `twoken-permit` header is missing")]
    PermitMissing,
    /// The permit header does not have its form.
    #[error("the `twoken-permit` header is not right: {0}")]
    PermitMalformed(permit::Error),
    /// The permit was not given by this server, or not for this body.
    #[error("the permit is not of this server, or not for this body")]
    PermitRefused,
    /// The permit carried another body before.
    #[error("the permit was used for another body")]
    PermitUsed,
    /// The permit's week is over, or far ahead.
    #[error("the permit is of another week; here it is {here}")]
    Week {
        /// The permit's week.
        stated: u16,
        /// This week.
        here: u16,
    },
    /// The body does not have its form.
    #[error("the body is not right: {0}")]
    Malformed(wire::Error),
    /// Entries of the second degree need a membership proof, not a permit.
    #[error("a permit carries entries of the first degree only")]
    Degree,
    /// Entries of the first degree need a permit, not a membership proof.
    #[error("a proof carries entries of the second degree only")]
    ProvenDegree,
    /// Entries that a patient cannot have regenerated.
    #[error("entries made of keys take a permit of the staff's class; a patient uploads the keys")]
    Entries,
    /// Keys from staff, who make the entries themselves.
    #[error("keys take a permit of the patients' class; staff upload the entries made of them")]
    Keys,
    /// Keys that are not for now, or a test that is not.
    #[error("the keys are not right: {0}")]
    Cover(tcn::Error),
    /// A decoy's keys of more than one interval each: more work than an app's decoy is.
    #[error("the keys are not a decoy's")]
    DecoyKeys,
    /// A test in the future.
    #[error("the test is of a day that has not come")]
    TestDay,
    /// No such region here.
    #[error("there is no region of that name")]
    Region,
    /// Too many decoys from this address.
    #[error("too many requests; the next turn is in {seconds} s")]
    Busy {
        /// Seconds to wait.
        seconds: u64,
    },
    /// The check was cut off.
    #[error("the check was interrupted")]
    Interrupted,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// An upload whose permit was found good. A decoy's is, whatever it is.
#[derive(Debug)]
pub struct Permitted {
    header: PermitHeader,
    decoy: bool,
}

/// An upload that was found good and is not stored yet.
#[derive(Debug)]
pub struct Accepted {
    permitted: Permitted,
    parts: Vec<Part>,
}

/// Checks an upload's permit: its form, whether it is for this body, its week.
///
/// # Errors
/// See [`Error`].
pub fn check_permit(
    keys: &Keys,
    now: Timestamp,
    permit: Option<&str>,
    body: &[u8],
) -> Result<Permitted, Error> {
    let header = PermitHeader::decode(permit.ok_or(Error::PermitMissing)?).map_err(Error::PermitMalformed)?;
    let decoy = decoy::is_upload(body);
    let thrown_away = PermitKey::generate(&mut random::system());
    let key = if decoy { &thrown_away } else { &keys.permit };
    if key.verify(&header, body).is_err() && !decoy {
        return Err(Error::PermitRefused);
    }
    if !header.info.week.is_accepted_at(now) {
        return Err(Error::Week { stated: header.info.week.get(), here: now.week().get() });
    }
    Ok(Permitted { header, decoy })
}

/// A decoy takes one of its address's turns; a report takes none.
///
/// # Errors
/// [`Error::Busy`].
pub fn take_turn(turn: Turn<'_>, permitted: &Permitted) -> Result<(), Error> {
    if permitted.decoy { turn.take().map_err(|seconds| Error::Busy { seconds }) } else { Ok(()) }
}

/// Whether this very body came with this permit before. Then nothing else of it is looked at: what was right once is
/// stored, whatever day it is now.
///
/// # Errors
/// [`Error::PermitUsed`], [`Error::Store`].
pub async fn is_repeated(store: &Store, permitted: &Permitted) -> Result<bool, Error> {
    let header = &permitted.header;
    match store.mac_of(&header.t).await? {
        _ if permitted.decoy => Ok(false),
        None => Ok(false),
        Some(mac) if mac == header.mac => Ok(true),
        Some(_) => Err(Error::PermitUsed),
    }
}

/// Checks an upload's body: its form, degree, region, keys, in this order. A cover becomes entries here, and its keys end
/// with this function. Takes milliseconds of computation for a large body, a tenth of a second for a large cover.
///
/// # Errors
/// See [`Error`].
pub fn check(
    published: &Published,
    now: Timestamp,
    permitted: Permitted,
    body: &[u8],
) -> Result<Accepted, Error> {
    let root = published.config().root().filter(|_| permitted.decoy);
    let report = root.and_then(|root| decoy::unmarked(body, &root.id));
    let body = report.as_deref().map_or(body, Vec::as_slice);
    let brought = Brought::decode(published.config().mode, body).map_err(Error::Malformed)?;
    if brought.degree != Degree::First {
        return Err(Error::Degree);
    }
    if !published.has_region(&brought.region) {
        return Err(Error::Region);
    }
    if permitted.decoy && brought.has_wide_keys() {
        return Err(Error::DecoyKeys);
    }
    let parts = brought.parts(permitted.header.info.class, now)?;
    Ok(Accepted { permitted, parts })
}

/// Stores what was found good. The same body again is no error and changes nothing.
///
/// # Errors
/// [`Error::PermitUsed`], [`Error::Store`].
pub async fn keep(store: &Store, accepted: Accepted) -> Result<(), Error> {
    let Accepted { permitted: Permitted { header, decoy }, parts } = accepted;
    let upload = NewUpload { t: header.t, mac: header.mac, week: header.info.week.get(), parts };
    if decoy {
        return store.record_nothing(upload).await.map(|_| ()).map_err(Error::Store);
    }
    match store.record_upload(upload).await? {
        Recorded::Stored | Recorded::Repeated => Ok(()),
        Recorded::Conflict => Err(Error::PermitUsed),
    }
}
