//! Whether the browser believes that there is a network, and how requests are to be made.

pub use web_sys::{ReferrerPolicy, RequestCache, RequestCredentials};

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// The browser's belief; true where it has none.
#[must_use]
pub fn online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Calls `changed` whenever that belief changes.
pub fn on_change(mut changed: impl FnMut(bool) + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let closure = Closure::<dyn FnMut()>::new(move || changed(online()));
    let listener = closure.as_ref().unchecked_ref();
    let listened = window
        .add_event_listener_with_callback("online", listener)
        .and_then(|()| window.add_event_listener_with_callback("offline", listener));
    if listened.is_ok() {
        closure.forget();
    }
}

/// A signal that breaks a request off after so many milliseconds.
#[must_use]
pub fn timeout(milliseconds: u32) -> Option<web_sys::AbortSignal> {
    // Missing in browsers before 2022, which then wait as long as they like.
    let constructor = js_sys::Reflect::get(&js_sys::global(), &"AbortSignal".into()).ok()?;
    js_sys::Reflect::has(&constructor, &"timeout".into())
        .ok()?
        .then(|| web_sys::AbortSignal::timeout_with_u32(milliseconds))
}
