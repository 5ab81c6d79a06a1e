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
                    <div>
                        <p class="strong">{t!(i18n, rights.simple_what)}</p>
                        <p>{t!(i18n, rights.simple_what_text)}</p>
                    </div>
                    <div>
                        <p class="strong">{t!(i18n, rights.simple_keep)}</p>
                        <p>{t!(i18n, rights.simple_keep_text)}</p>
                    </div>
                    <div>
                        <p class="strong">{t!(i18n, rights.simple_see)}</p>
                        <p>{t!(i18n, rights.simple_see_text)}</p>
                    </div>
                    <div>
                        <p class="strong">{t!(i18n, rights.simple_found)}</p>
                        <p>{t!(i18n, rights.simple_found_text)}</p>
                    </div>
                    <div>
                        <p class="strong">{t!(i18n, rights.simple_ill)}</p>
                        <p>{t!(i18n, rights.simple_ill_text)}</p>
                    </div>
                    <div>
                        <p class="strong">{t!(i18n, rights.simple_may)}</p>
                        <p>{t!(i18n, rights.simple_may_text)}</p>
                    </div>
                </div>
            </Show>
        </div>
    }
}
