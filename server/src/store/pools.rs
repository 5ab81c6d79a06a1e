//! Pools: what waits to be sealed, by region, scheme and degree.
//!
//! An open pool takes uploads. Closing it takes one small write; from then on nothing changes in it, and the next
//! upload begins a new one.
//!
//! A pool counts uploads, so that few people's are not published alone. An upload that was proved without a nullifier may be
//! anybody's fifth: of these it counts one for each page that they were proved on.

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
    /// Uploads waiting in it, those that count.
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

    /// Whether anything waits or is published, of whatever day.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn has_reports(&self) -> Result<bool> {
        let row = sqlx::query("SELECT EXISTS (SELECT 1 FROM pool) OR EXISTS (SELECT 1 FROM batch) AS found")
            .fetch_one(self.read())
            .await?;
        Ok(row.try_get("found")?)
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
        if row.is_some() {
            // Nothing is counted any more.
            sqlx::query("DELETE FROM pool_page WHERE pool = ?").bind(number).execute(&mut *write).await?;
        }
        write.commit().await?;
        row.as_ref().map(pool_state).transpose()
    }

    /// Moves an open pool with all it holds into the one of another region: the counters are added, an entry that
    /// waits in both is one, a page that counts in both counts once, and the longer wait goes on. `false` when it is not open any more, or was not below
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
        let uploads = pool.uploads.saturating_sub(pages_in_both(&mut write, number, &wider).await?);
        let wider = count_in(&mut write, &wider, uploads, pool.waiting_since).await?;
        for statement in [
            "INSERT OR IGNORE INTO pool_entry (pool, entry) SELECT ?2, entry FROM pool_entry WHERE pool = ?1",
            "INSERT OR IGNORE INTO pool_page (pool, batch_id, page)
             SELECT ?2, batch_id, page FROM pool_page WHERE pool = ?1",
        ] {
            sqlx::query(statement).bind(number).bind(wider).execute(&mut *write).await?;
        }
        for statement in [
            "DELETE FROM pool_entry WHERE pool = ?",
            "DELETE FROM pool_page WHERE pool = ?",
            "DELETE FROM pool WHERE number = ?",
        ] {
            sqlx::query(statement).bind(number).execute(&mut *write).await?;
        }
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

    /// Up to `limit` entries, or in private mode elements, of a closed pool in the order of their bytes, after `after`, or
    /// from the first on.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn entries_after<const N: usize>(
        &self,
        pool: i64,
        after: Option<&[u8; N]>,
        limit: u32,
    ) -> Result<Vec<[u8; N]>> {
        // An empty string is before every entry.
        let after = after.map_or(&[] as &[u8], <[u8; N]>::as_slice);
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

/// Counts an upload into the open pool of `key` as [`count_in`] does, unless one that was proved on this page counts there
/// already.
pub(super) async fn count_page_in(
    connection: &mut SqliteConnection,
    key: &PoolKey,
    batch: &[u8; 16],
    page: u32,
) -> Result<i64> {
    let counted = sqlx::query(
        "SELECT number FROM pool JOIN pool_page ON pool = number
         WHERE region = ? AND scheme = ? AND degree = ? AND state = 'open' AND batch_id = ? AND page = ?",
    )
    .bind(&key.region)
    .bind(i64::from(key.scheme))
    .bind(i64::from(key.degree))
    .bind(batch.as_slice())
    .bind(i64::from(page))
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(row) = counted {
        return Ok(row.try_get("number")?);
    }
    let pool = count_in(connection, key, 1, None).await?;
    sqlx::query("INSERT INTO pool_page (pool, batch_id, page) VALUES (?, ?, ?)")
        .bind(pool)
        .bind(batch.as_slice())
        .bind(i64::from(page))
        .execute(connection)
        .await?;
    Ok(pool)
}

/// Pages that count in this pool and in the open one of `key`.
async fn pages_in_both(connection: &mut SqliteConnection, pool: i64, key: &PoolKey) -> Result<u64> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS pages FROM pool_page AS own JOIN pool_page AS other USING (batch_id, page)
         JOIN pool ON number = other.pool
         WHERE own.pool = ? AND region = ? AND scheme = ? AND degree = ? AND state = 'open'",
    )
    .bind(pool)
    .bind(&key.region)
    .bind(i64::from(key.scheme))
    .bind(i64::from(key.degree))
    .fetch_one(connection)
    .await?;
    number(&row, "pages", "a count of pages")
}

/// Counts uploads into the open pool of `key`, making it if there is none, and returns its number. The longer wait
/// goes on; a pool without a stamp gets one from the next tick.
pub(super) async fn count_in(
    connection: &mut SqliteConnection,
    key: &PoolKey,
    uploads: u64,
    waiting_since: Option<u64>,
) -> Result<i64> {
    // Two statements: a pool that is there may be joined by nothing that counts, and a new one may not.
    for statement in [
        "UPDATE pool SET
             uploads = uploads + ?4,
             waiting_since = MIN(COALESCE(waiting_since, ?5), COALESCE(?5, waiting_since))
         WHERE region = ?1 AND scheme = ?2 AND degree = ?3 AND state = 'open' RETURNING number",
        "INSERT INTO pool (number, region, scheme, degree, uploads, waiting_since)
         VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM pool), ?1, ?2, ?3, ?4, ?5) RETURNING number",
    ] {
        let row = sqlx::query(statement)
            .bind(&key.region)
            .bind(i64::from(key.scheme))
            .bind(i64::from(key.degree))
            .bind(i64::try_from(uploads).map_err(|_| Error::Damaged("a pool's counter"))?)
            .bind(waiting_since.map(u64::cast_signed))
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(row) = row {
            return Ok(row.try_get("number")?);
        }
    }
    Err(Error::Damaged("a pool"))
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
