//! Deleting a span of time: how much it is stands there before, and for ten seconds it can be brought back.

use crate::components::icon::{Glyph, Icon};
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::format;
use crate::state::{Recorded, use_app};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use twoken_core::units::Timestamp;

/// Two moments, and what lies between them.
#[component]
pub(super) fn DeleteRange() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let from = RwSignal::new(String::new());
    let to = RwSignal::new(String::new());
    let span = Memo::new(move |_| {
        let (from, to) = (format::local_moment(&from.get())?, format::local_moment(&to.get())?);
        // A minute that is named is meant whole.
        Some((from, to.plus(59))).filter(|(from, to)| from <= to)
    });
    let inside = move |span: Option<(Timestamp, Timestamp)>| {
        span.map_or_else(Recorded::default, |(from, to)| app.recorded_between(from, to))
    };
    let said = move || {
        if from.with(String::is_empty) || to.with(String::is_empty) {
            return t_string!(i18n, rights.range_hint).to_owned();
        }
        let Some(span) = span.get() else {
            return t_string!(i18n, rights.range_bad).to_owned();
        };
        let inside = inside(Some(span));
        let (encounters, intervals) =
            (words.encounters(inside.ids.len()), words.intervals(inside.intervals.len()));
        match (inside.ids.is_empty(), inside.intervals.is_empty()) {
            (true, true) => t_string!(i18n, rights.range_none).to_owned(),
            (_, true) => t_string!(i18n, rights.range_some, what = encounters),
            (true, false) => t_string!(i18n, rights.range_shown, intervals = intervals),
            (false, false) => {
                t_string!(i18n, rights.range_both, encounters = encounters, intervals = intervals)
            }
        }
    };
    let none = Memo::new(move |_| inside(span.get()).is_empty());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        app.delete_recorded(&untrack(|| inside(span.get())));
    };
    view! {
        <section class="sec" aria-labelledby="range">
            <h2 class="head" id="range">
                {t!(i18n, rights.range)}
            </h2>
            <p class="small">{t!(i18n, rights.range_text)}</p>
            <form class="well stack tight" novalidate=true on:submit=submit>
                <Moment id="range-from" value=from>
                    {t!(i18n, rights.range_from)}
                </Moment>
                <Moment id="range-to" value=to>
                    {t!(i18n, rights.range_to)}
                </Moment>
                <p class="small" role="status">
                    {said}
                </p>
                <div>
                    <button class="btn danger compact" type="submit" disabled=move || none.get()>
                        <Icon glyph=Glyph::Bin small=true />
                        {t!(i18n, rights.range_do)}
                    </button>
                </div>
            </form>
        </section>
    }
}

#[component]
fn Moment(id: &'static str, value: RwSignal<String>, children: Children) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{children()}</label>
            <input
                class="input num"
                id=id
                type="datetime-local"
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
}
