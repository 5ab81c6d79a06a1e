//! The page's address. A fragment is taken out of it, and out of the history, in one step.
//!
//! A link's fragment carries a beacon or a TAN: it must not stay in the address bar, in the
//! history, or in what a browser synchronises. It is never sent to any server.

use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// Takes the fragment, without its `#`, and leaves the address without one.
///
/// The history entry is replaced, not followed by another: going back does not bring it back.
#[must_use]
pub fn take_fragment() -> Option<String> {
    let window = web_sys::window()?;
    let location = window.location();
    let hash = location.hash().ok()?;
    let fragment = hash.strip_prefix('#').unwrap_or(&hash).to_owned();
    if fragment.is_empty() {
        return None;
    }
    let history = window.history().ok()?;
    let clean = format!("{}{}", location.pathname().ok()?, location.search().ok().unwrap_or_default());
    let state = history.state().unwrap_or(JsValue::NULL);
    match history.replace_state_with_url(&state, "", Some(&clean)) {
        Ok(()) => Some(fragment),
        // What cannot be removed is not used either: the person can still scan or paste it.
        Err(_) => None,
    }
}

/// Calls `arrived` with each fragment that comes while the app is open, already taken out.
pub fn on_fragment(mut arrived: impl FnMut(String) + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let closure = Closure::<dyn FnMut()>::new(move || {
        if let Some(fragment) = take_fragment() {
            arrived(fragment);
        }
    });
    let listened =
        window.add_event_listener_with_callback("hashchange", closure.as_ref().unchecked_ref()).is_ok();
    if listened {
        closure.forget();
    }
}

/// The origin this app came from, such as `https://twoken.example`.
#[must_use]
pub fn origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// Loads the app anew, at its start page.
pub fn restart() {
    if let Some(window) = web_sys::window() {
        // Nothing to do where even this is refused: the person can reload by hand.
        let _ = window.location().assign("/");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn address() -> String {
        web_sys::window().unwrap().location().href().unwrap()
    }

    #[wasm_bindgen_test]
    fn claim_06_a_fragment_leaves_the_address_and_the_history() {
        let window = web_sys::window().unwrap();
        let history = window.history().unwrap();
        let path = window.location().pathname().unwrap();
        history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("{path}#m=AQAA"))).unwrap();
        let entries = history.length().unwrap();

        assert_eq!(take_fragment().as_deref(), Some("m=AQAA"));

        assert!(!address().contains('#'), "{}", address());
        assert_eq!(history.length().unwrap(), entries);
        assert_eq!(take_fragment(), None);
    }

    #[wasm_bindgen_test]
    fn an_empty_fragment_is_none() {
        let window = web_sys::window().unwrap();
        let path = window.location().pathname().unwrap();
        window
            .history()
            .unwrap()
            .replace_state_with_url(&JsValue::NULL, "", Some(&format!("{path}#")))
            .unwrap();
        assert_eq!(take_fragment(), None);
    }
}
