//! All text: `www/locales`, made into types when the app is built, so that a text or a variable that is not there does not
//! compile. English is in the program; another language is one file, fetched when it is wanted (ADR 52).
//!
//! `t!(i18n, home.see)` is a text without variables, as a view that follows a change of language. `t_string!` is a text as
//! it is now, its variables filled: `t_string!(i18n, chart.all, count = 3)`. `td_string!` is the same in a given language.

pub use crate::platform::locale::Locale;

use crate::platform::{document, own_file};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// One type a text, made of `www/locales`.
pub(crate) mod texts {
    #![allow(clippy::all, clippy::pedantic, reason = "made by build.rs")]
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
    pub(super) const fn edition() -> &'static str {
        EDITION
    }
    pub(super) const fn english() -> &'static str {
        ENGLISH
    }
}

/// Who says a text: each of the two has a table of its own in each language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Speaker {
    /// The app.
    App,
    /// The medical console, which says its own beside the app's.
    Console,
}

impl Speaker {
    const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Console => "console",
        }
    }
}

/// Which text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    speaker: Speaker,
    place: usize,
}

impl Key {
    const fn app(place: usize) -> Self {
        Self { speaker: Speaker::App, place }
    }

    const fn console(place: usize) -> Self {
        Self { speaker: Speaker::Console, place }
    }
}

/// Texts by their places, until the page is closed.
type Table = &'static [&'static str];

thread_local! {
    static TABLES: RefCell<BTreeMap<(Locale, Speaker), Table>> = const { RefCell::new(BTreeMap::new()) };
}

/// What stands between two forms of one text.
const FORM: char = '\u{1f}';

/// The language that is spoken.
#[derive(Clone, Copy)]
pub struct I18n {
    locale: RwSignal<Locale>,
    wanted: RwSignal<Locale>,
    settled: RwSignal<bool>,
    speaker: Speaker,
}

/// What a page speaks with.
pub(crate) fn use_i18n() -> I18n {
    expect_context()
}

impl I18n {
    /// Speaks for whoever asks below here; of itself English.
    pub(crate) fn provide(speaker: Speaker) -> Self {
        learn(Locale::En, Speaker::App, texts::english());
        #[cfg(test)]
        learn(Locale::En, Speaker::Console, texts::ENGLISH_CONSOLE);
        let i18n = Self {
            locale: RwSignal::default(),
            wanted: RwSignal::default(),
            settled: RwSignal::new(false),
            speaker,
        };
        provide_context(i18n);
        i18n
    }

    /// The language spoken now.
    pub(crate) fn get_locale(self) -> Locale {
        self.locale.get()
    }

    /// The same, without following it.
    pub(crate) fn get_locale_untracked(self) -> Locale {
        self.locale.get_untracked()
    }

    /// What stands between the parts of a list.
    pub(crate) fn comma(self) -> &'static str {
        self.locale.get().comma()
    }

    /// Whether it is decided which language is spoken: before, nothing should be said.
    pub(crate) fn is_settled(self) -> bool {
        self.settled.get()
    }

    /// Speaks another language as soon as its texts are there; where they do not come, the one before goes on.
    pub(crate) fn speak(self, locale: Locale) {
        self.wanted.set(locale);
        let speaker = self.speaker;
        if knows(locale, speaker) {
            return self.begin(locale);
        }
        spawn_local(async move {
            let came = fetch(locale, speaker).await;
            // Another may have been chosen meanwhile.
            if self.wanted.get_untracked() == locale {
                if came {
                    self.begin(locale);
                } else {
                    self.settled.set(true);
                }
            }
        });
    }

    /// Tries once more for the language that was wanted.
    pub(crate) fn speak_again(self) {
        let wanted = self.wanted.get_untracked();
        if self.settled.get_untracked() && !knows(wanted, self.speaker) {
            self.speak(wanted);
        }
    }

    /// Whether another language was wanted, and its texts have not come.
    pub(crate) fn is_missing(self) -> bool {
        self.settled.get() && self.wanted.get() != self.locale.get()
    }

    /// Whether there is anything to say in the language spoken: English is in the program, the console's part of it is not.
    pub(crate) fn has_words(self) -> bool {
        knows(self.locale.get(), self.speaker)
    }

    fn begin(self, locale: Locale) {
        document::set_language(locale.tag(), locale.direction());
        self.locale.set(locale);
        self.settled.set(true);
    }
}

/// Learns what can be had of a language, for whoever speaks without a page.
pub(crate) async fn prepare(locale: Locale) {
    learn(Locale::En, Speaker::App, texts::english());
    // What has not come is said in English.
    let _ = fetch(locale, Speaker::App).await;
}

/// Fetches the texts that `speaker` needs in a language. Says whether they are there.
pub(crate) async fn fetch(locale: Locale, speaker: Speaker) -> bool {
    let tables = match speaker {
        Speaker::App => [Some(Speaker::App), None],
        Speaker::Console => [Some(Speaker::App), Some(Speaker::Console)],
    };
    for table in tables.into_iter().flatten() {
        if !has(locale, table) {
            let path = format!("/texts/{}.{}.txt", locale.tag(), table.name());
            match own_file::text(&path).await {
                Some(text) if is_ours(&text) => learn(locale, table, &text),
                _ => return false,
            }
        }
    }
    true
}

fn knows(locale: Locale, speaker: Speaker) -> bool {
    has(locale, Speaker::App) && has(locale, speaker)
}

fn has(locale: Locale, table: Speaker) -> bool {
    TABLES.with_borrow(|tables| tables.contains_key(&(locale, table)))
}

/// A file of another edition of the app would say one thing for another.
fn is_ours(text: &str) -> bool {
    text.lines().next() == Some(texts::edition())
}

fn learn(locale: Locale, speaker: Speaker, file: &str) {
    if has(locale, speaker) {
        return;
    }
    // For as long as the page lives: a text that is shown must not go when the language changes.
    let text: &'static str = Box::leak(file.to_owned().into_boxed_str());
    let lines: Vec<&'static str> = text.split('\n').skip(1).collect();
    TABLES.with_borrow_mut(|tables| tables.insert((locale, speaker), Box::leak(lines.into_boxed_slice())));
}

/// A text as it stands in its file; in English where there is no other.
fn look(locale: Locale, key: Key) -> &'static str {
    TABLES.with_borrow(|tables| {
        let of = |locale| tables.get(&(locale, key.speaker)).and_then(|table| table.get(key.place)).copied();
        of(locale).or_else(|| of(Locale::En)).unwrap_or_default()
    })
}

/// What a text's variable stands for.
pub(crate) trait Value {
    /// As the language writes it.
    fn written(&self, locale: Locale) -> Cow<'_, str>;

    /// The number it is, which decides on the form of a text.
    fn number(&self) -> Option<usize> {
        None
    }
}

impl Value for str {
    fn written(&self, _: Locale) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl Value for String {
    fn written(&self, _: Locale) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl Value for &'_ str {
    fn written(&self, _: Locale) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

macro_rules! numbers {
    ($($number:ty),+) => { $(
        impl Value for $number {
            fn written(&self, locale: Locale) -> Cow<'_, str> {
                Cow::Owned(locale.format().number(self.number().unwrap_or_default()))
            }

            fn number(&self) -> Option<usize> {
                usize::try_from(*self).ok()
            }
        }
    )+ };
}
numbers!(u8, u16, u32, u64, usize);

/// What [`t!`] makes of one text. The type is one for all: a view keeps only which text it wants (ADR 27).
pub(crate) fn text(i18n: I18n, key: Key) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || said(i18n.get_locale(), key)
}

/// A text without variables.
pub(crate) fn said(locale: Locale, key: Key) -> &'static str {
    look(locale, key)
}

/// A text, its form chosen and its variables filled.
pub(crate) fn filled(locale: Locale, key: Key, values: &[(&str, &dyn Value)]) -> String {
    let line = look(locale, key);
    let count = values.iter().find(|(name, _)| *name == "count").and_then(|(_, value)| value.number());
    let mut rest = match count {
        Some(count) if line.contains(FORM) => {
            let form = locale.format().plural_form(count);
            // A language need not have a form of its own for what its rules tell apart.
            let of = |form: usize| line.split(FORM).nth(form).filter(|text| !text.is_empty());
            of(form).or_else(|| line.split(FORM).next_back()).unwrap_or_default()
        }
        _ => line,
    };
    let mut text = String::with_capacity(rest.len() + 16);
    while let Some((before, (name, after))) =
        rest.split_once("{{").and_then(|(before, rest)| Some((before, rest.split_once("}}")?)))
    {
        text.push_str(before);
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name.trim()) {
            text.push_str(&value.written(locale));
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

macro_rules! view_text {
    ($i18n:expr, $section:ident.$name:ident) => {
        $crate::i18n::text($i18n, $crate::i18n::texts::$section::$name {}.key())
    };
}
pub(crate) use view_text as t;

macro_rules! text_now {
    ($i18n:expr, $section:ident.$name:ident $($values:tt)*) => {
        $crate::i18n::td_string!($i18n.get_locale(), $section.$name $($values)*)
    };
}
pub(crate) use text_now as t_string;

macro_rules! text_in {
    ($locale:expr, $section:ident.$name:ident $(,)?) => {
        $crate::i18n::said($locale, $crate::i18n::texts::$section::$name {}.key())
    };
    ($locale:expr, $section:ident.$name:ident, $($variable:ident = $value:expr),+ $(,)?) => {
        $crate::i18n::filled(
            $locale,
            $crate::i18n::texts::$section::$name { $($variable: ()),+ }.key(),
            &[$((stringify!($variable), &$value as &dyn $crate::i18n::Value)),+],
        )
    };
}
pub(crate) use text_in as td_string;

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    const KEY: Key = Key::app(0);

    fn known(locale: Locale, line: &str) {
        TABLES.with_borrow_mut(|tables| tables.remove(&(locale, Speaker::App)));
        learn(locale, Speaker::App, &format!("{}\n{line}", texts::edition()));
    }

    #[wasm_bindgen_test]
    fn a_number_chooses_its_form_and_is_written_in_its_language() {
        known(
            Locale::Ar,
            "لا شيء\u{1f}واحد\u{1f}اثنان\u{1f}{{ count }} قليل\u{1f}{{ count }} كثير\u{1f}{{ count }} غير",
        );
        let said = |count: u32| filled(Locale::Ar, KEY, &[("count", &count)]);
        let digits = |count: usize| Locale::Ar.format().number(count);
        assert_eq!((said(0).as_str(), said(1).as_str(), said(2).as_str()), ("لا شيء", "واحد", "اثنان"));
        assert_eq!(said(3), format!("{} قليل", digits(3)));
        assert_eq!(said(11), format!("{} كثير", digits(11)));
        assert_eq!(said(100), format!("{} غير", digits(100)));
        TABLES.with_borrow_mut(BTreeMap::clear);
    }

    #[wasm_bindgen_test]
    fn variables_stand_where_the_language_wants_them_and_are_not_read_again() {
        known(Locale::De, "{{ b }} vor {{a}}, {{ b }}");
        let said = filled(Locale::De, KEY, &[("a", &"{{ b }}"), ("b", &"eins".to_owned())]);
        assert_eq!(said, "eins vor {{ b }}, eins");
        TABLES.with_borrow_mut(BTreeMap::clear);
    }

    #[wasm_bindgen_test]
    fn what_a_language_lacks_is_said_in_english_and_another_edition_is_not_taken() {
        known(Locale::En, "here");
        assert_eq!(said(Locale::Fr, KEY), "here");
        assert!(is_ours(&format!("{}\nici", texts::edition())));
        assert!(!is_ours("0000000000000000\nici"));
        TABLES.with_borrow_mut(BTreeMap::clear);
    }
}
