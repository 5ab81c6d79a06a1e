//! Bringing one: the file, its passphrase, what is in it, and then the word that it shall come.

use super::problem::said_of;
use crate::components::icon::{Glyph, Icon};
use crate::components::link::Link;
use crate::components::message::{Message, Said};
use crate::components::problems::use_problems;
use crate::components::secret_field::{Secret, SecretField};
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::file::{self, Chosen};
use crate::platform::format;
use crate::state::{BackupProblem, Brought, Offered, Place, use_app};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use zeroize::Zeroizing;

/// How far it is.
#[derive(Clone)]
enum Step {
    /// No file yet.
    Choose,
    /// A file, and its passphrase to be typed.
    Unlock,
    Working,
    /// It was opened, and waits for a word.
    Offered(Box<Offered>),
    Done(Brought),
}

/// The section.
#[component]
pub(super) fn Bring() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let chosen = RwSignal::new_local(None::<Chosen>);
    let step = RwSignal::new_local(Step::Choose);
    let problem = RwSignal::new(None::<BackupProblem>);
    let choose = move |event| {
        if let Some(file) = file::chosen(&event) {
            chosen.set(Some(file));
            problem.set(None);
            step.set(Step::Unlock);
        }
    };
    let open = move |passphrase: Zeroizing<String>| {
        let Some(file) = chosen.get_untracked() else { return };
        problem.set(None);
        step.set(Step::Working);
        spawn_local(async move {
            match app.open_backup(&file, &passphrase).await {
                Ok(offered) => step.set(Step::Offered(Box::new(offered))),
                Err(why) => {
                    problem.set(Some(why));
                    step.set(Step::Unlock);
                }
            }
        });
    };
    let bring = move |offered: Offered| {
        step.set(Step::Working);
        spawn_local(async move {
            match app.bring(offered.clone()).await {
                Ok(brought) => step.set(Step::Done(brought)),
                Err(why) => {
                    problem.set(Some(why));
                    step.set(Step::Offered(Box::new(offered)));
                }
            }
        });
    };
    let leave = move || {
        chosen.set(None);
        problem.set(None);
        step.set(Step::Choose);
    };
    view! {
        <section class="sec" aria-labelledby="bring">
            <h2 class="head" id="bring">
                {t!(i18n, backup.bring)}
            </h2>
            <p class="small">{t!(i18n, backup.bring_text)}</p>
            <div role="alert">
                {move || {
                    problem
                        .get()
                        .map(|why| view! { <Message said=said_of(i18n, problems, &why, false) /> })
                }}
            </div>
            {move || match step.get() {
                Step::Choose => view! { <Pick choose /> }.into_any(),
                Step::Unlock => view! { <Unlock open leave /> }.into_any(),
                Step::Working => {
                    view! {
                        <p class="small" role="status">
                            {t!(i18n, backup.working)}
                        </p>
                    }
                        .into_any()
                }
                Step::Offered(offered) => view! { <Offer offered=*offered bring leave /> }.into_any(),
                Step::Done(brought) => view! { <Done brought /> }.into_any(),
            }}
        </section>
    }
}

/// The file. Which kind it is, says what is in it and not its name: phones rename what they download.
#[component]
fn Pick(choose: impl Fn(leptos::ev::Event) + 'static) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div>
            <label class="btn plain file">
                <input class="sr" type="file" on:change=choose />
                <Icon glyph=Glyph::File small=true />
                {t!(i18n, backup.choose)}
            </label>
        </div>
    }
}

#[component]
fn Unlock(open: impl Fn(Zeroizing<String>) + 'static, leave: impl Fn() + 'static) -> impl IntoView {
    let i18n = use_i18n();
    let typed = Secret::default();
    let asked = RwSignal::new(false);
    let missing = move || {
        (asked.get() && typed.with(|typed| typed.is_empty())).then(|| t_string!(i18n, backup.missing))
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        asked.set(true);
        if typed.with_untracked(|typed| !typed.is_empty()) {
            open(typed.get_untracked());
        }
    };
    view! {
        <form class="well stack tight" novalidate=true on:submit=submit>
            <SecretField
                id="backup-open"
                label=Signal::derive(move || t_string!(i18n, backup.its_passphrase).to_owned())
                value=typed
                autocomplete="current-password"
                wrong=Signal::derive(missing)
            />
            <div class="pair">
                <button class="btn" type="submit">
                    {t!(i18n, backup.open)}
                </button>
                <button class="btn plain" type="button" on:click=move |_| leave()>
                    {t!(i18n, backup.other_file)}
                </button>
            </div>
        </form>
    }
}

/// What is in it, before anything changes.
#[component]
fn Offer(offered: Offered, bring: impl Fn(Offered) + 'static, leave: impl Fn() + 'static) -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let (made_at, all, new) = (offered.made_at, offered.encounters, offered.new);
    let title = move || {
        let day = words.format().day_plain(format::calendar_day(made_at));
        t_string!(i18n, backup.offered, day = day)
    };
    let text = move || {
        let (all, new) = (words.encounters(all), words.encounters(new));
        t_string!(i18n, backup.offered_text, all = all, new = new)
    };
    let servers = offered.servers.clone();
    let along = move || {
        let named = (!servers.is_empty()).then(|| servers.join(i18n.comma()));
        named.map(
            |named| view! { <p class="small">{t_string!(i18n, backup.offered_servers, servers = named)}</p> },
        )
    };
    view! {
        <div class="well stack tight" role="status">
            <p class="strong">{title}</p>
            <p class="small">{text}</p>
            {along}
            <p class="small">{t!(i18n, backup.offered_kept)}</p>
            <div class="pair">
                <button class="btn" type="button" on:click=move |_| bring(offered.clone())>
                    {t!(i18n, backup.yes)}
                </button>
                <button class="btn plain" type="button" on:click=move |_| leave()>
                    {t!(i18n, backup.no)}
                </button>
            </div>
        </div>
    }
}

#[component]
fn Done(brought: Brought) -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let said = move || {
        if !brought.changed {
            return Said::plain(
                Glyph::Check,
                t_string!(i18n, backup.nothing_new),
                t_string!(i18n, backup.nothing_new_text),
            );
        }
        let new = words.encounters(brought.new);
        let mut text = vec![t_string!(i18n, backup.done_text, new = new)];
        if brought.settings {
            text.push(t_string!(i18n, backup.done_settings).to_owned());
        }
        if !brought.left_out.is_empty() {
            text.push(t_string!(i18n, backup.left_out).to_owned());
        }
        Said::plain(Glyph::Check, t_string!(i18n, backup.done), text.join(" "))
    };
    view! {
        {move || {
            view! {
                <Message said=said()>
                    <Link to=Place::Diary class="linkish">
                        {t!(i18n, nav.diary)}
                    </Link>
                </Message>
            }
        }}
    }
}
