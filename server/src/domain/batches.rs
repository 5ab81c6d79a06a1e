//! What was sealed, for whoever asks: whole batches and single pages.

use twoken_core::batch::{BatchId, PAGE_BYTES};

use crate::store::{self, Store, StoredPage};

/// Why there is no such thing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No such batch, or not any more.
    #[error("there is no such batch; batches are deleted after fourteen days")]
    Unknown,
    /// The batch has fewer pages.
    #[error("the batch has {pages} pages, counted from 0")]
    Beyond {
        /// Its pages.
        pages: u32,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// The entries file of a batch.
///
/// # Errors
/// [`Error::Unknown`], [`Error::Store`].
pub async fn entries(store: &Store, id: &BatchId) -> Result<Vec<u8>, Error> {
    store.entries(id.as_bytes()).await?.ok_or(Error::Unknown)
}

/// One page of a batch, counted from 0.
///
/// # Errors
/// See [`Error`].
pub async fn page(store: &Store, id: &BatchId, page: u32) -> Result<Vec<u8>, Error> {
    match store.page(id.as_bytes(), page, PAGE_BYTES).await? {
        Some(StoredPage::Page(bytes)) => Ok(bytes),
        Some(StoredPage::Beyond { pages }) => Err(Error::Beyond { pages }),
        None => Err(Error::Unknown),
    }
}
