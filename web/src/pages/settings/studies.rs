//! The way to the studies.

use crate::components::link::Link;
use crate::i18n::{t, use_i18n};
use crate::state::Place;
use leptos::prelude::*;

/// What it is, and the link: nothing is asked for before it is followed.
#[component]
pub(super) fn StudiesRow() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="sec" aria-labelledby="studies">
            <h2 class="head" id="studies">
                {t!(i18n, studies.settings)}
            </h2>
            <p class="small">{t!(i18n, studies.settings_text)}</p>
            <div>
                <Link to=Place::Studies class="btn plain compact">
                    {t!(i18n, studies.look)}
                </Link>
            </div>
        </section>
    }
}
