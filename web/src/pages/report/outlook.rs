//! Exactly what will be sent: the real bytes, what they mean, and what is not in them.

use super::telling::is_told;
use super::{Ahead, by_mode, is_private};
use crate::components::hex_preview::{HexLine, HexPreview};
use crate::components::icon::Glyph;
use crate::components::message::{Message, Said};
use crate::components::problems::use_problems;
use crate::components::show::Show;
use crate::components::words::{shifted, use_words};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::format;
use crate::state::{Line, Prepared, ReportProblem, use_app};
use leptos::prelude::*;
use twoken_core::status::Mode;
use twoken_core::tcn::{Cover, Node};

/// A tag of 32 and a sealed status of 52; in private mode an element of 32.
const ENTRY_BYTES: usize = 84;
/// The tag, before the sealed status; in private mode all of it.
pub(super) const TAG_BYTES: usize = 32;
/// A key's place in the tree of its day, before the key.
const PLACE_BYTES: usize = 4;
/// Bytes of a key that are drawn. Whoever reads, films or hears a whole one could report in this person's place.
pub(super) const SECRET_BYTES: usize = 2;

/// The page's one panel. What comes next goes inside.
#[component]
pub(super) fn Outlook(ahead: Ahead, children: Children) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="panel stack mid" aria-labelledby="exact">
            <div class="stack close">
                <h2 class="title" id="exact">
                    {t!(i18n, report.exact)}
                </h2>
                <Size ahead />
            </div>
            <Bytes ahead />
            <Meaning ahead />
            {children()}
        </section>
    }
}

/// How much it is, or why it is nothing.
#[component]
fn Size(ahead: Ahead) -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let problems = use_problems();
    let size = move |prepared: &Prepared| {
        let format = words.format();
        let total = format.number(prepared.lines.len());
        let bytes = format.bytes(prepared.bytes);
        let entries = words.entries(prepared.real());
        let size = if prepared.mode() == Mode::Private { TAG_BYTES } else { ENTRY_BYTES };
        let exact = t_string!(i18n, report.exact_text, entries = entries, size = format.number(size));
        let pad = t_string!(i18n, report.exact_pad, total = total.clone(), bytes = bytes.clone());
        let keys = (prepared.intervals() > 0).then(|| {
            let intervals = words.intervals(prepared.intervals());
            t_string!(i18n, report.exact_keys, intervals = intervals)
        });
        let entries = if prepared.real() > 0 {
            format!("{exact} {pad}")
        } else {
            t_string!(i18n, report.exact_none, total = total, bytes = bytes)
        };
        keys.map_or_else(|| entries.clone(), |keys| format!("{entries} {keys}"))
    };
    move || {
        ahead.with(|ahead| match ahead {
            None => view! { <p class="small">{t_string!(i18n, report.preparing)}</p> }.into_any(),
            Some(Ok(prepared)) => view! { <p class="small">{size(prepared)}</p> }.into_any(),
            Some(Err(ReportProblem::Empty)) => {
                let (title, text) = (t_string!(i18n, report.nothing), t_string!(i18n, report.all_out));
                view! { <Message said=Said::plain(Glyph::Info, title, text) /> }.into_any()
            }
            Some(Err(problem)) => view! { <Message said=problems.report(problem) /> }.into_any(),
        })
    }
}

#[component]
fn Bytes(ahead: Ahead) -> impl IntoView {
    let i18n = use_i18n();
    let lines = Signal::derive(move || {
        ahead.with(|ahead| match ahead {
            Some(Ok(prepared)) => prepared.lines.iter().map(line).collect(),
            _ => Vec::new(),
        })
    });
    let lines = Signal::derive(move || {
        let random = t_string!(i18n, report.exact_random);
        let about = |line: HexLine| HexLine { about: (!line.real).then(|| random.to_owned()), ..line };
        lines.get().into_iter().map(about).collect::<Vec<_>>()
    });
    let cover = Signal::derive(move || {
        ahead.with(|ahead| match ahead {
            Some(Ok(prepared)) => Some(prepared.cover.clone()),
            _ => None,
        })
    });
    view! {
        <EntryBytes lines />
        <KeyBytes cover whole=true />
    }
}

/// The entries, where there are any.
#[component]
pub(super) fn EntryBytes(#[prop(into)] lines: Signal<Vec<HexLine>>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Show when=move || lines.with(|lines| !lines.is_empty())>
            <HexPreview
                lines
                name=Signal::derive(move || t_string!(i18n, report.exact_list).to_owned())
                show_all=Signal::derive(move || t_string!(i18n, report.exact_all).to_owned())
            />
        </Show>
    }
}

fn line(line: &Line) -> HexLine {
    HexLine { bytes: line.bytes.clone(), first: TAG_BYTES, cut: false, about: None, real: line.real }
}

/// The keys, each with the time that it is for.
#[component]
pub(super) fn KeyBytes(
    cover: Signal<Option<Cover>>,
    /// Whether all of each can be seen, or its beginning only.
    #[prop(optional)]
    whole: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let lines = Signal::derive(move || {
        let cover = cover.get();
        let nodes = cover.as_ref().map(Cover::nodes).unwrap_or_default();
        let line = |node: &Node| {
            let (format, times) = (words.format(), node.intervals());
            let day = format.day_short(format::calendar_day(times.start.start()));
            let (from, to) = (format.time(times.start.start()), format.time(times.end.start()));
            let about = t_string!(i18n, report.exact_key_time, day = day, from = from, to = to);
            let drawn = if whole { usize::MAX } else { PLACE_BYTES + SECRET_BYTES };
            let bytes = node.to_bytes().iter().take(drawn).copied().collect::<Vec<_>>().into();
            HexLine { bytes, first: PLACE_BYTES, cut: !whole, about: Some(about), real: true }
        };
        nodes.iter().map(line).collect::<Vec<_>>()
    });
    view! {
        <Show when=move || lines.with(|lines| !lines.is_empty())>
            <HexPreview
                lines
                name=Signal::derive(move || t_string!(i18n, report.exact_key_list).to_owned())
                show_all=Signal::derive(move || t_string!(i18n, report.exact_key_all).to_owned())
            />
            <Show when=move || whole>
                <p class="caption">{t!(i18n, report.exact_whole)}</p>
            </Show>
        </Show>
    }
}

/// What each part of an entry is.
#[component]
fn Meaning(ahead: Ahead) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let status = move || {
        let status = app.draft.with(|draft| app.draft_status(draft));
        status.map(|status| {
            let format = words.format();
            let day = format.day_plain(status.test_day);
            match status.onset {
                _ if is_told() => t_string!(i18n, telling.status, day = day),
                None => t_string!(i18n, report.part_status_text, day = day),
                Some(days) => {
                    let onset = format.day_plain(shifted(status.test_day, days));
                    t_string!(i18n, report.part_status_onset, day = day, onset = onset)
                }
            }
        })
    };
    let keys = move || {
        if is_told() {
            return by_mode(
                app,
                || t_string!(i18n, telling.keys_text),
                || t_string!(i18n, telling.keys_private),
            );
        }
        by_mode(app, || t_string!(i18n, report.part_keys_text), || t_string!(i18n, report.part_keys_private))
    };
    let has_keys = move || ahead.with(|made| matches!(made, Some(Ok(made)) if !made.cover.is_empty()));
    // Where nobody is in the diary, the entries are random, and have no parts.
    let has_entries = move || ahead.with(|made| matches!(made, Some(Ok(made)) if made.real() > 0));
    // Keys are for intervals: with them times of day do go.
    let not_in_it = move || {
        let not = if has_keys() {
            t_string!(i18n, report.part_not_keys)
        } else {
            t_string!(i18n, report.part_not_text)
        };
        if is_private(app) {
            format!("{not} {}", t_string!(i18n, report.part_not_test))
        } else {
            not.to_owned()
        }
    };
    view! {
        <dl class="facts">
            <Show when=move || has_entries() && is_private(app)>
                <div>
                    <dt>{t!(i18n, report.part_element)}</dt>
                    <dd class="small">{t!(i18n, report.part_element_text)}</dd>
                </div>
            </Show>
            <Show when=move || has_entries() && !is_private(app)>
                <div>
                    <dt>{t!(i18n, report.part_tag)}</dt>
                    <dd class="small">{t!(i18n, report.part_tag_text)}</dd>
                </div>
                <div>
                    <dt>{t!(i18n, report.part_status)}</dt>
                    <dd class="small">{status}</dd>
                </div>
            </Show>
            <Show when=has_keys>
                <div>
                    <dt>{t!(i18n, report.part_keys)}</dt>
                    <dd class="small">{keys}</dd>
                </div>
            </Show>
            <div>
                <dt>{t!(i18n, report.part_not)}</dt>
                <dd class="small">{not_in_it}</dd>
            </div>
        </dl>
    }
}
