//! "Check now", and how far it is.

use crate::components::icon::{Glyph, Icon};
use crate::components::show::Show;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{CheckPhase, CheckState, use_app};
use leptos::prelude::*;

/// The button, when the next check comes by itself, and the progress of a running one.
#[component]
pub(super) fn Checking() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let running = Memo::new(move |_| app.check.with(CheckState::is_running));
    let by_itself = move || {
        app.settings.with(|settings| settings.consent.as_ref().is_some_and(|consent| consent.check_hourly))
    };
    let next = move || {
        let now = app.now.get();
        match app.check.with(|check| check.next_at).filter(|next| *next > now) {
            Some(next) => {
                let time = words.format().time(next);
                t_string!(i18n, home.next, time = time)
            }
            None if by_itself() => t_string!(i18n, home.next_due).to_owned(),
            None => t_string!(i18n, home.next_manual).to_owned(),
        }
    };
    view! {
        <div class="does" aria-live="polite">
            <Show
                when=move || running.get()
                fallback=move || {
                    view! {
                        <div class="row wrap">
                            <button
                                class="btn compact"
                                type="button"
                                on:click=move |_| app.check_now()
                            >
                                <Icon glyph=Glyph::Refresh small=true />
                                {t!(i18n, home.check)}
                            </button>
                            <span class="small">{next}</span>
                        </div>
                    }
                }
            >
                <Progress />
            </Show>
        </div>
    }
}

#[component]
fn Progress() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let steps = Memo::new(move |_| {
        app.check.with(|check| match check.phase {
            CheckPhase::Running { done, total } => (done, total),
            _ => (0, 0),
        })
    });
    let said = move || match steps.get() {
        (_, 0) => t_string!(i18n, home.progress_start).to_owned(),
        (done, total) => {
            let format = words.format();
            let (done, total) = (format.number(done), format.number(total));
            t_string!(i18n, home.progress, done = done, total = total)
        }
    };
    // Without a known end, the bar has no value and says only that something goes on.
    let value = move || match steps.get() {
        (_, 0) => None,
        (done, _) => Some(done.to_string()),
    };
    view! {
        <div class="stack close">
            <div class="row">
                <p class="small grow">{said}</p>
                <button class="linkish small" type="button" on:click=move |_| app.cancel_check()>
                    {t!(i18n, home.stop)}
                </button>
            </div>
            <progress
                class="bar"
                aria-label=move || t_string!(i18n, home.checking)
                max=move || steps.get().1.max(1).to_string()
                value=value
            ></progress>
        </div>
    }
}
