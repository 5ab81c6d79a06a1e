//! Used permits and what they carried into the pool: one transaction, so that an upload is there whole or not at all.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::SqliteConnection;

use super::{PoolKey, Result, Store, bytes, pools};

/// An upload whose permit and body were found good.
#[derive(Clone, Debug)]
pub struct NewUpload {
    /// The permit's one-time value.
    pub t: [u8; 32],
    /// The permit's HMAC of the body.
    pub mac: [u8; 32],
    /// The permit's week: how long `t` has to be remembered.
    pub week: u16,
    /// Its entries, by scheme.
    pub parts: Vec<Part>,
}

/// Entries of one scheme.
#[derive(Clone, Debug)]
pub struct Part {
    /// Where they wait.
    pub pool: PoolKey,
    /// Bytes of each: 84, in private mode 32.
    pub line: usize,
    /// One after another.
    pub entries: Vec<u8>,
}

impl NewUpload {
    /// Bytes of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.entries.len()).sum()
    }

    /// Whether it brings nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
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
    /// waits already is dropped; a known tag with another sealed status is another entry. All of it, or nothing, is on
    /// the disk when this returns.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`], [`super::Error::Stopped`].
    pub async fn record_upload(&self, upload: NewUpload) -> Result<Recorded> {
        self.writer.upload(upload, false).await
    }

    /// Does for a decoy what [`Store::record_upload`] does, and nothing of it stays.
    ///
    /// # Errors
    /// As [`Store::record_upload`].
    pub async fn record_nothing(&self, upload: NewUpload) -> Result<Recorded> {
        self.writer.upload(upload, true).await
    }

    /// The HMAC of the body that a permit has carried.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn mac_of(&self, t: &[u8; 32]) -> Result<Option<[u8; 32]>> {
        let known = sqlx::query("SELECT mac FROM used_permit WHERE t = ?")
            .bind(t.as_slice())
            .fetch_optional(self.read())
            .await?;
        known.map(|row| bytes(&row, "mac", "a used permit")).transpose()
    }

    /// Forgets permits of weeks before `week`: they are refused for their week from now on.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn forget_permits(&self, week: u16) -> Result<u64> {
        let mut write = self.write().await?;
        let done = sqlx::query("DELETE FROM used_permit WHERE week < ?")
            .bind(i64::from(week))
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(done.rows_affected())
    }
}

/// Records uploads inside a transaction, in their order: what became of each.
pub(super) async fn record(
    connection: &mut SqliteConnection,
    uploads: &[&NewUpload],
) -> Result<Vec<Recorded>> {
    let recorded = spend(connection, uploads).await?;
    let stored = uploads.iter().zip(&recorded).filter(|(_, recorded)| **recorded == Recorded::Stored);
    fill_pools(connection, stored.flat_map(|(upload, _)| &upload.parts), None).await?;
    Ok(recorded)
}

/// Spends the permits, each on the first upload that brings it.
async fn spend(connection: &mut SqliteConnection, uploads: &[&NewUpload]) -> Result<Vec<Recorded>> {
    let mut first = BTreeMap::<[u8; 32], &NewUpload>::new();
    for &upload in uploads {
        first.entry(upload.t).or_insert(upload);
    }
    let mut of_week = BTreeMap::<u16, Vec<u8>>::new();
    for upload in first.values() {
        of_week.entry(upload.week).or_default().extend([upload.t, upload.mac].as_flattened());
    }
    let mut spent = BTreeSet::new();
    for (week, permits) in of_week {
        // Cut as the entries are below.
        let rows = sqlx::query(
            "WITH RECURSIVE place (at) AS (
                 SELECT 1 UNION ALL SELECT at + 64 FROM place WHERE at + 64 < length(?1)
             )
             INSERT INTO used_permit (t, mac, week) SELECT substr(?1, at, 32), substr(?1, at + 32, 32), ?2 FROM place
             WHERE true ON CONFLICT (t) DO NOTHING RETURNING t",
        )
        .bind(permits)
        .bind(i64::from(week))
        .fetch_all(&mut *connection)
        .await?;
        for row in &rows {
            spent.insert(bytes::<32>(row, "t", "a used permit")?);
        }
    }
    let mut recorded = Vec::with_capacity(uploads.len());
    for upload in uploads {
        // Only the first finds its permit in here.
        recorded.push(if spent.remove(&upload.t) {
            Recorded::Stored
        } else {
            spent_before(connection, upload).await?
        });
    }
    Ok(recorded)
}

/// Whether a permit that is spent was spent on the same body.
async fn spent_before(connection: &mut SqliteConnection, upload: &NewUpload) -> Result<Recorded> {
    let known = sqlx::query("SELECT mac FROM used_permit WHERE t = ?")
        .bind(upload.t.as_slice())
        .fetch_one(connection)
        .await?;
    let before: [u8; 32] = bytes(&known, "mac", "a used permit")?;
    Ok(if before == upload.mac { Recorded::Repeated } else { Recorded::Conflict })
}

/// Adds what new uploads carry to their pools, and counts them there: each part as one; with the batch and number of a
/// page, all together as at most one for that page.
pub(super) async fn fill_pools<'a>(
    connection: &mut SqliteConnection,
    parts: impl Iterator<Item = &'a Part>,
    page: Option<(&[u8; 16], u32)>,
) -> Result<()> {
    let mut pools = BTreeMap::<(&PoolKey, usize), (u64, Vec<&[u8]>)>::new();
    for part in parts {
        let (count, entries) = pools.entry((&part.pool, part.line)).or_default();
        *count += 1;
        entries.extend(part.entries.chunks_exact(part.line.max(1)));
    }
    for ((key, line), (count, mut entries)) in pools {
        let pool = match page {
            None => pools::count_in(connection, key, count, None).await?,
            Some((batch, page)) => pools::count_page_in(connection, key, batch, page).await?,
        };
        // In the order of the pool, so that neighbours are written together.
        entries.sort_unstable();
        let mut sorted = Vec::with_capacity(entries.len() * line);
        entries.into_iter().for_each(|entry| sorted.extend_from_slice(entry));
        // One statement cuts all of them into entries: thousands of round trips fewer.
        sqlx::query(
            "WITH RECURSIVE place (at) AS (
                 SELECT 1 UNION ALL SELECT at + ?3 FROM place WHERE at + ?3 < length(?2)
             )
             INSERT OR IGNORE INTO pool_entry (pool, entry) SELECT ?1, substr(?2, at, ?3) FROM place",
        )
        .bind(pool)
        .bind(sorted)
        .bind(i64::try_from(line).unwrap_or(i64::MAX))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
