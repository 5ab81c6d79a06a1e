//! The key code: what a person chose, for the camera of health staff instead of the network (scenario 2). Made in memory,
//! kept there while it is looked over or shown, and nowhere else: what it is made of is on the device anyway.

use super::{App, ReportProblem};
use crate::platform::format;
use leptos::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use twoken_core::redaction::Redaction;
use twoken_core::status::Mode;
use twoken_core::tcn::Cover;
use twoken_core::units::Day;
use twoken_core::wire::{Handover, HandoverError, KeyCodes};

/// A key code ready to be shown. Cheap to copy; its keys go with the last copy.
#[derive(Clone)]
pub struct KeysToShow {
    /// Encounters in it.
    pub encounters: usize,
    /// What it holds of which day of the reader's calendar, the newest first.
    pub days: Vec<OfDay>,
    /// The keys of what was emitted.
    pub cover: Cover,
    /// The codes, and what stands in them of encounters.
    pub codes: Arc<KeyCodes>,
}

/// What a key code holds of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfDay {
    /// Which, on the reader's calendar.
    pub day: Day,
    /// Encounters that began then.
    pub encounters: usize,
    /// Ten-minute intervals of it.
    pub intervals: usize,
}

impl KeysToShow {
    /// Entries that the staff make of the encounters: one to three each.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.codes.encounters().count()
    }

    /// Whether another one carries the very same.
    #[must_use]
    pub fn holds_the_same(&self, other: &Self) -> bool {
        self.codes.codes().eq(other.codes.codes())
    }

    /// Ten-minute intervals that the keys are for.
    #[must_use]
    pub fn intervals(&self) -> usize {
        self.cover.intervals().count()
    }
}

impl App {
    /// Makes the very codes that will be shown, for the mode that the server had when it was reached last. Asks nothing of
    /// any server.
    ///
    /// # Errors
    /// `Empty`, `TooMany`, `NotMade`.
    pub fn key_codes(self, redaction: &Redaction) -> Result<KeysToShow, ReportProblem> {
        let chosen = self.chosen(redaction);
        let codes = match self.mode() {
            Mode::Open => Handover::codes(&chosen)?,
            Mode::Private => Handover::private_codes(&chosen)?,
        };
        let cover = chosen.cover().clone();
        let mut days: BTreeMap<Reverse<Day>, (usize, usize)> = BTreeMap::new();
        self.diary.with_untracked(|diary| {
            for met in diary.iter().filter(|met| !redaction.is_left_out(&met.id)) {
                days.entry(Reverse(format::calendar_day(met.first_seen))).or_default().0 += 1;
            }
        });
        for interval in cover.intervals() {
            days.entry(Reverse(format::calendar_day(interval.start()))).or_default().1 += 1;
        }
        let of_day = |(Reverse(day), (encounters, intervals))| OfDay { day, encounters, intervals };
        let days = days.into_iter().map(of_day).collect();
        Ok(KeysToShow { encounters: chosen.len(), days, cover, codes: Arc::new(codes) })
    }
}

impl From<HandoverError> for ReportProblem {
    fn from(error: HandoverError) -> Self {
        match error {
            HandoverError::Nothing => Self::Empty,
            HandoverError::TooMany { max, got } => Self::TooMany { max, got },
            _ => Self::NotMade,
        }
    }
}
