//! The fields that several of the console's forms have.

use crate::components::show::Show;
use crate::i18n::{t_string, use_i18n};
use crate::state::console::use_console;
use leptos::prelude::*;

/// Whose password it is, for a password manager: nobody sees it or comes to it with a key.
#[component]
pub(super) fn OwnName() -> impl IntoView {
    let console = use_console();
    let name = move || console.session.get().map(|session| session.name);
    view! {
        <input type="text" name="username" autocomplete="username" hidden=true readonly=true prop:value=name />
    }
}

/// A field for an account's name.
#[component]
pub(super) fn NameField(
    /// What was typed.
    value: RwSignal<String>,
    /// What is told below it.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    // What describes a field must be there.
    let told = move || hint.get().is_some();
    view! {
        <div class="field">
            <label for="name">{move || t_string!(i18n, staff.name)}</label>
            <input
                class="input"
                id="name"
                type="text"
                autocomplete="username"
                autocapitalize="off"
                spellcheck="false"
                required=true
                maxlength="64"
                aria-describedby=move || told().then_some("name-hint")
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            <Show when=told>
                <p class="caption" id="name-hint">
                    {move || hint.get()}
                </p>
            </Show>
        </div>
    }
}

/// A field for the six digits of an authenticator.
#[component]
pub(super) fn CodeField(
    /// What was typed.
    value: RwSignal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="field">
            <label for="code">{move || t_string!(i18n, staff.code)}</label>
            <input
                class="input code digits"
                id="code"
                type="text"
                inputmode="numeric"
                autocomplete="one-time-code"
                required=true
                maxlength="7"
                aria-describedby="code-hint"
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            <p class="caption" id="code-hint">
                {move || t_string!(i18n, staff.code_hint)}
            </p>
        </div>
    }
}

/// The digits of what was typed: authenticators show them in two groups.
pub(super) fn digits(typed: &str) -> String {
    typed.chars().filter(|symbol| !symbol.is_whitespace()).collect()
}
