//! An upload of the second degree: an exposed person's own entries, authorised by a membership proof in the place of a
//! permit. The server learns that somebody with a claim to one of a page's 256 tags sent these entries; it keeps the
//! entries, the nullifier where there is one, the request's digest, and not which came with which.

use twoken_core::membership::Context;
use twoken_core::permit::Class;
use twoken_core::status::{Degree, Mode};
use twoken_core::units::Timestamp;
use twoken_core::wire::{Proven, RegionId};
use zeroize::Zeroizing;

use super::brought::Brought;
use super::proofs::{self, Proved, Prover};
use super::uploads;
use crate::backoff::Asker;
use crate::store::{self, Part, Spending, Spent};

/// Why an upload of the second degree was refused. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Something about the body.
    #[error(transparent)]
    Upload(#[from] uploads::Error),
    /// Something about the proof.
    #[error(transparent)]
    Proof(#[from] proofs::Error),
    /// The encounter was used for another body.
    #[error("this encounter has authorised another upload")]
    Used,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// Whether the server failed, and not the request.
    const fn is_ours(&self) -> bool {
        matches!(
            self,
            Self::Store(_)
                | Self::Upload(uploads::Error::Interrupted | uploads::Error::Store(_))
                | Self::Proof(proofs::Error::Store(_))
        )
    }
}

/// Takes in an upload of which the proof holds. The same request again is no error and changes nothing.
///
/// # Errors
/// See [`Error`]. A proof that does not hold counts against the asker, and so does, for a tenth of it, one that holds and authorises
/// nothing.
pub async fn receive(prover: &Prover<'_>, asker: Asker, now: Timestamp, request: &[u8]) -> Result<(), Error> {
    prover.may_try(asker)?;
    let proven = Proven::decode(request).map_err(uploads::Error::Malformed)?;
    let asked = prover.request(Context::SecondDegree, request, &proven);
    if asked.is_spent(prover.store).await? {
        return Ok(());
    }
    let found = prover.find(&proven.page).await?;
    if let Err(error) = answer(prover.foresee(&asked, &found).await?) {
        prover.bench.tries().count_vain(asker);
        return Err(error);
    }
    let body = Zeroizing::new(proven.body().to_vec());
    let Proved { spending, attempt } = prover.verify(asker, &asked, found, proven).await?;
    let kept = keep(prover, now, body, &spending).await;
    if kept.as_ref().is_err_and(|error| !error.is_ours()) {
        attempt.was_vain()
    } else {
        attempt.was_good()
    }
    kept
}

/// Reads what the proof is made over, and puts it into the pools.
async fn keep(
    prover: &Prover<'_>,
    now: Timestamp,
    body: Zeroizing<Vec<u8>>,
    spending: &Spending,
) -> Result<(), Error> {
    let mode = prover.published.config().mode;
    let read = tokio::task::spawn_blocking(move || read(mode, &body, now));
    let (region, parts) = read.await.map_err(|_| uploads::Error::Interrupted)??;
    if !prover.published.has_region(&region) {
        return Err(uploads::Error::Region.into());
    }
    answer(prover.store.record_proven(&parts, spending).await?)
}

/// What became of the proof, or would.
const fn answer(spent: Spent) -> Result<(), Error> {
    match spent {
        Spent::New | Spent::Repeated => Ok(()),
        Spent::Used => Err(Error::Used),
        Spent::Full => Err(Error::Proof(proofs::Error::PageSpent)),
        Spent::Gone => Err(Error::Proof(proofs::Error::PageUnknown)),
    }
}

/// The body: of the second degree, with what a patient may bring. A cover becomes lines here, and its keys end here.
fn read(mode: Mode, body: &[u8], now: Timestamp) -> Result<(RegionId, Vec<Part>), uploads::Error> {
    let brought = Brought::decode(mode, body).map_err(uploads::Error::Malformed)?;
    if brought.degree != Degree::Second {
        return Err(uploads::Error::ProvenDegree);
    }
    Ok((brought.region.clone(), brought.parts(Class::Patient, now)?))
}
