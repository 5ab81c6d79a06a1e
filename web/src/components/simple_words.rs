//! What Twoken does, in words for children and for whoever likes them short.

use super::icon::{Glyph, Icon};
use crate::components::show::Show;
use crate::i18n::{t, use_i18n};
use leptos::prelude::*;

/// Opens to questions and answers.
#[component]
pub fn SimpleWords() -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    macro_rules! answer {
        ($question:ident, $answer:ident) => {
            view! {
                <div>
                    <p class="strong">{t!(i18n, rights.$question)}</p>
                    <p>{t!(i18n, rights.$answer)}</p>
                </div>
            }
        };
    }
    let answers = move || {
        [
            answer!(simple_what, simple_what_text),
            answer!(simple_keep, simple_keep_text),
            answer!(simple_see, simple_see_text),
            answer!(simple_found, simple_found_text),
            answer!(simple_ill, simple_ill_text),
            answer!(simple_may, simple_may_text),
        ]
        .map(IntoAny::into_any)
        .collect_view()
    };
    view! {
        <div>
            <button
                class="linkish"
                type="button"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon glyph=Glyph::Person small=true />
                {t!(i18n, rights.simple)}
            </button>
            <Show when=move || open.get()>
                <div class="well stack tight">
                    {answers}
                </div>
            </Show>
        </div>
    }
}
