//! A quiet remark beside an icon.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// An icon, a few strong words, and what they mean.
#[component]
pub fn Note(
    /// Its icon.
    glyph: Glyph,
    /// The strong words.
    #[prop(into)]
    title: Signal<String>,
    /// What follows them.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="note small">
            <Icon glyph=glyph />
            <p>
                <span class="strong">{move || title.get()}</span>
                " "
                {move || text.get()}
            </p>
        </div>
    }
}
