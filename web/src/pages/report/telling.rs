//! What is different where those met are told of an exposure, not of a test of one's own: no TAN, a proof, and whoever
//! is known to have reported stays out.

use super::Step;
use super::{by_mode, go};
use crate::components::icon::Glyph;
use crate::components::note::Note;
use crate::components::switch::Switch;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{Ground, Place, use_app};
use leptos::prelude::*;

/// Whether the draft tells of an exposure.
pub(super) fn is_told() -> bool {
    use_app().draft.with_untracked(|draft| draft.exposure.is_some())
}

/// What this is, above the choice.
#[component]
pub(super) fn Told() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let text = move || {
        by_mode(app, || t_string!(i18n, telling.choose_text), || t_string!(i18n, telling.choose_private))
    };
    is_told().then(|| {
        view! {
            <Note
                glyph=Glyph::Person
                title=Signal::derive(move || t_string!(i18n, telling.choose).to_owned())
                text=Signal::derive(move || text().to_owned())
            />
        }
    })
}

/// Whether those who only heard me are told as well: not unless the person says so, having read what whoever reported
/// could see by it.
#[component]
pub(super) fn HeardToo() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    (is_told() && !app.emitted().is_empty()).then(|| {
        let on = Signal::derive(move || app.draft.with(|draft| draft.heard_too));
        view! {
            <Switch
                title=Signal::derive(move || t_string!(i18n, telling.heard_too))
                text=Signal::derive(move || t_string!(i18n, telling.heard_too_text))
                on
                change=move |wanted| app.draft.update(|draft| draft.heard_too = wanted)
            />
        }
    })
}

/// Back to the exposure, or to what was counted; nothing was told.
#[component]
pub(super) fn NotNow(
    /// Which.
    ground: Ground,
) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let leave = move |_| {
        go(app, Step::Tan);
        app.go(match ground {
            Ground::Encounter(id) => Place::Exposure(id),
            Ground::Hit(_) => Place::Counts,
        });
    };
    view! {
        <button class="btn plain wide compact" type="button" on:click=leave>
            {t!(i18n, telling.not_now)}
        </button>
    }
}

/// How it is authorised: a line of the last look, in the place of the TAN's.
#[component]
pub(super) fn ByProof() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let ground = app.draft.with_untracked(|draft| draft.exposure);
    let once =
        move || ground.is_some_and(|ground| app.counts_once(&ground)).then(|| t!(i18n, telling.proof_once));
    view! {
        <div>
            <dt>{t!(i18n, telling.proof)}</dt>
            <dd class="small">{t!(i18n, telling.proof_text)} " " {once}</dd>
        </div>
    }
}
