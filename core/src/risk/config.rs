//! What a health authority sets: from how many minutes on, and what a minute weighs.
//!
//! ```text
//! weight of a minute  = closeness % · degree %              10,000 parts are one whole minute
//! a level begins at   = ⌈its threshold · 10,000 / weight of a minute⌉ minutes, never where a minute weighs nothing
//! ```
//!
//! It is part of the server's signed configuration; each member has a default, with its source beside it.

use serde::{Deserialize, Serialize};

use super::{Distance, Level};
use crate::status::Degree;
use crate::units::{Attenuation, Minutes};

/// 100 % of closeness times 100 % of degree: one whole minute.
pub(super) const WHOLE: u64 = 100 * 100;
/// Minutes of a day: no exposure is longer.
pub(super) const DAY_MINUTES: u16 = 24 * 60;

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

    /// What a minute weighs, in parts of a whole one.
    pub(super) const fn parts(&self, distance: Distance, degree: Degree) -> u64 {
        let closeness = match distance {
            Distance::Close => 100,
            Distance::Near => self.near_percent,
            Distance::Far => 0,
        };
        let degree = match degree {
            Degree::First => 100,
            Degree::Second => self.second_degree_percent,
        };
        closeness as u64 * degree as u64
    }

    /// From how many minutes on one exposure is of this level by itself; `None` where no time makes it so.
    #[must_use]
    pub fn begins(&self, level: Level, distance: Distance, degree: Degree) -> Option<Minutes> {
        let minutes = match (self.threshold(level), self.parts(distance, degree)) {
            (0, _) => 0,
            (_, 0) => return None,
            (threshold, parts) => threshold.div_ceil(parts),
        };
        u16::try_from(minutes).ok().map(Minutes::new)
    }

    /// The level of so many parts of a minute.
    pub(super) fn level(&self, weighted: u64) -> Level {
        [Level::High, Level::Medium]
            .into_iter()
            .find(|level| weighted >= self.threshold(*level))
            .unwrap_or(Level::Low)
    }

    /// Where a level begins, in parts of a minute.
    pub(super) fn threshold(&self, level: Level) -> u64 {
        let minutes = match level {
            Level::Low => 0,
            Level::Medium => self.medium_minutes.get(),
            Level::High => self.high_minutes.get(),
        };
        u64::from(minutes) * WHOLE
    }
}
