//! What came of the last check besides what was found: why it came to nothing, what was left out, and which rules count now.

use crate::components::icon::Glyph;
use crate::components::link::Link;
use crate::components::message::{Message, Said};
use crate::components::note::Note;
use crate::components::problems::use_problems;
use crate::components::show::Show;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{ApiProblem, CheckPhase, CheckProblem, Place, use_app};
use leptos::prelude::*;
use twoken_core::status::Mode;
use twoken_core::units::RETENTION_DAYS;

/// All of them, below what asks for a check.
#[component]
pub fn Notes() -> impl IntoView {
    view! {
        <CheckFailed />
        <Unasked />
        <ServersMissing />
        <AlsoGone />
        <ModeChanged />
    }
}

/// Further servers with which nothing could be compared, and louder those whose key has changed.
#[component]
fn ServersMissing() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    // By name: those whose key has changed, all others that failed, and how many there are.
    let missing = Memo::new(move |_| {
        let further = app.further();
        let (mut changed, mut failed) = (Vec::new(), Vec::new());
        for of in &further {
            match of.check_problem() {
                _ if of.key_has_changed() => changed.push(of.server_name()),
                Some(CheckProblem::Cancelled) => {}
                Some(_) => failed.push(of.server_name()),
                None if of.check_with_it().unasked.is_empty() => {}
                None => failed.push(of.server_name()),
            }
        }
        let all = further.len() + 1;
        let done = all - changed.len() - failed.len() - usize::from(app.home().check_problem().is_some());
        (changed, failed, done, all)
    });
    move || {
        let (changed, failed, done, all) = missing.get();
        let loud = (!changed.is_empty()).then(|| {
            let names = changed.join(i18n.comma());
            let title = t_string!(i18n, servers.changed, servers = names);
            view! {
                <Message said=Said::bad(title, t_string!(i18n, servers.changed_text))>
                    <Link to=Place::Servers class="linkish">
                        {t!(i18n, servers.to_page)}
                    </Link>
                </Message>
            }
        });
        let quiet = (!failed.is_empty()).then(|| {
            let title = t_string!(i18n, servers.some, done = done.to_string(), all = all.to_string());
            let text = t_string!(i18n, servers.some_text, servers = failed.join(i18n.comma()));
            view! {
                <Message said=Said::plain(Glyph::Server, title, text)>
                    <Link to=Place::Servers class="linkish">
                        {t!(i18n, servers.to_page)}
                    </Link>
                </Message>
            }
        });
        (loud, quiet)
    }
}

/// Further regions that have left the server's list.
#[component]
pub fn AlsoGone() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let gone = Memo::new(move |_| app.also_gone());
    let named = move || {
        let names =
            gone.with(|gone| gone.iter().map(ToString::to_string).collect::<Vec<_>>().join(i18n.comma()));
        t_string!(i18n, home.also_gone, regions = names)
    };
    view! {
        <Show when=move || gone.with(|gone| !gone.is_empty())>
            <Note
                glyph=Glyph::Region
                title=Signal::derive(named)
                text=Signal::derive(move || t_string!(i18n, home.also_gone_text).to_owned())
            />
        </Show>
    }
}

/// That the server works in another mode than before, for as long as anything of before is known; and of which days nothing
/// can be counted.
#[component]
pub fn ModeChanged() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let since = move || {
        let since = app.server.with(|server| server.mode_since)?;
        (since.day().plus(RETENTION_DAYS) >= app.now.get().day()).then_some(since)
    };
    let since = Memo::new(move |_| since());
    let words = use_words();
    let uncounted = move || {
        let days = app.counted.with(|counted| counted.given_up.clone());
        let days =
            days.into_iter().map(|day| words.format().day_long(day)).collect::<Vec<_>>().join(i18n.comma());
        t_string!(i18n, home.uncounted, days = days)
    };
    let text = move || match app.mode() {
        Mode::Open => t_string!(i18n, home.mode_open).to_owned(),
        Mode::Private => t_string!(i18n, home.mode_private).to_owned(),
    };
    view! {
        <Show when=move || app.counted.with(|counted| !counted.given_up.is_empty())>
            <Note
                glyph=Glyph::Warning
                title=Signal::derive(uncounted)
                text=Signal::derive(move || t_string!(i18n, home.uncounted_text).to_owned())
            />
        </Show>
        <Show when=move || since.get().is_some()>
            <Note
                glyph=Glyph::Server
                title=Signal::derive(move || t_string!(i18n, home.mode).to_owned())
                text=Signal::derive(text)
            />
        </Show>
    }
}

/// Days that the last check left out.
#[component]
pub fn Unasked() -> impl IntoView {
    let app = use_app();
    let problems = use_problems();
    let unasked = Memo::new(move |_| app.check.with(|check| check.unasked.clone()));
    move || {
        let all = unasked.get().into_iter();
        all.map(|one| view! { <Message said=problems.unasked(&one) /> }).collect_view()
    }
}

/// Why the last check came to nothing.
#[component]
fn CheckFailed() -> impl IntoView {
    let app = use_app();
    let problems = use_problems();
    let problem = Memo::new(move |_| {
        app.check.with(|check| match &check.phase {
            CheckPhase::Failed(problem) => Some(problem.clone()),
            _ => None,
        })
    });
    let offline = move || !app.online.get() && problem.with(Option::is_none);
    view! {
        {move || problem.get().map(|problem| view! { <Message said=problems.check(&problem) /> })}
        <Show when=offline>
            <Message said=problems.api(&ApiProblem::Offline) />
        </Show>
    }
}
