//! The sums of the last days, and which of them do not fit together.
//!
//! The server counts, and never whose: a supervisor is the one who can see that TANs or permits are more than there can
//! be tests (docs/threat-model.md, 60).

use super::{Asked, Console, DayFigures};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::units::Day;

/// Days that the chart shows, and the longest sum.
pub const CHART_DAYS: u16 = 30;
/// The longest that a TAN is valid, in days: one that is redeemed today was issued at most so long ago.
const TAN_DAYS: u16 = 14;
const WEEK: u16 = 7;
/// The weeks that the last one is compared with.
const WEEKS_BEFORE: u16 = 4;
/// So many times the usual is unusual; and so few never are.
const UNUSUAL_TIMES: u64 = 3;
const UNUSUAL_LEAST: u64 = 20;

/// Something that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// TANs made valid, by whomever.
    Issued,
    /// TANs exchanged for a permit.
    Redeemed,
    /// TANs made invalid.
    Revoked,
    /// Permits given to patients.
    PatientPermits,
    /// Permits given to staff.
    StaffPermits,
    /// Tries to sign in under names that nobody has.
    UnknownNames,
}

impl Figure {
    /// All of them, in the order in which they stand.
    pub const ALL: [Self; 6] = [
        Self::Issued,
        Self::Redeemed,
        Self::Revoked,
        Self::PatientPermits,
        Self::StaffPermits,
        Self::UnknownNames,
    ];
    /// What becomes of TANs and permits, in the same order.
    pub const CHART: [Self; 5] =
        [Self::Issued, Self::Redeemed, Self::Revoked, Self::PatientPermits, Self::StaffPermits];

    const fn of(self, day: &DayFigures) -> u64 {
        match self {
            Self::Issued => day.issued,
            Self::Redeemed => day.redeemed,
            Self::Revoked => day.revoked,
            Self::PatientPermits => day.patient_permits,
            Self::StaffPermits => day.staff_permits,
            Self::UnknownNames => day.unknown_names,
        }
    }
}

/// Sums that do not fit together: something to look into, and no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// In 30 days more TANs were redeemed than were issued in time for that.
    MoreRedeemed {
        /// In 30 days.
        redeemed: u64,
        /// In 44.
        issued: u64,
    },
    /// A week has far more than the four before it.
    FarMore {
        /// Of these.
        figure: Figure,
        /// In the last seven days.
        week: u64,
        /// A week's mean of the 28 days before, rounded up.
        usual: u64,
    },
    /// In a week more TANs were revoked than half of those issued.
    ManyRevoked {
        /// In the last seven days.
        revoked: u64,
        /// Likewise.
        issued: u64,
    },
}

/// What is known of the sums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    days: Vec<DayFigures>,
    /// How far the last question is.
    pub asked: Asked,
}

impl Figures {
    /// The sum of the `days` days that end with `today` (UTC).
    #[must_use]
    pub fn sum(&self, figure: Figure, today: Day, days: u16) -> u64 {
        self.between(figure, today.minus(days.saturating_sub(1)), today)
    }

    /// Each of the `days` days that end with `today`, the earliest first.
    #[must_use]
    pub fn each(&self, figure: Figure, today: Day, days: u16) -> Vec<(Day, u64)> {
        (0..days)
            .rev()
            .map(|back| today.minus(back))
            .map(|day| (day, self.between(figure, day, day)))
            .collect()
    }

    /// Whether nothing was counted in the `days` days that end with `today`.
    #[must_use]
    pub fn is_empty(&self, today: Day, days: u16) -> bool {
        Figure::ALL.into_iter().all(|figure| self.sum(figure, today, days) == 0)
    }

    /// What does not fit.
    #[must_use]
    pub fn misfits(&self, today: Day) -> Vec<Misfit> {
        let mut found = Vec::new();
        let redeemed = self.sum(Figure::Redeemed, today, CHART_DAYS);
        let issued = self.sum(Figure::Issued, today, CHART_DAYS + TAN_DAYS);
        if redeemed > issued {
            found.push(Misfit::MoreRedeemed { redeemed, issued });
        }
        for figure in [Figure::Issued, Figure::StaffPermits] {
            let week = self.sum(figure, today, WEEK);
            let before = self.sum(figure, today.minus(WEEK), WEEK * WEEKS_BEFORE);
            let usual = before.div_ceil(WEEKS_BEFORE.into());
            if usual > 0 && week >= UNUSUAL_LEAST && week > usual * UNUSUAL_TIMES {
                found.push(Misfit::FarMore { figure, week, usual });
            }
        }
        let (revoked, issued) =
            (self.sum(Figure::Revoked, today, WEEK), self.sum(Figure::Issued, today, WEEK));
        if revoked >= UNUSUAL_LEAST && revoked * 2 > issued {
            found.push(Misfit::ManyRevoked { revoked, issued });
        }
        found
    }

    fn between(&self, figure: Figure, first: Day, last: Day) -> u64 {
        let days = self.days.iter().filter(|day| first <= day.day && day.day <= last);
        days.map(|day| figure.of(day)).sum()
    }
}

impl Console {
    /// Fetches the sums.
    pub fn load_figures(self) {
        if self.cells.figures.with_untracked(|figures| figures.asked == Asked::Waits) {
            return;
        }
        self.cells.figures.update(|figures| figures.asked = Asked::Waits);
        spawn_local(async move {
            let answer = self.acting(async |api, _| api.figures().await).await;
            self.cells.figures.update(|figures| match answer {
                _ if figures.asked != Asked::Waits => {}
                Ok(days) => *figures = Figures { days, asked: Asked::Answered },
                Err(problem) => figures.asked = Asked::Refused(problem),
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Day = Day::new(20_000);

    fn day(back: u16, issued: u64, redeemed: u64, revoked: u64, staff_permits: u64) -> DayFigures {
        let (day, patient_permits) = (TODAY.minus(back), redeemed);
        DayFigures { day, issued, redeemed, revoked, patient_permits, staff_permits, unknown_names: 0 }
    }

    fn figures(days: &[DayFigures]) -> Figures {
        Figures { days: days.to_vec(), asked: Asked::Answered }
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn sums_end_with_today_and_days_without_anything_count_as_nothing() {
        let figures = figures(&[day(0, 3, 0, 0, 0), day(6, 4, 0, 0, 0), day(7, 5, 0, 0, 0)]);
        assert_eq!(figures.sum(Figure::Issued, TODAY, 1), 3);
        assert_eq!(figures.sum(Figure::Issued, TODAY, 7), 7);
        assert_eq!(figures.sum(Figure::Issued, TODAY, 30), 12);
        let each: Vec<u64> =
            figures.each(Figure::Issued, TODAY, 8).into_iter().map(|(_, count)| count).collect();
        assert_eq!(each, [5, 4, 0, 0, 0, 0, 0, 3]);
        assert!(!figures.is_empty(TODAY, 1) && figures.is_empty(TODAY.plus(1), 1));
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn a_tan_may_be_redeemed_a_fortnight_after_it_was_issued() {
        assert_eq!(figures(&[day(0, 0, 5, 0, 0), day(14, 5, 0, 0, 0)]).misfits(TODAY), []);
        let more = Misfit::MoreRedeemed { redeemed: 5, issued: 4 };
        assert_eq!(figures(&[day(0, 4, 5, 0, 0), day(44, 9, 0, 0, 0)]).misfits(TODAY), [more]);
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn a_week_is_unusual_beside_those_before_it() {
        let usual = |staff_permits| {
            figures(&[day(0, 0, 0, 0, staff_permits), day(8, 0, 0, 0, 12), day(20, 0, 0, 0, 15)])
        };
        assert_eq!(usual(21).misfits(TODAY), []);
        let far = Misfit::FarMore { figure: Figure::StaffPermits, week: 22, usual: 7 };
        assert_eq!(usual(22).misfits(TODAY), [far]);
        // The first week of all has none to be compared with.
        assert_eq!(figures(&[day(0, 500, 0, 0, 0)]).misfits(TODAY), []);
        let many = Misfit::ManyRevoked { revoked: 21, issued: 41 };
        assert_eq!(figures(&[day(1, 41, 0, 21, 0)]).misfits(TODAY), [many]);
    }
}
