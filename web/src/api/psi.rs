//! `POST /v1/psi`: private mode's query of one day set (docs/protocol.md, 19.5).

use super::{Api, ApiProblem};
use twoken_core::psi::MAX_RESPONSE_BYTES;

impl Api {
    /// Sends a query. The same bytes again are answered again, as often as it takes.
    ///
    /// # Errors
    /// `Refused` with the seconds to wait, where there were too many queries or the server is busy; else as every request.
    pub async fn psi(&self, query: &[u8]) -> Result<Vec<u8>, ApiProblem> {
        let headers = [("content-type", "application/cbor")];
        self.post("/v1/psi", &headers, query, MAX_RESPONSE_BYTES).await.map(|answer| answer.body)
    }
}
