//! What Twoken does, and what the person agrees to. Nothing is stored or asked of anybody before.

use crate::components::for_app::ForApp;
use crate::components::frame::Brand;
use crate::components::icon::{Glyph, Icon};
use crate::components::message::{Message, Said};
use crate::components::problems::use_problems;
use crate::components::show::Show;
use crate::components::simple_words::SimpleWords;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{Arrival, Consent, Place, use_app};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use twoken_core::wire::RegionId;

/// The page before consent.
#[component]
pub fn Welcome() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="stack wide">
            <Lost />
            <ForApp />
            <Arrived />
            <div class="two middle">
                <div class="stack">
                    <Brand />
                    <h1 class="statement first">{t!(i18n, welcome.statement)}</h1>
                    <p class="lead">{t!(i18n, welcome.lead)}</p>
                </div>
                <Story />
            </div>
            <SimpleWords />
            <div class="two even">
                <Explained />
                <Agreement />
            </div>
        </div>
    }
}

/// There was a diary here.
#[component]
fn Lost() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let said = move || {
        Said::plain(Glyph::Warning, t_string!(i18n, background.lost), t_string!(i18n, background.lost_text))
    };
    view! {
        <Show when=move || app.lost.get()>
            <Message said=said() />
        </Show>
    }
}

/// What the app was opened with waits, and is announced.
#[component]
fn Arrived() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    move || {
        app.arrival.get().map(|arrival| {
            let said = match arrival {
                Arrival::Meet => Said::plain(
                    Glyph::Meet,
                    t_string!(i18n, welcome.waiting_meet),
                    t_string!(i18n, welcome.waiting_meet_text),
                ),
                Arrival::Tan => Said::plain(
                    Glyph::Report,
                    t_string!(i18n, welcome.waiting_tan),
                    t_string!(i18n, welcome.waiting_tan_text),
                ),
                Arrival::Server(server) => Said::plain(
                    Glyph::Server,
                    t_string!(i18n, welcome.waiting_server),
                    t_string!(i18n, welcome.waiting_server_text, server = server),
                ),
                Arrival::Unreadable(problem) => problems.meet(&problem),
            };
            view! { <Message said /> }
        })
    }
}

/// Two halves meet, share a token, and both keep it.
#[component]
fn Story() -> impl IntoView {
    let i18n = use_i18n();
    let you = "M30.5 14A23 23 0 0 0 30.5 60V42.9A11 11 0 0 1 30.5 21.1Z";
    let them = "M33.5 4A23 23 0 0 1 33.5 50V42.9A11 11 0 0 0 33.5 21.1Z";
    let you_level = "M30.5 9A23 23 0 0 0 30.5 55V42.9A11 11 0 0 1 30.5 21.1Z";
    let them_level = "M33.5 9A23 23 0 0 1 33.5 55V42.9A11 11 0 0 0 33.5 21.1Z";
    view! {
        <figure>
            <svg
                class="story"
                viewBox="0 0 350 132"
                role="img"
                aria-label=move || t_string!(i18n, welcome.picture)
            >
                <g>
                    <g transform="translate(-8 4) scale(1.15)">
                        <path class="m-you" d=you />
                        <path class="m-them" d=them transform="translate(22 0)" />
                    </g>
                </g>
                <g>
                    <g transform="translate(126 4) scale(1.15)">
                        <path class="m-you" d=you_level />
                        <path class="m-them" d=them_level />
                        <circle class="m-token" cx="32" cy="32" r="8" />
                    </g>
                </g>
                <g>
                    <g transform="translate(217 4) scale(1.15)">
                        <path class="m-you" d=you />
                        <circle class="m-token" cx="32" cy="32" r="8" />
                        <g transform="translate(54 0)">
                            <path class="m-them" d=them />
                            <circle class="m-token" cx="32" cy="32" r="8" />
                        </g>
                    </g>
                </g>
                <text x="42" y="108">
                    {move || t_string!(i18n, welcome.picture_meet)}
                </text>
                <text x="163" y="108">
                    {move || t_string!(i18n, welcome.picture_share)}
                </text>
                <text x="285" y="108">
                    {move || t_string!(i18n, welcome.picture_keep)}
                </text>
            </svg>
        </figure>
    }
}

#[component]
fn Explained() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="stack">
            <ol class="steps">
                <li>
                    <div>
                        <p class="strong">{t!(i18n, welcome.step_meet)}</p>
                        <p class="small">{t!(i18n, welcome.step_meet_text)}</p>
                    </div>
                </li>
                <li>
                    <div>
                        <p class="strong">{t!(i18n, welcome.step_keep)}</p>
                        <p class="small">{t!(i18n, welcome.step_keep_text)}</p>
                    </div>
                </li>
                <li>
                    <div>
                        <p class="strong">{t!(i18n, welcome.step_tell)}</p>
                        <p class="small">{t!(i18n, welcome.step_tell_text)}</p>
                    </div>
                </li>
            </ol>
            <div class="well stack tight">
                <div class="stack close">
                    <h2 class="head">{t!(i18n, welcome.never)}</h2>
                    <p class="small">{t!(i18n, welcome.never_text)}</p>
                </div>
                <div class="stack close">
                    <h2 class="head">{t!(i18n, welcome.cannot)}</h2>
                    <p class="small">{t!(i18n, welcome.cannot_text)}</p>
                </div>
            </div>
        </div>
    }
}

/// The consent itself: nothing is ticked beforehand, and only the first is needed.
#[component]
fn Agreement() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let keep = RwSignal::new(false);
    let hourly = RwSignal::new(false);
    let region = RwSignal::new(None::<RegionId>);
    let asked = RwSignal::new(false);
    let missing = move || asked.get() && !keep.get();
    let agree = move || {
        asked.set(true);
        if keep.get_untracked() {
            let consent = Consent { given_at: app.now.get_untracked(), check_hourly: hourly.get_untracked() };
            app.start(consent, region.get_untracked());
        }
    };
    let start = move |event: SubmitEvent| {
        event.prevent_default();
        agree();
    };
    let bring = move |_| {
        // Before the first check: what is asked in private mode is asked once.
        if keep.get_untracked() {
            app.await_backup(true);
            app.go(Place::Backup);
        }
        agree();
    };
    view! {
        <form class="stack" novalidate=true on:submit=start>
            <fieldset class="stack tight">
                <legend class="title">{t!(i18n, welcome.consent)}</legend>
                <div>
                    <label class="check">
                        <input
                            type="checkbox"
                            required=true
                            aria-describedby="keep-missing"
                            aria-invalid=move || if missing() { "true" } else { "false" }
                            prop:checked=move || keep.get()
                            on:change=move |event| keep.set(event_target_checked(&event))
                        />
                        <span>
                            <span class="strong">{t!(i18n, welcome.keep)}</span>
                            <span class="small">{t!(i18n, welcome.keep_text)}</span>
                        </span>
                    </label>
                    <div id="keep-missing" role="alert">
                        <Show when=missing>
                            <p class="err">
                                <Icon glyph=Glyph::Warning small=true />
                                <span>{t!(i18n, welcome.keep_missing)}</span>
                            </p>
                        </Show>
                    </div>
                </div>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || hourly.get()
                        on:change=move |event| hourly.set(event_target_checked(&event))
                    />
                    <span>
                        <span class="strong">{t!(i18n, welcome.hourly)}</span>
                        <span class="small">{t!(i18n, welcome.hourly_text)}</span>
                    </span>
                </label>
            </fieldset>
            <RegionChoice region />
            <p class="small">{t!(i18n, decoys.welcome)}</p>
            <div class="stack tight">
                <button class="btn wide" type="submit">
                    {t!(i18n, welcome.start)}
                </button>
                <p class="caption centred">{t!(i18n, welcome.start_note)}</p>
                <button class="btn plain wide" type="button" on:click=bring>
                    {t!(i18n, backup.bring)}
                </button>
                <p class="caption centred">{t!(i18n, backup.welcome_text)}</p>
            </div>
        </form>
    }
}

/// The region, only if one wants to choose: to offer a choice, the server has to be asked.
#[component]
fn RegionChoice(region: RwSignal<Option<RegionId>>) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let asked = RwSignal::new(false);
    let ask = move |_| {
        asked.set(true);
        app.load_server();
    };
    let answer = move || {
        let server = app.server.get();
        if server.loading {
            return view! { <p class="small">{t!(i18n, welcome.region_wait)}</p> }.into_any();
        }
        if let Some(problem) = server.problem {
            return view! { <Message said=problems.api(&problem) /> }.into_any();
        }
        let regions = server.config.map(|config| config.config().regions.clone()).unwrap_or_default();
        // Nothing was asked yet, or the answer is on its way.
        if regions.is_empty() {
            return ().into_any();
        }
        if regions.len() < 2 {
            return view! { <p class="small">{t!(i18n, welcome.region_one)}</p> }.into_any();
        }
        let options = regions
            .into_iter()
            .map(|known| {
                let value = known.parent.as_ref().map(|_| known.id.to_string()).unwrap_or_default();
                view! { <option value=value>{known.name}</option> }
            })
            .collect_view();
        let choose = move |event| region.set(event_target_value(&event).parse().ok());
        view! {
            <div class="field">
                <label for="region">
                    {t!(i18n, welcome.region)} " "
                    <span class="over light">"· " {t!(i18n, welcome.optional)}</span>
                </label>
                <div class="select">
                    <select class="input" id="region" on:change=choose>
                        {options}
                    </select>
                    <Icon glyph=Glyph::Down />
                </div>
                <p class="caption">{t!(i18n, welcome.region_text)}</p>
            </div>
        }
        .into_any()
    };
    view! {
        <div role="status">
            <Show
                when=move || asked.get()
                fallback=move || {
                    view! {
                        <button class="linkish small" type="button" on:click=ask>
                            <Icon glyph=Glyph::Region small=true />
                            {t!(i18n, welcome.region_ask)}
                        </button>
                        <p class="caption">{t!(i18n, welcome.region_ask_text)}</p>
                    }
                }
            >
                {answer}
            </Show>
        </div>
    }
}
