//! `GET /v1/batches/{id}/…`: what was sealed. Immutable until it is deleted.

use std::io;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use twoken_core::batch::BatchId;
use twoken_core::wire::Digest;

use crate::app::App;
use crate::domain::batches::{self, File};
use crate::problem::Refusal;

/// A batch never changes; it is deleted after fourteen days.
const UNTIL_DELETED: HeaderValue = HeaderValue::from_static("public, max-age=1209600, immutable");

/// All pages of a batch.
///
/// The pages in order; each is 256 tags of 32 bytes, then their 256 sealed statuses of 52 bytes. Their digests stand
/// in the signed header.
#[utoipa::path(
    get,
    path = "/v1/batches/{id}/entries",
    tag = "public",
    params(("id" = String, Path, description = "The batch's name from its header: 32 hexadecimal digits")),
    responses(
        (status = 200, description = "The pages.", body = super::openapi::Pages, content_type = "application/octet-stream"),
        (status = 304, description = "The client has them, as the etag in `if-none-match` says."),
        (status = 404, response = super::openapi::NotFound),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn entries(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    file(&app, &id, File::Entries, &headers).await
}

/// The filter of a batch.
///
/// The tags of all pages in 41.5 bits each, in the order of the entries; its digest stands in the signed header. What
/// matches by it is looked up in single pages.
#[utoipa::path(
    get,
    path = "/v1/batches/{id}/filter",
    tag = "public",
    params(("id" = String, Path, description = "The batch's name from its header: 32 hexadecimal digits")),
    responses(
        (status = 200, description = "The filter.", body = super::openapi::Filter, content_type = "application/octet-stream"),
        (status = 304, description = "The client has it, as the etag in `if-none-match` says."),
        (status = 404, response = super::openapi::NotFound),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn filter(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    file(&app, &id, File::Filter, &headers).await
}

/// One page of a batch.
///
/// 256 tags of 32 bytes, then their 256 sealed statuses of 52 bytes: 21,504 bytes.
#[utoipa::path(
    get,
    path = "/v1/batches/{id}/pages/{page}",
    tag = "public",
    params(
        ("id" = String, Path, description = "The batch's name from its header: 32 hexadecimal digits"),
        ("page" = u32, Path, description = "The page, counted from 0"),
    ),
    responses(
        (status = 200, description = "The page.", body = super::openapi::Pages, content_type = "application/octet-stream"),
        (status = 304, description = "The client has it, as the etag in `if-none-match` says."),
        (status = 404, response = super::openapi::NotFound),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn page(
    State(app): State<App>,
    Path((id, page)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    // One address for one page: no sign and no leading zero.
    let number = page.parse::<u32>().ok().filter(|number| number.to_string() == page);
    let page = number.ok_or_else(|| Refusal::not_found("A page is a number, counted from 0."))?;
    let bytes = batches::page(app.store(), &named(&id)?, page).await?;
    let (digest, length) = (Digest::of(&bytes), bytes.len() as u64);
    Ok(immutable(&headers, digest, length, || bytes.into()))
}

async fn file(app: &App, id: &str, file: File, headers: &HeaderMap) -> Result<Response, Refusal> {
    let reading = batches::open(app.store(), named(id)?, file).await?;
    let (digest, length) = (reading.digest(), reading.bytes());
    // A piece is read when the one before was taken: a slow client holds one piece, and no connection to the database.
    let body = || {
        Body::from_stream(stream::try_unfold(reading, async |mut reading| {
            // The status is sent: all that is left is to break off, which the length of the body tells.
            let piece = reading.next().await.map_err(io::Error::other)?;
            Ok::<_, io::Error>(piece.map(|piece| (piece, reading)))
        }))
    };
    Ok(immutable(headers, digest, length, body))
}

fn named(id: &str) -> Result<BatchId, batches::Error> {
    id.parse().map_err(|_| batches::Error::Unknown)
}

/// An answer that may be kept. Its etag is a digest of published bytes, the same for everybody, and never says who asked.
fn immutable(asked: &HeaderMap, digest: Digest, length: u64, body: impl FnOnce() -> Body) -> Response {
    let tag = format!("\"{digest}\"");
    let known = asked.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let known = known.flat_map(|list| list.split(',')).any(|known| {
        let known = known.trim();
        known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
    });
    // Hexadecimal digits in quotes are a header's value.
    let tag = HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""));
    let kept = [(CACHE_CONTROL, UNTIL_DELETED), (ETAG, tag)];
    if known {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    let described = [
        (CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (CONTENT_LENGTH, HeaderValue::from(length)),
    ];
    (kept, described, body()).into_response()
}
