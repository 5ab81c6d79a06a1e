//! `GET /healthz`: whether the server can do its work.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;

use crate::app::App;
use crate::problem::Refusal;

/// Whether the server answers and its database does.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "operations",
    responses(
        (status = 200, description = "All is well.", body = super::openapi::Health, content_type = "application/json"),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn check(State(app): State<App>) -> Result<impl IntoResponse, Refusal> {
    app.store().ping().await?;
    Ok(Json(super::openapi::Health { status: "ok".to_owned() }))
}
