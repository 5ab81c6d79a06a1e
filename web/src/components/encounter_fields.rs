//! What a person adds to an encounter, for themselves: label, note, how long.

use super::icon::{Glyph, Icon};
use super::minutes_field::{MinutesField, parse_minutes};
use super::words::use_words;
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{App, use_app};
use leptos::prelude::*;
use std::collections::BTreeSet;
use twoken_core::diary::{EncounterId, Error};

/// What is being typed. Lives until it is saved; a refused one stays as it is.
#[derive(Clone, Copy)]
pub struct Fields {
    label: RwSignal<Option<String>>,
    /// A label not yet on the list, where one is being typed.
    new_label: RwSignal<Option<String>>,
    note: RwSignal<String>,
    /// How long it was, as typed.
    pub(super) minutes: RwSignal<String>,
    problem: RwSignal<Option<Problem>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    Minutes,
    Refused(Error),
}

impl Fields {
    /// What the encounter says now.
    #[must_use]
    pub fn of(app: App, id: EncounterId) -> Self {
        let (label, note, minutes) = app.diary.with_untracked(|diary| {
            diary.get(&id).map_or((None, String::new(), None), |encounter| {
                (encounter.label().map(ToOwned::to_owned), encounter.note().to_owned(), encounter.minutes())
            })
        });
        let minutes = minutes.map_or_else(String::new, |minutes| minutes.get().to_string());
        Self {
            label: RwSignal::new(label),
            new_label: RwSignal::new(None),
            note: RwSignal::new(note),
            minutes: RwSignal::new(minutes),
            problem: RwSignal::new(None),
        }
    }

    /// Writes it into the diary. Returns whether it was taken.
    pub fn save(self, app: App, id: EncounterId) -> bool {
        let Ok(minutes) = parse_minutes(&self.minutes.get_untracked()) else {
            self.problem.set(Some(Problem::Minutes));
            return false;
        };
        let typed = self
            .new_label
            .get_untracked()
            .map(|label| label.trim().to_owned())
            .filter(|label| !label.is_empty());
        let label = typed.or_else(|| self.label.get_untracked());
        let outcome = app.edit(id, self.note.get_untracked(), label, minutes);
        self.problem.set(outcome.as_ref().err().cloned().map(Problem::Refused));
        outcome.is_ok()
    }

    /// The same where the minutes are what is asked for: without any it is not taken.
    pub fn save_minutes(self, app: App, id: EncounterId) -> bool {
        if self.minutes.with_untracked(|typed| typed.trim().is_empty()) {
            self.problem.set(Some(Problem::Minutes));
            return false;
        }
        self.save(app, id)
    }
}

/// The fields themselves.
#[component]
pub fn EncounterFields(
    /// What is being typed.
    fields: Fields,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <LabelField fields />
        <div class="field">
            <label for="encounter-note">
                {t!(i18n, diary.note)} " " <span class="over light">"· " {t!(i18n, meet.private)}</span>
            </label>
            <input
                class="input"
                id="encounter-note"
                type="text"
                autocomplete="off"
                aria-describedby="encounter-note-hint"
                prop:value=move || fields.note.get()
                on:input=move |event| fields.note.set(event_target_value(&event))
            />
            <p class="caption" id="encounter-note-hint">
                {t!(i18n, diary.note_hint)}
            </p>
        </div>
        <MinutesField minutes=fields.minutes />
        <FieldsProblem fields />
    }
}

/// Why it was not taken.
#[component]
pub fn FieldsProblem(
    /// What was being saved.
    fields: Fields,
) -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let message = move || {
        let format = words.format();
        fields.problem.get().map(|problem| match problem {
            Problem::Minutes => t_string!(i18n, diary.minutes_bad).to_owned(),
            Problem::Refused(Error::NoteTooLong { max, got }) => {
                let (max, got) = (format.number(max), format.number(got));
                t_string!(i18n, diary.note_long, max = max, got = got)
            }
            Problem::Refused(Error::LabelTooLong { max, got }) => {
                let (max, got) = (format.number(max), format.number(got));
                t_string!(i18n, diary.label_long, max = max, got = got)
            }
            Problem::Refused(_) => t_string!(i18n, diary.unsaved).to_owned(),
        })
    };
    view! {
        <div role="alert">
            {move || {
                message()
                    .map(|message| {
                        view! {
                            <p class="err">
                                <Icon glyph=Glyph::Warning small=true />
                                <span>{message}</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
}

#[component]
fn LabelField(fields: Fields) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    // Those in use first, then those used before; the chosen one is always among them.
    let labels = Memo::new(move |_| {
        let used: BTreeSet<String> = app.diary.with(|diary| diary.labels().into_keys().flatten().collect());
        let mut labels = app.settings.with(|settings| settings.recent_labels.clone());
        labels.extend(used);
        labels.extend(fields.label.get());
        let mut seen = BTreeSet::new();
        labels.retain(|label| seen.insert(label.clone()));
        labels
    });
    let chip = move |label: String| {
        let mine = label.clone();
        let pressed = move || fields.label.with(|chosen| chosen.as_ref() == Some(&mine));
        let shown = label.clone();
        let press = move |_| {
            fields.label.update(|chosen| {
                *chosen = (chosen.as_ref() != Some(&label)).then(|| label.clone());
            });
        };
        view! {
            <button
                class="chip"
                type="button"
                aria-pressed=move || if pressed() { "true" } else { "false" }
                on:click=press
            >
                {shown}
            </button>
        }
    };
    let adding = move || fields.new_label.with(Option::is_some);
    view! {
        <fieldset class="field">
            <legend class="lab">
                {t!(i18n, diary.label)} " " <span class="over light">"· " {t!(i18n, meet.private)}</span>
            </legend>
            <div class="chips">
                {move || labels.get().into_iter().map(chip).collect_view()}
                <Show
                    when=adding
                    fallback=move || {
                        view! {
                            <button
                                class="chip"
                                type="button"
                                on:click=move |_| fields.new_label.set(Some(String::new()))
                            >
                                <Icon glyph=Glyph::Plus small=true />
                                {t!(i18n, diary.new_label)}
                            </button>
                        }
                    }
                >
                    <input
                        class="input"
                        type="text"
                        autocomplete="off"
                        autofocus=true
                        aria-label=move || t_string!(i18n, diary.new_label_name)
                        placeholder=move || t_string!(i18n, diary.new_label_name)
                        prop:value=move || fields.new_label.get().unwrap_or_default()
                        on:input=move |event| fields.new_label.set(Some(event_target_value(&event)))
                    />
                </Show>
            </div>
        </fieldset>
    }
}
