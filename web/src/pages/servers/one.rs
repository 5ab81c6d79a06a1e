//! One server: what it is, how far was compared with it, showing it to others, and removing it.

use crate::components::icon::{Glyph, Icon};
use crate::components::message::{Message, Said};
use crate::components::problems::use_problems;
use crate::components::qr::PlainCode;
use crate::components::show::Show;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::home::notes::{AlsoGone, ModeChanged, Unasked};
use crate::pages::settings::regions::{AlsoRow, RegionRow};
use crate::pages::settings::source::{Fingerprint, Retention, Trust, Way};
use crate::platform::format;
use crate::state::{ApiProblem, CheckProblem, use_app};
use leptos::prelude::*;

/// The server that the app around it is of.
#[component]
pub(super) fn One() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let (heading, is_home) = (StoredValue::new(app.id_here("server")), app.is_home());
    let since = move || {
        app.joined_since().map(|at| {
            let day = words.format().day_plain(format::calendar_day(at));
            t_string!(i18n, servers.since, day = day)
        })
    };
    let compared = move || match app.check_with_it().checked_until {
        Some(until) => t_string!(i18n, servers.compared, when = words.moment(until, app.now.get())),
        None => t_string!(i18n, servers.uncompared).to_owned(),
    };
    view! {
        <section class="sec" aria-labelledby=heading.get_value()>
            <div>
                <h2 class="head address" id=heading.get_value()>
                    {move || app.server_name()}
                </h2>
                <p class="small address">{move || app.server_origin()}</p>
            </div>
            <p class="small">{move || since().map(|since| [since.as_str(), " · "].concat())} {compared}</p>
            <Failed />
            <Show when=move || !is_home>
                <Unasked />
                <AlsoGone />
                <ModeChanged />
            </Show>
            <Show when=move || is_home>
                <p class="small">{t!(i18n, servers.home)}</p>
            </Show>
            <Show when=move || !is_home>
                <ul class="list">
                    <Fingerprint />
                    <Way />
                    <Rules />
                    <Retention />
                    <RegionRow />
                    <AlsoRow />
                </ul>
            </Show>
            <Share />
            <Show when=move || !is_home>
                <Remove />
            </Show>
        </section>
    }
}

/// Why nothing was compared with it last.
#[component]
fn Failed() -> impl IntoView {
    let app = use_app();
    let problems = use_problems();
    let problem = Memo::new(move |_| {
        let asked = app.server.with(|server| server.problem.clone()).map(CheckProblem::Api);
        asked.or_else(|| app.check_problem().filter(|_| !app.is_home()))
    });
    move || match problem.get()? {
        CheckProblem::Api(ApiProblem::KeyChanged) => Some(view! { <Trust /> }.into_any()),
        CheckProblem::Api(problem) => Some(view! { <Message said=problems.api(&problem) /> }.into_any()),
        problem => Some(view! { <Message said=problems.check(&problem) /> }.into_any()),
    }
}

/// From when on a day counts.
#[component]
pub(super) fn Rules() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let said = move || {
        let config = app.thresholds();
        let medium = words.duration_long(config.medium_minutes);
        let high = words.duration_long(config.high_minutes);
        t_string!(i18n, servers.thresholds_text, medium = medium, high = high)
    };
    view! {
        <li class="setting">
            <Icon glyph=Glyph::Info />
            <div class="grow">
                <p class="medium-weight">{t!(i18n, servers.thresholds)}</p>
                <p class="small">{said}</p>
            </div>
        </li>
    }
}

/// Its code and link, for others.
#[component]
fn Share() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    let label = move || t_string!(i18n, servers.share_code, server = app.server_name());
    view! {
        <div>
            <button
                class="btn plain compact"
                type="button"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {t!(i18n, servers.share)}
            </button>
        </div>
        <Show when=move || open.get()>
            <div class="stack tight">
                <p class="small">{t!(i18n, servers.share_text)}</p>
                <PlainCode text=app.server_link() label=Signal::derive(label) />
                <p class="small address">{app.server_link()}</p>
            </div>
        </Show>
    }
}

/// The way out of it, with what it means.
#[component]
fn Remove() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let sure = RwSignal::new(false);
    let asked = move || {
        let waits = app.waits_here().then(|| t_string!(i18n, servers.remove_waits));
        let texts = [Some(t_string!(i18n, servers.remove_text)), waits];
        let title = t_string!(i18n, servers.remove_sure, server = app.server_name());
        Said::plain(Glyph::Bin, title, texts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    };
    let ask = move || {
        view! {
            <div>
                <button class="linkish danger" type="button" on:click=move |_| sure.set(true)>
                    {t!(i18n, servers.remove)}
                </button>
            </div>
        }
    };
    view! {
        <Show when=move || sure.get() fallback=ask>
            {move || {
                view! {
                    <Message said=asked()>
                        <div class="row far">
                            <button
                                class="linkish danger"
                                type="button"
                                on:click=move |_| app.remove_server()
                            >
                                {t!(i18n, servers.remove_yes)}
                            </button>
                            <button class="linkish" type="button" on:click=move |_| sure.set(false)>
                                {t!(i18n, servers.remove_no)}
                            </button>
                        </div>
                    </Message>
                }
            }}
        </Show>
    }
}
