//! How far a question to the server is whose answer a page shows.

use crate::api::ApiProblem;

/// How far it is. What was known before stays on the page meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Asked {
    /// Nobody has asked.
    #[default]
    Never,
    /// It is under way.
    Waits,
    /// It was answered.
    Answered,
    /// It was not, and why.
    Refused(ApiProblem),
}

impl Asked {
    /// What hinders it.
    #[must_use]
    pub const fn problem(&self) -> Option<&ApiProblem> {
        match self {
            Self::Refused(problem) => Some(problem),
            _ => None,
        }
    }
}
