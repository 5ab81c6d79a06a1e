//! Studies: an operator opens one, people who were exposed tell it of their contacts, one proved request each, and when it
//! is over one table of counts leaves the server.
//!
//! | file | what |
//! | --- | --- |
//! | this | opening, closing, listing: at the command line |
//! | [`list`] | the signed list that apps get |
//! | [`reports`] | a contact that is told, or taken back |
//! | [`export`] | the table |
//!
//! Nothing of a study is kept for longer than [`KEPT_DAYS`] after its last day.

pub mod export;
pub mod list;
pub mod reports;

use twoken_core::units::{Day, Timestamp};
use twoken_core::wire::{self, MAX_STUDIES, Study, StudyId, Texts};

use super::published::Published;
use crate::store::{self, Opened, Store, StoredStudy};

/// Most days that a study takes reports from now on.
const MAX_DAYS: u16 = 366;
/// How long a study is kept after its last day: the time to export it. Apps keep what takes a report back as long.
pub const KEPT_DAYS: u16 = wire::STUDY_KEPT_DAYS;
/// Most reports of a study, unless said otherwise.
pub const AT_MOST: u32 = 10_000;
/// Fewest digits of a study's name that are taken for it.
const MIN_DIGITS: usize = 4;

/// Why a study was not opened, closed or exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text of it is not right.
    #[error("the study is not right: {0}")]
    Malformed(wire::StudyError),
    /// A text that a spreadsheet takes for a formula.
    #[error(
        "the study's `{0}` begins with =, +, -, @ or white space, which spreadsheets take for a formula: begin it with a word, such \
         as `Telephone +49 …`"
    )]
    Formula(&'static str),
    /// A last day that was, or is far away.
    #[error("the last day must be today or one of the next {MAX_DAYS}")]
    Ends,
    /// A study that says exactly this.
    #[error("there is a study that says exactly this; another text is another study")]
    Known,
    /// As many as a list holds are open.
    #[error("{MAX_STUDIES} studies are open already; close one first")]
    TooMany,
    /// No study of that name.
    #[error("there is no study of that name, or its {KEPT_DAYS} days are over; `study list` names them")]
    Unknown,
    /// More than one study's name begins like this.
    #[error("more than one study's name begins like this; give more digits")]
    Ambiguous,
    /// A study that takes reports.
    #[error(
        "the study takes reports until {last_day}: two tables of one study, from before and after, would tell who came in \
         between; `study close` ends it now"
    )]
    NotOver {
        /// Its last day.
        last_day: Day,
    },
    /// A study that was exported by other columns.
    #[error(
        "the study was exported by the columns {columns}: a second table by others would give back what the first left out"
    )]
    Otherwise {
        /// The columns.
        columns: String,
    },
    /// Columns that the study does not have, or one twice.
    #[error("the columns of this study are {known}, each at most once, and only one of day and week")]
    Columns {
        /// Which there are.
        known: &'static str,
    },
    /// No combination reaches the threshold.
    #[error(
        "no combination of these columns has {} reports: nothing was exported. {} sets of columns can be tried in all; fewer columns \
         leave less out",
        export::THRESHOLD,
        export::MOST_TRIES
    )]
    AllSmall,
    /// No combination of several sets of columns did.
    #[error(
        "{} sets of columns had nothing to tell, and each such answer says something about every report: the study is not \
         exported by other columns",
        export::MOST_TRIES
    )]
    Tried,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What an operator says of a study.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its title.
    pub title: Texts,
    /// Who asks.
    pub institution: String,
    /// What for.
    pub asked: Texts,
    /// Whom to ask back.
    pub contact: String,
    /// The last day.
    pub ends: Day,
    /// Most reports.
    pub at_most: u32,
}

/// A study as an operator sees it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// What it says.
    pub study: Study,
    /// How it stands.
    pub state: State,
    /// About how many reports it has.
    pub reports: Magnitude,
}

/// How a study stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It takes reports.
    Open {
        /// Until this day's end.
        until: Day,
    },
    /// It is over and was not exported.
    Over {
        /// When it is deleted.
        deleted: Day,
    },
    /// It was exported.
    Exported {
        /// When it is deleted.
        deleted: Day,
    },
}

/// A number of reports, told by its size alone: beside a table, the exact one would say how much the table leaves out. While a
/// study goes on nothing below a thousand is told: whoever asked every minute would see when somebody's made it a hundred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Magnitude {
    /// Fewer than so many.
    Under(u64),
    /// At least so many: a power of ten.
    AtLeast(u64),
}

impl Magnitude {
    const fn of(count: u64, state: State) -> Self {
        let least = if matches!(state, State::Open { .. }) { 1000 } else { 100 };
        if count < least { Self::Under(least) } else { Self::AtLeast(10_u64.pow(count.ilog10())) }
    }
}

/// `under 100`, `100 or more`, `1000 or more` …
impl std::fmt::Display for Magnitude {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Under(count) => write!(f, "under {count}"),
            Self::AtLeast(count) => write!(f, "{count} or more"),
        }
    }
}

/// Opens a study of the server's mode; from now on apps are shown it. Returns its name.
///
/// # Errors
/// [`Error::Formula`], [`Error::Malformed`], [`Error::Ends`], [`Error::Known`], [`Error::TooMany`], [`Error::Store`].
pub async fn open(
    store: &Store,
    published: &Published,
    now: Timestamp,
    draft: Draft,
) -> Result<StudyId, Error> {
    let Draft { title, institution, asked, contact, ends, at_most } = draft;
    let today = now.day();
    if ends < today || ends > today.plus(MAX_DAYS) {
        return Err(Error::Ends);
    }
    let study = Study { mode: published.config().mode, title, institution, asked, contact, ends };
    let formula = texts_of(&study).into_iter().find(|(_, text)| export::is_formula(text));
    if let Some((member, _)) = formula {
        return Err(Error::Formula(member));
    }
    study.check().map_err(Error::Malformed)?;
    let (id, body) = (study.id(), study.to_bytes());
    let stored = StoredStudy {
        id: *id.as_bytes(),
        body,
        last_day: ends.get(),
        at_most,
        exported: None,
        tried: Vec::new(),
    };
    match store.open_study(&stored, today.get(), MAX_STUDIES).await? {
        Opened::Opened => Ok(id),
        Opened::Known => Err(Error::Known),
        Opened::TooMany => Err(Error::TooMany),
    }
}

/// Ends a study: it takes no more reports, and can be exported.
///
/// # Errors
/// [`Error::Unknown`], [`Error::Store`].
pub async fn close(store: &Store, id: &StudyId, now: Timestamp) -> Result<(), Error> {
    let closed = store.close_study(id.as_bytes(), now.day().previous().get()).await?;
    if closed { Ok(()) } else { Err(Error::Unknown) }
}

/// All studies that are kept, by name.
///
/// # Errors
/// [`Error::Store`].
pub async fn all(store: &Store, now: Timestamp) -> Result<Vec<Listed>, Error> {
    let mut listed = Vec::new();
    for stored in store.studies().await? {
        let (study, state) = (read(&stored)?, state(&stored, now));
        let reports = Magnitude::of(store.count_reports(&stored.id).await?, state);
        listed.push(Listed { study, state, reports });
    }
    Ok(listed)
}

/// The study whose name begins like this: at least four hexadecimal digits, in any case.
///
/// # Errors
/// [`Error::Unknown`], [`Error::Ambiguous`], [`Error::Store`].
pub async fn named(store: &Store, text: &str) -> Result<StudyId, Error> {
    let digits = text.to_ascii_lowercase();
    if digits.len() < MIN_DIGITS {
        return Err(Error::Unknown);
    }
    let ids = store.studies().await?.into_iter().map(|stored| StudyId::new(stored.id));
    let mut fits = ids.filter(|id| id.to_string().starts_with(&digits));
    match (fits.next(), fits.next()) {
        (Some(id), None) => Ok(id),
        (Some(_), Some(_)) => Err(Error::Ambiguous),
        (None, _) => Err(Error::Unknown),
    }
}

/// All that a study says in words, with the names of its members.
fn texts_of(study: &Study) -> [(&'static str, &str); 6] {
    let Study { title, institution, asked, contact, .. } = study;
    [
        ("title", &title.en),
        ("title", &title.de),
        ("institution", institution),
        ("asked", &asked.en),
        ("asked", &asked.de),
        ("contact", contact),
    ]
}

/// The first day whose studies, by their last day, are kept.
#[must_use]
pub(super) fn oldest_last_day(now: Timestamp) -> Day {
    now.day().minus(KEPT_DAYS)
}

fn read(stored: &StoredStudy) -> store::Result<Study> {
    Study::from_bytes(&stored.body).map_err(|_| store::Error::Damaged("a study"))
}

fn state(stored: &StoredStudy, now: Timestamp) -> State {
    let last_day = Day::new(stored.last_day);
    let deleted = last_day.plus(KEPT_DAYS).next();
    match &stored.exported {
        Some(_) => State::Exported { deleted },
        None if now.day() > last_day => State::Over { deleted },
        None => State::Open { until: last_day },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_told_by_its_size() {
        let day = Day::new(20_778);
        for (count, told) in [
            (0, "under 100"),
            (99, "under 100"),
            (100, "100 or more"),
            (999, "100 or more"),
            (54_321, "10000 or more"),
        ] {
            for state in [State::Over { deleted: day }, State::Exported { deleted: day }] {
                assert_eq!(Magnitude::of(count, state).to_string(), told);
            }
        }
    }

    #[test]
    fn while_a_study_goes_on_nothing_below_a_thousand_is_told() {
        let open = State::Open { until: Day::new(20_778) };
        for (count, told) in [
            (0, "under 1000"),
            (100, "under 1000"),
            (999, "under 1000"),
            (1000, "1000 or more"),
            (54_321, "10000 or more"),
        ] {
            assert_eq!(Magnitude::of(count, open).to_string(), told);
        }
    }
}
