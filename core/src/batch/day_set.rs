//! The key of a day set, from all of its headers.

use super::{Error, Header};
use crate::psi::{DayPublicKey, DaySet};
use crate::status::Mode;

/// `B` of a day set: the same in every header of its day and scheme, whatever their regions and degrees. None without a
/// batch: there is nothing to ask about. Headers of other day sets are not looked at.
///
/// # Errors
/// [`Error::Mode`] for a batch of open mode; [`Error::BlindingKeys`] where they differ.
pub fn blinding_key<'a>(
    headers: impl IntoIterator<Item = &'a Header>,
    day_set: DaySet,
) -> Result<Option<DayPublicKey>, Error> {
    let is_its = |header: &&Header| (header.sealed_at.day(), header.scheme) == (day_set.day, day_set.scheme);
    let mut known = None;
    for header in headers.into_iter().filter(is_its) {
        let key = header.blinding_key.filter(|_| header.mode == Mode::Private).ok_or(Error::Mode)?;
        if *known.get_or_insert(key) != key {
            return Err(Error::BlindingKeys);
        }
    }
    Ok(known)
}
