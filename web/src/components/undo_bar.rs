//! "Deleted. Bring it back": for as long as that is possible.

use super::icon::{Glyph, Icon};
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{InReport, use_app};
use leptos::prelude::*;

/// Shown while a deleted encounter can be brought back.
#[component]
pub fn UndoBar() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let gone = move || app.deleted.with(Option::is_some);
    let said = move || match app
        .deleted
        .with(|deleted| deleted.as_ref().map(|deleted| deleted.in_report).unwrap_or_default())
    {
        InReport::Not => t_string!(i18n, diary.deleted),
        InReport::TakenOut => t_string!(i18n, diary.deleted_report),
        InReport::Stays => t_string!(i18n, diary.deleted_stays),
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
        </div>
    }
}
