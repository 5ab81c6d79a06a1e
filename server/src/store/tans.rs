//! TANs: keyed hashes, a class, an hour of expiry, what each was redeemed with, and whether it was revoked.

use sqlx::{Row, SqliteConnection};
use twoken_core::units::Timestamp;

use super::staff::{AccountId, FigureOf, NewEvent, What, count, done_since, note};
use super::{Error, Result, Store, bytes, number};

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

/// TANs to be made valid on somebody's word.
#[derive(Clone, Copy, Debug)]
pub struct Issue<'a> {
    /// Which.
    pub tans: &'a [NewTan],
    /// By whom.
    pub by: AccountId,
    /// Now.
    pub now: Timestamp,
    /// Most that one account may make valid on a day (UTC).
    pub most_of_day: u32,
}

/// What became of one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssuedTan {
    /// It was not known before.
    pub new: bool,
    /// How it stands now.
    pub state: TanState,
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

    /// Makes TANs valid on somebody's word. Written down are the number of new ones, and, as looked up, that of known ones,
    /// whose state is told. Returns what became of each; `None`, and nothing is changed, when the account would have made more
    /// than its most of a day.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn issue_tans(&self, issue: Issue<'_>) -> Result<Option<Vec<IssuedTan>>> {
        let Issue { tans, by, now, most_of_day } = issue;
        let mut write = self.write().await?;
        let before = done_since(&mut write, by, What::TansIssued, now.day().start()).await?;
        let mut outcomes = Vec::with_capacity(tans.len());
        for tan in tans {
            let new = add(&mut write, tan).await?;
            let state = state(&mut write, &tan.hash).await?.ok_or(Error::Damaged("a TAN"))?;
            outcomes.push(IssuedTan { new, state });
        }
        let new = outcomes.iter().filter(|one| one.new).count() as u32;
        if new > 0 && before.saturating_add(new) > most_of_day {
            return Ok(None);
        }
        count(&mut write, now.day().get().into(), FigureOf::Issued, new.into()).await?;
        let known = outcomes.len() as u32 - new;
        for (what, count) in [(What::TansIssued, new), (What::TanLookedUp, known)] {
            if count > 0 {
                note(&mut write, &NewEvent { count: Some(count), ..NewEvent::new(now, Some(by), what) })
                    .await?;
            }
        }
        write.commit().await?;
        Ok(Some(outcomes))
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

    /// A permit of the staff's class is given to somebody who is signed in. `false`, and nothing is written down, when that
    /// would be more than `most_of_day` on this day (UTC).
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn record_staff_permit(&self, by: AccountId, now: Timestamp, most_of_day: u32) -> Result<bool> {
        let mut write = self.write().await?;
        if done_since(&mut write, by, What::PermitGiven, now.day().start()).await? >= most_of_day {
            return Ok(false);
        }
        count(&mut write, now.day().get().into(), FigureOf::StaffPermits, 1).await?;
        note(&mut write, &NewEvent::new(now, Some(by), What::PermitGiven)).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Redeems a TAN. The same digest is granted again, also after the expiry: the answer may have been lost on its
    /// way.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`], [`super::Error::Stopped`].
    pub async fn redeem_tan(&self, redemption: Redemption) -> Result<Redeemed> {
        self.writer.redeem(redemption, false).await
    }

    /// Does for a decoy what [`Store::redeem_tan`] does, as if somebody had that TAN, and nothing of it stays.
    ///
    /// # Errors
    /// As [`Store::redeem_tan`].
    pub async fn redeem_nothing(&self, redemption: Redemption) -> Result<Redeemed> {
        self.writer.redeem(redemption, true).await
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
pub(super) async fn add(connection: &mut SqliteConnection, tan: &NewTan) -> Result<bool> {
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
