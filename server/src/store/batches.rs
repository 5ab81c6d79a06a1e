//! Published batches and the chain of their heads.

use sqlx::Row;

use super::{Error, Result, Store, bytes};

/// A page of a batch, or the word that the batch has fewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredPage {
    /// Its bytes.
    Page(Vec<u8>),
    /// The batch has only so many pages.
    Beyond {
        /// Pages of the batch.
        pages: u32,
    },
}

impl Store {
    /// The signed headers of a region's day, in order.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn headers(&self, region: &str, day: u16) -> Result<Vec<Vec<u8>>> {
        let rows = sqlx::query("SELECT header FROM batch WHERE region = ? AND day = ? ORDER BY position")
            .bind(region)
            .bind(i64::from(day))
            .fetch_all(self.read())
            .await?;
        rows.iter().map(|row| Ok(row.try_get("header")?)).collect()
    }

    /// How many batches a region's day has.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn count_headers(&self, region: &str, day: u16) -> Result<u64> {
        let row = sqlx::query("SELECT COUNT(*) FROM batch WHERE region = ? AND day = ?")
            .bind(region)
            .bind(i64::from(day))
            .fetch_one(self.read())
            .await?;
        Ok(row.try_get::<i64, _>(0)?.cast_unsigned())
    }

    /// The head of a region's chain as it stood before `day`; `None` when nothing had been sealed.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn head_before(&self, region: &str, day: u16) -> Result<Option<[u8; 32]>> {
        let row =
            sqlx::query("SELECT head FROM chain WHERE region = ? AND day < ? ORDER BY day DESC LIMIT 1")
                .bind(region)
                .bind(i64::from(day))
                .fetch_optional(self.read())
                .await?;
        row.map(|row| bytes(&row, "head", "a chain's head")).transpose()
    }

    /// Whether a region has batches, of whatever day.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn has_batches(&self, region: &str) -> Result<bool> {
        let row = sqlx::query("SELECT 1 FROM batch WHERE region = ? LIMIT 1")
            .bind(region)
            .fetch_optional(self.read())
            .await?;
        Ok(row.is_some())
    }

    /// One page of a batch, counted from 0.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn page(&self, id: &[u8; 16], page: u32) -> Result<Option<StoredPage>> {
        let row = sqlx::query(
            "SELECT pages, bytes FROM batch LEFT JOIN page ON batch_id = id AND page = ?2 WHERE id = ?1",
        )
        .bind(id.as_slice())
        .bind(i64::from(page))
        .fetch_optional(self.read())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let pages = super::number(&row, "pages", "a batch's page count")?;
        match row.try_get::<Option<Vec<u8>>, _>("bytes")? {
            Some(bytes) => Ok(Some(StoredPage::Page(bytes))),
            None if page >= pages => Ok(Some(StoredPage::Beyond { pages })),
            None => Err(Error::Damaged("a batch's entries file")),
        }
    }

    /// Deletes batches of days before `day`, whose files [`Store::forget_staged`] deletes, the proofs that were used on them, the keys of those days, and the heads of those days except each region's newest, which the
    /// chain goes on from.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn forget_batches(&self, day: u16) -> Result<u64> {
        let mut write = self.write().await?;
        let done =
            sqlx::query("DELETE FROM batch WHERE day < ?").bind(i64::from(day)).execute(&mut *write).await?;
        sqlx::query("DELETE FROM day_key WHERE day < ?").bind(i64::from(day)).execute(&mut *write).await?;
        sqlx::query(
            "DELETE FROM chain WHERE day < ?1 AND day < (
                 SELECT MAX(kept.day) FROM chain AS kept WHERE kept.region = chain.region AND kept.day < ?1
             )",
        )
        .bind(i64::from(day))
        .execute(&mut *write)
        .await?;
        write.commit().await?;
        Ok(done.rows_affected())
    }
}
