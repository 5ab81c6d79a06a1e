//! A list of people tested, as a spreadsheet saves it: comma-separated values (RFC 4180), read in this browser alone.
//!
//! Commas, semicolons or tabs, UTF-8 with or without its mark. Nothing of it is sent anywhere: of each row, a reference
//! is taken to be printed on its letter.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use std::collections::BTreeSet;

/// The largest file, in bytes.
pub const MAX_BYTES: u32 = 1 << 20;
/// The most rows: as many TANs as an account makes valid on a day (docs/protocol.md, 20.5).
pub const MAX_ROWS: usize = 2_000;
/// The most columns.
pub const MAX_COLUMNS: usize = 100;
/// The longest cell, in bytes. A quotation mark that is missing makes one of half a file.
const MAX_CELL: usize = 500;
/// What separates cells; where they are equally many, the first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Why a file is no such list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableProblem {
    /// The browser could not read it.
    Unreadable,
    /// It has more than [`MAX_BYTES`].
    TooLarge,
    /// There is nothing in it.
    Empty,
    /// It is not UTF-8, or no text at all.
    Encoding,
    /// A quotation mark is opened and not closed.
    Quote,
    /// A cell of this row (the first is 1) is longer than any reference is.
    LongCell(usize),
    /// It has more than [`MAX_ROWS`].
    TooManyRows,
    /// A row has more than [`MAX_COLUMNS`].
    TooManyColumns,
}

/// What was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Table {
    rows: Vec<Vec<String>>,
    columns: usize,
    delimiter: u8,
}

/// How it is to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Whether the first row has names of columns.
    pub header: bool,
    /// Which column is the reference; 0 is the first.
    pub column: usize,
}

/// The references of a list, each once.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct References {
    /// In the order of the file.
    pub kept: Vec<String>,
    /// Rows that have none.
    pub empty: usize,
    /// What stood in rows that were left out because it had stood before.
    pub repeated: Vec<String>,
}

/// What is in it is about people.
impl core::fmt::Debug for Table {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Table({} × {})", self.rows.len(), self.columns)
    }
}

impl core::fmt::Debug for References {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "References({}, {}, {})", self.kept.len(), self.empty, self.repeated.len())
    }
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    /// [`TableProblem`], naming what to look at.
    pub fn read(bytes: &[u8]) -> Result<Self, TableProblem> {
        if bytes.len() > MAX_BYTES as usize {
            return Err(TableProblem::TooLarge);
        }
        let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
        let text = core::str::from_utf8(bytes).map_err(|_| TableProblem::Encoding)?;
        // No list has it, and every picture or spreadsheet file does.
        if text.contains('\0') {
            return Err(TableProblem::Encoding);
        }
        if text.matches('"').count() % 2 == 1 {
            return Err(TableProblem::Quote);
        }
        let delimiter = delimiter_of(text);
        let rows = records(ReaderBuilder::new().delimiter(delimiter).build(), bytes)?;
        let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
        if rows.iter().flatten().all(|cell| cell.is_empty()) {
            return Err(TableProblem::Empty);
        }
        Ok(Self { rows, columns, delimiter })
    }

    /// How many columns it has.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// What separated its cells: what is saved for the same spreadsheet uses it too.
    #[must_use]
    pub const fn delimiter(&self) -> char {
        self.delimiter as char
    }

    /// What stands at the head of a column.
    #[must_use]
    pub fn head(&self, column: usize) -> Option<&str> {
        self.rows.first().and_then(|row| row.get(column)).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// As it probably is: names of columns have no digits, and what is below some of them has.
    #[must_use]
    pub fn guess(&self) -> Choice {
        let digit = |cell: &String| cell.contains(|symbol: char| symbol.is_ascii_digit());
        let named = self.rows.first().is_some_and(|row| !row.iter().any(digit));
        let header = named && self.rows.iter().skip(1).flatten().any(digit);
        Choice { header, column: 0 }
    }

    /// The references.
    #[must_use]
    pub fn references(&self, choice: Choice) -> References {
        let mut found = References::default();
        let mut known = BTreeSet::new();
        for row in self.rows.iter().skip(usize::from(choice.header)) {
            match row.get(choice.column).map(String::as_str) {
                None | Some("") => found.empty += 1,
                Some(cell) if known.insert(cell) => found.kept.push(cell.to_owned()),
                Some(cell) => found.repeated.push(cell.to_owned()),
            }
        }
        found
    }
}

/// What separates most in the first line, outside quotation marks.
fn delimiter_of(text: &str) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            byte => {
                for (count, delimiter) in counts.iter_mut().zip(DELIMITERS) {
                    *count += usize::from(byte == delimiter);
                }
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    let found = counts.iter().zip(DELIMITERS).find(|(count, _)| **count == most);
    found.map_or(b',', |(_, delimiter)| delimiter)
}

/// All rows, their cells without the spaces around them. Lines without anything are none.
fn records(mut reader: Reader, bytes: &[u8]) -> Result<Vec<Vec<String>>, TableProblem> {
    let mut rows = Vec::new();
    let (mut cells, mut ends) = (vec![0_u8; MAX_CELL * 4], vec![0_usize; MAX_COLUMNS]);
    let mut input = bytes;
    let (mut written, mut ended) = (0, 0);
    loop {
        let (result, read, wrote, ends_wrote) = reader.read_record(
            input,
            cells.get_mut(written..).unwrap_or_default(),
            ends.get_mut(ended..).unwrap_or_default(),
        );
        input = input.get(read..).unwrap_or_default();
        written += wrote;
        ended += ends_wrote;
        match result {
            // The next turn has no input: that ends the last row.
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull => {
                if cells.len() >= MAX_CELL * MAX_COLUMNS {
                    return Err(TableProblem::LongCell(rows.len() + 1));
                }
                cells.resize(cells.len() * 2, 0);
            }
            ReadRecordResult::OutputEndsFull => return Err(TableProblem::TooManyColumns),
            ReadRecordResult::Record => {
                let row = row_of(&cells, ends.get(..ended).unwrap_or_default());
                if row.iter().any(|cell| cell.len() > MAX_CELL) {
                    return Err(TableProblem::LongCell(rows.len() + 1));
                }
                // One more may be names of columns.
                if rows.len() > MAX_ROWS {
                    return Err(TableProblem::TooManyRows);
                }
                rows.push(row);
                (written, ended) = (0, 0);
            }
            ReadRecordResult::End => return Ok(rows),
        }
    }
}

fn row_of(cells: &[u8], ends: &[usize]) -> Vec<String> {
    let mut start = 0;
    ends.iter()
        .map(|end| {
            let cell = cells.get(start..*end).unwrap_or_default();
            start = *end;
            String::from_utf8_lossy(cell).trim().to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str, choice: Choice) -> References {
        Table::read(text.as_bytes()).unwrap().references(choice)
    }

    const FIRST: Choice = Choice { header: false, column: 0 };

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn commas_semicolons_tabs_quotes_and_line_ends_are_read() {
        for text in ["a,b\nc,d\n", "a;b\r\nc;d", "a\tb\n\nc\td", "\u{feff}a,b\nc,d", "\"a\", b\n c ,\"d\""] {
            let table = Table::read(text.as_bytes()).unwrap();
            assert_eq!(table.columns(), 2, "{text}");
            assert_eq!(table.references(FIRST).kept, ["a", "c"], "{text}");
            assert_eq!(table.references(Choice { column: 1, ..FIRST }).kept, ["b", "d"], "{text}");
        }
        assert_eq!(kept("\"4,711\";x\n\"a \"\"b\"\"\nc\";y", FIRST).kept, ["4,711", "a \"b\"\nc"]);
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn rows_that_repeat_or_have_nothing_are_told_and_left_out() {
        let found = kept("case,day\n1,x\n2,x\n 1 ,y\n,z\n3\n", Choice { header: true, column: 0 });
        assert_eq!(found.kept, ["1", "2", "3"]);
        assert_eq!((found.empty, found.repeated), (1, vec!["1".to_owned()]));
        // A row that is too short has no reference either.
        assert_eq!(kept("1,x\n2", Choice { header: false, column: 1 }).empty, 1);
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn names_of_columns_are_guessed() {
        assert!(Table::read(b"Case,Day\n4711,2026-11-20").unwrap().guess().header);
        assert!(!Table::read(b"4710,2026-11-20\n4711,2026-11-20").unwrap().guess().header);
        assert!(!Table::read(b"Ada\nBen").unwrap().guess().header);
        assert_eq!(Table::read(b"Case,\n1,2").unwrap().head(1), None);
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn what_is_no_such_list_is_told() {
        let problem = |bytes: &[u8]| Table::read(bytes).unwrap_err();
        assert_eq!(problem(b""), TableProblem::Empty);
        assert_eq!(problem(b",,\n,\n"), TableProblem::Empty);
        assert_eq!(problem(b"M\xfcller,1"), TableProblem::Encoding);
        assert_eq!(problem(b"PK\x03\x04\0\0"), TableProblem::Encoding);
        assert_eq!(problem(b"a,\"b\nc,d\n"), TableProblem::Quote);
        assert_eq!(problem(format!("a\n{}", "x".repeat(501)).as_bytes()), TableProblem::LongCell(2));
        assert_eq!(problem(format!("\"{}\"", "x\n".repeat(40_000)).as_bytes()), TableProblem::LongCell(1));
        assert_eq!(problem(",".repeat(100).as_bytes()), TableProblem::TooManyColumns);
        assert_eq!(problem("1\n".repeat(2_002).as_bytes()), TableProblem::TooManyRows);
        assert_eq!(problem(&vec![b'1'; 1_048_577]), TableProblem::TooLarge);
        assert_eq!(kept(&"1\n".repeat(2_001), Choice { header: true, column: 0 }).repeated.len(), 1_999);
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn debug_output_names_nobody() {
        let table = Table::read(b"Ada,1\nAda,2").unwrap();
        assert!(!format!("{table:?} {:?}", table.references(FIRST)).contains("Ada"));
    }
}
