//! A list whose TANs all stand: letters to print, and a file to save.

use super::Press;
use super::letter::LanguageSelect;
use super::many::LeftOut;
use super::saved::{Heads, saved};
use crate::components::icon::{Glyph, Icon};
use crate::components::words::{plural, use_words};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::file;
use crate::state::console::{Letter, List, use_console};
use leptos::prelude::*;
use std::sync::Arc;

/// Letters that are printed at once: more are more than a browser lays out while somebody waits.
const AT_ONCE: usize = 100;
const FILE: &str = "tans.csv";
/// Spreadsheets take the mark before the text for a sign of UTF-8, and its absence for none.
const KIND: &str = "text/csv;charset=utf-8";

/// What came of the list.
#[component]
pub(super) fn Ready() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_words();
    let press: Press = expect_context();
    let from = RwSignal::new(0_usize);
    let failed = RwSignal::new(false);
    let progress = Memo::new(move |_| match console.list.get() {
        List::Done(progress) => Some(progress),
        _ => None,
    });
    // Which stand follows the list; that their time is over, the clock.
    let minute = Memo::new(move |_| console.now.get().get() / 60);
    let letters = move || -> Vec<Letter> {
        console.list.track();
        minute.track();
        console.letters(console.now.get_untracked())
    };
    let stand = Memo::new(move |_| letters().len());
    let others = move || progress.get().map_or(0, |progress| progress.count).saturating_sub(stand.get());
    let references = Signal::derive(move || {
        progress.get().map(|progress| Arc::clone(&progress.references)).unwrap_or_default()
    });
    // One that was revoked meanwhile must not lie ready to be printed.
    Effect::new(move |before: Option<usize>| {
        let now = stand.get();
        if before.is_some_and(|before| before != now) {
            press.letters.set(Vec::new());
        }
        now
    });
    let print = move |_| {
        let letters = untrack(letters);
        press.print(letters.into_iter().skip(from.get_untracked()).take(AT_ONCE).collect());
    };
    let save = move |_| {
        let heads = Heads {
            reference: t_string!(i18n, staff_tans.reference),
            link: t_string!(i18n, staff_tans.link),
            until: t_string!(i18n, staff_tans.valid_until),
        };
        let text = saved(&heads, &untrack(letters), console.list_delimiter());
        failed.set(!file::save(FILE, KIND, &text));
    };
    let group = move |start: usize| {
        let last = move || (start + AT_ONCE).min(stand.get());
        let text = move || {
            let (first, last) = (words.format().number(start + 1), words.format().number(last()));
            t_string!(i18n, staff_tans.group, first = first, last = last)
        };
        view! { <option value=start.to_string()>{text}</option> }
    };
    let groups = move || {
        (stand.get() > AT_ONCE).then(|| {
            view! {
                <div class="field">
                    <label for="group">{t!(i18n, staff_tans.which)}</label>
                    <div class="select">
                        <select
                            class="input"
                            id="group"
                            on:change=move |event| from.set(event_target_value(&event).parse().unwrap_or_default())
                        >
                            {(0..stand.get()).step_by(AT_ONCE).map(group).collect_view()}
                        </select>
                        <Icon glyph=Glyph::Down />
                    </div>
                </div>
            }
        })
    };
    view! {
        <div class="stack close" role="status">
            <p class="strong">
                {move || t_string!(i18n, staff_tans.done, count = plural(stand.get()))}
            </p>
            {move || {
                (others() > 0)
                    .then(|| {
                        let text = t_string!(i18n, staff_tans.done_void, count = plural(others()));
                        view! { <p class="small">{text}</p> }
                    })
            }}
            <LeftOut references />
        </div>
        {groups}
        <LanguageSelect id="many-language" />
        <div class="row near wrap">
            <button class="btn" type="button" disabled=move || stand.get() == 0 on:click=print>
                <Icon glyph=Glyph::Print small=true />
                {t!(i18n, staff_tans.print_many)}
            </button>
            <button class="btn plain" type="button" disabled=move || stand.get() == 0 on:click=save>
                <Icon glyph=Glyph::File small=true />
                {t!(i18n, staff_tans.save)}
            </button>
        </div>
        <p class="small" role="alert">
            {move || failed.get().then(|| t_string!(i18n, staff_tans.not_saved))}
        </p>
        <p class="small">{t!(i18n, staff_tans.save_text)}</p>
        <div>
            <button
                class="linkish small danger"
                type="button"
                on:click=move |_| {
                    press.letters.set(Vec::new());
                    console.forget_list();
                }
            >
                {t!(i18n, staff_tans.discard)}
            </button>
        </div>
    }
}
