//! HTTP: each file is one resource. A route parses, calls the domain and says the answer; every refusal goes through
//! [`crate::problem`].

mod batches;
mod body;
mod config;
mod docs;
mod health;
mod openapi;
mod permits;
mod psi;
mod refusals;
mod regions;
mod staff;
mod studies;
mod tans;
mod uploads;
mod web;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::{delete, get, patch, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::problem::Refusal;
use crate::{headers, limits, logging};

pub use openapi::description;

/// The whole server as a service.
pub fn router(app: App) -> Router {
    let most = DefaultBodyLimit::max;
    let public = Router::new()
        .route("/v1/config", get(config::get))
        .route("/v1/permits", post(permits::redeem).layer(most(limits::PERMIT_BYTES)))
        .route("/v1/uploads", post(uploads::receive).layer(most(limits::PROVEN_BYTES)))
        .route("/v1/regions/{region}/{day}", get(regions::index))
        .route("/v1/batches/{id}/entries", get(batches::entries))
        .route("/v1/batches/{id}/filter", get(batches::filter))
        .route("/v1/batches/{id}/pages/{page}", get(batches::page))
        .route("/v1/psi", post(psi::answer).layer(most(limits::QUERY_BYTES)))
        .route("/v1/studies", get(studies::list))
        .route("/v1/studies/{id}/reports", post(studies::report).layer(most(limits::REPORT_BYTES)))
        .route("/v1/studies/{id}/withdrawals", post(studies::withdraw).layer(most(limits::KEY_BYTES)))
        .route("/v1/openapi.json", get(openapi::json));
    let own = Router::new()
        .route("/v1/authority/tans", post(tans::deliver).layer(most(limits::TANS_BYTES)))
        .route("/v1/docs", get(docs::page))
        .route("/v1/docs/docs.css", get(docs::style))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready));
    let session = get(staff::session::look).post(staff::session::sign_in).delete(staff::session::sign_out);
    let desk = Router::new()
        .route("/v1/staff/session", session)
        .route("/v1/staff/session/code", post(staff::session::enter_code))
        .route("/v1/staff/session/stay", post(staff::session::stay))
        .route("/v1/staff/session/lock", post(staff::session::lock))
        .route("/v1/staff/session/unlock", post(staff::session::unlock))
        .route("/v1/staff/session/password", post(staff::session::change_password))
        .route("/v1/staff/accounts", get(staff::accounts::list))
        .route("/v1/staff/accounts/{id}", patch(staff::accounts::change))
        .route("/v1/staff/invitations", post(staff::invitations::invite))
        .route("/v1/staff/invitations/{id}", delete(staff::invitations::withdraw))
        .route("/v1/staff/invitations/state", post(staff::invitations::state))
        .route("/v1/staff/invitations/accept", post(staff::invitations::accept))
        .route("/v1/staff/invitations/confirm", post(staff::invitations::confirm))
        .route("/v1/staff/tans", post(staff::tans::issue))
        .route("/v1/staff/tans/state", post(staff::tans::look_up))
        .route("/v1/staff/tans/revocation", post(staff::tans::revoke))
        .route("/v1/staff/permits", post(staff::permits::give))
        .route("/v1/staff/audit", get(staff::audit::events))
        .route("/v1/staff/figures", get(staff::audit::figures))
        .layer(most(limits::STAFF_BYTES))
        .layer(from_fn_with_state(app.clone(), staff::guard::own_pages));
    // Whoever may read an answer may read a refusal, so sharing goes around the limits.
    bounded(public, &app)
        .layer(headers::any_origin())
        .merge(bounded(own, &app))
        .merge(bounded(desk, &app))
        .fallback_service(bounded(Router::new().fallback(web::fallback), &app).with_state(app.clone()))
        .layer(from_fn_with_state(app.clock().clone(), headers::protect))
        .layer(from_fn_with_state(Arc::clone(app.tally()), logging::access))
        .with_state(app)
}

fn bounded(routes: Router<App>, app: &App) -> Router<App> {
    routes
        .method_not_allowed_fallback(|| async { Refusal::method_not_allowed() })
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            // The message of a panic may hold anything; that there was one is enough.
            tracing::error!("a request made the server panic");
            Refusal::internal().into_response()
        }))
        .layer(from_fn_with_state(app.clone(), limits::bound))
}
