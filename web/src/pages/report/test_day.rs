//! The day of the test, and, if one wants to say, of the first symptoms.

use super::{Step, Trail, go};
use crate::components::icon::{Glyph, Icon};
use crate::components::problems::use_problems;
use crate::components::words::shifted;
use crate::i18n::{t, use_i18n};
use crate::platform::format;
use crate::state::{TestDayProblem, TestDays, use_app};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use twoken_core::units::{Day, RETENTION_DAYS};

/// The second step.
#[component]
pub(super) fn TestDay() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let today = Memo::new(move |_| format::calendar_day(app.now.get()));
    let (drafted, onset_drafted) = app.draft.with_untracked(|draft| {
        let onset = draft.test_day.zip(draft.onset).map(|(day, days)| shifted(day, days));
        (draft.test_day, onset)
    });
    let text = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
    let test = RwSignal::new(text(drafted));
    let onset = RwSignal::new(text(onset_drafted));
    let problem = RwSignal::new(None::<TestDayProblem>);
    let next = move |event: SubmitEvent| {
        event.prevent_default();
        let read = TestDays::read(&test.get_untracked(), &onset.get_untracked(), today.get_untracked());
        problem.set(read.err());
        if let Ok(days) = read {
            app.draft.update(|draft| {
                draft.test_day = Some(days.test);
                draft.onset = days.onset;
            });
            go(app, Step::Choose);
        }
    };
    let told = move |which: fn(TestDayProblem) -> bool| {
        problem.get().filter(|problem| which(*problem)).map(|problem| {
            view! {
                <p class="err">
                    <Icon glyph=Glyph::Warning small=true />
                    <span>{problems.test_day(problem)}</span>
                </p>
            }
        })
    };
    let of_test = |problem| problem != TestDayProblem::OnsetFar;
    let of_onset = |problem| problem == TestDayProblem::OnsetFar;
    let invalid = move |which: fn(TestDayProblem) -> bool| {
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
