//! What is kept on this device, why, for how long, and how much of it there is.

use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::use_app;
use leptos::prelude::*;

/// All of it, row by row, and whether the browser may clear it.
#[component]
pub(super) fn Kept() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    app.look_at_storage();
    let number = move |count: usize| words.format().number(count);
    let diary = move || number(app.diary.with(twoken_core::diary::Diary::len));
    let emissions = move || {
        app.diary.track();
        app.now.track();
        number(app.emitted().len())
    };
    let found = move || number(app.found_pages());
    let outgoing = move || number(app.outgoing.with(|outgoing| usize::from(outgoing.is_some())));
    let studies = move || number(app.study_reports.with(Vec::len));
    let draft = move || number(usize::from(app.draft.get() != crate::state::ReportDraft::default()));
    let servers = move || number(app.further().len());
    let browser = move || match app.keeping.get().promised {
        Some(true) => t_string!(i18n, settings.keeping_promised),
        _ => t_string!(i18n, rights.evict),
    };
    macro_rules! row {
        ($title:ident, $text:ident) => {
            row!($title, $text, String::new)
        };
        ($title:ident, $text:ident, $count:expr) => {
            view! {
                <li>
                    <div class="row">
                        <p class="medium-weight">{t!(i18n, rights.$title)}</p>
                        <span class="small push num">{$count}</span>
                    </div>
                    <p class="small">{t!(i18n, rights.$text)}</p>
                </li>
            }
        };
    }
    view! {
        <section class="sec" aria-labelledby="kept">
            <h2 class="head" id="kept">
                {t!(i18n, rights.kept)}
            </h2>
            <p class="small">{browser}</p>
            <ul class="list">
                {row!(kept_diary, kept_diary_text, diary)}
                {row!(kept_found, kept_found_text, found)}
                {row!(kept_emissions, kept_emissions_text, emissions)}
                {row!(kept_draft, kept_draft_text, draft)}
                {row!(kept_outgoing, kept_outgoing_text, outgoing)}
                {row!(kept_decoys, kept_decoys_text)}
                {row!(kept_studies, kept_studies_text, studies)}
                {row!(kept_keys, kept_keys_text)}
                {row!(kept_server, kept_server_text)}
                <li>
                    <div class="row">
                        <p class="medium-weight">{t!(i18n, servers.kept)}</p>
                        <span class="small push num">{servers}</span>
                    </div>
                    <p class="small">{t!(i18n, servers.kept_text)}</p>
                </li>
                {row!(kept_private, kept_private_text)}
                {row!(kept_settings, kept_settings_text)}
                {row!(kept_files, kept_files_text)}
            </ul>
            <p class="caption">{t!(i18n, rights.kept_not)}</p>
        </section>
    }
}
