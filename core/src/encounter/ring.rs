//! The keys within grace, and whom I have heard with them.

use alloc::boxed::Box;
use alloc::vec::Vec;

use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::agreement::{Agreement, From};
use super::keys::OwnKeys;
use super::{EncounterDraft, EncounterId, Error, How};
use crate::beacon::{ACKNOWLEDGEMENT_LENGTH, Acknowledgement, Beacon, Payload};
use crate::codec;
use crate::tcn::Sighting;
use crate::units::{GRACE_SECONDS, Interval, Timestamp};

/// How long a heard beacon is acknowledged, in seconds.
pub const ACKNOWLEDGE_SECONDS: u64 = 60;
const RING_VERSION: u8 = 1;
/// More people than a ten-minute meeting has; the oldest make room.
const MAX_HEARD: usize = 256;

/// My keys of the intervals within grace, and whom I have heard with them. Holds private keys: it is stored only
/// until [`KeyRing::expires_at`] and overwritten then.
#[derive(Clone, Default, minicbor::Encode, minicbor::Decode)]
pub struct KeyRing {
    #[n(0)]
    #[expect(
        clippy::vec_box,
        reason = "a list that grows or shrinks moves its keys, and what they leave is not wiped"
    )]
    own: Vec<Box<OwnKeys>>,
    #[n(1)]
    heard: Vec<Heard>,
}

impl KeyRing {
    /// An empty one; [`KeyRing::advance`] makes the keys.
    #[must_use]
    pub const fn new() -> Self {
        Self { own: Vec::new(), heard: Vec::new() }
    }

    /// Erases what is past its grace and makes what is due: the current interval's keys, and from 60 s before the
    /// boundary the next one's. True when anything changed and the ring must be stored again.
    pub fn advance(&mut self, now: Timestamp, rng: &mut impl CryptoRng) -> bool {
        let (keys, heard) = (self.own.len(), self.heard.len());
        self.own.retain(|own| own.interval.is_accepted_at(now));
        self.heard.retain(|heard| heard.interval.is_accepted_at(now));
        let mut changed = self.own.len() != keys || self.heard.len() != heard;
        let current = now.interval();
        for due in [current, current.next()] {
            if due.is_accepted_at(now) && !self.own.iter().any(|own| own.interval == due) {
                self.own.push(Box::new(OwnKeys::generate(due, rng)));
                changed = true;
            }
        }
        changed
    }

    /// When the next erasure is due: one second after the earliest grace ends.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        let own = self.own.iter().map(|own| own.interval);
        own.chain(self.heard.iter().map(|heard| heard.interval))
            .min()
            .map(|interval| interval.end().plus(GRACE_SECONDS + 1))
    }

    /// The beacon of the current interval, once [`KeyRing::advance`] has made it.
    #[must_use]
    pub fn beacon(&self, now: Timestamp) -> Option<Beacon> {
        self.current(now).map(OwnKeys::beacon)
    }

    /// What to show now: the beacon, and an acknowledgement for one of those heard in the last 60 s, each for a
    /// second in turn; random bytes when there is nobody. Without an emission: [`Payload::with_emission`].
    #[must_use]
    pub fn payload(&self, now: Timestamp) -> Option<Payload> {
        let own = self.current(now)?;
        let due: Vec<_> = self
            .heard
            .iter()
            .filter(|heard| now.since(heard.last_heard) <= ACKNOWLEDGE_SECONDS)
            .filter_map(|heard| heard.acknowledgements.iter().find(|shown| shown.under == own.interval))
            .collect();
        let turn = usize::try_from(now.seconds()).unwrap_or_default().checked_rem(due.len());
        let acknowledgement =
            turn.and_then(|turn| due.get(turn)).map_or(own.no_acknowledgement, |shown| shown.acknowledgement);
        Some(Payload { beacon: own.beacon(), acknowledgement: Acknowledgement(acknowledgement) })
    }

    /// What one device alone is given: my beacon, and the acknowledgement of theirs, whoever else was heard meanwhile.
    #[must_use]
    pub fn payload_to(&self, theirs: &Beacon, now: Timestamp) -> Option<Payload> {
        let own = self.current(now)?;
        let name = named(theirs);
        let heard = self.heard.iter().find(|heard| heard.beacon == name);
        let due = heard.filter(|heard| now.since(heard.last_heard) <= ACKNOWLEDGE_SECONDS);
        let shown =
            due.and_then(|heard| heard.acknowledgements.iter().find(|shown| shown.under == own.interval));
        let acknowledgement = shown.map_or(own.no_acknowledgement, |shown| shown.acknowledgement);
        Some(Payload { beacon: own.beacon(), acknowledgement: Acknowledgement(acknowledgement) })
    }

    fn current(&self, now: Timestamp) -> Option<&OwnKeys> {
        self.own.iter().find(|own| own.interval == now.interval()).map(AsRef::as_ref)
    }

    /// Hears a beacon: pairs it with my key of its interval and, within the grace, of the neighbouring one, and
    /// verifies its acknowledgement.
    ///
    /// # Errors
    /// [`Error::Time`], [`Error::Own`], [`Error::LowOrder`], [`Error::NoKey`].
    pub fn hear(
        &mut self,
        payload: &Payload,
        now: Timestamp,
        how: How,
        rng: &mut impl CryptoRng,
    ) -> Result<EncounterDraft, Error> {
        self.hear_with(payload, now, how, None, rng)
    }

    /// The same of somebody one is with already, as a device that stays connected: a beacon that is new belongs to the
    /// encounter `known`.
    ///
    /// # Errors
    /// As [`KeyRing::hear`].
    pub fn hear_with(
        &mut self,
        payload: &Payload,
        now: Timestamp,
        how: How,
        known: Option<EncounterId>,
        rng: &mut impl CryptoRng,
    ) -> Result<EncounterDraft, Error> {
        let beacon = &payload.beacon;
        beacon.check_time(now)?;
        if self.own.iter().any(|own| own.public == beacon.public || own.claim_key == beacon.claim_key) {
            return Err(Error::Own);
        }
        let mut pairings = Vec::new();
        let mut acknowledgements = Vec::new();
        let mut acknowledged = false;
        // Keys past their grace are as good as erased, even if nobody has advanced the ring since.
        let live = self.own.iter().filter(|own| own.interval.is_accepted_at(now));
        for own in live.filter(|own| own.interval.get().abs_diff(beacon.interval.get()) <= 1) {
            let agreement = Agreement::new(own, beacon)?;
            pairings.push(agreement.pairing(own, beacon)?);
            let theirs = agreement.acknowledgement(From::Them);
            acknowledged |= bool::from(theirs.ct_eq(&payload.acknowledgement));
            let mine = agreement.acknowledgement(From::Me);
            acknowledgements.push(Shown { under: own.interval, acknowledgement: mine.0 });
        }
        if pairings.is_empty() {
            return Err(Error::NoKey);
        }
        let sighting = beacon.emission.as_ref();
        let sighting =
            sighting.map(|emission| Sighting::heard(emission, beacon.interval, now)).transpose()?;
        let heard = self.remember(beacon, now, known, rng);
        heard.last_heard = now;
        heard.both |= acknowledged;
        heard.acknowledgements = acknowledgements;
        Ok(EncounterDraft { id: heard.id, heard_at: now, how, both: heard.both, pairings, sighting })
    }

    /// The record of this beacon, new or known.
    fn remember(
        &mut self,
        beacon: &Beacon,
        now: Timestamp,
        known: Option<EncounterId>,
        rng: &mut impl CryptoRng,
    ) -> &mut Heard {
        let encoded = named(beacon);
        let position = self.heard.iter().position(|heard| heard.beacon == encoded);
        let heard = match position {
            Some(position) => self.heard.swap_remove(position),
            None => {
                if self.heard.len() >= MAX_HEARD {
                    self.heard.remove(0);
                }
                let id = known.unwrap_or_else(|| {
                    let mut id = [0; 16];
                    rng.fill_bytes(&mut id);
                    EncounterId::new(id)
                });
                Heard {
                    id,
                    beacon: encoded,
                    interval: beacon.interval,
                    last_heard: now,
                    both: false,
                    acknowledgements: Vec::new(),
                }
            }
        };
        self.heard.push_mut(heard)
    }

    /// For storage until the grace ends. Contains private keys.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        codec::to_secret_record(RING_VERSION, self)
    }

    /// From storage.
    ///
    /// # Errors
    /// [`Error::Decode`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        match bytes.split_first() {
            Some((&RING_VERSION, cbor)) => Ok(codec::from_canonical_cbor(cbor)?),
            _ => Err(Error::Decode(codec::Error::Cbor)),
        }
    }
}

impl core::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "KeyRing({} keys, {} heard)", self.own.len(), self.heard.len())
    }
}

/// The keys name a beacon. What is emitted beside them changes while it is shown.
fn named(beacon: &Beacon) -> Vec<u8> {
    Beacon { emission: None, ..beacon.clone() }.encode()
}

/// A beacon heard within the grace.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
struct Heard {
    #[n(0)]
    id: EncounterId,
    #[cbor(n(1), with = "minicbor::bytes")]
    beacon: Vec<u8>,
    #[n(2)]
    interval: Interval,
    #[n(3)]
    last_heard: Timestamp,
    #[n(4)]
    both: bool,
    /// What I show them under my key of each interval that I have paired with theirs.
    #[n(5)]
    acknowledgements: Vec<Shown>,
}

#[derive(Clone, Copy, minicbor::Encode, minicbor::Decode)]
struct Shown {
    #[n(0)]
    under: Interval,
    #[cbor(n(1), with = "minicbor::bytes")]
    acknowledgement: [u8; ACKNOWLEDGEMENT_LENGTH],
}
