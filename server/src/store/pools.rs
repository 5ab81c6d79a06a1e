//! Pools: what waits to be sealed, by region, scheme and degree.
//!
//! An open pool takes uploads. Closing it takes one small write; from then on nothing changes in it, and the next
//! upload begins a new one.

use sqlx::{Row, SqliteConnection};

use super::{Error, Result, Store, bytes, number};

/// Which pool: entries of different regions, schemes and degrees never meet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    /// Its number in the database.
    pub number: i64,
    /// Which one.
    pub key: PoolKey,
    /// Uploads waiting in it.
    pub uploads: u64,
    /// The sealing tick that first saw it, in unix seconds.
    pub waiting_since: Option<u64>,
}

impl Store {
    /// All pools that take uploads and have some, in a fixed order.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn pools(&self) -> Result<Vec<PoolState>> {
        self.pools_that_are("open").await
    }

    /// All pools that were closed and are not published, in a fixed order: after a sealing that was cut off.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn closed_pools(&self) -> Result<Vec<PoolState>> {
        self.pools_that_are("sealing").await
    }

    async fn pools_that_are(&self, state: &str) -> Result<Vec<PoolState>> {
        let rows = sqlx::query(
            "SELECT number, region, scheme, degree, uploads, waiting_since FROM pool WHERE state = ?
             ORDER BY region, scheme, degree, number",
        )
        .bind(state)
        .fetch_all(self.read())
        .await?;
        rows.iter().map(pool_state).collect()
    }

    /// Stamps every pool that has no stamp with the time of this sealing tick.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn stamp_pools(&self, tick: u64) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE pool SET waiting_since = ? WHERE waiting_since IS NULL")
            .bind(tick.cast_signed())
            .execute(&mut *write)
            .await?;
        write.commit().await
    }

    /// Closes an open pool, and returns it as it stays; `None` when it is not open any more.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn close_pool(&self, number: i64) -> Result<Option<PoolState>> {
        let mut write = self.write().await?;
        let row = sqlx::query(
            "UPDATE pool SET state = 'sealing' WHERE number = ? AND state = 'open'
             RETURNING number, region, scheme, degree, uploads, waiting_since",
        )
        .bind(number)
        .fetch_optional(&mut *write)
        .await?;
        write.commit().await?;
        row.as_ref().map(pool_state).transpose()
    }

    /// Moves an open pool with all it holds into the one of another region: the counters are added, an entry that
    /// waits in both is one, and the longer wait goes on. `false` when it is not open any more, or was not below
    /// `below` uploads under the lock.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn move_pool(&self, number: i64, to: &str, below: Option<u32>) -> Result<bool> {
        let mut write = self.write().await?;
        let row = sqlx::query(
            "SELECT number, region, scheme, degree, uploads, waiting_since FROM pool
             WHERE number = ?1 AND state = 'open' AND (?2 IS NULL OR uploads < ?2)",
        )
        .bind(number)
        .bind(below.map(i64::from))
        .fetch_optional(&mut *write)
        .await?;
        let Some(row) = row else { return Ok(false) };
        let pool = pool_state(&row)?;
        let wider = PoolKey { region: to.to_owned(), ..pool.key };
        if wider.region == row.try_get::<&str, _>("region")? {
            return Ok(false);
        }
        let wider = count_in(&mut write, &wider, pool.uploads, pool.waiting_since).await?;
        sqlx::query(
            "INSERT OR IGNORE INTO pool_entry (pool, entry) SELECT ?2, entry FROM pool_entry WHERE pool = ?1",
        )
        .bind(number)
        .bind(wider)
        .execute(&mut *write)
        .await?;
        sqlx::query("DELETE FROM pool_entry WHERE pool = ?").bind(number).execute(&mut *write).await?;
        sqlx::query("DELETE FROM pool WHERE number = ?").bind(number).execute(&mut *write).await?;
        write.commit().await?;
        Ok(true)
    }

    /// How many entries a pool holds.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn count_entries(&self, pool: i64) -> Result<u64> {
        let row = sqlx::query("SELECT COUNT(*) FROM pool_entry WHERE pool = ?")
            .bind(pool)
            .fetch_one(self.read())
            .await?;
        Ok(row.try_get::<i64, _>(0)?.cast_unsigned())
    }

    /// Up to `limit` entries of a closed pool in the order of their bytes, after `after`, or from the first on.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn entries_after(
        &self,
        pool: i64,
        after: Option<&[u8; 84]>,
        limit: u32,
    ) -> Result<Vec<[u8; 84]>> {
        // An empty string is before every entry.
        let after = after.map_or(&[] as &[u8], <[u8; 84]>::as_slice);
        let rows =
            sqlx::query("SELECT entry FROM pool_entry WHERE pool = ? AND entry > ? ORDER BY entry LIMIT ?")
                .bind(pool)
                .bind(after)
                .bind(i64::from(limit))
                .fetch_all(self.read())
                .await?;
        rows.iter().map(|row| bytes(row, "entry", "a waiting entry")).collect()
    }
}

/// Counts uploads into the open pool of `key`, making it if there is none, and returns its number. The longer wait
/// goes on; a pool without a stamp gets one from the next tick.
pub(super) async fn count_in(
    connection: &mut SqliteConnection,
    key: &PoolKey,
    uploads: u64,
    waiting_since: Option<u64>,
) -> Result<i64> {
    let row = sqlx::query(
        "INSERT INTO pool (number, region, scheme, degree, uploads, waiting_since)
         VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM pool), ?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (region, scheme, degree) WHERE state = 'open' DO UPDATE SET
             uploads = uploads + excluded.uploads,
             waiting_since = MIN(
                 COALESCE(waiting_since, excluded.waiting_since), COALESCE(excluded.waiting_since, waiting_since)
             )
         RETURNING number",
    )
    .bind(&key.region)
    .bind(i64::from(key.scheme))
    .bind(i64::from(key.degree))
    .bind(i64::try_from(uploads).map_err(|_| Error::Damaged("a pool's counter"))?)
    .bind(waiting_since.map(u64::cast_signed))
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("number")?)
}

fn pool_state(row: &sqlx::sqlite::SqliteRow) -> Result<PoolState> {
    Ok(PoolState {
        number: row.try_get("number")?,
        key: PoolKey {
            region: row.try_get("region")?,
            scheme: number(row, "scheme", "a pool's scheme")?,
            degree: number(row, "degree", "a pool's degree")?,
        },
        uploads: number(row, "uploads", "a pool's counter")?,
        waiting_since: row.try_get::<Option<i64>, _>("waiting_since")?.map(i64::cast_unsigned),
    })
}
