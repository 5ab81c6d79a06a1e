//! What to do now: the health authority's words, in the order it gives them, with its name and date.

use super::words::use_words;
use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::state::use_app;
use leptos::prelude::*;
use twoken_core::units::Day;

/// The authority's advice from the server's signed configuration.
#[component]
pub fn Advice() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let body = move || {
        let config = app.server.with(|server| server.config.clone());
        let Some(config) = config else {
            return view! { <p class="small">{t!(i18n, exposure.todo_loading)}</p> }.into_any();
        };
        let Some(advice) = config.config().advice.clone() else {
            return view! { <p class="small">{t!(i18n, exposure.todo_none)}</p> }.into_any();
        };
        let lines = match i18n.get_locale() {
            Locale::De => advice.de,
            // The authority wrote two.
            _ => advice.en,
        };
        // A date that is no date is shown as it was signed.
        let date = advice.date.parse::<Day>().map_or(advice.date, |day| words.format().day_plain(day));
        let source = advice.source;
        let steps = lines.into_iter().map(|line| view! { <li><p>{line}</p></li> }).collect_view();
        view! {
            <ol class="steps">{steps}</ol>
            <p class="caption">
                {t_string!(i18n, exposure.todo_from, source = source, date = date)}
            </p>
        }
        .into_any()
    };
    view! { <div class="stack mid">{body}</div> }
}
