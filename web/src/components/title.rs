//! The page's name, as the browser shows it.

use crate::i18n::{t_string, use_i18n};
use crate::platform::document;
use leptos::prelude::*;

/// Shows `page` in the browser's title for as long as this page is the current one.
pub fn use_title(page: impl Fn() -> String + 'static) {
    let i18n = use_i18n();
    Effect::new(move |_| {
        let title = t_string!(i18n, app.title, page = page());
        document::set_title(&title);
    });
}
