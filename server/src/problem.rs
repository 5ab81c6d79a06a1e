//! The one place where a refusal gets its code: every error of the domain becomes `application/problem+json`
//! (RFC 9457) here. What failed inside the server is logged without any part of the request, and told to nobody.

use axum::body::Body;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use twoken_core::wire::{self, Problem, ProblemCode};

use crate::domain::{batches, index, permits, staff, tans, uploads};
use crate::store;

/// Media type of every refusal.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// When to come back where too many passwords are being checked, in seconds.
const HASHING_SECONDS: u64 = 2;

/// A refusal on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    problem: Problem,
    retry_after: Option<u64>,
}

impl Refusal {
    /// A code that says all.
    #[must_use]
    pub fn new(code: ProblemCode) -> Self {
        Self { problem: Problem::new(code), retry_after: None }
    }

    /// A code and what exactly; never content of the request.
    #[must_use]
    pub fn because(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self { problem: Problem::with_detail(code, detail.into()), retry_after: None }
    }

    /// No such thing here.
    #[must_use]
    pub fn not_found(detail: &str) -> Self {
        Self::because(ProblemCode::NotFound, detail)
    }

    /// The route does not have that method. Which it has, the `allow` header says that the router adds.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::new(ProblemCode::MethodNotAllowed)
    }

    /// Too much at once; come back in so many seconds.
    #[must_use]
    pub fn busy(seconds: u64) -> Self {
        Self::wait(seconds, "The server is busy.")
    }

    /// The request took longer than it may.
    #[must_use]
    pub fn too_slow() -> Self {
        Self::new(ProblemCode::Timeout)
    }

    /// Something failed here; what, is in the log.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(ProblemCode::Internal)
    }

    fn wait(seconds: u64, detail: &str) -> Self {
        Self { retry_after: Some(seconds.max(1)), ..Self::because(ProblemCode::TooManyRequests, detail) }
    }

    /// Its code.
    #[must_use]
    pub const fn code(&self) -> ProblemCode {
        self.problem.code
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        // A problem is two words, a number and a sentence; without them the status still says enough.
        let body = serde_json::to_vec(&self.problem).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() =
            StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        let scheme = match self.problem.code {
            ProblemCode::Unauthorized => Some("Bearer"),
            ProblemCode::SignInRefused | ProblemCode::SessionEnded => Some("Session"),
            _ => None,
        };
        if let Some(scheme) = scheme {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
        }
        response
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        tracing::error!(%error, "a request failed in the store");
        Self::internal()
    }
}

impl From<tans::Error> for Refusal {
    fn from(error: tans::Error) -> Self {
        match error {
            tans::Error::Store(error) => error.into(),
            error @ (tans::Error::TooMany { .. } | tans::Error::Hours { .. }) => {
                Self::because(ProblemCode::BodyMalformed, error.to_string())
            }
        }
    }
}

impl From<permits::Error> for Refusal {
    fn from(error: permits::Error) -> Self {
        use permits::Error;
        let code = match &error {
            Error::TanMalformed(_) => ProblemCode::TanMalformed,
            Error::Malformed(_) => ProblemCode::PermitMalformed,
            Error::Week { .. } => ProblemCode::WeekRefused,
            Error::TanUnknown => ProblemCode::TanUnknown,
            Error::TanExpired => ProblemCode::TanExpired,
            Error::TanRevoked => ProblemCode::TanRevoked,
            Error::TanUsed => ProblemCode::TanUsed,
            Error::OtherClass => ProblemCode::ClassRefused,
            Error::Wait { seconds } => {
                return Self::wait(*seconds, "Too many wrong TANs came from this address.");
            }
            Error::Store(_) => ProblemCode::Internal,
        };
        match error {
            Error::Store(error) => error.into(),
            error => Self::because(code, error.to_string()),
        }
    }
}

impl From<uploads::Error> for Refusal {
    fn from(error: uploads::Error) -> Self {
        use uploads::Error;
        let code = match &error {
            Error::PermitMissing | Error::PermitMalformed(_) => ProblemCode::PermitMalformed,
            Error::PermitRefused => ProblemCode::PermitRefused,
            Error::PermitUsed => ProblemCode::PermitUsed,
            Error::Week { .. } => ProblemCode::WeekRefused,
            Error::Entries | Error::Keys => ProblemCode::EntriesRefused,
            Error::Cover(_) | Error::TestDay => ProblemCode::CoverRefused,
            Error::Malformed(wire::Error::SizeClass(_) | wire::Error::CoverClass(_)) => {
                ProblemCode::UploadSize
            }
            Error::Malformed(_) => ProblemCode::UploadMalformed,
            Error::Degree => ProblemCode::DegreeRefused,
            Error::Region => ProblemCode::RegionUnknown,
            Error::Interrupted | Error::Store(_) => ProblemCode::Internal,
        };
        match error {
            Error::Store(error) => error.into(),
            error => Self::because(code, error.to_string()),
        }
    }
}

impl From<staff::Error> for Refusal {
    fn from(error: staff::Error) -> Self {
        use staff::Error;
        let code = match &error {
            Error::SignIn => ProblemCode::SignInRefused,
            Error::Ended => ProblemCode::SessionEnded,
            Error::Code => ProblemCode::CodeRefused,
            Error::Password => ProblemCode::PasswordRefused,
            Error::Unfinished(_) => ProblemCode::SignInUnfinished,
            Error::Locked => ProblemCode::SessionLocked,
            Error::Role(_) => ProblemCode::RoleRefused,
            Error::Weak(_) => ProblemCode::PasswordWeak,
            Error::Name => ProblemCode::NameRefused,
            Error::NameTaken => ProblemCode::NameTaken,
            Error::Invitation => ProblemCode::InvitationUnknown,
            Error::Account => ProblemCode::NotFound,
            Error::LastAdministrator => ProblemCode::LastAdministrator,
            Error::Count { .. } | Error::Hours { .. } => ProblemCode::BodyMalformed,
            Error::Tan { .. } => ProblemCode::TanMalformed,
            Error::Blinded(_) => ProblemCode::PermitMalformed,
            Error::Week { .. } => ProblemCode::WeekRefused,
            Error::Wait { seconds } => return Self::wait(*seconds, "Too many tries."),
            Error::Busy => return Self::busy(HASHING_SECONDS),
            Error::Interrupted | Error::Store(_) => ProblemCode::Internal,
        };
        match error {
            Error::Store(error) => error.into(),
            error => Self::because(code, error.to_string()),
        }
    }
}

impl From<batches::Error> for Refusal {
    fn from(error: batches::Error) -> Self {
        match error {
            batches::Error::Store(error) => error.into(),
            error @ (batches::Error::Unknown
            | batches::Error::NoFilter
            | batches::Error::Beyond { .. }
            | batches::Error::Gone) => Self::because(ProblemCode::NotFound, error.to_string()),
        }
    }
}

impl From<index::Error> for Refusal {
    fn from(error: index::Error) -> Self {
        match error {
            index::Error::Region => Self::new(ProblemCode::RegionUnknown),
            error @ (index::Error::Future | index::Error::Deleted) => {
                Self::because(ProblemCode::NotFound, error.to_string())
            }
            index::Error::Store(error) => error.into(),
        }
    }
}

impl From<BytesRejection> for Refusal {
    fn from(rejection: BytesRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Self::new(ProblemCode::BodyTooLarge)
        } else {
            Self::because(ProblemCode::BodyMalformed, "The body did not arrive whole.")
        }
    }
}
