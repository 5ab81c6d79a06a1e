//! "Copy for the app": for a link that opened in the browser beside it.

use super::icon::Glyph;
use super::message::{Message, Said};
use super::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::use_app;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Shown where a link has come that may belong into the app on the home screen.
#[component]
pub fn ForApp() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let copied = RwSignal::new(None::<bool>);
    let said =
        move || Said::plain(Glyph::Phone, t_string!(i18n, for_app.title), t_string!(i18n, for_app.text));
    let copy = move |_| {
        spawn_local(async move { copied.set(Some(app.copy_for_app().await)) });
    };
    let told = move || {
        copied.get().map(|copied| {
            if copied { t_string!(i18n, for_app.copied) } else { t_string!(i18n, meet.copy_failed) }
        })
    };
    view! {
        <Show when=move || app.for_app.get()>
            <Message said=said()>
                <div class="row wrap far">
                    <button class="linkish" type="button" on:click=copy>
                        {t!(i18n, for_app.copy)}
                    </button>
                    <button class="linkish" type="button" on:click=move |_| app.dismiss_for_app()>
                        {t!(i18n, for_app.here)}
                    </button>
                </div>
                <p class="small" role="status">
                    {told}
                </p>
            </Message>
        </Show>
    }
}
