//! `GET /v1/regions/{region}/{day}`: the index.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use twoken_core::units::Day;
use twoken_core::wire::{ProblemCode, RegionId};

use crate::app::App;
use crate::problem::Refusal;

/// The signed index of a region's day.
///
/// Deterministic CBOR: the day's signed batch headers in order, the chain head before them, and the time of signing.
/// A client refuses one of the current day that was signed more than two hours ago, or that does not continue from
/// the head it knows.
#[utoipa::path(
    get,
    path = "/v1/regions/{region}/{day}",
    tag = "public",
    params(
        ("region" = String, Path, description = "A region of the configuration, such as `root`"),
        ("day" = String, Path, description = "A UTC day of sealing, such as `2026-11-21`, today or up to 14 days back"),
    ),
    responses(
        (status = 200, description = "The index.", body = super::openapi::Index, content_type = "application/cbor"),
        (status = 404, response = super::openapi::NotFound),
        (status = 422, response = super::openapi::RegionUnknown),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn index(
    State(app): State<App>,
    Path((region, day)): Path<(String, String)>,
) -> Result<impl IntoResponse, Refusal> {
    let region: RegionId = region.parse().map_err(|_| Refusal::new(ProblemCode::RegionUnknown))?;
    let day: Day = day.parse().map_err(|_| Refusal::not_found("A day has the form 2026-11-21."))?;
    let now = app.clock().now();
    let index = app.indexes().get(app.store(), app.keys(), app.published(), now, &region, day).await?;
    Ok(([(CONTENT_TYPE, "application/cbor"), (CACHE_CONTROL, "no-store")], index))
}
