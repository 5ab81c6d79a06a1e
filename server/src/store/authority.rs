//! The authority's API keys, by their hashes: two at most, so that one can take over from the other.

use sqlx::Row;
use twoken_core::units::Timestamp;

use super::staff::{NewEvent, What, note};
use super::{Result, Store, bytes, number};

/// Most keys at once.
const MOST: i64 = 2;

/// A key that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityKey {
    /// What the operator calls it.
    pub name: String,
    /// SHA-256 of its text.
    pub hash: [u8; 32],
    /// The day on which it was added.
    pub added_day: u16,
}

/// What came of adding keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddedKey {
    /// They hold.
    Added,
    /// One has such a name already.
    NameTaken,
    /// There would be more than two.
    TooMany,
}

impl Store {
    /// The keys that hold, by name.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn authority_keys(&self) -> Result<Vec<AuthorityKey>> {
        let rows = sqlx::query("SELECT name, hash, added_day FROM authority_key ORDER BY name")
            .fetch_all(self.read())
            .await?;
        let key = |row: &sqlx::sqlite::SqliteRow| {
            Ok(AuthorityKey {
                name: row.try_get("name")?,
                hash: bytes(row, "hash", "an API key")?,
                added_day: number(row, "added_day", "an API key's day")?,
            })
        };
        rows.iter().map(key).collect()
    }

    /// Adds keys, all or none. That the operator did is written down, once.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn add_authority_keys(&self, keys: &[AuthorityKey], now: Timestamp) -> Result<AddedKey> {
        let mut write = self.write().await?;
        for key in keys {
            let done = sqlx::query(
                "INSERT INTO authority_key (name, hash, added_day) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            )
            .bind(&key.name)
            .bind(key.hash.as_slice())
            .bind(i64::from(key.added_day))
            .execute(&mut *write)
            .await?;
            if done.rows_affected() == 0 {
                return Ok(AddedKey::NameTaken);
            }
        }
        let row = sqlx::query("SELECT count(*) FROM authority_key").fetch_one(&mut *write).await?;
        if row.try_get::<i64, _>(0)? > MOST {
            return Ok(AddedKey::TooMany);
        }
        note(&mut write, &NewEvent::new(now, None, What::KeyAdded)).await?;
        write.commit().await?;
        Ok(AddedKey::Added)
    }

    /// Revokes a key, unless it is the last one; that is written down. Returns whether it is gone.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn remove_authority_key(&self, name: &str, now: Timestamp) -> Result<bool> {
        let mut write = self.write().await?;
        let done = sqlx::query(
            "DELETE FROM authority_key WHERE name = ? AND (SELECT count(*) FROM authority_key) > 1",
        )
        .bind(name)
        .execute(&mut *write)
        .await?;
        let gone = done.rows_affected() > 0;
        if gone {
            note(&mut write, &NewEvent::new(now, None, What::KeyRevoked)).await?;
        }
        write.commit().await?;
        Ok(gone)
    }
}
