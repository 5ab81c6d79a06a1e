//! How a TAN stands, and making it invalid.

use super::super::accounts::Sure;
use super::super::words::use_staff_words;
use crate::components::icon::{Glyph, Icon};
use crate::components::message::Message;
use crate::components::tan_field::TanField;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::console::{Asked, TanAnswer, TanState, use_console};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use twoken_core::tan::Tan;
use zeroize::Zeroizing;

/// The section.
#[component]
pub(super) fn LookUp() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let typed = RwSignal::new(Zeroizing::new(String::new()));
    let insists = RwSignal::new(false);
    let entered = Callback::new(move |text: String| {
        insists.set(false);
        console.forget_looked();
        typed.set(Zeroizing::new(text));
    });
    let read = move || Tan::parse(&typed.get_untracked()).ok();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        insists.set(true);
        if let Some(tan) = read() {
            console.look_up(tan);
        }
    };
    let revoke = Callback::new(move |()| {
        if let Some(tan) = read() {
            console.revoke(tan);
        }
    });
    let waits = Memo::new(move |_| console.looked.with(|looked| looked.asked == Asked::Waits));
    view! {
        <section class="stack mid" aria-labelledby="look-up">
            <h2 class="head" id="look-up">
                {t!(i18n, staff_tans.look_up)}
            </h2>
            <form class="stack tight" on:submit=submit>
                <TanField
                    value=Signal::derive(move || typed.with(|typed| typed.to_string()))
                    on_input=entered
                    insists
                    quiet=true
                />
                <div>
                    <button
                        class="btn plain"
                        type="submit"
                        aria-disabled=move || waits.get().then_some("true")
                    >
                        {t!(i18n, staff_tans.look_up_do)}
                    </button>
                </div>
            </form>
            <Found on_revoke=revoke />
        </section>
    }
}

/// What was found.
#[component]
fn Found(
    /// Makes it invalid.
    on_revoke: Callback<()>,
) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_staff_words();
    let asks = RwSignal::new(false);
    // What was asked goes: who answered stays with the answer.
    let place = NodeRef::<html::Div>::new();
    let looked = Memo::new(move |_| console.looked.get());
    let valid = Memo::new(move |_| {
        looked.with(|looked| looked.answer.is_some_and(|answer| answer.state == TanState::Valid))
    });
    let told = move |answer: TanAnswer| {
        let now = console.now.get_untracked();
        view! {
            <p class="row near wrap">
                <span class="tag">{words.tan_state(answer, now)}</span>
                <span class="small">{words.tan_means(answer.state)}</span>
            </p>
        }
    };
    let sure = move || {
        (asks.get() && valid.get()).then(|| {
            view! {
                <Sure
                    text=t_string!(i18n, staff_tans.revoke_text).to_owned()
                    action=t_string!(i18n, staff_tans.revoke)
                    on_sure=Callback::new(move |()| {
                        asks.set(false);
                        if let Some(told) = place.get_untracked() {
                            let _ = told.focus();
                        }
                        on_revoke.run(());
                    })
                    on_leave=Callback::new(move |()| asks.set(false))
                />
            }
        })
    };
    view! {
        <div role="status" tabindex="-1" node_ref=place>{move || looked.get().answer.map(told)}</div>
        <div role="alert">
            {move || {
                looked
                    .with(|looked| looked.asked.problem().map(|problem| words.problem(problem)))
                    .map(|said| view! { <Message said /> })
            }}
        </div>
        {move || {
            (valid.get() && !asks.get())
                .then(|| {
                    view! {
                        <div>
                            <button class="btn danger compact" type="button" on:click=move |_| asks.set(true)>
                                <Icon glyph=Glyph::Close small=true />
                                {t!(i18n, staff_tans.revoke)}
                            </button>
                        </div>
                    }
                })
        }}
        {sure}
    }
}
