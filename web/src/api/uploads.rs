//! `POST /v1/uploads`: one stored body, sent byte for byte, however often it takes.

use super::{Api, ApiProblem};
use serde::Deserialize;
use twoken_core::wire::PROVEN_MEDIA_TYPE;

/// The answer says nothing but that it arrived.
const MAX_UPLOAD_ANSWER_BYTES: usize = 4 * 1024;

/// What the server alone answers: a page that a network puts in between says no such thing.
#[derive(Deserialize)]
struct Stored {
    stored: bool,
}

impl Api {
    /// Sends a report's body under its permit.
    ///
    /// # Errors
    /// `Refused` with `permit-used` where another body went under it; `Unreachable` where something in between answered, and
    /// not the server that it was stored; else as every request.
    pub async fn upload(&self, permit: &str, body: &[u8]) -> Result<(), ApiProblem> {
        self.send(&[("content-type", "application/cbor"), ("twoken-permit", permit)], body).await
    }

    /// Sends a body of the second degree, with the proof that authorises it.
    ///
    /// # Errors
    /// `Refused` with `proof-used`, `page-spent`, `page-unknown`, `page-refused` or `proof-refused`; else as
    /// [`Api::upload`].
    pub async fn upload_proven(&self, proven: &[u8]) -> Result<(), ApiProblem> {
        self.send(&[("content-type", PROVEN_MEDIA_TYPE)], proven).await
    }

    async fn send(&self, headers: &[(&str, &str)], body: &[u8]) -> Result<(), ApiProblem> {
        let answer = self.post("/v1/uploads", headers, body, MAX_UPLOAD_ANSWER_BYTES).await?;
        if is_stored(&answer.body) { Ok(()) } else { Err(ApiProblem::Unreachable) }
    }
}

fn is_stored(answer: &[u8]) -> bool {
    serde_json::from_slice::<Stored>(answer).is_ok_and(|answer| answer.stored)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn only_what_the_server_says_was_stored_is_told_to_be() {
        assert!(is_stored(br#"{"stored":true}"#));
        for other in [&b""[..], b"{}", br#"{"stored":false}"#, b"<html>Sign in to the guests' network</html>"]
        {
            assert!(!is_stored(other));
        }
    }
}
