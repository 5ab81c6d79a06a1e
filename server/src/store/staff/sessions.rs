//! Sessions of health staff.

use sqlx::Row;
use twoken_core::units::Timestamp;

use super::super::{Error, Result, Store, bytes, number};
use super::accounts::{Failure, account, count_failure, fail};
use super::{AccountId, NewEvent, PasswordBytes, StaffAccount, TokenHash, What, note, note_failure};

/// How far a session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// The password was right, the code is awaited.
    Code = 1,
    /// Signed in.
    Open = 2,
    /// Signed in, and locked until the password is given again.
    Locked = 3,
}

/// A session to be begun.
#[derive(Clone, Copy)]
pub struct NewSession {
    /// Hash of its token.
    pub token: TokenHash,
    /// Whose.
    pub account: AccountId,
    /// How far it has come.
    pub state: SessionState,
    /// Now.
    pub started: Timestamp,
}

/// A session, and whose it is.
#[derive(Clone)]
pub struct StaffSession {
    /// Whose.
    pub account: StaffAccount,
    /// How far it has come.
    pub state: SessionState,
    /// When it began.
    pub started: Timestamp,
    /// When something was last done with it.
    pub seen: Timestamp,
}

impl Store {
    /// Begins a session for whoever gave a password that is `password` still: while it was being checked, the account may have
    /// got another, been disabled, or been locked out by `lock_after` failures; then `false`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn begin_session(
        &self,
        new: &NewSession,
        password: &PasswordBytes,
        lock_after: u32,
    ) -> Result<bool> {
        let mut write = self.write().await?;
        let fits = sqlx::query(
            "SELECT 1 FROM staff_account WHERE id = ? AND password = ? AND disabled = 0 AND failures < ?",
        )
        .bind(new.account.as_slice())
        .bind(password.as_slice())
        .bind(i64::from(lock_after))
        .fetch_optional(&mut *write)
        .await?;
        if fits.is_none() {
            return Ok(false);
        }
        insert(&mut write, new).await?;
        write.commit().await?;
        Ok(true)
    }

    /// The session of a token.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn session(&self, token: &TokenHash) -> Result<Option<StaffSession>> {
        let row = sqlx::query(
            "SELECT staff_account.*, state, started, seen FROM staff_session
             JOIN staff_account ON staff_account.id = staff_session.account WHERE token = ?",
        )
        .bind(token.as_slice())
        .fetch_optional(self.read())
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(StaffSession {
            account: account(&row)?,
            state: match row.try_get::<i64, _>("state")? {
                1 => SessionState::Code,
                2 => SessionState::Open,
                3 => SessionState::Locked,
                _ => return Err(Error::Damaged("a session's state")),
            },
            started: Timestamp::new(number(&row, "started", "a session's start")?),
            seen: Timestamp::new(number(&row, "seen", "a session's time")?),
        }))
    }

    /// Something was done with a session.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn touch_session(&self, token: &TokenHash, now: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE staff_session SET seen = ? WHERE token = ?")
            .bind(i64::try_from(now.seconds()).unwrap_or(i64::MAX))
            .bind(token.as_slice())
            .execute(&mut *write)
            .await?;
        write.commit().await
    }

    /// The code of a time step was right: the session goes on under another token. `false` when a code of this step, or
    /// a later one, was taken before, or the session is gone.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn finish_sign_in(
        &self,
        before: &TokenHash,
        new: &NewSession,
        step: u64,
        event: &NewEvent,
    ) -> Result<bool> {
        let mut write = self.write().await?;
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        let taken = sqlx::query(
            "UPDATE staff_account SET totp_step = ?, failures = 0 WHERE id = ? AND totp_step < ?",
        )
        .bind(step)
        .bind(new.account.as_slice())
        .bind(step)
        .execute(&mut *write)
        .await?;
        let ended = sqlx::query("DELETE FROM staff_session WHERE token = ?")
            .bind(before.as_slice())
            .execute(&mut *write)
            .await?;
        if taken.rows_affected() == 0 || ended.rows_affected() == 0 {
            return Ok(false);
        }
        insert(&mut write, new).await?;
        note(&mut write, event).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Spends a try of a session that waits for its code, and of its account: `most` of a session, `most_of_account` in a row
    /// of an account. Returns how many of the account's are spent; `None` when none is left, and then the session ends.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn spend_try(&self, token: &TokenHash, most: u32, most_of_account: u32) -> Result<Option<u32>> {
        let mut write = self.write().await?;
        let row = sqlx::query(
            "UPDATE staff_session SET wrong = wrong + 1 WHERE token = ? AND wrong < ? AND account IN
                 (SELECT id FROM staff_account WHERE failures < ? AND disabled = 0)
             RETURNING account",
        )
        .bind(token.as_slice())
        .bind(i64::from(most))
        .bind(i64::from(most_of_account))
        .fetch_optional(&mut *write)
        .await?;
        let spent = match row {
            Some(row) => {
                let account = bytes(&row, "account", "a session's account")?;
                Some(count_failure(&mut write, Some(account)).await?)
            }
            None => {
                sqlx::query("DELETE FROM staff_session WHERE token = ?")
                    .bind(token.as_slice())
                    .execute(&mut *write)
                    .await?;
                None
            }
        };
        write.commit().await?;
        Ok(spent)
    }

    /// Writes down that a code was wrong, which was counted as the last of those that `lock` the account out or not, and ends a
    /// session that has spent `most` tries. Returns whether it goes on.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn note_wrong_code(
        &self,
        token: &TokenHash,
        most: u32,
        of: AccountId,
        at: Timestamp,
        locks: bool,
    ) -> Result<bool> {
        let mut write = self.write().await?;
        let ended = sqlx::query("DELETE FROM staff_session WHERE token = ? AND wrong >= ?")
            .bind(token.as_slice())
            .bind(i64::from(most))
            .execute(&mut *write)
            .await?;
        note_failure(&mut write, at, Some(of)).await?;
        if locks {
            note(&mut write, &NewEvent::new(at, Some(of), What::LockedOut)).await?;
        }
        write.commit().await?;
        Ok(ended.rows_affected() == 0)
    }

    /// Counts a wrong password of a session; after `most` the session ends. Returns the account's wrong ones in
    /// a row, and whether the session goes on.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn count_wrong_in_session(
        &self,
        token: &TokenHash,
        most: u32,
        failure: &Failure,
    ) -> Result<(u32, bool)> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE staff_session SET wrong = wrong + 1 WHERE token = ?")
            .bind(token.as_slice())
            .execute(&mut *write)
            .await?;
        let ended = sqlx::query("DELETE FROM staff_session WHERE token = ? AND wrong >= ?")
            .bind(token.as_slice())
            .bind(i64::from(most))
            .execute(&mut *write)
            .await?;
        let failures = fail(&mut write, failure).await?;
        write.commit().await?;
        Ok((failures, ended.rows_affected() == 0))
    }

    /// Locks a session, or unlocks it and forgets what was wrong.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn set_session_locked(
        &self,
        token: &TokenHash,
        locked: bool,
        now: Timestamp,
        event: &NewEvent,
    ) -> Result<()> {
        let state = if locked { SessionState::Locked } else { SessionState::Open };
        let mut write = self.write().await?;
        sqlx::query("UPDATE staff_session SET state = ?, seen = ?, wrong = 0 WHERE token = ?")
            .bind(state as i64)
            .bind(i64::try_from(now.seconds()).unwrap_or(i64::MAX))
            .bind(token.as_slice())
            .execute(&mut *write)
            .await?;
        note(&mut write, event).await?;
        write.commit().await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn end_session(&self, token: &TokenHash, event: Option<&NewEvent>) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("DELETE FROM staff_session WHERE token = ?")
            .bind(token.as_slice())
            .execute(&mut *write)
            .await?;
        if let Some(event) = event {
            note(&mut write, event).await?;
        }
        write.commit().await
    }

    /// Forgets sessions last used before `idle` or begun before `absolute`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn forget_sessions(&self, idle: Timestamp, absolute: Timestamp) -> Result<u64> {
        let mut write = self.write().await?;
        let done = sqlx::query("DELETE FROM staff_session WHERE seen < ? OR started < ?")
            .bind(i64::try_from(idle.seconds()).unwrap_or(i64::MAX))
            .bind(i64::try_from(absolute.seconds()).unwrap_or(i64::MAX))
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(done.rows_affected())
    }
}

async fn insert(connection: &mut sqlx::SqliteConnection, new: &NewSession) -> Result<()> {
    let started = i64::try_from(new.started.seconds()).unwrap_or(i64::MAX);
    sqlx::query(
        "INSERT INTO staff_session (token, account, state, started, seen, wrong) VALUES (?, ?, ?, ?, ?, 0)",
    )
    .bind(new.token.as_slice())
    .bind(new.account.as_slice())
    .bind(new.state as i64)
    .bind(started)
    .bind(started)
    .execute(connection)
    .await?;
    Ok(())
}
