//! "Deleted. Bring it back": for as long as that is possible.

use super::icon::{Glyph, Icon};
use super::words::use_words;
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{Deleted, InReport, use_app};
use leptos::prelude::*;

/// Shown while what was deleted can be brought back.
#[component]
pub fn UndoBar() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let gone = move || app.deleted.with(Option::is_some);
    let what = move || {
        let of = |deleted: &Deleted| (deleted.count(), deleted.in_report);
        app.deleted.with(|deleted| deleted.as_ref().map_or((1, InReport::Not), of))
    };
    let said = move || {
        let (count, in_report) = what();
        let one = match in_report {
            InReport::Not => t_string!(i18n, diary.deleted),
            InReport::TakenOut => t_string!(i18n, diary.deleted_report),
            InReport::Stays => t_string!(i18n, diary.deleted_stays),
        };
        if count == 1 {
            return one.to_owned();
        }
        let all = t_string!(i18n, rights.deleted, encounters = words.encounters(count));
        let report = match in_report {
            InReport::Not => return all,
            InReport::TakenOut => t_string!(i18n, rights.deleted_report),
            InReport::Stays => t_string!(i18n, rights.deleted_stays),
        };
        [all.as_str(), report].join(" ")
    };
    view! {
        <div role="status">
            <Show when=gone>
                <div class="undo">
                    <span>{said}</span>
                    <button class="linkish" type="button" on:click=move |_| app.undo_delete()>
                        <Icon glyph=Glyph::Undo small=true />
                        {t!(i18n, diary.undo)}
                    </button>
                </div>
            </Show>
            {move || {
                app.removed
                    .get()
                    .map(|removed| {
                        view! {
                            <div class="undo">
                                <span>{t_string!(i18n, servers.removed, server = removed.name)}</span>
                                <button
                                    class="linkish"
                                    type="button"
                                    on:click=move |_| app.undo_remove_server()
                                >
                                    <Icon glyph=Glyph::Undo small=true />
                                    {t!(i18n, diary.undo)}
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}
