//! Whether to tell those one has met of an exposure, or of what was counted: what it means, who learns what, and that nobody
//! has to.

use crate::components::link::Link;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{Ground, Place, Telling, use_app};
use leptos::prelude::*;
use twoken_core::units::Timestamp;

/// The choice, where the server admits it.
#[component]
pub(super) fn Tell(
    /// Whether they can be told, and what the proof would stand on.
    #[prop(into)]
    offer: Signal<(Telling, Option<Ground>)>,
    /// Whether it is of what was counted: nobody knows which encounters those were.
    #[prop(optional)]
    counted: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let inner = match offer.get() {
            (Telling::Open, Some(ground)) => view! { <Choice ground counted /> }.into_any(),
            (Telling::Told { at }, _) => view! { <Done at counted /> }.into_any(),
            (Telling::Gone, _) => view! { <p class="small">{t!(i18n, telling.gone)}</p> }.into_any(),
            (Telling::Not | Telling::Open, _) => return None,
        };
        let study = move || {
            if counted { t_string!(i18n, studies.counted) } else { t_string!(i18n, studies.exposure) }
        };
        Some(view! {
            <section class="sec" aria-labelledby="tell">
                <h2 class="head" id="tell">
                    {t!(i18n, telling.title)}
                </h2>
                {inner}
            </section>
            <section class="sec" aria-labelledby="study">
                <h2 class="head" id="study">
                    {t!(i18n, studies.title)}
                </h2>
                <p class="small">{study}</p>
                <div>
                    <Link to=Place::Studies class="btn plain compact">
                        {t!(i18n, studies.look)}
                    </Link>
                </div>
            </section>
        })
    }
}

#[component]
fn Choice(ground: Ground, counted: bool) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    // One report at a time: what waits goes first.
    let busy = move || {
        app.outgoing.with(|outgoing| outgoing.as_ref().is_some_and(|outgoing| !outgoing.state.is_back()))
    };
    let begin = move |_| {
        app.begin_telling(ground);
        app.go(Place::Report);
    };
    let they = move || {
        if counted { t_string!(i18n, telling.they_private) } else { t_string!(i18n, telling.they_text) }
    };
    let reporter = move || {
        if counted {
            t_string!(i18n, telling.reporter_private)
        } else {
            t_string!(i18n, telling.reporter_text)
        }
    };
    let voluntary = move || {
        if counted { t_string!(i18n, telling.voluntary_private) } else { t_string!(i18n, telling.voluntary) }
    };
    view! {
        <p>{t!(i18n, telling.lead)}</p>
        <dl class="facts">
            <div>
                <dt>{t!(i18n, telling.they)}</dt>
                <dd class="small">{they}</dd>
            </div>
            <div>
                <dt>{t!(i18n, telling.reporter)}</dt>
                <dd class="small">{reporter}</dd>
            </div>
            <div>
                <dt>{t!(i18n, telling.server)}</dt>
                <dd class="small">{t!(i18n, telling.server_text)}</dd>
            </div>
        </dl>
        <p class="small">{voluntary}</p>
        <div>
            <button class="btn plain" type="button" disabled=busy on:click=begin>
                {t!(i18n, telling.begin)}
            </button>
        </div>
        {move || busy().then(|| view! { <p class="caption">{t!(i18n, telling.busy)}</p> })}
    }
}

#[component]
fn Done(at: Timestamp, counted: bool) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let text = move || {
        let when = words.moment(at, app.now.get());
        if counted {
            t_string!(i18n, telling.done_private, when = when)
        } else {
            t_string!(i18n, telling.done, when = when)
        }
    };
    view! { <p class="small">{text}</p> }
}
