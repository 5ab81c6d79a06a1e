//! Verifying an index: a country's day has some hundred headers, each with a signature and a digest of each of its pages.

use super::messages::{ListProblem, News};
use twoken_core::batch::{Head, Index};
use twoken_core::units::{Day, Timestamp};
use twoken_core::wire::VerifyingKey;

/// What `bytes`, an index, has after the head `known`.
///
/// # Errors
/// What does not hold.
pub fn read(
    bytes: &[u8],
    key: &[u8],
    region: &str,
    day: Day,
    now: Timestamp,
    known: Option<&Head>,
) -> Result<News, ListProblem> {
    let key = VerifyingKey::new(key.try_into().map_err(|_| ListProblem::Other)?);
    let region = region.parse().map_err(|_| ListProblem::Other)?;
    let index = Index::decode_verified(bytes, &key, &region, day, now)?;
    let headers = index.after(known)?.iter().map(|header| header.to_bytes().to_vec().into()).collect();
    let before = known.copied().unwrap_or(index.previous_head());
    Ok(News { headers, before, head: index.last_head(), signed_at: index.signed_at() })
}
