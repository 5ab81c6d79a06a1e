//! Used permits and what they carried into the pool: one transaction, so that an upload is there whole or not at all.

use super::{PoolKey, Result, Store, bytes};

/// An upload whose permit and body were found good.
#[derive(Clone, Debug)]
pub struct NewUpload<'a> {
    /// The permit's one-time value.
    pub t: [u8; 32],
    /// The permit's HMAC of the body.
    pub mac: [u8; 32],
    /// The permit's week: how long `t` has to be remembered.
    pub week: u16,
    /// Where the entries wait.
    pub pool: &'a PoolKey,
    /// All entries, one after another, 84 bytes each.
    pub entries: &'a [u8],
}

/// What became of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// Its entries are in the pool.
    Stored,
    /// The same body came with the same permit before; nothing changed.
    Repeated,
    /// The permit carried another body before; nothing changed.
    Conflict,
}

impl Store {
    /// Records an upload: its permit is used, its entries wait in the pool, the pool's counter moves. An entry that
    /// waits already is dropped; a known tag with another sealed status is another entry.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn record_upload(&self, upload: &NewUpload<'_>) -> Result<Recorded> {
        let mut transaction = self.write().await?;
        let known = sqlx::query("SELECT mac FROM used_permit WHERE t = ?")
            .bind(upload.t.as_slice())
            .fetch_optional(&mut *transaction)
            .await?;
        if let Some(row) = known {
            let before: [u8; 32] = bytes(&row, "mac", "a used permit")?;
            return Ok(if before == upload.mac { Recorded::Repeated } else { Recorded::Conflict });
        }
        sqlx::query("INSERT INTO used_permit (t, mac, week) VALUES (?, ?, ?)")
            .bind(upload.t.as_slice())
            .bind(upload.mac.as_slice())
            .bind(i64::from(upload.week))
            .execute(&mut *transaction)
            .await?;
        let PoolKey { region, scheme, degree } = upload.pool;
        sqlx::query(
            "INSERT INTO pool (region, scheme, degree, uploads) VALUES (?, ?, ?, 1)
             ON CONFLICT (region, scheme, degree) DO UPDATE SET uploads = uploads + 1",
        )
        .bind(region)
        .bind(i64::from(*scheme))
        .bind(i64::from(*degree))
        .execute(&mut *transaction)
        .await?;
        // One statement cuts the whole upload into its entries: two thousand round trips fewer.
        sqlx::query(
            "WITH RECURSIVE place (at) AS (
                 SELECT 1 UNION ALL SELECT at + 84 FROM place WHERE at + 84 < length(?4)
             )
             INSERT OR IGNORE INTO pool_entry (region, scheme, degree, entry)
             SELECT ?1, ?2, ?3, substr(?4, at, 84) FROM place",
        )
        .bind(region)
        .bind(i64::from(*scheme))
        .bind(i64::from(*degree))
        .bind(upload.entries)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Recorded::Stored)
    }

    /// Forgets permits of weeks before `week`: they are refused for their week from now on.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn forget_permits(&self, week: u16) -> Result<u64> {
        let done = sqlx::query("DELETE FROM used_permit WHERE week < ?")
            .bind(i64::from(week))
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected())
    }
}
