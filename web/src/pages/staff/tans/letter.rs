//! A letter with a TAN, one page: the TAN for everybody, and what to do with it in the patient's language and in the
//! clinic's. It is on the page only to be printed.

use super::Press;
use crate::components::icon::{Glyph, Icon};
use crate::components::mark::Mark;
use crate::components::qr::PlainCode;
use crate::components::words::moment_in;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::platform::history;
use crate::state::console::{Letter, use_console};
use leptos::prelude::*;
use twoken_core::units::Timestamp;

/// What is printed, whoever prints: nothing else of the page is.
#[component]
pub(super) fn Letters(
    /// Those that are wanted on paper. One that does not stand any more is left out.
    letters: RwSignal<Vec<Letter>>,
    /// The patient's language.
    language: RwSignal<Locale>,
) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let any = Memo::new(move |_| letters.with(|letters| !letters.is_empty()));
    let pages = move || {
        let now = console.now.get_untracked();
        let languages = languages(language.get(), i18n.get_locale());
        letters
            .get()
            .into_iter()
            .filter(|letter| letter.stands(now))
            .map(|letter| view! { <Page letter languages=languages.clone() /> })
            .collect_view()
    };
    move || any.get().then(|| view! { <div class="letters">{pages}</div> })
}

#[component]
fn Page(letter: Letter, languages: Vec<Locale>) -> impl IntoView {
    let i18n = use_i18n();
    let until = letter.valid_until();
    let parts = languages.into_iter().map(|locale| view! { <Part locale until /> }).collect_view();
    view! {
        <article class="letter">
            <header class="row">
                <p class="brand">
                    <Mark />
                    "Twoken"
                </p>
                <p class="push">{letter.reference.clone()}</p>
            </header>
            <div class="letter-tan">
                <p class="tan">{letter.tan().to_string()}</p>
                <PlainCode
                    text=letter.link().to_string()
                    label=Signal::derive(move || t_string!(i18n, staff_tans.code).to_owned())
                />
            </div>
            {parts}
        </article>
    }
}

/// What to do with it, in one language.
#[component]
fn Part(locale: Locale, until: Option<Timestamp>) -> impl IntoView {
    let until = until.map(|until| td_string!(locale, staff_letter.until, at = moment_in(locale, until)));
    let open = td_string!(locale, staff_letter.open, address = history::origin());
    view! {
        <section class="stack tight" lang=locale.tag() dir=locale.direction()>
            <h2 class="head">{td_string!(locale, staff_letter.title)}</h2>
            <p>{td_string!(locale, staff_letter.text)}</p>
            <ol class="steps">
                <li>{td_string!(locale, staff_letter.scan)}</li>
                <li>{open}</li>
                <li>{td_string!(locale, staff_letter.choose)}</li>
            </ol>
            <p class="strong">{until}</p>
            <p>{td_string!(locale, staff_letter.free)}</p>
        </section>
    }
}

/// The choice of the patient's language.
#[component]
pub(super) fn LanguageSelect(
    /// Its id in the page.
    id: &'static str,
) -> impl IntoView {
    let i18n = use_i18n();
    let press: Press = expect_context();
    let Press { language, missing, .. } = press;
    let choose = move |event| {
        let value = event_target_value(&event);
        if let Some(chosen) = Locale::of_tag(&value) {
            press.speak(chosen);
        }
    };
    let option = move |locale: Locale| {
        view! {
            <option value=locale.tag() lang=locale.tag() prop:selected=move || language.get() == locale>
                {locale.own_name()}
            </option>
        }
    };
    view! {
        <div class="field">
            <label for=id>{t!(i18n, staff_tans.language)}</label>
            <div class="select">
                <select class="input" id=id on:change=choose>
                    {Locale::ALL.map(option).collect_view()}
                </select>
                <Icon glyph=Glyph::Down />
            </div>
            <p class="caption" role="status">
                {move || missing.get().then(|| t_string!(i18n, staff_tans.language_missing))}
            </p>
        </div>
    }
}

/// The first language that is not this one: a letter in two serves more people.
pub(super) fn another_than(page: Locale) -> Locale {
    Locale::ALL.into_iter().find(|locale| *locale != page).unwrap_or(page)
}

/// The patient's first, then the clinic's, where it is another.
fn languages(patient: Locale, clinic: Locale) -> Vec<Locale> {
    if patient == clinic { vec![clinic] } else { vec![patient, clinic] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn a_letter_speaks_the_patients_language_first_and_each_once() {
        assert_eq!(languages(Locale::En, Locale::De), [Locale::En, Locale::De]);
        assert_eq!(languages(Locale::De, Locale::De), [Locale::De]);
        assert_eq!(another_than(Locale::En), Locale::De);
        assert_eq!(another_than(Locale::De), Locale::En);
    }
}
