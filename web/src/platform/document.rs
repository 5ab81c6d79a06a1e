//! The page itself: its language, its theme, where the focus is. Its title is that of `index.html`, whatever is shown: a
//! history that is synchronised keeps titles beside addresses.

use super::scope;
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::JsCast;

fn root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}

/// Sets `<html lang>` and `<html dir>`.
pub fn set_language(language: &str, direction: &str) {
    if let Some(root) = root() {
        let _ = root.set_attribute("lang", language);
        let _ = root.set_attribute("dir", direction);
    }
}

/// Sets `<html data-theme>`; `None` follows the system.
pub fn set_theme(theme: Option<&str>) {
    if let Some(root) = root() {
        let _ = match theme {
            Some(theme) => root.set_attribute("data-theme", theme),
            None => root.remove_attribute("data-theme"),
        };
    }
}

/// Puts the focus on the first element that one of the selectors finds, the first selector before the next.
pub fn focus_first(selectors: &[&str]) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    let found = selectors.iter().find_map(|selector| document.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // A kindness: where the browser refuses, nothing is lost.
        let _ = element.focus();
    }
}

fn splash() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.get_element_by_id("splash")
}

/// Whether what `index.html` shows is still there.
#[must_use]
pub fn has_splash() -> bool {
    splash().is_some()
}

/// Removes what `index.html` shows until the app runs.
pub fn remove_splash() {
    if let Some(splash) = splash() {
        splash.remove();
    }
}

/// Whether the person has asked their device for less motion. Called through `Reflect`: one word needs no binding.
#[must_use]
pub fn wants_less_motion() -> bool {
    let asked = || {
        let window = web_sys::window()?;
        let ask: Function = Reflect::get(&window, &"matchMedia".into()).ok()?.dyn_into().ok()?;
        let answer = ask.call1(&window, &"(prefers-reduced-motion: reduce)".into()).ok()?;
        Reflect::get(&answer, &"matches".into()).ok()?.as_bool()
    };
    asked().unwrap_or_default()
}

/// The languages the person's browser asks for, most wanted first.
#[must_use]
pub fn languages() -> Vec<String> {
    scope::navigator()
        .and_then(|navigator| scope::part(&navigator, "languages"))
        .map(|list| Array::from(&list).iter().filter_map(|entry| entry.as_string()).collect())
        .unwrap_or_default()
}
