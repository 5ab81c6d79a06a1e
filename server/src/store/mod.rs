//! The only place that knows SQL: one SQLite file, `twoken.db`, in the data directory.
//!
//! Write-ahead log with full synchronisation (what was answered is on disk), `secure_delete` (what is deleted is
//! overwritten), foreign keys on. A write-ahead log keeps the order of uploads until it is truncated, so
//! [`Store::forget_order`] runs after every sealing.
//!
//! Each file here is one noun: its questions as methods of [`Store`].

mod batches;
mod configs;
mod permits;
mod pools;
mod schema;
mod tans;

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Row, Sqlite, Transaction};

pub use batches::StoredPage;
pub use configs::StoredConfig;
pub use permits::{NewUpload, Recorded};
pub use pools::{LastHead, NewBatch, PoolKey, PoolState, Sealing};
pub use tans::{NewTan, Redeemed};

/// The database's file name in the data directory.
pub const FILE_NAME: &str = "twoken.db";
/// How long a writer waits for another (another process, such as `twoken-server batch seal`).
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections held open; SQLite has one writer at a time anyway.
const CONNECTIONS: u32 = 4;

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
}

/// Result of the store.
pub type Result<T> = std::result::Result<T, Error>;

/// An open database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens the database in `data`, creating it and bringing its schema up to date.
    ///
    /// # Errors
    /// [`Error::Database`] when the file cannot be opened or written, [`Error::Newer`].
    pub async fn open(data: &Path) -> Result<Self> {
        let file = data.join(FILE_NAME);
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("secure_delete", "ON")
            .pragma("temp_store", "MEMORY")
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS)
            .min_connections(1)
            .connect_with(options)
            .await?;
        keep_private(&file);
        let store = Self { pool };
        schema::migrate(&store).await?;
        Ok(store)
    }

    /// Truncates the write-ahead log, which remembers the order of what was written. `false` when a reader is in the
    /// way; the caller tries again later.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn forget_order(&self) -> Result<bool> {
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.pool).await?;
        Ok(row.try_get::<i64, _>(0)? == 0)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Closes all connections, writing the log back.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A transaction that holds the write lock from its start, so that what it reads is still true when it writes.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
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
