//! `POST /v1/staff/permits`: a permit of the staff's class for whoever is signed in. The upload goes without the session.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use twoken_core::wire::StaffPermitRequest;

use super::{NO_STORE, guard};
use crate::app::App;
use crate::domain::staff::Role;
use crate::problem::Refusal;
use crate::routes::body;

/// Get a permit of the staff's class.
///
/// As `POST /v1/permits`, with the session in place of a TAN, and for this week alone. The same element gets the same evaluated
/// element again. The server writes down that a permit was given, and cannot tell later which upload it led to.
#[utoipa::path(
    post,
    path = "/v1/staff/permits",
    tag = "staff",
    security(("staff_session" = [], "staff_csrf" = [])),
    request_body(content = crate::routes::openapi::StaffPermitRequest, content_type = "application/json"),
    responses(
        (status = 200, description = "The evaluated element and its proof.",
         body = crate::routes::openapi::PermitResponse, content_type = "application/json"),
        (status = 400, response = crate::routes::openapi::StaffPermitNotRight),
        (status = 401, response = crate::routes::openapi::SessionEnded),
        (status = 403, response = crate::routes::openapi::StaffPermitRefused),
        (status = 423, response = crate::routes::openapi::SessionLocked),
        super::OfABody, super::Always,
    )
)]
pub(in crate::routes) async fn give(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let session = guard::acts(&app, &headers, Role::Clinician).await?;
    let request: StaffPermitRequest = body::json(&headers, body)?;
    let answer = app.office().give_permit(&session, &request).await?;
    Ok((NO_STORE, Json(answer)).into_response())
}
