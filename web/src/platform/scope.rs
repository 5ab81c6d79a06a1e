//! Where the program runs: in a window, or in the service worker while there is none. Both have a clock, a network,
//! storage and locks; only a window has a page.
//!
//! Called through `Reflect`: `web_sys` has two types for what is one thing to us.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Whether there is no page: in the service worker.
pub(super) fn is_service_worker() -> bool {
    of_global("registration").is_some() && web_sys::window().is_none()
}

/// Something of the global object, if the browser has it.
pub(super) fn of_global(name: &str) -> Option<JsValue> {
    part(&js_sys::global(), name)
}

/// What the browser says of itself.
pub(super) fn navigator() -> Option<JsValue> {
    of_global("navigator")
}

/// A part of something, if it has it.
pub(super) fn part(whole: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(whole, &name.into()).ok().filter(|part| !part.is_undefined() && !part.is_null())
}

/// Calls a method, if there is one; what it throws is none.
pub(super) fn call(whole: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method: Function = part(whole, name)?.dyn_into().ok()?;
    Reflect::apply(&method, whole, &arguments.iter().cloned().collect()).ok()
}

/// Calls a method that answers later; a refusal is none.
pub(super) async fn call_and_wait(whole: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let promise: Promise = call(whole, name, arguments)?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}
