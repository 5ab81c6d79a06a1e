//! What can go wrong between the app and a server.

use twoken_core::wire::{self, ProblemCode};

/// Why the server gave no answer that can be used. Nothing of this loses what was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiProblem {
    /// The browser says that there is no network.
    Offline,
    /// Nothing answered, or the connection broke.
    Unreachable,
    /// The server, or something on the way to it, points to another address. It is not followed.
    Moved,
    /// The server answered with a problem of this stable code, such as `tan-unknown`.
    Refused {
        /// The problem's code.
        code: ProblemCode,
        /// Seconds to wait, where the server named them.
        retry_after: Option<u32>,
    },
    /// The server answered with a problem of a code that this app does not know: what is known is the HTTP status.
    RefusedOtherwise {
        /// 400 to 499.
        status: u16,
    },
    /// The server failed by itself (5xx); the same again later may work.
    ServerFailed,
    /// The server's keys are not those pinned when it was first met.
    KeyChanged,
    /// What came is not signed by the server's key.
    BadSignature,
    /// What came cannot be read, or says what it must not say.
    BadAnswer,
    /// The server's rules are signed, and one of them is none that this app may follow.
    BadRules,
    /// More came than any honest answer has.
    TooLarge,
    /// The server speaks a newer version of the protocol.
    Version,
    /// The device's clock is too far off the server's for its answers to hold.
    ClockOff {
        /// Device minus server, in seconds.
        seconds: i64,
    },
}

impl ApiProblem {
    /// Whether the same request may succeed later without anybody changing anything.
    #[must_use]
    pub fn passes(&self) -> bool {
        match self {
            Self::Offline | Self::Unreachable | Self::Moved | Self::ServerFailed => true,
            Self::Refused { code, .. } => {
                matches!(code, ProblemCode::TooManyRequests | ProblemCode::QueryLimit)
            }
            Self::KeyChanged
            | Self::BadSignature
            | Self::BadAnswer
            | Self::BadRules
            | Self::RefusedOtherwise { .. }
            | Self::TooLarge
            | Self::Version
            | Self::ClockOff { .. } => false,
        }
    }
}

impl From<wire::Error> for ApiProblem {
    fn from(error: wire::Error) -> Self {
        match error {
            wire::Error::KeyChanged => Self::KeyChanged,
            wire::Error::Signature => Self::BadSignature,
            wire::Error::Version(_) => Self::Version,
            wire::Error::Member(_) => Self::BadRules,
            _ => Self::BadAnswer,
        }
    }
}
