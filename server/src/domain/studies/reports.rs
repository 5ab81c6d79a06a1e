//! A contact that is told to a study, or taken back. One request each, and nothing that two of them share.

use twoken_core::membership::Context;
use twoken_core::units::Timestamp;
use twoken_core::wire::{self, Contact, Proven, Report, StudyId, WithdrawalKey};

use super::{State, read, state};
use crate::backoff::Asker;
use crate::domain::proofs::{self, Found, Proved, Prover, Request};
use crate::store::{self, NewReport, Reported, Spent, Store, StoredStudy, Told, Withdrawn};

/// Why a contact was not taken. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The body does not have its form.
    #[error("the report is not right: {0}")]
    Malformed(wire::Error),
    /// No such study.
    #[error("there is no study of that name, or not any more")]
    Unknown,
    /// It is over.
    #[error("the study takes no more reports")]
    Ended,
    /// It has as many reports as it takes.
    #[error("the study has as many reports as it takes")]
    Full,
    /// Of another mode, scheme or day than study and page.
    #[error("the report is of no contact that study and page allow")]
    Refused,
    /// A contact that the study was told of.
    #[error("the study was told of this contact before")]
    Repeated,
    /// Something about the proof.
    #[error(transparent)]
    Proof(#[from] proofs::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Why nothing was taken back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WithdrawalError {
    /// No such study.
    #[error("there is no study of that name, or not any more")]
    Study,
    /// No such report.
    #[error("no report that is there has this key")]
    Unknown,
    /// The study was exported.
    #[error("the study was exported before")]
    Late,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Takes a contact, of which the proof holds, into its study. The same request again is no error and changes nothing.
///
/// # Errors
/// See [`Error`]. A proof that does not hold counts against the asker, and so does, for a tenth of it, one for which there is no
/// room any more or that was used before.
pub async fn tell(
    prover: &Prover<'_>,
    asker: Asker,
    now: Timestamp,
    id: &StudyId,
    body: &[u8],
) -> Result<(), Error> {
    prover.may_try(asker)?;
    let proven = Proven::decode(body).map_err(Error::Malformed)?;
    let stored = prover.store.study(id.as_bytes()).await?.ok_or(Error::Unknown)?;
    let request = prover.request(Context::Study(*id), body, &proven);
    if request.is_spent(prover.store).await? {
        return Ok(());
    }
    if !matches!(state(&stored, now), State::Open { .. }) {
        return Err(Error::Ended);
    }
    let study = read(&stored)?;
    let found = prover.find(&proven.page).await?;
    let report = Report::decode(proven.body()).map_err(Error::Malformed)?;
    report.check(&study, found.header(), now).map_err(|_| Error::Refused)?;
    if let Err(error) = answer(foresee(prover, &request, &found, &stored).await?) {
        prover.bench.tries().count_vain(asker);
        return Err(error);
    }
    let Proved { spending, attempt } = prover.verify(asker, &request, found, proven).await?;
    let report = NewReport {
        study: stored.id,
        withdrawal: *report.withdrawal.as_bytes(),
        told: told(&report.contact, spending.is_of_nullifier()),
        spending,
        today: now.day().get(),
    };
    let reported = prover.store.record_report(&report).await;
    let is_in_vain = reported.as_ref().is_ok_and(|reported| answer(*reported).is_err());
    if is_in_vain {
        attempt.was_vain()
    } else {
        attempt.was_good()
    }
    answer(reported?)
}

/// What would become of a report if its proof held, in the order in which [`Store::record_report`] finds it out.
async fn foresee(
    prover: &Prover<'_>,
    request: &Request,
    found: &Found,
    study: &StoredStudy,
) -> Result<Reported, Error> {
    Ok(match prover.foresee(request, found).await? {
        Spent::Repeated => Reported::Repeated,
        Spent::Used => Reported::Used,
        Spent::Full => Reported::PageFull,
        Spent::Gone => Reported::PageGone,
        Spent::New if prover.store.count_reports(&study.id).await? >= u64::from(study.at_most) => {
            Reported::Full
        }
        Spent::New => Reported::Stored,
    })
}

/// What became of a report, or would.
const fn answer(reported: Reported) -> Result<(), Error> {
    match reported {
        Reported::Stored | Reported::Repeated => Ok(()),
        Reported::Used => Err(Error::Repeated),
        Reported::PageFull => Err(Error::Proof(proofs::Error::PageSpent)),
        Reported::PageGone => Err(Error::Proof(proofs::Error::PageUnknown)),
        Reported::Unknown => Err(Error::Unknown),
        Reported::Ended => Err(Error::Ended),
        Reported::Full => Err(Error::Full),
    }
}

/// Takes a report back: whoever has its key made it, and nothing else is asked.
///
/// # Errors
/// See [`WithdrawalError`].
pub async fn withdraw(store: &Store, id: &StudyId, key: &WithdrawalKey) -> Result<(), WithdrawalError> {
    match store.withdraw_report(id.as_bytes(), key.hash().as_bytes()).await? {
        Withdrawn::Gone => Ok(()),
        Withdrawn::NoStudy => Err(WithdrawalError::Study),
        Withdrawn::Unknown => Err(WithdrawalError::Unknown),
        Withdrawn::Late => Err(WithdrawalError::Late),
    }
}

fn told(contact: &Contact, once: bool) -> Told {
    match *contact {
        Contact::Open { day, duration, closeness, scheme } => Told {
            day: day.get(),
            duration: Some(duration as u8),
            closeness: Some(closeness as u8),
            category: None,
            scheme: scheme as u8,
            once,
        },
        Contact::Private { batch_day, category, scheme } => Told {
            day: batch_day.get(),
            duration: None,
            closeness: None,
            category: Some(category as u8),
            scheme: scheme as u8,
            once,
        },
    }
}
