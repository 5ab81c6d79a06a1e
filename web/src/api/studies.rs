//! `GET /v1/studies`, `POST /v1/studies/{id}/reports` and `…/withdrawals`: research.

use super::{Api, ApiProblem};
use serde::Deserialize;
use twoken_core::wire::{MAX_STUDIES_BYTES, PROVEN_MEDIA_TYPE, StudyId, Withdrawal, WithdrawalKey};

/// The answers say nothing but that it was done.
const MAX_ANSWER_BYTES: usize = 4 * 1024;

/// What the server alone answers, as of an upload.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Done {
    stored: bool,
    withdrawn: bool,
}

impl Api {
    /// The signed list of studies; who asks verifies it.
    ///
    /// # Errors
    /// As every request.
    pub async fn studies(&self) -> Result<Vec<u8>, ApiProblem> {
        self.get("/v1/studies", MAX_STUDIES_BYTES).await.map(|answer| answer.body)
    }

    /// Tells a study of one contact.
    ///
    /// # Errors
    /// `Refused` with `study-unknown`, `study-ended`, `study-full`, `report-repeated` or what a proof is refused for;
    /// `Unreachable` where something in between answered; else as every request.
    pub async fn tell_study(&self, study: &StudyId, proven: &[u8]) -> Result<(), ApiProblem> {
        let path = format!("/v1/studies/{study}/reports");
        let answer =
            self.post(&path, &[("content-type", PROVEN_MEDIA_TYPE)], proven, MAX_ANSWER_BYTES).await?;
        if done(&answer.body).stored { Ok(()) } else { Err(ApiProblem::Unreachable) }
    }

    /// Takes a report back.
    ///
    /// # Errors
    /// `Refused` with `withdrawal-unknown` or `withdrawal-late`; `Unreachable` where something in between answered; else as
    /// every request.
    pub async fn withdraw(&self, study: &StudyId, key: &WithdrawalKey) -> Result<(), ApiProblem> {
        let path = format!("/v1/studies/{study}/withdrawals");
        let body = serde_json::to_vec(&Withdrawal { key: key.clone() }).map_err(|_| ApiProblem::BadAnswer)?;
        let answer =
            self.post(&path, &[("content-type", "application/json")], &body, MAX_ANSWER_BYTES).await?;
        if done(&answer.body).withdrawn { Ok(()) } else { Err(ApiProblem::Unreachable) }
    }
}

fn done(answer: &[u8]) -> Done {
    serde_json::from_slice(answer).unwrap_or_default()
}
