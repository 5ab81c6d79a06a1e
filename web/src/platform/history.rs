//! The page's address, which is always `/` (the medical console's `/staff`), and the history's entries under it.
//!
//! A link's fragment carries a beacon or a TAN: it must not stay in the address bar, in the
//! history, or in what a browser synchronises. It is never sent to any server. When the app is
//! opened, a script at the top of `index.html` takes it out before anything else is loaded; this
//! file takes over what it found, and takes out those that come later.
//!
//! Which page is shown stands in the entry's state, which no request and no address carries.

use super::scope;
use js_sys::Reflect;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// The only address that the app ever has.
const ADDRESS: &str = "/";
/// The only one that the medical console has.
const STAFF: &str = "/staff";
/// Where the script in `index.html` leaves the fragment it has found.
const FOUND: &str = "twokenFragment";

/// Whether this is the medical console's page.
#[must_use]
pub fn is_staff() -> bool {
    web_sys::window().and_then(|window| window.location().pathname().ok()).is_some_and(|path| path == STAFF)
}

fn address() -> &'static str {
    if is_staff() { STAFF } else { ADDRESS }
}

/// Takes the fragment, without its `#`, and leaves the address without one.
///
/// The history entry is replaced, not followed by another: going back does not bring it back.
#[must_use]
pub fn take_fragment() -> Option<String> {
    let window = web_sys::window()?;
    if let Some(found) = found_early(&window) {
        return Some(found);
    }
    let location = window.location();
    let hash = location.hash().ok()?;
    let fragment = hash.strip_prefix('#').unwrap_or(&hash).to_owned();
    if fragment.is_empty() {
        return None;
    }
    let history = window.history().ok()?;
    let state = history.state().unwrap_or(JsValue::NULL);
    match history.replace_state_with_url(&state, "", Some(address())) {
        Ok(()) => Some(fragment),
        // What cannot be removed is not used either: the person can still scan or paste it.
        Err(_) => None,
    }
}

/// What the script in `index.html` has found; once only.
fn found_early(window: &web_sys::Window) -> Option<String> {
    let found = Reflect::get(window, &FOUND.into()).ok()?.as_string()?;
    Reflect::delete_property(window, &FOUND.into()).ok()?;
    (!found.is_empty()).then_some(found)
}

/// The state of the history's entry, if it is one of this app's.
#[must_use]
pub fn state() -> Option<String> {
    web_sys::window()?.history().ok()?.state().ok()?.as_string()
}

/// Adds an entry to the history, at the same address.
pub fn push(state: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        // A browser that refuses (too many in a short time) still shows the page.
        let _ = history.push_state_with_url(&state.into(), "", Some(ADDRESS));
    }
}

/// Gives the history's entry another state.
pub fn replace(state: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&state.into(), "", Some(ADDRESS));
    }
}

/// Calls `arrived` with the entry's state after each Back and Forward.
pub fn on_travel(mut arrived: impl FnMut(Option<String>) + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let closure = Closure::<dyn FnMut()>::new(move || {
        // A fragment typed into the address is no travel: it is taken out, and the page stays.
        if !has_fragment() {
            arrived(state());
        }
    });
    if window.add_event_listener_with_callback("popstate", closure.as_ref().unchecked_ref()).is_ok() {
        closure.forget();
    }
}

fn has_fragment() -> bool {
    web_sys::window().and_then(|window| window.location().hash().ok()).is_some_and(|hash| hash.len() > 1)
}

/// Shows the page from its beginning.
pub fn to_top() {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
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
    let origin =
        scope::of_global("location").and_then(|location| scope::part(&location, "origin")?.as_string());
    origin.unwrap_or_default()
}

/// Loads the app anew, on the page where one is.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        // As below.
        let _ = window.location().reload();
    }
}

/// Loads the app anew, as if it was opened for the first time.
pub fn restart() {
    replace("");
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
    fn what_the_page_found_before_the_app_came_is_taken_once() {
        let window = web_sys::window().unwrap();
        // The page that runs tests has a fragment of its own.
        replace("");
        Reflect::set(&window, &FOUND.into(), &"t=0".into()).unwrap();
        assert_eq!(take_fragment().as_deref(), Some("t=0"));
        assert_eq!(take_fragment(), None);
        Reflect::set(&window, &FOUND.into(), &"".into()).unwrap();
        assert_eq!(take_fragment(), None);
    }

    #[wasm_bindgen_test]
    fn a_page_stands_in_the_state_and_never_in_the_address() {
        let entries = web_sys::window().unwrap().history().unwrap().length().unwrap();
        push("diary");
        assert_eq!(state().as_deref(), Some("diary"));
        replace("meet");
        assert_eq!(state().as_deref(), Some("meet"));
        assert_eq!(web_sys::window().unwrap().history().unwrap().length().unwrap(), entries + 1);
        assert_eq!(web_sys::window().unwrap().location().pathname().unwrap(), "/");
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
