//! Changing one's own password: at the foot of every page, or before anything else where somebody else has chosen it.

use super::fields::OwnName;
use super::gate::{Refusal, Submit};
use crate::components::icon::{Glyph, Icon};
use crate::components::secret_field::SecretField;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::console::use_console;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use zeroize::Zeroizing;

/// The way to it, the form, and that it is done.
#[component]
pub(super) fn OwnPassword() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    let sent = RwSignal::new(false);
    let done = RwSignal::new(false);
    Effect::new(move |before: Option<bool>| {
        let busy = console.busy.get();
        if before == Some(true) && !busy && sent.get_untracked() {
            sent.set(false);
            let taken = console.problem.with_untracked(Option::is_none);
            done.set(taken);
            open.set(!taken);
        }
        busy
    });
    view! {
        <footer class="own stack tight">
            <div class="row wrap far">
                <button
                    class="linkish small"
                    type="button"
                    aria-expanded=move || if open.get() { "true" } else { "false" }
                    on:click=move |_| {
                        done.set(false);
                        open.update(|open| *open = !*open);
                    }
                >
                    <Icon glyph=Glyph::Key small=true />
                    {t!(i18n, staff.own_password)}
                </button>
                <p class="small" role="status">
                    {move || done.get().then(|| t_string!(i18n, staff.own_password_done))}
                </p>
            </div>
            {move || {
                open.get()
                    .then(|| {
                        view! {
                            <div class="panel stack mid">
                                <p class="small">{t!(i18n, staff.own_password_text)}</p>
                                <PasswordForm sent />
                            </div>
                        }
                    })
            }}
        </footer>
    }
}

/// The form: the password so far, and another one.
#[component]
pub(super) fn PasswordForm(
    /// Is set when it is sent.
    sent: RwSignal<bool>,
) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let current = RwSignal::new(Zeroizing::new(String::new()));
    let new = RwSignal::new(Zeroizing::new(String::new()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !console.busy.get_untracked() {
            sent.set(true);
            console.change_password(current.get_untracked(), new.get_untracked());
        }
    };
    view! {
        <form class="stack mid" on:submit=submit>
            <OwnName />
            <SecretField
                id="current"
                label=Signal::derive(move || t_string!(i18n, staff.password_current).to_owned())
                value=current
                autocomplete="current-password"
            />
            <SecretField
                id="new"
                label=Signal::derive(move || t_string!(i18n, staff.password_new).to_owned())
                value=new
                autocomplete="new-password"
                hint=Signal::derive(move || t_string!(i18n, staff.password_hint).to_owned())
            />
            <Refusal />
            <Submit text=Signal::derive(move || t_string!(i18n, staff.password_change).to_owned()) />
        </form>
    }
}
