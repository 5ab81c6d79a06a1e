//! The server's routes, one function each. What comes is checked for form here and for truth by
//! whoever asked: signatures are verified where the pinned keys are known.
//!
//! Every request but those of `staff` omits credentials and carries no cookie, no referrer and no per-person value
//! in its address; none is answered from a cache, or leaves anything in one.

mod batches;
mod config;
mod permits;
mod problem;
mod psi;
mod request;
pub mod staff;
mod studies;
mod uploads;

pub use config::ConfigAnswer;
pub use problem::ApiProblem;
pub use request::Incoming;

/// A server, by its origin.
#[derive(Clone, Debug)]
pub struct Api {
    origin: String,
}

impl Api {
    /// The server at `origin`, such as `https://twoken.example`.
    #[must_use]
    pub fn new(origin: String) -> Self {
        Self { origin }
    }
}
