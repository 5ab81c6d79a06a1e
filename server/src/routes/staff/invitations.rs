//! `/v1/staff/invitations…`: how somebody comes to an account.

use std::net::SocketAddr;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoken_core::codec;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::session::StaffDone;
use super::{NO_STORE, guard};
use crate::app::App;
use crate::domain::staff::passwords::Password;
use crate::domain::staff::{Error, Role, Token};
use crate::problem::Refusal;
use crate::routes::body;

/// Whom to invite.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct StaffInvite {
    /// What the account will be.
    #[schema(value_type = String, pattern = "^(clinician|supervisor|administrator)$")]
    role: Role,
}

/// An invitation, shown once.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffInvitation {
    /// The link's path and fragment: `/staff#i=TOKEN`.
    link: String,
    /// When it is void, in seconds since 1970.
    expires: u64,
}

/// The bearer of an invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct StaffInvitationToken {
    /// What stands behind `#i=`.
    #[schema(value_type = String)]
    token: Zeroizing<String>,
}

/// What an invitation is for.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffInvitedAs {
    /// What the account will be.
    #[schema(pattern = "^(clinician|supervisor|administrator)$")]
    role: &'static str,
}

/// Name and password of an invited person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct StaffAcceptance {
    /// What stands behind `#i=`.
    #[schema(value_type = String)]
    token: Zeroizing<String>,
    /// 1 to 64 characters.
    name: String,
    /// At least 12 characters, at most 512 bytes, and not the name.
    #[schema(value_type = String)]
    password: Password,
}

/// The second factor, shown once.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffSecondFactor {
    /// `otpauth://totp/…`, for an authenticator app. Another one when name and password are sent again.
    #[schema(value_type = String)]
    otpauth: Zeroizing<String>,
}

/// The code that shows that the second factor is set up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct StaffConfirmation {
    /// What stands behind `#i=`.
    #[schema(value_type = String)]
    token: Zeroizing<String>,
    /// Six digits.
    #[schema(value_type = String)]
    code: Zeroizing<String>,
}

/// An account that can sign in now.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffJoined {
    /// As it was entered.
    name: String,
}

/// Invite somebody. For administrators.
#[utoipa::path(
    post,
    path = "/v1/staff/invitations",
    tag = "staff",
    security(("staff_session" = [], "staff_csrf" = [])),
    request_body(content = StaffInvite, content_type = "application/json"),
    responses(
        (status = 200, description = "A link for one person, for 72 hours.", body = StaffInvitation,
         content_type = "application/json"),
        (status = 400, response = crate::routes::openapi::BodyMalformed),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::StaffForbidden),
        (status = 423, response = crate::routes::openapi::SessionLocked),
        super::OfABody, super::Always,
    )
)]
pub(in crate::routes) async fn invite(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let session = guard::acts(&app, &headers, Role::Administrator).await?;
    let StaffInvite { role } = body::json(&headers, body)?;
    let (token, expires) = app.office().invite(&session, role).await?;
    let link = format!("/staff#i={}", *token.to_text());
    Ok((NO_STORE, Json(StaffInvitation { link, expires: expires.seconds() })).into_response())
}

/// Withdraw an invitation that nobody has used yet. For administrators.
#[utoipa::path(
    delete,
    path = "/v1/staff/invitations/{id}",
    tag = "staff",
    security(("staff_session" = [], "staff_csrf" = [])),
    params(("id" = String, Path, description = "32 hexadecimal digits, as the list of accounts and invitations has it")),
    responses(
        (status = 200, description = "Its link is void.", body = StaffDone, content_type = "application/json"),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::StaffForbidden),
        (status = 404, response = crate::routes::openapi::InvitationUnknown),
        (status = 423, response = crate::routes::openapi::SessionLocked),
        super::Always,
    )
)]
pub(in crate::routes) async fn withdraw(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let session = guard::acts(&app, &headers, Role::Administrator).await?;
    let id = codec::array_from_hex(&id).map_err(|_| Error::Invitation)?;
    app.office().withdraw_invitation(Some(&session), id).await?;
    Ok((NO_STORE, Json(StaffDone { done: true })).into_response())
}

/// What an invitation is for, before anything is entered.
#[utoipa::path(
    post,
    path = "/v1/staff/invitations/state",
    tag = "staff",
    request_body(content = StaffInvitationToken, content_type = "application/json"),
    responses(
        (status = 200, description = "It can be used.", body = StaffInvitedAs, content_type = "application/json"),
        (status = 400, response = crate::routes::openapi::BodyMalformed),
        (status = 403, response = crate::routes::openapi::OriginRefused),
        (status = 404, response = crate::routes::openapi::InvitationUnknown),
        super::OfABody, super::Always,
    )
)]
pub(in crate::routes) async fn state(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let StaffInvitationToken { token } = body::secret_json(&headers, body)?;
    let role = async { app.office().invited_as(&read(&token)?).await };
    let role = tried(&app, connection, &headers, role).await?;
    Ok((NO_STORE, Json(StaffInvitedAs { role: role.name() })).into_response())
}

/// Accept an invitation: name and password for the secret of the second factor.
///
/// May be repeated until a code has confirmed it; the last one counts.
#[utoipa::path(
    post,
    path = "/v1/staff/invitations/accept",
    tag = "staff",
    request_body(content = StaffAcceptance, content_type = "application/json"),
    responses(
        (status = 200, description = "A code is awaited.", body = StaffSecondFactor, content_type = "application/json"),
        (status = 400, response = crate::routes::openapi::BodyMalformed),
        (status = 403, response = crate::routes::openapi::OriginRefused),
        (status = 404, response = crate::routes::openapi::InvitationUnknown),
        (status = 409, response = crate::routes::openapi::AccountConflict),
        (status = 422, response = crate::routes::openapi::AccountUnfit),
        super::OfABody, super::Always,
    )
)]
pub(in crate::routes) async fn accept(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let StaffAcceptance { token, name, password } = body::secret_json(&headers, body)?;
    let accepted = async { app.office().accept(&read(&token)?, &name, &password).await };
    let otpauth = tried(&app, connection, &headers, accepted).await?;
    Ok((NO_STORE, Json(StaffSecondFactor { otpauth })).into_response())
}

/// Confirm an invitation by a code. There is an account then, which signs in as every other.
#[utoipa::path(
    post,
    path = "/v1/staff/invitations/confirm",
    tag = "staff",
    request_body(content = StaffConfirmation, content_type = "application/json"),
    responses(
        (status = 200, description = "The account can sign in, with the next code.", body = StaffJoined,
         content_type = "application/json"),
        (status = 400, response = crate::routes::openapi::BodyMalformed),
        (status = 403, response = crate::routes::openapi::CodeRefused),
        (status = 404, response = crate::routes::openapi::InvitationUnknown),
        (status = 409, response = crate::routes::openapi::AccountConflict),
        super::OfABody, super::Always,
    )
)]
pub(in crate::routes) async fn confirm(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let StaffConfirmation { token, code } = body::secret_json(&headers, body)?;
    let confirmed = async { app.office().confirm(&read(&token)?, &code).await };
    let name = tried(&app, connection, &headers, confirmed).await?;
    Ok((NO_STORE, Json(StaffJoined { name })).into_response())
}

fn read(token: &str) -> Result<Token, Error> {
    Token::parse(token).ok_or(Error::Invitation)
}

/// Lets an address try, unless it has tried too often; a wrong token or code counts against it.
async fn tried<T>(
    app: &App,
    connection: SocketAddr,
    headers: &HeaderMap,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Refusal> {
    let invited = app.staff().invited();
    let asker = invited.asker(guard::address(app, connection, headers));
    let wait = |seconds| Error::Wait { seconds };
    invited.may_try(asker).map_err(wait)?;
    let result = work.await;
    if matches!(result, Err(Error::Invitation | Error::Code)) {
        invited.count_wrong(asker).map_err(wait)?;
    }
    Ok(result?)
}
