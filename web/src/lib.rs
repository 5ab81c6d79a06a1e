//! The app: a Leptos PWA on the protocols of `twoken-core`.
//!
//! Two programs come of it, each built with the feature of its name: the app itself (`page`), and one worker (`worker`)
//! for reading codes, comparing batches and proving. What only one of them has is compiled for that one. Imports run one way: [`pages`] stand on [`components`] and [`state`], those on [`api`]
//! and [`platform`], and all of them on the core. Only [`platform`] touches the browser.
//!
//! * [`app`] what is where, and what is begun
//! * [`background`] the same without a page, while the app is closed
//! * [`parts`] what comes first, and what is fetched afterwards
//! * [`pages`] one file a route
//! * [`components`] what pages are made of
//! * [`state`] what is known, and what can be done about it
//! * [`api`] the server's routes
//! * [`worker`] what runs off the main thread
//! * [`platform`] one browser API a file

#![forbid(unsafe_code)]

#[cfg(feature = "page")]
pub mod api;
#[cfg(feature = "page")]
pub mod app;
#[cfg(feature = "page")]
pub mod background;
#[cfg(feature = "page")]
#[allow(missing_docs, reason = "the props of a component are what its markup calls them")]
pub mod components;
#[cfg(feature = "page")]
pub mod i18n;
#[cfg(feature = "page")]
#[allow(
    missing_docs,
    unreachable_pub,
    reason = "as for components; and what the component macro makes of a page's own part is public"
)]
pub mod pages;
#[cfg(feature = "page")]
#[allow(missing_docs, reason = "as for components")]
pub mod parts;
pub mod platform;
#[cfg(feature = "page")]
pub mod state;
pub mod worker;

#[cfg(test)]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
