//! Whether this browser can put the app among the device's own.
//!
//! Chromium tells by an event, which a script at the top of `index.html` keeps for later: it comes
//! when it likes. Safari on iOS tells nothing; there people do it by hand, and `navigator.standalone`
//! (Apple, Configuring Web Applications) exists nowhere else.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Where the script in `index.html` keeps the browser's offer.
const OFFER: &str = "twokenInstall";

/// How the app can be installed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// It is, or it cannot be.
    None,
    /// The browser asks the person when told to.
    Asks,
    /// By Safari's own menu.
    ByHand,
}

/// What this browser offers right now.
#[must_use]
pub fn offer() -> Offer {
    let Some(window) = web_sys::window() else {
        return Offer::None;
    };
    if Reflect::get(&window, &OFFER.into()).is_ok_and(|offer| offer.is_object()) {
        return Offer::Asks;
    }
    match Reflect::get(&window.navigator(), &"standalone".into()) {
        Ok(standalone) if standalone == JsValue::FALSE => Offer::ByHand,
        _ => Offer::None,
    }
}

/// Has the browser ask. It offers this once.
pub fn ask() {
    let Some(window) = web_sys::window() else {
        return;
    };
    let Ok(offer) = Reflect::get(&window, &OFFER.into()) else {
        return;
    };
    // A browser that has changed its mind shows nothing, and its own menu still has the entry.
    let _ = Reflect::delete_property(&window, &OFFER.into());
    if let Ok(prompt) = Reflect::get(&offer, &"prompt".into())
        && let Some(prompt) = prompt.dyn_ref::<Function>()
    {
        let _ = prompt.call0(&offer);
    }
}
