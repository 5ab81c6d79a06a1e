//! `GET /healthz`: whether the process lives. `GET /readyz`: whether it can do its work.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::response::IntoResponse;

use super::openapi::{Health, Ready};
use crate::app::App;
use crate::problem::Refusal;

/// Whether the server answers and its database does.
///
/// For whoever restarts a process that hangs.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "operations",
    responses(
        (status = 200, description = "It lives.", body = super::openapi::Health, content_type = "application/json"),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn alive(State(app): State<App>) -> Result<impl IntoResponse, Refusal> {
    app.store().ping().await?;
    Ok(Json(Health { status: "ok".to_owned() }))
}

/// Whether the server can do its work.
///
/// The database can be written and has this program's schema, sealing is in time, and there is room on the disk, as
/// seen some seconds ago at most. For whoever sends requests here or elsewhere, and for the operator's alarm.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operations",
    responses(
        (status = 200, description = "All is well.", body = super::openapi::Ready, content_type = "application/json"),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, description = "Something is not: the body says what. Or `timeout`.", body = super::openapi::Ready,
         content_type = "application/json"),
    )
)]
pub(super) async fn ready(State(app): State<App>) -> impl IntoResponse {
    let every = app.published().config().seal_every_seconds;
    let seen = app.progress().readiness(app.store(), every, app.clock().now()).await;
    let (status, word) = if seen.is_ready() {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    };
    let body = Ready {
        status: word.to_owned(),
        database: seen.database,
        schema: seen.schema,
        sealing: seen.sealing,
        disk: seen.disk,
    };
    (status, [(CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(body))
}
