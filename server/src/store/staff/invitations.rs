//! Invitations to make an account.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use twoken_core::units::Timestamp;

use super::super::{Result, Store, bytes, number};
use super::accounts::{self, ADMINISTRATOR, NewAccount};
use super::{AccountId, NewEvent, PasswordBytes, TokenHash, What, note};

/// An invitation to be made.
#[derive(Clone, Copy)]
pub struct NewInvitation {
    /// Hash of its token.
    pub token: TokenHash,
    /// Who invites.
    pub inviter: AccountId,
    /// The account that comes of it.
    pub account: AccountId,
    /// 1 to 3.
    pub role: u8,
    /// From when on it is void.
    pub expires: Timestamp,
}

/// An invitation, and what was entered so far.
pub struct OpenInvitation {
    /// Who invited.
    pub inviter: AccountId,
    /// The same, as people read it.
    pub inviter_name: String,
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
        sqlx::query(
            "INSERT INTO staff_invitation (token, inviter, account, role, expires) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(new.token.as_slice())
        .bind(new.inviter.as_slice())
        .bind(new.account.as_slice())
        .bind(i64::from(new.role))
        .bind(i64::try_from(new.expires.seconds()).unwrap_or(i64::MAX))
        .execute(&mut *write)
        .await?;
        note(&mut write, event).await?;
        write.commit().await
    }

    /// The invitation of a token that is not void at `now`, and whose inviter may invite still.
    ///
    /// # Errors
    /// [`super::super::Error::Database`], [`super::super::Error::Damaged`].
    pub async fn invitation(&self, token: &TokenHash, now: Timestamp) -> Result<Option<OpenInvitation>> {
        let row = sqlx::query(
            "SELECT staff_invitation.*, staff_account.name AS inviter_name FROM staff_invitation
             JOIN staff_account ON id = inviter AND staff_account.role = ? AND disabled = 0
             WHERE token = ? AND expires > ?",
        )
        .bind(ADMINISTRATOR)
        .bind(token.as_slice())
        .bind(i64::try_from(now.seconds()).unwrap_or(i64::MAX))
        .fetch_optional(self.read())
        .await?;
        row.as_ref().map(open).transpose()
    }

    /// All invitations that are not void at `now`, and whose inviters may invite still, the first to be void first.
    ///
    /// # Errors
    /// [`super::super::Error::Database`], [`super::super::Error::Damaged`].
    pub async fn invitations(&self, now: Timestamp) -> Result<Vec<OpenInvitation>> {
        let rows = sqlx::query(
            "SELECT staff_invitation.*, staff_account.name AS inviter_name FROM staff_invitation
             JOIN staff_account ON id = inviter AND staff_account.role = ? AND disabled = 0
             WHERE expires > ? ORDER BY expires, account",
        )
        .bind(ADMINISTRATOR)
        .bind(i64::try_from(now.seconds()).unwrap_or(i64::MAX))
        .fetch_all(self.read())
        .await?;
        rows.iter().map(open).collect()
    }

    /// Keeps what was entered with an invitation, in place of what was entered before. `false` when the invitation is gone.
    ///
    /// # Errors
    /// [`super::super::Error::Database`].
    pub async fn enrol(&self, token: &TokenHash, entered: &Enrolment) -> Result<bool> {
        let mut write = self.write().await?;
        let done = sqlx::query(
            "UPDATE staff_invitation SET name = ?, name_key = ?, password = ?, totp_salt = ? WHERE token = ?",
        )
        .bind(&entered.name)
        .bind(&entered.name_key)
        .bind(entered.password.as_slice())
        .bind(entered.totp_salt.as_slice())
        .bind(token.as_slice())
        .execute(&mut *write)
        .await?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Withdraws the invitation of an account that is to come, which is written down with its role and inviter. `false` when
    /// there is none.
    ///
    /// # Errors
    /// [`super::super::Error::Database`], [`super::super::Error::Damaged`].
    pub async fn withdraw_invitation(
        &self,
        account: AccountId,
        now: Timestamp,
        by: Option<AccountId>,
    ) -> Result<bool> {
        let mut write = self.write().await?;
        let row = sqlx::query(
            "DELETE FROM staff_invitation WHERE account = ? AND expires > ? RETURNING inviter, role",
        )
        .bind(account.as_slice())
        .bind(i64::try_from(now.seconds()).unwrap_or(i64::MAX))
        .fetch_optional(&mut *write)
        .await?;
        let Some(row) = row else { return Ok(false) };
        note(&mut write, &withdrawn(&row, now, by)?).await?;
        write.commit().await?;
        Ok(true)
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
        // Only what was confirmed: another enrolment may have come meanwhile, and whoever withdraws deletes it.
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

/// Withdraws what somebody has invited who may not any more, inside the transaction that takes the right away.
pub(super) async fn withdraw_all(
    connection: &mut SqliteConnection,
    inviter: AccountId,
    now: Timestamp,
    by: Option<AccountId>,
) -> Result<()> {
    let rows = sqlx::query(
        "DELETE FROM staff_invitation WHERE inviter = ? AND inviter NOT IN
             (SELECT id FROM staff_account WHERE role = ? AND disabled = 0)
         RETURNING inviter, role",
    )
    .bind(inviter.as_slice())
    .bind(ADMINISTRATOR)
    .fetch_all(&mut *connection)
    .await?;
    for row in &rows {
        note(connection, &withdrawn(row, now, by)?).await?;
    }
    Ok(())
}

fn withdrawn(row: &SqliteRow, now: Timestamp, by: Option<AccountId>) -> Result<NewEvent> {
    Ok(NewEvent {
        subject: Some(bytes(row, "inviter", "an invitation's inviter")?),
        role: Some(number(row, "role", "an invitation's role")?),
        ..NewEvent::new(now, by, What::InvitationWithdrawn)
    })
}

fn open(row: &SqliteRow) -> Result<OpenInvitation> {
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
        inviter: bytes(row, "inviter", "an invitation's inviter")?,
        inviter_name: row.try_get("inviter_name")?,
        account: bytes(row, "account", "an invitation's account")?,
        role: number(row, "role", "an invitation's role")?,
        expires: number(row, "expires", "an invitation's end")?,
        enrolment: enrolment.transpose()?,
    })
}
