//! What stands around every page: the mark and settings above and tabs below on a phone, a rail
//! on a wide screen, and what no page may hide.

use super::icon::{Glyph, Icon};
use super::later::{Later, Piece};
use super::link::Link;
use super::mark::Mark;
use super::message::Message;
use super::problems::use_problems;
use crate::components::show::Show;
use crate::i18n::{I18n, t, t_string, use_i18n};
use crate::state::{Outgoing, OutgoingState, Place, use_app};
use leptos::html;
use leptos::prelude::*;

/// The tab a page belongs to. An exposure belongs to Home: that is where it is told.
fn tab(place: Place) -> Place {
    match place {
        Place::Exposure(_) | Place::Counts => Place::Home,
        Place::Rights | Place::Backup | Place::Servers | Place::Studies => Place::Settings,
        place => place,
    }
}

fn glyph(place: Place) -> Glyph {
    match place {
        Place::Home | Place::Exposure(_) | Place::Counts => Glyph::Home,
        Place::Meet => Glyph::Meet,
        Place::Diary => Glyph::Diary,
        Place::Report => Glyph::Report,
        Place::Settings | Place::Rights | Place::Backup | Place::Servers | Place::Studies => Glyph::Settings,
    }
}

/// The frame of the app in use.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let here = Memo::new(move |_| app.place.get());
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
                    <Unhidden />
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
            <Later piece=Piece::Undo />
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
        <Link to=Place::Home class="brand">
            <Mark />
            {t!(i18n, app.name)}
        </Link>
    }
}

#[component]
fn Tab(place: Place, here: Memo<Place>) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let current = Signal::derive(move || tab(here.get()) == place);
    let waits =
        move || place == Place::Report && app.outgoing.with(|outgoing| outgoing.as_ref().is_some_and(waits));
    view! {
        <Link to=place current>
            <Icon glyph=glyph(place) />
            {move || name(i18n, place)}
            <Show when=waits>
                <span class="waiting-dot" aria-hidden="true"></span>
                <span class="sr">", " {t!(i18n, nav.waiting)}</span>
            </Show>
        </Link>
    }
}

#[component]
fn TopBar(here: Memo<Place>) -> impl IntoView {
    let i18n = use_i18n();
    let back = move || {
        matches!(
            here.get(),
            Place::Meet
                | Place::Exposure(_)
                | Place::Counts
                | Place::Settings
                | Place::Rights
                | Place::Backup
                | Place::Servers
                | Place::Studies
        )
    };
    view! {
        <header class="top">
            <Show
                when=back
                fallback=move || {
                    view! {
                        <Brand />
                        <div class="end">
                            <Link
                                to=Place::Settings
                                class="round"
                                name=Signal::derive(move || t_string!(i18n, nav.settings).to_owned())
                            >
                                <Icon glyph=Glyph::Settings />
                            </Link>
                        </div>
                    }
                }
            >
                <Link
                    to=Place::Home
                    class="round back"
                    name=Signal::derive(move || t_string!(i18n, nav.back).to_owned())
                >
                    <Icon glyph=Glyph::Back />
                </Link>
                <span class="head" aria-hidden="true">
                    {move || name(i18n, here.get())}
                </span>
            </Show>
        </header>
    }
}

/// What no page may hide: something not stored, a clock that is off; and what comes with the second part.
#[component]
fn Unhidden() -> impl IntoView {
    let app = use_app();
    let problems = use_problems();
    view! {
        <Later piece=Piece::Standing />
        {move || app.unstored.get().map(|problem| view! { <Message said=problems.storage(&problem) /> })}
        {move || app.clock_off.get().map(|off| view! { <Message said=problems.clock(off) /> })}
    }
}

fn waits(outgoing: &Outgoing) -> bool {
    !matches!(outgoing.state, OutgoingState::Sent { .. } | OutgoingState::Outdated)
}

fn name(i18n: I18n, place: Place) -> &'static str {
    match place {
        Place::Home => t_string!(i18n, nav.home),
        Place::Meet => t_string!(i18n, nav.meet),
        Place::Diary => t_string!(i18n, nav.diary),
        Place::Report => t_string!(i18n, nav.report),
        Place::Settings => t_string!(i18n, nav.settings),
        Place::Exposure(_) | Place::Counts => t_string!(i18n, nav.exposure),
        Place::Rights => t_string!(i18n, rights.title),
        Place::Backup => t_string!(i18n, backup.title),
        Place::Servers => t_string!(i18n, servers.title),
        Place::Studies => t_string!(i18n, studies.title),
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
