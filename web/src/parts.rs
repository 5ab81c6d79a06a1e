//! The app in parts: what Home needs, which comes first, all other pages, which are fetched as soon as there is something
//! to look at, and the medical console, which is fetched by those who open it (ADR 31).
//!
//! The second part is asked for whole and by everybody, whichever page is opened: nobody learns which it was. Where one
//! ends and another begins is marked in the app's program (`main.rs`), so that the worker has none. A build
//! without the feature `split` has one part; the rest of the app sees no difference.

use crate::components::icon::Glyph;
use crate::components::message::{Message, Said};
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::backup::Backup;
use crate::pages::counts::CountsPage;
use crate::pages::diary::Diary;
use crate::pages::exposure::Exposure;
use crate::pages::home::Home;
use crate::pages::meet::Meet;
use crate::pages::report::Report;
use crate::pages::rights::Rights;
use crate::pages::settings::Settings;
use crate::pages::staff::Staff;
use crate::pages::studies::Studies;
use crate::platform::history;
use crate::state::work::Hands;
use crate::state::{App, Place, Ready, use_app};
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A further part has not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing;

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for Missing {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

/// What comes at some time.
pub type Coming<T> = Pin<Box<dyn Future<Output = Result<T, Missing>>>>;

/// The further parts, from where the first stands.
#[derive(Clone, Copy)]
pub struct Further {
    /// Fetches the second; once it is there, this waits for nothing.
    pub fetch: fn() -> Coming<()>,
    /// One of the second's pages. Waits for nothing once it was fetched.
    pub page: fn(Place) -> Coming<AnyView>,
    /// What does it without anybody looking, from the second.
    pub work: Hands,
    /// Fetches the third, as the second is.
    pub fetch_console: fn() -> Coming<()>,
    /// The medical console, which is the third. It begins with the fragment that the address had.
    pub console: fn(Option<String>) -> Coming<AnyView>,
}

/// How far the second part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Coming,
    Here,
    Missing,
}

/// The second part as the app has it.
#[derive(Clone, Copy)]
struct Parts {
    app: App,
    further: Further,
    part: RwSignal<Part>,
}

impl Parts {
    fn fetch(self) {
        self.part.set(Part::Coming);
        spawn_local(async move {
            let came = (self.further.fetch)().await;
            self.part.set(if came.is_ok() { Part::Here } else { Part::Missing });
            match came {
                Ok(()) => self.app.take_hands(self.further.work),
                Err(Missing) => self.app.no_hands(),
            }
        });
    }
}

/// Fetches the second part once there is something to look at, be it Welcome, and again when a network is back.
pub fn provide_parts(further: Further) {
    let app = use_app();
    let parts = Parts { app, further, part: RwSignal::new(Part::Coming) };
    provide_context(parts);
    let drawn = Memo::new(move |_| app.ready.get() != Ready::Loading);
    Effect::new(move |_| {
        if drawn.get() {
            parts.fetch();
        }
    });
    Effect::new(move |_| {
        if app.online.get() && parts.part.get_untracked() == Part::Missing {
            parts.fetch();
        }
    });
}

/// The page that one is on.
#[component]
pub fn Pages() -> impl IntoView {
    let app = use_app();
    let place = Memo::new(move |_| app.place.get());
    let parts = expect_context::<Parts>();
    move || match place.get() {
        Place::Home => view! { <Home /> }.into_any(),
        place => match parts.part.get() {
            Part::Here => {
                let page = at_once((parts.further.page)(place));
                page.and_then(Result::ok).unwrap_or_else(|| absent(parts))
            }
            Part::Coming => coming(),
            Part::Missing => absent(parts),
        },
    }
}

/// The console, when it has come.
#[component]
pub fn ConsolePart(
    /// Where it is.
    further: Further,
    /// What the address had behind its `#`.
    fragment: Option<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let part = RwSignal::new(Part::Coming);
    let fetch = move || {
        part.set(Part::Coming);
        i18n.speak_again();
        spawn_local(async move {
            let came = (further.fetch_console)().await;
            part.set(if came.is_ok() { Part::Here } else { Part::Missing });
        });
    };
    fetch();
    move || match part.get() {
        // Which language it speaks is not decided yet.
        Part::Here if !i18n.is_settled() => coming(),
        // Its words have not come.
        Part::Here if !i18n.has_words() => missing(fetch),
        Part::Here => {
            let console = at_once((further.console)(fragment.clone()));
            console.and_then(Result::ok).unwrap_or_else(|| missing(fetch))
        }
        Part::Coming => coming(),
        Part::Missing => missing(fetch),
    }
}

fn coming() -> AnyView {
    let i18n = use_i18n();
    view! {
        <div class="empty" role="status">
            <p class="small">{t!(i18n, app.part_coming)}</p>
        </div>
    }
    .into_any()
}

/// There is no network and the app is not kept, or it is no longer on the server as it was: then a reload helps.
fn absent(parts: Parts) -> AnyView {
    missing(move || parts.fetch())
}

fn missing(again: impl Fn() + 'static) -> AnyView {
    let i18n = use_i18n();
    let said = move || {
        Said::plain(Glyph::Offline, t_string!(i18n, app.part_missing), t_string!(i18n, app.part_missing_text))
    };
    view! {
        <div class="stack">
            {move || view! { <Message said=said() /> }}
            <div class="pair">
                <button class="btn" type="button" on:click=move |_| again()>
                    {t!(i18n, storage.again)}
                </button>
                <button class="btn plain" type="button" on:click=move |_| history::reload()>
                    {t!(i18n, app.reload)}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// What a future gives that waits for nothing.
fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// The console, as it begins: what only it uses is in the third part.
#[must_use]
pub fn console(fragment: Option<String>) -> AnyView {
    view! { <Staff fragment /> }.into_any()
}

/// A page of the second part: what only it uses is in the second part too.
#[must_use]
pub fn page(place: Place) -> AnyView {
    match place {
        Place::Home => view! { <Home /> }.into_any(),
        Place::Meet => view! { <Meet /> }.into_any(),
        Place::Diary => view! { <Diary /> }.into_any(),
        Place::Report => view! { <Report /> }.into_any(),
        Place::Settings => view! { <Settings /> }.into_any(),
        Place::Rights => view! { <Rights /> }.into_any(),
        Place::Backup => view! { <Backup /> }.into_any(),
        Place::Studies => view! { <Studies /> }.into_any(),
        Place::Exposure(id) => view! { <Exposure id /> }.into_any(),
        Place::Counts => view! { <CountsPage /> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn what_is_there_needs_no_waiting_for() {
        assert_eq!(at_once(core::future::ready(7)), Some(7));
        assert_eq!(at_once(core::future::pending::<()>()), None);
    }
}
