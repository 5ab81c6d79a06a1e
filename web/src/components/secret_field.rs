//! A field for what nobody else is to read.

use super::icon::{Glyph, Icon};
use super::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use leptos::prelude::*;
use zeroize::Zeroizing;

/// What a field for a secret holds: wiped when it is let go of, as far as this page has it.
pub type Secret = RwSignal<Zeroizing<String>>;

/// A field for a password or a passphrase, which can be shown.
#[component]
pub fn SecretField(
    /// Its id in the page.
    id: &'static str,
    /// What it is called.
    #[prop(into)]
    label: Signal<String>,
    /// What was typed.
    value: Secret,
    /// What a password manager takes it for: `current-password` or `new-password`.
    autocomplete: &'static str,
    /// What is told below it.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    wrong: MaybeProp<&'static str>,
) -> impl IntoView {
    let i18n = use_i18n();
    let shown = RwSignal::new(false);
    let hint_id = StoredValue::new(format!("{id}-hint"));
    // What describes a field must be there.
    let told = move || hint.get().is_some();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="reveals">
                <input
                    class="input"
                    id=id
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    required=true
                    maxlength="512"
                    aria-describedby=move || (told() || wrong.get().is_some()).then(|| hint_id.get_value())
                    aria-invalid=move || if wrong.get().is_some() { "true" } else { "false" }
                    prop:value=move || value.with(|value| value.to_string())
                    on:input=move |event| value.set(Zeroizing::new(event_target_value(&event)))
                />
                <button
                    class="linkish small"
                    type="button"
                    aria-pressed=move || if shown.get() { "true" } else { "false" }
                    aria-controls=id
                    aria-label=move || t_string!(i18n, app.show_typed)
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {t!(i18n, app.show)}
                </button>
            </div>
            <div id=hint_id.get_value()>
                <Show when=told>
                    <p class="caption">{move || hint.get()}</p>
                </Show>
                <div role="alert">
                    <Show when=move || wrong.get().is_some()>
                        <p class="err">
                            <Icon glyph=Glyph::Warning small=true />
                            <span>{move || wrong.get()}</span>
                        </p>
                    </Show>
                </div>
            </div>
        </div>
    }
}
