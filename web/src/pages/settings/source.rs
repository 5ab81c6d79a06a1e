//! The server: its name, its pinned key, what it keeps, its regions.

use super::regions::{AlsoRow, RegionRow};
use crate::components::icon::{Glyph, Icon};
use crate::components::message::{Message, Said};
use crate::components::problems::use_problems;
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{ApiProblem, use_app};
use leptos::prelude::*;
use twoken_core::status::Mode;
use twoken_core::wire::Profile;

/// Where reports come from.
#[component]
pub(super) fn Source() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let problem = Memo::new(move |_| app.server.with(|server| server.problem.clone()));
    if app.server.with_untracked(|server| server.config.is_none()) {
        app.load_server();
    }
    let name = move || {
        app.server
            .with(|server| server.config.as_ref().map(|config| config.config().name.clone()))
            .unwrap_or_else(|| t_string!(i18n, settings.server_unknown).to_owned())
    };
    let demo = move || {
        app.server.with(|server| {
            server.config.as_ref().is_some_and(|config| config.config().profile == Profile::Demo)
        })
    };
    view! {
        <section class="sec" aria-labelledby="source">
            <h2 class="head" id="source">
                {t!(i18n, settings.source)}
            </h2>
            <ul class="list">
                <li class="setting">
                    <Icon glyph=Glyph::Server />
                    <div class="grow">
                        <p class="medium-weight">{name}</p>
                        <p class="small address">{app.server_origin()}</p>
                    </div>
                </li>
                <Fingerprint />
                <Way />
                <Retention />
                <RegionRow />
                <AlsoRow />
            </ul>
            {move || match problem.get() {
                Some(ApiProblem::KeyChanged) => Some(view! { <Trust /> }.into_any()),
                Some(problem) => {
                    Some(
                        view! {
                            <Message said=problems.api(&problem)>
                                <button
                                    class="linkish"
                                    type="button"
                                    on:click=move |_| app.load_server()
                                >
                                    {t!(i18n, api.retry)}
                                </button>
                            </Message>
                        }
                            .into_any(),
                    )
                }
                None => None,
            }}
            <Show when=demo>
                <p class="caption">{t!(i18n, settings.server_demo)}</p>
            </Show>
        </section>
    }
}

/// The pinned key, to compare by eye.
#[component]
pub(in crate::pages) fn Fingerprint() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let known = move || match app.is_only_named() {
        true => t_string!(i18n, servers.compare_key),
        false => t_string!(i18n, settings.key_text),
    };
    move || {
        app.fingerprint().map(|fingerprint| {
            view! {
                <li class="setting">
                    <Icon glyph=Glyph::Key />
                    <div class="grow">
                        <p class="medium-weight">{t!(i18n, settings.key)}</p>
                        <p class="finger">{fingerprint}</p>
                        <p class="small">{known}</p>
                    </div>
                </li>
            }
        })
    }
}

/// The key has changed: a decision for the person, never made by the app.
#[component]
pub(in crate::pages) fn Trust() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let (title, text) = (t_string!(i18n, settings.trust), t_string!(i18n, settings.trust_text));
    view! {
        <Message said=Said::bad(title, text)>
            <button class="linkish" type="button" on:click=move |_| app.trust_server_again()>
                {t!(i18n, settings.trust_do)}
            </button>
        </Message>
    }
}

/// How reports reach this phone, by the server's mode, and what that does not promise.
#[component]
pub(in crate::pages) fn Way() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let known = move || app.server.with(|server| server.config.is_some());
    let said = move || match app.mode() {
        Mode::Open => (t_string!(i18n, settings.way_open), t_string!(i18n, settings.way_open_text)),
        Mode::Private => (t_string!(i18n, settings.way_private), t_string!(i18n, settings.way_private_text)),
    };
    view! {
        <Show when=known>
            <li class="setting">
                <Icon glyph=Glyph::Lock />
                <div class="grow">
                    <p class="medium-weight">{move || said().0}</p>
                    <p class="small">{move || said().1}</p>
                </div>
            </li>
        </Show>
    }
}

/// For how long the server keeps what it publishes, as it has signed.
#[component]
pub(in crate::pages) fn Retention() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let days = move || app.server.with(|server| Some(server.config.as_ref()?.config().retention_days));
    let said = move |days: u16| t_string!(i18n, settings.retention_text, count = u32::from(days));
    move || {
        days().map(|days| {
            view! {
                <li class="setting">
                    <Icon glyph=Glyph::Clock />
                    <div class="grow">
                        <p class="medium-weight">{t!(i18n, settings.retention)}</p>
                        <p class="small">{said(days)}</p>
                    </div>
                </li>
            }
        })
    }
}
