//! Whether to tell those one has met of this exposure: what it means, who learns what, and that nobody has to.

use crate::components::link::Link;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{Place, Telling, use_app};
use leptos::prelude::*;
use twoken_core::diary::EncounterId;

/// The choice, where the server admits it for this exposure.
#[component]
pub(super) fn Tell(
    /// Which.
    id: EncounterId,
) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let telling = Memo::new(move |_| app.telling(&id));
    move || {
        let inner = match telling.get() {
            Telling::Not => return None,
            Telling::Open => view! { <Choice id /> }.into_any(),
            Telling::Told { at } => view! { <Done at /> }.into_any(),
            Telling::Gone => view! { <p class="small">{t!(i18n, telling.gone)}</p> }.into_any(),
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
                <p class="small">{t!(i18n, studies.exposure)}</p>
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
fn Choice(id: EncounterId) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    // One report at a time: what waits goes first.
    let busy = move || {
        app.outgoing.with(|outgoing| outgoing.as_ref().is_some_and(|outgoing| !outgoing.state.is_back()))
    };
    let begin = move |_| {
        app.begin_telling(id);
        app.go(Place::Report);
    };
    view! {
        <p>{t!(i18n, telling.lead)}</p>
        <dl class="facts">
            <div>
                <dt>{t!(i18n, telling.they)}</dt>
                <dd class="small">{t!(i18n, telling.they_text)}</dd>
            </div>
            <div>
                <dt>{t!(i18n, telling.reporter)}</dt>
                <dd class="small">{t!(i18n, telling.reporter_text)}</dd>
            </div>
            <div>
                <dt>{t!(i18n, telling.server)}</dt>
                <dd class="small">{t!(i18n, telling.server_text)}</dd>
            </div>
        </dl>
        <p class="small">{t!(i18n, telling.voluntary)}</p>
        <div>
            <button class="btn plain" type="button" disabled=busy on:click=begin>
                {t!(i18n, telling.begin)}
            </button>
        </div>
        {move || busy().then(|| view! { <p class="caption">{t!(i18n, telling.busy)}</p> })}
    }
}

#[component]
fn Done(at: twoken_core::units::Timestamp) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let text = move || {
        let when = words.moment(at, app.now.get());
        t_string!(i18n, telling.done, when = when).to_string()
    };
    view! { <p class="small">{text}</p> }
}
