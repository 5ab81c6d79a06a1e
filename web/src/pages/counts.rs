//! What private mode has found, in full: how many, how grave, what to do, what is known and what is not.

use super::tell::Tell;
use crate::components::advice::Advice;
use crate::components::counts::{CountLines, first_degree, use_counts_statement};
use crate::components::icon::Glyph;
use crate::components::link::Link;
use crate::components::mark::EmptyCoin;
use crate::components::note::Note;
use crate::components::risk_level::RiskLevel;
use crate::components::show::Show;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{Place, use_app};
use leptos::context::Provider;
use leptos::prelude::*;

/// The page.
#[component]
pub fn CountsPage() -> impl IntoView {
    let app = use_app();
    let any = Memo::new(move |_| !app.counting().is_empty());
    let told = move || {
        let each = app.counting().into_iter().enumerate().map(|(at, of)| {
            view! {
                <Provider value=of>
                    <Told first=at == 0 />
                </Provider>
            }
        });
        each.collect_view()
    };
    view! {
        <Show when=move || any.get() fallback=Absent>
            {told}
        </Show>
    }
}

/// The batches' 14 days are over, or all was deleted.
#[component]
fn Absent() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="empty">
            <EmptyCoin />
            <h1 class="title">{t!(i18n, counts.gone)}</h1>
            <p class="small">{t!(i18n, counts.gone_text)}</p>
            <Link to=Place::Home class="btn plain compact">
                {t!(i18n, counts.to_home)}
            </Link>
        </div>
    }
}

#[component]
fn Told(first: bool) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let statement = use_counts_statement();
    let offer = Memo::new(move |_| app.telling_of_counted());
    let grade = Memo::new(move |_| app.counted.with(|counted| counted.counts.grade(&app.thresholds())));
    let open = move || grade.get().is_some_and(|grade| grade.at_least);
    let lead = move || {
        if app.counted.with(|counted| first_degree(&counted.counts)) > 0 {
            t_string!(i18n, counts.lead)
        } else {
            t_string!(i18n, counts.lead_second)
        }
    };
    let over = move || {
        let at = app.counted.with(|counted| counted.found_at).unwrap_or_default();
        t_string!(i18n, home.found, when = words.moment(at, app.now.get()))
    };
    let days = move || {
        let days = app.counted.with(|counted| counted.days.clone());
        days.into_iter().map(|day| words.format().day_long(day)).collect::<Vec<_>>().join(i18n.comma())
    };
    let asked =
        move || app.server.with(|server| server.config.as_ref().map(|config| config.config().name.clone()));
    view! {
        <div class="two abc">
            <div class="stack">
                <div class="stack tight">
                    <p class="over">{over}</p>
                    {if first {
                        view! { <h1 class="statement">{statement}</h1> }.into_any()
                    } else {
                        view! { <h2 class="statement">{statement}</h2> }.into_any()
                    }}
                    <div role="status">
                        {move || grade.get().map(|grade| view! { <RiskLevel grade /> })}
                    </div>
                    <p class="lead">{lead} " " {t!(i18n, home.not_infected)}</p>
                </div>
                <section class="sec" aria-labelledby="numbers">
                    <h2 class="head" id="numbers">
                        {t!(i18n, counts.numbers)}
                    </h2>
                    <CountLines />
                    <p class="small">
                        {t!(i18n, counts.risk_text)} " " <Show when=open>{t!(i18n, counts.risk_open)}</Show>
                    </p>
                    <p class="caption">{t!(i18n, counts.twice)}</p>
                </section>
            </div>
            <div class="stack">
                <section class="panel news stack mid" aria-labelledby="todo">
                    <h2 class="title" id="todo">
                        {t!(i18n, exposure.todo)}
                    </h2>
                    <Advice />
                </section>
                <Tell offer counted=true />
                <Note
                    glyph=Glyph::Lock
                    title=Signal::derive(move || t_string!(i18n, exposure.secret).to_owned())
                    text=Signal::derive(move || t_string!(i18n, counts.secret_text).to_owned())
                />
            </div>
            <div class="stack">
                <section class="sec" aria-labelledby="known">
                    <h2 class="head" id="known">
                        {t!(i18n, exposure.known)}
                    </h2>
                    <dl class="facts">
                        <div>
                            <dt>{t!(i18n, counts.published)}</dt>
                            <dd>
                                {days} " " <span class="small">"· " {t!(i18n, counts.published_text)}</span>
                            </dd>
                        </div>
                        <div>
                            <dt>{t!(i18n, counts.counted_by)}</dt>
                            <dd>
                                {asked} " " <span class="small">"· " {t!(i18n, counts.counted_by_text)}</span>
                            </dd>
                        </div>
                    </dl>
                </section>
                <section class="sec" aria-labelledby="unknown">
                    <h2 class="head" id="unknown">
                        {t!(i18n, exposure.unknown)}
                    </h2>
                    <p class="small">{t!(i18n, counts.unknown_text)}</p>
                    <p class="small">{t!(i18n, counts.alone)}</p>
                </section>
            </div>
        </div>
    }
}
