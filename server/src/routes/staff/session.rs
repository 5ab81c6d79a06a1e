//! `/v1/staff/session…`: signing in, in two steps; locking; the end.

use std::net::SocketAddr;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::{NO_STORE, guard};
use crate::app::App;
use crate::domain::staff::passwords::Password;
use crate::domain::staff::sessions::{Session, Stage};
use crate::domain::staff::{Role, Token};
use crate::problem::Refusal;
use crate::routes::body;

/// A session, as its page needs it.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffSession {
    /// `code`: the code is awaited; `password`: another password must be chosen; `open`; `locked`.
    #[schema(pattern = "^(code|password|open|locked)$")]
    state: &'static str,
    /// Whose it is.
    name: String,
    /// What that one may do: `clinician`, `supervisor`, `administrator`; each may what the ones before it may.
    #[schema(pattern = "^(clinician|supervisor|administrator)$")]
    role: &'static str,
    /// For the header `x-twoken-csrf` of every request that changes something. Another one after the code.
    csrf: String,
    /// The server's time, in seconds since 1970.
    now: u64,
    /// When it ends if nothing is done.
    idle_ends: u64,
    /// When it ends whatever is done.
    absolute_ends: u64,
}

/// The first step.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct StaffSignIn {
    /// The account's name, in any case.
    name: String,
    /// Its password.
    #[schema(value_type = String)]
    password: Password,
}

/// A code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct StaffCode {
    /// Six digits; white space is passed over.
    #[schema(value_type = String)]
    code: Zeroizing<String>,
}

/// A password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct StaffUnlock {
    /// The account's.
    #[schema(value_type = String)]
    password: Password,
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct StaffPassword {
    /// The one until now.
    #[schema(value_type = String)]
    current: Password,
    /// At least 12 characters, at most 512 bytes, and not the name.
    #[schema(value_type = String)]
    new: Password,
}

/// The session.
///
/// Asking is no doing: the idle time goes on.
#[utoipa::path(
    get,
    path = "/v1/staff/session",
    tag = "staff",
    security(("staff_session" = [])),
    responses(
        (status = 200, description = "It goes on.", body = StaffSession, content_type = "application/json"),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::OriginRefused),
        super::Always,
    )
)]
pub(in crate::routes) async fn look(State(app): State<App>, headers: HeaderMap) -> Result<Response, Refusal> {
    let session = guard::session(&app, &headers).await?;
    Ok((NO_STORE, Json(shape(&app, &session))).into_response())
}

/// Sign in: name and password.
///
/// The answer is the same, after the same work, for an unknown name, a wrong password, and an account that is disabled or locked
/// out. Too many wrong ones in a row cost a wait, and 20 of one account lock it out.
#[utoipa::path(
    post,
    path = "/v1/staff/session",
    tag = "staff",
    request_body(content = StaffSignIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The code is awaited. Sets the cookie.", body = StaffSession,
         content_type = "application/json"),
        (status = 400, response = crate::routes::openapi::BodyMalformed),
        (status = 401, response = crate::routes::openapi::SignInRefused),
        (status = 403, response = crate::routes::openapi::OriginRefused),
        super::OfABody, super::Always,
    )
)]
pub(in crate::routes) async fn sign_in(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let StaffSignIn { name, password } = body::secret_json(&headers, body)?;
    let asker = app.staff().addresses().asker(guard::address(&app, connection, &headers));
    let token = app.office().sign_in(asker, &name, &password).await?;
    begun(&app, token).await
}

/// Sign in: the code.
///
/// Each code is taken once. The session goes on under another cookie; the one before is worth nothing any more.
#[utoipa::path(
    post,
    path = "/v1/staff/session/code",
    tag = "staff",
    security(("staff_session" = [], "staff_csrf" = [])),
    request_body(content = StaffCode, content_type = "application/json"),
    responses(
        (status = 200, description = "Signed in. Sets the cookie.", body = StaffSession,
         content_type = "application/json"),
        (status = 400, response = crate::routes::openapi::BodyMalformed),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::CodeRefused),
        super::OfABody, super::Always,
    )
)]
pub(in crate::routes) async fn enter_code(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let session = guard::meant(&app, &headers).await?;
    let StaffCode { code } = body::secret_json(&headers, body)?;
    let token = app.office().enter_code(&session, &code).await?;
    begun(&app, token).await
}

/// Stay signed in: the idle time begins anew.
#[utoipa::path(
    post,
    path = "/v1/staff/session/stay",
    tag = "staff",
    security(("staff_session" = [], "staff_csrf" = [])),
    responses(
        (status = 200, description = "It goes on.", body = StaffSession, content_type = "application/json"),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::StaffForbidden),
        (status = 423, response = crate::routes::openapi::SessionLocked),
        super::Always,
    )
)]
pub(in crate::routes) async fn stay(State(app): State<App>, headers: HeaderMap) -> Result<Response, Refusal> {
    let session = guard::acts(&app, &headers, Role::Clinician).await?;
    Ok((NO_STORE, Json(shape(&app, &session))).into_response())
}

/// Lock the session: nothing but unlocking and signing out until the password is given again.
#[utoipa::path(
    post,
    path = "/v1/staff/session/lock",
    tag = "staff",
    security(("staff_session" = [], "staff_csrf" = [])),
    responses(
        (status = 200, description = "It is locked.", body = StaffSession, content_type = "application/json"),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::StaffForbidden),
        super::Always,
    )
)]
pub(in crate::routes) async fn lock(State(app): State<App>, headers: HeaderMap) -> Result<Response, Refusal> {
    let session = guard::meant(&app, &headers).await?;
    app.office().lock(&session).await?;
    look(State(app), headers).await
}

/// Unlock the session. Five wrong passwords end it.
#[utoipa::path(
    post,
    path = "/v1/staff/session/unlock",
    tag = "staff",
    security(("staff_session" = [], "staff_csrf" = [])),
    request_body(content = StaffUnlock, content_type = "application/json"),
    responses(
        (status = 200, description = "It is open.", body = StaffSession, content_type = "application/json"),
        (status = 400, response = crate::routes::openapi::BodyMalformed),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::PasswordRefused),
        super::OfABody, super::Always,
    )
)]
pub(in crate::routes) async fn unlock(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let session = guard::meant(&app, &headers).await?;
    let StaffUnlock { password } = body::secret_json(&headers, body)?;
    app.office().unlock(&session, &password).await?;
    look(State(app), headers).await
}

/// Change the password. All other sessions of the account end.
#[utoipa::path(
    post,
    path = "/v1/staff/session/password",
    tag = "staff",
    security(("staff_session" = [], "staff_csrf" = [])),
    request_body(content = StaffPassword, content_type = "application/json"),
    responses(
        (status = 200, description = "It is changed.", body = StaffSession, content_type = "application/json"),
        (status = 400, response = crate::routes::openapi::BodyMalformed),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::PasswordRefused),
        (status = 422, response = crate::routes::openapi::AccountUnfit),
        (status = 423, response = crate::routes::openapi::SessionLocked),
        super::OfABody, super::Always,
    )
)]
pub(in crate::routes) async fn change_password(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let session = guard::meant(&app, &headers).await?;
    let StaffPassword { current, new } = body::secret_json(&headers, body)?;
    app.office().change_password(&session, &current, &new).await?;
    look(State(app), headers).await
}

/// Sign out. Also a session that is locked, or waits for its code.
#[utoipa::path(
    delete,
    path = "/v1/staff/session",
    tag = "staff",
    security(("staff_session" = [], "staff_csrf" = [])),
    responses(
        (status = 200, description = "It has ended. Takes the cookie away.", body = StaffDone,
         content_type = "application/json"),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::OriginRefused),
        super::Always,
    )
)]
pub(in crate::routes) async fn sign_out(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let session = guard::meant(&app, &headers).await?;
    app.office().sign_out(&session).await?;
    Ok((NO_STORE, guard::set_cookie(&app, None), Json(StaffDone { done: true })).into_response())
}

/// It is done.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffDone {
    /// true.
    pub(super) done: bool,
}

async fn begun(app: &App, token: Token) -> Result<Response, Refusal> {
    let cookie = guard::set_cookie(app, Some(&token));
    let session = app.office().session(token).await?;
    Ok((NO_STORE, cookie, Json(shape(app, &session))).into_response())
}

fn shape(app: &App, session: &Session) -> StaffSession {
    let office = app.office();
    let view = office.view(session);
    StaffSession {
        state: match view.stage {
            Stage::Code => "code",
            Stage::Password => "password",
            Stage::Open => "open",
            Stage::Locked => "locked",
        },
        name: view.name,
        role: view.role.name(),
        csrf: view.csrf,
        now: office.now.seconds(),
        idle_ends: view.idle_ends.seconds(),
        absolute_ends: view.absolute_ends.seconds(),
    }
}
