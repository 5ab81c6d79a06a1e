//! The same program without a page: in the service worker, for what a browser starts it for while the app is closed
//! (ADR 50). And the one sentence that may stand outside the app.

use crate::i18n::{self, Locale, td_string};
use crate::parts::Further;
use crate::platform::{background, document, notification};
use crate::state::{App, Language};
use leptos::prelude::Owner;

/// Whether this program runs there.
#[must_use]
pub fn is_here() -> bool {
    background::is_here()
}

/// Waits for errands.
pub fn serve(further: Further) {
    // Begun already where another errand came before.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    background::serve(move |errand| async move {
        let owner = Owner::new();
        let app = owner.with(App::unbegun);
        let came = app.run_errand(errand, further.work).await;
        if let Some(language) = came.news {
            announce(locale(language)).await;
        }
        // What is still ending may ask for the app's signals, which are empty by now; the browser ends all of this soon.
        core::mem::forget(owner);
        !came.left
    });
}

/// Says that there is something to see; nothing of what it is.
pub(crate) async fn announce(locale: Locale) {
    i18n::prepare(locale).await;
    notification::show("Twoken", td_string!(locale, background.notification), locale.tag()).await;
}

/// The language chosen, or the first of the browser's that there is.
pub(crate) fn locale(language: Language) -> Locale {
    match language {
        Language::Of(locale) => locale,
        Language::System => Locale::spoken(&document::languages()),
    }
}
