//! The body of a decoy ([`crate::decoy`]): that of a report, byte for byte in form and length, whose region is the mark. Every
//! reader of reports refuses it for that; only who asks for decoys can read one ([`UploadBody::unmarked`]).

use alloc::vec::Vec;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{Body, CoverBody, Error, UploadBody, VERSION, padded, private};
use crate::decoy::{MARK, Shape};
use crate::order;
use crate::status::{Degree, Mode, Status};
use crate::tag::Entry;
use crate::tcn::{Cover, DayKey};
use crate::units::{INTERVALS_PER_DAY, Interval, Timestamp};
use crate::wire::RegionId;
use crate::wire::region::MAX_REGION;

/// The mark in the region's place.
pub(super) const REGION: [u8; MAX_REGION] = [MARK; MAX_REGION];
/// Days of a decoy's cover: the last ones that are over, so that none of them is past retention while it is on its way.
const DAYS: u16 = 13;
/// Bytes before the region.
const HEAD: usize = 5;

impl UploadBody {
    /// A decoy's: dummies, and keys of random days.
    ///
    /// # Errors
    /// None that a [`Shape`] allows.
    pub(crate) fn decoy(
        shape: Shape,
        mode: Mode,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, Error> {
        let cover = shape.nodes().map(|nodes| cover(nodes, now, rng));
        if mode == Mode::Private {
            return private::decoy(shape, cover.as_ref(), rng).map(Self);
        }
        let status = Status::of_encounter(now.day(), None)?;
        let dummies = core::iter::repeat_with(|| Entry::dummy(rng)).take(shape.entries()).collect();
        Ok(Self::of(&Body {
            version: VERSION,
            region: REGION,
            degree: Degree::First,
            entries: padded(dummies, rng)?,
            cover: cover.map(|cover| CoverBody::of(&cover, &status)),
            tcn_entries: None,
        }))
    }

    /// See [`crate::decoy::is_upload`].
    pub(crate) fn is_decoy(body: &[u8]) -> bool {
        after_mark(body).is_some()
    }

    /// See [`crate::decoy::unmarked`].
    pub(crate) fn unmarked(body: &[u8], region: &RegionId) -> Option<Zeroizing<Vec<u8>>> {
        let (head, after) = after_mark(body)?;
        let mut report = Zeroizing::new(Vec::with_capacity(body.len()));
        report.extend_from_slice(head);
        report.extend_from_slice(&region.to_padded());
        report.extend_from_slice(after);
        Some(report)
    }
}

/// What stands before the mark and after it. A map of a few, version 1, and the region: deterministic CBOR has no other
/// beginning.
fn after_mark(body: &[u8]) -> Option<(&[u8; HEAD], &[u8])> {
    let (head, rest) = body.split_first_chunk::<HEAD>()?;
    match head {
        [0xa0..=0xb7, 0, VERSION, 1, 0x50] => Some((head, rest.strip_prefix(&REGION)?)),
        _ => None,
    }
}

/// A cover of this class that is nobody's: on each day the same number of single intervals, every other one. Who gets it learns
/// the class, which its length tells anyway.
fn cover(class: usize, now: Timestamp, rng: &mut impl CryptoRng) -> Cover {
    // As many as fit, on every day the same: 4, 19 or 72.
    let of_day = u32::try_from(class / usize::from(DAYS)).unwrap_or(u32::MAX).min(INTERVALS_PER_DAY / 2);
    let today = now.day();
    let days: Vec<_> = (1..=DAYS).rev().map(|ago| (today.minus(ago), DayKey::generate(rng))).collect();
    let every_other = |first: Interval| (0..of_day).map(move |nth| Interval::new(first.get() + 2 * nth));
    let chosen = order::set(days.iter().flat_map(|(day, _)| every_other(day.start().interval())));
    Cover::of_days(days.iter().map(|(day, key)| (*day, key)), &chosen)
}
