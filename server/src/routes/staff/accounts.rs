//! `/v1/staff/accounts`: who may sign in, as what.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoken_core::codec;
use twoken_core::wire::ProblemCode;
use utoipa::ToSchema;

use super::session::StaffDone;
use super::{NO_STORE, guard};
use crate::app::App;
use crate::domain::staff::Role;
use crate::domain::staff::accounts::Change;
use crate::problem::Refusal;
use crate::routes::body;

/// Accounts and invitations.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffAccounts {
    /// By name.
    accounts: Vec<StaffAccount>,
    /// Those that nobody has used yet, the first to be void first.
    invitations: Vec<StaffInvited>,
}

/// An account.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffAccount {
    /// 32 hexadecimal digits.
    id: String,
    /// As its owner wrote it.
    name: String,
    /// `clinician`, `supervisor` or `administrator`.
    #[schema(pattern = "^(clinician|supervisor|administrator)$")]
    role: &'static str,
    /// May not sign in.
    disabled: bool,
    /// Nobody can sign in to it, for wrong passwords and codes.
    locked_out: bool,
    /// It is the account of this session.
    own: bool,
}

/// An invitation.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffInvited {
    /// What it is withdrawn by, 32 hexadecimal digits; its link does not follow from it.
    id: String,
    /// Who invited.
    by: String,
    /// What the account will be.
    #[schema(pattern = "^(clinician|supervisor|administrator)$")]
    role: &'static str,
    /// When it is void, in seconds since 1970.
    expires: u64,
}

/// What is to become of an account; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct StaffChange {
    /// Another role.
    #[schema(value_type = Option<String>, pattern = "^(clinician|supervisor|administrator)$", nullable = false)]
    role: Option<Role>,
    /// Whether it may not sign in.
    #[schema(nullable = false)]
    disabled: Option<bool>,
    /// true: lift a lock-out.
    #[serde(default)]
    unlock: bool,
}

/// Accounts and open invitations. For administrators.
#[utoipa::path(
    get,
    path = "/v1/staff/accounts",
    tag = "staff",
    security(("staff_session" = [])),
    responses(
        (status = 200, description = "All of them.", body = StaffAccounts, content_type = "application/json"),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::StaffForbidden),
        (status = 423, response = crate::routes::openapi::SessionLocked),
        super::Always,
    )
)]
pub(in crate::routes) async fn list(State(app): State<App>, headers: HeaderMap) -> Result<Response, Refusal> {
    let session = guard::looks(&app, &headers, Role::Administrator).await?;
    let office = app.office();
    let accounts = office.accounts().await?.into_iter().map(|account| StaffAccount {
        id: codec::to_hex(&account.id),
        role: account.role.name(),
        disabled: account.disabled,
        locked_out: account.locked_out,
        own: account.id == session.account().id,
        name: account.name,
    });
    let invitations = office.open_invitations().await?.into_iter();
    let invitations = invitations.map(|open| StaffInvited {
        id: codec::to_hex(&open.id),
        by: open.by,
        role: open.role.name(),
        expires: open.expires.seconds(),
    });
    let all = StaffAccounts { accounts: accounts.collect(), invitations: invitations.collect() };
    Ok((NO_STORE, Json(all)).into_response())
}

/// Change an account: its role, whether it may sign in, its lock-out. For administrators.
///
/// Another role, or none, ends the account's sessions; what it has invited as an administrator is withdrawn. The last administrator stays.
#[utoipa::path(
    patch,
    path = "/v1/staff/accounts/{id}",
    tag = "staff",
    security(("staff_session" = [], "staff_csrf" = [])),
    params(("id" = String, Path, description = "32 hexadecimal digits")),
    request_body(content = StaffChange, content_type = "application/json"),
    responses(
        (status = 200, description = "It is as asked.", body = StaffDone, content_type = "application/json"),
        (status = 400, response = crate::routes::openapi::BodyMalformed),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::StaffForbidden),
        (status = 404, response = crate::routes::openapi::NotFound),
        (status = 409, response = crate::routes::openapi::AccountConflict),
        (status = 423, response = crate::routes::openapi::SessionLocked),
        super::OfABody, super::Always,
    )
)]
pub(in crate::routes) async fn change(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let session = guard::acts(&app, &headers, Role::Administrator).await?;
    let StaffChange { role, disabled, unlock } = body::json(&headers, body)?;
    let id = codec::array_from_hex(&id).map_err(|_| Refusal::new(ProblemCode::NotFound))?;
    app.office().change_account(&session, id, Change { role, disabled, unlock }).await?;
    Ok((NO_STORE, Json(StaffDone { done: true })).into_response())
}
