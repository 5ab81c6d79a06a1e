//! What was sealed, for whoever asks: files as they are read, row by row, and single pages.

use twoken_core::batch::BatchId;
use twoken_core::wire::Digest;

use crate::store::{self, Extent, Store, StoredPage};

pub use crate::store::BatchFile as File;

/// Why there is no such thing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No such batch, or not any more.
    #[error("there is no such batch; batches are deleted after fourteen days")]
    Unknown,
    /// The batch was sealed by a version that made no filters.
    #[error("the batch has no filter")]
    NoFilter,
    /// The batch has fewer pages.
    #[error("the batch has {pages} pages, counted from 0")]
    Beyond {
        /// Its pages.
        pages: u32,
    },
    /// The batch was deleted while it was read.
    #[error("the batch was deleted meanwhile")]
    Gone,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A file of a batch that is being read.
#[derive(Debug)]
pub struct Reading {
    store: Store,
    id: BatchId,
    file: File,
    extent: Extent,
    next: u32,
    digest: Digest,
}

impl Reading {
    /// Its length in bytes.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.extent.bytes
    }

    /// What the file is known by: the digest of the batch's signed header, which fixes every byte of its files.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The next piece, half a megabyte at most; `None` at the end.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Store`].
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        if self.next >= self.extent.rows {
            return Ok(None);
        }
        let rows = self.store.rows(self.id.as_bytes(), self.file, self.next).await?;
        if rows.is_empty() {
            return Err(Error::Gone);
        }
        self.next = self.next.saturating_add(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        Ok(Some(rows.concat()))
    }
}

/// The entries file or the filter of a batch.
///
/// # Errors
/// [`Error::Unknown`], [`Error::NoFilter`], [`Error::Store`].
pub async fn open(store: &Store, id: BatchId, file: File) -> Result<Reading, Error> {
    let header = store.header(id.as_bytes()).await?.ok_or(Error::Unknown)?;
    let extent = store.extent(id.as_bytes(), file).await?;
    if extent.rows == 0 {
        return Err(Error::NoFilter);
    }
    Ok(Reading { store: store.clone(), id, file, extent, next: 0, digest: Digest::of(&header) })
}

/// One page of a batch, counted from 0.
///
/// # Errors
/// [`Error::Unknown`], [`Error::Beyond`], [`Error::Store`].
pub async fn page(store: &Store, id: &BatchId, page: u32) -> Result<Vec<u8>, Error> {
    match store.page(id.as_bytes(), page).await? {
        Some(StoredPage::Page(bytes)) => Ok(bytes),
        Some(StoredPage::Beyond { pages }) => Err(Error::Beyond { pages }),
        None => Err(Error::Unknown),
    }
}
