//! One TAN: drawn here, made valid, shown once, printed or scanned.

use super::super::copy::CopyButton;
use super::super::words::use_staff_words;
use super::hours::HoursSelect;
use super::letter::LanguageSelect;
use super::{Press, broken_off};
use crate::components::icon::{Glyph, Icon};
use crate::components::message::{Message, Said};
use crate::components::qr::PlainCode;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::console::{Asked, Letter, use_console};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

/// What is shown.
#[derive(Clone, Debug, PartialEq)]
enum Shown {
    None,
    Waits,
    Broken,
    Hidden,
    Letter(Letter),
}

/// The section.
#[component]
pub(super) fn One() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let hours = RwSignal::new(None::<u16>);
    let shown = Memo::new(move |_| {
        console.one.with(|one| match (&one.letter, &one.asked) {
            (None, _) => Shown::None,
            (Some(_), Asked::Waits) => Shown::Waits,
            (Some(letter), _) if letter.answer.is_none() => Shown::Broken,
            (Some(_), _) if one.hidden => Shown::Hidden,
            (Some(letter), _) => Shown::Letter(letter.clone()),
        })
    });
    let first = Memo::new(move |_| shown.get() == Shown::None);
    let waits = Memo::new(move |_| shown.get() == Shown::Waits);
    let body = move || match shown.get() {
        Shown::None | Shown::Waits => ().into_any(),
        Shown::Broken => view! { <Broken /> }.into_any(),
        Shown::Hidden => view! { <Hidden /> }.into_any(),
        Shown::Letter(letter) => view! { <Issued letter /> }.into_any(),
    };
    view! {
        <section class="panel stack mid" aria-labelledby="one">
            <h2 class="head" id="one">
                {t!(i18n, staff_tans.one)}
            </h2>
            {body}
            <form
                class="stack tight"
                on:submit=move |event: SubmitEvent| {
                    event.prevent_default();
                    console.issue_tan(hours.get_untracked());
                }
            >
                <HoursSelect id="one-hours" hours />
                <div class="row wrap">
                    <button class="btn" type="submit" aria-disabled=move || waits.get().then_some("true")>
                        <Icon glyph=Glyph::Plus small=true />
                        {move || match first.get() || waits.get() {
                            true => t_string!(i18n, staff_tans.issue),
                            false => t_string!(i18n, staff_tans.issue_another),
                        }}
                    </button>
                    <p class="small" role="status">
                        {move || waits.get().then(|| t_string!(i18n, staff_tans.issuing))}
                    </p>
                </div>
            </form>
            <p class="caption">{t!(i18n, staff_tans.drawn)}</p>
        </section>
    }
}

/// It was drawn, and whether it is valid is not known.
#[component]
fn Broken() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_staff_words();
    let said = move || {
        console.one.with(|one| one.asked.problem().map(|problem| broken_off(i18n, words, problem))).map(
            |why| {
                let text = format!("{} {}", why.text, t_string!(i18n, staff_tans.broken));
                view! { <Message said=Said { text, ..why } /> }
            },
        )
    };
    view! {
        <div role="alert">{said}</div>
        <div>
            <button class="btn plain compact" type="button" on:click=move |_| console.issue_tan_again()>
                {t!(i18n, storage.again)}
            </button>
        </div>
    }
}

/// Somebody left the page.
#[component]
fn Hidden() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    view! {
        <div class="well row wrap">
            <Icon glyph=Glyph::Lock small=true />
            <p class="small grow">{t!(i18n, staff_tans.hidden)}</p>
            <button class="btn plain compact" type="button" on:click=move |_| console.show_tan()>
                {t!(i18n, staff_tans.show)}
            </button>
            <button class="linkish small" type="button" on:click=move |_| console.forget_tan()>
                {t!(i18n, staff_tans.forget)}
            </button>
        </div>
    }
}

/// It, large, while it stands; what it is otherwise.
#[component]
fn Issued(letter: Letter) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_staff_words();
    let press: Press = expect_context();
    let code = NodeRef::<html::P>::new();
    let answer = letter.answer;
    let kept = StoredValue::new(letter);
    let stands = Memo::new(move |_| kept.with_value(|letter| letter.stands(console.now.get())));
    // The browser's own way of printing prints it too.
    Effect::new(move |_| {
        let letters = if stands.get() { vec![kept.get_value()] } else { Vec::new() };
        press.letters.set(letters);
    });
    on_cleanup(move || press.letters.set(Vec::new()));
    Effect::new(move |_| {
        if let Some(code) = code.get() {
            let _ = code.focus();
        }
    });
    let state = move || answer.map(|answer| words.tan_state(answer, console.now.get()));
    let whole = move || {
        let letter = kept.get_value();
        view! {
            <p class="tan" tabindex="-1" node_ref=code>
                {letter.tan().to_string()}
            </p>
            // Can be selected where the browser copies nothing by itself.
            <p class="small mono tan-link">{letter.link().to_string()}</p>
            <div class="row wrap top-line issued">
                <PlainCode
                    text=letter.link().to_string()
                    label=Signal::derive(move || t_string!(i18n, staff_tans.code).to_owned())
                />
                <div class="stack tight grow">
                    <LanguageSelect id="one-language" />
                    <div class="row near wrap">
                        <button
                            class="btn plain compact"
                            type="button"
                            on:click=move |_| press.print(vec![kept.get_value()])
                        >
                            <Icon glyph=Glyph::Print small=true />
                            {t!(i18n, staff_tans.print)}
                        </button>
                        <CopyButton text=letter.link() />
                    </div>
                </div>
            </div>
            <p class="small">{t!(i18n, staff_tans.once)}</p>
        }
    };
    view! {
        <p role="status">
            <span class="tag">{state}</span>
        </p>
        {move || match stands.get() {
            true => whole().into_any(),
            false => view! { <p class="small">{t!(i18n, staff_tans.void)}</p> }.into_any(),
        }}
    }
}
