//! The worker's end of the line.
//!
//! A message is `[number, head, buffer]`; its answer is `[number, head]`.

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, MessagePort};

/// What the worker says once it listens.
pub(super) const READY: &str = "ready";

/// Calls `answer` with each message's head and buffer, and sends back what it gives.
pub fn serve(mut answer: impl FnMut(Vec<u8>, Vec<u8>) -> Vec<u8> + 'static) {
    let Some(port) = port() else {
        return;
    };
    let reply_to = port.clone();
    let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = Array::from(&event.data());
        let head = Uint8Array::new(&message.get(1)).to_vec();
        let buffer = Uint8Array::new(&message.get(2)).to_vec();
        let outcome = answer(head, buffer);
        let reply = Array::of2(&message.get(0), &Uint8Array::from(outcome.as_slice()));
        // Only fails for what cannot be cloned; numbers and bytes can.
        let _ = reply_to.post_message(&reply);
    });
    port.set_onmessage(Some(closure.as_ref().unchecked_ref()));
    closure.forget();
    // Whoever started the worker waits for this before sending anything.
    let _ = port.post_message(&JsValue::from_str(READY));
}

/// The worker's own end; in the service worker, the one that its script has made (`www/background-worker.js`).
fn port() -> Option<MessagePort> {
    let global = js_sys::global();
    if global.is_instance_of::<DedicatedWorkerGlobalScope>() {
        // Both have what is called here, by the same names.
        return Some(global.unchecked_into());
    }
    Reflect::get(&global, &"twokenPort".into()).ok()?.dyn_into().ok()
}
