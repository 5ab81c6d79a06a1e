//! Cover messages: what they hide, from whom, and what they cost.

use crate::components::icon::Glyph;
use crate::components::switch::Switch;
use crate::components::words::plural;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::use_app;
use leptos::prelude::*;

/// The choice, and how many the server asks for. A server that asks for none leaves nothing to choose.
#[component]
pub(super) fn Cover() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let on = move || app.settings.with(|settings| settings.decoys);
    let choice = move || {
        view! {
            <ul class="list">
                <li>
                    <Switch
                        glyph=Glyph::Lock
                        title=Signal::derive(move || t_string!(i18n, decoys.send))
                        text=Signal::derive(move || t_string!(i18n, decoys.send_text))
                        on=Signal::derive(on)
                        change=move |on| app.set_decoys(on)
                    />
                </li>
            </ul>
        }
    };
    let told = move || match app.decoys_per_week() {
        None => ().into_any(),
        Some(0) => view! { <p class="small">{t!(i18n, decoys.none)}</p> }.into_any(),
        Some(count) => view! {
            {choice()}
            <p class="small">{move || t_string!(i18n, decoys.how_many, count = plural(count as usize))}</p>
            <p class="small">{t!(i18n, decoys.not_hidden)}</p>
        }
        .into_any(),
    };
    view! {
        <section class="sec" aria-labelledby="decoys" hidden=move || app.decoys_per_week().is_none()>
            <h2 class="head" id="decoys">
                {t!(i18n, decoys.title)}
            </h2>
            {told}
        </section>
    }
}
