//! One window at a time: the browser's own lock, by name, among all windows of this app and its service worker.
//!
//! W3C, Web Locks API, §4 (`LockManager.request`, `ifAvailable` and `steal`). A lock once given is
//! held until its window closes, or until another one steals it: then the promise of the request
//! that gave it is rejected, which is how the loser learns of it.
//! Called through `Reflect`: `web_sys` still counts the API among its unstable ones.

use super::scope;
use futures_channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// How a lock is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Only if nobody has it.
    IfFree,
    /// In any case: whoever has it loses it.
    Steal,
}

impl Ask {
    fn option(self) -> &'static str {
        match self {
            Self::IfFree => "ifAvailable",
            Self::Steal => "steal",
        }
    }
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// This window has the lock.
    Given,
    /// Another window has it.
    Taken,
    /// This browser has no such locks: one from before 2022, or a page that was not sent securely.
    Unknown,
}

/// Asks for the lock called `name`. Once given it is held until the window closes; `lost` is called
/// when another window has stolen it.
pub async fn request(name: &str, ask: Ask, lost: impl FnOnce() + 'static) -> Answer {
    request_until(name, ask, lost, Release::default()).await
}

/// A lock for a while: it is let go of when this is dropped.
pub struct Held(Release);

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = self.0.take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Asks for a lock for a while, if nobody has it; `lost` as in [`request`].
pub async fn borrow(name: &str, lost: impl FnOnce() + 'static) -> Option<Held> {
    let release = Release::default();
    let answer = request_until(name, Ask::IfFree, lost, Rc::clone(&release)).await;
    (answer == Answer::Given).then_some(Held(release))
}

/// What ends a lock that is held.
type Release = Rc<RefCell<Option<Function>>>;

async fn request_until(name: &str, ask: Ask, lost: impl FnOnce() + 'static, release: Release) -> Answer {
    let (tell, told) = oneshot::channel();
    let tell = Rc::new(RefCell::new(Some(tell)));
    let Some(held) = ask_browser(name, ask, Rc::clone(&tell), release) else {
        return Answer::Unknown;
    };
    spawn_local(async move {
        let ended = JsFuture::from(held).await;
        match tell.borrow_mut().take() {
            // It ended before it began: not allowed here.
            Some(tell) => drop(tell.send(Answer::Unknown)),
            None if ended.is_err() => lost(),
            None => {}
        }
    });
    told.await.unwrap_or(Answer::Unknown)
}

type Tell = Rc<RefCell<Option<oneshot::Sender<Answer>>>>;

/// The promise that lasts as long as the lock is held.
fn ask_browser(name: &str, ask: Ask, tell: Tell, release: Release) -> Option<Promise> {
    let navigator = scope::navigator()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &ask.option().into(), &JsValue::TRUE).ok()?;
    let granted = Closure::once_into_js(move |lock: JsValue| {
        let given = !lock.is_null();
        if let Some(tell) = tell.borrow_mut().take() {
            let _ = tell.send(if given { Answer::Given } else { Answer::Taken });
        }
        if !given {
            return JsValue::UNDEFINED;
        }
        // Held for as long as this promise is pending: for ever, unless it was borrowed.
        Promise::new(&mut |resolve, _| *release.borrow_mut() = Some(resolve)).into()
    });
    request.call3(&locks, &name.into(), &options, &granted).ok()?.dyn_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    async fn one_holder_at_a_time_and_the_loser_is_told() {
        let lost = Rc::new(Cell::new(0));
        let watch = || {
            let lost = Rc::clone(&lost);
            move || lost.set(lost.get() + 1)
        };
        assert_eq!(request("locks-test", Ask::IfFree, watch()).await, Answer::Given);
        assert_eq!(request("locks-test", Ask::IfFree, watch()).await, Answer::Taken);
        assert_eq!(lost.get(), 0);
        assert_eq!(request("locks-test", Ask::Steal, watch()).await, Answer::Given);
        crate::platform::clock::sleep_ms(50).await;
        assert_eq!(lost.get(), 1);
        assert_eq!(request("another-lock", Ask::IfFree, watch()).await, Answer::Given);
        assert_eq!(lost.get(), 1);
    }

    #[wasm_bindgen_test]
    async fn what_is_borrowed_is_given_back_and_can_be_taken_away() {
        let lost = Rc::new(Cell::new(false));
        let watch = || {
            let lost = Rc::clone(&lost);
            move || lost.set(true)
        };
        let held = borrow("locks-borrowed", watch()).await;
        assert!(held.is_some() && borrow("locks-borrowed", || ()).await.is_none());
        drop(held);
        crate::platform::clock::sleep_ms(50).await;
        let held = borrow("locks-borrowed", watch()).await;
        assert!(held.is_some() && !lost.get());
        assert_eq!(request("locks-borrowed", Ask::Steal, || ()).await, Answer::Given);
        crate::platform::clock::sleep_ms(50).await;
        assert!(lost.get());
    }
}
