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

#[cfg(test)]
mod tests {
    use sqlx::Row;

    use super::super::{Part, PoolKey, Store};
    use super::*;

    fn upload(t: u8) -> NewUpload {
        let pool = |scheme| PoolKey { region: "root".to_owned(), scheme, degree: 1 };
        let entries: Vec<u8> = (0..64).flat_map(|nth| [[t, nth].as_slice(), &[7; 82]].concat()).collect();
        let part = |scheme| Part { pool: pool(scheme), line: 84, entries: entries.clone() };
        NewUpload { t: [t; 32], mac: [1; 32], week: 2968, parts: vec![part(1), part(2)] }
    }

    fn redemption(hash: u8) -> Redemption {
        Redemption { hash: [hash; 32], class: 1, hour: 500_000, digest: [hash; 32] }
    }

    /// Rows that were written on a connection since it was opened, those that were taken back among them.
    async fn written(connection: &mut SqliteConnection) -> i64 {
        sqlx::query("SELECT total_changes() AS rows").fetch_one(connection).await.unwrap().get("rows")
    }

    #[tokio::test]
    async fn claim_34_a_decoy_writes_as_many_rows_as_a_report_and_none_stays() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let tan = NewTan { hash: [9; 32], class: 1, expires_hour: 500_001 };
        store.add_tans(&[tan], 500_000).await.unwrap();
        let mut write = store.write().await.unwrap();
        // The first makes the pools.
        permits::record(&mut write, &[&upload(1)]).await.unwrap();
        let mut rows = written(&mut write).await;
        let mut since = async |write: &mut SqliteConnection| {
            let now = written(write).await;
            now - std::mem::replace(&mut rows, now)
        };
        assert_eq!(permits::record(&mut write, &[&upload(2)]).await.unwrap(), [Recorded::Stored]);
        let of_a_report = since(&mut write).await;
        assert_eq!(of_a_report, 1 + 2 * (1 + 64));
        let undone = write_and_undo(&mut write, &[&upload(3)], &[]).await.unwrap();
        assert_eq!(undone, (vec![Recorded::Stored], vec![]));
        assert_eq!(since(&mut write).await, of_a_report + 1, "and the bit");

        assert_eq!(tans::redeem(&mut write, &redemption(9)).await.unwrap(), Redeemed::Granted);
        let of_a_tan = since(&mut write).await;
        let undone = write_and_undo(&mut write, &[], &[&redemption(8)]).await.unwrap();
        assert_eq!(undone, (vec![], vec![Redeemed::Granted]));
        assert_eq!(since(&mut write).await, of_a_tan + 2, "and the TAN, and the bit");

        write.commit().await.unwrap();
        assert_eq!(store.mac_of(&[2; 32]).await.unwrap(), Some([1; 32]));
        assert_eq!(store.mac_of(&[3; 32]).await.unwrap(), None);
        let pools = store.pools().await.unwrap();
        assert!(pools.iter().all(|pool| pool.uploads == 2), "{pools:?}");
    }
}
