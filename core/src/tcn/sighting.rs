//! What is kept of a TCN that was heard, and what a report makes of it.
//!
//! The TCN itself is not kept: its tag recognises the report, its status key opens it. Beside them lies the sealed
//! metadata of each time it was heard, which only the report's metadata key opens. Then the sender's second must
//! agree with the time of hearing, as far as two clocks may differ: an emission that somebody recorded and played again
//! elsewhere is late, and cannot say another second. A relay that is quick enough stays unseen.
//!
//! ```text
//! second − 120 s ≤ heard ≤ second + 9 s + 120 s          the code says its second in steps of ten, rounded down
//! ```

use alloc::vec::Vec;

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::MetadataKey;
use super::emission::{Emission, SECONDS_STEP, SealedMetadata};
use crate::status::StatusKey;
use crate::tag::{self, Claim, Element, Secret, Tag};
use crate::units::{GRACE_SECONDS, Interval, Timestamp};

/// Different metadata kept of each step of ten seconds, in which codes change once: the sender's, the one before, and two
/// that somebody else may have put there. Whoever fills a step has taken nothing from the next.
const MAX_HEARINGS_A_STEP: usize = 4;
/// Steps in which an interval can be heard, with the grace at both ends.
const MAX_STEPS: usize = 73;
/// How far two clocks may be apart: each has the grace, so that two phones accept each other's codes at the boundary of
/// an interval ([ADR 29](../../../docs/adr/0029-both-clocks-have-the-grace.md)).
const CLOCKS_APART: u64 = 2 * GRACE_SECONDS;

/// One emission, as often as it was heard.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Hearing {
    /// When it was first heard.
    #[n(0)]
    pub first: Timestamp,
    /// When it was last heard.
    #[n(1)]
    pub last: Timestamp,
    /// What stood beside the TCN.
    #[n(2)]
    pub metadata: SealedMetadata,
}

/// A TCN of one interval that was heard.
#[derive(Clone, Zeroize, ZeroizeOnDrop, minicbor::Encode, minicbor::Decode)]
pub struct Sighting {
    #[n(0)]
    #[zeroize(skip)]
    interval: Interval,
    #[n(1)]
    #[zeroize(skip)]
    tag: Tag,
    #[n(2)]
    claim: Claim,
    #[n(3)]
    element: Element,
    #[n(4)]
    status_key: StatusKey,
    #[n(5)]
    #[zeroize(skip)]
    hearings: Vec<Hearing>,
}

/// Why a reported TCN may not have been where it was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum Doubt {
    /// What stood beside it was altered on the way.
    #[n(0)]
    Altered,
    /// It was heard so long before or after it was sent that two clocks do not explain it.
    #[n(1)]
    Retimed,
}

/// The first and last time at which an emission was heard as it was sent.
#[derive(Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Seen {
    /// First.
    #[n(0)]
    pub first: Timestamp,
    /// Last.
    #[n(1)]
    pub last: Timestamp,
}

impl Sighting {
    /// Of an emission in a beacon, whose stated interval is the one used.
    ///
    /// # Errors
    /// [`tag::Error::Scalar`], which takes a broken hash.
    pub fn heard(emission: &Emission, interval: Interval, at: Timestamp) -> Result<Self, tag::Error> {
        let secret: Secret = emission.tcn.secret(interval);
        let claim = secret.sole_claim()?;
        let (tag, element, status_key) = (claim.tag(), secret.element(), secret.status_key());
        let hearings = alloc::vec![Hearing { first: at, last: at, metadata: emission.metadata }];
        Ok(Self { interval, tag, claim, element, status_key, hearings })
    }

    /// Of an emission without a stated interval, as radio has it: one for each interval that is accepted now, so that
    /// near a boundary it counts for both. Only the right one will ever match.
    ///
    /// # Errors
    /// [`tag::Error::Scalar`], which takes a broken hash.
    pub fn heard_bare(emission: &Emission, at: Timestamp) -> Result<Vec<Self>, tag::Error> {
        let now = at.interval();
        let accepted =
            [now.previous(), now, now.next()].into_iter().filter(|interval| interval.is_accepted_at(at));
        accepted.map(|interval| Self::heard(emission, interval, at)).collect()
    }

    /// Takes in another hearing of the same TCN; of another one, nothing.
    pub fn merge(&mut self, other: &Self) {
        if self.tag != other.tag {
            return;
        }
        for heard in &other.hearings {
            let known = self.hearings.iter_mut().find(|known| known.metadata == heard.metadata);
            if let Some(known) = known {
                known.first = known.first.min(heard.first);
                known.last = known.last.max(heard.last);
            } else if self.has_room_at(heard.first) {
                self.hearings.push(heard.clone());
            }
        }
    }

    /// Whether other metadata can be kept of this moment: what was heard later finds room whatever was heard before.
    fn has_room_at(&self, at: Timestamp) -> bool {
        let step = |at: Timestamp| at.seconds() / SECONDS_STEP;
        let beside = self.hearings.iter().filter(|known| step(known.first) == step(at)).count();
        beside < MAX_HEARINGS_A_STEP && self.hearings.len() < MAX_HEARINGS_A_STEP * MAX_STEPS
    }

    /// The interval it was shown in.
    #[must_use]
    pub const fn interval(&self) -> Interval {
        self.interval
    }

    /// The tag by which a report is recognised.
    #[must_use]
    pub const fn tag(&self) -> &Tag {
        &self.tag
    }

    /// By which private mode recognises it.
    pub(crate) const fn element(&self) -> &Element {
        &self.element
    }

    /// What opens the status beside the tag.
    pub(crate) const fn claim(&self) -> &Claim {
        &self.claim
    }

    pub(crate) const fn status_key(&self) -> &StatusKey {
        &self.status_key
    }

    /// When it was heard as it was sent, as the key of its report tells: whatever hearing does not open, or was made
    /// farther from the second that it says than two clocks are apart, counts for nothing.
    ///
    /// # Errors
    /// [`Doubt`], when no hearing is left: [`Doubt::Retimed`] if one opens at all.
    pub fn judge(&self, key: &MetadataKey) -> Result<Seen, Doubt> {
        let mut doubt = Doubt::Altered;
        let mut seen: Option<Seen> = None;
        for heard in &self.hearings {
            let Ok(metadata) = heard.metadata.open(key) else { continue };
            let sent = self.interval.start().plus(u64::from(metadata.second));
            let times = [heard.first, heard.last].into_iter().filter(|at| is_as_sent(sent, *at));
            doubt = Doubt::Retimed;
            for at in times {
                let known = seen.get_or_insert(Seen { first: at, last: at });
                known.first = known.first.min(at);
                known.last = known.last.max(at);
            }
        }
        seen.ok_or(doubt)
    }
}

/// Whether what says that it was sent in the step that begins at `sent` can have been heard at `at`: the same to either
/// side of the step.
fn is_as_sent(sent: Timestamp, at: Timestamp) -> bool {
    let latest = sent.plus(SECONDS_STEP - 1);
    sent.since(at).max(at.since(latest)) <= CLOCKS_APART
}

crate::codec::name_only!(Hearing, Sighting, Seen);
