//! From a closed pool to published batches, in steps that are small each: pages are staged while uploads go on, one
//! transaction publishes, then the pool is emptied. Whatever is cut off in between is found and finished, or deleted,
//! by whoever seals next.

use sqlx::Row;

use super::files::FILTER_PART;
use super::proofs::add_digests;
use super::{Result, Store, Write, bytes, number};

/// A sealed batch on its way into the database; its pages and its filter are staged already.
#[derive(Clone, Debug)]
pub struct NewBatch {
    /// Its identifier.
    pub id: [u8; 16],
    /// Number of pages.
    pub pages: u32,
    /// Signed header, as it stands in the index.
    pub header: Vec<u8>,
    /// Digest of each page, as they stand in the header.
    pub digests: Vec<[u8; 32]>,
}

/// Where a region's chain stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastHead {
    /// The head after the last batch.
    pub head: [u8; 32],
    /// When the last batch was sealed, in unix seconds.
    pub sealed_at: u64,
}

/// Batches of one pool that are being published, under the write lock. Dropped without [`Publication::commit`] it
/// leaves no trace.
pub struct Publication {
    write: Write,
    pool: i64,
    region: String,
    day: u16,
}

impl Store {
    /// Writes pages of batches that are not published yet: batch, number of the page, bytes.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn stage_pages(&self, pages: &[([u8; 16], u32, Vec<u8>)]) -> Result<()> {
        let mut write = self.write().await?;
        for (batch, page, bytes) in pages {
            sqlx::query("INSERT INTO page (batch_id, page, bytes) VALUES (?, ?, ?)")
                .bind(batch.as_slice())
                .bind(i64::from(*page))
                .bind(bytes.as_slice())
                .execute(&mut *write)
                .await?;
        }
        write.commit().await
    }

    /// Writes the filter file of a batch that is not published yet.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn stage_filter(&self, batch: &[u8; 16], file: &[u8]) -> Result<()> {
        let mut write = self.write().await?;
        for (part, bytes) in (0_i64..).zip(file.chunks(FILTER_PART)) {
            sqlx::query("INSERT INTO filter_part (batch_id, part, bytes) VALUES (?, ?, ?)")
                .bind(batch.as_slice())
                .bind(part)
                .bind(bytes)
                .execute(&mut *write)
                .await?;
        }
        write.commit().await
    }

    /// Where a region's chain stands; `None` when nothing was ever sealed there.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn last_head(&self, region: &str) -> Result<Option<LastHead>> {
        last_head(self.read(), region).await
    }

    /// Begins to publish the batches of a closed pool; `None` when the pool is not there to be sealed any more.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn begin_publication(&self, pool: i64, region: &str, day: u16) -> Result<Option<Publication>> {
        let mut write = self.write().await?;
        let row = sqlx::query("SELECT 1 FROM pool WHERE number = ? AND region = ? AND state = 'sealing'")
            .bind(pool)
            .bind(region)
            .fetch_optional(&mut *write)
            .await?;
        Ok(row.map(|_| Publication { write, pool, region: region.to_owned(), day }))
    }

    /// Deletes up to `limit` entries of pools whose batches are published, and each such pool when it is empty. `false`
    /// when nothing was left to be deleted.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn empty_sealed(&self, limit: u32) -> Result<bool> {
        let mut write = self.write().await?;
        let row = sqlx::query("SELECT number FROM pool WHERE state = 'sealed' LIMIT 1")
            .fetch_optional(&mut *write)
            .await?;
        let Some(row) = row else { return Ok(false) };
        let pool: i64 = row.try_get("number")?;
        // The entry after so many others ends the range; without one there are no more, and the pool goes too.
        let end = sqlx::query("SELECT entry FROM pool_entry WHERE pool = ? ORDER BY entry LIMIT 1 OFFSET ?")
            .bind(pool)
            .bind(i64::from(limit))
            .fetch_optional(&mut *write)
            .await?;
        if let Some(end) = end {
            sqlx::query("DELETE FROM pool_entry WHERE pool = ? AND entry < ?")
                .bind(pool)
                .bind(end.try_get::<&[u8], _>("entry")?)
                .execute(&mut *write)
                .await?;
        } else {
            sqlx::query("DELETE FROM pool_entry WHERE pool = ?").bind(pool).execute(&mut *write).await?;
            sqlx::query("DELETE FROM pool WHERE number = ?").bind(pool).execute(&mut *write).await?;
        }
        write.commit().await?;
        Ok(true)
    }

    /// Deletes up to `limit` pages and filter parts that belong to no batch: staged by a sealing that was cut off, or
    /// of a batch that is over. `false` when nothing was left to be deleted.
    ///
    /// Only for who holds the [`super::SealingLock`]: what another sealing stages belongs to no batch either.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn forget_staged(&self, limit: u32) -> Result<bool> {
        let mut write = self.write().await?;
        let mut deleted = 0;
        for statement in [
            "DELETE FROM page WHERE rowid IN
                 (SELECT rowid FROM page WHERE batch_id NOT IN (SELECT id FROM batch) LIMIT ?)",
            "DELETE FROM filter_part WHERE rowid IN
                 (SELECT rowid FROM filter_part WHERE batch_id NOT IN (SELECT id FROM batch) LIMIT ?)",
        ] {
            let done = sqlx::query(statement).bind(i64::from(limit)).execute(&mut *write).await?;
            deleted += done.rows_affected();
        }
        write.commit().await?;
        Ok(deleted > 0)
    }
}

impl Publication {
    /// As [`Store::last_head`], under the lock.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn last_head(&mut self) -> Result<Option<LastHead>> {
        last_head(&mut *self.write, &self.region).await
    }

    /// Appends a batch to its region's day.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn add(&mut self, batch: &NewBatch) -> Result<()> {
        sqlx::query(
            "INSERT INTO batch (id, region, day, position, pages, header)
             SELECT ?1, ?2, ?3, COALESCE(MAX(position) + 1, 0), ?4, ?5 FROM batch WHERE region = ?2 AND day = ?3",
        )
        .bind(batch.id.as_slice())
        .bind(&self.region)
        .bind(i64::from(self.day))
        .bind(i64::from(batch.pages))
        .bind(batch.header.as_slice())
        .execute(&mut *self.write)
        .await?;
        add_digests(&mut self.write, &batch.id, &batch.digests).await
    }

    /// Moves the chain's head, marks the pool as sealed, and makes everything true at once.
    ///
    /// # Errors
    /// [`super::Error::Database`]; then nothing happened.
    pub async fn commit(mut self, last: LastHead) -> Result<()> {
        sqlx::query(
            "INSERT INTO chain (region, day, head, sealed_at) VALUES (?, ?, ?, ?)
             ON CONFLICT (region, day) DO UPDATE SET head = excluded.head, sealed_at = excluded.sealed_at",
        )
        .bind(&self.region)
        .bind(i64::from(self.day))
        .bind(last.head.as_slice())
        .bind(last.sealed_at.cast_signed())
        .execute(&mut *self.write)
        .await?;
        sqlx::query("UPDATE pool SET state = 'sealed' WHERE number = ?")
            .bind(self.pool)
            .execute(&mut *self.write)
            .await?;
        self.write.commit().await
    }
}

async fn last_head(
    database: impl sqlx::Executor<'_, Database = sqlx::Sqlite>,
    region: &str,
) -> Result<Option<LastHead>> {
    let row = sqlx::query("SELECT head, sealed_at FROM chain WHERE region = ? ORDER BY day DESC LIMIT 1")
        .bind(region)
        .fetch_optional(database)
        .await?;
    row.map(|row| {
        Ok(LastHead {
            head: bytes(&row, "head", "a chain's head")?,
            sealed_at: number(&row, "sealed_at", "a chain's time")?,
        })
    })
    .transpose()
}
