//! Pools, and the one transaction that turns a pool into a batch.

use sqlx::{Row, Sqlite, Transaction};

use super::{Result, Store, bytes, number};

/// Which pool: entries of different regions, schemes and degrees never meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolKey {
    /// Region identifier.
    pub region: String,
    /// Scheme number.
    pub scheme: u8,
    /// Degree number.
    pub degree: u8,
}

/// A pool that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolState {
    /// Which one.
    pub key: PoolKey,
    /// Uploads waiting in it.
    pub uploads: u64,
    /// The sealing tick that first saw it, in unix seconds.
    pub waiting_since: Option<u64>,
}

/// A sealed batch on its way into the database.
#[derive(Clone, Debug)]
pub struct NewBatch {
    /// Its identifier.
    pub id: [u8; 16],
    /// UTC day of sealing.
    pub day: u16,
    /// Time of sealing, in unix seconds.
    pub sealed_at: u64,
    /// Number of pages.
    pub pages: u32,
    /// Signed header, as it stands in the index.
    pub header: Vec<u8>,
    /// The pages, one after another.
    pub entries: Vec<u8>,
    /// Head of the region's chain after this batch.
    pub head: [u8; 32],
}

/// Where a region's chain stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastHead {
    /// The head after the last batch.
    pub head: [u8; 32],
    /// When the last batch was sealed, in unix seconds.
    pub sealed_at: u64,
}

/// A sealing under way. It holds the write lock; dropped without [`Sealing::commit`] it leaves no trace.
pub struct Sealing {
    transaction: Transaction<'static, Sqlite>,
    key: PoolKey,
}

impl Store {
    /// All pools that are not empty, in a fixed order.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn pools(&self) -> Result<Vec<PoolState>> {
        let rows =
            sqlx::query("SELECT region, scheme, degree, uploads, waiting_since FROM pool ORDER BY 1, 2, 3")
                .fetch_all(&self.pool)
                .await?;
        rows.iter().map(pool_state).collect()
    }

    /// Stamps every pool that has no stamp with the time of this sealing tick.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn stamp_pools(&self, tick: u64) -> Result<()> {
        sqlx::query("UPDATE pool SET waiting_since = ? WHERE waiting_since IS NULL")
            .bind(tick.cast_signed())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Begins to seal one pool.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn begin_sealing(&self, key: PoolKey) -> Result<Sealing> {
        Ok(Sealing { transaction: self.write().await?, key })
    }
}

impl Sealing {
    /// The pool as it stands under the lock; `None` when somebody else sealed it meanwhile.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn pool(&mut self) -> Result<Option<PoolState>> {
        let row = sqlx::query(
            "SELECT region, scheme, degree, uploads, waiting_since FROM pool WHERE region = ? AND scheme = ? AND degree = ?",
        )
        .bind(&self.key.region)
        .bind(i64::from(self.key.scheme))
        .bind(i64::from(self.key.degree))
        .fetch_optional(&mut *self.transaction)
        .await?;
        row.as_ref().map(pool_state).transpose()
    }

    /// Takes up to `limit` entries out of the pool, in the order of their bytes.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn take(&mut self, limit: u32) -> Result<Vec<[u8; 84]>> {
        let rows = sqlx::query(
            "SELECT entry FROM pool_entry WHERE region = ? AND scheme = ? AND degree = ? ORDER BY entry LIMIT ?",
        )
        .bind(&self.key.region)
        .bind(i64::from(self.key.scheme))
        .bind(i64::from(self.key.degree))
        .bind(i64::from(limit))
        .fetch_all(&mut *self.transaction)
        .await?;
        let entries = rows
            .iter()
            .map(|row| bytes::<84>(row, "entry", "a waiting entry"))
            .collect::<Result<Vec<_>>>()?;
        if let Some(last) = entries.last() {
            sqlx::query(
                "DELETE FROM pool_entry WHERE region = ? AND scheme = ? AND degree = ? AND entry <= ?",
            )
            .bind(&self.key.region)
            .bind(i64::from(self.key.scheme))
            .bind(i64::from(self.key.degree))
            .bind(last.as_slice())
            .execute(&mut *self.transaction)
            .await?;
        }
        Ok(entries)
    }

    /// Where the region's chain stands; `None` when nothing was ever sealed there.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn last_head(&mut self) -> Result<Option<LastHead>> {
        let row = sqlx::query("SELECT head, sealed_at FROM chain WHERE region = ? ORDER BY day DESC LIMIT 1")
            .bind(&self.key.region)
            .fetch_optional(&mut *self.transaction)
            .await?;
        row.map(|row| {
            Ok(LastHead {
                head: bytes(&row, "head", "a chain's head")?,
                sealed_at: number(&row, "sealed_at", "a chain's time")?,
            })
        })
        .transpose()
    }

    /// Appends a batch to its region's day and moves the chain's head.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn publish(&mut self, batch: NewBatch) -> Result<()> {
        sqlx::query(
            "INSERT INTO batch (id, region, day, position, pages, header, entries)
             SELECT ?1, ?2, ?3, COALESCE(MAX(position) + 1, 0), ?4, ?5, ?6 FROM batch WHERE region = ?2 AND day = ?3",
        )
        .bind(batch.id.as_slice())
        .bind(&self.key.region)
        .bind(i64::from(batch.day))
        .bind(i64::from(batch.pages))
        .bind(batch.header)
        .bind(batch.entries)
        .execute(&mut *self.transaction)
        .await?;
        sqlx::query(
            "INSERT INTO chain (region, day, head, sealed_at) VALUES (?, ?, ?, ?)
             ON CONFLICT (region, day) DO UPDATE SET head = excluded.head, sealed_at = excluded.sealed_at",
        )
        .bind(&self.key.region)
        .bind(i64::from(batch.day))
        .bind(batch.head.as_slice())
        .bind(batch.sealed_at.cast_signed())
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// Empties the pool's counter and makes everything of this sealing true at once.
    ///
    /// # Errors
    /// [`super::Error::Database`]; then nothing happened.
    pub async fn commit(mut self) -> Result<()> {
        sqlx::query("DELETE FROM pool WHERE region = ? AND scheme = ? AND degree = ?")
            .bind(&self.key.region)
            .bind(i64::from(self.key.scheme))
            .bind(i64::from(self.key.degree))
            .execute(&mut *self.transaction)
            .await?;
        self.transaction.commit().await?;
        Ok(())
    }
}

fn pool_state(row: &sqlx::sqlite::SqliteRow) -> Result<PoolState> {
    Ok(PoolState {
        key: PoolKey {
            region: row.try_get("region")?,
            scheme: number(row, "scheme", "a pool's scheme")?,
            degree: number(row, "degree", "a pool's degree")?,
        },
        uploads: number(row, "uploads", "a pool's counter")?,
        waiting_since: row.try_get::<Option<i64>, _>("waiting_since")?.map(i64::cast_unsigned),
    })
}
