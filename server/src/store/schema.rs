//! The schema and its history: numbered steps, embedded, applied in order inside one transaction each. SQLite's
//! `user_version` holds the number of the last one.

use sqlx::{Executor, Row, SqliteConnection};

use super::connections::Connections;
use super::{Error, Result};

/// Every step that ever shipped, oldest first. Steps are only ever appended.
const STEPS: [&str; 11] = [
    include_str!("../../migrations/0001_spine.sql"),
    include_str!("../../migrations/0002_country.sql"),
    include_str!("../../migrations/0003_staff.sql"),
    include_str!("../../migrations/0004_staff_limits.sql"),
    include_str!("../../migrations/0005_invitations.sql"),
    include_str!("../../migrations/0006_staff_event_of.sql"),
    include_str!("../../migrations/0007_proofs_and_studies.sql"),
    include_str!("../../migrations/0008_private_mode.sql"),
    include_str!("../../migrations/0009_pool_pages.sql"),
    include_str!("../../migrations/0010_study_tries.sql"),
    include_str!("../../migrations/0011_decoys.sql"),
];

/// Brings the file up to the newest step.
///
/// # Errors
/// [`Error::Newer`] when the file knows a step that this program does not.
pub(super) async fn migrate(connections: &Connections) -> Result<()> {
    // The write lock first: two processes may start on an empty file at once.
    let mut write = connections.write().await?;
    let found = number(&mut write).await?;
    let known = STEPS.len() as i64;
    if found > known {
        return Err(Error::Newer { found, known });
    }
    for (step, number) in STEPS.iter().zip(1_i64..) {
        if number > found {
            write.execute(*step).await?;
        }
    }
    if found < known {
        // The pragma takes no parameter; the number is this program's own.
        write.execute(sqlx::AssertSqlSafe(format!("PRAGMA user_version = {known}"))).await?;
    }
    write.commit().await
}

/// Whether the file's steps are this program's.
///
/// # Errors
/// [`Error::Newer`] also when another program has brought the file further meanwhile.
pub(super) async fn verify(connection: &mut SqliteConnection) -> Result<()> {
    let (found, known) = (number(connection).await?, STEPS.len() as i64);
    if found == known { Ok(()) } else { Err(Error::Newer { found, known }) }
}

/// The number of the file's last step.
async fn number(connection: &mut SqliteConnection) -> Result<i64> {
    Ok(connection.fetch_one("PRAGMA user_version").await?.try_get(0)?)
}
