//! `POST /v1/uploads`: one stored body, sent byte for byte, however often it takes.

use super::{Api, ApiProblem};

/// The answer says nothing but that it arrived.
const MAX_UPLOAD_ANSWER_BYTES: usize = 4 * 1024;

impl Api {
    /// Sends a report's body under its permit.
    ///
    /// # Errors
    /// `Refused` with `permit-used` where another body went under it; else as every request.
    pub async fn upload(&self, permit: &str, body: &[u8]) -> Result<(), ApiProblem> {
        let headers = [("content-type", "application/cbor"), ("twoken-permit", permit)];
        self.post("/v1/uploads", &headers, body, MAX_UPLOAD_ANSWER_BYTES).await.map(drop)
    }
}
