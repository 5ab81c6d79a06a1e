//! What stands around the console's pages: where one is, who one is, until when; a lock and the way out.

use super::gate::Trouble;
use super::password::OwnPassword;
use super::words::use_staff_words;
use crate::components::icon::{Glyph, Icon};
use crate::components::mark::Mark;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::console::{Desk, use_console};
use leptos::html;
use leptos::prelude::*;

/// The frame.
#[component]
pub(super) fn DeskFrame(children: Children) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let main = NodeRef::<html::Main>::new();
    let focus = move || {
        if let Some(main) = main.get_untracked() {
            // A kindness: where the browser refuses, nothing is lost.
            let _ = main.focus();
        }
    };
    Effect::new(move |before: Option<Desk>| {
        let desk = console.desk.get();
        if before.is_some_and(|before| before != desk) {
            focus();
        }
        desk
    });
    view! {
        <button class="skip" type="button" on:click=move |_| focus()>
            {t!(i18n, app.skip)}
        </button>
        <header class="desk-top">
            <p class="brand">
                <Mark />
                "Twoken"
                <span class="over">{t!(i18n, staff.staff)}</span>
            </p>
            <nav aria-label=move || t_string!(i18n, staff.pages)>
                {Desk::ALL.into_iter().map(|desk| view! { <Tab desk /> }).collect_view()}
            </nav>
            <Who />
            <EndsSoon />
        </header>
        <main class="desk" id="main" tabindex="-1" node_ref=main>
            <Trouble />
            {children()}
            <OwnPassword />
        </main>
    }
}

#[component]
fn Tab(desk: Desk) -> impl IntoView {
    let console = use_console();
    let words = use_staff_words();
    let here = move || console.desk.get() == desk;
    let may = Memo::new(move |_| console.may(desk.role()));
    move || {
        may.get().then(|| {
            view! {
                <button
                    type="button"
                    aria-current=move || here().then_some("page")
                    on:click=move |_| console.show(desk)
                >
                    {move || words.desk(desk)}
                </button>
            }
        })
    }
}

/// Who has signed in, and until when without doing anything.
#[component]
fn Who() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_words();
    let name = move || console.session.get().map(|session| session.name);
    let until =
        Memo::new(move |_| console.session.get().map(|session| session.idle_ends.min(session.absolute_ends)));
    let until = move || until.get().map(|at| t_string!(i18n, staff.until, time = words.format().time(at)));
    view! {
        <div class="who">
            <span>
                <b class="strong">{name}</b>
                " "
                <span class="num">{until}</span>
            </span>
            <button class="btn plain compact" type="button" on:click=move |_| console.lock()>
                <Icon glyph=Glyph::Lock small=true />
                {t!(i18n, staff.lock)}
            </button>
            <button class="btn plain compact" type="button" on:click=move |_| console.sign_out()>
                {t!(i18n, staff.sign_out)}
            </button>
        </div>
    }
}

/// Warns before the session ends, in sight wherever one has scrolled to. The live region is there before its words are.
#[component]
fn EndsSoon() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let soon = Memo::new(move |_| console.ends_soon().map(|(_, helps)| helps));
    let left = move || {
        let seconds = console.ends_soon().map_or(0, |(left, _)| left);
        format!("{}:{:02}", seconds / 60, seconds % 60)
    };
    let words = move || {
        soon.get().map(|helps| {
            let text =
                if helps { t_string!(i18n, staff.ends_stay) } else { t_string!(i18n, staff.ends_anyway) };
            view! {
                <p class="strong">{t!(i18n, staff.ends)}</p>
                <p class="small">{text}</p>
            }
        })
    };
    view! {
        <div class="ends" class:msg=move || soon.get().is_some()>
            {move || soon.get().map(|_| view! { <Icon glyph=Glyph::Clock /> })}
            <div role="status">{words}</div>
            {move || {
                soon.get()
                    .map(|helps| {
                        view! {
                            // Counted for the eye; a reader is told once.
                            <p class="num strong" aria-hidden="true">
                                {left}
                            </p>
                            {helps
                                .then(|| {
                                    view! {
                                        <button class="linkish" type="button" on:click=move |_| console.stay()>
                                            {t!(i18n, staff.stay)}
                                        </button>
                                    }
                                })}
                        }
                    })
            }}
        </div>
    }
}
