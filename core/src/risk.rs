//! How grave the exposures of each day were, by the health authority's thresholds, with the reasons.
//!
//! ```text
//! minutes of an exposure  = as the person said, else from first to last sighting, one at least
//! weighted minutes        = minutes · closeness % · degree %
//! a day                   = the sum of its exposures' weighted minutes:  high ≥ 15, medium ≥ 5, else low
//! overall                 = the gravest day's
//! ```
//!
//! Source: the Robert Koch Institute's contact persons of category 1, "a cumulative face-to-face contact for at least
//! 15 minutes at a distance of 1.5 meter or less" (ContacTUM, "Contact persons"; there after the RKI's page on the
//! management of contact persons, 2020). RKI counts the minutes with one person. A diary does not know who is who, so
//! a day's exposures are summed up, which errs on the side of caution.
//!
//! It runs on the device, over what the diary holds, and nobody else learns its outcome. Durations from sightings are
//! what was seen, not what was: whoever scans once has met for one minute until they say otherwise. The reasons say
//! which of the two it was.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::diary::{Diary, Encounter, EncounterId};
use crate::status::Degree;
use crate::units::{Attenuation, Day, Minutes};

/// 100 % of closeness times 100 % of degree: one whole minute.
const WHOLE: u64 = 100 * 100;
const DAY_MINUTES: u16 = 24 * 60;

/// A threshold or weight outside its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the risk setting `{0}` is out of range")]
pub struct Error(pub &'static str);

/// Thresholds and weights, as a health authority sets them in the signed configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Weighted minutes in a day from which it is high.
    pub high_minutes: Minutes,
    /// Weighted minutes in a day from which it is medium.
    pub medium_minutes: Minutes,
    /// Radio up to this attenuation counts as close: within 1.5 m.
    pub close_attenuation_db: Attenuation,
    /// Radio up to this attenuation counts as near; above it as far, which weighs nothing.
    pub near_attenuation_db: Attenuation,
    /// Weight of a near minute, in percent of a close one.
    pub near_percent: u8,
    /// Weight of a minute with somebody who met somebody who tested positive, in percent.
    pub second_degree_percent: u8,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            // RKI, category 1: 15 minutes cumulative, at 1.5 m or less (ContacTUM).
            high_minutes: Minutes::new(15),
            // Corona-Warn-App counted contacts from 5 minutes on since February 2021.
            medium_minutes: Minutes::new(5),
            // Corona-Warn-App took 63 dB for about 3 m and 73 dB for about 8 m (its FAQ and cwa-documentation issue 485).
            // Power falls by 6 dB as distance doubles: 1.5 m is 57 dB, less 2 dB for phones that send louder.
            close_attenuation_db: Attenuation::new(55),
            near_attenuation_db: Attenuation::new(63),
            // cwa-server's first attenuation-duration.yaml: 1.0 below the lower threshold, 0.5 between both, else 0.
            near_percent: 50,
            // Twoken's own: one more transmission lies between; half, so that it takes twice the time.
            second_degree_percent: 50,
        }
    }
}

impl Config {
    /// That thresholds and weights are in their ranges and in order.
    ///
    /// # Errors
    /// [`Error`] with the member's name.
    pub fn check(&self) -> Result<(), Error> {
        let fits = |fits: bool, member| if fits { Ok(()) } else { Err(Error(member)) };
        fits((1..=DAY_MINUTES).contains(&self.high_minutes.get()), "high_minutes")?;
        fits((1..=self.high_minutes.get()).contains(&self.medium_minutes.get()), "medium_minutes")?;
        fits(self.close_attenuation_db <= self.near_attenuation_db, "close_attenuation_db")?;
        fits(self.near_percent <= 100, "near_percent")?;
        fits(self.second_degree_percent <= 100, "second_degree_percent")
    }

    /// Percent of a minute at this closeness.
    fn closeness_percent(&self, distance: Distance) -> u8 {
        match distance {
            Distance::Close => 100,
            Distance::Near => self.near_percent,
            Distance::Far => 0,
        }
    }

    const fn degree_percent(&self, degree: Degree) -> u8 {
        match degree {
            Degree::First => 100,
            Degree::Second => self.second_degree_percent,
        }
    }

    fn level(&self, weighted: u64) -> Level {
        [Level::High, Level::Medium]
            .into_iter()
            .find(|level| weighted >= self.threshold(*level))
            .unwrap_or(Level::Low)
    }

    /// Where a level begins, in parts of a minute.
    fn threshold(&self, level: Level) -> u64 {
        let minutes = match level {
            Level::Low => 0,
            Level::Medium => self.medium_minutes.get(),
            Level::High => self.high_minutes.get(),
        };
        u64::from(minutes) * WHOLE
    }
}

/// How grave. Ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Below all thresholds.
    Low,
    /// From the medium threshold on.
    Medium,
    /// From the high threshold on.
    High,
}

impl Level {
    const fn next(self) -> Option<Self> {
        match self {
            Self::Low => Some(Self::Medium),
            Self::Medium => Some(Self::High),
            Self::High => None,
        }
    }
}

/// What is known of how close two people were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closeness {
    /// One held a phone up and the other scanned it, or confirmed to be with them.
    FaceToFace,
    /// Heard by radio: TX power − RSSI.
    Radio(Attenuation),
}

impl Closeness {
    /// Of an encounter: every way in which a code can be heard is face to face.
    #[must_use]
    pub const fn of(encounter: &Encounter) -> Self {
        match encounter.how {
            crate::diary::How::Camera
            | crate::diary::How::Picture
            | crate::diary::How::Typed
            | crate::diary::How::Link => Self::FaceToFace,
        }
    }

    /// What the thresholds make of it.
    #[must_use]
    pub fn distance(self, config: &Config) -> Distance {
        match self {
            Self::Radio(loss) if loss > config.near_attenuation_db => Distance::Far,
            Self::Radio(loss) if loss > config.close_attenuation_db => Distance::Near,
            Self::FaceToFace | Self::Radio(_) => Distance::Close,
        }
    }
}

/// A distance as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Distance {
    /// Within 1.5 m.
    Close,
    /// A few meters.
    Near,
    /// Farther.
    Far,
}

/// Where a duration comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duration {
    /// From first to last sighting: at least so long.
    Seen,
    /// The person's own statement.
    Stated,
}

/// What one exposure counts, and why.
#[derive(Clone, PartialEq, Eq)]
pub struct Reason {
    /// Which encounter.
    pub encounter: EncounterId,
    /// How long it was.
    pub minutes: Minutes,
    /// How that is known.
    pub duration: Duration,
    /// How close it was.
    pub closeness: Closeness,
    /// What the thresholds make of that.
    pub distance: Distance,
    /// How far the other person was from a test.
    pub degree: Degree,
    /// What it counts, rounded down.
    pub weighted: Minutes,
}

/// What would have made a day another level's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Which level.
    pub level: Level,
    /// So many weighted minutes more, or fewer.
    pub minutes: Minutes,
}

/// One day with exposures.
#[derive(Clone, PartialEq, Eq)]
pub struct DayRisk {
    /// Which, in UTC.
    pub day: Day,
    /// How grave.
    pub level: Level,
    /// Weighted minutes in all, rounded down.
    pub minutes: Minutes,
    /// What it is made of, the heaviest first.
    pub reasons: Vec<Reason>,
    /// So many minutes more would have made it the next level; none above high.
    pub more: Option<Step>,
    /// So many minutes fewer would have made it the level below; none below low.
    pub fewer: Option<Step>,
}

/// All days with exposures.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Assessment {
    /// The newest first.
    pub days: Vec<DayRisk>,
}

impl Assessment {
    /// The gravest day's level; none without exposures.
    #[must_use]
    pub fn overall(&self) -> Option<Level> {
        self.days.iter().map(|day| day.level).max()
    }

    /// One day, if it has exposures.
    #[must_use]
    pub fn day(&self, day: Day) -> Option<&DayRisk> {
        self.days.iter().find(|risk| risk.day == day)
    }
}

/// Assesses a diary's exposures.
#[must_use]
pub fn assess(diary: &Diary, config: &Config) -> Assessment {
    let days = diary.days().into_iter();
    let reasons = |rows: Vec<&Encounter>| -> Vec<_> {
        rows.into_iter()
            .filter_map(|row| row.exposure.map(|found| weigh(row, found.degree, config)))
            .collect()
    };
    let days = days.map(|(day, rows)| (day, reasons(rows))).filter(|(_, reasons)| !reasons.is_empty());
    Assessment { days: days.map(|(day, reasons)| of_day(day, reasons, config)).collect() }
}

/// One exposure's reason, with its weight in parts of a minute.
fn weigh(row: &Encounter, degree: Degree, config: &Config) -> (u64, Reason) {
    let closeness = Closeness::of(row);
    let (distance, minutes) = (closeness.distance(config), row.duration());
    let percent = [config.closeness_percent(distance), config.degree_percent(degree)].map(u64::from);
    let weight = percent.into_iter().product::<u64>() * u64::from(minutes.get());
    let duration = if row.minutes().is_some() { Duration::Stated } else { Duration::Seen };
    let weighted = whole_minutes(weight);
    (weight, Reason { encounter: row.id, minutes, duration, closeness, distance, degree, weighted })
}

fn of_day(day: Day, mut reasons: Vec<(u64, Reason)>, config: &Config) -> DayRisk {
    reasons.sort_by_key(|(weight, _)| core::cmp::Reverse(*weight));
    let sum: u64 = reasons.iter().map(|(weight, _)| weight).sum();
    let level = config.level(sum);
    let more = level.next().map(|level| {
        let missing = config.threshold(level).saturating_sub(sum);
        Step { level, minutes: whole_minutes(missing.next_multiple_of(WHOLE)) }
    });
    let fewer = (level > Level::Low).then(|| {
        // As many as it takes to be below the level's own threshold. Where medium and high begin together, that is low.
        let surplus = sum.saturating_sub(config.threshold(level));
        let minutes = whole_minutes(surplus - surplus % WHOLE + WHOLE);
        Step { level: config.level(sum.saturating_sub(u64::from(minutes.get()) * WHOLE)), minutes }
    });
    let reasons = reasons.into_iter().map(|(_, reason)| reason).collect();
    DayRisk { day, level, minutes: whole_minutes(sum), reasons, more, fewer }
}

fn whole_minutes(weight: u64) -> Minutes {
    Minutes::new(u16::try_from(weight / WHOLE).unwrap_or(u16::MAX))
}

macro_rules! name_only {
    ($($name:ident),+) => {$(
        /// Its name only: how somebody's health is, belongs in no log.
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )+};
}
name_only!(Reason, Step, DayRisk, Assessment);
