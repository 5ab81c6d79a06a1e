//! Private mode: counts by category in the place of exposures.
//!
//! ```text
//! category of an encounter  = the level that it would be by itself, reported in first degree
//! a hit weighs at least     = what its category begins with · degree %
//! overall                   = the level of the heaviest hit by itself, at least that below high
//! ```
//!
//! Which encounter was hit is not known, so neither is its day: hits cannot be summed up by day as exposures are. Each for
//! itself is certain; that several may have been of one day, and that a duration may only have been seen, is said by
//! [`Grade::at_least`](super::Grade) ([ADR 34](../../../docs/adr/0034-counts-become-a-grade.md)).

use super::config::{Config, WHOLE};
use super::{Closeness, Grade, Level};
use crate::diary::Encounter;
use crate::status::Degree;

/// The category of an encounter: the level that it would be by itself, were it reported in first degree.
#[must_use]
pub fn category(row: &Encounter, config: &Config) -> Level {
    let parts = config.parts(Closeness::of(row).distance(config), Degree::First);
    config.level(parts * u64::from(row.duration().get()))
}

/// How many secrets of each category and degree were found reported.
#[derive(Clone, Copy, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Counts(#[n(0)] [[u32; 2]; 3]);

impl Counts {
    /// So many more.
    pub fn add(&mut self, category: Level, degree: Degree, count: u32) {
        if let Some(cell) = self.0.get_mut(row(category)).and_then(|row| row.get_mut(column(degree))) {
            *cell = cell.saturating_add(count);
        }
    }

    /// All of another's: of another day set or region.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().flatten().zip(other.0.iter().flatten()) {
            *mine = mine.saturating_add(*theirs);
        }
    }

    /// How many of one category and degree.
    #[must_use]
    pub fn get(&self, category: Level, degree: Degree) -> u32 {
        self.0.get(row(category)).and_then(|row| row.get(column(degree))).copied().unwrap_or_default()
    }

    /// How many in all.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0.iter().flatten().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// What they mean by the authority's thresholds; none without any.
    #[must_use]
    pub fn grade(&self, config: &Config) -> Option<Grade> {
        let levels = [Level::Low, Level::Medium, Level::High].into_iter().flat_map(|category| {
            let hit = move |degree: &Degree| self.get(category, *degree) > 0;
            [Degree::First, Degree::Second].into_iter().filter(hit).map(move |degree| {
                // The category's threshold, in minutes of this degree.
                let minutes = config.threshold(category) / WHOLE;
                config.level(minutes * config.parts(super::Distance::Close, degree))
            })
        });
        levels.max().map(|level| Grade::of(level, true))
    }
}

const fn row(category: Level) -> usize {
    match category {
        Level::Low => 0,
        Level::Medium => 1,
        Level::High => 2,
    }
}

const fn column(degree: Degree) -> usize {
    match degree {
        Degree::First => 0,
        Degree::Second => 1,
    }
}

crate::codec::name_only!(Counts);
