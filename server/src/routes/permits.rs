//! `POST /v1/permits`: a TAN becomes a permit.

use std::net::SocketAddr;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::response::IntoResponse;
use twoken_core::wire::PermitRequest;

use super::body;
use crate::app::App;
use crate::domain::decoys::Turn;
use crate::domain::permits;
use crate::problem::Refusal;

/// Redeem a TAN.
///
/// The answer is an RFC 9497 POPRF evaluation (ristretto255-SHA512) of the blinded element under the public info
/// (class, week), with its proof. The server cannot tell later which upload it led to. The same TAN with the same
/// element, class and week gets the same element again; with any other it is refused.
///
/// Fourteen times the letter `U`, which no TAN has, mark a decoy: it is answered in the same way, under a key that is thrown
/// away, and changes nothing.
#[utoipa::path(
    post,
    path = "/v1/permits",
    tag = "public",
    request_body(content = super::openapi::PermitRequest, content_type = "application/json"),
    responses(
        (status = 200, description = "The evaluated element and its proof.", body = super::openapi::PermitResponse,
         content_type = "application/json"),
        (status = 400, response = super::openapi::PermitNotRight),
        (status = 403, response = super::openapi::PermitRefused),
        (status = 404, response = super::openapi::TanUnknown),
        (status = 409, response = super::openapi::TanUsed),
        (status = 410, response = super::openapi::TanExpired),
        (status = 413, response = super::openapi::BodyTooLarge),
        (status = 415, response = super::openapi::UnsupportedMediaType),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn redeem(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Refusal> {
    let request: PermitRequest = body::json(&headers, body)?;
    let address = app.asked_from(connection, &headers);
    let (asker, turn) = (app.backoff().asker(address), Turn::of(app.turns(), address));
    let now = app.clock().now();
    let answer = permits::redeem(app.store(), app.keys(), app.backoff(), asker, turn, now, &request).await?;
    Ok(([(CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(answer)))
}
