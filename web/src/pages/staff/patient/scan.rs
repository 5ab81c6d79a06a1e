//! Reading the codes: by a camera, from a picture, or from a hardware scanner that types.

use crate::components::camera_view::{CameraView, Reader};
use crate::components::icon::Glyph;
use crate::components::message::{Message, Said};
use crate::components::show::Show;
use crate::components::words::use_words;
use crate::i18n::{I18n, t, t_string, use_i18n};
use crate::state::console::{KeysProblem, Patient, use_console};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use twoken_core::encounter::How;

/// The scanning side.
#[component]
pub(super) fn Scan(
    /// Whether the camera has read anything yet; then it begins by itself.
    camera: RwSignal<bool>,
    /// Whether a hand scanner is in use.
    scanning: RwSignal<bool>,
) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let heard = Callback::new(move |(text, how): (String, How)| {
        if how == How::Camera {
            camera.set(true);
        }
        console.take_code(&text);
    });
    let some = Signal::derive(move || progress_of(&console.patient.get()).is_some());
    view! {
        <section class="stack mid" aria-label=move || t_string!(i18n, desk.scan)>
            <CameraView
                on_text=heard
                reader=Reader::Staff
                rear=true
                starts=camera.get_untracked()
                read=some
                typing=scanning
                typing_text=Signal::derive(move || t_string!(i18n, desk.scanner).to_owned())
            >
                <Progress />
                <Show when=move || some.get()>
                    <div>
                        <button class="btn plain compact" type="button" on:click=move |_| console.forget_keys()>
                            {t!(i18n, desk.discard_half)}
                        </button>
                    </div>
                </Show>
            </CameraView>
            <Show when=move || scanning.get()>
                <Typing />
            </Show>
            <Refused />
        </section>
    }
}

/// Codes read, of how many; none before the first.
fn progress_of(patient: &Patient) -> Option<(usize, usize)> {
    match patient {
        Patient::Scanning { read, count, .. } if *count > 0 => Some((*read, *count)),
        _ => None,
    }
}

/// A ring that closes with every code.
#[component]
fn Progress() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let progress = Memo::new(move |_| console.patient.with(progress_of));
    let dashes = move || {
        let (read, count) = progress.get().unwrap_or((0, 1));
        format!("{} 100", read * 100 / count.max(1))
    };
    let said =
        move || progress.get().map(|(read, count)| t_string!(i18n, desk.codes, read = read, count = count));
    view! {
        <div class="ring" role="status" hidden=move || progress.get().is_none()>
            <svg viewBox="0 0 36 36" aria-hidden="true">
                <circle class="ring-bg" cx="18" cy="18" r="15" />
                <circle
                    class="ring-fg"
                    cx="18"
                    cy="18"
                    r="15"
                    pathLength="100"
                    stroke-dasharray=dashes
                    transform="rotate(-90 18 18)"
                />
            </svg>
            <span class="num">{said}</span>
        </div>
    }
}

/// Where a hardware scanner types. Each code ends with a line break; what was taken in is gone from the field.
#[component]
fn Typing() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let field = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let take = move || {
        if let Some(field) = field.get_untracked() {
            let text = field.value();
            field.set_value("");
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                console.take_code(line);
            }
        }
    };
    let typed = move |_| {
        // Whole lines: the last one may still be being typed.
        if field.get_untracked().is_some_and(|field| field.value().ends_with('\n')) {
            take();
        }
    };
    view! {
        <form
            class="well stack tight"
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                take();
            }
        >
            <div class="field">
                <label for="scanner">{t!(i18n, desk.scanner_label)}</label>
                <textarea
                    class="input mono veiled"
                    id="scanner"
                    rows="2"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-describedby="scanner-hint"
                    node_ref=field
                    on:input=typed
                ></textarea>
                <p class="caption" id="scanner-hint">
                    {t!(i18n, desk.scanner_hint)}
                </p>
            </div>
            <div>
                <button class="btn plain compact" type="submit">
                    {t!(i18n, desk.scanner_take)}
                </button>
            </div>
        </form>
    }
}

/// What was read last and not taken. Nothing is uploaded.
#[component]
fn Refused() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_words();
    let problem = Memo::new(move |_| {
        console.patient.with(|patient| match patient {
            Patient::Scanning { problem, .. } => *problem,
            _ => None,
        })
    });
    let said = move |problem: KeysProblem| match problem {
        KeysProblem::Repeated(uploaded) => {
            let entries = words.entries(uploaded.entries);
            let at = words.format().time(uploaded.at);
            let title = t_string!(i18n, desk.repeated, at = at);
            Said::plain(Glyph::Check, title, t_string!(i18n, desk.repeated_text, entries = entries))
        }
        KeysProblem::Past(day) => {
            let day = words.format().day_plain(day);
            Said::bad(t_string!(i18n, desk.past), t_string!(i18n, desk.past_text, day = day))
        }
        problem => plain(i18n, problem),
    };
    view! {
        <div role="alert">
            {move || problem.get().map(|problem| view! { <Message said=said(problem) /> })}
        </div>
    }
}

fn plain(i18n: I18n, problem: KeysProblem) -> Said {
    let (title, text) = match problem {
        KeysProblem::Meeting => (t_string!(i18n, desk.meeting), t_string!(i18n, desk.meeting_text)),
        KeysProblem::Layout => (t_string!(i18n, desk.layout), t_string!(i18n, desk.layout_text)),
        KeysProblem::Tan => (t_string!(i18n, desk.tan), t_string!(i18n, desk.tan_text)),
        KeysProblem::Version(_) => (t_string!(i18n, desk.version), t_string!(i18n, desk.version_text)),
        KeysProblem::Mode => (t_string!(i18n, desk.mode), t_string!(i18n, desk.mode_text)),
        KeysProblem::Damaged => (t_string!(i18n, desk.damaged), t_string!(i18n, desk.damaged_text)),
        KeysProblem::Future => (t_string!(i18n, desk.future), t_string!(i18n, desk.future_text)),
        KeysProblem::TooMany => (t_string!(i18n, desk.many), t_string!(i18n, desk.many_text)),
        KeysProblem::NotKeys | KeysProblem::Past(_) | KeysProblem::Repeated(_) => {
            (t_string!(i18n, desk.not_keys), t_string!(i18n, desk.not_keys_text))
        }
    };
    Said::bad(title, text)
}
