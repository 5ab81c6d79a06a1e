//! The app in parts: what Home needs, which comes first, the pages of every day, which are fetched as soon as there is
//! something to look at, those seldom opened, which follow when the app is at rest (ADR 54), and the medical console, which
//! is fetched by those who open it (ADR 31).
//!
//! The second and the third are asked for whole and by everybody, whichever page is opened: nobody learns which it was. Where one
//! ends and another begins is marked in the app's program (`main.rs`), so that the worker has none. A build
//! without the feature `split` has one part; the rest of the app sees no difference.

use crate::components::icon::Glyph;
use crate::components::later::{Piece, Pieces};
use crate::components::message::{Message, Said};
use crate::components::standing::Standing;
use crate::components::undo_bar::UndoBar;
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::backup::Backup;
use crate::pages::counts::CountsPage;
use crate::pages::diary::Diary;
use crate::pages::exposure::Exposure;
use crate::pages::home::Home;
use crate::pages::home::notes::Notes;
use crate::pages::locked::Locked;
use crate::pages::meet::Meet;
use crate::pages::report::Report;
use crate::pages::rights::Rights;
use crate::pages::servers::Servers;
use crate::pages::settings::Settings;
use crate::pages::staff::Staff;
use crate::pages::studies::Studies;
use crate::platform::{clock, history, service_worker};
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
    /// A piece of a page, from the second.
    pub piece: fn(Piece) -> Coming<AnyView>,
    /// Fetches the third, as the second is.
    pub fetch_seldom: fn() -> Coming<()>,
    /// One of the third's pages, as of the second's.
    pub seldom: fn(Place) -> Coming<AnyView>,
    /// Fetches the fourth, as the second is.
    pub fetch_console: fn() -> Coming<()>,
    /// The medical console, which is the fourth. It begins with the fragment that the address had.
    pub console: fn(Option<String>) -> Coming<AnyView>,
}

/// How long the app rests before the third part is fetched, in milliseconds.
const AT_REST_MS: u32 = 4_000;

/// How far a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Coming,
    Here,
    Missing,
}

/// The second part and the third as the app has them.
#[derive(Clone, Copy)]
struct Parts {
    app: App,
    further: Further,
    second: RwSignal<Part>,
    third: RwSignal<Part>,
}

impl Parts {
    fn fetch(self) {
        self.second.set(Part::Coming);
        spawn_local(async move {
            let came = (self.further.fetch)().await;
            self.second.set(if came.is_ok() { Part::Here } else { Part::Missing });
            match came {
                Ok(()) => self.app.take_hands(self.further.work),
                Err(Missing) => self.app.no_hands(),
            }
        });
    }

    fn fetch_seldom(self) {
        self.third.set(Part::Coming);
        spawn_local(async move {
            let came = (self.further.fetch_seldom)().await;
            self.third.set(if came.is_ok() { Part::Here } else { Part::Missing });
            if came.is_ok() {
                service_worker::keep_rest().await;
            }
        });
    }

    /// A piece of the second part. Only where there is nothing without it, it is said that it is on its way.
    fn piece(self, piece: Piece) -> AnyView {
        match self.second.get() {
            Part::Here => {
                let view = at_once((self.further.piece)(piece));
                view.and_then(Result::ok).unwrap_or_else(|| missing(move || self.fetch()))
            }
            Part::Coming if piece == Piece::Locked => coming(),
            Part::Missing if matches!(piece, Piece::Locked | Piece::Notes) => missing(move || self.fetch()),
            Part::Coming | Part::Missing => ().into_any(),
        }
    }

    /// The page of a part that may not be here.
    fn page(self, place: Place) -> AnyView {
        let (part, of_it, again): (_, _, fn(Self)) = if is_seldom(place) {
            (self.third, self.further.seldom, Self::fetch_seldom)
        } else {
            (self.second, self.further.page, Self::fetch)
        };
        match part.get() {
            Part::Here => {
                let page = at_once(of_it(place));
                page.and_then(Result::ok).unwrap_or_else(|| missing(move || again(self)))
            }
            Part::Coming => coming(),
            Part::Missing => missing(move || again(self)),
        }
    }
}

/// Fetches the second part once there is something to look at, be it Welcome, and the third a little after it, where the
/// app is used; both again when a network is back.
pub fn provide_parts(further: Further) {
    let app = use_app();
    let parts =
        Parts { app, further, second: RwSignal::new(Part::Coming), third: RwSignal::new(Part::Coming) };
    provide_context(parts);
    provide_context(Pieces(Callback::new(move |piece| parts.piece(piece))));
    let drawn = Memo::new(move |_| app.ready.get() != Ready::Loading);
    Effect::new(move |_| {
        if drawn.get() {
            parts.fetch();
        }
    });
    let used = Memo::new(move |_| app.ready.get() == Ready::Ready && parts.second.get() == Part::Here);
    Effect::new(move |_| {
        if used.get() {
            spawn_local(async move {
                if !is_seldom(app.place.get_untracked()) {
                    clock::sleep_ms(AT_REST_MS).await;
                }
                parts.fetch_seldom();
            });
        }
    });
    Effect::new(move |_| {
        if app.online.get() {
            if parts.second.get_untracked() == Part::Missing {
                parts.fetch();
            }
            if parts.third.get_untracked() == Part::Missing {
                parts.fetch_seldom();
            }
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
        place => parts.page(place),
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

/// The console, as it begins: what only it uses is in the fourth part.
#[must_use]
pub fn console(fragment: Option<String>) -> AnyView {
    view! { <Staff fragment /> }.into_any()
}

/// Whether a page is in the third part: one that few open, or every few weeks.
const fn is_seldom(place: Place) -> bool {
    !matches!(place, Place::Home | Place::Meet | Place::Diary)
}

/// A piece of the second part: what only it uses is in the second part too.
#[must_use]
pub fn piece(piece: Piece) -> AnyView {
    match piece {
        Piece::Locked => view! { <Locked /> }.into_any(),
        Piece::Standing => view! { <Standing /> }.into_any(),
        Piece::Undo => view! { <UndoBar /> }.into_any(),
        Piece::Notes => view! { <Notes /> }.into_any(),
    }
}

/// A page of the second part: what only it uses is in the second part too.
#[must_use]
pub fn page(place: Place) -> AnyView {
    match place {
        Place::Meet => view! { <Meet /> }.into_any(),
        Place::Diary => view! { <Diary /> }.into_any(),
        Place::Home
        | Place::Exposure(_)
        | Place::Counts
        | Place::Report
        | Place::Settings
        | Place::Rights
        | Place::Backup
        | Place::Servers
        | Place::Studies => ().into_any(),
    }
}

/// A page of the third part: what only it uses is in the third part too.
#[must_use]
pub fn seldom(place: Place) -> AnyView {
    match place {
        Place::Exposure(id) => view! { <Exposure id /> }.into_any(),
        Place::Counts => view! { <CountsPage /> }.into_any(),
        Place::Report => view! { <Report /> }.into_any(),
        Place::Settings => view! { <Settings /> }.into_any(),
        Place::Rights => view! { <Rights /> }.into_any(),
        Place::Backup => view! { <Backup /> }.into_any(),
        Place::Servers => view! { <Servers /> }.into_any(),
        Place::Studies => view! { <Studies /> }.into_any(),
        Place::Home | Place::Meet | Place::Diary => ().into_any(),
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
