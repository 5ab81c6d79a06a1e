//! The secret keys of batch days, in private mode. They stand here and not with the other keys, because a copy of those is
//! kept for ever: without its key, a day that is over cannot be asked about any more.

use sqlx::sqlite::SqliteRow;
use zeroize::Zeroizing;

use super::{Result, Store, bytes};

/// A key's 32 bytes.
pub type DayKeyBytes = Zeroizing<[u8; 32]>;

impl Store {
    /// The key of a day and scheme: the one that is there, or `fresh`, which is there from now on. Whoever asks at the same
    /// time gets the same.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn day_key_or(&self, day: u16, scheme: u8, fresh: &DayKeyBytes) -> Result<DayKeyBytes> {
        let mut write = self.write().await?;
        // Written back as it was, so that it is returned either way.
        let row = sqlx::query(
            "INSERT INTO day_key (day, scheme, key) VALUES (?, ?, ?)
             ON CONFLICT (day, scheme) DO UPDATE SET key = key RETURNING key",
        )
        .bind(i64::from(day))
        .bind(i64::from(scheme))
        .bind(fresh.as_slice())
        .fetch_one(&mut *write)
        .await?;
        write.commit().await?;
        read(&row)
    }

    /// The key of a day and scheme, if anything was sealed under it and its batches are not over.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn day_key(&self, day: u16, scheme: u8) -> Result<Option<DayKeyBytes>> {
        let row = sqlx::query("SELECT key FROM day_key WHERE day = ? AND scheme = ?")
            .bind(i64::from(day))
            .bind(i64::from(scheme))
            .fetch_optional(self.read())
            .await?;
        row.as_ref().map(read).transpose()
    }
}

fn read(row: &SqliteRow) -> Result<DayKeyBytes> {
    bytes(row, "key", "a day's key").map(Zeroizing::new)
}
