//! The one table that leaves the server: how many reports tell the same, and a codebook beside it.
//!
//! A cell is a combination of the table's columns, and its number. Cells below [`THRESHOLD`] are not there, those of zero
//! neither, and nobody can tell one from the other: there are no totals, no second table by other columns, and no table from before
//! the study was over. Each of these, beside the table, would give cells back by subtraction.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use twoken_core::status::Mode;
use twoken_core::units::{Day, Timestamp};
use twoken_core::wire::{Study, StudyId};

use super::{Error, State, read, state};
use crate::store::{Counted, Frozen, Store, Told};

/// Fewest reports of a cell that is told.
pub const THRESHOLD: u64 = 10;
/// Sets of columns by which an export may have nothing to tell.
pub const MOST_TRIES: usize = 3;
/// With what a field begins that spreadsheets take for a formula, full-width forms included.
const FORMULAS: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
/// Days of a week.
const WEEK_DAYS: u16 = 7;
/// How many days 1 January 1970, a Thursday, lies after a Monday.
const EPOCH_AFTER_MONDAY: u16 = 3;

/// A column that an operator chooses. That of de-duplication is always there beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Column {
    /// The UTC day of the contact; in private mode that of its batch.
    Day,
    /// The Monday of that day's week, in its place.
    Week,
    /// How long the contact was, in classes; in open mode.
    Duration,
    /// How close; in open mode.
    Closeness,
    /// How it was counted; in private mode.
    Category,
    /// How the two phones sensed each other.
    Scheme,
}

/// What is exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The counts: CSV (RFC 4180), a header line first.
    pub table: String,
    /// What the columns and values mean, and of which study they are: CSV, a header line first.
    pub codebook: String,
}

/// Exports a study that is over; from then on nothing changes in it. By the same columns it can be exported again, and is the
/// same.
///
/// # Errors
/// [`Error::Unknown`], [`Error::NotOver`], [`Error::Columns`], [`Error::AllSmall`], [`Error::Tried`], [`Error::Otherwise`],
/// [`Error::Store`].
pub async fn export(
    store: &Store,
    id: &StudyId,
    columns: Option<Vec<Column>>,
    now: Timestamp,
) -> Result<Export, Error> {
    let stored = store.study(id.as_bytes()).await?.ok_or(Error::Unknown)?;
    if let State::Open { until } = state(&stored, now) {
        return Err(Error::NotOver { last_day: until });
    }
    let study = read(&stored)?;
    let columns = columns.unwrap_or_else(|| all_of(study.mode).to_vec());
    check(&columns, study.mode)?;
    let names: Vec<_> = columns.iter().map(|column| column.name(study.mode)).collect();
    if stored.exported.is_none() {
        let mut set = names.clone();
        set.sort_unstable();
        let set = set.join(",");
        if stored.tried.len() >= MOST_TRIES && !stored.tried.contains(&set) {
            return Err(Error::Tried);
        }
        // A table without a line need not be the one. That there is none tells something too, and is told so often and no more.
        if cells(&store.told_to(id.as_bytes()).await?, &columns).is_empty() {
            let noted = store.note_tried(id.as_bytes(), &set, MOST_TRIES).await?;
            return Err(if noted { Error::AllSmall } else { Error::Tried });
        }
    }
    match store.freeze_study(id.as_bytes(), &names.join(",")).await? {
        Frozen::Frozen => {}
        Frozen::Otherwise(columns) => return Err(Error::Otherwise { columns }),
        Frozen::Unknown => return Err(Error::Unknown),
    }
    // Counted again, now that nobody takes a report back any more.
    let cells = cells(&store.told_to(id.as_bytes()).await?, &columns);
    Ok(Export { table: table(&cells, &columns, &names), codebook: codebook(&study, id, &columns) })
}

/// What a cell is known by: the value of each column as a number, then whether it was de-duplicated.
type Key = (Vec<u16>, bool);

/// The cells that are told.
fn cells(counted: &[Counted], columns: &[Column]) -> BTreeMap<Key, u64> {
    let mut cells = BTreeMap::<Key, u64>::new();
    for Counted { told, count } in counted {
        let values = columns.iter().map(|column| column.value(told)).collect();
        *cells.entry((values, told.once)).or_default() += count;
    }
    cells.retain(|_, count| *count >= THRESHOLD);
    cells
}

fn table(cells: &BTreeMap<Key, u64>, columns: &[Column], names: &[&str]) -> String {
    let mut table = names.join(",");
    table.push_str(",de_duplication,reports\r\n");
    for ((values, once), count) in cells {
        for (column, value) in columns.iter().zip(values) {
            table.push_str(&column.label(*value));
            table.push(',');
        }
        let once = if *once { DE_DUPLICATED } else { NOT_DE_DUPLICATED };
        // Writing to a string cannot fail.
        let _ = write!(table, "{once},{count}\r\n");
    }
    table
}

const DE_DUPLICATED: &str = "de-duplicated";
const NOT_DE_DUPLICATED: &str = "not de-duplicated";

fn codebook(study: &Study, id: &StudyId, columns: &[Column]) -> String {
    let mode = match study.mode {
        Mode::Open => "open",
        Mode::Private => "private",
    };
    let mut lines = vec![
        ["study", "id", &id.to_string()].map(str::to_owned),
        ["study", "title", &study.title.en].map(str::to_owned),
        ["study", "institution", &study.institution].map(str::to_owned),
        ["study", "what was asked", &study.asked.en].map(str::to_owned),
        ["study", "contact", &study.contact].map(str::to_owned),
        ["study", "mode", mode].map(str::to_owned),
        ["study", "last day", &study.ends.to_string()].map(str::to_owned),
    ];
    for column in columns {
        let name = column.name(study.mode);
        lines.extend(
            column.meanings().iter().map(|(value, meaning)| [name, *value, *meaning].map(str::to_owned)),
        );
    }
    for [value, meaning] in [
        [
            DE_DUPLICATED,
            "each pair of keys was told at most once: an encounter has up to three, a long one new ones every ten minutes",
        ],
        [NOT_DE_DUPLICATED, "the same contact may have been told more than once"],
    ] {
        lines.push(["de_duplication", value, meaning].map(str::to_owned));
    }
    let whole = format!(
        "reports that tell exactly this, each proved to be of a contact with somebody who was reported here; a combination that is \
         not listed has 0 to {} reports",
        THRESHOLD - 1
    );
    lines.push(["reports".to_owned(), "number".to_owned(), whole]);
    let mut codebook = String::from("column,value,meaning\r\n");
    for line in lines {
        codebook.push_str(&line.map(quoted).join(","));
        codebook.push_str("\r\n");
    }
    codebook
}

/// As a field of a line: in quotes, doubled inside (RFC 4180), where it needs them; with an apostrophe before what a spreadsheet
/// would compute. No such text comes in any more; one of an older version may be there.
fn quoted(text: String) -> String {
    let text = if is_formula(&text) { format!("'{text}") } else { text };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Whether a spreadsheet would take a field for a formula.
pub(super) fn is_formula(text: &str) -> bool {
    text.starts_with(FORMULAS)
}

const fn all_of(mode: Mode) -> &'static [Column] {
    match mode {
        Mode::Open => &[Column::Day, Column::Duration, Column::Closeness, Column::Scheme],
        Mode::Private => &[Column::Day, Column::Category, Column::Scheme],
    }
}

fn check(columns: &[Column], mode: Mode) -> Result<(), Error> {
    let known = |column: &Column| all_of(mode).contains(column) || *column == Column::Week;
    let twice = |column: &Column| columns.iter().filter(|other| *other == column).count() > 1;
    let both = columns.contains(&Column::Day) && columns.contains(&Column::Week);
    if both || columns.is_empty() || !columns.iter().all(known) || columns.iter().any(twice) {
        let known = match mode {
            Mode::Open => "day, week, duration, closeness, scheme",
            Mode::Private => "day, week, category, scheme",
        };
        return Err(Error::Columns { known });
    }
    Ok(())
}

impl Column {
    /// As the header line has it.
    const fn name(self, mode: Mode) -> &'static str {
        match (self, mode) {
            (Self::Day, Mode::Open) => "day",
            (Self::Day, Mode::Private) => "batch_day",
            (Self::Week, Mode::Open) => "week",
            (Self::Week, Mode::Private) => "batch_week",
            (Self::Duration, _) => "duration_minutes",
            (Self::Closeness, _) => "closeness",
            (Self::Category, _) => "category",
            (Self::Scheme, _) => "scheme",
        }
    }

    fn value(self, told: &Told) -> u16 {
        match self {
            Self::Day => told.day,
            Self::Week => told.day.saturating_sub((told.day + EPOCH_AFTER_MONDAY) % WEEK_DAYS),
            Self::Duration => told.duration.unwrap_or_default().into(),
            Self::Closeness => told.closeness.unwrap_or_default().into(),
            Self::Category => told.category.unwrap_or_default().into(),
            Self::Scheme => told.scheme.into(),
        }
    }

    fn label(self, value: u16) -> String {
        match self {
            Self::Day | Self::Week => Day::new(value).to_string(),
            // Values are counted from 1, as the protocol does.
            _ => {
                let meaning = usize::from(value).checked_sub(1).and_then(|at| self.meanings().get(at));
                meaning.map_or("unknown", |(label, _)| *label).to_owned()
            }
        }
    }

    /// Its values in the order of their numbers, and what they mean.
    const fn meanings(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Day => &[(
                "YYYY-MM-DD",
                "UTC day on which the contact began; in private mode, on which its batch was sealed",
            )],
            Self::Week => &[("YYYY-MM-DD", "Monday of the week of that UTC day")],
            Self::Duration => &[
                ("under 5", "shorter than 5 minutes"),
                ("5-14", "5 to 14 minutes"),
                ("15-29", "15 to 29 minutes"),
                ("30-59", "30 to 59 minutes"),
                ("60 or more", "an hour or longer"),
            ],
            Self::Closeness => &[
                ("close", "within 1.5 m, face to face among them"),
                ("near", "a few meters"),
                ("far", "farther"),
            ],
            Self::Category => &[
                ("low", "the app counted it as low"),
                ("medium", "the app counted it as medium"),
                ("high", "the app counted it as high"),
            ],
            Self::Scheme => &[
                ("mutual", "both phones scanned each other"),
                ("one-way", "this person's phone scanned the other's one-way code"),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(day: u16, duration: u8, scheme: u8, count: u64) -> Counted {
        let told = Told {
            day,
            duration: Some(duration),
            closeness: Some(1),
            category: None,
            scheme,
            once: scheme == 1,
        };
        Counted { told, count }
    }

    #[test]
    fn a_cell_below_ten_is_not_there_and_nothing_gives_it_back() {
        let counted = [counted(20_778, 1, 1, 9), counted(20_778, 2, 1, 10), counted(20_779, 2, 2, 11)];
        let by = |columns: &[Column]| -> Vec<_> { cells(&counted, columns).into_values().collect() };
        assert_eq!(by(&[Column::Day, Column::Duration, Column::Scheme]), [10, 11]);
        assert_eq!(by(&[Column::Day]), [19, 11], "what is added up is told when it is enough");
        assert_eq!(by(&[Column::Week]), [11, 19], "de-duplicated and not are never added up");
        let text = table(&cells(&counted, &[Column::Duration]), &[Column::Duration], &["duration_minutes"]);
        assert_eq!(
            text,
            "duration_minutes,de_duplication,reports\r\n5-14,not de-duplicated,11\r\n5-14,de-duplicated,10\r\n"
        );
        assert!(!text.contains('9') && !text.contains("30"), "neither the cell nor a total");
    }

    #[test]
    fn weeks_begin_on_monday() {
        // 16 November 2026 is a Monday.
        let monday: Day = "2026-11-16".parse().unwrap();
        for days in 0..7 {
            let told = counted(monday.plus(days).get(), 1, 1, 1).told;
            assert_eq!(Column::Week.label(Column::Week.value(&told)), "2026-11-16", "{days}");
        }
        let before = counted(monday.previous().get(), 1, 1, 1).told;
        assert_eq!(Column::Week.label(Column::Week.value(&before)), "2026-11-09");
    }

    #[test]
    fn columns_are_those_of_the_mode_and_each_once() {
        for mode in [Mode::Open, Mode::Private] {
            assert!(check(all_of(mode), mode).is_ok());
            assert!(check(&[Column::Day, Column::Week], mode).is_err());
            assert!(check(&[Column::Scheme, Column::Scheme], mode).is_err());
            assert!(check(&[], mode).is_err());
        }
        assert!(check(&[Column::Category], Mode::Open).is_err());
        assert!(check(&[Column::Closeness], Mode::Private).is_err());
    }

    #[test]
    fn fields_are_quoted_where_they_need_it() {
        for (text, field) in [("plain", "plain"), ("a, b", "\"a, b\""), ("\"a\"\nb", "\"\"\"a\"\"\nb\"")] {
            assert_eq!(quoted(text.to_owned()), field);
        }
    }

    #[test]
    fn nothing_is_a_formula_to_a_spreadsheet() {
        let (link, quoted_link) = (
            "=HYPERLINK(\"https://x.example\",\"a\")",
            "\"'=HYPERLINK(\"\"https://x.example\"\",\"\"a\"\")\"",
        );
        for (text, field) in [
            (link, quoted_link),
            ("+49 89 1", "'+49 89 1"),
            ("-", "'-"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("＝1", "'＝1"),
        ] {
            assert_eq!(quoted(text.to_owned()), field);
        }
        assert_eq!(quoted("1 + 1 = 2".to_owned()), "1 + 1 = 2");
        // What we write ourselves needs none.
        let columns = [all_of(Mode::Open), all_of(Mode::Private), &[Column::Week]].concat();
        for (value, meaning) in columns.iter().flat_map(|column| column.meanings()) {
            assert!(!is_formula(value) && !is_formula(meaning));
        }
    }
}
