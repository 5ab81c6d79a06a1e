//! The app at every address that is no route of the API.

use axum::extract::{Request, State};
use axum::http::Method;
use axum::http::header::ALLOW;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::problem::Refusal;

/// Everything that is no route of the API.
pub(super) async fn fallback(State(app): State<App>, request: Request) -> Response {
    let path = request.uri().path();
    let is_api = path == "/v1" || path.starts_with("/v1/");
    match app.web() {
        Some(web) if !is_api => {
            if request.method() == Method::GET || request.method() == Method::HEAD {
                web.answer(request).await
            } else {
                ([(ALLOW, "GET, HEAD")], Refusal::method_not_allowed()).into_response()
            }
        }
        _ => Refusal::not_found("There is nothing at this address; /v1/docs describes what there is.")
            .into_response(),
    }
}
