//! RFC 9457 problem details: one stable code a refusal.

use alloc::borrow::ToOwned;
use alloc::string::String;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal, $title:literal;)+) => {
        /// What a server can refuse, as a stable code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum ProblemCode {
            $($(#[$doc])* #[serde(rename = $code)] $variant,)+
        }

        impl ProblemCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as it stands in `type`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// A sentence for developers; apps have their own words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }
        }
    };
}

codes! {
    /// A body that is no JSON of the expected shape.
    BodyMalformed = "body-malformed", 400, "The body is not of the expected form.";
    /// A TAN that does not check.
    TanMalformed = "tan-malformed", 400, "The TAN does not check.";
    /// A TAN nobody delivered.
    TanUnknown = "tan-unknown", 404, "This TAN is not known.";
    /// A TAN past its time.
    TanExpired = "tan-expired", 410, "This TAN has expired.";
    /// A TAN redeemed for another element or info.
    TanUsed = "tan-used", 409, "This TAN was used.";
    /// A class that is not the TAN's.
    ClassRefused = "class-refused", 403, "This TAN is for another class of permit.";
    /// A blinded element or permit header that is malformed.
    PermitMalformed = "permit-malformed", 400, "The permit is malformed.";
    /// A permit that does not authorise this body.
    PermitRefused = "permit-refused", 403, "The permit does not authorise this body.";
    /// A permit that was spent on another body.
    PermitUsed = "permit-used", 409, "This permit was spent on another body.";
    /// A week more than one from the server's.
    WeekRefused = "week-refused", 403, "The week is more than one from the server's.";
    /// An upload body that is malformed.
    UploadMalformed = "upload-malformed", 400, "The upload is malformed.";
    /// A number of entries that is no size class.
    UploadSize = "upload-size", 422, "The upload is not of a size class.";
    /// A degree that needs another authorisation.
    DegreeRefused = "degree-refused", 403, "A permit authorises reports of the first degree only.";
    /// Entries made of keys, under a patient's permit.
    EntriesRefused = "entries-refused", 403, "One-way entries need a permit of the staff's class.";
    /// Keys for the future, past retention, or of a test that has not been.
    CoverRefused = "cover-refused", 422, "The keys are not for now.";
    /// A region that this server does not have.
    RegionUnknown = "region-unknown", 422, "This region is not known.";
    /// Too many attempts.
    TooManyRequests = "too-many-requests", 429, "Too many attempts; try again later.";
    /// No such thing.
    NotFound = "not-found", 404, "There is no such thing here.";
    /// A method that this route does not have.
    MethodNotAllowed = "method-not-allowed", 405, "This route does not have that method.";
    /// A missing or wrong API key.
    Unauthorized = "unauthorized", 401, "A valid API key is needed.";
    /// A body over the route's limit.
    BodyTooLarge = "body-too-large", 413, "The body is over this route's limit.";
    /// A content type that this route does not take.
    UnsupportedMediaType = "unsupported-media-type", 415, "This route takes another content type.";
    /// The server took too long.
    Timeout = "timeout", 503, "The server took too long; try again.";
    /// Something failed in the server.
    Internal = "internal", 500, "Something failed in the server.";
}

/// `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The stable code.
    #[serde(rename = "type")]
    pub code: ProblemCode,
    /// A sentence for developers.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What exactly, where that says more; never content of a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Problem {
    /// Without detail.
    #[must_use]
    pub fn new(code: ProblemCode) -> Self {
        Self { code, title: code.title().to_owned(), status: code.status(), detail: None }
    }

    /// With detail.
    #[must_use]
    pub fn with_detail(code: ProblemCode, detail: String) -> Self {
        Self { detail: Some(detail), ..Self::new(code) }
    }
}
