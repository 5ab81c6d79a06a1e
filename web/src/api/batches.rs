//! `GET /v1/regions/{region}/{day}` and `GET /v1/batches/{id}/entries`.

use super::{Api, ApiProblem};
use twoken_core::batch::BatchId;
use twoken_core::units::Day;
use twoken_core::wire::RegionId;

/// An index names at most a few batches an hour; each header is small.
const MAX_INDEX_BYTES: usize = 8 * 1024 * 1024;

impl Api {
    /// The signed index of a region's day.
    ///
    /// # Errors
    /// As every request.
    pub async fn index(&self, region: &RegionId, day: Day) -> Result<Vec<u8>, ApiProblem> {
        let path = format!("/v1/regions/{region}/{day}");
        self.get(&path, MAX_INDEX_BYTES).await.map(|answer| answer.body)
    }

    /// A batch's entries file, which is `bytes` long by its signed header.
    ///
    /// One byte more is read where it is there: a file too long must be seen to be.
    ///
    /// # Errors
    /// As every request.
    pub async fn entries(&self, id: &BatchId, bytes: usize) -> Result<Vec<u8>, ApiProblem> {
        let path = format!("/v1/batches/{id}/entries");
        self.get(&path, bytes.saturating_add(1)).await.map(|answer| answer.body)
    }
}
