//! How grave the diary's exposures are, by the thresholds that the server has signed.

use super::cells::Cells;
use super::servers::Sources;
use super::{App, ServerState};
use crate::platform::format;
use leptos::prelude::*;
use twoken_core::diary::{Diary, EncounterId};
use twoken_core::risk::{self, Assessment, Config, DayRisk};

/// Follows the diary and the thresholds: what a person states changes the level at once. Each exposure is measured by
/// the server that it was found on, and what one day has from several is not added up.
pub(super) fn assessed(
    diary: RwSignal<Diary>,
    sources: RwSignal<Sources>,
    each: Vec<Cells>,
) -> Memo<Assessment> {
    Memo::new(move |_| {
        let of = |rows: &Diary, config: &Config| {
            risk::assess(rows, config, |met| format::calendar_day(met.first_seen))
        };
        let home = each.first().map(|home| home.server.with(thresholds)).unwrap_or_default();
        diary.with(|diary| {
            sources.with(|sources| {
                if sources.is_empty() {
                    return of(diary, &home);
                }
                let from = |row: &EncounterId| sources.get(row).map(|source| source.origin.as_str());
                let mut origins = Vec::new();
                for row in diary.iter() {
                    if !origins.contains(&from(&row.id)) {
                        origins.push(from(&row.id));
                    }
                }
                let mut days: Vec<DayRisk> = Vec::new();
                for origin in origins {
                    let mut rows = Diary::default();
                    diary
                        .iter()
                        .filter(|row| from(&row.id) == origin)
                        .for_each(|row| rows.insert(row.clone()));
                    let config = match origin {
                        None => home,
                        Some(origin) => thresholds_at(&each, sources, origin),
                    };
                    for risk in of(&rows, &config).days {
                        // The latest first, and of a day the gravest.
                        let rank = |risk: &DayRisk| (risk.day, risk.grade.level);
                        let at = days.iter().position(|known| rank(known) < rank(&risk));
                        days.insert(at.unwrap_or(days.len()), risk);
                    }
                }
                Assessment { days }
            })
        })
    })
}

/// Those of a further server: as they are, or as they were when it was removed.
fn thresholds_at(each: &[Cells], sources: &Sources, origin: &str) -> Config {
    let is_it =
        |cells: &&Cells| cells.joined.with(|joined| joined.as_ref().is_some_and(|one| one.origin == origin));
    let known = each.iter().find(is_it).and_then(|cells| {
        cells.server.with(|server| server.config.as_ref().map(|config| config.config().risk))
    });
    known
        .or_else(|| sources.iter().find(|source| source.origin == origin).map(|source| source.risk))
        .unwrap_or_default()
}

impl App {
    /// The health authority's thresholds; the defaults as long as its server has not been reached.
    #[must_use]
    pub fn thresholds(self) -> Config {
        self.server.with(thresholds)
    }

    /// Those of the server on which this exposure was found.
    #[must_use]
    pub fn thresholds_of(self, id: &EncounterId) -> Config {
        let all = self.cells.each.get_value();
        let cells: Vec<_> = all.iter().map(|app| app.cells).collect();
        self.cells.sources.with(|sources| match sources.get(id) {
            Some(source) => thresholds_at(&cells, sources, &source.origin),
            None => self.home().thresholds(),
        })
    }
}

fn thresholds(server: &ServerState) -> Config {
    server.config.as_ref().map(|config| config.config().risk).unwrap_or_default()
}
