//! Whether my code lets others hear me one-way, and what that means.

use crate::i18n::{t, use_i18n};
use crate::state::use_app;
use leptos::prelude::*;

/// The switch, with its price beside it.
#[component]
pub(super) fn OneWay() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let on = move || app.settings.with(|settings| settings.one_way);
    view! {
        <label class="row far setting">
            <span class="grow">
                <span class="medium-weight">{t!(i18n, meet.one_way)}</span>
                <span class="small">{t!(i18n, meet.one_way_text)}</span>
            </span>
            <input
                class="switch"
                type="checkbox"
                role="switch"
                prop:checked=on
                on:change=move |event| app.set_one_way(event_target_checked(&event))
            />
        </label>
    }
}
