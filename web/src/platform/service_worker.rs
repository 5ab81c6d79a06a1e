//! The service worker that keeps the app's own files, so that it starts without a network.
//!
//! W3C, Service Workers, §3. There is none in some private windows and on insecure addresses: then
//! the app works as before, from the network.

use super::{background, history};
use js_sys::{Array, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    MessageEvent, RegistrationOptions, ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState,
};

/// Trunk copies it from `www/`.
const SCRIPT: &str = "/service-worker.js";
/// The same with the app's program in it: a module, for browsers that run it while the app is closed.
const BACKGROUND_SCRIPT: &str = "/background-worker.js";
/// What makes a version that waits take over; `www/service-worker.js` says the same.
const TAKE_OVER: &str = "take-over";
/// What makes it keep what the app has fetched at rest; `www/service-worker.js` says the same.
const KEEP_REST: &str = "keep-rest";
/// What a window is told when it is to show what there is; `www/background-worker.js` says the same.
const SHOW: &str = "show";
/// What the caches of the app's files are called, before their version.
const PREFIX: &str = "twoken-app-";

thread_local! {
    static REGISTRATION: RefCell<Option<ServiceWorkerRegistration>> = const { RefCell::new(None) };
}

/// Keeps the app for a start without a network. `ready` is called when a newer version was fetched
/// whole and waits.
pub async fn keep(ready: impl Fn() + 'static) {
    let Some(container) = container() else {
        return;
    };
    let registering = if background::has_errands() {
        let options = RegistrationOptions::new();
        options.set_type("module");
        container.register_with_options(BACKGROUND_SCRIPT, &options)
    } else {
        container.register(SCRIPT)
    };
    let Ok(registered) = JsFuture::from(registering).await else {
        // A browser that does not want to: the network serves as before.
        return;
    };
    let registration: ServiceWorkerRegistration = registered.unchecked_into();
    let ready: Rc<dyn Fn()> = Rc::new(ready);
    if registration.waiting().is_some() && container.controller().is_some() {
        ready();
    }
    follow(&registration, &ready);
    let (found, whose) = (Rc::clone(&ready), registration.clone());
    let closure = Closure::<dyn FnMut()>::new(move || follow(&whose, &found));
    if registration.add_event_listener_with_callback("updatefound", closure.as_ref().unchecked_ref()).is_ok()
    {
        closure.forget();
    }
    REGISTRATION.with_borrow_mut(|kept| *kept = Some(registration));
}

/// Waits for the version that is being fetched.
fn follow(registration: &ServiceWorkerRegistration, ready: &Rc<dyn Fn()>) {
    let Some(coming) = registration.installing() else {
        return;
    };
    let (worker, ready) = (coming.clone(), Rc::clone(ready));
    let closure = Closure::<dyn FnMut()>::new(move || {
        // The very first version replaces nothing.
        let replaces = container().is_some_and(|container| container.controller().is_some());
        if worker.state() == ServiceWorkerState::Installed && replaces {
            ready();
        }
    });
    if coming.add_event_listener_with_callback("statechange", closure.as_ref().unchecked_ref()).is_ok() {
        closure.forget();
    }
}

/// Whether one answers this page. It was registered after consent, and goes with everything else.
#[must_use]
pub fn is_at_work() -> bool {
    container().is_some_and(|container| container.controller().is_some())
}

/// Calls `asked` when a notification of this app was tapped and this window comes to the front for it.
pub fn on_show(asked: impl Fn() + 'static) {
    let Some(container) = container() else {
        return;
    };
    let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if event.data().as_string().as_deref() == Some(SHOW) {
            asked();
        }
    });
    if container.add_event_listener_with_callback("message", closure.as_ref().unchecked_ref()).is_ok() {
        closure.forget();
    }
}

/// Asks whether there is a newer version.
pub async fn look() {
    let asked = REGISTRATION.with_borrow(|registration| registration.as_ref()?.update().ok());
    if let Some(asked) = asked {
        // Without a network there is none to be had.
        let _ = JsFuture::from(asked).await;
    }
}

/// Has what was fetched at rest kept too, once there is a worker that keeps anything.
pub async fn keep_rest() {
    let Some(ready) = container().and_then(|container| container.ready().ok()) else {
        return;
    };
    let Ok(registration) = JsFuture::from(ready).await else {
        return;
    };
    if let Some(worker) = registration.unchecked_into::<ServiceWorkerRegistration>().active() {
        // What is not kept now is when the app next asks for it.
        let _ = worker.post_message(&JsValue::from_str(KEEP_REST));
    }
}

/// Has the version that waits take over, and loads the app anew with it.
pub fn take_over() {
    let waiting = REGISTRATION.with_borrow(|registration| registration.as_ref()?.waiting());
    let (Some(waiting), Some(container)) = (waiting, container()) else {
        return history::restart();
    };
    let closure = Closure::<dyn FnMut()>::new(history::restart);
    let listener = closure.as_ref().unchecked_ref();
    if container.add_event_listener_with_callback("controllerchange", listener).is_ok() {
        closure.forget();
    }
    if waiting.post_message(&JsValue::from_str(TAKE_OVER)).is_err() {
        history::restart();
    }
}

/// Removes the worker and the files it has kept.
pub async fn remove() {
    if let Some(container) = container()
        && let Ok(registrations) = JsFuture::from(container.get_registrations()).await
    {
        for registration in Array::from(&registrations).iter() {
            let registration: ServiceWorkerRegistration = registration.unchecked_into();
            if let Ok(gone) = registration.unregister() {
                let _ = JsFuture::from(gone).await;
            }
        }
    }
    let Some(caches) = web_sys::window().and_then(|window| window.caches().ok()) else {
        return;
    };
    let Ok(names) = JsFuture::from(caches.keys()).await else {
        return;
    };
    for name in Array::from(&names).iter().filter_map(|name| name.as_string()) {
        if name.starts_with(PREFIX) {
            let _ = JsFuture::from(caches.delete(&name)).await;
        }
    }
}

/// Where workers are registered, if the browser has them here.
fn container() -> Option<ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    let present = Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
    (!present.is_undefined()).then(|| navigator.service_worker())
}
