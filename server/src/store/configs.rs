//! Configurations as they were published: batches name them by digest for as long as they live.

use sqlx::Row;

use super::{Result, Store, bytes};

/// A configuration as clients got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredConfig {
    /// SHA-256 of the body.
    pub digest: [u8; 32],
    /// The body, byte for byte as it was signed.
    pub body: Vec<u8>,
    /// The value of the signature header.
    pub signature: String,
}

impl Store {
    /// The configuration in force; `None` before the server's first start.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn current_config(&self) -> Result<Option<StoredConfig>> {
        let row =
            sqlx::query("SELECT digest, body, signature FROM published_config WHERE superseded_day IS NULL")
                .fetch_optional(self.read())
                .await?;
        row.as_ref().map(stored).transpose()
    }

    /// Digests of configurations that were superseded on `since` or later, in a fixed order.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn previous_digests(&self, since: u16) -> Result<Vec<[u8; 32]>> {
        let rows = sqlx::query(
            "SELECT digest FROM published_config WHERE superseded_day >= ? ORDER BY superseded_day, digest",
        )
        .bind(i64::from(since))
        .fetch_all(self.read())
        .await?;
        rows.iter().map(|row| bytes(row, "digest", "a configuration's digest")).collect()
    }

    /// Configurations that were superseded and are still remembered, the latest first.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn previous_configs(&self) -> Result<Vec<StoredConfig>> {
        let rows = sqlx::query(
            "SELECT digest, body, signature FROM published_config WHERE superseded_day IS NOT NULL
             ORDER BY superseded_day DESC, digest",
        )
        .fetch_all(self.read())
        .await?;
        rows.iter().map(stored).collect()
    }

    /// Puts a configuration in force; the one before is superseded on `day`.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn publish_config(&self, config: &StoredConfig, day: u16) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE published_config SET superseded_day = ? WHERE superseded_day IS NULL")
            .bind(i64::from(day))
            .execute(&mut *write)
            .await?;
        sqlx::query(
            "INSERT INTO published_config (digest, body, signature) VALUES (?, ?, ?)
             ON CONFLICT (digest) DO UPDATE SET superseded_day = NULL",
        )
        .bind(config.digest.as_slice())
        .bind(config.body.as_slice())
        .bind(&config.signature)
        .execute(&mut *write)
        .await?;
        write.commit().await
    }

    /// Forgets configurations superseded before `day`: no batch that names them is left.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn forget_configs(&self, day: u16) -> Result<u64> {
        let mut write = self.write().await?;
        let done = sqlx::query("DELETE FROM published_config WHERE superseded_day < ?")
            .bind(i64::from(day))
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(done.rows_affected())
    }
}

fn stored(row: &sqlx::sqlite::SqliteRow) -> Result<StoredConfig> {
    Ok(StoredConfig {
        digest: bytes(row, "digest", "a configuration's digest")?,
        body: row.try_get("body")?,
        signature: row.try_get("signature")?,
    })
}
