//! Refusals as the API's description tells them: for each status that a route answers, the codes it can bear and what they mean.

use utoipa::ToResponse;

use super::openapi::Problem;

macro_rules! refusals {
    ($($name:ident = $description:literal;)+) => {$(
        #[derive(ToResponse)]
        #[response(description = $description, content_type = "application/problem+json")]
        #[expect(dead_code, reason = "a shape for the description")]
        pub(super) struct $name(Problem);
    )+};
}

refusals! {
    AccountConflict = "`name-taken` or `last-administrator`: somebody has this name, or nobody could manage accounts any more.";
    AccountUnfit = "`name-refused` or `password-weak`: the name or the new password is not taken.";
    CodeRefused = "`code-refused`, `sign-in-unfinished` or `origin-refused`: the code is wrong or was used before, another step comes first, or the request is not of this server's own page.";
    InvitationUnknown = "`invitation-unknown`: the invitation is not known, was used, or is void.";
    OriginRefused = "`origin-refused`: the request is not of this server's own page, or lacks its `x-twoken-csrf`.";
    PasswordRefused = "`password-refused`, `sign-in-unfinished` or `origin-refused`: the password is wrong, another step comes first, or the request is not of this server's own page.";
    SessionEnded = "`session-ended`: there is no session, or it has ended.";
    SessionLocked = "`session-locked`: the password has to be given again first.";
    SignInRefused = "`sign-in-refused`: name or password is wrong, or the account is disabled or locked out.";
    StaffForbidden = "`role-refused`, `sign-in-unfinished` or `origin-refused`: the account's role may not do this, another step comes first, or the request is not of this server's own page.";
    StaffPermitNotRight = "`body-malformed` or `permit-malformed`: the body or the blinded element does not have its form.";
    StaffPermitRefused = "`week-refused`, `role-refused`, `sign-in-unfinished` or `origin-refused`: the week is not the server's, or as everywhere at the desk.";
    StaffTanNotRight = "`body-malformed` or `tan-malformed`: the body does not have its form, or a TAN is mistyped. Nothing was issued.";
    BodyMalformed = "`body-malformed`: the body is not JSON of the expected shape, or a value is out of range.";
    BodyTooLarge = "`body-too-large`: the body is over this route's limit.";
    Internal = "`internal`: something failed in the server; what, is in its log.";
    NotFound = "`not-found`: there is no such thing, or not any more.";
    ProofRefused = "`proof-refused` or `page-refused`: the proof does not hold for this page, purpose and body, or a page of its degree authorises nothing.";
    ReportConflict = "`report-repeated`, `study-full` or `page-spent`: the study was told of this contact before, has as many reports as it takes, or no more proofs are admitted on the page.";
    ReportNotRight = "`report-malformed` or `body-malformed`: the report does not have its form, or the body did not arrive whole.";
    ReportUnfit = "`report-refused` or `page-unknown`: the report is not of a contact that study and page allow, or no batch of this server has the page.";
    StudyEnded = "`study-ended`: the study takes no more reports.";
    StudyUnknown = "`study-unknown`: there is no such study.";
    WithdrawalLate = "`withdrawal-late`: the report was exported before.";
    WithdrawalUnknown = "`withdrawal-unknown` or `study-unknown`: no report that is there has this key, or there is no such study.";
    PermitNotRight = "`body-malformed`, `tan-malformed` or `permit-malformed`: the body, the TAN or the blinded element does not have its form. The TAN is not spent.";
    PermitRefused = "`week-refused` or `class-refused`: the week is more than one from the server's, or the TAN is of another class. The TAN is not spent.";
    UploadConflict = "`permit-used`, `proof-used` or `page-spent`: the permit, or the encounter that was proved, was used for another body, or no more proofs are admitted on its page.";
    DaySetOpen = "`day-set-open`: the day is not over; the `retry-after` header says when it is.";
    DaySetExpired = "`day-set-expired`: the day's batches are deleted, and its key with them.";
    DaySetUnknown = "`day-set-unknown`: nothing of that scheme was sealed on that day.";
    QueryLimit = "`query-limit` or `too-many-requests`: this address has asked for this day set as often as it may today, or the server is busy; the `retry-after` header says for how long.";
    QueryUnfit = "`query-size` or `mode-refused`: the sets are not of one of the four sizes, or the server is of open mode.";
    QueryNotRight = "`query-malformed` or `body-malformed`: the query does not have its form, a point is none, or the body did not arrive whole.";
    RegionUnknown = "`region-unknown`: no such region in the configuration.";
    TanExpired = "`tan-expired` or `tan-revoked`: the TAN's time is over, or it was made invalid.";
    TanUnknown = "`tan-unknown`: nobody delivered this TAN.";
    TanUsed = "`tan-used`: the TAN was redeemed with another element, class or week.";
    Timeout = "`timeout`: the request took too long.";
    TooManyRequests = "`too-many-requests`: the server is busy, too many wrong TANs, passwords or proofs came from this address, an account has used up its day; the `retry-after` header says for how long.";
    Unauthorized = "`unauthorized`: the API key is missing or wrong.";
    UnsupportedMediaType = "`unsupported-media-type`: this route takes another content type.";
    UploadNotRight = "`permit-malformed`, `upload-malformed` or `body-malformed`: the header or the body does not have its form. The permit is not spent.";
    UploadRefused = "`permit-refused`, `week-refused`, `degree-refused`, `entries-refused`, `proof-refused` or `page-refused`: the permit is not of this server or not for this body, its week is over, the report is of another degree than a permit (1) or a proof (2) authorises, or it brings one-way entries without a permit of the staff's class, or keys with one; the proof does not hold for this page and body, or a page of its degree authorises nothing. Neither is spent.";
    UploadUnfit = "`upload-size`, `mode-refused`, `region-unknown`, `cover-refused` or `page-unknown`: the number of entries or keys is no size class, the upload is for a server of the other mode, there is no such region, or keys are for the future, past retention, or of a test that has not been, or no batch of this server has the page. Neither permit nor proof is spent.";
}
