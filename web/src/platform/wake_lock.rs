//! Keeps the screen on while two people hold their codes to each other, or staff film one.
//!
//! The browser takes the lock away whenever the page is hidden; it is asked for again when the page comes back. One lock
//! serves all who want it, and is let go of with the last of them. Where there is no such API, the screen goes dark as
//! usual. Called through `Reflect`: `web_sys` still counts the API among its unstable ones.

use js_sys::{Function, Promise, Reflect};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// What the screen is to stay on for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// My code, for somebody I meet.
    Meet,
    /// A key code, for health staff.
    Keys,
}

/// A request to the browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Request {
    #[default]
    None,
    /// Not answered yet. A second one would give a second lock.
    Pending,
    /// Not answered yet, and asked for again meanwhile.
    PendingAgain,
}

thread_local! {
    static WANTED: Cell<[bool; 2]> = const { Cell::new([false; 2]) };
    static REQUEST: Cell<Request> = const { Cell::new(Request::None) };
    static HELD: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// Asks for the screen to stay on. Asking again while it does changes nothing.
pub fn hold(purpose: Purpose) {
    want(purpose, true);
    ask();
}

/// Asks again when the page has come back, if somebody still wants it.
pub fn hold_again() {
    ask();
}

/// Lets the screen go dark again, unless it is to stay on for something else.
pub fn release(purpose: Purpose) {
    want(purpose, false);
    if !wanted()
        && let Some(lock) = HELD.with_borrow_mut(Option::take)
    {
        spawn_local(async move { let_go(&lock).await });
    }
}

fn want(purpose: Purpose, want: bool) {
    let [meet, keys] = WANTED.get();
    WANTED.set(match purpose {
        Purpose::Meet => [want, keys],
        Purpose::Keys => [meet, want],
    });
}

fn wanted() -> bool {
    WANTED.get().contains(&true)
}

fn ask() {
    if !wanted()
        || HELD.with_borrow(|held| held.as_ref().is_some_and(still_held))
        || !super::visibility::visible()
    {
        return;
    }
    if REQUEST.get() != Request::None {
        return REQUEST.set(Request::PendingAgain);
    }
    let Some(request) = request() else {
        return;
    };
    REQUEST.set(Request::Pending);
    spawn_local(async move {
        let answer = JsFuture::from(request).await;
        let again = REQUEST.replace(Request::None) == Request::PendingAgain;
        // Low battery, or not allowed: the page works without it.
        if let Ok(lock) = answer {
            if wanted() {
                HELD.with_borrow_mut(|held| *held = Some(lock));
            } else {
                let_go(&lock).await;
            }
        }
        if again {
            ask();
        }
    });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::clock;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// The browser's side, which answers when it is told to, and counts.
    const BROWSER: &str = "
        globalThis.locks = { asked: 0, on: 0, answers: [] };
        const request = () => {
          locks.asked += 1;
          return new Promise((resolve) => locks.answers.push(() => {
            locks.on += 1;
            resolve({ released: false, async release() { this.released = true; locks.on -= 1; } });
          }));
        };
        Object.defineProperty(navigator, 'wakeLock', { configurable: true, value: { request } });";

    fn number(of: &str) -> f64 {
        js_sys::eval(of).unwrap().as_f64().unwrap()
    }

    /// The browser answers all that it was asked.
    async fn answered() {
        js_sys::eval("locks.answers.splice(0).forEach((answer) => answer())").unwrap();
        clock::sleep_ms(1).await;
    }

    #[wasm_bindgen_test]
    async fn one_lock_serves_all_and_goes_with_the_last() {
        js_sys::eval(BROWSER).unwrap();
        // The page comes back while the first request is on its way: no second one.
        hold(Purpose::Meet);
        hold_again();
        assert_eq!(number("locks.asked"), 1.0);
        answered().await;
        assert_eq!((number("locks.asked"), number("locks.on")), (1.0, 1.0));
        // From page to page, in whichever order they open and close.
        hold(Purpose::Keys);
        release(Purpose::Meet);
        release(Purpose::Meet);
        clock::sleep_ms(1).await;
        assert_eq!((number("locks.asked"), number("locks.on")), (1.0, 1.0));
        release(Purpose::Keys);
        clock::sleep_ms(1).await;
        assert_eq!(number("locks.on"), 0.0);
        // Nobody wants it any more when the answer comes.
        hold(Purpose::Keys);
        release(Purpose::Keys);
        answered().await;
        assert_eq!((number("locks.asked"), number("locks.on")), (2.0, 0.0));
        // Asked for again meanwhile: what is held then is enough.
        hold(Purpose::Keys);
        release(Purpose::Keys);
        hold(Purpose::Meet);
        answered().await;
        assert_eq!((number("locks.asked"), number("locks.on")), (3.0, 1.0));
        release(Purpose::Meet);
        clock::sleep_ms(1).await;
        assert_eq!(number("locks.on"), 0.0);
    }
}
