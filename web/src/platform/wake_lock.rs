//! Keeps the screen on while two people hold their codes to each other.
//!
//! The browser takes the lock away whenever the page is hidden; whoever holds it asks again
//! when the page comes back. Where there is no such API, the screen goes dark as usual.
//! Called through `Reflect`: `web_sys` still counts the API among its unstable ones.

use js_sys::{Function, Promise, Reflect};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

thread_local! {
    static WANTED: Cell<bool> = const { Cell::new(false) };
    static HELD: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// Asks for the screen to stay on. Asking again while it does changes nothing.
pub fn hold() {
    WANTED.set(true);
    if HELD.with_borrow(|held| held.as_ref().is_some_and(still_held)) || !super::visibility::visible() {
        return;
    }
    let Some(request) = request() else {
        return;
    };
    spawn_local(async move {
        let Ok(lock) = JsFuture::from(request).await else {
            // Low battery, or not allowed: the page works without it.
            return;
        };
        if WANTED.get() {
            HELD.with_borrow_mut(|held| *held = Some(lock));
        } else {
            let_go(&lock).await;
        }
    });
}

/// Asks again when the page has come back, if somebody still wants it.
pub fn hold_again() {
    if WANTED.get() {
        hold();
    }
}

/// Lets the screen go dark again.
pub fn release() {
    WANTED.set(false);
    if let Some(lock) = HELD.with_borrow_mut(Option::take) {
        spawn_local(async move { let_go(&lock).await });
    }
}

fn request() -> Option<Promise> {
    let navigator = web_sys::window()?.navigator();
    let api = Reflect::get(&navigator, &"wakeLock".into()).ok()?;
    call(&api, "request", Some("screen"))
}

fn still_held(lock: &JsValue) -> bool {
    Reflect::get(lock, &"released".into()).is_ok_and(|released| released == JsValue::FALSE)
}

async fn let_go(lock: &JsValue) {
    if let Some(promise) = call(lock, "release", None) {
        let _ = JsFuture::from(promise).await;
    }
}

fn call(object: &JsValue, method: &str, argument: Option<&str>) -> Option<Promise> {
    let method: Function = Reflect::get(object, &method.into()).ok()?.dyn_into().ok()?;
    let answer = match argument {
        Some(argument) => method.call1(object, &argument.into()),
        None => method.call0(object),
    };
    answer.ok()?.dyn_into().ok()
}
