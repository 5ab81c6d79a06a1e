//! `GET /v1/batches/{id}/…`: what was sealed. Immutable until it is deleted.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use twoken_core::batch::BatchId;

use crate::app::App;
use crate::domain::batches;
use crate::problem::Refusal;

/// A batch never changes; it is deleted after fourteen days.
const UNTIL_DELETED: &str = "public, max-age=1209600, immutable";

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
        (status = 404, response = super::openapi::NotFound),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn entries(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Refusal> {
    Ok(immutable(batches::entries(app.store(), &named(&id)?).await?))
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
        (status = 404, response = super::openapi::NotFound),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn page(
    State(app): State<App>,
    Path((id, page)): Path<(String, String)>,
) -> Result<impl IntoResponse, Refusal> {
    // One address for one page: no sign and no leading zero.
    let number = page.parse::<u32>().ok().filter(|number| number.to_string() == page);
    let page = number.ok_or_else(|| Refusal::not_found("A page is a number, counted from 0."))?;
    Ok(immutable(batches::page(app.store(), &named(&id)?, page).await?))
}

fn named(id: &str) -> Result<BatchId, batches::Error> {
    id.parse().map_err(|_| batches::Error::Unknown)
}

fn immutable(bytes: Vec<u8>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/octet-stream"), (CACHE_CONTROL, UNTIL_DELETED)], bytes)
}
