//! `POST /v1/authority/tans`: the authority says which TANs are valid, as keyed hashes.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, HeaderValue};
use axum::response::IntoResponse;
use twoken_core::wire::{ProblemCode, TanDelivery};

use super::body;
use crate::app::App;
use crate::domain::{authority, tans};
use crate::problem::Refusal;

/// Deliver TANs.
///
/// For the health authority, with its API key. Each hash is `HMAC-SHA256(TAN key, "twoken/v1/tan" ‖ 13 symbols)`; the
/// TAN key comes from `twoken-server tan key export`. Delivering a hash twice changes nothing.
#[utoipa::path(
    post,
    path = "/v1/authority/tans",
    tag = "authority",
    security(("api_key" = [])),
    request_body(content = super::openapi::TanDelivery, content_type = "application/json"),
    responses(
        (status = 200, description = "The TANs are valid.", body = super::openapi::Delivered,
         content_type = "application/json"),
        (status = 400, response = super::openapi::BodyMalformed),
        (status = 401, response = super::openapi::Unauthorized),
        (status = 413, response = super::openapi::BodyTooLarge),
        (status = 415, response = super::openapi::UnsupportedMediaType),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn deliver(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Refusal> {
    let presented = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer);
    let accepted = match presented {
        Some(key) => authority::accepts(app.store(), app.api_key(), key).await?,
        None => false,
    };
    if !accepted {
        return Err(Refusal::new(ProblemCode::Unauthorized));
    }
    let TanDelivery { class, hashes, expires_in_hours } = body::json(&headers, body)?;
    let hours = expires_in_hours.unwrap_or(app.settings().tan_hours);
    let tans::Delivered { new, known } =
        tans::deliver(app.store(), app.clock().now(), class, &hashes, hours).await?;
    let answer = super::openapi::Delivered { new, known };
    Ok(([(CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(answer)))
}

/// The token of `Bearer TOKEN`; the scheme's name has any case (RFC 9110 §11.1).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
