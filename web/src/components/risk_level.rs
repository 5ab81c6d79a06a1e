//! How grave an exposure is: a word beside as many filled segments. The word always stands there.

use crate::i18n::{I18n, t_string, use_i18n};
use leptos::prelude::*;
use twoken_core::risk::{Grade, Level};

/// A grade as a word and segments: those above it are dashed while it may yet be more.
#[component]
pub fn RiskLevel(
    /// Which.
    grade: Grade,
    /// For a line of a list.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let level = match grade.level {
        Level::Low => "low",
        Level::Medium => "medium",
        Level::High => "high",
    };
    view! {
        <p class="risk" class=(level, true) class=("open", grade.at_least) class=("small", small)>
            <span class="segments" aria-hidden="true">
                <i></i>
                <i></i>
                <i></i>
            </span>
            <span class="strong">{move || risk_words(i18n, grade)}</span>
        </p>
    }
    .into_any()
}

/// "Medium risk", "Risk: at least medium"
fn risk_words(i18n: I18n, grade: Grade) -> &'static str {
    match (grade.level, grade.at_least) {
        (Level::Low, true) => t_string!(i18n, risk.least_low),
        (Level::Low, false) => t_string!(i18n, risk.low),
        (Level::Medium, true) => t_string!(i18n, risk.least_medium),
        (Level::Medium, false) => t_string!(i18n, risk.medium),
        (Level::High, _) => t_string!(i18n, risk.high),
    }
}

/// "medium"
#[must_use]
pub fn level_word(i18n: I18n, level: Level) -> &'static str {
    match level {
        Level::Low => t_string!(i18n, risk.word_low),
        Level::Medium => t_string!(i18n, risk.word_medium),
        Level::High => t_string!(i18n, risk.word_high),
    }
}

/// "medium", "at least medium"
#[must_use]
pub fn grade_word(i18n: I18n, grade: Grade) -> String {
    let level = level_word(i18n, grade.level);
    if grade.at_least { t_string!(i18n, risk.word_least, level = level) } else { level.to_owned() }
}
