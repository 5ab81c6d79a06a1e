//! The camera's picture with its controls, and the way by a picture file. What it reads goes to
//! whoever shows it.

use super::icon::{Glyph, Icon};
use super::message::{Message, Said};
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::camera::{CameraProblem, Facing};
use crate::platform::scanner::{CameraState, PictureState, ScannerHandle, picture_of, use_scanner};
use leptos::html;
use leptos::prelude::*;
use twoken_core::encounter::How;

/// For whom it looks, which its words are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reader {
    /// Somebody on their own phone: the other person's code.
    #[default]
    Person,
    /// Health staff at a desk: a patient's keys, which a hand scanner reads as well.
    Staff,
}

/// The camera.
#[component]
pub fn CameraView(
    /// A text was read, from the camera or from a picture.
    on_text: Callback<(String, How)>,
    /// For whom.
    #[prop(optional)]
    reader: Reader,
    /// Begins with the camera that looks away from the person.
    #[prop(optional)]
    rear: bool,
    /// Is switched on at once.
    #[prop(optional)]
    starts: bool,
    /// Whether what was looked for is read: the corners turn to token then.
    #[prop(optional, into)]
    read: Signal<bool>,
    /// Whether their code is being typed instead, where it can be.
    #[prop(optional)]
    typing: Option<RwSignal<bool>>,
    /// What that is called, if not as a person's way.
    #[prop(optional, into)]
    typing_text: MaybeProp<String>,
    /// How to hold it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let video = NodeRef::<html::Video>::new();
    let reading = RwSignal::new(false);
    let heard = Callback::new(move |text: String| {
        // One picture is read at a time, and says so.
        let how = if reading.get_untracked() { How::Picture } else { How::Camera };
        on_text.run((text, how));
    });
    let scanner = use_scanner(video, heard);
    Effect::new(move |_| reading.set(scanner.picture.get() == PictureState::Reading));
    let facing = if rear { Facing::Environment } else { Facing::User };
    if starts {
        scanner.start(facing);
    }
    let state = scanner.state;
    let failed = move || match state.get() {
        CameraState::Failed(problem) => Some(problem),
        _ => None,
    };
    let on = move || matches!(state.get(), CameraState::Live { .. } | CameraState::Starting);
    view! {
        <div class="stack tight">
            // The picture's element stays while the camera comes and goes.
            <div class="cam" hidden=move || !on()>
                <Lens video scanner read />
            </div>
            <Show when=move || state.get() == CameraState::Idle>
                <Off scanner facing reader />
            </Show>
            {move || failed().map(|problem| view! { <Failed problem scanner facing reader /> })}
            {children.map(|children| children())}
            <Picture scanner reader typing typing_text />
        </div>
    }
}

#[component]
fn Lens(video: NodeRef<html::Video>, scanner: ScannerHandle, read: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let state = scanner.state;
    let said = move || match (state.get(), read.get()) {
        (CameraState::Starting, _) => t_string!(i18n, camera.starting),
        (_, true) => t_string!(i18n, camera.read),
        (_, false) => t_string!(i18n, camera.looking),
    };
    // One sees oneself as in a mirror; what is read is not mirrored.
    let mirrored = move || matches!(state.get(), CameraState::Live { facing: Facing::User, .. });
    view! {
        <video
            node_ref=video
            class:mirrored=mirrored
            aria-label=move || t_string!(i18n, camera.picture)
            playsinline="true"
            muted="true"
        ></video>
        <svg
            class="corners"
            class:read=move || read.get()
            viewBox="0 0 350 218"
            preserveAspectRatio="xMidYMid slice"
            aria-hidden="true"
        >
            <path d="M116 70V58a12 12 0 0 1 12-12h12M210 46h12a12 12 0 0 1 12 12v12M234 140v12a12 12 0 0 1-12 12h-12M140 164h-12a12 12 0 0 1-12-12v-12" />
        </svg>
        <div class="tools">
            <Tools scanner />
        </div>
        <div class="say">
            <span>{said}</span>
        </div>
    }
}

/// What can be done with a camera that is on, as far as this one can.
#[component]
fn Tools(scanner: ScannerHandle) -> impl IntoView {
    let i18n = use_i18n();
    let tools = Memo::new(move |_| match scanner.state.get() {
        CameraState::Live { can_torch, torch, several, .. } => (can_torch, torch, several),
        _ => (false, false, false),
    });
    let lit = move || tools.get().1;
    view! {
        <Show when=move || tools.get().0>
            <button
                class="round"
                type="button"
                aria-label=move || t_string!(i18n, camera.torch)
                aria-pressed=move || if lit() { "true" } else { "false" }
                on:click=move |_| scanner.set_torch(!tools.get_untracked().1)
            >
                <Icon glyph=Glyph::Torch small=true />
            </button>
        </Show>
        <Show when=move || tools.get().2>
            <button
                class="round"
                type="button"
                aria-label=move || t_string!(i18n, camera.turn)
                on:click=move |_| scanner.switch_facing()
            >
                <Icon glyph=Glyph::Turn small=true />
            </button>
        </Show>
        <button
            class="round"
            type="button"
            aria-label=move || t_string!(i18n, camera.stop)
            on:click=move |_| scanner.stop()
        >
            <Icon glyph=Glyph::Close small=true />
        </button>
    }
}

#[component]
fn Off(scanner: ScannerHandle, facing: Facing, reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let text = move || match reader {
        Reader::Person => t_string!(i18n, camera.off_text),
        Reader::Staff => t_string!(i18n, camera.keys_off_text),
    };
    view! {
        <div class="cam off">
            <p class="head">{t!(i18n, camera.off)}</p>
            <p class="small">{text}</p>
            <button class="btn compact" type="button" on:click=move |_| scanner.start(facing)>
                <Icon glyph=Glyph::Camera small=true />
                {t!(i18n, camera.start)}
            </button>
        </div>
    }
}

/// Why there is no picture, and what works without one.
#[component]
fn Failed(problem: CameraProblem, scanner: ScannerHandle, facing: Facing, reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let (title, text) = match problem {
        CameraProblem::Denied => (t_string!(i18n, camera.denied), t_string!(i18n, camera.denied_text)),
        CameraProblem::None => (t_string!(i18n, camera.none), t_string!(i18n, camera.none_text)),
        CameraProblem::Busy => (t_string!(i18n, camera.busy), t_string!(i18n, camera.busy_text)),
        CameraProblem::Insecure => (t_string!(i18n, camera.insecure), t_string!(i18n, camera.insecure_text)),
        CameraProblem::Unknown => (t_string!(i18n, camera.broken), t_string!(i18n, camera.broken_text)),
    };
    let text = match (reader, problem) {
        (Reader::Person, _) => text,
        (Reader::Staff, CameraProblem::Denied) => t_string!(i18n, camera.keys_denied_text),
        (Reader::Staff, CameraProblem::None) => t_string!(i18n, camera.keys_none_text),
        (Reader::Staff, CameraProblem::Busy) => t_string!(i18n, camera.keys_busy_text),
        (Reader::Staff, CameraProblem::Insecure) => t_string!(i18n, camera.keys_insecure_text),
        (Reader::Staff, CameraProblem::Unknown) => t_string!(i18n, camera.keys_broken_text),
    };
    // Over plain http it would only fail again.
    let again = problem != CameraProblem::Insecure;
    view! {
        <Message said=Said::plain(Glyph::Camera, title, text)>
            {again
                .then(|| {
                    view! {
                        <button
                            class="linkish"
                            type="button"
                            on:click=move |_| scanner.start(facing)
                        >
                            {t!(i18n, camera.retry)}
                        </button>
                    }
                })}
        </Message>
    }
}

/// A picture of a code, instead of the camera, and beside it the way by typing.
#[component]
fn Picture(
    scanner: ScannerHandle,
    reader: Reader,
    typing: Option<RwSignal<bool>>,
    typing_text: MaybeProp<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let choose = move |event: leptos::ev::Event| {
        if let Some(picture) = picture_of(&event) {
            scanner.read_picture(picture);
        }
    };
    let told = move || match scanner.picture.get() {
        PictureState::Idle => None,
        PictureState::Reading => {
            Some(view! { <p class="small centred">{t!(i18n, camera.reading_picture)}</p> }.into_any())
        }
        PictureState::Nothing => {
            let (title, text) = (t_string!(i18n, camera.no_code), t_string!(i18n, camera.no_code_text));
            let said = Said::plain(Glyph::Picture, title, text);
            Some(view! { <Message said /> }.into_any())
        }
        PictureState::Unreadable => {
            let text = match reader {
                Reader::Person => t_string!(i18n, camera.not_picture_text),
                Reader::Staff => t_string!(i18n, camera.keys_not_picture_text),
            };
            let said = Said::plain(Glyph::Picture, t_string!(i18n, camera.not_picture), text);
            Some(view! { <Message said /> }.into_any())
        }
    };
    view! {
        <div class="row wrap far middle">
            <label class="linkish small file">
                <input class="sr" type="file" accept="image/*" on:change=choose />
                <Icon glyph=Glyph::Picture small=true />
                {t!(i18n, meet.use_picture)}
            </label>
            {typing
                .map(|typing| {
                    view! {
                        <button
                            class="linkish small"
                            type="button"
                            aria-expanded=move || if typing.get() { "true" } else { "false" }
                            on:click=move |_| typing.update(|typing| *typing = !*typing)
                        >
                            <Icon glyph=Glyph::Keys small=true />
                            {move || {
                                typing_text.get().unwrap_or_else(|| t_string!(i18n, meet.type_paste).to_owned())
                            }}
                        </button>
                    }
                })}
        </div>
        <div role="status">{told}</div>
    }
}
