//! Leaving out a time: on this day, from then to then.

use crate::components::icon::{Glyph, Icon};
use crate::components::show::Show;
use crate::components::words::{plural, use_words};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::format;
use crate::state::use_app;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use std::collections::BTreeSet;
use twoken_core::redaction::Redaction;
use twoken_core::units::Day;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Backwards,
    Nothing,
    LeftOut(usize),
    /// Only times at which somebody may have scanned me one-way.
    Intervals(usize),
}

/// Opens to a day and two times.
#[component]
pub(super) fn TimeSpan() -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    view! {
        <section class="sec">
            <div>
                <button
                    class="linkish small"
                    type="button"
                    aria-expanded=move || if open.get() { "true" } else { "false" }
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    <Icon glyph=Glyph::Clock small=true />
                    {t!(i18n, report.by_time)}
                </button>
            </div>
            <Show when=move || open.get()>
                <Span />
            </Show>
        </section>
    }
}

#[component]
fn Span() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let days = Memo::new(move |_| {
        let mut days: BTreeSet<Day> =
            app.diary.with(|diary| diary.iter().map(|met| format::calendar_day(met.first_seen)).collect());
        days.extend(app.emitted().iter().map(|shown| format::calendar_day(shown.start())));
        days.into_iter().rev().collect::<Vec<_>>()
    });
    let day = RwSignal::new(days.with_untracked(|days| days.first().copied()));
    let from = RwSignal::new(String::new());
    let to = RwSignal::new(String::new());
    let outcome = RwSignal::new(None::<Outcome>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(day) = day.get_untracked() else {
            return;
        };
        let span = minutes(&from.get_untracked()).zip(minutes(&to.get_untracked()));
        let Some((from, to)) = span.filter(|(from, to)| from < to) else {
            outcome.set(Some(Outcome::Backwards));
            return;
        };
        let (from, to) = (format::local_time(day, from), format::local_time(day, to));
        let (mut left_out, mut intervals) = (0, 0);
        app.draft.update(|draft| {
            app.diary.with_untracked(|diary| {
                let counts = |redaction: &Redaction| {
                    let emitted = app.emitted_counts(diary, redaction).left_out;
                    (redaction.counts(diary).left_out, emitted)
                };
                let before = counts(&draft.redaction);
                draft.redaction.leave_out_range(diary, from, to);
                let after = counts(&draft.redaction);
                (left_out, intervals) = (after.0 - before.0, after.1 - before.1);
            });
        });
        outcome.set(Some(match (left_out, intervals) {
            (0, 0) => Outcome::Nothing,
            (0, intervals) => Outcome::Intervals(intervals),
            (count, _) => Outcome::LeftOut(count),
        }));
    };
    let told = move || {
        outcome.get().map(|outcome| match outcome {
            Outcome::Backwards => t_string!(i18n, report.by_time_bad).to_owned(),
            Outcome::Nothing => t_string!(i18n, report.by_time_none).to_owned(),
            Outcome::Intervals(count) => {
                t_string!(i18n, report.by_time_intervals, intervals = words.intervals(count))
            }
            Outcome::LeftOut(count) => {
                t_string!(i18n, report.by_time_done, count = plural(count))
            }
        })
    };
    let options = move || {
        days.get()
            .into_iter()
            .map(|known| {
                let chosen = move || day.get() == Some(known);
                view! {
                    <option value=known.to_string() selected=chosen>
                        {words.format().day_long(known)}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <form class="well stack tight" novalidate=true on:submit=submit>
            <div class="field">
                <label for="span-day">{t!(i18n, report.by_time_day)}</label>
                <div class="select">
                    <select
                        class="input"
                        id="span-day"
                        on:change=move |event| day.set(event_target_value(&event).parse().ok())
                    >
                        {options}
                    </select>
                    <Icon glyph=Glyph::Down />
                </div>
            </div>
            <div class="range">
                <div class="field">
                    <label for="span-from">{t!(i18n, report.by_time_from)}</label>
                    <input
                        class="input num"
                        id="span-from"
                        type="time"
                        prop:value=move || from.get()
                        on:input=move |event| from.set(event_target_value(&event))
                    />
                </div>
                <div class="field">
                    <label for="span-to">{t!(i18n, report.by_time_to)}</label>
                    <input
                        class="input num"
                        id="span-to"
                        type="time"
                        prop:value=move || to.get()
                        on:input=move |event| to.set(event_target_value(&event))
                    />
                </div>
            </div>
            <div class="row wrap">
                <button class="btn plain compact" type="submit">
                    {t!(i18n, report.by_time_do)}
                </button>
                <p class="small grow" role="status">
                    {told}
                </p>
            </div>
        </form>
    }
}

/// Minutes after midnight of a time field's "14:31".
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.get(..2)?.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn a_time_field_is_read() {
        assert_eq!(minutes("14:31"), Some(871));
        assert_eq!(minutes("00:00:00"), Some(0));
        for wrong in ["", "24:00", "7", "07:6", "a:bc"] {
            assert_eq!(minutes(wrong), None, "{wrong}");
        }
    }
}
