//! What is known of a reported encounter: the facts, one a line. What the risk picture shows stands
//! among them in words.

use super::Told;
use crate::components::risk_level::grade_word;
use crate::components::risk_picture::{together, zones_in_words};
use crate::components::show::Show;
use crate::components::words::{shifted, use_words};
use crate::i18n::{t, t_string, use_i18n};
use crate::state::use_app;
use leptos::prelude::*;
use twoken_core::diary;
use twoken_core::encounter::How;
use twoken_core::status::Degree;

/// The facts, one a line.
#[component]
pub(super) fn Known(told: Told, exposure: diary::Exposure) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let second = exposure.degree == Degree::Second;
    let doubtful = exposure.doubt.is_some();
    let Told { id, from, to, duration, stated, how, lost, both, note, label, .. } = told;
    let when = move || {
        let format = words.format();
        let (start, end) = (format.time(from), format.time(to));
        if start == end { start } else { t_string!(i18n, exposure.when_text, from = start, to = end) }
    };
    let long = move || match (stated, how) {
        (true, _) => t_string!(i18n, exposure.long_said),
        (false, How::Bluetooth) => t_string!(i18n, bluetooth.connected_for),
        (false, _) => t_string!(i18n, exposure.long_scans),
    };
    let duration = move || {
        let duration = words.duration_long(duration);
        if stated { duration } else { t_string!(i18n, risk.least, minutes = duration) }
    };
    // Follows the thresholds and the day's other exposures as well.
    let grave = move || {
        let config = app.thresholds_of(&id);
        app.risk.with(|risk| {
            let (day, reason) = risk.of(&id)?;
            let mut why = vec![zones_in_words(i18n, words, &config, reason)];
            why.extend(together(i18n, words, day));
            Some((grade_word(i18n, day.grade), why.join(". ")))
        })
    };
    let grave = Memo::new(move |_| grave().unwrap_or_default());
    let close = move || match how {
        _ if doubtful => {
            told_as(t_string!(i18n, exposure.close_doubt), t_string!(i18n, exposure.close_doubt_text))
        }
        How::Bluetooth => match lost {
            Some(lost) => {
                let loss = words.format().number(lost.get().into());
                (t_string!(i18n, bluetooth.loss, loss = loss), t_string!(i18n, bluetooth.loss_text))
            }
            None => told_as(t_string!(i18n, bluetooth.unknown), t_string!(i18n, bluetooth.unknown_text)),
        },
        How::Link | How::Picture | How::Typed => {
            told_as(t_string!(i18n, exposure.close_link), t_string!(i18n, exposure.close_link_text))
        }
        _ if both => told_as(t_string!(i18n, exposure.close_text), t_string!(i18n, exposure.close_both)),
        _ => told_as(t_string!(i18n, exposure.close_text), t_string!(i18n, exposure.close_one)),
    };
    let link = move || {
        let day = words.format().day_plain(exposure.test_day);
        if doubtful {
            let text = t_string!(i18n, exposure.link_doubt_text, day = day);
            (t_string!(i18n, exposure.link_doubt), text)
        } else if second {
            let text = t_string!(i18n, exposure.link_second_text, day = day);
            (t_string!(i18n, exposure.link_second), text)
        } else {
            let text = t_string!(i18n, exposure.link_first_text, day = day);
            (t_string!(i18n, exposure.link_first), text)
        }
    };
    let onset = exposure.onset.map(|days| shifted(exposure.test_day, days));
    let from = move || {
        app.source_of(&id).map(|source| {
            let gone = app.is_home().then(|| t_string!(i18n, servers.from_removed));
            core::iter::once(source.name.as_str()).chain(gone).collect::<Vec<_>>().join(" · ")
        })
    };
    let noted = !note.is_empty() || label.is_some();
    view! {
        <dl class="facts">
            <div>
                <dt>{t!(i18n, exposure.when)}</dt>
                <dd class="num">{when}</dd>
            </div>
            <div>
                <dt>{t!(i18n, exposure.long)}</dt>
                <dd>
                    {duration} " "
                    <span class="small">"· " {long}</span>
                </dd>
            </div>
            <div>
                <dt>{t!(i18n, exposure.close)}</dt>
                <dd>
                    {move || close().0} " " <span class="small">"· " {move || close().1}</span>
                </dd>
            </div>
            <Show when=move || !doubtful>
                <div>
                    <dt>{t!(i18n, exposure.risk)}</dt>
                    <dd>
                        {move || grave.get().0} " " <span class="small">"· " {move || grave.get().1}</span>
                    </dd>
                </div>
            </Show>
            <div>
                <dt>{t!(i18n, exposure.link)}</dt>
                <dd>
                    {move || link().0} " " <span class="small">"· " {move || link().1}</span>
                </dd>
            </div>
            {move || {
                from()
                    .map(|from| {
                        view! {
                            <div>
                                <dt>{t!(i18n, servers.from)}</dt>
                                <dd class="address">{from}</dd>
                            </div>
                        }
                    })
            }}
            {onset
                .map(|day| {
                    view! {
                        <div>
                            <dt>{t!(i18n, exposure.onset)}</dt>
                            <dd class="num">{move || words.format().day_plain(day)}</dd>
                        </div>
                    }
                })}
            <div>
                <dt>{t!(i18n, exposure.token)}</dt>
                <dd>{move || if second { t_string!(i18n, exposure.token_second) } else { t_string!(i18n, exposure.token_text) }}</dd>
            </div>
            {noted
                .then(|| {
                    view! {
                        <div>
                            <dt>{t!(i18n, exposure.note)}</dt>
                            <dd>
                                {note} " "
                                {label.map(|label| view! { <span class="tag">{label}</span> })}
                            </dd>
                        </div>
                    }
                })}
        </dl>
    }
}

fn told_as(what: &str, why: &'static str) -> (String, &'static str) {
    (what.to_owned(), why)
}
