//! What one request may cost: bytes, time, and a place among the others.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use twoken_core::membership::MAX_PROOF_LENGTH;
use twoken_core::psi::MAX_QUERY_BYTES;
use twoken_core::wire::{self, MAX_REPORT_BYTES};

use crate::app::App;
use crate::problem::Refusal;

/// Largest body of `POST /v1/permits`: a TAN, an element and two words are under 200 bytes.
pub const PERMIT_BYTES: usize = 2 * 1024;
/// Largest body of `POST /v1/authority/tans`: 10,000 hashes of 64 digits with quotes, comma and line break.
pub const TANS_BYTES: usize = 1024 * 1024;
/// Largest body of any route of staff: a hundred TANs of 16 symbols with quotes and commas are under 2 KB, in the most
/// wasteful spelling that reads as the same under 6 KB.
pub const STAFF_BYTES: usize = 8 * 1024;
/// Largest body of `POST /v1/uploads` under a permit: the largest size class.
pub const UPLOAD_BYTES: usize = wire::MAX_UPLOAD_BYTES;
/// The same with a membership proof.
pub const PROVEN_BYTES: usize = wire::MAX_PROVEN_BYTES;
/// Largest body of `POST /v1/studies/{id}/reports`: a proof, a report, a digest and the CBOR heads.
pub const REPORT_BYTES: usize = MAX_PROOF_LENGTH + MAX_REPORT_BYTES + 128;
/// Largest body of `POST /v1/studies/{id}/withdrawals`: a key in JSON is under 60 bytes.
pub const KEY_BYTES: usize = 1024;
/// Largest body of `POST /v1/psi`: three sets of the largest size.
pub const QUERY_BYTES: usize = MAX_QUERY_BYTES;

/// Requests worked on at once; two thousand entries are some twenty milliseconds of computation.
const PLACES: usize = 256;
/// From the first byte of the body to the last of the answer's head. A slow phone sends 170 KB in this time.
const TIME: Duration = Duration::from_secs(60);
/// When to come back to a busy server, in seconds.
const BUSY_SECONDS: u64 = 5;

/// Places for requests under way.
#[derive(Debug)]
pub(crate) struct Gate(Arc<Semaphore>);

impl Gate {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(PLACES)))
    }
}

/// Middleware: a request gets a place and a time, or a word that says what happened.
pub(crate) async fn bound(State(app): State<App>, request: Request, next: Next) -> Response {
    let Ok(place) = Arc::clone(&app.gate().0).try_acquire_owned() else {
        return Refusal::busy(BUSY_SECONDS).into_response();
    };
    let answer = tokio::time::timeout(TIME, next.run(request)).await;
    drop(place);
    answer.unwrap_or_else(|_| Refusal::too_slow().into_response())
}
