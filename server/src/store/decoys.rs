//! Decoys: written as reports are, statement by statement, in the same transaction, and taken back before it ends. What stays
//! is one bit that turns, for the disk to be waited for as it is for a report: from outside, the two take as long.

use sqlx::SqliteConnection;

use super::Result;
use super::permits::{self, NewUpload, Recorded};
use super::tans::{self, NewTan, Redeemed, Redemption};

/// Writes what `uploads` and `redemptions` would have written, and takes it back. Each redemption is of a TAN that is there
/// for as long only.
///
/// # Errors
/// [`super::Error::Database`], [`super::Error::Damaged`].
pub(super) async fn write_and_undo(
    connection: &mut SqliteConnection,
    uploads: &[&NewUpload],
    redemptions: &[&Redemption],
) -> Result<(Vec<Recorded>, Vec<Redeemed>)> {
    sqlx::query("SAVEPOINT decoys").execute(&mut *connection).await?;
    let recorded = permits::record(connection, uploads).await?;
    let mut redeemed = Vec::with_capacity(redemptions.len());
    for redemption in redemptions {
        let Redemption { hash, class, hour, .. } = **redemption;
        tans::add(connection, &NewTan { hash, class, expires_hour: hour.saturating_add(1) }).await?;
        redeemed.push(tans::redeem(connection, redemption).await?);
    }
    sqlx::query("ROLLBACK TO SAVEPOINT decoys").execute(&mut *connection).await?;
    sqlx::query("RELEASE SAVEPOINT decoys").execute(&mut *connection).await?;
    sqlx::query("UPDATE decoy SET turned = 1 - turned").execute(connection).await?;
    Ok((recorded, redeemed))
}
