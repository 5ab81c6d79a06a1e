//! `POST /v1/psi`: how many of somebody's encounters were reported, in private mode.

use std::net::SocketAddr;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

use super::body;
use crate::app::App;
use crate::problem::Refusal;

/// Ask how many were reported.
///
/// Private mode only. Three sets of blinded points, low, medium and high, about one day set: the batches that one UTC day sealed of one
/// scheme, once that day is over. Every point comes back times the day's key, each set shuffled. One query for a day set;
/// a retry repeats the same bytes.
#[utoipa::path(
    post,
    path = "/v1/psi",
    tag = "public",
    request_body(content = super::openapi::Query, content_type = "application/cbor"),
    responses(
        (status = 200, description = "The points, multiplied and shuffled.", body = super::openapi::Multiplied,
         content_type = "application/cbor"),
        (status = 400, response = super::openapi::QueryNotRight),
        (status = 404, response = super::openapi::DaySetUnknown),
        (status = 409, response = super::openapi::DaySetOpen),
        (status = 410, response = super::openapi::DaySetExpired),
        (status = 413, response = super::openapi::BodyTooLarge),
        (status = 415, response = super::openapi::UnsupportedMediaType),
        (status = 422, response = super::openapi::QueryUnfit),
        (status = 429, response = super::openapi::QueryLimit),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn answer(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Refusal> {
    let body = body::of_type(&headers, body, "application/cbor")?;
    let address = app.asked_from(connection, &headers);
    let answer =
        app.queries().answer(app.store(), app.published(), app.clock().now(), address, &body).await?;
    Ok(([(CONTENT_TYPE, "application/cbor"), (CACHE_CONTROL, "no-store")], answer.encode()))
}
