//! An upload: checked against its permit, then its entries join a pool. The server learns that somebody with a permit
//! sent these entries; it keeps the entries, the permit's `t` and HMAC, and not which came with which.

use twoken_core::permit::{self, PermitHeader};
use twoken_core::status::Degree;
use twoken_core::tcn;
use twoken_core::units::Timestamp;
use twoken_core::wire;

use super::brought::Brought;
use super::published::Published;
use crate::keys::Keys;
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
    #[error("the permit is of week {stated}; here it is {here}")]
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
    /// A test in the future.
    #[error("the test is of a day that has not come")]
    TestDay,
    /// No such region here.
    #[error("there is no region of that name")]
    Region,
    /// The check was cut off.
    #[error("the check was interrupted")]
    Interrupted,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// An upload that was found good and is not stored yet.
#[derive(Debug)]
pub struct Accepted {
    header: PermitHeader,
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
) -> Result<PermitHeader, Error> {
    let header = PermitHeader::decode(permit.ok_or(Error::PermitMissing)?).map_err(Error::PermitMalformed)?;
    keys.permit.verify(&header, body).map_err(|_| Error::PermitRefused)?;
    if !header.info.week.is_accepted_at(now) {
        return Err(Error::Week { stated: header.info.week.get(), here: now.week().get() });
    }
    Ok(header)
}

/// Whether this very body came with this permit before. Then nothing else of it is looked at: what was right once is
/// stored, whatever day it is now.
///
/// # Errors
/// [`Error::PermitUsed`], [`Error::Store`].
pub async fn is_repeated(store: &Store, header: &PermitHeader) -> Result<bool, Error> {
    match store.mac_of(&header.t).await? {
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
    header: PermitHeader,
    body: &[u8],
) -> Result<Accepted, Error> {
    let brought = Brought::decode(published.config().mode, body).map_err(Error::Malformed)?;
    if brought.degree != Degree::First {
        return Err(Error::Degree);
    }
    if !published.has_region(&brought.region) {
        return Err(Error::Region);
    }
    let parts = brought.parts(header.info.class, now)?;
    Ok(Accepted { header, parts })
}

/// Stores what was found good. The same body again is no error and changes nothing.
///
/// # Errors
/// [`Error::PermitUsed`], [`Error::Store`].
pub async fn keep(store: &Store, accepted: Accepted) -> Result<(), Error> {
    let Accepted { header, parts } = accepted;
    let upload = NewUpload { t: header.t, mac: header.mac, week: header.info.week.get(), parts };
    match store.record_upload(upload).await? {
        Recorded::Stored | Recorded::Repeated => Ok(()),
        Recorded::Conflict => Err(Error::PermitUsed),
    }
}
