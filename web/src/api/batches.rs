//! `GET /v1/regions/{region}/{day}` and `GET /v1/batches/{id}/{entries,filter,pages/N}`.

use super::{Api, ApiProblem, Incoming};
use twoken_core::batch::{BatchId, Header, PAGE_BYTES};
use twoken_core::filter;
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

    /// A batch's entries file, which is as long as its signed header says.
    ///
    /// One byte more is read where it is there: a file too long must be seen to be.
    ///
    /// # Errors
    /// As every request.
    pub async fn entries(&self, header: &Header) -> Result<Incoming, ApiProblem> {
        let bytes = header.pages().saturating_mul(header.page_bytes()).saturating_add(1);
        self.open(&format!("/v1/batches/{}/entries", header.id), bytes).await
    }

    /// A batch's filter.
    ///
    /// # Errors
    /// As every request.
    pub async fn filter(&self, header: &Header) -> Result<Incoming, ApiProblem> {
        let bytes = filter::max_bytes(header.entries).saturating_add(1);
        self.open(&format!("/v1/batches/{}/filter", header.id), bytes).await
    }

    /// One page of a batch.
    ///
    /// # Errors
    /// As every request.
    pub async fn page(&self, id: &BatchId, page: u32) -> Result<Vec<u8>, ApiProblem> {
        let path = format!("/v1/batches/{id}/pages/{page}");
        self.get(&path, PAGE_BYTES + 1).await.map(|answer| answer.body)
    }
}
