//! One reported encounter: the statement, what to do, what is known and what is not.

use crate::components::advice::Advice;
use crate::components::icon::Glyph;
use crate::components::link::Link;
use crate::components::mark::EmptyCoin;
use crate::components::note::Note;
use crate::components::words::{shifted, use_words};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::format;
use crate::state::{Place, use_app};
use leptos::prelude::*;
use twoken_core::diary::{self, Encounter, EncounterId};
use twoken_core::encounter::How;
use twoken_core::status::Degree;
use twoken_core::units::{Minutes, Timestamp};

/// What the page tells of an encounter.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    from: Timestamp,
    to: Timestamp,
    duration: Minutes,
    stated: bool,
    how: How,
    both: bool,
    note: String,
    label: Option<String>,
    exposure: Option<diary::Exposure>,
}

impl From<&Encounter> for Told {
    fn from(met: &Encounter) -> Self {
        Self {
            from: met.first_seen,
            to: met.last_seen,
            duration: met.duration(),
            stated: met.minutes().is_some(),
            how: met.how,
            both: met.both,
            note: met.note().to_owned(),
            label: met.label().map(ToOwned::to_owned),
            exposure: met.exposure,
        }
    }
}

/// The page of one encounter.
#[component]
pub fn Exposure(
    /// Which.
    id: EncounterId,
) -> impl IntoView {
    let app = use_app();
    let told = Memo::new(move |_| app.diary.with(|diary| diary.get(&id).map(Told::from)));
    move || match told.get() {
        None => view! { <Absent known=false /> }.into_any(),
        Some(told) => match told.exposure {
            None => view! { <Absent known=true /> }.into_any(),
            Some(exposure) => view! { <Reported told exposure /> }.into_any(),
        },
    }
}

/// No such encounter, or none that was reported.
#[component]
fn Absent(known: bool) -> impl IntoView {
    let i18n = use_i18n();
    let title = move || {
        if known { t_string!(i18n, exposure.not_reported) } else { t_string!(i18n, exposure.gone) }
    };
    let text = move || {
        if known { t_string!(i18n, exposure.not_reported_text) } else { t_string!(i18n, exposure.gone_text) }
    };
    view! {
        <div class="empty">
            <EmptyCoin />
            <h1 class="title">{title}</h1>
            <p class="small">{text}</p>
            <Link to=Place::Diary class="btn plain compact">
                {t!(i18n, exposure.to_diary)}
            </Link>
        </div>
    }
}

#[component]
fn Reported(told: Told, exposure: diary::Exposure) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let second = exposure.degree == Degree::Second;
    let (from, duration) = (told.from, told.duration);
    let over = move || {
        let day = words.format().day_long(format::calendar_day(from));
        let when = words.moment(exposure.found_at, app.now.get());
        t_string!(i18n, exposure.over, day = day, when = when).to_string()
    };
    let statement = move || {
        if second {
            t_string!(i18n, exposure.statement_second).to_owned()
        } else {
            let duration = words.duration_long(duration);
            t_string!(i18n, exposure.statement, duration = duration).to_string()
        }
    };
    let lead = move || {
        if second { t_string!(i18n, exposure.lead_second) } else { t_string!(i18n, exposure.lead) }
    };
    view! {
        <div class="two abc">
            <div class="stack tight">
                <p class="over">{over}</p>
                <h1 class="statement">{statement}</h1>
                <p class="lead">{lead}</p>
            </div>
            <div class="stack">
                <section class="panel news stack mid" aria-labelledby="todo">
                    <h2 class="title" id="todo">
                        {t!(i18n, exposure.todo)}
                    </h2>
                    <Advice />
                </section>
                <Note
                    glyph=Glyph::Lock
                    title=Signal::derive(move || t_string!(i18n, exposure.secret).to_owned())
                    text=Signal::derive(move || t_string!(i18n, exposure.secret_text).to_owned())
                />
            </div>
            <div class="stack">
                <section class="sec" aria-labelledby="known">
                    <h2 class="head" id="known">
                        {t!(i18n, exposure.known)}
                    </h2>
                    <Known told exposure />
                </section>
                <section class="sec" aria-labelledby="unknown">
                    <h2 class="head" id="unknown">
                        {t!(i18n, exposure.unknown)}
                    </h2>
                    <p class="small">{t!(i18n, exposure.unknown_text)}</p>
                </section>
            </div>
        </div>
    }
}

/// The facts, one a line.
#[component]
fn Known(told: Told, exposure: diary::Exposure) -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let second = exposure.degree == Degree::Second;
    let Told { from, to, duration, stated, how, both, note, label, .. } = told;
    let when = move || {
        let format = words.format();
        let (start, end) = (format.time(from), format.time(to));
        if start == end {
            start
        } else {
            t_string!(i18n, exposure.when_text, from = start, to = end).to_string()
        }
    };
    let long = move || {
        if stated { t_string!(i18n, exposure.long_said) } else { t_string!(i18n, exposure.long_scans) }
    };
    let close = move || match how {
        How::Link | How::Picture | How::Typed => {
            (t_string!(i18n, exposure.close_link), t_string!(i18n, exposure.close_link_text))
        }
        _ if both => (t_string!(i18n, exposure.close_text), t_string!(i18n, exposure.close_both)),
        _ => (t_string!(i18n, exposure.close_text), t_string!(i18n, exposure.close_one)),
    };
    let link = move || {
        let day = words.format().day_plain(exposure.test_day);
        if second {
            let text = t_string!(i18n, exposure.link_second_text, day = day).to_string();
            (t_string!(i18n, exposure.link_second), text)
        } else {
            let text = t_string!(i18n, exposure.link_first_text, day = day).to_string();
            (t_string!(i18n, exposure.link_first), text)
        }
    };
    let onset = exposure.onset.map(|days| shifted(exposure.test_day, days));
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
                    {move || words.duration_long(duration)} " "
                    <span class="small">"· " {long}</span>
                </dd>
            </div>
            <div>
                <dt>{t!(i18n, exposure.close)}</dt>
                <dd>
                    {move || close().0} " " <span class="small">"· " {move || close().1}</span>
                </dd>
            </div>
            <div>
                <dt>{t!(i18n, exposure.link)}</dt>
                <dd>
                    {move || link().0} " " <span class="small">"· " {move || link().1}</span>
                </dd>
            </div>
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
                <dd>{t!(i18n, exposure.token_text)}</dd>
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
