//! Taking it with one: a page to read and print, or JSON. Made here, saved by the browser, sent nowhere.

use super::contents::contents;
use crate::components::icon::{Glyph, Icon};
use crate::components::link::Link;
use crate::components::message::{Message, Said};
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::file;
use crate::state::{Place, use_app};
use leptos::prelude::*;

/// Both forms.
#[component]
pub(super) fn Export() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let saved = RwSignal::new(None::<bool>);
    let save = move |readable: bool| {
        let sheet = untrack(|| contents(app, i18n, words));
        let done = if readable {
            file::save("twoken.html", "text/html", &sheet.to_html())
        } else {
            file::save("twoken.json", "application/json", &sheet.to_json())
        };
        if done {
            app.reminded();
        }
        saved.set(Some(done));
    };
    let said = move || {
        saved.get().map(|done| {
            if done {
                Said::plain(
                    Glyph::Check,
                    t_string!(i18n, rights.export_done),
                    t_string!(i18n, rights.export_done_text),
                )
            } else {
                Said::bad(t_string!(i18n, rights.export_failed), t_string!(i18n, rights.export_failed_text))
            }
        })
    };
    view! {
        <section class="sec" aria-labelledby="export">
            <h2 class="head" id="export">
                {t!(i18n, rights.export)}
            </h2>
            <p class="small">{t!(i18n, rights.export_text)}</p>
            <div class="pair">
                <button class="btn plain compact" type="button" on:click=move |_| save(true)>
                    <Icon glyph=Glyph::Print small=true />
                    {t!(i18n, rights.export_page)}
                </button>
                <button class="btn plain compact" type="button" on:click=move |_| save(false)>
                    <Icon glyph=Glyph::File small=true />
                    {t!(i18n, rights.export_json)}
                </button>
            </div>
            {move || said().map(|said| view! { <Message said /> })}
            <p class="caption">{t!(i18n, rights.export_keys)}</p>
            <div>
                <Link to=Place::Backup class="linkish">
                    {t!(i18n, backup.look)}
                </Link>
            </div>
        </section>
    }
}
