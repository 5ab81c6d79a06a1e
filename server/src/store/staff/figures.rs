//! Sums of a day: how many TANs and permits there were, of nobody in particular.

use sqlx::{Row, SqliteConnection};

use super::super::{Error, Result, Store, number};

/// What is summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FigureOf {
    /// TANs made valid, by whomever.
    Issued,
    /// TANs exchanged for a permit.
    Redeemed,
    /// TANs made invalid.
    Revoked,
    /// Permits of the patients' class.
    PatientPermits,
    /// Permits of the staff's class.
    StaffPermits,
    /// Sign-ins that failed under a name that nobody has.
    UnknownNames,
}

impl FigureOf {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Issued,
        Self::Redeemed,
        Self::Revoked,
        Self::PatientPermits,
        Self::StaffPermits,
        Self::UnknownNames,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Redeemed => "redeemed",
            Self::Revoked => "revoked",
            Self::PatientPermits => "patient-permits",
            Self::StaffPermits => "staff-permits",
            Self::UnknownNames => "unknown-names",
        }
    }
}

/// One sum of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Which day, since the epoch.
    pub day: u16,
    /// What of.
    pub of: FigureOf,
    /// How many.
    pub count: u64,
}

impl Store {
    /// Sums from `day` on, in the order of days.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn figures_since(&self, day: u16) -> Result<Vec<Figure>> {
        let rows = sqlx::query("SELECT day, what, count FROM figure WHERE day >= ? ORDER BY day, what")
            .bind(i64::from(day))
            .fetch_all(self.read())
            .await?;
        let figure = |row: &sqlx::sqlite::SqliteRow| {
            let word: &str = row.try_get("what")?;
            let of = FigureOf::ALL.into_iter().find(|of| of.word() == word);
            Ok(Figure {
                day: number(row, "day", "a figure's day")?,
                of: of.ok_or(Error::Damaged("a figure"))?,
                count: number(row, "count", "a figure")?,
            })
        };
        rows.iter().map(figure).collect()
    }

    /// Forgets sums of days before `day`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn forget_figures(&self, day: u16) -> Result<u64> {
        let mut write = self.write().await?;
        let done =
            sqlx::query("DELETE FROM figure WHERE day < ?").bind(i64::from(day)).execute(&mut *write).await?;
        write.commit().await?;
        Ok(done.rows_affected())
    }
}

/// Adds to a sum inside a transaction.
pub(in crate::store) async fn count(
    connection: &mut SqliteConnection,
    day: u32,
    of: FigureOf,
    more: u64,
) -> Result<()> {
    if more == 0 {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO figure (day, what, count) VALUES (?, ?, ?)
         ON CONFLICT (day, what) DO UPDATE SET count = count + excluded.count",
    )
    .bind(i64::from(day))
    .bind(of.word())
    .bind(i64::try_from(more).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(())
}
