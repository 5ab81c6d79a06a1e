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
use sqlx::{ConnectOptions, Row, Sqlite, SqliteConnection, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::Result;

/// How long a writer waits for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Pages of the write-ahead log before they are carried over into the database by themselves: 64 MB. A pool's entries have
/// no order, so an upload of 64 changes nearly as many pages, and the next one others among the same few thousand. Carried
/// over after each four megabytes, as by default, every page would be written twice for each upload that touches it.
///
/// The log tells in which order uploads came. So it would with any number here: it is used again from its start, and what
/// lies behind the new end stays until [`super::Store::forget_order`] cuts it off at the next tick. Up to 64 MB of order
/// are in the file until then.
const WAL_PAGES: &str = "16384";
/// The writer's memory for pages: 16 MB, taken as it is needed and given back at each tick. The pages that a group of uploads
/// changes fit in ([`super::writer`]): with the 2 MB that readers have, as by default, they would be written before their
/// time and read again.
const WRITER_CACHE: &str = "-16384";
/// Connections for reading held open at most; reading goes on beside the one writer.
const READERS: u32 = 3;

/// Open connections to one file.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    readers: SqlitePool,
    /// One: whatever another connection writes empties a connection's memory for pages.
    writer: SqlitePool,
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
            .pragma("temp_store", "MEMORY")
            .disable_statement_logging();
        // A file does not go away as a connection to another machine may: none is asked whether it is still there.
        let pool = || SqlitePoolOptions::new().min_connections(1).test_before_acquire(false);
        let writer = pool().max_connections(1).idle_timeout(None).max_lifetime(None);
        let writer = writer.connect_with(options.clone().pragma("cache_size", WRITER_CACHE)).await?;
        let readers = pool().max_connections(READERS).connect_with(options).await?;
        Ok(Self { readers, writer, turn: Arc::default() })
    }

    /// For reading.
    pub(super) const fn read(&self) -> &SqlitePool {
        &self.readers
    }

    /// A transaction that holds the write lock from its start, so that what it reads is still true when it writes.
    pub(super) async fn write(&self) -> Result<Write> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        Ok(Write { transaction: self.writer.begin_with("BEGIN IMMEDIATE").await?, _turn: turn })
    }

    /// Truncates the write-ahead log; `false` when a reader is in the way. Gives the writer's memory back.
    pub(super) async fn truncate_log(&self) -> Result<bool> {
        let _turn = self.turn.lock().await;
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.writer).await?;
        sqlx::query("PRAGMA shrink_memory").execute(&self.writer).await?;
        Ok(row.try_get::<i64, _>(0)? == 0)
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
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
