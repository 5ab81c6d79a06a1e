//! What was read, as staff may see it: how many, of which days. Then the test, and the upload.

use super::super::words::use_staff_words;
use super::test_form::TestForm;
use crate::components::icon::Glyph;
use crate::components::message::{Message, Said};
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::console::{Console, Patient, Scanned, Step, UploadProblem, use_console};
use leptos::prelude::*;
use twoken_core::units::{Day, Timestamp};

/// The result's panel.
#[component]
pub(super) fn Ready(
    /// Whether the camera begins by itself for the next code.
    camera: RwSignal<bool>,
) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_words();
    let scanned = Memo::new(move |_| {
        console.patient.with(|patient| match patient {
            Patient::Ready(scanned, _) | Patient::Sending(scanned, _) | Patient::Waits(scanned, _) => {
                Some(scanned.clone())
            }
            _ => None,
        })
    });
    let figure = move |of: fn(&Scanned) -> usize| {
        words.format().number(scanned.with(|scanned| scanned.as_ref().map_or(0, of)))
    };
    view! {
        <section class="panel stack mid" aria-labelledby="ready">
            <h2 class="title" id="ready">
                {t!(i18n, desk.ready)}
            </h2>
            <dl class="figures">
                <div>
                    <dd class="figure">{move || figure(Scanned::entries)}</dd>
                    <dt class="small">{t!(i18n, desk.entries)}</dt>
                </div>
                <div>
                    <dd class="figure">{move || figure(|scanned| scanned.encounters)}</dd>
                    <dt class="small">{t!(i18n, desk.of_encounters)}</dt>
                </div>
                <div>
                    <dd class="figure">{move || figure(|scanned| scanned.intervals)}</dd>
                    <dt class="small">{t!(i18n, desk.of_intervals)}</dt>
                </div>
            </dl>
            {move || scanned.get().map(|scanned| view! { <Days days=scanned.days /> })}
            {move || {
                scanned
                    .with(|scanned| scanned.as_ref().is_some_and(|scanned| scanned.encounters > 0))
                    .then(|| view! { <p class="small">{t!(i18n, desk.read_days)}</p> })
            }}
            <Before />
            <TestForm camera />
        </section>
    }
}

/// That they were sent before, and may have arrived.
#[component]
fn Before() -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let sent = perhaps_sent(use_console());
    let said = move |at: Timestamp| {
        let title = t_string!(i18n, desk.perhaps, at = words.format().time(at));
        Said::plain(Glyph::Warning, title, t_string!(i18n, desk.perhaps_text))
    };
    view! {
        <div role="status">{move || sent.get().map(|at| view! { <Message said=said(at) /> })}</div>
    }
}

/// When what is ready to go was sent before, if it was.
fn perhaps_sent(console: Console) -> Memo<Option<Timestamp>> {
    Memo::new(move |_| {
        console.patient.with(|patient| match patient {
            Patient::Ready(scanned, _) => scanned.perhaps_sent,
            _ => None,
        })
    })
}

/// How many intervals of each day, as bars and figures.
#[component]
fn Days(days: Vec<(Day, usize)>) -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let most = days.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    let empty = days.is_empty();
    let row = move |(day, count): (Day, usize)| {
        // A whole percent: the figure beside it is exact.
        let length = format!("{}%", (count * 100).div_ceil(most));
        view! {
            <tr>
                <th scope="row">{move || words.format().day_short(day)}</th>
                <td class="bar-cell" aria-hidden="true">
                    <svg viewBox="0 0 100 8" preserveAspectRatio="none">
                        <rect width=length height="8" rx="1" />
                    </svg>
                </td>
                <td class="num">{move || words.format().number(count)}</td>
            </tr>
        }
    };
    (!empty).then(|| {
        view! {
            <table class="day-bars">
                <caption class="small">{t!(i18n, desk.days)}</caption>
                <tbody>{days.into_iter().rev().map(row).collect_view()}</tbody>
            </table>
        }
    })
}

/// How far the upload is, or why it did not go.
#[component]
pub(super) fn Outcome() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_staff_words();
    let patient = Memo::new(move |_| console.patient.get());
    // Of what may have arrived before, nobody says that it has not.
    let refused = move |scanned: &Scanned, text: &str| match scanned.perhaps_sent {
        None => format!("{text} {}", t_string!(i18n, desk.refused_text)),
        Some(_) => text.to_owned(),
    };
    view! {
        <div role="status">
            {move || match patient.get() {
                Patient::Sending(_, step) => {
                    let text = match step {
                        Step::Making => t_string!(i18n, desk.making),
                        Step::Permit => t_string!(i18n, desk.permit),
                        Step::Sending => t_string!(i18n, desk.sending),
                    };
                    view! { <p class="small">{text}</p> }.into_any()
                }
                Patient::Waits(_, problem) => {
                    let why = words.problem(&problem);
                    let text = format!("{} {}", why.text, t_string!(i18n, desk.waits_text));
                    view! { <Message said=Said::bad(why.title, text) /> }.into_any()
                }
                Patient::Ready(scanned, Some(UploadProblem::Api(problem))) => {
                    let why = words.problem(&problem);
                    let text = refused(&scanned, &why.text);
                    view! { <Message said=Said::bad(why.title, text) /> }.into_any()
                }
                Patient::Ready(scanned, Some(UploadProblem::Making)) => {
                    let title = t_string!(i18n, desk.unmade);
                    let text = refused(&scanned, t_string!(i18n, desk.unmade_text));
                    view! { <Message said=Said::bad(title, text) /> }.into_any()
                }
                _ => ().into_any(),
            }}
        </div>
    }
}
