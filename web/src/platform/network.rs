//! Whether the browser believes that there is a network, and how requests are to be made.

pub use web_sys::{ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect, ResponseType};

use super::scope;
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{AbortController, AbortSignal};

/// The browser's belief; true where it has none.
#[must_use]
pub fn online() -> bool {
    let said = scope::navigator().and_then(|navigator| scope::part(&navigator, "onLine")?.as_bool());
    said.unwrap_or(true)
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

/// Breaks a request off after a time of silence, or when it is dropped.
pub struct Patience {
    controller: AbortController,
    milliseconds: u32,
    timer: RefCell<Option<Timeout>>,
}

impl Patience {
    /// Waits so many milliseconds from now on, and again from each [`Self::renew`].
    ///
    /// None where the browser cannot break requests off: it then waits as long as it likes.
    #[must_use]
    pub fn new(milliseconds: u32) -> Option<Self> {
        let controller = AbortController::new().ok()?;
        let patience = Self { controller, milliseconds, timer: RefCell::default() };
        patience.renew();
        Some(patience)
    }

    /// What the request listens to.
    #[must_use]
    pub fn signal(&self) -> AbortSignal {
        self.controller.signal()
    }

    /// Something came: the waiting begins anew.
    pub fn renew(&self) {
        let controller = self.controller.clone();
        let timer = Timeout::new(self.milliseconds, move || controller.abort());
        // The timer before it ends here.
        *self.timer.borrow_mut() = Some(timer);
    }
}

impl Drop for Patience {
    /// What is still coming is wanted no more.
    fn drop(&mut self) {
        self.controller.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::clock::sleep_ms;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    async fn patience_ends_with_silence_and_not_with_length() {
        let patience = Patience::new(400).unwrap();
        let signal = patience.signal();
        for _ in 0..3 {
            sleep_ms(200).await;
            assert!(!signal.aborted());
            patience.renew();
        }
        sleep_ms(800).await;
        assert!(signal.aborted());
    }

    #[wasm_bindgen_test]
    fn what_is_dropped_is_broken_off() {
        let signal = Patience::new(60_000).unwrap().signal();
        assert!(signal.aborted());
    }
}
