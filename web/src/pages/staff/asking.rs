//! What a page shows that was fetched: that it is coming, what hinders it, and fetching it again.

use super::words::use_staff_words;
use crate::components::icon::{Glyph, Icon};
use crate::components::message::Message;
use crate::i18n::{t, use_i18n};
use crate::state::console::Asked;
use leptos::prelude::*;

/// Fetches it again.
#[component]
pub(super) fn Again(
    /// How far it is.
    #[prop(into)]
    asked: Signal<Asked>,
    /// Asks.
    on_again: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let waits = Memo::new(move |_| asked.with(|asked| *asked == Asked::Waits));
    view! {
        <button
            class="linkish small"
            type="button"
            aria-disabled=move || waits.get().then_some("true")
            on:click=move |_| on_again.run(())
        >
            <Icon glyph=Glyph::Refresh small=true />
            {t!(i18n, staff_audit.again)}
        </button>
        <p class="caption" role="status">
            {move || waits.get().then(|| t!(i18n, app.part_coming))}
        </p>
    }
}

/// What hinders it.
#[component]
pub(super) fn Refused(
    /// How far it is.
    #[prop(into)]
    asked: Signal<Asked>,
) -> impl IntoView {
    let words = use_staff_words();
    view! {
        <div role="alert">
            {move || {
                asked
                    .with(|asked| asked.problem().map(|problem| words.problem(problem)))
                    .map(|said| view! { <Message said /> })
            }}
        </div>
    }
}
