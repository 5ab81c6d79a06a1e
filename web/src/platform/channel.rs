//! What the medical console's windows of one browser tell each other: bare words, nothing about anybody.

use std::cell::OnceCell;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{BroadcastChannel, MessageEvent};

const NAME: &str = "twoken-staff";

/// All windows lock.
pub const LOCK: &str = "lock";
/// The session is another than it was: look at it.
pub const CHANGED: &str = "changed";

thread_local! {
    static CHANNEL: OnceCell<Option<BroadcastChannel>> = const { OnceCell::new() };
}

/// Tells the other windows.
pub fn post(word: &str) {
    with(|channel| {
        // Where a browser refuses, each window finds out by itself.
        let _ = channel.post_message(&JsValue::from_str(word));
    });
}

/// Calls `heard` with each word from another window, for as long as the page lives.
pub fn listen(mut heard: impl FnMut(&str) + 'static) {
    let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(word) = event.data().as_string() {
            heard(&word);
        }
    });
    with(|channel| channel.set_onmessage(Some(closure.as_ref().unchecked_ref())));
    closure.forget();
}

fn with(act: impl FnOnce(&BroadcastChannel)) {
    CHANNEL.with(|channel| {
        if let Some(channel) = channel.get_or_init(|| BroadcastChannel::new(NAME).ok()) {
            act(channel);
        }
    });
}
