//! An invitation: a name and a password, then the second factor, shown once.

use super::super::fields::{CodeField, NameField, digits};
use super::super::words::use_staff_words;
use super::{Refusal, Submit};
use crate::components::message::Message;
use crate::components::qr::PlainCode;
use crate::components::secret_field::SecretField;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::console::{Joining, Role, use_console};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use zeroize::Zeroizing;

#[component]
pub(super) fn Join(joining: Joining) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_staff_words();
    match joining {
        Joining::Asking => {
            view! { <p class="small" role="status">{t!(i18n, app.part_coming)}</p> }.into_any()
        }
        Joining::Refused(problem) => {
            let again = problem.passes();
            view! {
                <Message said=words.problem(&problem) />
                {again
                    .then(|| {
                        view! {
                            <button class="btn" type="button" on:click=move |_| console.ask_invitation()>
                                {t!(i18n, storage.again)}
                            </button>
                        }
                    })}
                <Leave />
            }
            .into_any()
        }
        Joining::Choosing(role) => view! { <Choosing role /> }.into_any(),
        Joining::Factor(uri) => view! { <Factor uri /> }.into_any(),
    }
}

#[component]
fn Choosing(role: Role) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_staff_words();
    let name = RwSignal::new(String::new());
    let password = RwSignal::new(Zeroizing::new(String::new()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        console.accept_invitation(name.get_untracked(), password.get_untracked());
    };
    view! {
        <h1 class="title">{t!(i18n, staff.join_title)}</h1>
        <p class="small">{move || t_string!(i18n, staff.join_text, role = words.role(role))}</p>
        <form class="stack mid" on:submit=submit>
            <NameField value=name hint=Signal::derive(move || t_string!(i18n, staff.name_hint).to_owned()) />
            <SecretField
                id="new"
                label=Signal::derive(move || t_string!(i18n, staff.password).to_owned())
                value=password
                autocomplete="new-password"
                hint=Signal::derive(move || t_string!(i18n, staff.password_hint).to_owned())
            />
            <Refusal />
            <Submit text=Signal::derive(move || t_string!(i18n, staff.next).to_owned()) />
        </form>
        <Leave />
    }
}

/// The second factor, for an authenticator to scan or to be typed into.
#[component]
fn Factor(uri: Zeroizing<String>) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let code = RwSignal::new(String::new());
    let secret = secret_of(&uri);
    let uri = StoredValue::new(uri);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        // What is not sent stays.
        if !console.busy.get_untracked() {
            console.confirm_invitation(digits(&code.get_untracked()));
            code.set(String::new());
        }
    };
    view! {
        <h1 class="title">{t!(i18n, staff.factor_title)}</h1>
        <p class="small">{t!(i18n, staff.factor_text)}</p>
        <PlainCode
            text=uri.get_value().to_string()
            label=Signal::derive(move || t_string!(i18n, staff.factor_code).to_owned())
        />
        <p class="small">
            {t!(i18n, staff.factor_typed)} " " <span class="mono nb-groups">{secret}</span>
        </p>
        <form class="stack mid" on:submit=submit>
            <CodeField value=code />
            <Refusal />
            <Submit text=Signal::derive(move || t_string!(i18n, staff.factor_done).to_owned()) />
        </form>
        <p class="caption">{t!(i18n, staff.factor_once)}</p>
    }
}

#[component]
fn Leave() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    view! {
        <div>
            <button class="linkish" type="button" on:click=move |_| console.leave_invitation()>
                {t!(i18n, staff.join_leave)}
            </button>
        </div>
    }
}

/// The secret of an `otpauth` URI in groups of four, as one types it.
fn secret_of(uri: &str) -> String {
    let secret = uri.split(['?', '&']).find_map(|part| part.strip_prefix("secret=")).unwrap_or_default();
    let symbols: Vec<char> = secret.chars().collect();
    symbols.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn the_secret_is_typed_in_groups() {
        assert_eq!(secret_of("otpauth://totp/Twoken:dr?secret=ABCDEFGH23&issuer=Twoken"), "ABCD EFGH 23");
        assert_eq!(secret_of("nonsense"), "");
    }
}
