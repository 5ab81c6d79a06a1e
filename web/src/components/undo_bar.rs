//! "Deleted. Bring it back": for as long as that is possible.

use super::icon::{Glyph, Icon};
use crate::components::show::Show;
use crate::i18n::{t, use_i18n};
use crate::state::use_app;
use leptos::prelude::*;

/// Shown while a deleted encounter can be brought back.
#[component]
pub fn UndoBar() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let gone = move || app.deleted.with(Option::is_some);
    view! {
        <div role="status">
            <Show when=gone>
                <div class="undo">
                    <span>{t!(i18n, diary.deleted)}</span>
                    <button class="linkish" type="button" on:click=move |_| app.undo_delete()>
                        <Icon glyph=Glyph::Undo small=true />
                        {t!(i18n, diary.undo)}
                    </button>
                </div>
            </Show>
        </div>
    }
}
