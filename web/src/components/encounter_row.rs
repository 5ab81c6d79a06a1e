//! One encounter in a list: when, how long, the private note and label; and its editing.

use super::encounter_fields::{EncounterFields, Fields};
use super::icon::{Glyph, Icon};
use super::link::Link;
use super::words::use_words;
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{Place, use_app};
use leptos::prelude::*;
use twoken_core::diary::{Encounter, EncounterId};
use twoken_core::encounter::How;
use twoken_core::status::Degree;
use twoken_core::units::Timestamp;

/// What a row shows of an encounter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub id: EncounterId,
    /// When it began.
    pub at: Timestamp,
    /// Whether it was by Bluetooth.
    pub radio: bool,
    /// The private note.
    pub note: String,
    /// The private label.
    pub label: Option<String>,
    /// Whether both have scanned.
    pub both: bool,
    /// In which degree it was reported, if it was.
    pub reported: Option<Degree>,
}

impl From<&Encounter> for Row {
    fn from(encounter: &Encounter) -> Self {
        Self {
            id: encounter.id,
            at: encounter.first_seen,
            radio: encounter.how == How::Bluetooth,
            note: encounter.note().to_owned(),
            label: encounter.label().map(ToOwned::to_owned),
            both: encounter.both,
            reported: encounter.exposure.map(|exposure| exposure.degree),
        }
    }
}

/// A row of the diary. Follows the encounter, and is empty once that is gone.
#[component]
pub fn EncounterRow(
    /// Which encounter.
    id: EncounterId,
    /// The row being edited, one at a time.
    editing: RwSignal<Option<EncounterId>>,
) -> impl IntoView {
    let app = use_app();
    let row = Memo::new(move |_| app.diary.with(|diary| diary.get(&id).map(Row::from)));
    let open = Memo::new(move |_| editing.get() == Some(id));
    // How long it was grows while a device stays connected: what is being typed, and where the focus is, stays.
    view! {
        <Show when=move || row.with(Option::is_some)>
            <li class="encounter">
                {move || row.get().map(|row| view! { <Shown row editing open /> })}
                <Show when=move || open.get()>
                    <Edit id editing />
                </Show>
            </li>
        </Show>
    }
}

#[component]
fn Shown(row: Row, editing: RwSignal<Option<EncounterId>>, open: Memo<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let Row { id, at, radio, note, label, both, reported } = row;
    let app = use_app();
    let duration = Memo::new(move |_| app.diary.with(|diary| diary.get(&id).map(Encounter::duration)));
    let time = move || words.format().time(at);
    let edit = move |_| editing.set((!open.get_untracked()).then_some(id));
    view! {
        <div class="row top-line">
            <RowCoin both reported=reported.is_some() />
            <div class="grow">
                <div class="row wrap near">
                    <span class="strong num">{time}</span>
                    <span class="small num">{move || duration.get().map(|minutes| words.duration(minutes))}</span>
                    {radio.then(|| view! { <span class="small">{t!(i18n, bluetooth.by)}</span> })}
                    {label.map(|label| view! { <span class="tag push">{label}</span> })}
                </div>
                {if note.is_empty() {
                    view! { <p class="small quiet">{t!(i18n, diary.no_note)}</p> }.into_any()
                } else {
                    view! { <p class="small address">{note}</p> }.into_any()
                }}
                {reported
                    .map(|degree| {
                        let said = move || match degree {
                            Degree::First => t_string!(i18n, diary.reported),
                            Degree::Second => t_string!(i18n, diary.reported_second),
                        };
                        view! {
                            <Link to=Place::Exposure(id) class="small reported">
                                {said}
                            </Link>
                        }
                    })}
            </div>
            <button
                class="round"
                type="button"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-label=move || t_string!(i18n, diary.edit, what = time())
                on:click=edit
            >
                <Icon glyph=Glyph::Pencil small=true />
            </button>
        </div>
    }
}

/// The coin of a row, with its meaning as a name.
#[component]
fn RowCoin(both: bool, reported: bool) -> impl IntoView {
    let i18n = use_i18n();
    let name = move || match (reported, both) {
        (true, _) => t_string!(i18n, chart.hit),
        (false, true) => t_string!(i18n, chart.both),
        (false, false) => t_string!(i18n, chart.one),
    };
    let coin = match (reported, both) {
        (true, _) => view! {
            <circle class="t-ring" cx="11" cy="11" r="10" />
            <circle class="t-hit" cx="11" cy="11" r="6.5" />
        }
        .into_any(),
        (false, true) => view! { <circle class="m-you" cx="11" cy="11" r="8" /> }.into_any(),
        (false, false) => view! { <path class="m-you" d="M15 3a8 8 0 0 0 0 16z" /> }.into_any(),
    };
    view! {
        <svg class="row-coin" viewBox="0 0 22 22" role="img" aria-label=name>
            {coin}
        </svg>
    }
}

#[component]
fn Edit(id: EncounterId, editing: RwSignal<Option<EncounterId>>) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let fields = Fields::of(app, id);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if fields.save(app, id) {
            editing.set(None);
        }
    };
    let delete = move |_| {
        editing.set(None);
        app.delete(id);
    };
    view! {
        <form class="edit stack mid" novalidate=true on:submit=save>
            <EncounterFields fields />
            <div class="pair">
                <button class="btn" type="submit">
                    {t!(i18n, diary.save)}
                </button>
                <button class="btn plain" type="button" on:click=move |_| editing.set(None)>
                    {t!(i18n, diary.cancel)}
                </button>
            </div>
            <div>
                <button class="linkish danger small" type="button" on:click=delete>
                    <Icon glyph=Glyph::Bin small=true />
                    {t!(i18n, diary.delete)}
                </button>
                <p class="caption">{t!(i18n, diary.delete_text)}</p>
            </div>
        </form>
    }
}
