//! The app's pages, one a route. They arrange components; what happens, happens in `state`.
//!
//! | route | page |
//! | --- | --- |
//! | `/` | [`home::Home`] |
//! | `/meet` | [`meet::Meet`] |
//! | `/diary` | [`diary::Diary`] |
//! | `/report` | [`report::Report`] |
//! | `/exposure/:id` | [`exposure::Exposure`] |
//! | `/settings` | [`settings::Settings`] |
//! | anything else | [`not_found::NotFound`] |
//!
//! Inside a [`Frame`](crate::components::frame::Frame), all of these. Alone, inside a
//! [`Bare`](crate::components::frame::Bare): [`welcome::Welcome`] before consent,
//! [`opening::Loading`] and [`opening::Broken`] while there is no diary to show.

pub mod diary;
pub mod exposure;
pub mod home;
pub mod meet;
pub mod not_found;
pub mod opening;
pub mod report;
pub mod settings;
pub mod welcome;
