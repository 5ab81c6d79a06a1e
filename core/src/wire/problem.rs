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
    /// A TAN that was made invalid.
    TanRevoked = "tan-revoked", 410, "This TAN was revoked.";
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
    /// A week that is not accepted: more than one from the server's, or with staff another one than the server's.
    WeekRefused = "week-refused", 403, "The week is none that is accepted here now.";
    /// An upload body that is malformed.
    UploadMalformed = "upload-malformed", 400, "The upload is malformed.";
    /// A number of entries that is no size class.
    UploadSize = "upload-size", 422, "The upload is not of a size class.";
    /// An upload made for a server of the other mode, or a query to one of open mode.
    ModeRefused = "mode-refused", 422, "This is for a server of the other mode.";
    /// A degree that needs another authorisation.
    DegreeRefused = "degree-refused", 403, "The report is of another degree than this authorises.";
    /// Entries made of keys under a patient's permit, or keys under one of staff.
    EntriesRefused = "entries-refused", 403, "Staff send one-way entries, patients send keys.";
    /// Keys for the future, past retention, or of a test that has not been.
    CoverRefused = "cover-refused", 422, "The keys are not for now.";
    /// A proof that does not hold for this page, context and body.
    ProofRefused = "proof-refused", 403, "The proof does not hold for this page and body.";
    /// A page that no batch of this server has, or not any more.
    PageUnknown = "page-unknown", 422, "No batch of this server has this page.";
    /// A page of a degree that authorises nothing.
    PageRefused = "page-refused", 403, "A proof on a page of this degree authorises nothing.";
    /// A page on which no more proofs are admitted for this purpose.
    PageSpent = "page-spent", 409, "No more proofs are admitted on this page for this purpose.";
    /// An encounter that was used for this purpose.
    ProofUsed = "proof-used", 409, "This encounter was used for this purpose.";
    /// A study that this server does not have.
    StudyUnknown = "study-unknown", 404, "This study is not known.";
    /// A study that takes no more reports because it is over.
    StudyEnded = "study-ended", 410, "This study has ended.";
    /// A study that has as many reports as it takes.
    StudyFull = "study-full", 409, "This study takes no more reports.";
    /// A study's report that is malformed.
    ReportMalformed = "report-malformed", 400, "The report is malformed.";
    /// A report of another mode, scheme or day than study and page.
    ReportRefused = "report-refused", 422, "The report is not of a contact that study and page allow.";
    /// A contact that this study was told of.
    ReportRepeated = "report-repeated", 409, "This contact was told to this study before.";
    /// A withdrawal key of no report that is there.
    WithdrawalUnknown = "withdrawal-unknown", 404, "No report that could be withdrawn has this key.";
    /// A report that was exported.
    WithdrawalLate = "withdrawal-late", 410, "The report was exported before.";
    /// A region that this server does not have.
    RegionUnknown = "region-unknown", 422, "This region is not known.";
    /// A query of private mode that is malformed, or with a point that is no element.
    QueryMalformed = "query-malformed", 400, "The query is malformed.";
    /// Sets of another size, or of three sizes.
    QuerySize = "query-size", 422, "The query's sets are not of one of the sizes.";
    /// A day set whose day is not over.
    DaySetOpen = "day-set-open", 409, "The day that is asked about is not over.";
    /// A day set without batches.
    DaySetUnknown = "day-set-unknown", 404, "Nothing was sealed of that day and scheme.";
    /// A day set whose key is deleted.
    DaySetExpired = "day-set-expired", 410, "The key of that day was deleted with its batches.";
    /// More queries than an address may send.
    QueryLimit = "query-limit", 429, "Too many queries from there; try again later.";
    /// Too many attempts.
    TooManyRequests = "too-many-requests", 429, "Too many attempts; try again later.";
    /// No such thing.
    NotFound = "not-found", 404, "There is no such thing here.";
    /// A method that this route does not have.
    MethodNotAllowed = "method-not-allowed", 405, "This route does not have that method.";
    /// A missing or wrong API key.
    Unauthorized = "unauthorized", 401, "A valid API key is needed.";
    /// A name and password that do not let anybody in.
    SignInRefused = "sign-in-refused", 401, "Name or password is wrong, or the account is disabled or locked.";
    /// A session that is not there, or not any more.
    SessionEnded = "session-ended", 401, "Sign in first.";
    /// A wrong or used code.
    CodeRefused = "code-refused", 403, "The code is wrong, or was used before.";
    /// A wrong password in a running session.
    PasswordRefused = "password-refused", 403, "The password is wrong.";
    /// A session, or an invitation, whose next step is another.
    SignInUnfinished = "sign-in-unfinished", 403, "Another step comes first.";
    /// A locked session.
    SessionLocked = "session-locked", 423, "The session is locked until the password is given again.";
    /// A request that this server's own page did not make.
    OriginRefused = "origin-refused", 403, "This is for this server's own pages only.";
    /// A role that may not do this.
    RoleRefused = "role-refused", 403, "The account's role may not do this.";
    /// A new password that is too short, too long or the name.
    PasswordWeak = "password-weak", 422, "This password is not taken.";
    /// A name that is empty, too long, or cannot be seen.
    NameRefused = "name-refused", 422, "This name is not taken.";
    /// A name that somebody has.
    NameTaken = "name-taken", 409, "Somebody has this name.";
    /// An invitation that is unknown, used or void.
    InvitationUnknown = "invitation-unknown", 404, "This invitation is not known, was used, or is void.";
    /// A change after which nobody could manage accounts.
    LastAdministrator = "last-administrator", 409, "This is the last administrator.";
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
