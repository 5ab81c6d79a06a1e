//! `GET /v1/config`: what this server is, signed byte for byte.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName};
use axum::response::IntoResponse;

use crate::app::App;
use crate::headers::SIGNATURE;

/// The signed configuration.
///
/// The `twoken-signature` header is Ed25519 over `"twoken/v1/config" ‖ body`, base64url, by `signing_key` of the same
/// body, before any content coding: a client verifies the bytes as they came, pins both keys at its first contact and refuses others later.
#[utoipa::path(
    get,
    path = "/v1/config",
    tag = "public",
    responses(
        (status = 200, description = "The configuration in force.", body = super::openapi::Config,
         content_type = "application/json",
         headers(("twoken-signature" = String, description = "base64url of the 64-byte signature"))),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn get(State(app): State<App>, asked: HeaderMap) -> impl IntoResponse {
    let headers: [(HeaderName, String); 3] = [
        (CONTENT_TYPE, "application/json".to_owned()),
        (CACHE_CONTROL, "no-store".to_owned()),
        (SIGNATURE, app.published().signature().to_owned()),
    ];
    (headers, app.config_text().answer(&asked))
}
