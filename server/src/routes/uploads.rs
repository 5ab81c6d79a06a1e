//! `POST /v1/uploads`: a report.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::response::IntoResponse;

use super::body;
use crate::app::App;
use crate::domain::uploads;
use crate::headers::PERMIT;
use crate::problem::Refusal;

/// Upload a report.
///
/// The body is deterministic CBOR of one of the size classes. The `twoken-permit` header authorises exactly these
/// bytes, so a retry repeats them byte for byte and gets the same answer; another body is refused. The answer is
/// always the same and says nothing about the pool.
#[utoipa::path(
    post,
    path = "/v1/uploads",
    tag = "public",
    params(
        ("twoken-permit" = String, Header,
         description = "base64url of `t 32 ‖ class u8 ‖ week u16 ‖ HMAC-SHA256(N, label ‖ body) 32`, 67 bytes"),
    ),
    request_body(content = super::openapi::Upload, content_type = "application/cbor"),
    responses(
        (status = 200, description = "Stored, now or at an earlier try.", body = super::openapi::Stored,
         content_type = "application/json"),
        (status = 400, response = super::openapi::UploadNotRight),
        (status = 403, response = super::openapi::UploadRefused),
        (status = 409, response = super::openapi::PermitUsed),
        (status = 413, response = super::openapi::BodyTooLarge),
        (status = 415, response = super::openapi::UnsupportedMediaType),
        (status = 422, response = super::openapi::UploadUnfit),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn receive(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Refusal> {
    let body = body::of_type(&headers, body, "application/cbor")?;
    let permit = headers.get(PERMIT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let now = app.clock().now();
    let keys = Arc::clone(app.keys());
    let checked = tokio::task::spawn_blocking(move || {
        uploads::check_permit(&keys, now, permit.as_deref(), &body).map(|header| (header, body))
    });
    let (header, body) = checked.await.map_err(|_| uploads::Error::Interrupted)??;
    if uploads::is_repeated(app.store(), &header).await? {
        body::wipe(body);
        return Ok(stored());
    }
    let published = app.clone();
    let checked = tokio::task::spawn_blocking(move || {
        let checked = uploads::check(published.published(), now, header, &body);
        body::wipe(body);
        checked
    });
    let accepted = checked.await.map_err(|_| uploads::Error::Interrupted)??;
    uploads::keep(app.store(), accepted).await?;
    Ok(stored())
}

/// The same to all, whatever came of it.
fn stored() -> impl IntoResponse {
    let answer = super::openapi::Stored { stored: true };
    ([(CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(answer))
}
