//! Bodies as routes take them: of the right type, whole, and of the right form.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use twoken_core::wire::ProblemCode;
use zeroize::Zeroize;

use crate::problem::Refusal;

/// Whether the body says that it is of this type. Parameters such as a charset are passed over.
pub(super) fn is_of_type(headers: &HeaderMap, expected: &str) -> bool {
    let stated = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    stated.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(expected)
}

/// The body's bytes, if their type is `expected`.
pub(super) fn of_type(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    expected: &'static str,
) -> Result<Bytes, Refusal> {
    if !is_of_type(headers, expected) {
        return Err(Refusal::because(
            ProblemCode::UnsupportedMediaType,
            format!("The content type must be {expected}."),
        ));
    }
    Ok(body?)
}

/// A JSON body. What is wrong is told by place and kind, without quoting it.
pub(super) fn json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<T, Refusal> {
    let body = of_type(headers, body, "application/json")?;
    serde_json::from_slice(&body).map_err(misshapen)
}

/// As [`json`], and the body is overwritten.
pub(super) fn secret_json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<T, Refusal> {
    let body = of_type(headers, body, "application/json")?;
    let read = serde_json::from_slice(&body).map_err(misshapen);
    wipe(body);
    read
}

fn misshapen(error: serde_json::Error) -> Refusal {
    let kind = match error.classify() {
        serde_json::error::Category::Data => "a field is missing, unknown or of the wrong type",
        serde_json::error::Category::Eof => "it ends too early",
        _ => "it is not JSON",
    };
    let detail = format!("The body is not right at line {} column {}: {kind}.", error.line(), error.column());
    Refusal::because(ProblemCode::BodyMalformed, detail)
}

/// Overwrites a body that may hold keys. What the connection itself still buffers is the runtime's.
pub(super) fn wipe(body: Bytes) {
    if let Ok(mut bytes) = body.try_into_mut() {
        bytes.zeroize();
    }
}
