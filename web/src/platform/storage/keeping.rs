//! Whether the browser keeps what is stored, and how much room there is (WHATWG, Storage, §§ 4, 6).

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::StorageManager;

/// What the browser says about this app's storage; nothing where it says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Keeping {
    /// Whether it was asked already.
    pub asked: bool,
    /// Whether it has promised not to clear it by itself.
    pub promised: Option<bool>,
    /// Bytes in use, about.
    pub used: Option<f64>,
    /// Bytes that it allows, about.
    pub allowed: Option<f64>,
}

/// Asks the browser not to clear the database when space is short. It decides by itself, or asks
/// the person.
pub async fn ask_to_keep() {
    if let Some(Ok(promise)) = manager().map(|manager| manager.persist()) {
        let _ = JsFuture::from(promise).await;
    }
}

/// What the browser says now.
pub async fn keeping() -> Keeping {
    let Some(manager) = manager() else {
        return Keeping { asked: true, ..Keeping::default() };
    };
    let promised = match manager.persisted() {
        Ok(promise) => JsFuture::from(promise).await.ok().and_then(|answer| answer.as_bool()),
        Err(_) => None,
    };
    let estimate = match manager.estimate() {
        Ok(promise) => JsFuture::from(promise).await.unwrap_or(JsValue::UNDEFINED),
        Err(_) => JsValue::UNDEFINED,
    };
    let bytes = |name: &str| Reflect::get(&estimate, &name.into()).ok()?.as_f64();
    Keeping { asked: true, promised, used: bytes("usage"), allowed: bytes("quota") }
}

fn manager() -> Option<StorageManager> {
    let navigator = web_sys::window()?.navigator();
    let present = Reflect::get(&navigator, &"storage".into()).ok()?;
    (!present.is_undefined()).then(|| navigator.storage())
}
