//! Many TANs from a list: a file, how it is to be understood, how far it is, what came of it.

use super::super::words::use_staff_words;
use super::broken_off;
use super::hours::HoursSelect;
use super::ready::Ready;
use crate::components::icon::{Glyph, Icon};
use crate::components::message::{Message, Said};
use crate::components::words::{plural, use_words};
use crate::i18n::{I18n, t, t_string, use_i18n};
use crate::platform::file::{self, Unread};
use crate::state::console::{
    Choice, List, MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Progress, References, Table, TableProblem, use_console,
};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// References that are named as an example.
const NAMED: usize = 3;

/// How far one is, as far as another part is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    File,
    Read,
    Underway,
    Done,
}

/// The section.
#[component]
pub(super) fn Many() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let stage = Memo::new(move |_| {
        console.list.with(|list| match list {
            List::None | List::Refused(_) => Stage::File,
            List::Read(..) => Stage::Read,
            List::Issuing(_) | List::Waiting(..) | List::Paused(..) => Stage::Underway,
            List::Done(_) => Stage::Done,
        })
    });
    let part = move || match stage.get() {
        Stage::File => view! { <Pick /> }.into_any(),
        Stage::Read => view! { <Understand /> }.into_any(),
        Stage::Underway => view! { <Underway /> }.into_any(),
        Stage::Done => view! { <Ready /> }.into_any(),
    };
    view! {
        <section class="stack mid" aria-labelledby="many">
            <h2 class="head" id="many">
                {t!(i18n, staff_tans.many)}
            </h2>
            {part}
            <p class="caption">{t!(i18n, staff_tans.many_here)}</p>
        </section>
    }
}

/// Choosing the file.
#[component]
fn Pick() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_words();
    let choose = move |event| {
        let Some(file) = file::chosen(&event) else { return };
        spawn_local(async move {
            let read = file.read(MAX_BYTES).await.map_err(|unread| match unread {
                Unread::TooLarge => TableProblem::TooLarge,
                Unread::Unreadable => TableProblem::Unreadable,
            });
            console.take_list(read);
        });
    };
    let problem = move || {
        console.list.with(|list| match list {
            List::Refused(problem) => Some(*problem),
            _ => None,
        })
    };
    view! {
        <p class="small">{t!(i18n, staff_tans.many_text)}</p>
        <div>
            <label class="btn plain file">
                <input class="sr" type="file" accept=".csv,.txt,text/csv,text/plain" on:change=choose />
                <Icon glyph=Glyph::File small=true />
                {t!(i18n, staff_tans.choose_file)}
            </label>
        </div>
        <div role="alert">
            {move || {
                problem()
                    .map(|problem| {
                        let said = Said::bad(
                            t_string!(i18n, staff_tans.no_list),
                            no_list(i18n, words.format(), problem),
                        );
                        view! { <Message said /> }
                    })
            }}
        </div>
    }
}

fn no_list(i18n: I18n, format: crate::platform::format::Format, problem: TableProblem) -> String {
    match problem {
        TableProblem::Unreadable => t_string!(i18n, staff_tans.unreadable).to_owned(),
        TableProblem::TooLarge => {
            t_string!(i18n, staff_tans.too_large, size = format.bytes(MAX_BYTES as usize))
        }
        TableProblem::Empty => t_string!(i18n, staff_tans.nothing).to_owned(),
        TableProblem::Encoding => t_string!(i18n, staff_tans.encoding).to_owned(),
        TableProblem::Quote => t_string!(i18n, staff_tans.quote).to_owned(),
        TableProblem::LongCell(row) => {
            t_string!(i18n, staff_tans.long_cell, row = format.number(row))
        }
        TableProblem::TooManyRows => {
            t_string!(i18n, staff_tans.too_many_rows, rows = format.number(MAX_ROWS))
        }
        TableProblem::TooManyColumns => {
            t_string!(i18n, staff_tans.too_many_columns, columns = format.number(MAX_COLUMNS))
        }
    }
}

/// How the file is to be understood, and the button that issues.
#[component]
fn Understand() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let hours = RwSignal::new(None::<u16>);
    let read = Memo::new(move |_| {
        console.list.with(|list| match list {
            List::Read(table, choice) => Some((Arc::clone(table), *choice)),
            _ => None,
        })
    });
    let header = move || read.get().is_some_and(|(_, choice)| choice.header);
    let references = Memo::new(move |_| {
        read.get().map(|(table, choice)| Arc::new(table.references(choice))).unwrap_or_default()
    });
    let change = move |change: fn(Choice, usize) -> Choice, value: usize| {
        if let Some((_, choice)) = read.get_untracked() {
            console.choose_list(change(choice, value));
        }
    };
    let option = move |table: &Table, column: usize| {
        let head = table.head(column).map(str::to_owned);
        let name = move || match (&head, header()) {
            (Some(head), true) => head.clone(),
            (head, _) => {
                let name = t_string!(i18n, staff_tans.column, number = column + 1);
                head.as_ref().map_or_else(|| name.clone(), |head| format!("{name}: {head}"))
            }
        };
        view! {
            <option
                value=column.to_string()
                prop:selected=move || read.get().is_some_and(|(_, choice)| choice.column == column)
            >
                {name}
            </option>
        }
    };
    let options = read
        .get_untracked()
        .map(|(table, _)| (0..table.columns()).map(|column| option(&table, column)).collect_view());
    let count = move || references.with(|references| references.kept.len());
    let examples = move || {
        references
            .with(|references| references.kept.iter().take(NAMED).cloned().collect::<Vec<_>>().join(" · "))
    };
    view! {
        <form
            class="stack mid"
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                console.issue_list(hours.get_untracked());
            }
        >
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=header
                    on:change=move |event| {
                        change(
                            |choice, header| Choice {
                                header: header == 1,
                                ..choice
                            },
                            usize::from(event_target_checked(&event)),
                        );
                    }
                />
                <span>{t!(i18n, staff_tans.header)}</span>
            </label>
            <div class="field">
                <label for="column">{t!(i18n, staff_tans.reference)}</label>
                <div class="select">
                    <select
                        class="input"
                        id="column"
                        aria-describedby="column-hint"
                        on:change=move |event| {
                            if let Ok(column) = event_target_value(&event).parse() {
                                change(|choice, column| Choice { column, ..choice }, column);
                            }
                        }
                    >
                        {options}
                    </select>
                    <Icon glyph=Glyph::Down />
                </div>
                <p class="caption" id="column-hint">
                    {t!(i18n, staff_tans.reference_hint)}
                </p>
            </div>
            <div class="stack close" role="status">
                <p class="strong">
                    {move || t_string!(i18n, staff_tans.letters, count = plural(count()))}
                </p>
                <p class="small address">{examples}</p>
                <LeftOut references />
            </div>
            <HoursSelect id="many-hours" hours />
            <div class="row wrap">
                <button class="btn" type="submit" disabled=move || count() == 0>
                    {move || t_string!(i18n, staff_tans.issue_many, count = plural(count()))}
                </button>
                <button class="linkish small" type="button" on:click=move |_| console.forget_list()>
                    {t!(i18n, staff_tans.other_file)}
                </button>
            </div>
        </form>
    }
}

/// Rows that have no letter.
#[component]
pub(super) fn LeftOut(
    /// Of this list.
    #[prop(into)]
    references: Signal<Arc<References>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let empty = move || references.with(|references| references.empty);
    let repeated = move || {
        references.with(|references| {
            let some: Vec<&str> = references.repeated.iter().take(NAMED).map(String::as_str).collect();
            let rest = if references.repeated.len() > NAMED { " …" } else { "" };
            (references.repeated.len(), format!("{}{rest}", some.join(" · ")))
        })
    };
    view! {
        {move || {
            (empty() > 0)
                .then(|| {
                    let text = t_string!(i18n, staff_tans.left_empty, count = plural(empty()));
                    view! { <p class="small">{text}</p> }
                })
        }}
        {move || {
            let (count, which) = repeated();
            (count > 0)
                .then(|| {
                    let text = t_string!(i18n, staff_tans.left_repeated, count = plural(count), which = which);
                    view! { <p class="small address">{text.to_string()}</p> }
                })
        }}
    }
}

/// How far it is, and what hinders it.
#[component]
fn Underway() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let format = use_words();
    let words = use_staff_words();
    let list = Memo::new(move |_| console.list.get());
    let progress = move || match list.get() {
        List::Issuing(progress) | List::Waiting(progress, _) | List::Paused(progress, _) => Some(progress),
        _ => None,
    };
    let of = move |which: fn(&Progress) -> usize| progress().as_ref().map_or(0, which);
    let stand = move || {
        let answered = format.format().number(of(|progress| progress.answered));
        t_string!(i18n, staff_tans.progress, stand = answered, count = plural(of(|progress| progress.count)))
    };
    let waiting = move || match list.get() {
        List::Waiting(_, until) => {
            let at = format.format().time(until);
            Some(t_string!(i18n, staff_tans.waiting, at = at))
        }
        _ => None,
    };
    let paused = move || match list.get() {
        List::Paused(_, problem) => {
            let why = broken_off(i18n, words, &problem);
            let text = format!("{} {}", why.text, t_string!(i18n, staff_tans.same));
            Some(view! {
                <Message said=Said { text, ..why } />
                <div class="row wrap">
                    <button class="btn" type="button" on:click=move |_| console.go_on()>
                        {t!(i18n, desk.go_on)}
                    </button>
                    <button class="linkish small danger" type="button" on:click=move |_| console.forget_list()>
                        {t!(i18n, staff_tans.discard)}
                    </button>
                </div>
            })
        }
        _ => None,
    };
    view! {
        <progress
            aria-label=move || t_string!(i18n, staff_tans.many)
            max=move || of(|progress| progress.count).to_string()
            value=move || of(|progress| progress.answered).to_string()
        ></progress>
        <p class="small" role="status">
            {stand}
            " "
            {waiting}
        </p>
        <div class="stack tight" role="alert">
            {paused}
        </div>
    }
}
