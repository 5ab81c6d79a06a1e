//! What the server says of itself. One line a request: method, route template, status, milliseconds. Never an
//! address, a header, a body or an identifier; a path's variable parts are its template's names. Requests of people
//! who report get no line: their time would say too much ([`crate::tally`]).

use std::io::IsTerminal;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::tally::Tally;

/// Levels of this program's own words; libraries are never let below warnings, because what they would say there
/// can quote a request.
#[must_use]
pub fn filter(own: LevelFilter) -> Targets {
    Targets::new().with_target("twoken_server", own).with_default(LevelFilter::WARN.min(own))
}

/// Sends the log to standard error, in colour only to a terminal.
pub fn start(own: LevelFilter) {
    let colour = std::io::stderr().is_terminal();
    let lines =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colour).with_target(false);
    // A second call, as in tests, keeps the first subscriber.
    let _ = tracing_subscriber::registry().with(lines).with(filter(own)).try_init();
}

/// Middleware: one line for each request, or one more in the tally.
pub async fn access(State(tally): State<Arc<Tally>>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "web".to_owned(), |path| path.as_str().to_owned());
    // A stopwatch, not a clock: its time goes nowhere but into the difference.
    let start = tokio::time::Instant::now();
    let response = next.run(request).await;
    let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    if tally.takes(&method, &route, response.status()) {
        return response;
    }
    let method = known(&method);
    let status = response.status().as_u16();
    if response.status().is_server_error() {
        tracing::error!(method, route, status, milliseconds, "answered");
    } else {
        tracing::info!(method, route, status, milliseconds, "answered");
    }
    response
}

/// A method is a stranger's text too: only the ones that exist are repeated.
const fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
