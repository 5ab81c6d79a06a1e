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
use leptos_i18n::Locale as _;
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
    let until =
        until.map(|until| td_string!(locale, staff_letter.until, at = moment_in(locale, until)).to_string());
    let open = td_string!(locale, staff_letter.open, address = history::origin()).to_string();
    view! {
        <section class="stack tight" lang=locale.as_str()>
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
    let Press { language, .. } = expect_context();
    let choose = move |event| {
        let value = event_target_value(&event);
        if let Some(chosen) = Locale::get_all().iter().find(|locale| locale.as_str() == value) {
            language.set(*chosen);
        }
    };
    let option = move |locale: Locale| {
        view! {
            <option value=locale.as_str() lang=locale.as_str() prop:selected=move || language.get() == locale>
                {own_name(locale)}
            </option>
        }
    };
    view! {
        <div class="field">
            <label for=id>{t!(i18n, staff_tans.language)}</label>
            <div class="select">
                <select class="input" id=id on:change=choose>
                    {Locale::get_all().iter().copied().map(option).collect_view()}
                </select>
                <Icon glyph=Glyph::Down />
            </div>
        </div>
    }
}

/// A language is found by its own name.
const fn own_name(locale: Locale) -> &'static str {
    match locale {
        Locale::en => "English",
        Locale::de => "Deutsch",
    }
}

/// The first language that is not this one: a letter in two serves more people.
pub(super) fn another_than(page: Locale) -> Locale {
    Locale::get_all().iter().copied().find(|locale| *locale != page).unwrap_or(page)
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
        assert_eq!(languages(Locale::en, Locale::de), [Locale::en, Locale::de]);
        assert_eq!(languages(Locale::de, Locale::de), [Locale::de]);
        assert_eq!(another_than(Locale::en), Locale::de);
        assert_eq!(another_than(Locale::de), Locale::en);
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn every_language_has_the_whole_letter() {
        for locale in Locale::get_all() {
            let open = td_string!(*locale, staff_letter.open, address = "https://a.example").to_string();
            assert!(open.contains("https://a.example"), "{locale:?}");
        }
        assert_ne!(td_string!(Locale::en, staff_letter.text), td_string!(Locale::de, staff_letter.text));
    }
}
