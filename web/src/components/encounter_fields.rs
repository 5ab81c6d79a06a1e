//! What a person adds to an encounter, for themselves: label, note, how long.

use super::icon::{Glyph, Icon};
use super::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{App, use_app};
use leptos::prelude::*;
use std::collections::BTreeSet;
use twoken_core::diary::{EncounterId, Error};
use twoken_core::units::Minutes;

/// The durations offered at a touch.
const OFFERED: [u16; 3] = [5, 15, 60];
/// The longest one can state: a day.
const LONGEST: u16 = 1440;

/// What is being typed. Lives until it is saved; a refused one stays as it is.
#[derive(Clone, Copy)]
pub struct Fields {
    label: RwSignal<Option<String>>,
    /// A label not yet on the list, where one is being typed.
    new_label: RwSignal<Option<String>>,
    note: RwSignal<String>,
    minutes: RwSignal<String>,
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
}

/// The fields themselves.
#[component]
pub fn EncounterFields(
    /// What is being typed.
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
                t_string!(i18n, diary.note_long, max = max, got = got).to_string()
            }
            Problem::Refused(Error::LabelTooLong { max, got }) => {
                let (max, got) = (format.number(max), format.number(got));
                t_string!(i18n, diary.label_long, max = max, got = got).to_string()
            }
            Problem::Refused(_) => t_string!(i18n, diary.unsaved).to_owned(),
        })
    };
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
        <MinutesField fields />
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

#[component]
fn MinutesField(fields: Fields) -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let chip = move |minutes: u16| {
        let text = minutes.to_string();
        let pressed = move || fields.minutes.with(|typed| typed.trim() == text);
        view! {
            <button
                class="chip num"
                type="button"
                aria-pressed=move || if pressed() { "true" } else { "false" }
                on:click=move |_| fields.minutes.set(minutes.to_string())
            >
                {move || words.duration(Minutes::new(minutes))}
            </button>
        }
    };
    let none = move || fields.minutes.with(|typed| typed.trim().is_empty());
    view! {
        <fieldset class="field">
            <legend class="lab">{t!(i18n, meet.how_long)}</legend>
            <div class="chips">
                <button
                    class="chip"
                    type="button"
                    aria-pressed=move || if none() { "true" } else { "false" }
                    on:click=move |_| fields.minutes.set(String::new())
                >
                    {t!(i18n, diary.duration_scans)}
                </button>
                {OFFERED.into_iter().map(chip).collect_view()}
                <input
                    class="input minutes num"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    aria-label=move || t_string!(i18n, diary.duration_other)
                    placeholder=move || t_string!(i18n, diary.duration_other)
                    aria-describedby="minutes-hint"
                    prop:value=move || fields.minutes.get()
                    on:input=move |event| fields.minutes.set(event_target_value(&event))
                />
            </div>
            <p class="caption" id="minutes-hint">
                {t!(i18n, diary.duration_hint)}
            </p>
        </fieldset>
    }
}

/// Nothing stated, or whole minutes up to a day.
fn parse_minutes(text: &str) -> Result<Option<Minutes>, ()> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse::<u16>() {
            Ok(minutes @ 1..=LONGEST) => Ok(Some(Minutes::new(minutes))),
            _ => Err(()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn minutes_are_whole_and_within_a_day() {
        assert_eq!(parse_minutes(" "), Ok(None));
        assert_eq!(parse_minutes(" 90 "), Ok(Some(Minutes::new(90))));
        for wrong in ["0", "1441", "-5", "1.5", "ten"] {
            assert_eq!(parse_minutes(wrong), Err(()), "{wrong}");
        }
    }
}
