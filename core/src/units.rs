//! Time as the protocol knows it: ten-minute intervals, UTC days, weeks. No type reads a clock, and none converts
//! into another without being asked.
//!
//! `Interval = ⌊unix seconds / 600⌋`, `Day = ⌊unix seconds / 86 400⌋`, `Week = ⌊Day / 7⌋` (weeks begin on Thursdays,
//! as 1 January 1970 did).

use alloc::string::ToString;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// Length of an interval in seconds: how long one beacon is shown.
pub const INTERVAL_SECONDS: u64 = 600;
/// How long after its end, and before its start, an interval is still or already accepted, in seconds.
pub const GRACE_SECONDS: u64 = 60;
/// Intervals in a day.
pub const INTERVALS_PER_DAY: u32 = 144;
/// How long an encounter, and a batch, is kept, in days.
pub const RETENTION_DAYS: u16 = 14;

const DAY_SECONDS: u64 = 86_400;
const DAYS_PER_WEEK: u16 = 7;
/// Julian day number of 1 January 1970.
const EPOCH_JULIAN_DAY: i32 = 2_440_588;

/// What a unit can refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not a date of the form `2026-11-21`, or one that a [`Day`] cannot hold (1970 to 2149).
    #[error("not a UTC date of the form YYYY-MM-DD between 1970 and 2149")]
    Date,
}

macro_rules! unit {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash,
            Serialize, Deserialize, minicbor::Encode, minicbor::Decode,
        )]
        #[serde(transparent)]
        #[cbor(transparent)]
        pub struct $name(#[n(0)] $inner);

        impl $name {
            /// From its number.
            #[must_use]
            pub const fn new(number: $inner) -> Self {
                Self(number)
            }

            /// Its number.
            #[must_use]
            pub const fn get(self) -> $inner {
                self.0
            }
        }
    };
}

unit! {
    /// A moment: seconds since 1 January 1970 UTC.
    Timestamp(u64)
}
unit! {
    /// Ten minutes: `⌊unix seconds / 600⌋`. Four bytes on the wire.
    Interval(u32)
}
unit! {
    /// A UTC day since 1 January 1970. Two bytes on the wire; `2026-11-21` in a URL.
    Day(u16)
}
unit! {
    /// Seven days: `⌊Day / 7⌋`. Two bytes on the wire.
    Week(u16)
}
unit! {
    /// A duration in whole minutes.
    Minutes(u16)
}
unit! {
    /// What a radio signal lost on the way, in dB.
    Attenuation(u8)
}

impl Timestamp {
    /// Seconds since 1 January 1970 UTC.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.0
    }

    /// The interval it lies in. The last one (year 83 000) stands for all after it.
    #[must_use]
    pub fn interval(self) -> Interval {
        Interval(u32::try_from(self.0 / INTERVAL_SECONDS).unwrap_or(u32::MAX))
    }

    /// The UTC day it lies in. The last one (in 2149) stands for all after it.
    #[must_use]
    pub fn day(self) -> Day {
        Day(u16::try_from(self.0 / DAY_SECONDS).unwrap_or(u16::MAX))
    }

    /// The week it lies in.
    #[must_use]
    pub fn week(self) -> Week {
        self.day().week()
    }

    /// Later by so many seconds; stops at the end of time.
    #[must_use]
    pub const fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Earlier by so many seconds; stops at the epoch.
    #[must_use]
    pub const fn minus(self, seconds: u64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }

    /// Seconds from `earlier` to this, zero when it is not later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Interval {
    /// Its first second.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp(u64::from(self.0) * INTERVAL_SECONDS)
    }

    /// The first second after it.
    #[must_use]
    pub fn end(self) -> Timestamp {
        Timestamp((u64::from(self.0) + 1) * INTERVAL_SECONDS)
    }

    /// The UTC day it lies in; days and intervals share their boundaries.
    #[must_use]
    pub fn day(self) -> Day {
        self.start().day()
    }

    /// The one after.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The one before.
    #[must_use]
    pub const fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// Whether a beacon of this interval is accepted at `now`: during it and for the grace at either end, both
    /// ends included. Its keys live exactly as long.
    #[must_use]
    pub fn is_accepted_at(self, now: Timestamp) -> bool {
        now >= self.start().minus(GRACE_SECONDS) && now <= self.end().plus(GRACE_SECONDS)
    }
}

impl Day {
    /// Its first second.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp(u64::from(self.0) * DAY_SECONDS)
    }

    /// The day after.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The day before.
    #[must_use]
    pub const fn previous(self) -> Self {
        self.minus(1)
    }

    /// So many days before.
    #[must_use]
    pub const fn minus(self, days: u16) -> Self {
        Self(self.0.saturating_sub(days))
    }

    /// So many days after.
    #[must_use]
    pub const fn plus(self, days: u16) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The week it lies in.
    #[must_use]
    pub const fn week(self) -> Week {
        Week(self.0 / DAYS_PER_WEEK)
    }
}

/// `2026-11-21`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date =
            time::Date::from_julian_day(EPOCH_JULIAN_DAY + i32::from(self.0)).map_err(|_| fmt::Error)?;
        write!(f, "{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
    }
}

impl FromStr for Day {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parts = text.splitn(3, '-');
        let mut number = || parts.next().and_then(|part| part.parse::<u16>().ok()).ok_or(Error::Date);
        let (year, month, day) = (number()?, number()?, number()?);
        let month =
            u8::try_from(month).ok().and_then(|m| time::Month::try_from(m).ok()).ok_or(Error::Date)?;
        let day = u8::try_from(day).map_err(|_| Error::Date)?;
        let date = time::Date::from_calendar_date(i32::from(year), month, day).map_err(|_| Error::Date)?;
        let number = u16::try_from(date.to_julian_day() - EPOCH_JULIAN_DAY).map_err(|_| Error::Date)?;
        // One canonical form only: what does not print as it was written is refused.
        let day = Self(number);
        if day.to_string() == text { Ok(day) } else { Err(Error::Date) }
    }
}

impl Week {
    /// Whether a permit of this week is accepted at `now`: this week, the one before and the one after, because
    /// the week is the client's statement and a report may wait.
    #[must_use]
    pub fn is_accepted_at(self, now: Timestamp) -> bool {
        self.0.abs_diff(now.week().0) <= 1
    }
}

impl Attenuation {
    /// TX power − RSSI, both in dBm. A signal that came in stronger than it was sent has lost nothing.
    #[must_use]
    pub fn between(sent_dbm: i8, received_dbm: i8) -> Self {
        Self(u8::try_from(i16::from(sent_dbm) - i16::from(received_dbm)).unwrap_or(0))
    }
}

impl Minutes {
    /// Seconds, rounded up to whole minutes.
    #[must_use]
    pub fn from_seconds_up(seconds: u64) -> Self {
        Self(u16::try_from(seconds.div_ceil(60)).unwrap_or(u16::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_prints_and_parses_as_iso_8601() {
        for (number, text) in
            [(0, "1970-01-01"), (20_778, "2026-11-21"), (11_016, "2000-02-29"), (65_535, "2149-06-06")]
        {
            assert_eq!(Day::new(number).to_string(), text);
            assert_eq!(text.parse::<Day>(), Ok(Day::new(number)));
        }
        for bad in [
            "",
            "2026-11",
            "2026-02-30",
            "2026-13-01",
            "2026-1-01",
            "+026-01-01",
            "1969-12-31",
            "2149-06-07",
            "2026-11-21 ",
            "2026-11-21-1",
        ] {
            assert_eq!(bad.parse::<Day>(), Err(Error::Date), "{bad}");
        }
    }

    #[test]
    fn grace_is_sixty_seconds_at_either_end() {
        let interval = Interval::new(2_991_000);
        assert!(!interval.is_accepted_at(interval.start().minus(61)));
        assert!(interval.is_accepted_at(interval.start().minus(60)));
        assert!(interval.is_accepted_at(interval.end().plus(60)));
        assert!(!interval.is_accepted_at(interval.end().plus(61)));
    }

    #[test]
    fn weeks_are_accepted_one_off() {
        let now = Timestamp::new(1_795_257_000);
        let week = now.week().get();
        for (offset, accepted) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let stated = Week::new(u16::try_from(i32::from(week) + offset).unwrap());
            assert_eq!(stated.is_accepted_at(now), accepted);
        }
    }
}
