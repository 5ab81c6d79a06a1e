//! Sealing the plain way: everything is read, sealed in memory, written and deleted in one transaction.

use std::path::Path;
use std::time::Duration;

use getrandom::SysRng;
use rand_core::UnwrapErr;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row};
use twoken_core::batch::{self, Pool};
use twoken_core::status::{Degree, Scheme};
use twoken_core::tag::Entry;
use twoken_server::app::App;
use twoken_server::store;

use crate::{Result, now};

/// Seals the root's pool under the same promises: synchronised to the disk, deleted rows overwritten.
pub(crate) async fn seal(app: &App, folder: &Path) -> Result<()> {
    let mut database = SqliteConnectOptions::new()
        .filename(folder.join(store::FILE_NAME))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(60))
        .pragma("secure_delete", "ON")
        .connect()
        .await?;
    let mut transaction = database.begin_with("BEGIN IMMEDIATE").await?;
    let rows =
        sqlx::query("SELECT entry FROM pool_entry ORDER BY entry").fetch_all(&mut *transaction).await?;
    let entries = rows.iter().map(|row| Ok(Entry::from_trusted(row.try_get("entry")?)?));
    let pool = Pool {
        region: "root".parse()?,
        scheme: Scheme::Encounter,
        degree: Degree::First,
        entries: entries.collect::<Result<_>>()?,
    };
    let (key, digest) = (&app.keys().signing, app.published().digest());
    let sealed = batch::seal(pool, now(), digest, key, 1, &mut UnwrapErr(SysRng))?;
    let header = sealed.header.header();
    sqlx::query(
        "INSERT INTO batch (id, region, day, position, pages, header) VALUES (?, 'root', ?, 0, ?, ?)",
    )
    .bind(header.id.as_bytes().as_slice())
    .bind(i64::from(now().day().get()))
    .bind(i64::try_from(header.pages())?)
    .bind(sealed.header.to_bytes())
    .execute(&mut *transaction)
    .await?;
    sqlx::query("INSERT INTO page (batch_id, page, bytes) VALUES (?, 0, ?)")
        .bind(header.id.as_bytes().as_slice())
        .bind(sealed.entries_file.as_slice())
        .execute(&mut *transaction)
        .await?;
    sqlx::query("DELETE FROM pool_entry").execute(&mut *transaction).await?;
    sqlx::query("DELETE FROM pool").execute(&mut *transaction).await?;
    transaction.commit().await?;
    database.close().await?;
    Ok(())
}
