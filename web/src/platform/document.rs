//! The page itself: its language and theme. Its title is that of `index.html`, whatever is shown: a
//! history that is synchronised keeps titles beside addresses.

fn root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}

/// Sets `<html lang>`.
pub fn set_language(language: &str) {
    if let Some(root) = root() {
        let _ = root.set_attribute("lang", language);
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

/// The languages the person's browser asks for, most wanted first.
#[must_use]
pub fn languages() -> Vec<String> {
    web_sys::window()
        .map(|window| window.navigator().languages())
        .map(|list| list.iter().filter_map(|entry| entry.as_string()).collect())
        .unwrap_or_default()
}
