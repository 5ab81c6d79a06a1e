//! The way to what is kept of the person, and what they may do with it.

use crate::components::link::Link;
use crate::i18n::{t, use_i18n};
use crate::state::Place;
use leptos::prelude::*;

/// What is there, and the link.
#[component]
pub(super) fn RightsRow() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="sec" aria-labelledby="rights">
            <h2 class="head" id="rights">
                {t!(i18n, rights.title)}
            </h2>
            <p class="small">{t!(i18n, rights.settings_text)}</p>
            <div>
                <Link to=Place::Rights class="btn plain compact">
                    {t!(i18n, rights.look)}
                </Link>
            </div>
        </section>
    }
}
