//! The app lock is on. Nothing of the diary is here; a link that was opened waits, in memory.

use crate::components::frame::Brand;
use crate::components::message::{Message, Said};
use crate::components::problems::use_problems;
use crate::components::secret_field::{Secret, SecretField};
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{LockProblem, Passphrase, use_app};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Asks for the passphrase.
#[component]
pub fn Locked() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let typed = Secret::default();
    let brought = move || app.arrival.with(Option::is_some);
    let working = move || app.locking.with(|locking| locking.working);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match typed.with_untracked(|typed| Passphrase::new(typed)) {
            Some(passphrase) => app.unlock(passphrase),
            // One that is too short is a wrong one.
            None => app.refuse_passphrase(),
        }
    };
    view! {
        <div class="stack">
            <Brand />
            <h1 class="statement">{t!(i18n, lock.locked)}</h1>
            <Show when=brought>
                <p>{t!(i18n, lock.brought)}</p>
            </Show>
            <form class="stack mid" novalidate=true on:submit=submit>
                <SecretField
                    id="passphrase"
                    label=Signal::derive(move || t_string!(i18n, lock.passphrase).to_owned())
                    value=typed
                    autocomplete="current-password"
                />
                <Told />
                <div>
                    <button class="btn" type="submit" disabled=working>
                        {move || if working() { t_string!(i18n, lock.opening) } else { t_string!(i18n, lock.open) }}
                    </button>
                </div>
            </form>
            <Forgotten />
        </div>
    }
}

/// Why the lock was not opened, or not changed.
#[component]
pub(super) fn Told() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let said = move |problem: &LockProblem| match problem {
        LockProblem::Wrong => Said::bad(t_string!(i18n, lock.wrong), t_string!(i18n, lock.wrong_text)),
        LockProblem::Missing => {
            Said::bad(t_string!(i18n, app.part_missing), t_string!(i18n, app.part_missing_text))
        }
        LockProblem::Worker => Said::bad(t_string!(i18n, lock.worker), t_string!(i18n, lock.worker_text)),
        LockProblem::Unsaved => Said::bad(t_string!(i18n, lock.unsaved), t_string!(i18n, lock.unsaved_text)),
        LockProblem::Storage(problem) => problems.storage(problem),
    };
    move || {
        let problem = app.locking.with(|locking| locking.problem.clone());
        problem.map(|problem| view! { <Message said=said(&problem) /> })
    }
}

/// Nobody can open it without the passphrase: all that is left is to delete everything.
#[component]
fn Forgotten() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let asked = RwSignal::new(false);
    view! {
        <Show
            when=move || asked.get()
            fallback=move || {
                view! {
                    <div>
                        <button class="linkish" type="button" on:click=move |_| asked.set(true)>
                            {t!(i18n, lock.forgotten)}
                        </button>
                    </div>
                }
            }
        >
            <div class="stack mid" role="status">
                <p class="small">{t!(i18n, lock.forgotten_text)}</p>
                <div class="pair">
                    <button class="btn danger" type="button" on:click=move |_| app.delete_everything()>
                        {t!(i18n, settings.delete_yes)}
                    </button>
                    <button class="btn plain" type="button" on:click=move |_| asked.set(false)>
                        {t!(i18n, settings.delete_no)}
                    </button>
                </div>
            </div>
        </Show>
    }
}
