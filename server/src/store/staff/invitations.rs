//! Invitations to make an account.

use sqlx::Row;
use twoken_core::units::Timestamp;

use super::super::{Result, Store, bytes, number};
use super::accounts::{self, NewAccount};
use super::{AccountId, NewEvent, PasswordBytes, TokenHash, note};

/// An invitation to be made.
#[derive(Clone, Copy)]
pub struct NewInvitation {
    /// Hash of its token.
    pub token: TokenHash,
    /// The account that comes of it.
    pub account: AccountId,
    /// 1 to 3.
    pub role: u8,
    /// From when on it is void.
    pub expires: Timestamp,
}

/// An invitation, and what was entered so far.
pub struct OpenInvitation {
    /// The account that comes of it.
    pub account: AccountId,
    /// 1 to 3.
    pub role: u8,
    /// From when on it is void, in seconds since the epoch.
    pub expires: u64,
    /// What was entered.
    pub enrolment: Option<Enrolment>,
}

/// What an invited person has entered.
pub struct Enrolment {
    /// As people read it.
    pub name: String,
    /// The same without case.
    pub name_key: String,
    /// The password's hash.
    pub password: PasswordBytes,
    /// What the second factor is derived with.
    pub totp_salt: [u8; 16],
}

/// What came of confirming an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// There is an account now.
    Done,
    /// The invitation is gone.
    Gone,
    /// Somebody took the name meanwhile.
    NameTaken,
}

impl Store {
    /// Invites somebody.
    ///
    /// # Errors
    /// [`super::super::Error::Database`].
    pub async fn add_invitation(&self, new: &NewInvitation, event: &NewEvent) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("INSERT INTO staff_invitation (token, account, role, expires) VALUES (?, ?, ?, ?)")
            .bind(new.token.as_slice())
            .bind(new.account.as_slice())
            .bind(i64::from(new.role))
            .bind(i64::try_from(new.expires.seconds()).unwrap_or(i64::MAX))
            .execute(&mut *write)
            .await?;
        note(&mut write, event).await?;
        write.commit().await
    }

    /// The invitation of a token that is not void at `now`.
    ///
    /// # Errors
    /// [`super::super::Error::Database`], [`super::super::Error::Damaged`].
    pub async fn invitation(&self, token: &TokenHash, now: Timestamp) -> Result<Option<OpenInvitation>> {
        let row = sqlx::query("SELECT * FROM staff_invitation WHERE token = ? AND expires > ?")
            .bind(token.as_slice())
            .bind(i64::try_from(now.seconds()).unwrap_or(i64::MAX))
            .fetch_optional(self.read())
            .await?;
        row.as_ref().map(open).transpose()
    }

    /// All invitations that are not void at `now`, the first to be first.
    ///
    /// # Errors
    /// [`super::super::Error::Database`], [`super::super::Error::Damaged`].
    pub async fn invitations(&self, now: Timestamp) -> Result<Vec<OpenInvitation>> {
        let rows = sqlx::query("SELECT * FROM staff_invitation WHERE expires > ? ORDER BY expires, token")
            .bind(i64::try_from(now.seconds()).unwrap_or(i64::MAX))
            .fetch_all(self.read())
            .await?;
        rows.iter().map(open).collect()
    }

    /// Keeps what was entered with an invitation, in place of what was entered before.
    ///
    /// # Errors
    /// [`super::super::Error::Database`].
    pub async fn enrol(&self, token: &TokenHash, entered: &Enrolment) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query(
            "UPDATE staff_invitation SET name = ?, name_key = ?, password = ?, totp_salt = ? WHERE token = ?",
        )
        .bind(&entered.name)
        .bind(&entered.name_key)
        .bind(entered.password.as_slice())
        .bind(entered.totp_salt.as_slice())
        .bind(token.as_slice())
        .execute(&mut *write)
        .await?;
        write.commit().await
    }

    /// Makes the account of an invitation, which is gone then.
    ///
    /// # Errors
    /// [`super::super::Error::Database`].
    pub async fn confirm_invitation(
        &self,
        token: &TokenHash,
        account: &NewAccount,
        event: &NewEvent,
    ) -> Result<Confirmed> {
        let mut write = self.write().await?;
        // Only what was confirmed: another enrolment may have come meanwhile.
        let done = sqlx::query("DELETE FROM staff_invitation WHERE token = ? AND totp_salt = ?")
            .bind(token.as_slice())
            .bind(account.totp_salt.as_slice())
            .execute(&mut *write)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(Confirmed::Gone);
        }
        if !accounts::insert(&mut write, account).await? {
            return Ok(Confirmed::NameTaken);
        }
        note(&mut write, event).await?;
        write.commit().await?;
        Ok(Confirmed::Done)
    }

    /// Forgets invitations that are void at `now`.
    ///
    /// # Errors
    /// [`super::super::Error::Database`].
    pub async fn forget_invitations(&self, now: Timestamp) -> Result<u64> {
        let mut write = self.write().await?;
        let done = sqlx::query("DELETE FROM staff_invitation WHERE expires <= ?")
            .bind(i64::try_from(now.seconds()).unwrap_or(i64::MAX))
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(done.rows_affected())
    }
}

fn open(row: &sqlx::sqlite::SqliteRow) -> Result<OpenInvitation> {
    let name: Option<String> = row.try_get("name")?;
    let enrolment = name.map(|name| {
        Ok::<_, super::super::Error>(Enrolment {
            name,
            name_key: row.try_get("name_key")?,
            password: bytes(row, "password", "an invitation's password")?,
            totp_salt: bytes(row, "totp_salt", "an invitation's second factor")?,
        })
    });
    Ok(OpenInvitation {
        account: bytes(row, "account", "an invitation's account")?,
        role: number(row, "role", "an invitation's role")?,
        expires: number(row, "expires", "an invitation's end")?,
        enrolment: enrolment.transpose()?,
    })
}
