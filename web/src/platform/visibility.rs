//! Whether the page can be seen.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::VisibilityState;

/// Whether the page is in front.
#[must_use]
pub fn visible() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Calls `changed` when the page comes to the front or leaves it, until the watch is dropped.
#[must_use]
pub fn on_change(mut changed: impl FnMut(bool) + 'static) -> Option<Watch> {
    let document = web_sys::window()?.document()?;
    let closure = Closure::<dyn FnMut()>::new(move || changed(visible()));
    document.add_event_listener_with_callback("visibilitychange", closure.as_ref().unchecked_ref()).ok()?;
    Some(Watch { document, closure })
}

/// Ends the watching when dropped.
pub struct Watch {
    document: web_sys::Document,
    closure: Closure<dyn FnMut()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self
            .document
            .remove_event_listener_with_callback("visibilitychange", self.closure.as_ref().unchecked_ref());
    }
}
