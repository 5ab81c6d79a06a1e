//! TANs: keyed hashes, a class, an hour of expiry, what each was redeemed with, and whether it was revoked.

use sqlx::{Row, SqliteConnection};

use super::staff::{FigureOf, NewEvent, What, count, note};
use super::{Result, Store, bytes, number};

const HOURS_OF_A_DAY: u32 = 24;
/// The patients' class in the table.
const PATIENT: u8 = 1;

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
    /// It was made invalid.
    Revoked,
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

/// How a TAN stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TanState {
    /// First hour since the epoch in which it is no longer valid.
    pub expires_hour: u32,
    /// It became a permit.
    pub redeemed: bool,
    /// It was made invalid.
    pub revoked: bool,
}

impl Store {
    /// Makes TANs valid. One that is known already stays as it is: delivering a list twice changes nothing. `hour` is the
    /// one since the epoch that it is now. Returns how many were new.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn add_tans(&self, tans: &[NewTan], hour: u32) -> Result<u64> {
        let mut write = self.write().await?;
        let mut new = 0;
        for tan in tans {
            new += u64::from(add(&mut write, tan).await?);
        }
        count(&mut write, hour / HOURS_OF_A_DAY, FigureOf::Issued, new).await?;
        write.commit().await?;
        Ok(new)
    }

    /// Makes TANs valid on somebody's word, which is written down with the number of new ones, if there are any.
    /// Returns of each whether it was new, and the hour in which it ends.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn issue_tans(&self, tans: &[NewTan], hour: u32, event: NewEvent) -> Result<Vec<(bool, u32)>> {
        let mut write = self.write().await?;
        let mut outcomes = Vec::with_capacity(tans.len());
        let mut new = 0_u32;
        for tan in tans {
            if add(&mut write, tan).await? {
                new += 1;
                outcomes.push((true, tan.expires_hour));
            } else {
                let known = state(&mut write, &tan.hash).await?;
                outcomes.push((false, known.map_or(tan.expires_hour, |known| known.expires_hour)));
            }
        }
        if new > 0 {
            count(&mut write, hour / HOURS_OF_A_DAY, FigureOf::Issued, new.into()).await?;
            note(&mut write, &NewEvent { count: Some(new), ..event }).await?;
        }
        write.commit().await?;
        Ok(outcomes)
    }

    /// How a TAN stands; that somebody asked is written down.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn look_up_tan(&self, hash: &[u8; 32], event: &NewEvent) -> Result<Option<TanState>> {
        let mut write = self.write().await?;
        let found = state(&mut write, hash).await?;
        note(&mut write, event).await?;
        write.commit().await?;
        Ok(found)
    }

    /// Makes a TAN invalid, unless it was redeemed, has expired or was revoked before. Returns how it stands then.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn revoke_tan(&self, hash: &[u8; 32], hour: u32, event: &NewEvent) -> Result<Option<TanState>> {
        let mut write = self.write().await?;
        let done = sqlx::query(
            "UPDATE tan SET revoked = 1
             WHERE hash = ? AND revoked = 0 AND redeemed IS NULL AND expires_hour > ?",
        )
        .bind(hash.as_slice())
        .bind(i64::from(hour))
        .execute(&mut *write)
        .await?;
        let changed = done.rows_affected() > 0;
        if changed {
            count(&mut write, hour / HOURS_OF_A_DAY, FigureOf::Revoked, 1).await?;
        }
        let found = state(&mut write, hash).await?;
        let what = if changed { event.what } else { What::TanLookedUp };
        note(&mut write, &NewEvent { what, ..*event }).await?;
        write.commit().await?;
        Ok(found)
    }

    /// A permit of the staff's class was given to somebody who is signed in.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn record_staff_permit(&self, day: u32, event: &NewEvent) -> Result<()> {
        let mut write = self.write().await?;
        count(&mut write, day, FigureOf::StaffPermits, 1).await?;
        note(&mut write, event).await?;
        write.commit().await
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
    let row = sqlx::query("SELECT class, expires_hour, redeemed, revoked FROM tan WHERE hash = ?")
        .bind(hash.as_slice())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = row else { return Ok(Redeemed::Unknown) };
    if row.try_get::<Option<&[u8]>, _>("redeemed")?.is_some() {
        let before: [u8; 32] = bytes(&row, "redeemed", "a redeemed TAN")?;
        return Ok(if before == *digest { Redeemed::Granted } else { Redeemed::Used });
    }
    if row.try_get("revoked")? {
        return Ok(Redeemed::Revoked);
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
        .execute(&mut *connection)
        .await?;
    let permits = if *class == PATIENT { FigureOf::PatientPermits } else { FigureOf::StaffPermits };
    for of in [FigureOf::Redeemed, permits] {
        count(connection, hour / HOURS_OF_A_DAY, of, 1).await?;
    }
    Ok(Redeemed::Granted)
}

/// `true` when it was not known.
async fn add(connection: &mut SqliteConnection, tan: &NewTan) -> Result<bool> {
    let done = sqlx::query("INSERT OR IGNORE INTO tan (hash, class, expires_hour) VALUES (?, ?, ?)")
        .bind(tan.hash.as_slice())
        .bind(i64::from(tan.class))
        .bind(i64::from(tan.expires_hour))
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

async fn state(connection: &mut SqliteConnection, hash: &[u8; 32]) -> Result<Option<TanState>> {
    let row =
        sqlx::query("SELECT expires_hour, redeemed IS NOT NULL AS used, revoked FROM tan WHERE hash = ?")
            .bind(hash.as_slice())
            .fetch_optional(connection)
            .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(TanState {
        expires_hour: number(&row, "expires_hour", "a TAN's expiry")?,
        redeemed: row.try_get("used")?,
        revoked: row.try_get("revoked")?,
    }))
}
