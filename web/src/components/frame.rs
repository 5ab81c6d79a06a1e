//! What stands around every page: the mark and settings above and tabs below on a phone, a rail
//! on a wide screen, and what no page may hide.

use super::icon::{Glyph, Icon};
use super::mark::Mark;
use super::message::{Message, Said};
use super::problems::use_problems;
use super::undo_bar::UndoBar;
use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::state::{Arrival, Outgoing, OutgoingState, use_app};
use leptos::html;
use leptos::prelude::*;
use leptos_i18n::I18nContext;
use leptos_router::hooks::use_location;

/// Where one is in the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Home,
    Meet,
    Diary,
    Report,
    Settings,
    Exposure,
    Elsewhere,
}

impl Place {
    fn of(path: &str) -> Self {
        match path.trim_matches('/').split('/').next() {
            Some("") | None => Self::Home,
            Some("meet") => Self::Meet,
            Some("diary") => Self::Diary,
            Some("report") => Self::Report,
            Some("settings") => Self::Settings,
            Some("exposure") => Self::Exposure,
            Some(_) => Self::Elsewhere,
        }
    }

    /// An exposure belongs to Home: that is where it is told.
    fn tab(self) -> Self {
        match self {
            Self::Exposure => Self::Home,
            place => place,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Home | Self::Exposure | Self::Elsewhere => "/",
            Self::Meet => "/meet",
            Self::Diary => "/diary",
            Self::Report => "/report",
            Self::Settings => "/settings",
        }
    }

    fn glyph(self) -> Glyph {
        match self {
            Self::Home | Self::Exposure | Self::Elsewhere => Glyph::Home,
            Self::Meet => Glyph::Meet,
            Self::Diary => Glyph::Diary,
            Self::Report => Glyph::Report,
            Self::Settings => Glyph::Settings,
        }
    }
}

/// The frame of the app in use.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let i18n = use_i18n();
    let path = use_location().pathname;
    let here = Memo::new(move |_| Place::of(&path.get()));
    let main = use_focus_on_change(here);
    view! {
        <button class="skip" type="button" on:click=move |_| focus(main)>
            {t!(i18n, app.skip)}
        </button>
        <div class="app">
            <aside class="rail">
                <Brand />
                <nav aria-label=move || t_string!(i18n, nav.main)>
                    <Tab place=Place::Home here />
                    <Tab place=Place::Meet here />
                    <Tab place=Place::Diary here />
                    <Tab place=Place::Report here />
                    <Tab place=Place::Settings here />
                </nav>
                <p class="caption foot">{t!(i18n, app.only_here)}</p>
            </aside>
            <TopBar here />
            <main id="main" tabindex="-1" node_ref=main>
                <div class="page stack">
                    <Standing />
                    {children()}
                </div>
            </main>
            <nav class="tabs" aria-label=move || t_string!(i18n, nav.main)>
                <Tab place=Place::Home here />
                <Tab place=Place::Meet here />
                <Tab place=Place::Diary here />
                <Tab place=Place::Report here />
            </nav>
        </div>
        <div class="notices">
            <UndoBar />
        </div>
    }
}

/// The frame of a page that stands alone: Welcome, or a diary that cannot be opened.
#[component]
pub fn Bare(children: Children) -> impl IntoView {
    view! {
        <div class="app bare">
            <main id="main" tabindex="-1">
                <div class="page">{children()}</div>
            </main>
        </div>
    }
}

/// The mark and the name.
#[component]
pub fn Brand() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <a class="brand" href="/">
            <Mark />
            {t!(i18n, app.name)}
        </a>
    }
}

#[component]
fn Tab(place: Place, here: Memo<Place>) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let current = move || (here.get().tab() == place).then_some("page");
    let waits =
        move || place == Place::Report && app.outgoing.with(|outgoing| outgoing.as_ref().is_some_and(waits));
    view! {
        <a href=place.path() aria-current=current>
            <Icon glyph=place.glyph() />
            {move || name(i18n, place)}
            <Show when=waits>
                <span class="waiting-dot" aria-hidden="true"></span>
                <span class="sr">", " {t!(i18n, nav.waiting)}</span>
            </Show>
        </a>
    }
}

#[component]
fn TopBar(here: Memo<Place>) -> impl IntoView {
    let i18n = use_i18n();
    let back = move || matches!(here.get(), Place::Meet | Place::Exposure | Place::Settings);
    view! {
        <header class="top">
            <Show
                when=back
                fallback=move || {
                    view! {
                        <Brand />
                        <div class="end">
                            <a
                                class="round"
                                href="/settings"
                                aria-label=move || t_string!(i18n, nav.settings)
                            >
                                <Icon glyph=Glyph::Settings />
                            </a>
                        </div>
                    }
                }
            >
                <a class="round back" href="/" aria-label=move || t_string!(i18n, nav.back)>
                    <Icon glyph=Glyph::Back />
                </a>
                <span class="head" aria-hidden="true">
                    {move || name(i18n, here.get())}
                </span>
            </Show>
        </header>
    }
}

/// What no page may hide: a link that led nowhere, something not stored, a clock that is off.
#[component]
fn Standing() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let arrived = move || match app.arrival.get()? {
        Arrival::Server(server) => Some(Said::plain(
            Glyph::Server,
            t_string!(i18n, welcome.waiting_server),
            t_string!(i18n, welcome.waiting_server_text, server = server).to_string(),
        )),
        Arrival::Unreadable(problem) => Some(problems.meet(&problem)),
        // These two lead to their own pages.
        Arrival::Meet | Arrival::Tan => None,
    };
    view! {
        {move || {
            arrived()
                .map(|said| {
                    view! {
                        <Message said>
                            <button
                                class="linkish"
                                type="button"
                                on:click=move |_| app.dismiss_arrival()
                            >
                                {t!(i18n, outgoing.dismiss)}
                            </button>
                        </Message>
                    }
                })
        }}
        {move || app.unstored.get().map(|problem| view! { <Message said=problems.storage(&problem) /> })}
        {move || app.clock_off.get().map(|off| view! { <Message said=problems.clock(off) /> })}
    }
}

fn waits(outgoing: &Outgoing) -> bool {
    !matches!(outgoing.state, OutgoingState::Sent { .. })
}

fn name(i18n: I18nContext<Locale>, place: Place) -> &'static str {
    match place {
        Place::Home => t_string!(i18n, nav.home),
        Place::Meet => t_string!(i18n, nav.meet),
        Place::Diary => t_string!(i18n, nav.diary),
        Place::Report => t_string!(i18n, nav.report),
        Place::Settings => t_string!(i18n, nav.settings),
        Place::Exposure => t_string!(i18n, nav.exposure),
        Place::Elsewhere => t_string!(i18n, nav.missing),
    }
}

/// Moves the focus to the new page's beginning, so that a keyboard or a screen reader starts there.
fn use_focus_on_change(here: Memo<Place>) -> NodeRef<html::Main> {
    let main = NodeRef::<html::Main>::new();
    Effect::new(move |before: Option<Place>| {
        let place = here.get();
        if before.is_some_and(|before| before != place) {
            focus(main);
        }
        place
    });
    main
}

fn focus(main: NodeRef<html::Main>) {
    if let Some(main) = main.get_untracked() {
        // Focus is a kindness: where the browser refuses, nothing is lost.
        let _ = main.focus();
    }
}
