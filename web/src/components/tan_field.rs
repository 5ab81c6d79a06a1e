//! A field for a TAN: typed, pasted or scanned. What is wrong with it is told here, before any
//! request.

use super::camera_view::CameraView;
use super::icon::{Glyph, Icon};
use super::problems::use_problems;
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::clipboard;
use crate::state::{TanProblem, use_app};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::encounter::How;
use twoken_core::tan::{self, Tan};

/// The field.
#[component]
pub fn TanField(
    /// What was typed so far.
    #[prop(into)]
    value: Signal<String>,
    /// Something was typed, pasted or scanned.
    on_input: Callback<String>,
    /// The person wants to go on: now a half-typed one is told, too.
    #[prop(into)]
    insists: Signal<bool>,
    /// Nothing is said of one that is complete: it is sent at once.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let scanning = RwSignal::new(false);
    let refused = RwSignal::new(false);
    let read = Memo::new(move |_| value.with(|text| Outcome::of(app.read_tan(text), text)));
    let left = RwSignal::new(false);
    let told = move || match read.get() {
        // One does not say "too short" to somebody who is typing.
        Outcome::Bad(TanProblem::Tan(tan::Error::Length { expected, got }))
            if got < expected && !left.get() && !insists.get() =>
        {
            None
        }
        Outcome::Bad(problem) => Some(problems.tan(&problem)),
        Outcome::Empty | Outcome::Good => None,
    };
    let good = move || !quiet && read.get() == Outcome::Good;
    let enter = move |text: String| {
        refused.set(false);
        // A scanned or pasted link is shown as the TAN that it carries.
        let shown = match app.read_tan(&text) {
            Ok(tan) if text.contains('#') => tan.display().to_string(),
            _ => text,
        };
        on_input.run(shown);
    };
    let paste = move |_| {
        spawn_local(async move {
            match clipboard::read().await {
                Some(text) => enter(text.trim().to_owned()),
                None => refused.set(true),
            }
        });
    };
    let scanned = Callback::new(move |(text, _): (String, How)| {
        if app.read_tan(&text).is_ok() {
            scanning.set(false);
        }
        enter(text);
    });
    view! {
        <div class="field">
            <label for="tan">{t!(i18n, report.tan)}</label>
            <input
                class="input code"
                id="tan"
                type="text"
                autocomplete="one-time-code"
                autocapitalize="characters"
                spellcheck="false"
                aria-describedby="tan-hint tan-told"
                aria-invalid=move || if told().is_some() { "true" } else { "false" }
                prop:value=move || value.get()
                on:input=move |event| enter(event_target_value(&event))
                on:blur=move |_| left.set(true)
                on:focus=move |_| left.set(false)
            />
            <div id="tan-told" role="status">
                {move || {
                    told()
                        .map(|told| {
                            view! {
                                <p class="err">
                                    <Icon glyph=Glyph::Warning small=true />
                                    <span>{told}</span>
                                </p>
                            }
                        })
                }}
                <Show when=good>
                    <p class="small row near top-line">
                        <Icon glyph=Glyph::Check small=true />
                        <span>{t!(i18n, report.tan_good)}</span>
                    </p>
                </Show>
                <Show when=move || refused.get()>
                    <p class="small">{t!(i18n, meet.paste_failed)}</p>
                </Show>
            </div>
            <p class="caption" id="tan-hint">
                {t!(i18n, report.tan_hint)}
            </p>
        </div>
        <div class="row wrap far">
            <button class="linkish small" type="button" on:click=paste>
                <Icon glyph=Glyph::Keys small=true />
                {t!(i18n, report.tan_paste)}
            </button>
            <button
                class="linkish small"
                type="button"
                aria-expanded=move || if scanning.get() { "true" } else { "false" }
                on:click=move |_| scanning.update(|on| *on = !*on)
            >
                <Icon glyph=Glyph::Camera small=true />
                {move || {
                    if scanning.get() {
                        t_string!(i18n, report.tan_scan_stop)
                    } else {
                        t_string!(i18n, report.tan_scan)
                    }
                }}
            </button>
        </div>
        <Show when=move || scanning.get()>
            <CameraView on_text=scanned rear=true starts=true />
        </Show>
    }
}

/// What became of a text, without the TAN itself.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Empty,
    Good,
    Bad(TanProblem),
}

impl Outcome {
    fn of(read: Result<Tan, TanProblem>, text: &str) -> Self {
        match read {
            _ if text.trim().is_empty() => Self::Empty,
            Ok(_) => Self::Good,
            Err(problem) => Self::Bad(problem),
        }
    }
}
