//! The picture of the days in words: all of it in a sentence, and a day with its exposures' level.

use super::{Coin, Column};
use crate::components::risk_level::grade_word;
use crate::components::words::{Words, plural, use_words};
use crate::i18n::{I18n, t_string, use_i18n};
use crate::state::use_app;
use leptos::prelude::*;
use twoken_core::risk::Grade;
use twoken_core::units::Day;

/// "Tuesday 17 November", "Tuesday 17 November (risk: at least low)"
pub(super) fn day_words(i18n: I18n, words: Words, day: Day, grade: Option<Grade>) -> String {
    let day = words.format().day_long(day);
    match grade {
        None => day,
        Some(grade) => {
            let level = grade_word(i18n, grade);
            t_string!(i18n, chart.day_risk, day = day, level = level)
        }
    }
}

/// The picture in words.
pub(super) fn use_sentence(
    columns: Memo<Vec<Column>>,
    picked: Option<RwSignal<Option<Day>>>,
) -> impl Fn() -> String + Clone + Send + Sync + 'static {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    move || {
        let format = words.format();
        columns.with(|columns| {
            let all: usize = columns.iter().map(|column| column.coins.len()).sum();
            if all == 0 {
                return t_string!(i18n, chart.none).to_owned();
            }
            let mut said = vec![t_string!(i18n, chart.all, count = plural(all))];
            if let Some(most) = columns.iter().max_by_key(|column| column.coins.len()) {
                let (day, count) = (format.day_long(most.day), format.number(most.coins.len()));
                said.push(t_string!(i18n, chart.most, day = day, count = count));
            }
            let hits: Vec<&Column> =
                columns.iter().filter(|column| column.coins.contains(&Coin::Hit)).collect();
            let count: usize = hits
                .iter()
                .map(|column| column.coins.iter().filter(|coin| **coin == Coin::Hit).count())
                .sum();
            said.push(if count == 0 && app.counted.with(|counted| !counted.is_empty()) {
                // Some were, and nobody knows of which day.
                t_string!(i18n, counts.no_mark).to_owned()
            } else if count == 0 {
                t_string!(i18n, chart.hits_none).to_owned()
            } else {
                let days: Vec<String> =
                    hits.iter().map(|column| day_words(i18n, words, column.day, column.grade)).collect();
                t_string!(i18n, chart.hits, count = plural(count), days = days.join(i18n.comma()))
            });
            if let Some(day) = picked.and_then(|picked| picked.get()) {
                let count =
                    columns.iter().find(|column| column.day == day).map_or(0, |column| column.coins.len());
                let (day, count) = (format.day_long(day), format.number(count));
                said.push(t_string!(i18n, chart.picked, day = day, count = count));
            }
            said.join(" ")
        })
    }
}
