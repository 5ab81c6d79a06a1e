//! The way without a camera: my code as a link, theirs pasted or typed.

use crate::components::icon::{Glyph, Icon};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::clipboard;
use crate::state::use_app;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::encounter::How;

/// What became of copying or pasting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Copied,
    NotCopied,
    NotPasted,
}

/// A field for their code, and a button that copies mine.
#[component]
pub(super) fn Typed() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let text = RwSignal::new(String::new());
    let outcome = RwSignal::new(None::<Outcome>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !text.with_untracked(|text| text.trim().is_empty()) {
            // It stays in the field: a typing mistake is mended, not typed again.
            app.hear(text.get_untracked(), How::Typed);
        }
    };
    let paste = move |_| {
        spawn_local(async move {
            match clipboard::read().await {
                Some(pasted) => {
                    outcome.set(None);
                    text.set(pasted.trim().to_owned());
                }
                None => outcome.set(Some(Outcome::NotPasted)),
            }
        });
    };
    let copy = move |_| {
        let Some(link) = app.meet.with_untracked(|meet| meet.link.clone()) else {
            return;
        };
        spawn_local(async move {
            let copied = clipboard::write(&link).await;
            outcome.set(Some(if copied { Outcome::Copied } else { Outcome::NotCopied }));
        });
    };
    let told = move || {
        outcome.get().map(|outcome| match outcome {
            Outcome::Copied => t_string!(i18n, meet.copied),
            Outcome::NotCopied => t_string!(i18n, meet.copy_failed),
            Outcome::NotPasted => t_string!(i18n, meet.paste_failed),
        })
    };
    view! {
        <form class="well stack tight" novalidate=true on:submit=submit>
            <div class="field">
                <label for="typed">{t!(i18n, meet.typed_label)}</label>
                <textarea
                    class="input mono"
                    id="typed"
                    rows="3"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-describedby="typed-hint"
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                ></textarea>
                <p class="caption" id="typed-hint">
                    {t!(i18n, meet.typed_hint)}
                </p>
            </div>
            <div class="row wrap">
                <button class="btn compact" type="submit">
                    {t!(i18n, meet.typed_use)}
                </button>
                <button class="linkish small" type="button" on:click=paste>
                    {t!(i18n, meet.paste)}
                </button>
            </div>
            <button class="linkish small" type="button" on:click=copy>
                <Icon glyph=Glyph::Link small=true />
                {t!(i18n, meet.copy)}
            </button>
            <p class="small" role="status">
                {told}
            </p>
        </form>
    }
}
