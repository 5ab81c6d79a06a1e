//! Connections to the database, and whose turn it is to write.
//!
//! SQLite has one writer at a time. Within this process writers queue in the order in which they came; another process
//! (`twoken-server batch seal`) is waited for by asking again and again, for up to [`BUSY_TIMEOUT`].

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Sqlite, SqliteConnection, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::Result;

/// How long a writer waits for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Pages of the write-ahead log before they are carried over into the database by themselves: 64 MB. A pool's entries have
/// no order, so an upload of 64 changes nearly as many pages, and the next one others among the same few thousand. Carried
/// over after each four megabytes, as by default, every page would be written twice for each upload that touches it.
const WAL_PAGES: &str = "16384";
/// Each connection's memory for pages: 8 MB. With 2 MB, as by default, a group of uploads does not fit in, and its pages are
/// written before their time and read again.
const CACHE: &str = "-8192";
/// Connections held open; reading goes on beside the one writer.
const CONNECTIONS: u32 = 4;

/// Open connections to one file.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    pool: SqlitePool,
    turn: Arc<Mutex<()>>,
}

impl Connections {
    /// Opens `file`, creating it.
    pub(super) async fn open(file: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("secure_delete", "ON")
            .pragma("wal_autocheckpoint", WAL_PAGES)
            .pragma("cache_size", CACHE)
            .pragma("temp_store", "MEMORY")
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS)
            .min_connections(1)
            .connect_with(options)
            .await?;
        Ok(Self { pool, turn: Arc::default() })
    }

    /// For reading.
    pub(super) const fn read(&self) -> &SqlitePool {
        &self.pool
    }

    /// A transaction that holds the write lock from its start, so that what it reads is still true when it writes.
    pub(super) async fn write(&self) -> Result<Write> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        Ok(Write { transaction: self.pool.begin_with("BEGIN IMMEDIATE").await?, _turn: turn })
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

/// A transaction that writes. Dropped without [`Write::commit`] it leaves no trace.
pub(super) struct Write {
    transaction: Transaction<'static, Sqlite>,
    // After the transaction: the next one's turn comes when this one is over.
    _turn: OwnedMutexGuard<()>,
}

impl Write {
    pub(super) async fn commit(self) -> Result<()> {
        Ok(self.transaction.commit().await?)
    }
}

impl Deref for Write {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.transaction
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}
