//! The app's pages, one a [`Place`](crate::state::Place). They arrange components; what happens,
//! happens in `state`.
//!
//! Inside a [`Frame`](crate::components::frame::Frame), all of these. Alone, inside a
//! [`Bare`](crate::components::frame::Bare): [`welcome::Welcome`] before consent,
//! [`opening`]'s and [`locked`] while there is no diary to show.

pub mod backup;
pub mod counts;
pub mod diary;
pub mod exposure;
pub mod home;
pub mod locked;
pub mod meet;
pub mod opening;
pub mod report;
pub mod rights;
pub mod servers;
pub mod settings;
pub mod staff;
pub mod studies;
mod tell;
pub mod welcome;
