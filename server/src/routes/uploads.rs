//! `POST /v1/uploads`: a report.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::response::IntoResponse;
use twoken_core::wire::{PROVEN_MEDIA_TYPE, ProblemCode};

use super::body;
use crate::app::App;
use crate::domain::decoys::Turn;
use crate::domain::{second_degree, uploads};
use crate::headers::PERMIT;
use crate::limits::UPLOAD_BYTES;
use crate::problem::Refusal;

/// Upload a report.
///
/// The body is deterministic CBOR of one of the size classes. The `twoken-permit` header authorises exactly these
/// bytes, so a retry repeats them byte for byte and gets the same answer; another body is refused. The answer is
/// always the same and says nothing about the pool.
///
/// A region of sixteen times the letter `U`, which no region has, marks a decoy: it is answered in the same way, whatever its
/// permit, and nothing of it is kept.
///
/// Entries of the second degree come without that header, as a proven body: with a membership proof on a page that is
/// published.
#[utoipa::path(
    post,
    path = "/v1/uploads",
    tag = "public",
    params(
        ("twoken-permit" = Option<String>, Header,
         description = "base64url of `t 32 ‖ class u8 ‖ week u16 ‖ HMAC-SHA256(N, label ‖ body) 32`, 67 bytes"),
    ),
    request_body(content(
        (super::openapi::Upload = "application/cbor"),
        (super::openapi::Proven = "application/vnd.twoken.proven+cbor"),
    )),
    responses(
        (status = 200, description = "Stored, now or at an earlier try.", body = super::openapi::Stored,
         content_type = "application/json"),
        (status = 400, response = super::openapi::UploadNotRight),
        (status = 403, response = super::openapi::UploadRefused),
        (status = 409, response = super::openapi::UploadConflict),
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
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Refusal> {
    if body::is_of_type(&headers, PROVEN_MEDIA_TYPE) {
        let asker = app.bench().asker(app.asked_from(connection, &headers));
        let body = body?;
        let received = second_degree::receive(&app.prover(), asker, app.clock().now(), &body).await;
        body::wipe(body);
        return received.map(|()| stored()).map_err(Refusal::from);
    }
    let body = body::of_type(&headers, body, "application/cbor")?;
    if body.len() > UPLOAD_BYTES {
        return Err(Refusal::new(ProblemCode::BodyTooLarge));
    }
    let turn = Turn::of(app.turns(), app.asked_from(connection, &headers));
    turn.is_there().map_err(|seconds| uploads::Error::Busy { seconds })?;
    let permit = headers.get(PERMIT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let now = app.clock().now();
    let keys = Arc::clone(app.keys());
    let checked = tokio::task::spawn_blocking(move || {
        uploads::check_permit(&keys, now, permit.as_deref(), &body).map(|permitted| (permitted, body))
    });
    let (permitted, body) = checked.await.map_err(|_| uploads::Error::Interrupted)??;
    uploads::take_turn(turn, &permitted)?;
    if uploads::is_repeated(app.store(), &permitted).await? {
        body::wipe(body);
        return Ok(stored());
    }
    let published = app.clone();
    let checked = tokio::task::spawn_blocking(move || {
        let checked = uploads::check(published.published(), now, permitted, &body);
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
