//! TANs: keyed hashes, a class, an hour of expiry, and what each was redeemed with.

use sqlx::{Row, SqliteConnection};

use super::{Result, Store, bytes, number};

/// A TAN to be made valid.
#[derive(Clone, Copy, Debug)]
pub struct NewTan {
    /// `HMAC(TAN key, label ‖ symbols)`.
    pub hash: [u8; 32],
    /// Class of the permit it yields.
    pub class: u8,
    /// First hour since the epoch in which it is no longer valid.
    pub expires_hour: u32,
}

/// What became of redeeming a TAN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// It was valid and is now used; or it was used with the same digest before.
    Granted,
    /// No such TAN.
    Unknown,
    /// Its hour has passed.
    Expired,
    /// It was redeemed with something else.
    Used,
    /// It is of another class than was asked for.
    OtherClass,
}

/// A TAN on its way to a permit.
#[derive(Clone, Copy, Debug)]
pub struct Redemption {
    /// `HMAC(TAN key, label ‖ symbols)`.
    pub hash: [u8; 32],
    /// Class of the permit that was asked for.
    pub class: u8,
    /// The hour since the epoch that it is now.
    pub hour: u32,
    /// Digest of everything the answer depends on.
    pub digest: [u8; 32],
}

impl Store {
    /// Makes TANs valid. One that is known already stays as it is: delivering a list twice changes nothing.
    /// Returns how many were new.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn add_tans(&self, tans: &[NewTan]) -> Result<u64> {
        let mut write = self.write().await?;
        let mut new = 0;
        for tan in tans {
            let done = sqlx::query("INSERT OR IGNORE INTO tan (hash, class, expires_hour) VALUES (?, ?, ?)")
                .bind(tan.hash.as_slice())
                .bind(i64::from(tan.class))
                .bind(i64::from(tan.expires_hour))
                .execute(&mut *write)
                .await?;
            new += done.rows_affected();
        }
        write.commit().await?;
        Ok(new)
    }

    /// Redeems a TAN. The same digest is granted again, also after the expiry: the answer may have been lost on its
    /// way.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`], [`super::Error::Stopped`].
    pub async fn redeem_tan(&self, redemption: Redemption) -> Result<Redeemed> {
        self.writer.redeem(redemption).await
    }

    /// Forgets TANs that expired before `hour`.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn forget_tans(&self, hour: u32) -> Result<u64> {
        let mut write = self.write().await?;
        let done = sqlx::query("DELETE FROM tan WHERE expires_hour < ?")
            .bind(i64::from(hour))
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(done.rows_affected())
    }
}

/// Redeems a TAN inside a transaction.
pub(super) async fn redeem(connection: &mut SqliteConnection, redemption: &Redemption) -> Result<Redeemed> {
    let Redemption { hash, class, hour, digest } = redemption;
    let row = sqlx::query("SELECT class, expires_hour, redeemed FROM tan WHERE hash = ?")
        .bind(hash.as_slice())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = row else { return Ok(Redeemed::Unknown) };
    if row.try_get::<Option<&[u8]>, _>("redeemed")?.is_some() {
        let before: [u8; 32] = bytes(&row, "redeemed", "a redeemed TAN")?;
        return Ok(if before == *digest { Redeemed::Granted } else { Redeemed::Used });
    }
    if *hour >= number::<u32>(&row, "expires_hour", "a TAN's expiry")? {
        return Ok(Redeemed::Expired);
    }
    if *class != number::<u8>(&row, "class", "a TAN's class")? {
        return Ok(Redeemed::OtherClass);
    }
    sqlx::query("UPDATE tan SET redeemed = ? WHERE hash = ?")
        .bind(digest.as_slice())
        .bind(hash.as_slice())
        .execute(connection)
        .await?;
    Ok(Redeemed::Granted)
}
