//! Private mode's numbers: how many of each intensity were reported, a line for each.

use super::words::{plural, use_words};
use crate::i18n::{I18n, t_string, use_i18n};
use crate::state::use_app;
use leptos::prelude::*;
use twoken_core::risk::{Config, Counts, Distance, Level};
use twoken_core::status::Degree;

/// The gravest first.
const ROWS: [(Level, Degree); 6] = [
    (Level::High, Degree::First),
    (Level::Medium, Degree::First),
    (Level::Low, Degree::First),
    (Level::High, Degree::Second),
    (Level::Medium, Degree::Second),
    (Level::Low, Degree::Second),
];

/// "One of your encounters was reported.", "Up to 3 of your encounters were reported, one step away."
pub fn use_counts_statement() -> impl Fn() -> String + Copy {
    let app = use_app();
    let i18n = use_i18n();
    move || {
        let counts = app.counted.with(|counted| counted.counts);
        let first = first_degree(&counts);
        if first > 0 {
            t_string!(i18n, counts.statement, count = plural(first))
        } else {
            t_string!(i18n, counts.second, count = plural(of_degree(&counts, Degree::Second)))
        }
    }
}

/// How many of first degree.
#[must_use]
pub fn first_degree(counts: &Counts) -> usize {
    of_degree(counts, Degree::First)
}

fn of_degree(counts: &Counts, degree: Degree) -> usize {
    let count = |level| counts.get(level, degree) as usize;
    [Level::Low, Level::Medium, Level::High].map(count).iter().sum()
}

/// A line for each kind: its name, how many of it, and what makes it one.
#[component]
pub fn CountLines() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let rows = move || {
        let counts = app.counted.with(|counted| counted.counts);
        let config = app.thresholds();
        // All kinds of those whom one met oneself, where there are any; of those one step away only what there is.
        let any = first_degree(&counts) > 0;
        let shown = |(level, degree): &(Level, Degree)| {
            any && *degree == Degree::First || counts.get(*level, *degree) > 0
        };
        let row = |(level, degree): (Level, Degree)| {
            let number = words.format().number(counts.get(level, degree) as usize);
            let step = (degree == Degree::Second).then(|| t_string!(i18n, counts.one_step));
            let kind = kind(i18n, level);
            let kind = step.map_or_else(|| kind.to_owned(), |step| format!("{kind}, {step}"));
            let begins = begins(&config, level).map(|minutes| words.duration_long(minutes));
            let what = begins.map_or_else(
                || t_string!(i18n, counts.below).to_owned(),
                |minutes| t_string!(i18n, counts.from, minutes = minutes),
            );
            view! {
                <div>
                    <dt>{kind}</dt>
                    <dd>
                        <span class="strong num">{number}</span>
                        <span class="small">" · " {what}</span>
                    </dd>
                </div>
            }
        };
        ROWS.into_iter().filter(shown).map(row).collect_view()
    };
    view! { <dl class="facts gap-above">{rows}</dl> }
}

fn kind(i18n: I18n, level: Level) -> &'static str {
    match level {
        Level::High => t_string!(i18n, counts.high),
        Level::Medium => t_string!(i18n, counts.medium),
        Level::Low => t_string!(i18n, counts.low),
    }
}

/// From how many minutes on an encounter is of this kind; none for the lowest, which the others leave over.
fn begins(config: &Config, level: Level) -> Option<twoken_core::units::Minutes> {
    (level > Level::Low).then(|| config.begins(level, Distance::Close, Degree::First)).flatten()
}
