//! What studies were told: one contact a row, without time, order or page; and the counts that leave the server.

use sqlx::Row;

use super::proofs::{Spending, Spent, spend};
use super::studies::standing;
use super::{Result, Store, number};

/// A contact that was proved, for one study.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// Which study.
    pub study: [u8; 32],
    /// Hash of what takes it back.
    pub withdrawal: [u8; 32],
    /// What is told.
    pub told: Told,
    /// The proof.
    pub spending: Spending,
    /// The day that it is now.
    pub today: u16,
}

/// What is told of a contact, by the numbers of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Of the contact, or of its batch in private mode.
    pub day: u16,
    /// How long; in open mode.
    pub duration: Option<u8>,
    /// How close; in open mode.
    pub closeness: Option<u8>,
    /// How it was counted; in private mode.
    pub category: Option<u8>,
    /// How the two sensed each other.
    pub scheme: u8,
    /// Whether a nullifier has shown that it was not told before.
    pub once: bool,
}

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reported {
    /// It is kept.
    Stored,
    /// The same request came before; nothing changed.
    Repeated,
    /// The contact was told to the study before, or another report has this withdrawal hash.
    Used,
    /// The page admits no more proofs for this study.
    PageFull,
    /// The page's batch is not there any more.
    PageGone,
    /// There is no such study.
    Unknown,
    /// The study is over.
    Ended,
    /// The study has as many reports as it takes.
    Full,
}

/// What became of a withdrawal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawn {
    /// The report is gone.
    Gone,
    /// There is no such report.
    Unknown,
    /// There is no such study.
    NoStudy,
    /// The study was exported.
    Late,
}

/// How many reports tell the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// What they tell.
    pub told: Told,
    /// How many.
    pub count: u64,
}

impl Store {
    /// Keeps a report and counts its proof: both or neither is on the disk when this returns.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn record_report(&self, report: &NewReport) -> Result<Reported> {
        let NewReport { study, withdrawal, told, spending, today } = report;
        let mut write = self.write().await?;
        // First: a retry gets its answer whatever has happened to the study since.
        match spend(&mut write, spending).await? {
            Spent::New => {}
            Spent::Repeated => return Ok(Reported::Repeated),
            Spent::Used => return Ok(Reported::Used),
            Spent::Full => return Ok(Reported::PageFull),
            Spent::Gone => return Ok(Reported::PageGone),
        }
        let Some(standing) = standing(&mut write, study).await? else { return Ok(Reported::Unknown) };
        if standing.last_day < *today || standing.exported.is_some() {
            return Ok(Reported::Ended);
        }
        let row = sqlx::query("SELECT COUNT(*) AS count FROM study_report WHERE study = ?")
            .bind(study.as_slice())
            .fetch_one(&mut *write)
            .await?;
        if number::<u32>(&row, "count", "a count of reports")? >= standing.at_most {
            return Ok(Reported::Full);
        }
        let done = sqlx::query(
            "INSERT INTO study_report (study, withdrawal, day, duration, closeness, category, scheme, once)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(study.as_slice())
        .bind(withdrawal.as_slice())
        .bind(i64::from(told.day))
        .bind(told.duration.map(i64::from))
        .bind(told.closeness.map(i64::from))
        .bind(told.category.map(i64::from))
        .bind(i64::from(told.scheme))
        .bind(told.once)
        .execute(&mut *write)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(Reported::Used);
        }
        write.commit().await?;
        Ok(Reported::Stored)
    }

    /// Takes a report back, unless its study was exported.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn withdraw_report(&self, study: &[u8; 32], withdrawal: &[u8; 32]) -> Result<Withdrawn> {
        let mut write = self.write().await?;
        let Some(standing) = standing(&mut write, study).await? else { return Ok(Withdrawn::NoStudy) };
        let statement = if standing.exported.is_some() {
            // Nothing is deleted; whether it would have been is asked.
            "UPDATE study_report SET once = once WHERE study = ? AND withdrawal = ?"
        } else {
            "DELETE FROM study_report WHERE study = ? AND withdrawal = ?"
        };
        let done = sqlx::query(statement)
            .bind(study.as_slice())
            .bind(withdrawal.as_slice())
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(match (done.rows_affected(), standing.exported) {
            (0, _) => Withdrawn::Unknown,
            (_, Some(_)) => Withdrawn::Late,
            (_, None) => Withdrawn::Gone,
        })
    }

    /// How many reports a study has.
    ///
    /// # Errors
    /// [`super::Error::Database`].
    pub async fn count_reports(&self, study: &[u8; 32]) -> Result<u64> {
        let row = sqlx::query("SELECT COUNT(*) AS count FROM study_report WHERE study = ?")
            .bind(study.as_slice())
            .fetch_one(self.read())
            .await?;
        number(&row, "count", "a count of reports")
    }

    /// How many reports of a study tell the same, in a fixed order.
    ///
    /// # Errors
    /// [`super::Error::Database`], [`super::Error::Damaged`].
    pub async fn told_to(&self, study: &[u8; 32]) -> Result<Vec<Counted>> {
        let rows = sqlx::query(
            "SELECT day, duration, closeness, category, scheme, once, COUNT(*) AS count FROM study_report
             WHERE study = ? GROUP BY day, duration, closeness, category, scheme, once
             ORDER BY day, duration, closeness, category, scheme, once",
        )
        .bind(study.as_slice())
        .fetch_all(self.read())
        .await?;
        let small = |row: &sqlx::sqlite::SqliteRow, column| -> Result<Option<u8>> {
            let value = row.try_get::<Option<i64>, _>(column)?;
            value.map(|value| u8::try_from(value).map_err(|_| super::Error::Damaged("a report"))).transpose()
        };
        let counted = |row: &sqlx::sqlite::SqliteRow| {
            let told = Told {
                day: number(row, "day", "a report's day")?,
                duration: small(row, "duration")?,
                closeness: small(row, "closeness")?,
                category: small(row, "category")?,
                scheme: number(row, "scheme", "a report's scheme")?,
                once: row.try_get("once")?,
            };
            Ok(Counted { told, count: number(row, "count", "a count of reports")? })
        };
        rows.iter().map(counted).collect()
    }
}
