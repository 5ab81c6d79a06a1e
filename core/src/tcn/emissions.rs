//! What this phone has shown: a key for each day, and in which of its intervals an emission was really on the screen.
//!
//! Only those intervals can be reported. A day's key is made when the first emission of the day is, and goes with the
//! retention.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::cover::{Cover, MAX_COVER_DAYS};
use super::emission::{Emission, Metadata, SECONDS_STEP, TxPower};
use super::tree::DayKey;
use crate::codec;
use crate::order;
use crate::units::{Day, Interval, Timestamp};

const VERSION: u8 = 1;

/// Day keys of the last fourteen days, today among them, with the intervals in which an emission was shown.
#[derive(Clone, Default, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct Emissions {
    /// By day, ascending. Boxed: a list that grows moves its keys, and what they leave is not wiped.
    #[n(0)]
    #[expect(clippy::vec_box, reason = "moved keys are not wiped")]
    days: Vec<Box<Emitted>>,
}

#[derive(Clone, minicbor::Encode, minicbor::Decode)]
struct Emitted {
    #[n(0)]
    day: Day,
    #[n(1)]
    key: DayKey,
    #[n(2)]
    shown: BTreeSet<Interval>,
}

impl Emissions {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { days: Vec::new() }
    }

    /// What to show now. The interval counts as shown from here on: [`Emissions::is_shown`] tells beforehand whether
    /// the record changes and must be stored first.
    pub fn emit(&mut self, now: Timestamp, tx_power: TxPower, rng: &mut impl CryptoRng) -> Emission {
        let interval = now.interval();
        let emitted = self.day(interval.day(), rng);
        emitted.shown.insert(interval);
        let leaf = emitted.key.leaf(interval);
        let second = now.since(interval.start());
        let second = u16::try_from(second - second % SECONDS_STEP).unwrap_or_default();
        Emission { tcn: leaf.tcn, metadata: Metadata { second, tx_power }.seal(&leaf.metadata_key) }
    }

    fn day(&mut self, day: Day, rng: &mut impl CryptoRng) -> &mut Emitted {
        let at = match self.days.binary_search_by_key(&day, |emitted| emitted.day) {
            Ok(at) => at,
            Err(at) => {
                let key = DayKey::generate(rng);
                self.days.insert(at, Box::new(Emitted { day, key, shown: BTreeSet::new() }));
                at
            }
        };
        #[expect(clippy::indexing_slicing, reason = "found or inserted just above")]
        &mut self.days[at]
    }

    /// Takes in the day keys of a backup. Of a day on which this phone has shown something under a key of its own, its own stays:
    /// a day has one key. Gives the days that were left out so.
    pub fn join(&mut self, other: &Self) -> Vec<Day> {
        let mut left_out = Vec::new();
        for theirs in &other.days {
            match self.days.binary_search_by_key(&theirs.day, |mine| mine.day) {
                Err(at) => self.days.insert(at, theirs.clone()),
                Ok(at) => {
                    let Some(mine) = self.days.get_mut(at) else { continue };
                    if mine.key.is(&theirs.key) {
                        mine.shown.extend(&theirs.shown);
                    } else if mine.shown.is_empty() {
                        *mine = theirs.clone();
                    } else if !theirs.shown.is_empty() {
                        left_out.push(theirs.day);
                    }
                }
            }
        }
        left_out
    }

    /// Withdraws intervals: as if nothing had been shown in them. Gives those in which something was, for
    /// [`Emissions::restore`] should the person think again.
    pub fn withdraw(&mut self, intervals: impl IntoIterator<Item = Interval>) -> Vec<Interval> {
        let mut withdrawn = Vec::new();
        for interval in intervals {
            let emitted = self.days.iter_mut().find(|emitted| emitted.day == interval.day());
            if emitted.is_some_and(|emitted| emitted.shown.remove(&interval)) {
                withdrawn.push(interval);
            }
        }
        withdrawn
    }

    /// Takes withdrawn intervals back in, as far as their days' keys are still there.
    pub fn restore(&mut self, withdrawn: &[Interval]) {
        for interval in withdrawn {
            if let Some(emitted) = self.days.iter_mut().find(|emitted| emitted.day == interval.day()) {
                emitted.shown.insert(*interval);
            }
        }
    }

    /// Whether there is no key at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// Whether an emission of this interval was shown.
    #[must_use]
    pub fn is_shown(&self, interval: Interval) -> bool {
        self.shown().any(|shown| shown == interval)
    }

    /// All intervals in which an emission was shown, ascending.
    pub fn shown(&self) -> impl Iterator<Item = Interval> {
        self.days.iter().flat_map(|emitted| emitted.shown.iter().copied())
    }

    /// Keys for those of the chosen intervals in which an emission was shown, and for no others.
    #[must_use]
    pub fn cover(&self, chosen: &BTreeSet<Interval>) -> Cover {
        let shown = order::set(self.shown().filter(|interval| chosen.contains(interval)));
        Cover::of_days(self.days.iter().map(|emitted| (emitted.day, &emitted.key)), &shown)
    }

    /// The first of the fourteen days that are kept, today being the last: keys of days before it go.
    #[must_use]
    pub fn oldest_day(now: Timestamp) -> Day {
        let days = u16::try_from(MAX_COVER_DAYS).unwrap_or(u16::MAX);
        now.day().minus(days.saturating_sub(1))
    }

    /// Erases the keys of all days but the last fourteen, today among them. True when there were any.
    pub fn sweep(&mut self, now: Timestamp) -> bool {
        let before = self.days.len();
        let oldest = Self::oldest_day(now);
        self.days.retain(|emitted| emitted.day >= oldest);
        self.days.len() != before
    }

    /// For storage. Contains day keys.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        codec::to_secret_record(VERSION, self)
    }

    /// From storage.
    ///
    /// # Errors
    /// [`codec::Error::Cbor`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, codec::Error> {
        let Some((&VERSION, cbor)) = bytes.split_first() else { return Err(codec::Error::Cbor) };
        let emissions: Self = codec::from_canonical_cbor(cbor)?;
        let in_order = emissions.days.is_sorted_by(|a, b| a.day < b.day);
        let in_place = |emitted: &Emitted| emitted.shown.iter().all(|shown| shown.day() == emitted.day);
        if in_order && emissions.days.iter().all(|emitted| in_place(emitted)) {
            Ok(emissions)
        } else {
            Err(codec::Error::Cbor)
        }
    }
}

impl core::fmt::Debug for Emissions {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Emissions({} days)", self.days.len())
    }
}
