//! The servers that are asked: each with its keys, rules and regions, how far was compared with it, and the way out of it;
//! adding one, and naming one to others.

mod adding;
mod one;

use crate::i18n::{t, use_i18n};
use crate::state::{App, Arrival, use_app};
use adding::Adding;
use leptos::context::Provider;
use leptos::prelude::*;
use one::One;

/// The page. It asks nobody anything.
#[component]
pub fn Servers() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    // What a link or code has brought is named. Why it cannot be is said above every page.
    Effect::new(move |_| {
        if let Some(Arrival::Server(server)) = app.arrival.get()
            && app.name_server(&server).is_ok()
        {
            app.dismiss_arrival();
        }
    });
    let each = move |of: App| {
        view! {
            <Provider value=of>
                <One />
            </Provider>
        }
    };
    view! {
        <h1 class="statement desk-title">{t!(i18n, servers.title)}</h1>
        <p class="lead">{t!(i18n, servers.lead)}</p>
        <div class="two even">
            <div class="stack wide">
                {each(app.home())} {move || app.further().into_iter().map(each).collect_view()}
            </div>
            <div class="stack">
                <Adding />
            </div>
        </div>
    }
}
