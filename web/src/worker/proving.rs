//! A membership proof over a page, and the body that it authorises (docs/protocol.md, 9.4 and 14.3).

use super::messages::ListProblem;
use minicbor::bytes::ByteVec;
use rand_core::CryptoRng;
use twoken_core::matching::FoundOn;
use twoken_core::membership::{Context, Kind, Statement};
use twoken_core::status::Scheme;
use twoken_core::tag::Claim;
use twoken_core::wire::{Proven, StudyId};

/// Proves to hold `claim` on the page of `on`, to the server of `key`: for a study, or for the second degree. What is
/// made was verified. Gives the bytes that travel, with `body` in them.
///
/// # Errors
/// [`ListProblem::Content`] where the page has no tag of this claim, or one that is no element; [`ListProblem::Other`] for a
/// key of another length.
pub fn prove(
    on: &FoundOn,
    claim: &Claim,
    key: &[u8],
    study: Option<StudyId>,
    body: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<ByteVec, ListProblem> {
    let key = key.try_into().map_err(|_| ListProblem::Other)?;
    // The pages kept are of open mode. A claim to a TCN is everybody's who heard it.
    let kind = match on.scheme {
        Scheme::Encounter => Kind::WithNullifier,
        Scheme::Tcn => Kind::Without,
    };
    let context = study.map_or(Context::SecondDegree, Context::Study);
    let statement = Statement::new(on.tags(), on.page.as_bytes(), kind, context, &key, body);
    let proof = statement.and_then(|statement| statement.prove(claim, rng));
    let proof = proof.map_err(|_| ListProblem::Content)?;
    Ok(Proven::new(on.page, proof, body).to_bytes().to_vec().into())
}
