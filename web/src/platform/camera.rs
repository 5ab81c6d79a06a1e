//! The camera: asking for it, choosing which, its lamp, and letting go of it.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    HtmlVideoElement, MediaDeviceInfo, MediaDeviceKind, MediaDevices, MediaStream, MediaStreamConstraints,
    MediaStreamTrack,
};

/// Which way a camera looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Facing {
    /// At whoever holds the device: two phones face to face scan each other.
    #[default]
    User,
    /// Away from them.
    Environment,
}

impl Facing {
    const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Environment => "environment",
        }
    }

    /// The other way.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::User => Self::Environment,
            Self::Environment => Self::User,
        }
    }
}

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameraProblem {
    /// The person, or the browser's settings, said no.
    Denied,
    /// The device has no camera.
    None,
    /// Another app uses it.
    Busy,
    /// Browsers give the camera only to pages that came over https.
    Insecure,
    /// Something else.
    Unknown,
}

/// A camera that is on.
pub struct Camera {
    stream: MediaStream,
    track: MediaStreamTrack,
    /// Which way it looks, as it says itself or as it was asked for.
    pub facing: Facing,
    /// Whether it has a lamp that can be switched.
    pub can_torch: bool,
    /// Whether there is another one.
    pub several: bool,
}

impl Camera {
    /// Switches a camera on: one that looks `facing`, or, beside `instead_of`, simply another.
    ///
    /// # Errors
    /// Each [`CameraProblem`], as it says.
    pub async fn open(facing: Facing, instead_of: Option<&Self>) -> Result<Self, CameraProblem> {
        let devices = devices()?;
        let before = instead_of.map(Self::device_id);
        let wanted = match &before {
            // Cameras that don't say which way they look are told apart by their number.
            Some(before) if !instead_of.is_some_and(Self::says_facing) => next_device(&devices, before).await,
            _ => None,
        };
        let stream = get_stream(&devices, facing, wanted.as_deref()).await?;
        let Some(track) = stream.get_video_tracks().get(0).dyn_into::<MediaStreamTrack>().ok() else {
            return Err(CameraProblem::None);
        };
        let mut camera = Self { stream, track, facing, can_torch: false, several: false };
        camera.facing = camera.facing_said().unwrap_or(facing);
        camera.can_torch = camera.has_torch();
        camera.several = inputs(&devices).await.len() > 1;
        Ok(camera)
    }

    /// Shows its picture in `video`.
    ///
    /// # Errors
    /// `Unknown` where the browser will not play it.
    pub async fn show(&self, video: &HtmlVideoElement) -> Result<(), CameraProblem> {
        video.set_src_object(Some(&self.stream));
        video.set_muted(true);
        let playing = video.play().map_err(|_| CameraProblem::Unknown)?;
        JsFuture::from(playing).await.map(drop).map_err(|_| CameraProblem::Unknown)
    }

    /// Switches the lamp. Returns whether it did as it was told.
    pub async fn torch(&self, on: bool) -> bool {
        let wish = Object::new();
        let advanced = Object::new();
        let set = Reflect::set(&advanced, &"torch".into(), &on.into())
            .and_then(|_| Reflect::set(&wish, &"advanced".into(), &Array::of1(&advanced)));
        if set.is_err() {
            return false;
        }
        let constraints = wish.unchecked_into();
        match self.track.apply_constraints_with_constraints(&constraints) {
            Ok(promise) => JsFuture::from(promise).await.is_ok(),
            Err(_) => false,
        }
    }

    /// Whether the device took it away (unplugged, or used by another app).
    #[must_use]
    pub fn ended(&self) -> bool {
        self.track.ready_state() == web_sys::MediaStreamTrackState::Ended
    }

    fn facing_said(&self) -> Option<Facing> {
        match self.setting("facingMode")?.as_str() {
            "user" => Some(Facing::User),
            "environment" => Some(Facing::Environment),
            _ => None,
        }
    }

    fn says_facing(&self) -> bool {
        self.facing_said().is_some()
    }

    fn device_id(&self) -> String {
        self.setting("deviceId").unwrap_or_default()
    }

    fn setting(&self, name: &str) -> Option<String> {
        Reflect::get(&self.track.get_settings(), &name.into()).ok()?.as_string()
    }

    fn has_torch(&self) -> bool {
        // Not in Firefox.
        let Ok(method) = Reflect::get(&self.track, &"getCapabilities".into()) else {
            return false;
        };
        let Ok(method) = method.dyn_into::<js_sys::Function>() else {
            return false;
        };
        method
            .call0(&self.track)
            .and_then(|capabilities| Reflect::get(&capabilities, &"torch".into()))
            .is_ok_and(|torch| torch.is_truthy())
    }
}

impl Drop for Camera {
    /// The light beside the lens goes out.
    fn drop(&mut self) {
        for track in self.stream.get_tracks().iter() {
            if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
                track.stop();
            }
        }
    }
}

fn devices() -> Result<MediaDevices, CameraProblem> {
    let window = web_sys::window().ok_or(CameraProblem::Unknown)?;
    if !window.is_secure_context() {
        return Err(CameraProblem::Insecure);
    }
    window.navigator().media_devices().map_err(|_| CameraProblem::None)
}

async fn get_stream(
    devices: &MediaDevices,
    facing: Facing,
    device: Option<&str>,
) -> Result<MediaStream, CameraProblem> {
    let video = Object::new();
    let wish = |name: &str, value: JsValue| {
        let ideal = Object::new();
        let set = Reflect::set(&ideal, &"ideal".into(), &value)
            .and_then(|_| Reflect::set(&video, &name.into(), &ideal));
        set.map(drop).map_err(|_| CameraProblem::Unknown)
    };
    match device {
        Some(device) => wish("deviceId", device.into())?,
        None => wish("facingMode", facing.name().into())?,
    }
    wish("width", 1280.into())?;
    wish("height", 720.into())?;
    let constraints = MediaStreamConstraints::new();
    constraints.set_audio(&JsValue::FALSE);
    constraints.set_video(&video);
    let promise =
        devices.get_user_media_with_constraints(&constraints).map_err(|error| problem_of(&error))?;
    let stream = JsFuture::from(promise).await.map_err(|error| problem_of(&error))?;
    stream.dyn_into().map_err(|_| CameraProblem::Unknown)
}

/// The camera after `before`, in the order in which the browser lists them.
async fn next_device(devices: &MediaDevices, before: &str) -> Option<String> {
    let ids = inputs(devices).await;
    let position = ids.iter().position(|id| id == before)?;
    ids.iter().cycle().nth(position + 1).cloned()
}

async fn inputs(devices: &MediaDevices) -> Vec<String> {
    let Ok(promise) = devices.enumerate_devices() else {
        return Vec::new();
    };
    let Ok(list) = JsFuture::from(promise).await else {
        return Vec::new();
    };
    Array::from(&list)
        .iter()
        .filter_map(|device| device.dyn_into::<MediaDeviceInfo>().ok())
        .filter(|device| device.kind() == MediaDeviceKind::Videoinput)
        .map(|device| device.device_id())
        .collect()
}

fn problem_of(error: &JsValue) -> CameraProblem {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string());
    match name.as_deref() {
        Some("NotAllowedError" | "SecurityError") => CameraProblem::Denied,
        Some("NotFoundError" | "OverconstrainedError") => CameraProblem::None,
        Some("NotReadableError" | "AbortError") => CameraProblem::Busy,
        _ => CameraProblem::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn each_refusal_of_the_browser_has_its_meaning() {
        for (name, problem) in [
            ("NotAllowedError", CameraProblem::Denied),
            ("NotFoundError", CameraProblem::None),
            ("NotReadableError", CameraProblem::Busy),
            ("Weird", CameraProblem::Unknown),
        ] {
            let error = Object::new();
            Reflect::set(&error, &"name".into(), &name.into()).unwrap();
            assert_eq!(problem_of(&error), problem);
        }
    }
}
