//! Which page has a digest, and which membership proofs were used on it. Both go with their batch: a proof on a batch that
//! is over can be neither found nor repeated.

use sqlx::{Row, SqliteConnection};

use super::permits::fill_pools;
use super::{Part, Result, Store, bytes, number};

/// A page of a published batch.
#[derive(Clone, Debug)]
pub struct ProvenPage {
    /// Its batch.
    pub batch: [u8; 16],
    /// Its number, from 0.
    pub number: u32,
    /// The batch's signed header.
    pub header: Vec<u8>,
    /// The page.
    pub bytes: Vec<u8>,
}

/// What counts of a proof once it was found good.
#[derive(Clone, Debug)]
pub struct Spending {
    /// What it is for: 1 byte, or 33 for a study.
    pub context: Vec<u8>,
    /// The nullifier; the digest of the request where there is none.
    pub mark: [u8; 32],
    /// Digest of the whole request: a retry repeats it.
    pub request: [u8; 32],
    /// The page's batch.
    pub batch: [u8; 16],
    /// The page.
    pub page: u32,
    /// Most proofs on this page in this context.
    pub per_page: u32,
}

/// What became of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// It counts.
    New,
    /// The same request came before; nothing changed.
    Repeated,
    /// The mark was used by another request.
    Used,
    /// The page admits no more in this context.
    Full,
    /// The batch is not there any more.
    Gone,
}

impl Spending {
    /// Whether a nullifier says that this is the one time: else the mark is the request's own.
    #[must_use]
    pub fn is_of_nullifier(&self) -> bool {
        self.mark != self.request
    }
}

impl Store {
    /// The page of a published batch that has this digest.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn page_of_digest(&self, digest: &[u8; 32]) -> Result<Option<ProvenPage>> {
        let row = sqlx::query(
            "SELECT batch.id, page_digest.page, batch.header, page.bytes FROM page_digest
             JOIN batch ON batch.id = page_digest.batch_id
             JOIN page ON page.batch_id = page_digest.batch_id AND page.page = page_digest.page
             WHERE page_digest.digest = ?",
        )
        .bind(digest.as_slice())
        .fetch_optional(self.read())
        .await?;
        row.map(|row| {
            Ok(ProvenPage {
                batch: bytes(&row, "id", "a batch's name")?,
                number: number(&row, "page", "a page's number")?,
                header: row.try_get("header")?,
                bytes: row.try_get("bytes")?,
            })
        })
        .transpose()
    }

    /// Whether this very request counted before.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn is_spent_by(&self, context: &[u8], mark: &[u8; 32], request: &[u8; 32]) -> Result<bool> {
        let row = sqlx::query("SELECT 1 FROM spent_proof WHERE context = ? AND mark = ? AND request = ?")
            .bind(context)
            .bind(mark.as_slice())
            .bind(request.as_slice())
            .fetch_optional(self.read())
            .await?;
        Ok(row.is_some())
    }

    /// What would become of a proof if it counted now. Nothing changes.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn foresee_proof(&self, spending: &Spending) -> Result<Spent> {
        foresee(&mut *self.read().acquire().await?, spending).await
    }

    /// Counts a proof, and puts what came with it into the pools, counting one upload in each; without a nullifier only where none
    /// counts yet that was proved on this page. All of it, or nothing, is on the disk when this returns.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn record_proven(&self, parts: &[Part], spending: &Spending) -> Result<Spent> {
        let mut write = self.write().await?;
        let spent = spend(&mut write, spending).await?;
        if spent == Spent::New {
            let page = (!spending.is_of_nullifier()).then_some((&spending.batch, spending.page));
            fill_pools(&mut write, parts.iter(), page).await?;
            write.commit().await?;
        }
        Ok(spent)
    }

    /// Batches of which no page can be found by its digest, with their signed headers: sealed by a version that knew no
    /// proofs.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn batches_without_digests(&self) -> Result<Vec<([u8; 16], Vec<u8>)>> {
        let rows = sqlx::query(
            "SELECT id, header FROM batch WHERE NOT EXISTS (SELECT 1 FROM page_digest WHERE batch_id = id)",
        )
        .fetch_all(self.read())
        .await?;
        rows.iter().map(|row| Ok((bytes(row, "id", "a batch's name")?, row.try_get("header")?))).collect()
    }

    /// Makes the pages of a published batch known by their digests.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn add_digests(&self, batch: &[u8; 16], digests: &[[u8; 32]]) -> Result<()> {
        let mut write = self.write().await?;
        add_digests(&mut write, batch, digests).await?;
        write.commit().await
    }
}

/// Makes a batch's pages known inside a transaction; all with one statement.
pub(super) async fn add_digests(
    connection: &mut SqliteConnection,
    batch: &[u8; 16],
    digests: &[[u8; 32]],
) -> Result<()> {
    sqlx::query(
        "WITH RECURSIVE place (number) AS (
             SELECT 0 UNION ALL SELECT number + 1 FROM place WHERE 32 * (number + 1) < length(?2)
         )
         INSERT OR IGNORE INTO page_digest (digest, batch_id, page)
         SELECT substr(?2, 32 * number + 1, 32), ?1, number FROM place WHERE length(?2) > 0",
    )
    .bind(batch.as_slice())
    .bind(digests.as_flattened())
    .execute(connection)
    .await?;
    Ok(())
}

/// Counts a proof inside a transaction, beside what it is used with.
pub(super) async fn spend(connection: &mut SqliteConnection, spending: &Spending) -> Result<Spent> {
    let spent = foresee(connection, spending).await?;
    if spent == Spent::New {
        let Spending { context, mark, request, batch, page, .. } = spending;
        sqlx::query(
            "INSERT INTO spent_proof (context, mark, request, batch_id, page) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(context.as_slice())
        .bind(mark.as_slice())
        .bind(request.as_slice())
        .bind(batch.as_slice())
        .bind(i64::from(*page))
        .execute(connection)
        .await?;
    }
    Ok(spent)
}

async fn foresee(connection: &mut SqliteConnection, spending: &Spending) -> Result<Spent> {
    let Spending { context, mark, request, batch, page, per_page } = spending;
    let known = sqlx::query("SELECT request FROM spent_proof WHERE context = ? AND mark = ?")
        .bind(context.as_slice())
        .bind(mark.as_slice())
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(row) = known {
        let before: [u8; 32] = bytes(&row, "request", "a used proof")?;
        return Ok(if before == *request { Spent::Repeated } else { Spent::Used });
    }
    let row = sqlx::query(
        "SELECT EXISTS (SELECT 1 FROM batch WHERE id = ?1) AS there,
                (SELECT COUNT(*) FROM spent_proof WHERE batch_id = ?1 AND page = ?2 AND context = ?3) AS used",
    )
    .bind(batch.as_slice())
    .bind(i64::from(*page))
    .bind(context.as_slice())
    .fetch_one(connection)
    .await?;
    if !row.try_get::<bool, _>("there")? {
        return Ok(Spent::Gone);
    }
    let used: u32 = number(&row, "used", "a page's budget")?;
    Ok(if used >= *per_page { Spent::Full } else { Spent::New })
}
