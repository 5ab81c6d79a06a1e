//! How grave the exposures of each day were, by the health authority's thresholds, with the reasons.
//!
//! ```text
//! minutes of an exposure  = as the person said, else from first to last sighting, one at least
//! weighted minutes        = minutes · closeness % · degree %
//! a day (the reader's)    = the sum of its exposures' weighted minutes:  high ≥ 15, medium ≥ 5, else low
//!                           at least that, unless it is high, while a duration that weighs is only seen
//! overall                 = the gravest day's, at least that while another day may yet be graver
//! ```
//!
//! Source: the Robert Koch Institute's contact persons of category 1, "a cumulative face-to-face contact for at least
//! 15 minutes at a distance of 1.5 meter or less" (ContacTUM, "Contact persons"; there after the RKI's page on the
//! management of contact persons, 2020). RKI counts the minutes with one person. A diary does not know who is who, so
//! a day's exposures are summed up, which errs on the side of caution.
//!
//! It runs on the device, over what the diary holds, and nobody else learns its outcome. Durations from sightings are
//! what was seen, not what was: whoever scans once and stays for an hour has been seen for one minute. So no level below
//! high is final ([`Grade::at_least`]) until the person has said how long it was.

mod config;
mod counts;

use alloc::vec::Vec;

pub use config::{Config, Error};
pub use counts::{Counts, category};

use crate::diary::{Diary, Encounter, EncounterId};
use crate::status::Degree;
use crate::units::{Attenuation, Day, Minutes};
use config::{DAY_MINUTES, WHOLE};

/// How grave. Ascending. One byte in a study's report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum Level {
    /// Below all thresholds.
    #[n(1)]
    Low = 1,
    /// From the medium threshold on.
    #[n(2)]
    Medium = 2,
    /// From the high threshold on.
    #[n(3)]
    High = 3,
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

/// A level, and whether that is all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Grade {
    /// What is known by now.
    pub level: Level,
    /// It may be more: a duration that weighs is only seen. Never where the level is high.
    pub at_least: bool,
}

impl Grade {
    fn of(level: Level, open: bool) -> Self {
        Self { level, at_least: open && level < Level::High }
    }

    /// The gravest of several; at least that where any of them may yet be graver.
    #[must_use]
    pub fn gravest(grades: impl Iterator<Item = Self>) -> Option<Self> {
        grades.reduce(|one, other| Self::of(one.level.max(other.level), one.at_least || other.at_least))
    }
}

/// What is known of how close two people were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closeness {
    /// One held a phone up and the other scanned it, or confirmed to be with them.
    FaceToFace,
    /// Heard by radio: TX power − RSSI.
    Radio(Attenuation),
    /// Heard by radio, and nobody said how strong it came in. It counts as close: no risk is made smaller by what is not known.
    Unknown,
}

impl Closeness {
    /// Of an encounter: every way in which a code can be heard is face to face, but by radio.
    #[must_use]
    pub fn of(encounter: &Encounter) -> Self {
        match encounter.how {
            crate::diary::How::Camera
            | crate::diary::How::Picture
            | crate::diary::How::Typed
            | crate::diary::How::Link => Self::FaceToFace,
            crate::diary::How::Bluetooth => encounter.attenuation().map_or(Self::Unknown, Self::Radio),
        }
    }

    /// What the thresholds make of it.
    #[must_use]
    pub fn distance(self, config: &Config) -> Distance {
        match self {
            Self::Radio(loss) if loss > config.near_attenuation_db => Distance::Far,
            Self::Radio(loss) if loss > config.close_attenuation_db => Distance::Near,
            Self::FaceToFace | Self::Radio(_) | Self::Unknown => Distance::Close,
        }
    }
}

/// A distance as far as it matters. One byte in a study's report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum Distance {
    /// Within 1.5 m.
    #[n(1)]
    Close = 1,
    /// A few meters.
    #[n(2)]
    Near = 2,
    /// Farther.
    #[n(3)]
    Far = 3,
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
    /// Whether it may count for more: more time would weigh, and how long it was is only seen.
    pub open: bool,
    /// What the day's other exposures count, in minutes of this one, rounded down; none where its own weigh nothing.
    pub others: Minutes,
    /// So much longer, and the day would have been graver. None above high, where time weighs nothing, and where
    /// it would be more than a day.
    pub more: Option<Step>,
    /// So much shorter, and the day would have been less grave. None where it would not even without this one.
    pub fewer: Option<Step>,
}

/// What would have made a day another level's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Which level.
    pub level: Level,
    /// So many minutes of one exposure more, or fewer: the fewest that do.
    pub minutes: Minutes,
}

/// One day with exposures.
#[derive(Clone, PartialEq, Eq)]
pub struct DayRisk {
    /// Which.
    pub day: Day,
    /// How grave.
    pub grade: Grade,
    /// Weighted minutes in all, rounded down.
    pub minutes: Minutes,
    /// What it is made of, the heaviest first.
    pub reasons: Vec<Reason>,
}

/// All days with exposures.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Assessment {
    /// The newest first.
    pub days: Vec<DayRisk>,
}

impl Assessment {
    /// The gravest day's; none without exposures.
    #[must_use]
    pub fn overall(&self) -> Option<Grade> {
        Grade::gravest(self.days.iter().map(|day| day.grade))
    }

    /// One day, if it has exposures.
    #[must_use]
    pub fn day(&self, day: Day) -> Option<&DayRisk> {
        self.days.iter().find(|risk| risk.day == day)
    }

    /// One exposure, and the day it counts for.
    #[must_use]
    pub fn of(&self, encounter: &EncounterId) -> Option<(&DayRisk, &Reason)> {
        self.days.iter().find_map(|day| {
            day.reasons.iter().find(|reason| reason.encounter == *encounter).map(|reason| (day, reason))
        })
    }
}

/// Assesses a diary's exposures by the days that `day_of` says: the reader's, whose evening is not to be cut in two by
/// UTC. Doubtful ones, which may never have been meetings, are not among them.
#[must_use]
pub fn assess(diary: &Diary, config: &Config, day_of: impl Fn(&Encounter) -> Day) -> Assessment {
    let days = diary.days_by(day_of).into_iter().filter_map(|(day, rows)| {
        let counts = |row: &'_ Encounter| row.exposure.filter(|found| found.doubt.is_none());
        let reported = rows.into_iter().filter_map(|row| counts(row).map(|found| (row, found.degree)));
        let weighed: Vec<_> = reported.map(|(row, degree)| Weighed::of(row, degree, config)).collect();
        (!weighed.is_empty()).then(|| of_day(day, weighed, config))
    });
    Assessment { days: days.collect() }
}

/// One exposure on the scales.
struct Weighed<'a> {
    row: &'a Encounter,
    degree: Degree,
    distance: Distance,
    /// What a minute of it weighs, in parts of a whole one.
    parts: u64,
}

impl<'a> Weighed<'a> {
    fn of(row: &'a Encounter, degree: Degree, config: &Config) -> Self {
        let distance = Closeness::of(row).distance(config);
        Self { row, degree, distance, parts: config.parts(distance, degree) }
    }

    fn weight(&self) -> u64 {
        self.parts * u64::from(self.row.duration().get())
    }

    /// What it counts on a day that weighs `sum`, and why.
    fn reason(&self, sum: u64, config: &Config) -> Reason {
        let Self { row, degree, distance, parts } = *self;
        let duration = if row.minutes().is_some() { Duration::Stated } else { Duration::Seen };
        let others = (sum - self.weight()).checked_div(parts).unwrap_or_default();
        Reason {
            encounter: row.id,
            minutes: row.duration(),
            duration,
            closeness: Closeness::of(row),
            distance,
            degree,
            weighted: minutes(self.weight() / WHOLE),
            open: duration == Duration::Seen && parts > 0,
            others: minutes(others),
            more: self.more(sum, config),
            fewer: self.fewer(sum, config),
        }
    }

    fn more(&self, sum: u64, config: &Config) -> Option<Step> {
        let next = config.level(sum).next().filter(|_| self.parts > 0)?;
        let missing = config.threshold(next).saturating_sub(sum).div_ceil(self.parts);
        if u64::from(self.row.duration().get()) + missing > u64::from(DAY_MINUTES) {
            return None;
        }
        // Where medium and high begin together, the next one is high.
        Some(Step { level: config.level(sum + missing * self.parts), minutes: minutes(missing) })
    }

    fn fewer(&self, sum: u64, config: &Config) -> Option<Step> {
        let level = config.level(sum);
        let surplus = sum.saturating_sub(config.threshold(level));
        let fewer = surplus.checked_div(self.parts)? + 1;
        let lighter = sum.saturating_sub(fewer * self.parts);
        let enough = level > Level::Low && fewer <= u64::from(self.row.duration().get());
        enough.then(|| Step { level: config.level(lighter), minutes: minutes(fewer) })
    }
}

fn of_day(day: Day, mut weighed: Vec<Weighed<'_>>, config: &Config) -> DayRisk {
    weighed.sort_by_key(|exposure| core::cmp::Reverse(exposure.weight()));
    let sum = weighed.iter().map(Weighed::weight).sum();
    let reasons: Vec<_> = weighed.into_iter().map(|exposure| exposure.reason(sum, config)).collect();
    let grade = Grade::of(config.level(sum), reasons.iter().any(|reason| reason.open));
    DayRisk { day, grade, minutes: minutes(sum / WHOLE), reasons }
}

fn minutes(count: u64) -> Minutes {
    Minutes::new(u16::try_from(count).unwrap_or(u16::MAX))
}

crate::codec::name_only!(Grade, Reason, Step, DayRisk, Assessment);
