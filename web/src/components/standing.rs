//! What no page may hide: a link that led nowhere, or a newer app.

use super::for_app::ForApp;
use super::icon::Glyph;
use super::message::{Message, Said};
use super::problems::use_problems;
use super::show::Show;
use super::which_server::not_added;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{Arrival, Place, use_app};
use leptos::prelude::*;

/// Shown above each page.
#[component]
pub fn Standing() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let arrived = move || match app.arrival.get()? {
        // One that can be added is named by the page of servers.
        Arrival::Server(server) => app.can_add(&server).err().map(|problem| {
            Said::plain(Glyph::Server, t_string!(i18n, welcome.waiting_server), not_added(i18n, problem))
        }),
        Arrival::Unreadable(problem) => Some(problems.meet(&problem)),
        // These lead to their own pages.
        Arrival::Meet | Arrival::Tan => None,
    };
    // Where nothing is being entered, and nobody stands face to face.
    let newer = move || app.newer.get() && matches!(app.place.get(), Place::Home | Place::Settings);
    view! {
        <ForApp />
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
        <Show when=newer>
            <Message said=Said::plain(
                Glyph::Refresh,
                t_string!(i18n, newer.title),
                t_string!(i18n, newer.text),
            )>
                <button class="linkish" type="button" on:click=move |_| app.take_newer()>
                    {t!(i18n, newer.go)}
                </button>
            </Message>
        </Show>
    }
}
