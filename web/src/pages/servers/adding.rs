//! Adding a server: first its address alone, and nothing is asked of it; then, where the person wants, what it says of itself;
//! and only what they agree to is kept.

use super::one::Rules;
use crate::components::camera_view::CameraView;
use crate::components::icon::{Glyph, Icon};
use crate::components::message::{Message, Said};
use crate::components::note::Note;
use crate::components::problems::use_problems;
use crate::components::show::Show;
use crate::components::which_server::not_added;
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::settings::source::{Fingerprint, Retention, Way};
use crate::state::{ServerProblem, use_app};
use leptos::context::Provider;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use twoken_core::encounter::How;

/// A field, a camera, or what was named.
#[component]
pub(super) fn Adding() -> impl IntoView {
    let app = use_app();
    move || match app.named_server() {
        Some(named) => view! {
            <Provider value=named>
                <Named />
            </Provider>
        }
        .into_any(),
        None => view! { <Entering /> }.into_any(),
    }
}

#[component]
fn Entering() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let text = RwSignal::new(String::new());
    let scanning = RwSignal::new(false);
    let problem = RwSignal::new(None::<ServerProblem>);
    let name = move |said: &str| problem.set(app.name_server(said).err());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        name(&text.get_untracked());
    };
    let scanned = Callback::new(move |(said, _): (String, How)| name(&said));
    let refused = move || {
        problem.get().map(|problem| {
            let said = Said::plain(Glyph::Server, not_added(i18n, problem), "");
            view! { <Message said /> }
        })
    };
    view! {
        <section class="sec" aria-labelledby="add-server">
            <h2 class="head" id="add-server">
                {t!(i18n, servers.add)}
            </h2>
            <p class="small">{t!(i18n, servers.add_text)}</p>
            <form class="stack tight" novalidate=true on:submit=submit>
                <div class="field">
                    <label for="server-address">{t!(i18n, servers.address)}</label>
                    <input
                        class="input"
                        id="server-address"
                        type="url"
                        dir="ltr"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        maxlength="2048"
                        prop:value=move || text.get()
                        on:input=move |event| {
                            problem.set(None);
                            text.set(event_target_value(&event));
                        }
                    />
                </div>
                {refused}
                <div class="pair">
                    <button class="btn compact" type="submit">
                        {t!(i18n, servers.next)}
                    </button>
                    <button
                        class="btn plain compact"
                        type="button"
                        aria-expanded=move || scanning.get().to_string()
                        on:click=move |_| scanning.update(|scanning| *scanning = !*scanning)
                    >
                        <Icon glyph=Glyph::Camera small=true />
                        {t!(i18n, servers.scan)}
                    </button>
                </div>
            </form>
            <Show when=move || scanning.get()>
                <CameraView on_text=scanned starts=true rear=true />
            </Show>
        </section>
    }
}

/// Only its address, until the person has it asked; then what it says of itself, to agree to.
#[component]
fn Named() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let known = Memo::new(move |_| app.server.with(|server| server.config.is_some()));
    let asking = Memo::new(move |_| app.server.with(|server| server.loading));
    let problem = Memo::new(move |_| app.server.with(|server| server.problem.clone()));
    let title = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(title) = title.get() {
            let _ = title.focus();
        }
    });
    let unknown = move || {
        view! {
            <p class="small">{t!(i18n, servers.named_text)}</p>
            {move || problem.get().map(|problem| view! { <Message said=problems.api(&problem) /> })}
            <div class="pair">
                <button
                    class="btn"
                    type="button"
                    disabled=move || asking.get()
                    on:click=move |_| app.load_server()
                >
                    {move || {
                        if asking.get() {
                            t_string!(i18n, servers.asking)
                        } else {
                            t_string!(i18n, servers.ask)
                        }
                    }}
                </button>
                <button class="btn plain" type="button" on:click=move |_| app.unname_server()>
                    {t!(i18n, servers.not_now)}
                </button>
            </div>
        }
    };
    view! {
        <section class="panel news stack mid" aria-labelledby="named-server">
            <div>
                <h2 class="title address" id="named-server" tabindex="-1" node_ref=title>
                    {move || app.server_name()}
                </h2>
                // As long as it was not asked, its address is all there is.
                {move || {
                    let address = Some(app.server_origin()).filter(|address| *address != app.server_name());
                    address.map(|address| view! { <p class="small address">{address}</p> })
                }}
            </div>
            <Show when=move || known.get() fallback=unknown>
                <ul class="list">
                    <Fingerprint />
                    <Way />
                    <Rules />
                    <Retention />
                    <Regions />
                </ul>
                <Note
                    glyph=Glyph::Server
                    title=Signal::derive(move || [t_string!(i18n, servers.joining), ":"].concat())
                    text=Signal::derive(move || t_string!(i18n, servers.joining_text).to_owned())
                />
                <div class="pair">
                    <button class="btn" type="button" on:click=move |_| app.join_server()>
                        {t!(i18n, servers.agree)}
                    </button>
                    <button class="btn plain" type="button" on:click=move |_| app.unname_server()>
                        {t!(i18n, servers.not_now)}
                    </button>
                </div>
            </Show>
        </section>
    }
}

/// Its regions by name. One chooses among them once it is added.
#[component]
fn Regions() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let named = move || {
        let names = app.server.with(|server| {
            let regions = server.config.iter().flat_map(|config| &config.config().regions);
            regions.map(|region| region.name.clone()).collect::<Vec<_>>()
        });
        t_string!(i18n, servers.regions, regions = names.join(i18n.comma()))
    };
    view! {
        <li class="setting">
            <Icon glyph=Glyph::Region />
            <p class="grow small">{named}</p>
        </li>
    }
}
