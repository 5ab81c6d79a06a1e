//! A membership proof over a page, and the body that it authorises (docs/protocol.md, 9.4 and 14.3).

use super::messages::ListProblem;
use minicbor::bytes::ByteVec;
use rand_core::CryptoRng;
use twoken_core::matching::ProofPage;
use twoken_core::membership::{Context, Statement};
use twoken_core::tag::Claim;
use twoken_core::wire::{Proven, StudyId};

/// Proves to hold `claim` on `page`, to the server of `key`: for a study, or for the second degree. What is
/// made was verified. Gives the bytes that travel, with `body` in them.
///
/// # Errors
/// [`ListProblem::Content`] where the page has no tag of this claim, or one that is no element; [`ListProblem::Other`] for a
/// key of another length.
pub fn prove(
    page: &ProofPage,
    claim: &Claim,
    key: &[u8],
    study: Option<StudyId>,
    body: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<ByteVec, ListProblem> {
    let key = key.try_into().map_err(|_| ListProblem::Other)?;
    let context = study.map_or(Context::SecondDegree, Context::Study);
    let statement = Statement::new(page.tags(), page.digest.as_bytes(), page.kind(), context, &key, body);
    let proof = statement.and_then(|statement| statement.prove(claim, rng));
    let proof = proof.map_err(|_| ListProblem::Content)?;
    Ok(Proven::new(page.digest, proof, body).to_bytes().to_vec().into())
}
