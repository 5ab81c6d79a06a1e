//! Verifying a batch and comparing it with the diary's tags.

use super::messages::{Found, ListProblem};
use twoken_core::batch::SignedHeader;
use twoken_core::matching::{Matcher, Whole};
use twoken_core::units::Timestamp;
use twoken_core::wire::VerifyingKey;

/// The encounters that stand in a batch, after all of it was verified.
///
/// # Errors
/// What does not hold; nothing of the batch counts then.
pub fn compare(
    matcher: &[u8],
    header: &[u8],
    key: &[u8],
    entries: &[u8],
    found_at: Timestamp,
) -> Result<Vec<Found>, ListProblem> {
    let matcher = Matcher::from_bytes(matcher).map_err(|_| ListProblem::Other)?;
    let key = VerifyingKey::new(key.try_into().map_err(|_| ListProblem::Other)?);
    let header = SignedHeader::decode_verified(header, &key)?;
    let mut whole = Whole::new(&matcher, header.header())?;
    whole.feed(entries)?;
    Ok(whole.finish(found_at)?.into_iter().map(Found::from).collect())
}
