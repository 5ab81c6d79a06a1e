//! Studies: what each says, how many reports it takes, until when, and whether it was exported.

use sqlx::{Row, SqliteConnection};

use super::{Result, Store, bytes, number};

/// A study as it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredStudy {
    /// Hash of what it says.
    pub id: [u8; 32],
    /// What it says, as it is signed.
    pub body: Vec<u8>,
    /// The last day on which it takes reports: as it says, or earlier where it was closed.
    pub last_day: u16,
    /// Most reports.
    pub at_most: u32,
    /// The columns of its one export.
    pub exported: Option<String>,
    /// Sets of columns by which there was nothing to tell.
    pub tried: Vec<String>,
}

/// What came of opening a study.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It takes reports.
    Opened,
    /// There is one that says the same.
    Known,
    /// As many as there may be take reports.
    TooMany,
}

/// What came of freezing a study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frozen {
    /// Nothing changes in it any more; by these columns it is exported.
    Frozen,
    /// It was exported by other columns.
    Otherwise(String),
    /// There is no such study.
    Unknown,
}

impl Store {
    /// All studies that are remembered, by id.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn studies(&self) -> Result<Vec<StoredStudy>> {
        let rows = sqlx::query("SELECT id, body, last_day, at_most, exported, tried FROM study ORDER BY id")
            .fetch_all(self.read())
            .await?;
        rows.iter().map(study).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn study(&self, id: &[u8; 32]) -> Result<Option<StoredStudy>> {
        let row = sqlx::query("SELECT id, body, last_day, at_most, exported, tried FROM study WHERE id = ?")
            .bind(id.as_slice())
            .fetch_optional(self.read())
            .await?;
        row.as_ref().map(study).transpose()
    }

    /// Opens a study, unless `most` take reports on `today`.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn open_study(&self, study: &StoredStudy, today: u16, most: usize) -> Result<Opened> {
        let mut write = self.write().await?;
        let done = sqlx::query(
            "INSERT INTO study (id, body, last_day, at_most) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(study.id.as_slice())
        .bind(study.body.as_slice())
        .bind(i64::from(study.last_day))
        .bind(i64::from(study.at_most))
        .execute(&mut *write)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(Opened::Known);
        }
        let row = sqlx::query("SELECT COUNT(*) AS open FROM study WHERE last_day >= ?")
            .bind(i64::from(today))
            .fetch_one(&mut *write)
            .await?;
        if number::<usize>(&row, "open", "a count of studies")? > most {
            return Ok(Opened::TooMany);
        }
        write.commit().await?;
        Ok(Opened::Opened)
    }

    /// Ends a study with `last_day`, unless it ends earlier. `false` when there is none.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn close_study(&self, id: &[u8; 32], last_day: u16) -> Result<bool> {
        let mut write = self.write().await?;
        let done = sqlx::query("UPDATE study SET last_day = MIN(last_day, ?) WHERE id = ?")
            .bind(i64::from(last_day))
            .bind(id.as_slice())
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// From now on nothing changes in a study: it is exported, by these columns and no others.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn freeze_study(&self, id: &[u8; 32], columns: &str) -> Result<Frozen> {
        let mut write = self.write().await?;
        let row =
            sqlx::query("UPDATE study SET exported = COALESCE(exported, ?) WHERE id = ? RETURNING exported")
                .bind(columns)
                .bind(id.as_slice())
                .fetch_optional(&mut *write)
                .await?;
        write.commit().await?;
        let Some(row) = row else { return Ok(Frozen::Unknown) };
        let exported: String = row.try_get("exported")?;
        Ok(if exported == columns { Frozen::Frozen } else { Frozen::Otherwise(exported) })
    }

    /// Notes a set of columns by which there was nothing to tell, unless there are `most` others. `false` when there are, or no
    /// such study is.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn note_tried(&self, id: &[u8; 32], columns: &str, most: usize) -> Result<bool> {
        let mut write = self.write().await?;
        let Some(StoredStudy { mut tried, .. }) = standing(&mut write, id).await? else { return Ok(false) };
        if tried.iter().any(|one| one == columns) {
            return Ok(true);
        }
        if tried.len() >= most {
            return Ok(false);
        }
        tried.push(columns.to_owned());
        sqlx::query("UPDATE study SET tried = ? WHERE id = ?")
            .bind(tried.join("\n"))
            .bind(id.as_slice())
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(true)
    }

    /// Forgets studies that took their last report before `day`, with all reports. Returns how many.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn forget_studies(&self, day: u16) -> Result<u64> {
        let mut write = self.write().await?;
        let done = sqlx::query("DELETE FROM study WHERE last_day < ?")
            .bind(i64::from(day))
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(done.rows_affected())
    }
}

/// How a study stands, inside a transaction.
pub(super) async fn standing(
    connection: &mut SqliteConnection,
    id: &[u8; 32],
) -> Result<Option<StoredStudy>> {
    let row = sqlx::query("SELECT id, body, last_day, at_most, exported, tried FROM study WHERE id = ?")
        .bind(id.as_slice())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(study).transpose()
}

fn study(row: &sqlx::sqlite::SqliteRow) -> Result<StoredStudy> {
    Ok(StoredStudy {
        id: bytes(row, "id", "a study's name")?,
        body: row.try_get("body")?,
        last_day: number(row, "last_day", "a study's end")?,
        at_most: number(row, "at_most", "a study's most reports")?,
        exported: row.try_get("exported")?,
        tried: row.try_get::<&str, _>("tried")?.lines().map(str::to_owned).collect(),
    })
}
