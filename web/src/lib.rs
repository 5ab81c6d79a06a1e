//! The app: a Leptos PWA on the protocols of `twoken-core`.
//!
//! Two programs come of it: the app itself, and one worker for reading codes and comparing
//! batches. Imports run one way: [`pages`] stand on [`components`] and [`state`], those on [`api`]
//! and [`platform`], and all of them on the core. Only [`platform`] touches the browser.
//!
//! * [`app`] what is where, and what is begun
//! * [`parts`] what comes first, and what is fetched afterwards
//! * [`pages`] one file a route
//! * [`components`] what pages are made of
//! * [`state`] what is known, and what can be done about it
//! * [`api`] the server's routes
//! * [`worker`] what runs off the main thread
//! * [`platform`] one browser API a file

#![forbid(unsafe_code)]

pub mod api;
pub mod app;
#[allow(missing_docs, reason = "the props of a component are what its markup calls them")]
pub mod components;
pub mod i18n;
#[allow(
    missing_docs,
    unreachable_pub,
    reason = "as for components; and what the component macro makes of a page's own part is public"
)]
pub mod pages;
#[allow(missing_docs, reason = "as for components")]
pub mod parts;
pub mod platform;
pub mod state;
pub mod worker;

#[allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    unused_imports,
    clippy::all,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "generated from www/locales"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n.rs"));
}

#[cfg(test)]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
