//! What was told to studies, for as long as the server keeps it, and taking it back.

use super::told::use_told;
use crate::components::icon::{Glyph, Icon};
use crate::components::message::Message;
use crate::components::problems::use_problems;
use crate::components::show::Show;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{StudyReport, StudyReportState, use_app};
use leptos::prelude::*;

/// All of it.
#[component]
pub(super) fn Shared() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let any = move || app.study_reports.with(|all| !all.is_empty());
    view! {
        <section class="sec" aria-labelledby="shared">
            <h2 class="head" id="shared">
                {t!(i18n, studies.shared)}
            </h2>
            {move || app.study_problem.get().map(|problem| view! { <Message said=problems.api(&problem) /> })}
            <Show
                when=any
                fallback=move || view! { <p class="small">{t!(i18n, studies.shared_none)}</p> }
            >
                <ul class="list">
                    {move || {
                        app.study_reports.get().into_iter().map(|report| view! { <One report /> }).collect_view()
                    }}
                </ul>
                <p class="caption">{t!(i18n, studies.shared_text)}</p>
            </Show>
        </section>
    }
}

#[component]
fn One(report: StudyReport) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let told = use_told();
    let values = report.contact();
    let (title, last, state) = (report.title.clone(), report.listed_until(), report.state.clone());
    let undoable = matches!(state, StudyReportState::Waiting | StudyReportState::Sent);
    let said = move || match &state {
        StudyReportState::Waiting => t_string!(i18n, studies.waiting).to_owned(),
        StudyReportState::Sent => t_string!(i18n, studies.sent).to_owned(),
        StudyReportState::Withdrawing { .. } => match state.late_until() {
            None => t_string!(i18n, studies.withdrawing).to_owned(),
            Some(until) => {
                let when = words.moment(until, app.now.get());
                t_string!(i18n, studies.withdrawing_late, when = when)
            }
        },
        StudyReportState::Withdrawn => t_string!(i18n, studies.withdrawn).to_owned(),
        StudyReportState::Exported => t_string!(i18n, studies.exported).to_owned(),
        StudyReportState::Unproven => t_string!(i18n, telling.unproven_text).to_owned(),
        StudyReportState::Refused(code) => match code.as_str() {
            "study-ended" | "study-unknown" => t_string!(i18n, studies.ended).to_owned(),
            "study-full" => t_string!(i18n, studies.full).to_owned(),
            "report-repeated" | "proof-used" => t_string!(i18n, studies.repeated).to_owned(),
            "page-spent" => t_string!(i18n, refused.page_spent_text).to_owned(),
            "page-unknown" => t_string!(i18n, refused.page_unknown_text).to_owned(),
            code => t_string!(i18n, studies.refused, code = code.to_owned()),
        },
    };
    let until = move || {
        let day = words.format().day_short(last);
        t_string!(i18n, studies.listed, day = day)
    };
    let back = move |_| app.withdraw_from_study(&report);
    view! {
        <li class="setting">
            <Icon glyph=Glyph::Report />
            <div class="grow">
                <p class="medium-weight address">{title}</p>
                {values.map(|values| view! { <p class="small">{move || told(&values)}</p> })}
                <p class="small" role="status">
                    {said}
                    " "
                    {until}
                </p>
                {undoable
                    .then(|| {
                        view! {
                            <button class="linkish" type="button" on:click=back>
                                {t!(i18n, studies.withdraw)}
                            </button>
                        }
                    })}
            </div>
        </li>
    }
}
