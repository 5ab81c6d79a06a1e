//! `POST /v1/permits`: a TAN and a blinded element for an evaluated one.

use super::{Api, ApiProblem};
use twoken_core::wire::{PermitRequest, PermitResponse};

/// No evaluated element with its proof is longer.
const MAX_PERMIT_BYTES: usize = 4 * 1024;

impl Api {
    /// Redeems a TAN. The same request again gives the same evaluation.
    ///
    /// # Errors
    /// `Refused` with `tan-unknown`, `tan-expired`, `tan-used`, `week-refused`…; else as every
    /// request.
    pub async fn redeem(&self, request: &PermitRequest) -> Result<PermitResponse, ApiProblem> {
        let body = serde_json::to_vec(request).map_err(|_| ApiProblem::BadAnswer)?;
        let headers = [("content-type", "application/json")];
        let answer = self.post("/v1/permits", &headers, &body, MAX_PERMIT_BYTES).await?;
        serde_json::from_slice(&answer.body).map_err(|_| ApiProblem::BadAnswer)
    }
}
