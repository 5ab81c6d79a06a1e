//! Showing the keys to health staff instead of sending them: what the code will hold, a last look, and the code.
//!
//! No TAN and no network: the staff's camera takes it off the screen, and they report under a permit of their own.

use super::outlook::{EntryBytes, KeyBytes, TAG_BYTES};
use super::{Return, Step, Trail, go};
use crate::components::hex_preview::HexLine;
use crate::components::icon::Glyph;
use crate::components::key_frames::KeyFrames;
use crate::components::message::{Message, Said};
use crate::components::note::Note;
use crate::components::problems::use_problems;
use crate::components::split_count::SplitCount;
use crate::components::words::{plural, use_words};
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{KeysToShow, OfDay, ReportDraft, ReportProblem, use_app};
use leptos::html;
use leptos::prelude::*;

/// What will be shown as things stand.
pub(super) type KeysAhead = RwSignal<Option<Result<KeysToShow, ReportProblem>>>;

/// Makes the codes anew whenever the choice changes, as long as they are wanted.
pub(super) fn use_keys_ahead(step: Memo<Step>) -> KeysAhead {
    let app = use_app();
    let made = RwSignal::new(None);
    let wish = Memo::new(move |_| {
        let wanted = step.get() >= Step::Choose && app.draft.with(|draft| draft.by_keys);
        let met = app.diary.with(twoken_core::diary::Diary::len);
        wanted.then(|| (app.draft.with(|draft| draft.redaction.clone()), met))
    });
    Effect::new(move |_| made.set(wish.get().map(|(redaction, _)| app.key_codes(&redaction))));
    made
}

/// The way to it, beside the TAN.
#[component]
pub(super) fn KeysWay() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let start = move |_| {
        app.draft.update(|draft| draft.by_keys = true);
        go(app, Step::Choose);
    };
    view! {
        <section class="sec" aria-labelledby="keys-way">
            <h2 class="head" id="keys-way">
                {t!(i18n, keys.way)}
            </h2>
            <p class="small">{t!(i18n, keys.way_text)}</p>
            <div>
                <button class="btn plain compact" type="button" on:click=start>
                    {t!(i18n, keys.way_go)}
                </button>
            </div>
        </section>
    }
}

/// Exactly what the code holds. What comes next goes inside.
#[component]
pub(super) fn KeysOutlook(ahead: KeysAhead, children: Children) -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let problems = use_problems();
    let size = move |keys: &KeysToShow| {
        let entries = (keys.entries() > 0).then(|| {
            let entries = words.entries(keys.entries());
            t_string!(i18n, keys.exact_text, entries = entries).to_string()
        });
        let nodes = (!keys.cover.is_empty()).then(|| {
            let intervals = words.intervals(keys.intervals());
            t_string!(i18n, keys.exact_keys, intervals = intervals).to_string()
        });
        let bytes = words.format().bytes(keys.codes.bytes());
        let codes =
            t_string!(i18n, keys.exact_codes, count = plural(keys.codes.len()), bytes = bytes).to_string();
        entries.into_iter().chain(nodes).chain([codes]).collect::<Vec<_>>().join(" ")
    };
    let said = move || {
        ahead.with(|ahead| match ahead {
            None => ().into_any(),
            Some(Ok(keys)) => view! { <p class="small">{size(keys)}</p> }.into_any(),
            Some(Err(ReportProblem::Empty)) => {
                let (title, text) = (t_string!(i18n, report.nothing), t_string!(i18n, keys.all_out));
                view! { <Message said=Said::plain(Glyph::Info, title, text) /> }.into_any()
            }
            Some(Err(problem)) => view! { <Message said=problems.report(problem) /> }.into_any(),
        })
    };
    let lines = Signal::derive(move || {
        let line =
            |bytes: &[u8]| HexLine { bytes: bytes.to_vec(), first: TAG_BYTES, about: None, real: true };
        ahead.with(|ahead| match ahead {
            Some(Ok(keys)) => keys.codes.encounters().map(line).collect(),
            _ => Vec::new(),
        })
    });
    let cover = Signal::derive(move || {
        ahead.with(|ahead| match ahead {
            Some(Ok(keys)) => Some(keys.cover.clone()),
            _ => None,
        })
    });
    view! {
        <section class="panel stack mid" aria-labelledby="exact">
            <div class="stack close">
                <h2 class="title" id="exact">
                    {t!(i18n, keys.exact)}
                </h2>
                {said}
            </div>
            <EntryBytes lines />
            <KeyBytes cover />
            {children()}
        </section>
    }
}

/// The last look, and after it the code.
#[component]
pub(super) fn KeysLook(
    ahead: KeysAhead,
    /// Set when it was shown and is over.
    handed: RwSignal<bool>,
) -> impl IntoView {
    let shown = RwSignal::new(None::<KeysToShow>);
    move || match shown.get() {
        Some(keys) => view! { <Shown keys shown handed /> }.into_any(),
        None => view! { <LookOver ahead shown /> }.into_any(),
    }
}

#[component]
fn LookOver(ahead: KeysAhead, shown: RwSignal<Option<KeysToShow>>) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let counts =
        Signal::derive(move || app.draft.with(|draft| app.diary.with(|diary| draft.redaction.counts(diary))));
    let ready = move || ahead.with(|ahead| matches!(ahead, Some(Ok(_))));
    let show = move |_| shown.set(ahead.get_untracked().and_then(Result::ok));
    view! {
        <div class="stack tight">
            <h1 class="statement">{t!(i18n, keys.look_statement)}</h1>
            <Trail at=Step::Send />
        </div>
        <div class="two">
            <div class="stack">
                <SplitCount counts />
                <Summary ahead />
            </div>
            <KeysOutlook ahead>
                <button class="btn wide" type="button" disabled=move || !ready() on:click=show>
                    {t!(i18n, keys.show)}
                </button>
                <p class="caption centred">{t!(i18n, keys.show_note)}</p>
                <Return to=Step::Choose />
            </KeysOutlook>
        </div>
    }
}

/// What, of which days, who can read it, and what stays.
#[component]
fn Summary(ahead: KeysAhead) -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let what = move || {
        ahead.with(|ahead| {
            let Some(Ok(keys)) = ahead else { return String::new() };
            let (encounters, entries) = (words.encounters(keys.encounters), words.entries(keys.entries()));
            let met = t_string!(i18n, report.look_what_text, encounters = encounters, entries = entries);
            let intervals = words.intervals(keys.intervals());
            let keys = t_string!(i18n, keys.look_keys, intervals = intervals).to_string();
            format!("{met}. {keys}")
        })
    };
    let line = move |of: &OfDay| {
        let encounters = (of.encounters > 0).then(|| words.encounters(of.encounters));
        let intervals = (of.intervals > 0).then(|| words.intervals(of.intervals));
        let both = encounters.into_iter().chain(intervals).collect::<Vec<_>>().join(", ");
        format!("{}: {both}", words.format().day_short(of.day))
    };
    let days = move || {
        ahead.with(|ahead| match ahead {
            Some(Ok(keys)) => keys.days.iter().map(|of| view! { <li>{line(of)}</li> }).collect_view(),
            _ => Vec::new(),
        })
    };
    view! {
        <dl class="facts">
            <div>
                <dt>{t!(i18n, keys.look_holds)}</dt>
                <dd class="small">{what}</dd>
            </div>
            <div>
                <dt>{t!(i18n, keys.look_days)}</dt>
                <dd class="small">
                    <ul class="plain">{days}</ul>
                </dd>
            </div>
            <div>
                <dt>{t!(i18n, keys.look_reads)}</dt>
                <dd class="small">{t!(i18n, keys.look_reads_text)}</dd>
            </div>
            <div>
                <dt>{t!(i18n, keys.look_staff)}</dt>
                <dd class="small">{t!(i18n, keys.look_staff_text)}</dd>
            </div>
            <div>
                <dt>{t!(i18n, keys.look_network)}</dt>
                <dd class="small">{t!(i18n, keys.look_network_text)}</dd>
            </div>
            <div>
                <dt>{t!(i18n, keys.look_stays)}</dt>
                <dd class="small">{t!(i18n, keys.look_stays_text)}</dd>
            </div>
        </dl>
    }
}

/// The code itself.
#[component]
fn Shown(keys: KeysToShow, shown: RwSignal<Option<KeysToShow>>, handed: RwSignal<bool>) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let count = keys.codes.len();
    let lead = move || t_string!(i18n, keys.show_lead, count = plural(count)).to_string();
    let held = {
        let (encounters, intervals) = (keys.encounters, keys.intervals());
        move || {
            let (encounters, intervals) = (words.encounters(encounters), words.intervals(intervals));
            t_string!(i18n, keys.show_holds, encounters = encounters, intervals = intervals).to_string()
        }
    };
    let done = move |_| {
        shown.set(None);
        handed.set(true);
        app.draft.set(ReportDraft::default());
    };
    // It begins at its top, for the eye and for the keyboard: the button that led here was at the end of a page.
    let top = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(top) = top.get() {
            top.scroll_into_view();
            let _ = top.focus();
        }
    });
    view! {
        <div class="stack mid step" tabindex="-1" node_ref=top>
            <h1 class="title">{t!(i18n, keys.show_statement)}</h1>
            <p class="small">{lead} " " {held}</p>
            <KeyFrames codes=keys.codes.clone() />
            <Note
                glyph=Glyph::Warning
                title=Signal::derive(move || t_string!(i18n, keys.only_staff).to_owned())
                text=Signal::derive(move || t_string!(i18n, keys.only_staff_text).to_owned())
            />
            <p class="small">{t!(i18n, keys.look_network_text)} " " {t!(i18n, keys.look_stays_text)}</p>
            <div class="pair">
                <button class="btn" type="button" on:click=done>
                    {t!(i18n, keys.done)}
                </button>
                <button class="btn plain" type="button" on:click=move |_| shown.set(None)>
                    {t!(i18n, keys.hide)}
                </button>
            </div>
        </div>
    }
}
