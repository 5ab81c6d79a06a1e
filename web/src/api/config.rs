//! `GET /v1/config`: the signed configuration.

use super::{Api, ApiProblem};
use twoken_core::units::Timestamp;

/// No configuration is longer.
const MAX_CONFIG_BYTES: usize = 256 * 1024;

/// The configuration as it came: its bytes are what the signature covers.
pub struct ConfigAnswer {
    /// The JSON, byte for byte.
    pub body: Vec<u8>,
    /// The header `twoken-signature`.
    pub signature: String,
    /// The header `date`, where the browser shows it.
    pub server_time: Option<Timestamp>,
}

impl Api {
    /// Fetches the configuration.
    ///
    /// # Errors
    /// `BadSignature` where there is none at all; else as every request.
    pub async fn config(&self) -> Result<ConfigAnswer, ApiProblem> {
        let answer = self.get("/v1/config", MAX_CONFIG_BYTES).await?;
        let signature = answer.header("twoken-signature").ok_or(ApiProblem::BadSignature)?;
        Ok(ConfigAnswer { signature, server_time: answer.server_time, body: answer.body })
    }
}
