//! What private mode has found: how many encounters, how grave, never which.

use super::checking::Checking;
use super::{Days, MeetLink};
use crate::components::advice::Advice;
use crate::components::counts::{CountLines, use_counts_statement};
use crate::components::icon::Glyph;
use crate::components::later::{Later, Piece};
use crate::components::link::Link;
use crate::components::mark::PanelCoin;
use crate::components::note::Note;
use crate::components::risk_level::RiskLevel;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{Place, use_app};
use leptos::context::Provider;
use leptos::prelude::*;

/// All of Home, where nothing else was found.
#[component]
pub(super) fn Counted() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="two abc">
            <CountedPanel />
            <div class="stack wide">
                <section class="sec" aria-labelledby="todo">
                    <h2 class="head" id="todo">
                        {t!(i18n, exposure.todo)}
                    </h2>
                    <Advice />
                </section>
                <Note
                    glyph=Glyph::Lock
                    title=Signal::derive(move || t_string!(i18n, home.secret).to_owned())
                    text=Signal::derive(move || t_string!(i18n, counts.secret_text).to_owned())
                />
                <section class="sec">
                    <Checking />
                    <Later piece=Piece::Notes />
                </section>
                <MeetLink plain=true />
            </div>
            <div class="stack">
                <Days large=true />
                <p class="caption">{t!(i18n, counts.no_mark)}</p>
                <MeetLink phone=true plain=true />
            </div>
        </div>
    }
}

/// What each server has counted.
#[component]
pub(super) fn CountedPanel() -> impl IntoView {
    let app = use_app();
    move || {
        let each = app.counting().into_iter().enumerate().map(|(at, of)| {
            view! {
                <Provider value=of>
                    <Panel first=at == 0 />
                </Provider>
            }
        });
        each.collect_view()
    }
}

/// The statement, the risk and the numbers.
#[component]
fn Panel(first: bool) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let statement = use_counts_statement();
    let found = move || {
        let at = app.counted.with(|counted| counted.found_at)?;
        let when = words.moment(at, app.now.get());
        Some(t_string!(i18n, home.found, when = when))
    };
    let grade = Memo::new(move |_| app.counted.with(|counted| counted.counts.grade(&app.thresholds())));
    view! {
        <section class="panel news roomy">
            <PanelCoin />
            <p class="over">{found}</p>
            <div aria-live="polite">
                {if first {
                    view! { <h1 class="statement says">{statement}</h1> }.into_any()
                } else {
                    view! { <h2 class="statement says">{statement}</h2> }.into_any()
                }}
                <p class="small">{t!(i18n, home.not_infected)} " " {t!(i18n, counts.never_which)}</p>
                <div class="gap-above">
                    {move || grade.get().map(|grade| view! { <RiskLevel grade /> })}
                </div>
            </div>
            <CountLines />
            <div class="does">
                <Link to=Place::Counts class="btn">
                    {t!(i18n, home.see)}
                </Link>
            </div>
        </section>
    }
}
