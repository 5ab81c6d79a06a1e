//! A field for a passphrase: hidden until one wants to see it, and known to nobody but who types it.

use crate::components::icon::{Glyph, Icon};
use crate::components::show::Show;
use leptos::prelude::*;
use zeroize::Zeroizing;

/// What was typed. Wiped when it is replaced.
pub(super) type Typed = RwSignal<Zeroizing<String>>;

/// The field, with what is wrong below it.
#[component]
pub(super) fn PassphraseField(
    id: &'static str,
    #[prop(into)] label: Signal<&'static str>,
    value: Typed,
    /// Whether what is typed can be read.
    #[prop(into)]
    shown: Signal<bool>,
    /// What is wrong with it.
    #[prop(into)]
    wrong: Signal<Option<&'static str>>,
    /// `new-password` or `current-password`: browsers offer to make one, or to fill one in.
    purpose: &'static str,
) -> impl IntoView {
    let told = format!("{id}-wrong");
    let described = told.clone();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                class="input"
                id=id
                type=move || if shown.get() { "text" } else { "password" }
                autocomplete=purpose
                autocapitalize="off"
                spellcheck="false"
                aria-describedby=described
                aria-invalid=move || if wrong.get().is_some() { "true" } else { "false" }
                prop:value=move || value.with(|typed| String::clone(typed))
                on:input=move |event| value.set(Zeroizing::new(event_target_value(&event)))
            />
            <div id=told role="alert">
                <Show when=move || wrong.get().is_some()>
                    <p class="err">
                        <Icon glyph=Glyph::Warning small=true />
                        <span>{move || wrong.get()}</span>
                    </p>
                </Show>
            </div>
        </div>
    }
}

/// Shows what is typed, or hides it.
#[component]
pub(super) fn Reveal(#[prop(into)] label: Signal<&'static str>, shown: RwSignal<bool>) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || shown.get()
                on:change=move |event| shown.set(event_target_checked(&event))
            />
            <span class="small">{label}</span>
        </label>
    }
}
