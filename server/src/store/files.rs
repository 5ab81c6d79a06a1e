//! The files of a batch, in the rows that they are kept in: pages, and parts of the filter. Nobody holds a whole file.

use sqlx::Row;

use super::{Result, Store, number};

/// Bytes of a part of a filter; the last one has fewer.
pub(super) const FILTER_PART: usize = 64 * 1024;
/// Rows of one read: 172 KB of pages, 512 KB of filter.
const ROWS: i64 = 8;

/// Which file of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchFile {
    /// All pages, in order.
    Entries,
    /// The filter.
    Filter,
}

/// How large a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Rows that it is kept in.
    pub rows: u32,
    /// Bytes.
    pub bytes: u64,
}

impl Store {
    /// The signed header of a batch.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn header(&self, id: &[u8; 16]) -> Result<Option<Vec<u8>>> {
        let row = sqlx::query("SELECT header FROM batch WHERE id = ?")
            .bind(id.as_slice())
            .fetch_optional(self.read())
            .await?;
        Ok(row.map(|row| row.try_get("header")).transpose()?)
    }

    /// How large a file of a published batch is; no rows when it has no such file.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn extent(&self, id: &[u8; 16], file: BatchFile) -> Result<Extent> {
        let row = sqlx::query(match file {
            BatchFile::Entries => {
                "SELECT COUNT(*) AS rows, COALESCE(SUM(length(bytes)), 0) AS bytes FROM page WHERE batch_id = ?"
            }
            BatchFile::Filter => {
                "SELECT COUNT(*) AS rows, COALESCE(SUM(length(bytes)), 0) AS bytes FROM filter_part WHERE batch_id = ?"
            }
        })
        .bind(id.as_slice())
        .fetch_one(self.read())
        .await?;
        Ok(Extent { rows: number(&row, "rows", "a batch")?, bytes: number(&row, "bytes", "a batch")? })
    }

    /// The next few rows of a file, from row `first` on; none when the batch is not there any more.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn rows(&self, id: &[u8; 16], file: BatchFile, first: u32) -> Result<Vec<Vec<u8>>> {
        let rows = sqlx::query(match file {
            BatchFile::Entries => {
                "SELECT bytes FROM page WHERE batch_id = ?1 AND page >= ?2
                 AND EXISTS (SELECT 1 FROM batch WHERE id = ?1) ORDER BY page LIMIT ?3"
            }
            BatchFile::Filter => {
                "SELECT bytes FROM filter_part WHERE batch_id = ?1 AND part >= ?2
                 AND EXISTS (SELECT 1 FROM batch WHERE id = ?1) ORDER BY part LIMIT ?3"
            }
        })
        .bind(id.as_slice())
        .bind(i64::from(first))
        .bind(ROWS)
        .fetch_all(self.read())
        .await?;
        rows.iter().map(|row| Ok(row.try_get("bytes")?)).collect()
    }
}
