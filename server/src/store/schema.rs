//! The schema and its history: numbered steps, embedded, applied in order inside one transaction each. SQLite's
//! `user_version` holds the number of the last one.

use sqlx::{Executor, Row};

use super::{Error, Result, Store};

/// Every step that ever shipped, oldest first. Steps are only ever appended.
const STEPS: [&str; 1] = [include_str!("../../migrations/0001_spine.sql")];

/// Brings the file up to the newest step.
///
/// # Errors
/// [`Error::Newer`] when the file knows a step that this program does not.
pub(super) async fn migrate(store: &Store) -> Result<()> {
    // The write lock first: two processes may start on an empty file at once.
    let mut transaction = store.write().await?;
    let row = transaction.fetch_one("PRAGMA user_version").await?;
    let found: i64 = row.try_get(0)?;
    let known = STEPS.len() as i64;
    if found > known {
        return Err(Error::Newer { found, known });
    }
    for (step, number) in STEPS.iter().zip(1_i64..) {
        if number > found {
            transaction.execute(*step).await?;
        }
    }
    if found < known {
        // The pragma takes no parameter; the number is this program's own.
        transaction.execute(sqlx::AssertSqlSafe(format!("PRAGMA user_version = {known}"))).await?;
    }
    transaction.commit().await?;
    Ok(())
}
