//! From the lens to text: a hook for whatever component shows the camera.

use super::camera::{Camera, CameraProblem, Facing};
use super::clock;
use super::frames::{self, Frame, Frames, View};
use super::visibility::{self, Watch};
use super::worker;
use crate::worker::messages::{self, Outcome, Task};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlInputElement, HtmlVideoElement};

/// The same text again within this time is the same reading.
const SAME_TEXT_MS: u64 = 900;
/// At most twenty frames a second: more only warms the device.
const FRAME_MS: u64 = 50;
/// Repaints to wait for the video element to appear.
const MOUNT_REPAINTS: usize = 60;

/// What the camera is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CameraState {
    /// It is off.
    #[default]
    Idle,
    /// It is being asked for.
    Starting,
    /// It is on.
    Live {
        /// Which way it looks.
        facing: Facing,
        /// Whether it has a lamp.
        can_torch: bool,
        /// Whether the lamp is on.
        torch: bool,
        /// Whether there is another camera to switch to.
        several: bool,
    },
    /// There is no picture.
    Failed(CameraProblem),
}

/// What came of a picture file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PictureState {
    /// None was given, or its code was read.
    #[default]
    Idle,
    /// It is being read.
    Reading,
    /// There is no code in it that could be read.
    Nothing,
    /// It is no picture.
    Unreadable,
}

/// A picture file that the person chose.
#[derive(Clone, Debug)]
pub struct Picture(File);

/// The picture chosen in an `<input type="file">`, by its `change` event. The input is emptied,
/// so that the same picture can be chosen again.
#[must_use]
pub fn picture_of(event: &leptos::ev::Event) -> Option<Picture> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let file = input.files()?.get(0)?;
    input.set_value("");
    Some(Picture(file))
}

/// The camera's state and controls. It is switched off when its component goes.
#[derive(Clone, Copy)]
pub struct ScannerHandle {
    /// What the camera is doing.
    pub state: Signal<CameraState>,
    /// What came of the last picture file.
    pub picture: Signal<PictureState>,
    set_state: RwSignal<CameraState>,
    set_picture: RwSignal<PictureState>,
    video: NodeRef<html::Video>,
    on_text: Callback<String>,
    inner: StoredValue<Inner, LocalStorage>,
}

#[derive(Default)]
struct Inner {
    camera: Option<Camera>,
    /// Grows with each start and stop: an older loop or start ends by itself.
    turn: u32,
    /// What to go on with when the page comes back to the front.
    resume: Option<Facing>,
    watch: Option<Watch>,
}

/// Reads codes from a camera shown in `video` (which needs `playsinline` and `muted`), and from
/// picture files. `on_text` is called with each text read.
#[must_use]
pub fn use_scanner(video: NodeRef<html::Video>, on_text: Callback<String>) -> ScannerHandle {
    let set_state = RwSignal::new(CameraState::Idle);
    let set_picture = RwSignal::new(PictureState::Idle);
    let handle = ScannerHandle {
        state: set_state.into(),
        picture: set_picture.into(),
        set_state,
        set_picture,
        video,
        on_text,
        inner: StoredValue::new_local(Inner::default()),
    };
    let watch = visibility::on_change(move |visible| handle.seen(visible));
    handle.inner.update_value(|inner| inner.watch = watch);
    on_cleanup(move || handle.stop());
    handle
}

impl ScannerHandle {
    /// Switches the camera on.
    pub fn start(self, facing: Facing) {
        self.begin(facing, None);
    }

    /// Switches the camera off.
    pub fn stop(self) {
        self.inner.try_update_value(|inner| {
            inner.turn = inner.turn.wrapping_add(1);
            inner.camera = None;
            inner.resume = None;
        });
        self.set_state.try_set(CameraState::Idle);
    }

    /// Switches to the camera that looks the other way, or simply to the next one.
    pub fn switch_facing(self) {
        if let CameraState::Live { facing, .. } = self.state.get_untracked() {
            let camera = self.inner.try_update_value(|inner| inner.camera.take()).flatten();
            self.begin(facing.other(), camera);
        }
    }

    /// Switches the lamp.
    pub fn set_torch(self, on: bool) {
        spawn_local(async move {
            // Taken out while it is asked: a borrow must not be held over an await.
            let Some(Some(camera)) = self.inner.try_update_value(|inner| inner.camera.take()) else {
                return;
            };
            let turn = self.turn();
            let done = camera.torch(on).await;
            if self.turn() != turn {
                return;
            }
            self.inner.try_update_value(|inner| inner.camera = Some(camera));
            self.set_state.try_update(|state| {
                if let CameraState::Live { torch, .. } = state
                    && done
                {
                    *torch = on;
                }
            });
        });
    }

    /// Reads the code in a picture file.
    pub fn read_picture(self, picture: Picture) {
        self.set_picture.set(PictureState::Reading);
        spawn_local(async move {
            let outcome = match read_file(&picture.0).await {
                Ok(Some(text)) => {
                    self.on_text.try_run(text);
                    PictureState::Idle
                }
                Ok(None) => PictureState::Nothing,
                Err(Unreadable) => PictureState::Unreadable,
            };
            self.set_picture.try_set(outcome);
        });
    }

    fn begin(self, facing: Facing, before: Option<Camera>) {
        self.inner.try_update_value(|inner| {
            inner.turn = inner.turn.wrapping_add(1);
            inner.camera = None;
            inner.resume = None;
        });
        self.set_state.try_set(CameraState::Starting);
        let turn = self.turn();
        spawn_local(async move {
            let opened = self.open(facing, before).await;
            if self.turn() != turn {
                return;
            }
            match opened {
                Ok((camera, video)) => {
                    self.set_state.try_set(CameraState::Live {
                        facing: camera.facing,
                        can_torch: camera.can_torch,
                        torch: false,
                        several: camera.several,
                    });
                    self.inner.try_update_value(|inner| inner.camera = Some(camera));
                    self.read(turn, &video).await;
                }
                Err(problem) => {
                    self.set_state.try_set(CameraState::Failed(problem));
                }
            }
        });
    }

    async fn open(
        self,
        facing: Facing,
        before: Option<Camera>,
    ) -> Result<(Camera, HtmlVideoElement), CameraProblem> {
        let video = self.mounted().await.ok_or(CameraProblem::Unknown)?;
        let camera = Camera::open(facing, before.as_ref()).await?;
        drop(before);
        camera.show(&video).await?;
        Ok((camera, video))
    }

    async fn mounted(self) -> Option<HtmlVideoElement> {
        for _ in 0..MOUNT_REPAINTS {
            if let Some(video) = self.video.try_get_untracked()? {
                return Some(video);
            }
            frames::next_repaint().await;
        }
        None
    }

    /// Frame after frame, one at a time in the worker, until the turn is over.
    async fn read(self, turn: u32, video: &HtmlVideoElement) {
        let Some(frames) = Frames::new() else {
            return self.fail(CameraProblem::Unknown);
        };
        let mut view = View::Whole;
        let mut shown_at = -1.0;
        let mut last: Option<(String, u64)> = None;
        loop {
            frames::next_repaint().await;
            if self.turn() != turn {
                return;
            }
            if self.inner.try_with_value(|inner| inner.camera.as_ref().is_some_and(Camera::ended))
                == Some(true)
            {
                return self.fail(CameraProblem::Busy);
            }
            // A repaint without a new picture.
            if video.current_time() == shown_at {
                continue;
            }
            shown_at = video.current_time();
            let begun = clock::now_ms();
            if let Some(frame) = frames.of_video(video, view) {
                let Ok(text) = read_frame(frame).await else {
                    return self.fail(CameraProblem::Unknown);
                };
                if self.turn() != turn {
                    return;
                }
                if let Some(text) = text {
                    let now = clock::now_ms();
                    let again = last
                        .as_ref()
                        .is_some_and(|(known, at)| *known == text && now.saturating_sub(*at) < SAME_TEXT_MS);
                    if !again {
                        last = Some((text.clone(), now));
                        self.on_text.try_run(text);
                    }
                } else {
                    view = if view == View::Whole { View::Middle } else { View::Whole };
                }
            }
            let spent = clock::now_ms().saturating_sub(begun);
            if let Ok(rest) = u32::try_from(FRAME_MS.saturating_sub(spent))
                && rest > 0
            {
                clock::sleep_ms(rest).await;
            }
        }
    }

    fn fail(self, problem: CameraProblem) {
        self.inner.try_update_value(|inner| {
            inner.turn = inner.turn.wrapping_add(1);
            inner.camera = None;
        });
        self.set_state.try_set(CameraState::Failed(problem));
    }

    /// The camera is off while nobody can see its picture.
    fn seen(self, visible: bool) {
        if visible {
            let resume = self.inner.try_update_value(|inner| inner.resume.take()).flatten();
            if let Some(facing) = resume {
                self.start(facing);
            }
        } else if let Some(CameraState::Live { facing, .. }) = self.state.try_get_untracked() {
            self.stop();
            self.inner.try_update_value(|inner| inner.resume = Some(facing));
        }
    }

    fn turn(self) -> u32 {
        // Zero once the component is gone: no turn has that number.
        self.inner.try_with_value(|inner| inner.turn).unwrap_or_default()
    }
}

struct Unreadable;

async fn read_file(file: &File) -> Result<Option<String>, Unreadable> {
    let bitmap = frames::decode_picture(file).await.map_err(|_| Unreadable)?;
    let frames = Frames::new().ok_or(Unreadable)?;
    let mut before = None;
    for side in frames::PICTURE_SIDES {
        let Some(frame) = frames.of_picture(&bitmap, side) else {
            return Err(Unreadable);
        };
        // A small picture is the same at every size.
        let size = (frame.width, frame.height);
        if before.replace(size) == Some(size) {
            continue;
        }
        if let Some(text) = read_frame(frame).await.map_err(|worker::Gone| Unreadable)? {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

async fn read_frame(frame: Frame) -> Result<Option<String>, worker::Gone> {
    let task = Task::Scan { width: frame.width, height: frame.height };
    let answer = worker::ask(messages::encode(&task), frame.rgba).await?;
    match messages::decode(&answer) {
        Some(Outcome::Scanned(text)) => Ok(text),
        _ => Err(worker::Gone),
    }
}
