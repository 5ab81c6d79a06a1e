//! The day of the test, and, if one wants to say, of the first symptoms.

use super::{Step, Trail, go};
use crate::components::icon::{Glyph, Icon};
use crate::components::words::shifted;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::format;
use crate::state::use_app;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use twoken_core::units::{Day, RETENTION_DAYS};

/// How far the first symptoms may lie from the test, either way.
const ONSET_DAYS: i32 = 14;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    Missing,
    Future,
    Old,
    OnsetFar,
}

/// The second step.
#[component]
pub(super) fn TestDay() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let today = Memo::new(move |_| format::calendar_day(app.now.get()));
    let (drafted, onset_drafted) = app.draft.with_untracked(|draft| {
        let onset = draft.test_day.zip(draft.onset).map(|(day, days)| shifted(day, days));
        (draft.test_day, onset)
    });
    let text = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
    let test = RwSignal::new(text(drafted));
    let onset = RwSignal::new(text(onset_drafted));
    let problem = RwSignal::new(None::<Problem>);
    let next = move |event: SubmitEvent| {
        event.prevent_default();
        let read = read(&test.get_untracked(), &onset.get_untracked(), today.get_untracked());
        problem.set(read.err());
        if let Ok((day, onset)) = read {
            app.draft.update(|draft| {
                draft.test_day = Some(day);
                draft.onset = onset;
            });
            go(app, Step::Choose);
        }
    };
    let told = move |which: fn(Problem) -> bool| {
        problem.get().filter(|problem| which(*problem)).map(|problem| {
            let text = match problem {
                Problem::Missing => t_string!(i18n, report.day_missing),
                Problem::Future => t_string!(i18n, report.day_future),
                Problem::Old => t_string!(i18n, report.day_old),
                Problem::OnsetFar => t_string!(i18n, report.onset_far),
            };
            view! {
                <p class="err">
                    <Icon glyph=Glyph::Warning small=true />
                    <span>{text}</span>
                </p>
            }
        })
    };
    let of_test = |problem| problem != Problem::OnsetFar;
    let of_onset = |problem| problem == Problem::OnsetFar;
    let invalid = move |which: fn(Problem) -> bool| {
        if problem.get().is_some_and(which) { "true" } else { "false" }
    };
    let earliest = move || today.get().minus(RETENTION_DAYS).to_string();
    view! {
        <div class="stack tight">
            <h1 class="statement">{t!(i18n, report.test_statement)}</h1>
            <Trail at=Step::Test />
        </div>
        <div class="two">
            <form class="stack" novalidate=true on:submit=next>
                <p class="lead">{t!(i18n, report.test_lead)}</p>
                <div class="field">
                    <label for="test-day">{t!(i18n, report.test_day)}</label>
                    <input
                        class="input"
                        id="test-day"
                        type="date"
                        required=true
                        min=earliest
                        max=move || today.get().to_string()
                        aria-describedby="test-day-told"
                        aria-invalid=move || invalid(of_test)
                        prop:value=move || test.get()
                        on:input=move |event| test.set(event_target_value(&event))
                    />
                    <div id="test-day-told" role="alert">
                        {move || told(of_test)}
                    </div>
                </div>
                <div class="field">
                    <label for="onset">
                        {t!(i18n, report.onset)} " "
                        <span class="over light">"· " {t!(i18n, welcome.optional)}</span>
                    </label>
                    <input
                        class="input"
                        id="onset"
                        type="date"
                        max=move || today.get().to_string()
                        aria-describedby="onset-hint onset-told"
                        aria-invalid=move || invalid(of_onset)
                        prop:value=move || onset.get()
                        on:input=move |event| onset.set(event_target_value(&event))
                    />
                    <p class="caption" id="onset-hint">
                        {t!(i18n, report.onset_text)}
                    </p>
                    <div id="onset-told" role="alert">
                        {move || told(of_onset)}
                    </div>
                </div>
                <div class="pair">
                    <button class="btn" type="submit">
                        {t!(i18n, report.next)}
                    </button>
                    <button class="btn plain" type="button" on:click=move |_| go(app, Step::Tan)>
                        {t!(i18n, report.back)}
                    </button>
                </div>
            </form>
        </div>
    }
}

fn read(test: &str, onset: &str, today: Day) -> Result<(Day, Option<i8>), Problem> {
    let day: Day = test.trim().parse().map_err(|_| Problem::Missing)?;
    if day > today {
        return Err(Problem::Future);
    }
    if day < today.minus(RETENTION_DAYS) {
        return Err(Problem::Old);
    }
    let onset = match onset.trim() {
        "" => None,
        text => {
            let onset: Day = text.parse().map_err(|_| Problem::OnsetFar)?;
            let days = i32::from(onset.get()) - i32::from(day.get());
            if days.abs() > ONSET_DAYS || onset > today {
                return Err(Problem::OnsetFar);
            }
            Some(i8::try_from(days).map_err(|_| Problem::OnsetFar)?)
        }
    };
    Ok((day, onset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn days_are_read_and_refused_with_their_reason() {
        let today = Day::new(20_778);
        let said = |back: u16| today.minus(back).to_string();
        assert_eq!(read(&said(2), "", today), Ok((today.minus(2), None)));
        assert_eq!(read(&said(2), &said(5), today), Ok((today.minus(2), Some(-3))));
        assert_eq!(read(&said(2), &said(1), today), Ok((today.minus(2), Some(1))));
        assert_eq!(read("", "", today), Err(Problem::Missing));
        assert_eq!(read(&today.next().to_string(), "", today), Err(Problem::Future));
        assert_eq!(read(&said(15), "", today), Err(Problem::Old));
        assert_eq!(read(&said(2), &said(17), today), Err(Problem::OnsetFar));
    }
}
