//! `/v1/staff/tans…`: TANs at the desk. The browser draws them; a TAN is in no address.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::{NO_STORE, guard};
use crate::app::App;
use crate::domain::staff::Role;
use crate::domain::staff::tans::State as TanState;
use crate::problem::Refusal;
use crate::routes::body;

/// TANs that the browser has drawn.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct StaffTans {
    /// 14 symbols each; dashes, spaces and case do not matter.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 100)]
    tans: Vec<Zeroizing<String>>,
    /// How long they are valid, rounded up to 00:00, 06:00, 12:00 or 18:00 UTC. As the operator set it, when absent.
    #[schema(minimum = 1, maximum = 336, nullable = false)]
    hours: Option<u16>,
}

/// What became of them, in the order in which they came.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffTansIssued {
    /// One for each.
    tans: Vec<StaffTanIssued>,
}

/// What became of one.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffTanIssued {
    /// `new`: valid from now on. A known one is left as it was: `known` where it is valid, otherwise `redeemed`, `revoked` or
    /// `expired`.
    #[schema(pattern = "^(new|known|redeemed|revoked|expired)$")]
    state: &'static str,
    /// Until when it is valid, or would have been, in seconds since 1970.
    valid_until: u64,
}

/// One TAN.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct StaffTan {
    /// 14 symbols; dashes, spaces and case do not matter.
    #[schema(value_type = String)]
    tan: Zeroizing<String>,
}

/// How it stands.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffTanState {
    /// `unknown`, `valid`, `redeemed`, `revoked` or `expired`.
    #[schema(pattern = "^(unknown|valid|redeemed|revoked|expired)$")]
    state: &'static str,
    /// Until when it is valid, in seconds since 1970, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    valid_until: Option<u64>,
}

/// Make TANs valid.
///
/// The browser draws them and sends them here; only their keyed hashes are kept. Sending the same ones again changes nothing, so
/// a request without an answer is repeated as it was. An account makes 2,000 valid on a day (UTC) at most; of a request that goes
/// over that, none is.
#[utoipa::path(
    post,
    path = "/v1/staff/tans",
    tag = "staff",
    security(("staff_session" = [], "staff_csrf" = [])),
    request_body(content = StaffTans, content_type = "application/json"),
    responses(
        (status = 200, description = "What became of each.", body = StaffTansIssued, content_type = "application/json"),
        (status = 400, response = crate::routes::openapi::StaffTanNotRight),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::StaffForbidden),
        (status = 423, response = crate::routes::openapi::SessionLocked),
        super::OfABody, super::Always,
    )
)]
pub(in crate::routes) async fn issue(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let session = guard::acts(&app, &headers, Role::Clinician).await?;
    let StaffTans { tans, hours } = body::secret_json(&headers, body)?;
    let hours = hours.unwrap_or(app.settings().tan_hours);
    let issued = app.office().issue_tans(&session, &tans, hours).await?;
    let tans = issued.into_iter().map(|one| StaffTanIssued {
        state: match one.state {
            _ if one.new => "new",
            TanState::Valid(_) => "known",
            other => name(other),
        },
        valid_until: one.valid_until.seconds(),
    });
    Ok((NO_STORE, Json(StaffTansIssued { tans: tans.collect() })).into_response())
}

/// How a TAN stands.
#[utoipa::path(
    post,
    path = "/v1/staff/tans/state",
    tag = "staff",
    security(("staff_session" = [], "staff_csrf" = [])),
    request_body(content = StaffTan, content_type = "application/json"),
    responses(
        (status = 200, description = "As it stands.", body = StaffTanState, content_type = "application/json"),
        (status = 400, response = crate::routes::openapi::StaffTanNotRight),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::StaffForbidden),
        (status = 423, response = crate::routes::openapi::SessionLocked),
        super::OfABody, super::Always,
    )
)]
pub(in crate::routes) async fn look_up(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let session = guard::acts(&app, &headers, Role::Clinician).await?;
    let StaffTan { tan } = body::secret_json(&headers, body)?;
    Ok(answer(app.office().look_up_tan(&session, &tan).await?))
}

/// Make a TAN invalid, unless it was redeemed or has expired. The answer says how it stands then.
#[utoipa::path(
    post,
    path = "/v1/staff/tans/revocation",
    tag = "staff",
    security(("staff_session" = [], "staff_csrf" = [])),
    request_body(content = StaffTan, content_type = "application/json"),
    responses(
        (status = 200, description = "As it stands now.", body = StaffTanState, content_type = "application/json"),
        (status = 400, response = crate::routes::openapi::StaffTanNotRight),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::StaffForbidden),
        (status = 423, response = crate::routes::openapi::SessionLocked),
        super::OfABody, super::Always,
    )
)]
pub(in crate::routes) async fn revoke(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let session = guard::acts(&app, &headers, Role::Clinician).await?;
    let StaffTan { tan } = body::secret_json(&headers, body)?;
    Ok(answer(app.office().revoke_tan(&session, &tan).await?))
}

fn answer(state: TanState) -> Response {
    let valid_until = match state {
        TanState::Valid(until) => Some(until.seconds()),
        _ => None,
    };
    (NO_STORE, Json(StaffTanState { state: name(state), valid_until })).into_response()
}

const fn name(state: TanState) -> &'static str {
    match state {
        TanState::Unknown => "unknown",
        TanState::Valid(_) => "valid",
        TanState::Redeemed => "redeemed",
        TanState::Revoked => "revoked",
        TanState::Expired => "expired",
    }
}
