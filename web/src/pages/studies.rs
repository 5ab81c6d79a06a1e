//! Studies: what the server's researchers ask for, what would be told to them of each contact, and what was.

mod shared;
mod told;

use crate::components::icon::Glyph;
use crate::components::message::Message;
use crate::components::note::Note;
use crate::components::problems::use_problems;
use crate::components::show::Show;
use crate::components::which_server::WhichServer;
use crate::components::words::use_words;
use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::platform::format;
use crate::state::{Ground, StudyList, use_app};
use leptos::context::Provider;
use leptos::prelude::*;
use shared::Shared;
use std::collections::BTreeSet;
use told::use_told;
use twoken_core::status::Mode;
use twoken_core::wire::{Contact, Study, Texts};

/// Hexadecimal digits of a study's name that are shown: to compare texts with somebody else's.
const NAME_DIGITS: usize = 12;

/// The page. It asks the server for its list when it is opened, and not before.
#[component]
pub fn Studies() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let of = RwSignal::new(app.home());
    Effect::new(move |_| of.get().ask_for_studies());
    view! {
        <h1 class="statement desk-title">{t!(i18n, studies.title)}</h1>
        <p class="lead">{t!(i18n, studies.lead)}</p>
        <div class="two">
            <div class="stack">
                <WhichServer
                    label=Signal::derive(move || t_string!(i18n, servers.whose))
                    text=Signal::derive(move || t_string!(i18n, studies.asks_text))
                    chosen=Signal::derive(move || of.get().server_origin())
                    choose=Callback::new(move |chosen| of.set(chosen))
                />
                {move || {
                    view! {
                        <Provider value=of.get()>
                            <Open />
                        </Provider>
                    }
                }}
                <Note
                    glyph=Glyph::Server
                    title=Signal::derive(move || t_string!(i18n, studies.asks).to_owned())
                    text=Signal::derive(move || t_string!(i18n, studies.asks_text).to_owned())
                />
            </div>
            <div class="stack">
                <Shared />
            </div>
        </div>
    }
}

/// The open ones, or why there are none to see.
#[component]
fn Open() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let list = Memo::new(move |_| app.study_list.get());
    move || match list.get() {
        StudyList::Unasked | StudyList::Asking => {
            view! { <p class="small" role="status">{t!(i18n, studies.asking)}</p> }.into_any()
        }
        StudyList::Failed(problem) => view! {
            <Message said=problems.api(&problem)>
                <button class="linkish" type="button" on:click=move |_| app.ask_for_studies()>
                    {t!(i18n, api.retry)}
                </button>
            </Message>
        }
        .into_any(),
        StudyList::Known(studies) if studies.is_empty() => {
            view! { <p role="status">{t!(i18n, studies.none)}</p> }.into_any()
        }
        StudyList::Known(studies) => {
            studies.iter().cloned().map(|study| view! { <OneStudy study /> }).collect_view().into_any()
        }
    }
}

/// A study's text, in its own words.
#[component]
fn OneStudy(study: Study) -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let in_my_language = move |texts: &Texts| match i18n.get_locale() {
        Locale::De => texts.de.clone(),
        // Whoever runs it wrote two.
        _ => texts.en.clone(),
    };
    let name = study.id().to_string();
    let heading = StoredValue::new(format!("study-{name}"));
    let digits: String = name.chars().take(NAME_DIGITS).collect();
    let Study { title, asked, institution, contact, ends, .. } = study.clone();
    let title = Signal::derive(move || in_my_language(&title));
    view! {
        <section class="panel stack mid" aria-labelledby=heading.get_value()>
            <div class="stack close">
                <h2 class="title address" id=heading.get_value()>
                    {title}
                </h2>
                <p class="small address">{institution}</p>
            </div>
            <p class="asked">{move || in_my_language(&asked)}</p>
            <dl class="facts">
                <div>
                    <dt>{t!(i18n, studies.until)}</dt>
                    <dd class="small">{move || words.format().day_long(ends)}</dd>
                </div>
                <div>
                    <dt>{t!(i18n, studies.contact)}</dt>
                    <dd class="small address">{contact}</dd>
                </div>
                <div>
                    <dt>{t!(i18n, studies.name)}</dt>
                    <dd class="small">
                        <span class="num">{digits}</span>
                        " · "
                        {t!(i18n, studies.name_text)}
                    </dd>
                </div>
            </dl>
            <Approve study title />
        </section>
    }
}

/// Which contacts, with exactly what would be told of each, and the button that tells.
#[component]
fn Approve(study: Study, title: Signal<String>) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let told = use_told();
    let counted = study.mode == Mode::Private;
    let study = StoredValue::new(study);
    let contacts = Memo::new(move |_| study.with_value(|study| app.contacts_for(study)));
    let chosen = RwSignal::new(BTreeSet::<Ground>::new());
    let tick = move |ground: Ground, share: bool| {
        chosen.update(|chosen| {
            if share {
                chosen.insert(ground);
            } else {
                chosen.remove(&ground);
            }
        });
    };
    let approved = move || {
        let all = contacts.get().into_iter();
        all.filter(|(ground, _)| chosen.with(|chosen| chosen.contains(ground))).collect::<Vec<_>>()
    };
    let row = move |(ground, contact): (Ground, Contact)| {
        let met = match ground {
            Ground::Encounter(id) => app
                .diary
                .with_untracked(|diary| diary.get(&id).map(|row| (row.first_seen, row.note().to_owned()))),
            Ground::Hit(_) => None,
        };
        let (at, note) = met.unwrap_or_default();
        let mine = move || {
            if counted {
                return t_string!(i18n, studies.one_counted).to_owned();
            }
            let format = words.format();
            format!("{}, {}", format.day_long(format::calendar_day(at)), format.time(at))
        };
        view! {
            <li>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || chosen.with(|chosen| chosen.contains(&ground))
                        on:change=move |event| tick(ground, event_target_checked(&event))
                    />
                    <span class="line">
                        <span>{mine}</span>
                        <span class="small address">{note}</span>
                    </span>
                </label>
                <p class="small told">{move || told(&contact)}</p>
            </li>
        }
    };
    let exactly = move || {
        if counted { t_string!(i18n, studies.exactly_private) } else { t_string!(i18n, studies.exactly) }
    };
    let nothing = move || {
        if counted {
            t_string!(i18n, studies.no_contact_private)
        } else {
            t_string!(i18n, studies.no_contact)
        }
    };
    let none = move || contacts.with(Vec::is_empty);
    let how = move || {
        let wait = words.longest_wait(app.upload_wait());
        t_string!(i18n, studies.how, wait = wait)
    };
    let send = move |_| {
        let contacts = approved();
        study.with_value(|study| app.tell_study(study, &title.get_untracked(), &contacts));
        chosen.update(BTreeSet::clear);
    };
    view! {
        <Show
            when=move || !none()
            fallback=move || view! { <p class="small">{nothing}</p> }
        >
            <h3 class="strong">{t!(i18n, studies.which)}</h3>
            <p class="small">{exactly}</p>
            <ul class="list">{move || contacts.get().into_iter().map(row).collect_view()}</ul>
            <p class="small">{how}</p>
            <button
                class="btn wide"
                type="button"
                disabled=move || chosen.with(BTreeSet::is_empty)
                on:click=send
            >
                {t!(i18n, studies.send)}
            </button>
            <p class="caption centred">{t!(i18n, studies.send_note)}</p>
        </Show>
    }
}
