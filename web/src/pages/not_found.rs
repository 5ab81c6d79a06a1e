//! An address that leads to no page.

use crate::components::mark::EmptyCoin;
use crate::components::title::use_title;
use crate::i18n::{t, t_string, use_i18n};
use leptos::prelude::*;

/// Says so, and leads home.
#[component]
pub fn NotFound() -> impl IntoView {
    let i18n = use_i18n();
    use_title(move || t_string!(i18n, nav.missing).to_owned());
    view! {
        <div class="empty">
            <EmptyCoin />
            <h1 class="statement">{t!(i18n, missing.statement)}</h1>
            <p class="small">{t!(i18n, missing.text)}</p>
            <a class="btn" href="/">
                {t!(i18n, missing.home)}
            </a>
        </div>
    }
}
