//! The clipboard, as far as the browser and the person allow.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

fn clipboard() -> Option<web_sys::Clipboard> {
    let navigator = web_sys::window()?.navigator();
    // Absent outside secure contexts.
    let present = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"))
        .is_ok_and(|value| !value.is_undefined());
    present.then(|| navigator.clipboard())
}

/// The text on the clipboard; none where the browser or the person refuses.
pub async fn read() -> Option<String> {
    let promise = clipboard()?.read_text();
    JsFuture::from(promise).await.ok()?.as_string()
}

/// Puts `text` on the clipboard. Returns whether it is there.
pub async fn write(text: &str) -> bool {
    match clipboard() {
        Some(clipboard) => JsFuture::from(clipboard.write_text(text)).await.is_ok(),
        None => false,
    }
}
