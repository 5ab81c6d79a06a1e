//! Accounts of health staff.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use twoken_core::units::Timestamp;

use super::super::{Result, Store, bytes, number};
use super::invitations::withdraw_all;
use super::{AccountId, NewEvent, PasswordBytes, TokenHash, What, note, note_failure};

/// The highest role, whose last holder stays.
pub(super) const ADMINISTRATOR: i64 = 3;

/// An account as it stands.
#[derive(Clone)]
pub struct StaffAccount {
    /// Its name in addresses.
    pub id: AccountId,
    /// As its owner wrote it.
    pub name: String,
    /// 1 clinician, 2 supervisor, 3 administrator.
    pub role: u8,
    /// The password's hash.
    pub password: PasswordBytes,
    /// The password was given by the operator and must be changed.
    pub must_change: bool,
    /// What the second factor is derived with.
    pub totp_salt: [u8; 16],
    /// The last time step whose code was taken.
    pub totp_step: u64,
    /// Wrong passwords and codes in a row.
    pub failures: u32,
    /// May not sign in.
    pub disabled: bool,
}

/// An account to be made.
pub struct NewAccount {
    /// Random.
    pub id: AccountId,
    /// As people read it.
    pub name: String,
    /// The same without case; unique.
    pub name_key: String,
    /// 1 to 3.
    pub role: u8,
    /// The password's hash.
    pub password: PasswordBytes,
    /// Whether it must be changed at the first sign-in.
    pub must_change: bool,
    /// What the second factor is derived with.
    pub totp_salt: [u8; 16],
    /// The time step of the code that confirmed it; 0 for none.
    pub totp_step: u64,
}

/// A new password.
pub struct PasswordChange {
    /// Whose.
    pub id: AccountId,
    /// Its hash.
    pub password: PasswordBytes,
    /// Whether it must be changed at the next sign-in.
    pub must_change: bool,
    /// The one session that goes on; all others of the account end.
    pub keep: Option<TokenHash>,
}

/// A sign-in that failed.
#[derive(Clone, Copy, Debug)]
pub struct Failure {
    /// Now.
    pub at: Timestamp,
    /// Of which account; none where nobody has the name.
    pub of: Option<AccountId>,
    /// Whether it counts against the account: not where it could not sign in anyway.
    pub counts: bool,
    /// So many in a row lock the account out.
    pub lock_after: u32,
}

/// What is to become of an account; what is absent stays.
#[derive(Clone, Copy, Debug)]
pub struct AccountChange {
    /// Another role.
    pub role: Option<u8>,
    /// Whether it may sign in.
    pub disabled: Option<bool>,
    /// Forget wrong passwords and codes.
    pub unlock: bool,
}

/// What became of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is as asked.
    Done,
    /// There is none.
    Unknown,
    /// Nobody could manage accounts any more.
    LastAdministrator,
}

impl Store {
    /// The account of a name without case.
    ///
    /// # Errors
    /// [`super::super::Error::Database`], [`super::super::Error::Damaged`].
    pub async fn staff_account_named(&self, name_key: &str) -> Result<Option<StaffAccount>> {
        let row = sqlx::query("SELECT * FROM staff_account WHERE name_key = ?")
            .bind(name_key)
            .fetch_optional(self.read())
            .await?;
        row.as_ref().map(account).transpose()
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// [`super::super::Error::Database`], [`super::super::Error::Damaged`].
    pub async fn staff_accounts(&self) -> Result<Vec<StaffAccount>> {
        let rows =
            sqlx::query("SELECT * FROM staff_account ORDER BY name_key").fetch_all(self.read()).await?;
        rows.iter().map(account).collect()
    }

    /// Makes an account; `false` when the name is taken.
    ///
    /// # Errors
    /// [`super::super::Error::Database`].
    pub async fn add_staff_account(&self, new: &NewAccount, event: &NewEvent) -> Result<bool> {
        let mut write = self.write().await?;
        if !insert(&mut write, new).await? {
            return Ok(false);
        }
        note(&mut write, event).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Writes down that a sign-in failed, and counts it where it `counts`; the one that makes `lock_after` in a row is written
    /// down as the lock-out, too. Whoever it was, it is one write. Returns the account's wrong ones in a row.
    ///
    /// # Errors
    /// [`super::super::Error::Database`], [`super::super::Error::Damaged`].
    pub async fn count_wrong_password(&self, failure: &Failure) -> Result<u32> {
        let mut write = self.write().await?;
        let failures = fail(&mut write, failure).await?;
        write.commit().await?;
        Ok(failures)
    }

    /// Sets a password and ends the account's sessions but one.
    ///
    /// # Errors
    /// [`super::super::Error::Database`].
    pub async fn set_staff_password(&self, change: &PasswordChange, event: &NewEvent) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE staff_account SET password = ?, must_change = ?, failures = 0 WHERE id = ?")
            .bind(change.password.as_slice())
            .bind(change.must_change)
            .bind(change.id.as_slice())
            .execute(&mut *write)
            .await?;
        end_all(&mut write, change.id, change.keep).await?;
        note(&mut write, event).await?;
        write.commit().await
    }

    /// Gives an account another second factor and ends its sessions.
    ///
    /// # Errors
    /// [`super::super::Error::Database`].
    pub async fn set_staff_second_factor(
        &self,
        id: AccountId,
        salt: [u8; 16],
        event: &NewEvent,
    ) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE staff_account SET totp_salt = ?, failures = 0 WHERE id = ?")
            .bind(salt.as_slice())
            .bind(id.as_slice())
            .execute(&mut *write)
            .await?;
        end_all(&mut write, id, None).await?;
        note(&mut write, event).await?;
        write.commit().await
    }

    /// Changes an account. Another role, or none, ends its sessions; whoever may not invite any more has invited nobody.
    ///
    /// # Errors
    /// [`super::super::Error::Database`], [`super::super::Error::Damaged`].
    pub async fn change_staff_account(
        &self,
        id: AccountId,
        change: AccountChange,
        events: &[NewEvent],
        now: Timestamp,
        by: Option<AccountId>,
    ) -> Result<Changed> {
        let mut write = self.write().await?;
        let done = sqlx::query(
            "UPDATE staff_account SET role = coalesce(?, role), disabled = coalesce(?, disabled),
                 failures = CASE WHEN ? THEN 0 ELSE failures END
             WHERE id = ?",
        )
        .bind(change.role.map(i64::from))
        .bind(change.disabled)
        .bind(change.unlock)
        .bind(id.as_slice())
        .execute(&mut *write)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(Changed::Unknown);
        }
        let administrators =
            sqlx::query("SELECT count(*) FROM staff_account WHERE role = ? AND disabled = 0")
                .bind(ADMINISTRATOR)
                .fetch_one(&mut *write)
                .await?;
        let loses = change.role.is_some() || change.disabled == Some(true);
        if loses && administrators.try_get::<i64, _>(0)? == 0 {
            return Ok(Changed::LastAdministrator);
        }
        if loses {
            end_all(&mut write, id, None).await?;
        }
        for event in events {
            note(&mut write, event).await?;
        }
        withdraw_all(&mut write, id, now, by).await?;
        write.commit().await?;
        Ok(Changed::Done)
    }
}

/// Counts a failure, writes it down, and what it leads to.
pub(super) async fn fail(connection: &mut SqliteConnection, failure: &Failure) -> Result<u32> {
    let Failure { at, of, counts, lock_after } = *failure;
    let failures = count_failure(connection, of.filter(|_| counts)).await?;
    note_failure(connection, at, of).await?;
    if failures == lock_after {
        note(connection, &NewEvent::new(at, of, What::LockedOut)).await?;
    }
    Ok(failures)
}

/// One more wrong password or code in a row.
pub(super) async fn count_failure(connection: &mut SqliteConnection, id: Option<AccountId>) -> Result<u32> {
    let row = sqlx::query("UPDATE staff_account SET failures = failures + 1 WHERE id = ? RETURNING failures")
        .bind(id.as_ref().map(<[u8; 16]>::as_slice))
        .fetch_optional(connection)
        .await?;
    row.map_or(Ok(0), |row| number(&row, "failures", "an account's failures"))
}

/// `false` when the name is taken.
pub(super) async fn insert(connection: &mut SqliteConnection, new: &NewAccount) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO staff_account
             (id, name, name_key, role, password, must_change, totp_salt, totp_step, failures, disabled)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0) ON CONFLICT (name_key) DO NOTHING",
    )
    .bind(new.id.as_slice())
    .bind(&new.name)
    .bind(&new.name_key)
    .bind(i64::from(new.role))
    .bind(new.password.as_slice())
    .bind(new.must_change)
    .bind(new.totp_salt.as_slice())
    .bind(i64::try_from(new.totp_step).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn end_all(connection: &mut SqliteConnection, id: AccountId, keep: Option<TokenHash>) -> Result<()> {
    sqlx::query("DELETE FROM staff_session WHERE account = ? AND token IS NOT ?")
        .bind(id.as_slice())
        .bind(keep.as_ref().map(<[u8; 32]>::as_slice))
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) fn account(row: &SqliteRow) -> Result<StaffAccount> {
    Ok(StaffAccount {
        id: bytes(row, "id", "an account's id")?,
        name: row.try_get("name")?,
        role: number(row, "role", "an account's role")?,
        password: bytes(row, "password", "an account's password")?,
        must_change: row.try_get("must_change")?,
        totp_salt: bytes(row, "totp_salt", "an account's second factor")?,
        totp_step: number(row, "totp_step", "an account's second factor")?,
        failures: number(row, "failures", "an account's failures")?,
        disabled: row.try_get("disabled")?,
    })
}
