//! TANs: one, many from a list, how one stands. What is printed is letters alone.

mod hours;
mod letter;
mod look_up;
mod many;
mod one;
mod ready;
mod saved;

use super::words::{LONG_WAIT, StaffWords};
use crate::components::icon::Glyph;
use crate::components::message::Said;
use crate::i18n::{self, I18n, Locale, Speaker, t, t_string, use_i18n};
use crate::platform::print;
use crate::state::ApiProblem;
use crate::state::console::{Letter, use_console};
use leptos::prelude::*;
use leptos::task::spawn_local;
use letter::Letters;
use look_up::LookUp;
use many::Many;
use one::One;
use twoken_core::wire::ProblemCode;

/// What goes on paper, and in which language beside the page's.
#[derive(Clone, Copy)]
struct Press {
    letters: RwSignal<Vec<Letter>>,
    /// Its texts are there.
    language: RwSignal<Locale>,
    /// Those of the one chosen last are not: the one before stays.
    missing: RwSignal<bool>,
}

impl Press {
    /// Prints letters, one page each.
    fn print(self, letters: Vec<Letter>) {
        self.letters.set(letters);
        spawn_local(print::page());
    }

    /// Writes letters in another language, once its texts have come.
    fn speak(self, locale: Locale) {
        spawn_local(async move {
            let came = i18n::fetch(locale, Speaker::Console).await;
            self.missing.set(!came);
            if came {
                self.language.set(locale);
            } else {
                // What is chosen shows what is written again.
                self.language.notify();
            }
        });
    }
}

/// Why TANs that were drawn are not known to be valid.
fn broken_off(i18n: I18n, words: StaffWords, problem: &ApiProblem) -> Said {
    use ProblemCode as C;
    let (title, text) = match problem {
        // Who reads this has signed in again.
        ApiProblem::Refused { code: C::SessionEnded | C::SessionLocked, .. } => {
            (t_string!(i18n, staff_tans.interrupted), t_string!(i18n, staff_tans.interrupted_text))
        }
        ApiProblem::Refused { code: C::TooManyRequests, retry_after: Some(seconds) }
            if *seconds >= LONG_WAIT =>
        {
            (t_string!(i18n, staff_tans.day_full), t_string!(i18n, staff_tans.day_full_text))
        }
        problem => return words.problem(problem),
    };
    Said::plain(Glyph::Clock, title, text)
}

/// The page.
#[component]
pub(super) fn TansDesk() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let press = Press {
        letters: RwSignal::new(Vec::new()),
        language: RwSignal::new(i18n.get_locale_untracked()),
        missing: RwSignal::new(false),
    };
    press.speak(letter::another_than(i18n.get_locale_untracked()));
    provide_context(press);
    // Whoever leaves the page, or locks it, hides what stands on it.
    on_cleanup(move || {
        console.hide_tan();
        console.forget_looked();
    });
    view! {
        <h1 class="title">{t!(i18n, staff_tans.title)}</h1>
        <div class="two even">
            <One />
            <div class="stack wide">
                <LookUp />
                <Many />
            </div>
        </div>
        <Letters letters=press.letters language=press.language />
    }
}
