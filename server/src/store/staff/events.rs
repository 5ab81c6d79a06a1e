//! Who did what when: written with what was done, in the same transaction.

use sqlx::{Row, SqliteConnection};
use twoken_core::units::Timestamp;

use super::super::{Error, Result, Store, number};
use super::{AccountId, FigureOf, count};

/// Failed sign-ins of one account within so many seconds are one event.
const FAILURES_SECONDS: u64 = 3600;

macro_rules! whats {
    ($($(#[$doc:meta])* $variant:ident = $word:literal;)+) => {
        /// What was done. There is nothing here for uploads, and there is to be nothing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum What {
            $($(#[$doc])* $variant,)+
        }

        impl What {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As it is stored and told.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

whats! {
    /// Password and code were right.
    SignedIn = "signed-in";
    /// Wrong passwords or codes, or an account that may not sign in; so many within an hour.
    SignInFailed = "sign-in-failed";
    /// Too many wrong ones in a row: nobody signs in to the account until that is lifted.
    LockedOut = "locked-out";
    /// The session was ended by its owner.
    SignedOut = "signed-out";
    /// The session was locked.
    Locked = "locked";
    /// The password was given again.
    Unlocked = "unlocked";
    /// The owner changed the password.
    PasswordChanged = "password-changed";
    /// Somebody may make an account of this role.
    Invited = "invited";
    /// An invitation was made void before anybody used it; its inviter may have lost the right to invite.
    InvitationWithdrawn = "invitation-withdrawn";
    /// An account came of an invitation.
    Joined = "joined";
    /// The operator made an account.
    Added = "added";
    /// The account has another role.
    RoleChanged = "role-changed";
    /// The account may not sign in.
    Disabled = "disabled";
    /// The account may sign in again.
    Enabled = "enabled";
    /// Wrong passwords and codes were forgotten.
    LockLifted = "lock-lifted";
    /// The operator gave a new password.
    PasswordReset = "password-reset";
    /// The operator gave a new second factor.
    CodesReset = "codes-reset";
    /// So many TANs were made valid.
    TansIssued = "tans-issued";
    /// The state of a TAN was asked for.
    TanLookedUp = "tan-looked-up";
    /// A TAN was made invalid.
    TanRevoked = "tan-revoked";
    /// A permit of the staff's class was given.
    PermitGiven = "permit-given";
    /// The operator made an API key of the authority.
    KeyAdded = "key-added";
    /// The operator revoked one.
    KeyRevoked = "key-revoked";
}

/// Something that was done now.
#[derive(Clone, Copy, Debug)]
pub struct NewEvent {
    /// When.
    pub at: Timestamp,
    /// By whom; none for the operator.
    pub actor: Option<AccountId>,
    /// What.
    pub what: What,
    /// To whom, where that is somebody else.
    pub subject: Option<AccountId>,
    /// Which role was given.
    pub role: Option<u8>,
    /// How many TANs, or sign-ins that failed.
    pub count: Option<u32>,
}

impl NewEvent {
    /// Something without particulars.
    #[must_use]
    pub const fn new(at: Timestamp, actor: Option<AccountId>, what: What) -> Self {
        Self { at, actor, what, subject: None, role: None, count: None }
    }
}

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number: later ones are higher.
    pub number: i64,
    /// When, in seconds since the epoch.
    pub at: u64,
    /// By whom.
    pub actor: Option<String>,
    /// What.
    pub what: What,
    /// To whom.
    pub subject: Option<String>,
    /// Which role was given.
    pub role: Option<u8>,
    /// How many TANs, or sign-ins that failed.
    pub count: Option<u32>,
}

impl Store {
    /// The latest events before number `before`, the latest first.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn staff_events(&self, before: Option<i64>, limit: u16) -> Result<Vec<Event>> {
        let rows = sqlx::query(
            "SELECT number, at, actor.name AS actor, what, subject.name AS subject, staff_event.role AS role, count
             FROM staff_event
             LEFT JOIN staff_account AS actor ON actor.id = actor
             LEFT JOIN staff_account AS subject ON subject.id = subject
             WHERE number < ? ORDER BY number DESC LIMIT ?",
        )
        .bind(before.unwrap_or(i64::MAX))
        .bind(i64::from(limit))
        .fetch_all(self.read())
        .await?;
        rows.iter().map(event).collect()
    }

    /// Forgets events before `oldest`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn forget_staff_events(&self, oldest: Timestamp) -> Result<u64> {
        let mut write = self.write().await?;
        let done = sqlx::query("DELETE FROM staff_event WHERE at < ?")
            .bind(i64::try_from(oldest.seconds()).unwrap_or(i64::MAX))
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(done.rows_affected())
    }
}

/// How often somebody has done something since then, or of how many TANs, as it was written down.
pub(in crate::store) async fn done_since(
    connection: &mut SqliteConnection,
    by: AccountId,
    what: What,
    since: Timestamp,
) -> Result<u32> {
    let row = sqlx::query(
        "SELECT coalesce(sum(coalesce(count, 1)), 0) AS done FROM staff_event
         WHERE actor = ? AND what = ? AND at >= ?",
    )
    .bind(by.as_slice())
    .bind(what.word())
    .bind(i64::try_from(since.seconds()).unwrap_or(i64::MAX))
    .fetch_one(connection)
    .await?;
    number(&row, "done", "a number of events")
}

/// Writes down that a sign-in failed, inside a transaction: of an account one line an hour, with how often; of a name that
/// nobody has in the sum of the day alone. So strangers cannot bury what staff did, and both are one write.
pub(in crate::store) async fn note_failure(
    connection: &mut SqliteConnection,
    at: Timestamp,
    of: Option<AccountId>,
) -> Result<()> {
    let Some(account) = of else {
        return count(connection, at.day().get().into(), FigureOf::UnknownNames, 1).await;
    };
    let done = sqlx::query(
        "UPDATE staff_event SET count = coalesce(count, 1) + 1 WHERE number =
             (SELECT number FROM staff_event WHERE actor = ? AND what = ? AND at > ? ORDER BY at DESC LIMIT 1)",
    )
    .bind(account.as_slice())
    .bind(What::SignInFailed.word())
    .bind(i64::try_from(at.minus(FAILURES_SECONDS).seconds()).unwrap_or(i64::MAX))
    .execute(&mut *connection)
    .await?;
    if done.rows_affected() == 0 {
        let first = NewEvent { count: Some(1), ..NewEvent::new(at, of, What::SignInFailed) };
        note(connection, &first).await?;
    }
    Ok(())
}

/// Writes an event down inside a transaction.
pub(in crate::store) async fn note(connection: &mut SqliteConnection, event: &NewEvent) -> Result<()> {
    sqlx::query("INSERT INTO staff_event (at, actor, what, subject, role, count) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(i64::try_from(event.at.seconds()).unwrap_or(i64::MAX))
        .bind(event.actor.as_ref().map(<[u8; 16]>::as_slice))
        .bind(event.what.word())
        .bind(event.subject.as_ref().map(<[u8; 16]>::as_slice))
        .bind(event.role.map(i64::from))
        .bind(event.count.map(i64::from))
        .execute(connection)
        .await?;
    Ok(())
}

fn event(row: &sqlx::sqlite::SqliteRow) -> Result<Event> {
    let damaged = || Error::Damaged("what staff did");
    let word: &str = row.try_get("what")?;
    let what = What::ALL.iter().find(|what| what.word() == word).ok_or_else(damaged)?;
    let role = row.try_get::<Option<i64>, _>("role")?.map(u8::try_from).transpose().map_err(|_| damaged())?;
    let count =
        row.try_get::<Option<i64>, _>("count")?.map(u32::try_from).transpose().map_err(|_| damaged())?;
    Ok(Event {
        number: row.try_get("number")?,
        at: number(row, "at", "when staff did something")?,
        actor: row.try_get("actor")?,
        what: *what,
        subject: row.try_get("subject")?,
        role,
        count,
    })
}
