//! The only place that knows SQL: one SQLite file, `twoken.db`, in the data directory.
//!
//! Write-ahead log with full synchronisation (what was answered is on disk), `secure_delete` (what is deleted is
//! overwritten), foreign keys on. A write-ahead log keeps the order of uploads until it is truncated, so
//! [`Store::forget_order`] runs after every sealing. Uploads and redemptions share transactions ([`writer`]).
//!
//! Each file here is one noun: its questions as methods of [`Store`].

mod authority;
mod batches;
mod configs;
mod connections;
mod day_keys;
mod decoys;
mod files;
mod lock;
mod permits;
mod pools;
mod proofs;
mod reports;
mod schema;
mod sealing;
mod staff;
mod studies;
mod tans;
mod writer;

use std::path::{Path, PathBuf};

use sqlx::Row;

use connections::{Connections, Write};
use writer::Writer;

pub use authority::{AddedKey, AuthorityKey};
pub use batches::StoredPage;
pub use configs::StoredConfig;
pub use day_keys::DayKeyBytes;
pub use files::{BatchFile, Extent};
pub use lock::SealingLock;
pub use permits::{NewUpload, Part, Recorded};
pub use pools::{PoolKey, PoolState};
pub use proofs::{ProvenPage, Spending, Spent};
pub use reports::{Counted, NewReport, Reported, Told, Withdrawn};
pub use sealing::{LastHead, NewBatch, Publication};
pub use staff::{
    AccountChange, AccountId, Changed, Confirmed, Enrolment, Event, Failure, Figure, FigureOf, NewAccount,
    NewEvent, NewInvitation, NewSession, OpenInvitation, PasswordBytes, PasswordChange, SessionState,
    StaffAccount, StaffSession, TokenHash, What,
};
pub use studies::{Frozen, Opened, StoredStudy};
pub use tans::{Issue, IssuedTan, NewTan, Redeemed, Redemption, TanState};

/// The database's file name in the data directory.
pub const FILE_NAME: &str = "twoken.db";

/// What can go wrong below SQL. Never carries a value from a row or a request.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// SQLite or the pool refused.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The file was written by a newer version of this program.
    #[error(
        "the database has schema {found}, this program knows up to {known}: it was written by a newer twoken-server; \
         start that version, or restore the backup made before the upgrade"
    )]
    Newer {
        /// Schema number in the file.
        found: i64,
        /// Newest schema number that this program knows.
        known: i64,
    },
    /// A value in the file does not have the form this program writes.
    #[error("the database is damaged: {0} does not have its form; restore a backup")]
    Damaged(&'static str),
    /// The file that says who seals could not be opened or locked.
    #[error("{} could not be locked: {source}", path.display())]
    Lock {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The server is stopping.
    #[error("the database is being closed")]
    Stopped,
}

/// Result of the store.
pub type Result<T> = std::result::Result<T, Error>;

/// An open database.
#[derive(Clone, Debug)]
pub struct Store {
    connections: Connections,
    writer: Writer,
    folder: PathBuf,
}

impl Store {
    /// Opens the database in `data`, creating it and bringing its schema up to date.
    ///
    /// # Errors
    /// [`Error::Database`] when the file cannot be opened or written, [`Error::Newer`].
    pub async fn open(data: &Path) -> Result<Self> {
        let file = data.join(FILE_NAME);
        let connections = Connections::open(&file).await?;
        keep_private(&file);
        schema::migrate(&connections).await?;
        let writer = Writer::start(connections.clone());
        Ok(Self { connections, writer, folder: data.to_path_buf() })
    }

    /// Truncates the write-ahead log, which remembers the order of what was written. `false` when a reader is in the
    /// way; the caller tries again later.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn forget_order(&self) -> Result<bool> {
        self.connections.truncate_log().await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(self.read()).await?;
        Ok(())
    }

    /// Whether the database can be written, with the schema that this program knows. Nothing is.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Newer`].
    pub async fn probe(&self) -> Result<()> {
        schema::verify(&mut *self.write().await?).await
    }

    /// Closes all connections, writing the log back.
    pub async fn close(&self) {
        self.connections.close().await;
    }

    /// Where the database is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn read(&self) -> &sqlx::SqlitePool {
        self.connections.read()
    }

    async fn write(&self) -> Result<Write> {
        self.connections.write().await
    }
}

/// The database is for its owner only. A file system without such permissions keeps what it has.
fn keep_private(file: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if let Err(error) = std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)) {
            tracing::warn!(%error, "the database file could not be made private to this user");
        }
    }
}

/// A column of fixed length.
fn bytes<const N: usize>(row: &sqlx::sqlite::SqliteRow, column: &str, what: &'static str) -> Result<[u8; N]> {
    row.try_get::<&[u8], _>(column)?.try_into().map_err(|_| Error::Damaged(what))
}

/// An integer column that fits its unit.
fn number<T: TryFrom<i64>>(row: &sqlx::sqlite::SqliteRow, column: &str, what: &'static str) -> Result<T> {
    T::try_from(row.try_get::<i64, _>(column)?).map_err(|_| Error::Damaged(what))
}
