//! The app's root: takes over the fragment that the address had, provides the state, and shows the
//! page where one is.

use crate::background::{announce, locale};
use crate::components::frame::{Bare, Frame};
use crate::components::later::{Later, Piece};
use crate::i18n::{I18n, Speaker, use_i18n};
use crate::pages::opening::{Broken, Elsewhere, Erased, Loading};
use crate::pages::welcome::Welcome;
use crate::parts::{ConsolePart, Further, Pages, provide_parts};
use crate::platform::{document, history};
use crate::state::{App, Arrival, Place, Ready, use_app};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Starts the app, whose further parts are reached through `further`; at `/staff`, the medical console in its place.
pub fn run(further: Further) {
    // `index.html` has taken it out of the address and the history, before all else.
    let fragment = history::take_fragment();
    if history::is_staff() {
        leptos::mount::mount_to_body(move || {
            document::remove_splash();
            // Components that both use find a state that nobody has begun: no diary, nothing stored.
            provide_context(App::unbegun());
            I18n::provide(Speaker::Console);
            view! {
                <Speak />
                <ConsolePart further fragment />
            }
        });
        return;
    }
    leptos::mount::mount_to_body(move || {
        let app = App::begin(fragment);
        provide_context(app);
        I18n::provide(Speaker::App);
        provide_parts(further);
        view! { <Root /> }
    });
}

#[component]
fn Root() -> impl IntoView {
    view! {
        <Speak />
        <Lead />
        <Announce />
        <Door />
    }
}

/// Speaks the language chosen, or the first of the browser's that there is.
#[component]
fn Speak() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    speak_when_online();
    let language = Memo::new(move |_| app.settings.with(|settings| settings.language));
    Effect::new(move |_| {
        i18n.speak(locale(language.get()));
    });
}

/// Tells of something new while nobody looks at the app.
#[component]
fn Announce() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    Effect::watch(
        move || app.news.get(),
        move |_, _, _| spawn_local(announce(i18n.get_locale_untracked())),
        false,
    );
}

/// Texts that could not be fetched are asked for again when a network is back.
fn speak_when_online() {
    let (app, i18n) = (use_app(), use_i18n());
    Effect::new(move |_| {
        if app.online.get() {
            i18n.speak_again();
        }
    });
}

/// Leads to the page that what was brought along belongs to.
#[component]
fn Lead() -> impl IntoView {
    let app = use_app();
    Effect::new(move |_| {
        if app.ready.get() != Ready::Ready {
            return;
        }
        let to = match app.arrival.get() {
            Some(Arrival::Meet) => Place::Meet,
            Some(Arrival::Tan) => Place::Report,
            // That page takes it, or tells why not.
            Some(Arrival::Server(_)) => return app.go_instead(Place::Servers),
            // Told where one is.
            Some(Arrival::Unreadable(_)) | None => return,
        };
        app.dismiss_arrival();
        app.go_instead(to);
    });
}

/// Nothing of the app is shown before there is a diary, and consent to keep one.
#[component]
fn Door() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let ready = Memo::new(move |_| app.ready.get());
    move || {
        let ready = ready.get();
        // What `index.html` shows stays until there is something else to show, and it is known how to say it.
        if document::has_splash() && (ready == Ready::Loading || !i18n.is_settled()) {
            return ().into_any();
        }
        document::remove_splash();
        match ready {
            Ready::Loading => view! { <Bare><Loading /></Bare> }.into_any(),
            Ready::Elsewhere => view! { <Bare><Elsewhere /></Bare> }.into_any(),
            Ready::Erased { until } => view! { <Bare><Erased until /></Bare> }.into_any(),
            Ready::Locked => view! { <Bare><Later piece=Piece::Locked /></Bare> }.into_any(),
            Ready::Broken(problem) => view! { <Bare><Broken problem /></Bare> }.into_any(),
            Ready::Welcome => view! { <Bare><Welcome /></Bare> }.into_any(),
            Ready::Ready => view! { <Frame><Pages /></Frame> }.into_any(),
        }
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn the_page_says_what_welcome_says_before_the_app_runs() {
        let page = include_str!("../../index.html");
        for locale in [include_str!("../../www/locales/en.json"), include_str!("../../www/locales/de.json")] {
            let words: serde_json::Value = serde_json::from_str(locale).unwrap();
            for key in ["statement", "lead"] {
                let said = words["welcome"][key].as_str().unwrap();
                assert!(page.contains(&format!(">{said}<")), "{said}");
            }
        }
    }
}
