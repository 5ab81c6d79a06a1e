//! `/v1/staff/…`: the medical console. For this server's own pages alone: a session cookie that no other site's request carries,
//! no sharing with other origins, and a token in a header of every request that changes something.

pub(super) mod accounts;
pub(super) mod audit;
pub(super) mod guard;
pub(super) mod invitations;
pub(super) mod permits;
pub(super) mod session;
pub(super) mod tans;

use std::collections::BTreeMap;

use axum::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use utoipa::IntoResponses;
use utoipa::openapi::{Ref, RefOr, Response};

/// Answers to staff are nobody else's, and not kept.
const NO_STORE: [(HeaderName, HeaderValue); 1] = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];

/// What every route can answer, for the description.
pub(super) struct Always;

/// What every route that takes a body can answer, for the description.
pub(super) struct OfABody;

impl IntoResponses for Always {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        named(&[("429", "TooManyRequests"), ("500", "Internal"), ("503", "Timeout")])
    }
}

impl IntoResponses for OfABody {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        named(&[("413", "BodyTooLarge"), ("415", "UnsupportedMediaType")])
    }
}

fn named(responses: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let one =
        |(status, name): &(&str, &str)| ((*status).to_owned(), RefOr::Ref(Ref::from_response_name(*name)));
    responses.iter().map(one).collect()
}
