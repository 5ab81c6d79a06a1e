//! Before there is a diary to show, and after: it is being opened, is open in another window, can't be, or was deleted.

use crate::components::frame::Brand;
use crate::components::icon::{Glyph, Icon};
use crate::components::mark::Mark;
use crate::components::message::Message;
use crate::components::problems::use_problems;
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{StorageProblem, use_app};
use leptos::prelude::*;
use twoken_core::units::Timestamp;

/// The diary is being opened.
#[component]
pub fn Loading() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="empty" role="status">
            <div class="brand">
                <Mark />
            </div>
            <p class="small">{t!(i18n, app.loading)}</p>
        </div>
    }
}

/// The diary can't be opened. Nothing is touched unless the person asks for it.
#[component]
pub fn Broken(
    /// Why.
    problem: StorageProblem,
) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let sure = RwSignal::new(false);
    let deletable = matches!(problem, StorageProblem::Damaged | StorageProblem::Unknown(_));
    view! {
        <div class="stack">
            <Brand />
            <h1 class="statement">{t!(i18n, storage.statement)}</h1>
            {move || view! { <Message said=problems.storage(&problem) /> }}
            <button class="btn" type="button" on:click=move |_| app.retry_boot()>
                {t!(i18n, storage.again)}
            </button>
            {deletable
                .then(|| {
                    view! {
                        <Show
                            when=move || sure.get()
                            fallback=move || {
                                view! {
                                    <button
                                        class="btn danger"
                                        type="button"
                                        on:click=move |_| sure.set(true)
                                    >
                                        {t!(i18n, settings.delete)}
                                    </button>
                                }
                            }
                        >
                            <p class="small">{t!(i18n, storage.delete_text)}</p>
                            <div class="pair">
                                <button
                                    class="btn danger"
                                    type="button"
                                    on:click=move |_| app.delete_everything()
                                >
                                    {t!(i18n, settings.delete_yes)}
                                </button>
                                <button
                                    class="btn plain"
                                    type="button"
                                    on:click=move |_| sure.set(false)
                                >
                                    {t!(i18n, settings.delete_no)}
                                </button>
                            </div>
                        </Show>
                    }
                })}
        </div>
    }
}

/// Everything was deleted, and can be brought back for a moment.
#[component]
pub fn Erased(
    /// Until when; none while it is still being deleted, or brought back.
    until: Option<Timestamp>,
) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let left = move || {
        until.map(|until| {
            let seconds = u32::try_from(until.since(app.now.get())).unwrap_or_default();
            t_string!(i18n, rights.erased_text, count = seconds)
        })
    };
    view! {
        <div class="stack">
            <Brand />
            <h1 class="statement">{t!(i18n, rights.erased)}</h1>
            <p>{left}</p>
            {move || app.unstored.get().map(|problem| view! { <Message said=problems.storage(&problem) /> })}
            <div class="pair">
                <button
                    class="btn plain"
                    type="button"
                    disabled=until.is_none()
                    on:click=move |_| app.undo_delete_everything()
                >
                    <Icon glyph=Glyph::Undo small=true />
                    {t!(i18n, rights.erased_undo)}
                </button>
                <button
                    class="btn"
                    type="button"
                    disabled=until.is_none()
                    on:click=move |_| app.begin_anew()
                >
                    {t!(i18n, rights.erased_done)}
                </button>
            </div>
        </div>
    }
}

/// The diary is open in another window. What a link brought here stays here, in memory.
#[component]
pub fn Elsewhere() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let brought = move || app.arrival.with(Option::is_some);
    view! {
        <div class="stack">
            <Brand />
            <h1 class="statement">{t!(i18n, elsewhere.statement)}</h1>
            <p>{t!(i18n, elsewhere.text)}</p>
            <Show when=brought>
                <p>{t!(i18n, elsewhere.brought)}</p>
            </Show>
            <button class="btn" type="button" on:click=move |_| app.use_here()>
                {t!(i18n, elsewhere.here)}
            </button>
        </div>
    }
}
