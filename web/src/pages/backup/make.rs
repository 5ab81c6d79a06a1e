//! Making one: a passphrase, typed twice, and a file.

use super::problem::said_of;
use crate::components::icon::{Glyph, Icon};
use crate::components::message::{Message, Said};
use crate::components::problems::use_problems;
use crate::components::secret_field::{Secret, SecretField};
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::{file, format};
use crate::state::{BackupProblem, MIN_PASSPHRASE, use_app};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use zeroize::Zeroizing;

/// What became of it.
#[derive(Clone, PartialEq, Eq)]
enum Made {
    Making,
    Saved,
    /// The browser did not take the file.
    Unsaved,
    Failed(BackupProblem),
}

/// The section.
#[component]
pub(super) fn Make(
    /// Is set when a file was saved.
    made: RwSignal<bool>,
) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let problems = use_problems();
    let [typed, again] = [Secret::default(), Secret::default()];
    let asked = RwSignal::new(false);
    let state = RwSignal::new(None::<Made>);
    let is_short = move || typed.with(|typed| typed.chars().count() < MIN_PASSPHRASE);
    let differs = move || typed.with(|typed| again.with(|again| **typed != **again));
    let short = move || (asked.get() && is_short()).then(|| t_string!(i18n, backup.short));
    let other = move || (asked.get() && !is_short() && differs()).then(|| t_string!(i18n, lock.differ));
    let busy = Memo::new(move |_| state.get() == Some(Made::Making));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        asked.set(true);
        if untrack(|| is_short() || differs() || busy.get()) {
            return;
        }
        state.set(Some(Made::Making));
        spawn_local(async move {
            let passphrase = typed.get_untracked();
            let outcome = match app.make_backup(&passphrase).await {
                Ok(file) => {
                    let day = app.now.get_untracked().day();
                    if file::save_bytes(&format!("twoken-{day}.age"), &file) {
                        Made::Saved
                    } else {
                        Made::Unsaved
                    }
                }
                Err(problem) => Made::Failed(problem),
            };
            if outcome == Made::Saved {
                app.backed_up();
                made.set(true);
                asked.set(false);
                typed.set(Zeroizing::default());
                again.set(Zeroizing::default());
            }
            state.set(Some(outcome));
        });
    };
    let last = move || match app.settings.with(|settings| settings.backed_up_at) {
        Some(at) => {
            let day = words.format().day_plain(format::calendar_day(at));
            t_string!(i18n, backup.last, day = day)
        }
        None => t_string!(i18n, backup.never).to_owned(),
    };
    let said = move || match state.get()? {
        Made::Making => None,
        Made::Saved => {
            Some(Said::plain(Glyph::Check, t_string!(i18n, backup.saved), t_string!(i18n, backup.saved_text)))
        }
        Made::Unsaved => {
            Some(Said::bad(t_string!(i18n, rights.export_failed), t_string!(i18n, rights.export_failed_text)))
        }
        Made::Failed(problem) => Some(said_of(i18n, problems, &problem, true)),
    };
    view! {
        <section class="sec" aria-labelledby="make">
            <h2 class="head" id="make">
                {t!(i18n, backup.make)}
            </h2>
            <p class="small">{t!(i18n, backup.make_text)}</p>
            <form class="well stack tight" novalidate=true on:submit=submit>
                <SecretField
                    id="backup-new"
                    label=Signal::derive(move || t_string!(i18n, lock.passphrase).to_owned())
                    value=typed
                    autocomplete="new-password"
                    wrong=Signal::derive(short)
                />
                <SecretField
                    id="backup-again"
                    label=Signal::derive(move || t_string!(i18n, lock.again).to_owned())
                    value=again
                    autocomplete="new-password"
                    wrong=Signal::derive(other)
                />
                <p class="caption">{t!(i18n, backup.passphrase_text)}</p>
                <button class="btn" type="submit" aria-disabled=move || if busy.get() { "true" } else { "false" }>
                    <Icon glyph=Glyph::File small=true />
                    {move || if busy.get() { t_string!(i18n, backup.working) } else { t_string!(i18n, backup.save) }}
                </button>
            </form>
            {move || said().map(|said| view! { <Message said /> })}
            <p class="caption">{last}</p>
        </section>
    }
}
