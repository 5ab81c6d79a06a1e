//! A choice that holds at once: what it is, what it means, and the switch.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// The whole row is its label.
#[component]
pub fn Switch(
    /// What it is.
    title: Signal<&'static str>,
    /// What it means.
    text: Signal<&'static str>,
    /// Whether it is on.
    on: Signal<bool>,
    /// Called with what it shall be.
    #[prop(into)]
    change: Callback<bool>,
    /// A picture before it.
    #[prop(optional)]
    glyph: Option<Glyph>,
) -> impl IntoView {
    view! {
        <label class="row far setting">
            {glyph.map(|glyph| view! { <Icon glyph /> })}
            <span class="grow">
                <span class="medium-weight">{title}</span>
                <span class="small">{text}</span>
            </span>
            <input
                class="switch"
                type="checkbox"
                role="switch"
                prop:checked=on
                on:change=move |event| change.run(event_target_checked(&event))
            />
        </label>
    }
}
