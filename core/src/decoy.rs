//! Cover traffic: what looks like a report to whoever watches the line, and is none.
//!
//! ```text
//! client ──► server: mark, class, week, blinded             POST /v1/permits, as long as with a TAN
//! server ──► client: evaluated, proof                       under a key that is thrown away with the answer
//!            ... the random pause of a report ...
//! client ──► server: t, class, week, HMAC, body             POST /v1/uploads, of a report's size, the mark in it
//! ```
//!
//! The mark stands inside the bodies, which TLS hides: the letter `U` in every place of a TAN, and of a region's id. No TAN
//! has that letter and no region has a capital, so nothing that was meant to be a report reads as a decoy, however it was
//! damaged. The server can tell, and is meant to: it answers as to a report, keeps nothing, and its permit key is not
//! asked. When a decoy goes is drawn without memory ([`pause_ms`]): one that went says nothing of the next.
//!
//! A decoy's upload is of the sizes that a report of the same person would have now ([`Shape`]), and says nothing else of
//! them: its entries are dummies and its keys of fresh random days. Twoken's; its idea is that of the "plausible
//! deniability" of Germany's Corona-Warn-App, whose reports go by fewer steps.

use alloc::vec::Vec;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::oprf::{Blind, Mode as Oprf};
use crate::permit::{self, Authorised, Class, PermitHeader, PermitInfo};
use crate::status::Mode;
use crate::units::{Timestamp, Week};
use crate::wire::{COVER_CLASSES, Error, PermitRequest, RegionId, SIZE_CLASSES, UploadBody};
use crate::{codec, tan};

/// In each place of a decoy's TAN and of its region: no symbol of a TAN, and no character of a region.
pub(crate) const MARK: u8 = b'U';
/// Milliseconds of a week.
const WEEK_MS: u64 = 7 * 24 * 3_600 * 1_000;

/// Whether what stands in a TAN's place is the mark: as long as a TAN, exactly so, in capitals.
#[must_use]
pub fn is_marked(tan: &str) -> bool {
    tan.len() == tan::LENGTH && tan.bytes().all(|symbol| symbol == MARK)
}

/// Whether a body is a decoy's.
#[must_use]
pub fn is_upload(body: &[u8]) -> bool {
    UploadBody::is_decoy(body)
}

/// The body of the report that a decoy stands for: the same with `region` in the mark's place. None for what is no decoy.
///
/// A server reads this in its place, so that what it does for a decoy is what it does for a report.
#[must_use]
pub fn unmarked(body: &[u8], region: &RegionId) -> Option<Zeroizing<Vec<u8>>> {
    UploadBody::unmarked(body, region)
}

/// A decoy's request: to the letter as long as one with a TAN. Nobody holds the blind, so nobody opens the answer.
///
/// # Errors
/// [`permit::Error::Oprf`], for one `t` in 2²⁵² that hashes to the identity.
pub fn request(week: Week, rng: &mut impl CryptoRng) -> Result<PermitRequest, permit::Error> {
    let mut t = [0; 32];
    rng.fill_bytes(&mut t);
    let blinded = Blind::random(rng).blinded(Oprf::Partial, &t)?;
    Ok(PermitRequest {
        tan: Zeroizing::new(core::iter::repeat_n(char::from(MARK), tan::LENGTH).collect()),
        blinded: codec::to_base64url(blinded.as_bytes()),
        class: Class::Patient,
        week,
    })
}

/// A decoy's upload: a body of this shape, under a permit that nobody gave.
///
/// # Errors
/// None that a [`Shape`] allows; what makes a report's body could have some.
pub fn upload(
    shape: Shape,
    mode: Mode,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<Authorised, Error> {
    let body = UploadBody::decoy(shape, mode, now, rng)?;
    let (mut t, mut mac) = ([0; 32], [0; 32]);
    rng.fill_bytes(&mut t);
    rng.fill_bytes(&mut mac);
    let info = PermitInfo { class: Class::Patient, week: now.week() };
    Ok(Authorised { header: PermitHeader { t, info, mac }.encode(), body: body.as_bytes().to_vec() })
}

/// The sizes of a report: all that whoever watches the line sees of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    entries: usize,
    nodes: Option<usize>,
}

impl Shape {
    /// Of a report with so many entries and so many nodes in its cover. What is too much for one report is as the largest.
    #[must_use]
    pub fn of(entries: usize, nodes: usize) -> Self {
        let class = |classes: &[usize], count| classes.iter().copied().find(|class| *class >= count);
        let [.., most] = SIZE_CLASSES;
        let [.., most_nodes] = COVER_CLASSES;
        Self {
            entries: class(&SIZE_CLASSES, entries).unwrap_or(most),
            nodes: (nodes > 0).then(|| class(&COVER_CLASSES, nodes).unwrap_or(most_nodes)),
        }
    }

    /// Entries: one of the size classes.
    #[must_use]
    pub const fn entries(&self) -> usize {
        self.entries
    }

    /// Nodes of the cover, where it has one: one of the classes of covers.
    #[must_use]
    pub const fn nodes(&self) -> Option<usize> {
        self.nodes
    }
}

/// How long until the next decoy, in milliseconds, where there are `per_week` of them in the mean: exponential, which has
/// no memory. None where there are none.
#[must_use]
pub fn pause_ms(per_week: u32, rng: &mut impl CryptoRng) -> Option<u64> {
    let mean = WEEK_MS.checked_div(per_week.into())?;
    let (whole, part) = exponential(rng);
    let part = (u128::from(part) * u128::from(mean)) >> 64;
    Some(whole.saturating_mul(mean).saturating_add(u64::try_from(part).unwrap_or(mean)))
}

/// An exponential number of mean 1: whole, and 2⁻⁶⁴ths. By comparisons alone (J. von Neumann, "Various techniques used in
/// connection with random digits", 1951): of falling numbers that begin with `x`, an odd count is drawn with
/// probability e⁻ˣ.
fn exponential(rng: &mut impl CryptoRng) -> (u64, u64) {
    let mut whole = 0;
    loop {
        let first = rng.next_u64();
        let (mut last, mut odd) = (first, true);
        loop {
            let next = rng.next_u64();
            if next >= last {
                break;
            }
            (last, odd) = (next, !odd);
        }
        if odd {
            return (whole, first);
        }
        whole += 1;
    }
}
