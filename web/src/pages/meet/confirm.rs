//! "Are you with this person now?": asked for a code that no camera of ours has read.

use crate::components::icon::{Glyph, Icon};
use crate::i18n::{t, t_string, use_i18n};
use crate::state::use_app;
use leptos::html;
use leptos::prelude::*;

/// The question. Nothing of the link is kept before it is answered.
#[component]
pub(super) fn Confirm() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let origin = move || {
        app.meet
            .with(|meet| meet.unconfirmed.as_ref().and_then(|unconfirmed| unconfirmed.unknown_origin.clone()))
    };
    // It stands above all else, so it is read first.
    let title = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(title) = title.get() {
            let _ = title.focus();
        }
    });
    view! {
        <section class="panel news stack mid" aria-labelledby="confirm">
            <div class="stack tight">
                <h2 class="title" id="confirm" tabindex="-1" node_ref=title>
                    {t!(i18n, meet.confirm)}
                </h2>
                <p class="small">{t!(i18n, meet.confirm_text)}</p>
                {move || {
                    origin()
                        .map(|origin| {
                            view! {
                                <p class="small row near top-line">
                                    <Icon glyph=Glyph::Link small=true />
                                    <span class="address">
                                        {t_string!(i18n, meet.confirm_origin, origin = origin)}
                                    </span>
                                </p>
                            }
                        })
                }}
            </div>
            <div class="pair">
                <button class="btn" type="button" on:click=move |_| app.confirm_link(true)>
                    {t!(i18n, meet.confirm_yes)}
                </button>
                <button class="btn plain" type="button" on:click=move |_| app.confirm_link(false)>
                    {t!(i18n, meet.confirm_no)}
                </button>
            </div>
        </section>
    }
}
