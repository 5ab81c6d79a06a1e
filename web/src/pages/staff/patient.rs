//! A patient's keys: the camera on one side, what was read and what becomes of it on the other.

mod ready;
mod scan;
mod test_form;
mod typing;

use crate::components::icon::{Glyph, Icon};
use crate::components::mark::{Coin, Halves};
use crate::components::message::{Message, Said};
use crate::components::show::Show;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::console::{Patient, Uploaded, use_console};
use leptos::prelude::*;
use ready::Ready;
use scan::Scan;

/// How far one is, as far as it changes what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Scan,
    Check,
    Done(Uploaded),
}

/// The page.
#[component]
pub(super) fn PatientDesk() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let stage = Memo::new(move |_| {
        console.patient.with(|patient| match patient {
            Patient::Scanning { .. } => Stage::Scan,
            Patient::Ready(..) | Patient::Sending(..) | Patient::Waits(..) => Stage::Check,
            Patient::Done(uploaded) => Stage::Done(*uploaded),
        })
    });
    // Whoever has used the camera for one patient is not asked for the next.
    let camera = RwSignal::new(false);
    // Likewise the hand scanner.
    let scanning = RwSignal::new(false);
    let shown = move || match stage.get() {
        Stage::Scan => view! {
            <Scan camera scanning />
            <Waiting />
        }
        .into_any(),
        Stage::Check => view! {
            <section class="stack mid" aria-labelledby="read">
                <h2 class="head row near" id="read">
                    <Icon glyph=Glyph::Check />
                    {t!(i18n, desk.read)}
                </h2>
                <p class="small">{t!(i18n, desk.read_text)}</p>
                <p class="small">{t!(i18n, desk.read_screen)}</p>
            </section>
            <Ready camera />
        }
        .into_any(),
        Stage::Done(uploaded) => view! { <Done uploaded /> }.into_any(),
    };
    view! {
        <div class="row base wrap heads">
            <h1 class="title">{t!(i18n, desk.title)}</h1>
            <Show when=move || stage.get() == Stage::Scan>
                <p class="small">{t!(i18n, desk.ask)}</p>
            </Show>
        </div>
        <div class="two">{shown}</div>
    }
}

/// Before anything was read.
#[component]
fn Waiting() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="panel stack mid" aria-labelledby="waiting">
            <Coin halves=Halves::Open />
            <h2 class="head" id="waiting">
                {t!(i18n, desk.waiting)}
            </h2>
            <ol class="steps small">
                <li>{t!(i18n, desk.waiting_open)}</li>
                <li>{t!(i18n, desk.waiting_hold)}</li>
                <li>{t!(i18n, desk.waiting_check)}</li>
            </ol>
            <p class="caption">{t!(i18n, desk.only_counts)}</p>
        </section>
    }
}

/// Uploaded: how many, when they are sealed, and that the keys are gone.
#[component]
fn Done(uploaded: Uploaded) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_words();
    let title = move || t_string!(i18n, desk.done, entries = words.entries(uploaded.entries));
    let when = move || {
        let (at, sealed) = (words.format().time(uploaded.at), words.format().time(uploaded.sealed));
        t_string!(i18n, desk.done_text, at = at, sealed = sealed)
    };
    let sealing = move || {
        let least =
            console.config.with(|config| config.as_ref().map_or(1, |config| config.config().min_uploads));
        (least > 1).then(|| t_string!(i18n, desk.done_least, count = least))
    };
    view! {
        <section class="panel calm stack mid" aria-labelledby="done" role="status">
            <h2 class="title" id="done">
                {title}
            </h2>
            <p class="small">{when} " " {sealing}</p>
            <p class="strong">{t!(i18n, desk.done_wiped)}</p>
            <div>
                <button class="btn" type="button" on:click=move |_| console.forget_keys()>
                    {t!(i18n, desk.another)}
                </button>
            </div>
        </section>
        <section class="stack mid">
            {move || {
                let (title, text) = (t_string!(i18n, desk.done_tell), t_string!(i18n, desk.done_tell_text));
                view! { <Message said=Said::plain(Glyph::Info, title, text) /> }
            }}
        </section>
    }
}

/// What is kept on the page for whoever signs in again, and until when.
#[component]
pub(super) fn Ended() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_words();
    let kept = Memo::new(move |_| {
        let under_way =
            console.patient.with(|patient| matches!(patient, Patient::Sending(..) | Patient::Waits(..)));
        console.kept_until().map(|until| (until, under_way))
    });
    move || {
        let text = match kept.get() {
            None => t_string!(i18n, staff.ended_text).to_owned(),
            Some((until, under_way)) => {
                let at = words.format().time(until);
                let kept = t_string!(i18n, staff.ended_held, at = at);
                if under_way { format!("{} {kept}", t_string!(i18n, staff.ended_sent)) } else { kept }
            }
        };
        view! { <Message said=Said::plain(Glyph::Clock, t_string!(i18n, staff.ended), text) /> }
    }
}
