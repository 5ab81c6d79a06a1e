//! `GET /v1/staff/audit`, `GET /v1/staff/figures`: who did what when, and sums of days.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoken_core::wire::ProblemCode;
use utoipa::{IntoParams, ToSchema};

use super::{NO_STORE, guard};
use crate::app::App;
use crate::domain::staff::Role;
use crate::domain::staff::audit::MAX_EVENTS;
use crate::problem::Refusal;

/// Which events.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::routes) struct AuditQuery {
    /// Only those before this number.
    before: Option<i64>,
    /// At most so many: 1 to 200, 50 when absent.
    limit: Option<u16>,
}

/// What staff did, the latest first.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffAudit {
    /// Events.
    events: Vec<StaffEvent>,
    /// There are earlier ones: ask again with `before` the last one's number.
    more: bool,
}

/// Something that was done.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffEvent {
    /// Later ones have higher numbers.
    number: i64,
    /// When, in seconds since 1970.
    at: u64,
    /// By whom; null for the operator at the command line.
    #[schema(required)]
    by: Option<String>,
    /// What: `signed-in`, `tans-issued`, …
    what: &'static str,
    /// To whose account, where that is somebody else's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    about: Option<String>,
    /// Which role was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    role: Option<&'static str>,
    /// How many TANs, or sign-ins that failed within an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    count: Option<u32>,
}

/// Sums of days.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffFigures {
    /// Days on which there was something, of the last 180, the first one first.
    days: Vec<StaffDay>,
}

/// The sums of one day.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct StaffDay {
    /// `2026-11-21`.
    day: String,
    /// TANs made valid, by whomever.
    issued: u64,
    /// TANs exchanged for a permit.
    redeemed: u64,
    /// TANs made invalid.
    revoked: u64,
    /// Permits of the patients' class.
    patient_permits: u64,
    /// Permits of the staff's class.
    staff_permits: u64,
    /// Sign-ins that failed under a name that nobody has.
    unknown_names: u64,
}

const USUAL_EVENTS: u16 = 50;

/// Who did what when. For supervisors.
///
/// Nothing of a patient stands there: no TAN, no upload, no count of entries.
#[utoipa::path(
    get,
    path = "/v1/staff/audit",
    tag = "staff",
    security(("staff_session" = [])),
    params(AuditQuery),
    responses(
        (status = 200, description = "The latest first.", body = StaffAudit, content_type = "application/json"),
        (status = 400, response = crate::routes::openapi::BodyMalformed),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::StaffForbidden),
        (status = 423, response = crate::routes::openapi::SessionLocked),
        super::Always,
    )
)]
pub(in crate::routes) async fn events(
    State(app): State<App>,
    query: Result<Query<AuditQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    guard::looks(&app, &headers, Role::Supervisor).await?;
    let wrong = || Refusal::because(ProblemCode::BodyMalformed, "`before` and `limit` are whole numbers.");
    let Query(AuditQuery { before, limit }) = query.map_err(|_| wrong())?;
    let limit = limit.unwrap_or(USUAL_EVENTS).clamp(1, MAX_EVENTS);
    let found = app.office().events(before, limit).await?;
    let full = found.len() == usize::from(limit);
    let last = found.last().map(|event| event.number);
    let more = full && !app.office().events(last, 1).await?.is_empty();
    let events = found.into_iter().map(|event| StaffEvent {
        number: event.number,
        at: event.at,
        by: event.actor,
        what: event.what.word(),
        about: event.subject,
        role: event.role.map(|role| Role::from_number(role).name()),
        count: event.count,
    });
    Ok((NO_STORE, Json(StaffAudit { events: events.collect(), more })).into_response())
}

/// Sums of days. For supervisors.
#[utoipa::path(
    get,
    path = "/v1/staff/figures",
    tag = "staff",
    security(("staff_session" = [])),
    responses(
        (status = 200, description = "Day by day.", body = StaffFigures, content_type = "application/json"),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::StaffForbidden),
        (status = 423, response = crate::routes::openapi::SessionLocked),
        super::Always,
    )
)]
pub(in crate::routes) async fn figures(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    guard::looks(&app, &headers, Role::Supervisor).await?;
    let days = app.office().figures().await?.into_iter().map(|(day, sums)| StaffDay {
        day: day.to_string(),
        issued: sums.issued,
        redeemed: sums.redeemed,
        revoked: sums.revoked,
        patient_permits: sums.patient_permits,
        staff_permits: sums.staff_permits,
        unknown_names: sums.unknown_names,
    });
    Ok((NO_STORE, Json(StaffFigures { days: days.collect() })).into_response())
}
