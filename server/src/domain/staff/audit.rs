//! Who did what when, and sums of days. Neither knows a patient: no TAN, no hash of one, no upload, no count of entries.

use std::collections::BTreeMap;

use twoken_core::units::Day;

use super::{Office, Result};
use crate::store::{Event, Figure, FigureOf};

/// How long what staff did, and sums, are kept, in days: half a year, in which somebody asks.
pub const KEPT_DAYS: u16 = 180;
/// Most events of one answer.
pub const MAX_EVENTS: u16 = 200;

/// The sums of one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayFigures {
    /// TANs made valid, by whomever.
    pub issued: u64,
    /// TANs exchanged for a permit.
    pub redeemed: u64,
    /// TANs made invalid.
    pub revoked: u64,
    /// Permits of the patients' class.
    pub patient_permits: u64,
    /// Permits of the staff's class.
    pub staff_permits: u64,
    /// Sign-ins that failed under a name that nobody has.
    pub unknown_names: u64,
}

impl Office<'_> {
    /// The latest events before number `before`, the latest first, 1 to 200 of them.
    ///
    /// # Errors
    /// [`super::Error::Store`].
    pub async fn events(&self, before: Option<i64>, limit: u16) -> Result<Vec<Event>> {
        Ok(self.store.staff_events(before, limit.clamp(1, MAX_EVENTS)).await?)
    }

    /// Sums of the days on which there was something, the first day first.
    ///
    /// # Errors
    /// [`super::Error::Store`].
    pub async fn figures(&self) -> Result<BTreeMap<Day, DayFigures>> {
        let mut days = BTreeMap::<Day, DayFigures>::new();
        let since = self.now.day().minus(KEPT_DAYS);
        for Figure { day, of, count } in self.store.figures_since(since.get()).await? {
            let figures = days.entry(Day::new(day)).or_default();
            match of {
                FigureOf::Issued => figures.issued = count,
                FigureOf::Redeemed => figures.redeemed = count,
                FigureOf::Revoked => figures.revoked = count,
                FigureOf::PatientPermits => figures.patient_permits = count,
                FigureOf::StaffPermits => figures.staff_permits = count,
                FigureOf::UnknownNames => figures.unknown_names = count,
            }
        }
        Ok(days)
    }
}
