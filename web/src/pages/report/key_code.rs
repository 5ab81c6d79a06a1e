//! Showing the keys to health staff instead of sending them: what the code will hold, a last look, and the code.
//!
//! No TAN and no network: the staff's camera takes it off the screen, and they report under a permit of their own.

use super::outlook::{EntryBytes, KeyBytes, SECRET_BYTES, TAG_BYTES};
use super::{Return, Step, Trail, by_mode, go, is_private};
use crate::components::hex_preview::HexLine;
use crate::components::icon::Glyph;
use crate::components::key_frames::KeyFrames;
use crate::components::message::{Message, Said};
use crate::components::note::Note;
use crate::components::problems::use_problems;
use crate::components::show::Show;
use crate::components::split_count::SplitCount;
use crate::components::words::{plural, use_words};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::visibility;
use crate::state::{KeysToShow, OfDay, ReportDraft, ReportProblem, use_app};
use leptos::leptos_dom::helpers::WindowListenerHandle;
use leptos::prelude::*;
use leptos::{ev, html};

/// For so long a code stays on a screen that nobody touches. Staff need seconds.
const UNTOUCHED_SECONDS: u64 = 300;

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
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let problems = use_problems();
    let size = move |keys: &KeysToShow| {
        let entries = (keys.entries() > 0).then(|| {
            let entries = words.entries(keys.entries());
            if is_private(app) {
                t_string!(i18n, keys.exact_private, entries = entries)
            } else {
                t_string!(i18n, keys.exact_text, entries = entries)
            }
        });
        let nodes = (!keys.cover.is_empty()).then(|| {
            let intervals = words.intervals(keys.intervals());
            t_string!(i18n, keys.exact_keys, intervals = intervals)
        });
        let bytes = words.format().bytes(keys.codes.bytes());
        let codes = t_string!(i18n, keys.exact_codes, count = plural(keys.codes.len()), bytes = bytes);
        entries.into_iter().chain(nodes).chain([codes]).collect::<Vec<_>>().join(" ")
    };
    let made = move || ahead.with(|ahead| matches!(ahead, Some(Ok(_))));
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
        // The tag, and of its key the beginning; of an element, which is one, the beginning.
        let first = if is_private(app) { 0 } else { TAG_BYTES };
        let line = |bytes: &[u8]| {
            let bytes = bytes.iter().take(first + SECRET_BYTES).copied().collect::<Vec<_>>().into();
            HexLine { bytes, first, cut: true, about: None, real: true }
        };
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
            <Show when=made>
                <p class="caption">{t!(i18n, report.exact_cut)}</p>
            </Show>
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
    let notice = RwSignal::new(None::<Notice>);
    move || match shown.get() {
        Some(keys) => view! { <Shown keys shown notice handed /> }.into_any(),
        None => view! { <LookOver ahead shown notice /> }.into_any(),
    }
}

/// Why there is no code on the screen, though nobody has hidden it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notice {
    /// The app has left the screen, and nobody saw the code any more.
    Away,
    /// Nobody has touched it for long.
    Untouched,
    /// What it would hold is not what was looked over.
    Changed,
}

/// What has become of the code, and the way to show it again.
#[component]
fn NoticeOf(#[prop(into)] notice: Signal<Option<Notice>>, again: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    // Where one comes back to it, it is what one reads first.
    let top = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if notice.get().is_some()
            && let Some(top) = top.get()
        {
            top.scroll_into_view();
            let _ = top.focus();
        }
    });
    let said = move |notice: Notice| {
        let (title, text) = match notice {
            Notice::Away => (t_string!(i18n, keys.away), t_string!(i18n, keys.away_text)),
            Notice::Untouched => (t_string!(i18n, keys.untouched), t_string!(i18n, keys.untouched_text)),
            Notice::Changed => (t_string!(i18n, keys.changed), t_string!(i18n, keys.changed_text)),
        };
        Said::plain(Glyph::Info, title, text)
    };
    move || {
        notice.get().map(|notice| {
            view! {
                <div tabindex="-1" class="step" node_ref=top>
                    <Message said=said(notice)>
                        {(notice != Notice::Changed)
                            .then(|| {
                                view! {
                                    <button class="linkish" type="button" on:click=move |_| again.run(())>
                                        {t!(i18n, keys.again)}
                                    </button>
                                }
                            })}
                    </Message>
                </div>
            }
        })
    }
}

#[component]
fn LookOver(
    ahead: KeysAhead,
    shown: RwSignal<Option<KeysToShow>>,
    notice: RwSignal<Option<Notice>>,
) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let counts =
        Signal::derive(move || app.draft.with(|draft| app.diary.with(|diary| draft.redaction.counts(diary))));
    let ready = move || ahead.with(|ahead| matches!(ahead, Some(Ok(_))));
    // What is shown is made at this very press, and only shown if it is what was looked over.
    let show = move || {
        let made = app.key_codes(&app.draft.with_untracked(|draft| draft.redaction.clone()));
        let same = ahead.with_untracked(|ahead| match (ahead, &made) {
            (Some(Ok(looked_over)), Ok(made)) => looked_over.holds_the_same(made),
            _ => false,
        });
        notice.set((!same).then_some(Notice::Changed));
        ahead.set(Some(made.clone()));
        shown.set(made.ok().filter(|_| same));
    };
    view! {
        <NoticeOf notice again=Callback::new(move |()| show()) />
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
                <button class="btn wide" type="button" disabled=move || !ready() on:click=move |_| show()>
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
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let what = move || {
        ahead.with(|ahead| {
            let Some(Ok(keys)) = ahead else { return String::new() };
            let (encounters, entries) = (words.encounters(keys.encounters), words.entries(keys.entries()));
            let met = t_string!(i18n, report.look_what_text, encounters = encounters, entries = entries);
            let intervals = words.intervals(keys.intervals());
            let keys = t_string!(i18n, keys.look_keys, intervals = intervals);
            format!("{met}. {keys}")
        })
    };
    let reads = move || {
        by_mode(app, || t_string!(i18n, keys.look_reads_text), || t_string!(i18n, keys.look_reads_private))
    };
    let staff = move || {
        by_mode(app, || t_string!(i18n, keys.look_staff_text), || t_string!(i18n, keys.look_staff_private))
    };
    let line = move |of: &OfDay| {
        let encounters = (of.encounters > 0).then(|| words.encounters(of.encounters));
        let intervals = (of.intervals > 0).then(|| words.intervals(of.intervals));
        let both = encounters.into_iter().chain(intervals).collect::<Vec<_>>().join(i18n.comma());
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
                <dd class="small">{reads}</dd>
            </div>
            <div>
                <dt>{t!(i18n, keys.look_staff)}</dt>
                <dd class="small">{staff}</dd>
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

/// The code itself, for as long as somebody looks at it: it goes when the app leaves the screen, lest the system keep a
/// picture of it, and when nobody has touched the screen for five minutes.
#[component]
fn Shown(
    keys: KeysToShow,
    shown: RwSignal<Option<KeysToShow>>,
    notice: RwSignal<Option<Notice>>,
    handed: RwSignal<bool>,
) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let count = keys.codes.len();
    let lead = move || t_string!(i18n, keys.show_lead, count = plural(count));
    let held = {
        let (encounters, intervals) = (keys.encounters, keys.intervals());
        move || {
            let (encounters, intervals) = (words.encounters(encounters), words.intervals(intervals));
            t_string!(i18n, keys.show_holds, encounters = encounters, intervals = intervals)
        }
    };
    let done = move |_| {
        shown.set(None);
        handed.set(true);
        app.draft.set(ReportDraft::default());
    };
    let close = move |why: Notice| {
        notice.set(Some(why));
        shown.set(None);
    };
    let watch = StoredValue::new_local(visibility::on_change(move |visible| {
        if !visible {
            close(Notice::Away);
        }
    }));
    let touched = StoredValue::new(app.now.get_untracked());
    let touch = move || touched.set_value(app.now.get_untracked());
    let listening = [
        window_event_listener(ev::pointerdown, move |_| touch()),
        window_event_listener(ev::keydown, move |_| touch()),
    ];
    Effect::new(move |_| {
        if app.now.get().since(touched.get_value()) >= UNTOUCHED_SECONDS {
            close(Notice::Untouched);
        }
    });
    on_cleanup(move || {
        watch.try_set_value(None);
        listening.into_iter().for_each(WindowListenerHandle::remove);
    });
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
