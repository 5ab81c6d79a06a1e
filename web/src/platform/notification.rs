//! Notifications, and the mark on the app's icon (WHATWG, Notifications API, §§ 2, 3.7; W3C, Badging API).
//!
//! Both stand where others look: on a lock screen, in a list of apps. They say that there is something to see, and
//! nothing of what it is. One takes the place of the other: how many there were is not told either.

use super::scope::{self, call, call_and_wait, of_global, part};
use super::{background, visibility};
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;

/// One at a time.
const TAG: &str = "twoken";
const ICON: &str = "/icons/icon-192.png";

/// Whether the person lets this app show notifications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Permission {
    /// This browser shows none, or none of an app that is not installed.
    #[default]
    Absent,
    /// Nobody has been asked.
    Unasked,
    /// They do.
    Granted,
    /// They do not: only they can change it, in the browser's own settings.
    Denied,
}

impl Permission {
    fn of(said: Option<String>) -> Self {
        match said.as_deref() {
            Some("granted") => Self::Granted,
            Some("denied") => Self::Denied,
            Some(_) => Self::Unasked,
            None => Self::Absent,
        }
    }
}

/// What the person has said so far.
#[must_use]
pub fn permission() -> Permission {
    let said = of_global("Notification").and_then(|class| part(&class, "permission")?.as_string());
    Permission::of(said)
}

/// Has the browser ask the person; only ever at a tap of theirs.
pub async fn ask() -> Permission {
    if let Some(class) = of_global("Notification") {
        call_and_wait(&class, "requestPermission", &[]).await;
    }
    permission()
}

/// Shows one, where that is allowed, and marks the icon.
pub async fn show(title: &str, text: &str, language: &str) {
    mark();
    if permission() != Permission::Granted {
        return;
    }
    let Some(registration) = background::registration().await else { return };
    let options = Object::new();
    for (name, value) in [("body", text), ("tag", TAG), ("icon", ICON), ("badge", ICON), ("lang", language)] {
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    // A browser that has changed its mind shows nothing; the app does, when it is opened.
    call_and_wait(&registration, "showNotification", &[title.into(), options.into()]).await;
}

/// A bare mark: no number.
fn mark() {
    if let Some(navigator) = scope::navigator() {
        call(&navigator, "setAppBadge", &[]);
    }
}

/// What there was to see is seen: both go. Only where anyone looks.
pub async fn seen() {
    if !visibility::visible() {
        return;
    }
    if let Some(navigator) = scope::navigator() {
        call(&navigator, "clearAppBadge", &[]);
    }
    if permission() != Permission::Granted {
        return;
    }
    let Some(registration) = background::registration().await else { return };
    let shown = call_and_wait(&registration, "getNotifications", &[]).await.unwrap_or(JsValue::UNDEFINED);
    if shown.is_object() {
        for one in Array::from(&shown).iter() {
            call(&one, "close", &[]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_browser_without_notifications_is_no_refusal() {
        let of = |said: &str| Permission::of(Some(said.to_owned()));
        assert_eq!(
            [of("granted"), of("denied"), of("default")],
            [Permission::Granted, Permission::Denied, Permission::Unasked]
        );
        assert_eq!(Permission::of(None), Permission::Absent);
    }
}
