//! The one place where a refusal gets its code: every error of the domain becomes `application/problem+json`
//! (RFC 9457) here. What failed inside the server is logged without any part of the request, and told to nobody.

use axum::body::Body;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use twoken_core::psi;
use twoken_core::wire::{self, Problem, ProblemCode};

use crate::domain::studies::{self, reports};
use crate::domain::{batches, index, permits, proofs, queries, second_degree, staff, tans, uploads};
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
            Error::Busy { seconds } => return Self::busy(*seconds),
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
            Error::Cover(_) | Error::TestDay | Error::DecoyKeys => ProblemCode::CoverRefused,
            Error::Busy { seconds } => return Self::busy(*seconds),
            Error::Malformed(wire::Error::SizeClass(_) | wire::Error::CoverClass(_)) => {
                ProblemCode::UploadSize
            }
            Error::Malformed(wire::Error::Mode) => ProblemCode::ModeRefused,
            Error::Malformed(_) => ProblemCode::UploadMalformed,
            Error::Degree | Error::ProvenDegree => ProblemCode::DegreeRefused,
            Error::Region => ProblemCode::RegionUnknown,
            Error::Interrupted | Error::Store(_) => ProblemCode::Internal,
        };
        match error {
            Error::Store(error) => error.into(),
            error => Self::because(code, error.to_string()),
        }
    }
}

impl From<proofs::Error> for Refusal {
    fn from(error: proofs::Error) -> Self {
        use proofs::Error;
        let code = match &error {
            Error::PageUnknown => ProblemCode::PageUnknown,
            Error::PageRefused => ProblemCode::PageRefused,
            Error::PageSpent => ProblemCode::PageSpent,
            Error::Refused(_) => ProblemCode::ProofRefused,
            Error::Wait { seconds } => {
                return Self::wait(
                    *seconds,
                    "Too many proofs that do not hold, or cannot count, came from this address.",
                );
            }
            Error::Busy => return Self::busy(proofs::BUSY_SECONDS),
            Error::Interrupted | Error::Store(_) => ProblemCode::Internal,
        };
        match error {
            Error::Store(error) => error.into(),
            error => Self::because(code, error.to_string()),
        }
    }
}

impl From<queries::Error> for Refusal {
    fn from(error: queries::Error) -> Self {
        use queries::Error;
        let code = match &error {
            Error::Mode => ProblemCode::ModeRefused,
            Error::Malformed(psi::Error::SetSize(_) | psi::Error::Unequal) => ProblemCode::QuerySize,
            Error::Malformed(_) => ProblemCode::QueryMalformed,
            Error::Open { seconds, .. } => {
                let refusal = Self::because(ProblemCode::DaySetOpen, error.to_string());
                return Self { retry_after: Some(*seconds), ..refusal };
            }
            Error::Over => ProblemCode::DaySetExpired,
            Error::Unknown => ProblemCode::DaySetUnknown,
            Error::Limit { seconds } => {
                let refusal = Self::because(ProblemCode::QueryLimit, error.to_string());
                return Self { retry_after: Some(*seconds), ..refusal };
            }
            Error::Busy => return Self::busy(queries::BUSY_SECONDS),
            Error::Interrupted | Error::Store(_) => ProblemCode::Internal,
        };
        match error {
            Error::Store(error) => error.into(),
            error => Self::because(code, error.to_string()),
        }
    }
}

impl From<second_degree::Error> for Refusal {
    fn from(error: second_degree::Error) -> Self {
        match error {
            second_degree::Error::Upload(error) => error.into(),
            second_degree::Error::Proof(error) => error.into(),
            second_degree::Error::Used => Self::new(ProblemCode::ProofUsed),
            second_degree::Error::Store(error) => error.into(),
        }
    }
}

impl From<reports::Error> for Refusal {
    fn from(error: reports::Error) -> Self {
        use reports::Error;
        let code = match &error {
            Error::Malformed(_) => ProblemCode::ReportMalformed,
            Error::Unknown => ProblemCode::StudyUnknown,
            Error::Ended => ProblemCode::StudyEnded,
            Error::Full => ProblemCode::StudyFull,
            Error::Refused => ProblemCode::ReportRefused,
            Error::Repeated => ProblemCode::ReportRepeated,
            Error::Proof(_) | Error::Store(_) => ProblemCode::Internal,
        };
        match error {
            Error::Proof(error) => error.into(),
            Error::Store(error) => error.into(),
            error => Self::because(code, error.to_string()),
        }
    }
}

impl From<reports::WithdrawalError> for Refusal {
    fn from(error: reports::WithdrawalError) -> Self {
        use reports::WithdrawalError;
        match error {
            WithdrawalError::Study => Self::new(ProblemCode::StudyUnknown),
            WithdrawalError::Unknown => Self::new(ProblemCode::WithdrawalUnknown),
            WithdrawalError::Late => Self::new(ProblemCode::WithdrawalLate),
            WithdrawalError::Store(error) => error.into(),
        }
    }
}

impl From<studies::Error> for Refusal {
    fn from(error: studies::Error) -> Self {
        match error {
            studies::Error::Store(error) => error.into(),
            // All others are an operator's at the command line.
            error => {
                tracing::error!(%error, "the list of studies could not be made");
                Self::internal()
            }
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
            Error::Quota { seconds } | Error::PermitQuota { seconds } => {
                return Self::wait(*seconds, &error.to_string());
            }
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
