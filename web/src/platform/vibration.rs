//! A short buzz when a code was read, where the device can.

use wasm_bindgen::JsValue;

/// One short buzz: their code was read.
pub fn once() {
    pattern(&[30]);
}

/// Two short buzzes: both directions are done.
pub fn twice() {
    pattern(&[30, 60, 30]);
}

fn pattern(milliseconds: &[u32]) {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else {
        return;
    };
    // Missing on desktops and on iOS.
    if !js_sys::Reflect::has(&navigator, &JsValue::from_str("vibrate")).unwrap_or(false) {
        return;
    }
    let list: js_sys::Array = milliseconds.iter().map(|&length| JsValue::from(length)).collect();
    let _ = navigator.vibrate_with_pattern(&list);
}
