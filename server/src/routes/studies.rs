//! `GET /v1/studies`, `POST /v1/studies/{id}/reports`, `POST /v1/studies/{id}/withdrawals`: research.

use std::net::SocketAddr;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::response::IntoResponse;
use twoken_core::wire::{PROVEN_MEDIA_TYPE, ProblemCode, StudyId, Withdrawal};

use super::body;
use crate::app::App;
use crate::domain::studies::reports;
use crate::problem::Refusal;

/// The studies that take reports.
///
/// Signed as a whole, with the time of signing: a client refuses a list that was signed more than two hours ago. A
/// study's name is the hash of all it says. The same for everybody.
#[utoipa::path(
    get,
    path = "/v1/studies",
    tag = "public",
    responses(
        (status = 200, description = "The list.", body = super::openapi::Studies, content_type = "application/cbor"),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn list(State(app): State<App>) -> Result<impl IntoResponse, Refusal> {
    let list = app.studies().get(app.store(), app.keys(), app.published(), app.clock().now()).await?;
    Ok(([(CONTENT_TYPE, "application/cbor"), (CACHE_CONTROL, "no-store")], list))
}

/// Tell a study of one contact.
///
/// A proven body: a membership proof for this study, and what is told. One contact a request; a retry repeats the
/// same bytes and gets the same answer.
#[utoipa::path(
    post,
    path = "/v1/studies/{id}/reports",
    tag = "public",
    params(("id" = String, Path, description = "The study's name: 64 hexadecimal digits")),
    request_body(content = super::openapi::Proven, content_type = "application/vnd.twoken.proven+cbor"),
    responses(
        (status = 200, description = "Stored, now or at an earlier try.", body = super::openapi::Stored,
         content_type = "application/json"),
        (status = 400, response = super::openapi::ReportNotRight),
        (status = 403, response = super::openapi::ProofRefused),
        (status = 404, response = super::openapi::StudyUnknown),
        (status = 409, response = super::openapi::ReportConflict),
        (status = 410, response = super::openapi::StudyEnded),
        (status = 413, response = super::openapi::BodyTooLarge),
        (status = 415, response = super::openapi::UnsupportedMediaType),
        (status = 422, response = super::openapi::ReportUnfit),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn report(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Refusal> {
    let body = body::of_type(&headers, body, PROVEN_MEDIA_TYPE)?;
    let prover = app.prover();
    let asker = app.bench().asker(app.asked_from(connection, &headers));
    reports::tell(&prover, asker, app.clock().now(), &named(&id)?, &body).await?;
    let answer = super::openapi::Stored { stored: true };
    Ok(([(CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(answer)))
}

/// Take a report back.
///
/// With the key that was made for it; nothing else is asked. Until the study is exported.
#[utoipa::path(
    post,
    path = "/v1/studies/{id}/withdrawals",
    tag = "public",
    params(("id" = String, Path, description = "The study's name: 64 hexadecimal digits")),
    request_body(content = super::openapi::Withdrawal, content_type = "application/json"),
    responses(
        (status = 200, description = "The report is deleted.", body = super::openapi::Withdrawn,
         content_type = "application/json"),
        (status = 400, response = super::openapi::BodyMalformed),
        (status = 404, response = super::openapi::WithdrawalUnknown),
        (status = 410, response = super::openapi::WithdrawalLate),
        (status = 413, response = super::openapi::BodyTooLarge),
        (status = 415, response = super::openapi::UnsupportedMediaType),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn withdraw(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Refusal> {
    let Withdrawal { key } = body::secret_json(&headers, body)?;
    let id = id.parse().map_err(|_| Refusal::new(ProblemCode::StudyUnknown))?;
    reports::withdraw(app.store(), &id, &key).await?;
    let answer = super::openapi::Withdrawn { withdrawn: true };
    Ok(([(CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(answer)))
}

fn named(id: &str) -> Result<StudyId, reports::Error> {
    id.parse().map_err(|_| reports::Error::Unknown)
}
