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
    StaffPermitRefused = "`week-refused`, `role-refused`, `sign-in-unfinished` or `origin-refused`: the week is more than one from the server's, or as everywhere at the desk.";
    StaffTanNotRight = "`body-malformed` or `tan-malformed`: the body does not have its form, or a TAN is mistyped. Nothing was issued.";
    BodyMalformed = "`body-malformed`: the body is not JSON of the expected shape, or a value is out of range.";
    BodyTooLarge = "`body-too-large`: the body is over this route's limit.";
    Internal = "`internal`: something failed in the server; what, is in its log.";
    NotFound = "`not-found`: there is no such thing, or not any more.";
    PermitNotRight = "`body-malformed`, `tan-malformed` or `permit-malformed`: the body, the TAN or the blinded element does not have its form. The TAN is not spent.";
    PermitRefused = "`week-refused` or `class-refused`: the week is more than one from the server's, or the TAN is of another class. The TAN is not spent.";
    PermitUsed = "`permit-used`: the permit was spent on another body.";
    RegionUnknown = "`region-unknown`: no such region in the configuration.";
    TanExpired = "`tan-expired` or `tan-revoked`: the TAN's time is over, or it was made invalid.";
    TanUnknown = "`tan-unknown`: nobody delivered this TAN.";
    TanUsed = "`tan-used`: the TAN was redeemed with another element, class or week.";
    Timeout = "`timeout`: the request took too long.";
    TooManyRequests = "`too-many-requests`: the server is busy, or too many wrong TANs or passwords came from this address; the `retry-after` header says for how long.";
    Unauthorized = "`unauthorized`: the API key is missing or wrong.";
    UnsupportedMediaType = "`unsupported-media-type`: this route takes another content type.";
    UploadNotRight = "`permit-malformed`, `upload-malformed` or `body-malformed`: the header or the body does not have its form. The permit is not spent.";
    UploadRefused = "`permit-refused`, `week-refused`, `degree-refused` or `entries-refused`: the permit is not of this server or not for this body, its week is over, the report is of another degree than the first, or it brings one-way entries without a permit of the staff's class, or keys with one. The permit is not spent.";
    UploadUnfit = "`upload-size`, `region-unknown` or `cover-refused`: the number of entries or keys is no size class, there is no such region, or keys are for the future, past retention, or of a test that has not been. The permit is not spent.";
}
