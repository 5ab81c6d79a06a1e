//! The TAN. Its check symbol is tested here; the server hears of it only when the report is sent.

use super::key_code::KeysWay;
use super::{Step, Trail, go};
use crate::components::icon::Glyph;
use crate::components::message::{Message, Said};
use crate::components::problems::use_problems;
use crate::components::show::Show;
use crate::components::tan_field::TanField;
use crate::components::which_server::WhichServer;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{App, use_app};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The first step. The server's keys have to be known before a TAN is entered.
#[component]
pub(super) fn TanStep() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let known = Memo::new(move |_| app.server.with(|server| server.config.is_some()));
    if !known.get_untracked() {
        app.load_server();
    }
    view! {
        <div class="stack tight">
            <h1 class="statement">{t!(i18n, report.tan_statement)}</h1>
            <Trail at=Step::Tan />
        </div>
        <div class="two">
            <div class="stack">
                <p class="lead">{t!(i18n, report.tan_lead)}</p>
                <WhichServer
                    label=Signal::derive(move || t_string!(i18n, servers.report_to))
                    text=Signal::derive(move || t_string!(i18n, servers.report_to_text))
                    chosen=Signal::derive(move || app.server_origin())
                    choose=Callback::new(move |of: App| of.report_here())
                />
                <Show when=move || known.get() fallback=Unknown>
                    <Entering />
                </Show>
            </div>
            <div class="stack">
                <KeysWay />
            </div>
        </div>
    }
}

/// The server has not answered yet.
#[component]
fn Unknown() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let problem = Memo::new(move |_| app.server.with(|server| server.problem.clone()));
    move || {
        let (title, text) = (t_string!(i18n, report_problem.no_server), t_string!(i18n, report.server_first));
        let first = Said::plain(Glyph::Server, title, text);
        view! {
            <Message said=first />
            {problem
                .get()
                .map(|problem| {
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
                })}
        }
    }
}

#[component]
fn Entering() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let insists = RwSignal::new(false);
    let value = Signal::derive(move || app.draft.with(|draft| draft.tan.clone()));
    let input = Callback::new(move |text: String| {
        insists.set(false);
        app.draft.update(|draft| draft.tan = text);
    });
    let next = move |event: SubmitEvent| {
        event.prevent_default();
        if app.read_tan(&value.get_untracked()).is_ok() {
            go(app, Step::Test);
        } else {
            insists.set(true);
        }
    };
    view! {
        <form class="stack" novalidate=true on:submit=next>
            <TanField value on_input=input insists />
            <button class="btn" type="submit">
                {t!(i18n, report.next)}
            </button>
        </form>
    }
}
