//! What a browser does for an app that is closed, where it does anything.
//!
//! * WICG (W3C), Web Periodic Background Synchronization: it starts the service worker now and then, when it likes.
//! * WICG (W3C), Web Background Synchronization: it starts it once, when a network is back.
//!
//! Neither says when, and neither promises anything. `www/background-worker.js` takes the events and hands them to
//! [`serve`].

use super::scope::{self, call, call_and_wait, of_global, part};
use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;

/// How the service worker's script calls this program.
const ERRAND: &str = "twokenErrand";
/// The tags of both events; `www/background-worker.js` says the same.
const CHECK: &str = "check";
const SEND: &str = "send";
/// No more often than the app asks while it is open. A browser takes its time beyond that.
const LEAST_MS: f64 = 3_600_000.0;

/// What the service worker is started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Looking for reports.
    Check,
    /// A report that waits.
    Send,
}

/// Whether this browser starts an app that is closed, now and then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Offered {
    /// It does so for no app.
    #[default]
    No,
    /// It could, and does not do it for this one: most want it installed first.
    NotHere,
    /// It does, when it likes.
    Yes,
}

/// Whether this program runs in the service worker, without a page.
#[must_use]
pub fn is_here() -> bool {
    scope::is_service_worker()
}

/// Whether this browser can start a service worker for anything but a page's requests.
#[must_use]
pub fn has_errands() -> bool {
    let registration = of_global("ServiceWorkerRegistration").and_then(|class| part(&class, "prototype"));
    let has = |name: &str| {
        registration.as_ref().is_some_and(|class| Reflect::has(class, &name.into()).unwrap_or_default())
    };
    has("periodicSync") || has("sync")
}

/// Does each errand that the service worker's script asks for; false is for what the browser may ask again.
pub fn serve<F>(mut run: impl FnMut(Errand) -> F + 'static)
where
    F: Future<Output = bool> + 'static,
{
    let answer = Closure::<dyn FnMut(JsValue) -> Promise>::new(move |what: JsValue| {
        let errand = match what.as_string().as_deref() {
            Some(CHECK) => Errand::Check,
            Some(SEND) => Errand::Send,
            // Of another version's script.
            _ => return Promise::resolve(&JsValue::TRUE),
        };
        let work = run(errand);
        future_to_promise(async move { Ok(work.await.into()) })
    });
    if Reflect::set(&js_sys::global(), &ERRAND.into(), answer.as_ref()).is_ok() {
        answer.forget();
    }
}

/// The registration of the service worker, once it is at work. In a window without one this waits for ever.
pub(super) async fn registration() -> Option<JsValue> {
    if scope::is_service_worker() {
        return of_global("registration");
    }
    let ready: Promise = part(&part(&scope::navigator()?, "serviceWorker")?, "ready")?.dyn_into().ok()?;
    wasm_bindgen_futures::JsFuture::from(ready).await.ok()
}

/// Whether it starts this app while it is closed.
pub async fn offered() -> Offered {
    let class = of_global("ServiceWorkerRegistration").and_then(|class| part(&class, "prototype"));
    if !class.is_some_and(|class| Reflect::has(&class, &"periodicSync".into()).unwrap_or_default()) {
        return Offered::No;
    }
    let asked = Object::new();
    let _ = Reflect::set(&asked, &"name".into(), &"periodic-background-sync".into());
    let permissions = scope::navigator().and_then(|navigator| part(&navigator, "permissions"));
    let Some(permissions) = permissions else { return Offered::NotHere };
    let status = call_and_wait(&permissions, "query", &[asked.into()]).await;
    match status.and_then(|status| part(&status, "state")?.as_string()).as_deref() {
        Some("granted") => Offered::Yes,
        _ => Offered::NotHere,
    }
}

/// Has the browser start the service worker for checks now and then, or no longer.
pub async fn want_checks(wanted: bool) {
    let Some(sync) = manager("periodicSync").await else { return };
    let tag = JsValue::from_str(CHECK);
    if !wanted {
        call_and_wait(&sync, "unregister", &[tag]).await;
        return;
    }
    // Once more would put the next time off.
    let tags = call_and_wait(&sync, "getTags", &[]).await;
    if tags.is_some_and(|tags| Array::from(&tags).includes(&tag, 0)) {
        return;
    }
    let options = Object::new();
    let _ = Reflect::set(&options, &"minInterval".into(), &LEAST_MS.into());
    // Where it refuses, `offered` says so the next time.
    call_and_wait(&sync, "register", &[tag, options.into()]).await;
}

/// Has the browser start the service worker once, as soon as there is a network, for a report that waits.
pub async fn want_sending() {
    if let Some(sync) = manager("sync").await {
        call_and_wait(&sync, "register", &[JsValue::from_str(SEND)]).await;
    }
}

async fn manager(name: &str) -> Option<JsValue> {
    has_errands().then_some(())?;
    part(&registration().await?, name)
}

/// The line to the worker's program, which the service worker runs beside this one: it can start no workers.
pub(super) fn worker_port() -> Option<web_sys::MessagePort> {
    call(&js_sys::global(), "twokenWorker", &[])?.dyn_into().ok()
}
