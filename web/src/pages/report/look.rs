//! The last look. The button at its end is the only one that sends.

use super::outlook::Outlook;
use super::telling::{ByProof, is_told};
use super::{Ahead, Return, Step, Trail, by_mode, go, is_private};
use crate::components::message::Message;
use crate::components::problems::use_problems;
use crate::components::show::Show;
use crate::components::split_count::SplitCount;
use crate::components::words::{shifted, use_words};
use crate::i18n::{t, t_string, use_i18n};
use crate::state::use_app;
use leptos::prelude::*;

/// The fourth step.
#[component]
pub(super) fn Look(ahead: Ahead) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let counts = Signal::derive(move || {
        app.draft.with(|draft| app.diary.with(|diary| app.kept_out(&draft.redaction).counts(diary)))
    });
    let send = move |_| {
        if let Some(ground) = app.draft.with_untracked(|draft| draft.exposure) {
            if ahead.ready().is_some_and(|prepared| !app.tell(ground, prepared)) {
                ahead.make_anew();
            }
            return;
        }
        let tan = app.draft.with_untracked(|draft| app.read_tan(&draft.tan));
        match (tan, ahead.ready()) {
            (Ok(tan), Some(prepared)) => {
                if !app.send_report(tan, prepared) {
                    ahead.make_anew();
                }
            }
            // The TAN was changed meanwhile, in another tab perhaps: back to where it is told.
            (Err(_), _) => go(app, Step::Tan),
            // It is still being made; the button says so.
            (Ok(_), None) => {}
        }
    };
    view! {
        <div class="stack tight">
            <h1 class="statement">{t!(i18n, report.look_statement)}</h1>
            <Trail at=Step::Send />
        </div>
        {move || app.report_problem.get().map(|problem| view! { <Message said=problems.report(&problem) /> })}
        <div class="two">
            <div class="stack">
                <SplitCount counts />
                <Summary ahead />
            </div>
            <Outlook ahead>
                <button
                    class="btn wide"
                    type="button"
                    disabled=move || !ahead.is_ready()
                    on:click=send
                >
                    {t!(i18n, report.send)}
                </button>
                <p class="caption centred">
                    {t!(i18n, report.send_note)} " " {t!(i18n, report.nothing_shared)}
                </p>
                <Return to=Step::Choose />
            </Outlook>
        </div>
    }
}

/// What, where to, when, and what the server can see of it.
#[component]
fn Summary(ahead: Ahead) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let what = move || {
        ahead.with(|ahead| match ahead {
            Some(Ok(prepared)) => {
                let encounters = words.encounters(prepared.encounters);
                let entries = words.entries(prepared.real());
                let text = t_string!(i18n, report.look_what_text, encounters = encounters, entries = entries);
                match prepared.intervals() {
                    0 => text.to_string(),
                    intervals => {
                        let intervals = words.intervals(intervals);
                        let keys = t_string!(i18n, report.look_keys, intervals = intervals);
                        format!("{text}. {keys}")
                    }
                }
            }
            _ => String::new(),
        })
    };
    let status = move || app.draft.with(|draft| app.draft_status(draft));
    let day = move || Some(words.format().day_long(status()?.test_day));
    let onset = move || {
        let status = status()?;
        Some(words.format().day_long(shifted(status.test_day, status.onset?)))
    };
    let told = is_told();
    let config = move || app.server.with(|server| server.config.clone());
    let place = move || {
        config().map(|config| {
            let name = config.config().name.clone();
            if is_private(app) {
                t_string!(i18n, report.look_where_private, name = name)
            } else {
                t_string!(i18n, report.look_where_text, name = name)
            }
        })
    };
    let region = move || {
        let config = config()?;
        let region = app.reporting_region()?;
        let several = config.config().regions.len() > 1;
        let name = config.config().region(&region).filter(|_| several)?.name.clone();
        Some(if app.region_is_gone() {
            t_string!(i18n, report.look_region_gone, region = name)
        } else {
            t_string!(i18n, report.look_region, region = name)
        })
    };
    let when = move || {
        config().map(|config| {
            let wait = words.longest_wait(config.config().upload_delay_seconds.max);
            if told {
                t_string!(i18n, telling.when, wait = wait)
            } else {
                t_string!(i18n, report.look_when_text, wait = wait)
            }
        })
    };
    let sees = move || {
        if told {
            return t_string!(i18n, telling.sees_keys);
        }
        by_mode(app, || t_string!(i18n, report.look_sees_keys), || t_string!(i18n, report.look_sees_private))
    };
    let has_keys = move || ahead.with(|made| matches!(made, Some(Ok(made)) if !made.cover.is_empty()));
    view! {
        <dl class="facts">
            <div>
                <dt>{t!(i18n, report.look_what)}</dt>
                <dd class="small">{what}</dd>
            </div>
            <Show when=move || !is_private(app)>
                <div>
                    <dt>
                        {move || {
                            if told { t_string!(i18n, telling.test) } else { t_string!(i18n, report.look_test) }
                        }}
                    </dt>
                    <dd class="small">{day}</dd>
                </div>
            </Show>
            {move || {
                onset()
                    .filter(|_| !is_private(app))
                    .map(|day| {
                        view! {
                            <div>
                                <dt>{t!(i18n, report.look_onset)}</dt>
                                <dd class="small">{day}</dd>
                            </div>
                        }
                    })
            }}
            <div>
                <dt>{t!(i18n, report.look_where)}</dt>
                <dd class="small">{place} " " {region}</dd>
            </div>
            <div>
                <dt>{t!(i18n, report.look_when)}</dt>
                <dd class="small">{when}</dd>
            </div>
            {if told {
                view! { <ByProof /> }.into_any()
            } else {
                view! {
                    <div>
                        <dt>{t!(i18n, report.look_tan)}</dt>
                        <dd class="small">{t!(i18n, report.look_tan_text)}</dd>
                    </div>
                }
                    .into_any()
            }}
            <div>
                <dt>{t!(i18n, report.look_sees)}</dt>
                <dd class="small">
                    {t!(i18n, report.look_sees_text)} " " <Show when=has_keys>{sees}</Show>
                </dd>
            </div>
        </dl>
    }
}
