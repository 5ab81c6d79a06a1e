//! `docs/protocol.md` against the sources: it is normative, so every label, route, refusal and constant stands in both,
//! and says the same.

use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::workspace::Workspace;

const FILE: &str = "docs/protocol.md";
const LABELS: &str = "core/src/labels.rs";
const ROUTES: &str = "server/src/routes/mod.rs";
const PROBLEMS: &str = "core/src/wire/problem.rs";

/// A row of the table of constants, and where its number stands in the sources.
struct Constant {
    /// The row's first cell.
    row: &'static str,
    file: &'static str,
    name: &'static str,
    /// How many of the source's unit make one of the document's.
    unit: u64,
}

const fn constant(row: &'static str, file: &'static str, name: &'static str, unit: u64) -> Constant {
    Constant { row, file, name, unit }
}

const CONSTANTS: [Constant; 14] = [
    constant("interval", "core/src/units.rs", "INTERVAL_SECONDS", 1),
    constant("grace", "core/src/units.rs", "GRACE_SECONDS", 1),
    constant("retention", "core/src/units.rs", "RETENTION_DAYS", 1),
    constant("acknowledging", "core/src/encounter/ring.rs", "ACKNOWLEDGE_SECONDS", 1),
    constant("acknowledgement", "core/src/beacon.rs", "ACKNOWLEDGEMENT_LENGTH", 1),
    constant("beacon", "core/src/beacon.rs", "BEACON_LENGTH", 1),
    constant("longest text looked at", "core/src/beacon.rs", "MAX_TEXT", 1),
    constant("heard beacons remembered", "core/src/encounter/ring.rs", "MAX_HEARD", 1),
    constant("upload size classes", "core/src/wire/upload.rs", "SIZE_CLASSES", 1),
    constant("pages that come whole", "core/src/batch.rs", "MAX_WHOLE_PAGES", 1),
    constant("pages asked", "core/src/batch.rs", "PAGES_ASKED", 1),
    constant("TAN", "core/src/tan.rs", "SYMBOLS", 1),
    constant("index freshness", "core/src/batch/index.rs", "INDEX_FRESH_SECONDS", 3600),
    constant("configuration", "core/src/wire/config.rs", "MAX_BODY", 1024),
];

/// Everything that only one of the two knows, or of which they say different things.
///
/// # Errors
/// If a file cannot be read, or has no part that is looked for.
pub(crate) fn violations(workspace: &Workspace) -> Result<Vec<String>> {
    let read = |file: &str| {
        fs::read_to_string(workspace.path(file)).with_context(|| format!("{file} cannot be read"))
    };
    let protocol = read(FILE)?;
    let mut found =
        differences("label", LABELS, &labels(&read(LABELS)?), &documented(&protocol, "## 4 ", label)?);
    found.extend(differences(
        "route",
        ROUTES,
        &routes(&read(ROUTES)?),
        &documented(&protocol, "### 20.2 ", route)?,
    ));
    found.extend(differences(
        "refusal",
        PROBLEMS,
        &refusals(&read(PROBLEMS)?),
        &documented(&protocol, "### 20.4 ", refusal)?,
    ));
    let table = rows(section(&protocol, "## 3 ")?);
    for constant in &CONSTANTS {
        let source = read(constant.file)?;
        found.extend(disagreement(constant, &source, &table));
    }
    Ok(found)
}

/// From a heading that begins so to the next heading of any depth.
fn section<'a>(text: &'a str, heading: &str) -> Result<&'a str> {
    let start = text.lines().scan(0, |at, line| {
        let start = *at;
        *at += line.len() + 1;
        Some((start, line))
    });
    let mut inside = start.skip_while(|(_, line)| !line.starts_with(heading));
    let (begin, _) = inside.next().with_context(|| format!("{FILE} has no section `{heading}…`"))?;
    let end = inside.find(|(_, line)| line.starts_with('#')).map_or(text.len(), |(end, _)| end);
    text.get(begin..end).with_context(|| format!("{FILE}: section `{heading}…` cannot be cut out"))
}

/// What a section says in backticks, as far as `read` understands it.
fn documented(text: &str, heading: &str, read: fn(&str, &str) -> Option<String>) -> Result<BTreeSet<String>> {
    let lines = section(text, heading)?.lines().filter(|line| line.starts_with("| `"));
    let quoted = lines.flat_map(|line| line.split('`').skip(1).step_by(2).map(move |text| (text, line)));
    Ok(quoted.filter_map(|(text, line)| read(text, line)).collect())
}

fn label(text: &str, _: &str) -> Option<String> {
    text.starts_with("twoken/v").then(|| text.to_owned())
}

fn route(text: &str, _: &str) -> Option<String> {
    let (method, path) = text.split_once(' ')?;
    (matches!(method, "GET" | "POST" | "PATCH" | "DELETE") && path.starts_with('/')).then(|| path.to_owned())
}

/// `code status`, from a row that begins with the code.
fn refusal(text: &str, line: &str) -> Option<String> {
    let (_, rest) = line.strip_prefix("| `")?.strip_prefix(text)?.split_once('|')?;
    let status = rest.split('|').next()?.trim();
    status.parse::<u16>().ok().map(|status| format!("{text} {status}"))
}

/// Of lines such as `pub const TAN: &[u8] = b"twoken/v1/tan";`.
fn labels(source: &str) -> BTreeSet<String> {
    source
        .split(": &[u8] = b\"")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
        .collect()
}

/// Of calls such as `.route("/v1/config", get(config::get))`.
fn routes(source: &str) -> BTreeSet<String> {
    source.split(".route(\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

/// Of lines such as `TanUsed = "tan-used", 409, "This TAN was used.";`.
fn refusals(source: &str) -> BTreeSet<String> {
    let read = |line: &str| {
        let (code, rest) = line.split_once(" = \"")?.1.split_once("\", ")?;
        let status: u16 = rest.split_once(',')?.0.parse().ok()?;
        Some(format!("{code} {status}"))
    };
    source.lines().filter_map(read).collect()
}

fn differences(
    what: &str,
    file: &str,
    source: &BTreeSet<String>,
    document: &BTreeSet<String>,
) -> Vec<String> {
    let undocumented =
        source.difference(document).map(|one| format!("{FILE} does not have the {what} `{one}` of {file}"));
    let gone =
        document.difference(source).map(|one| format!("{file} does not have the {what} `{one}` of {FILE}"));
    let nothing = (source.is_empty() || document.is_empty())
        .then(|| format!("no {what} was found in {file} or in {FILE}"));
    undocumented.chain(gone).chain(nothing).collect()
}

/// Rows of a table: the first cell and the second.
fn rows(table: &str) -> BTreeMap<&str, &str> {
    table
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
            Some((cells.next()?, cells.next()?))
        })
        .collect()
}

fn disagreement(constant: &Constant, source: &str, table: &BTreeMap<&str, &str>) -> Option<String> {
    let Constant { row, file, name, unit } = constant;
    let Some(cell) = table.get(row) else { return Some(format!("{FILE} has no constant `{row}`")) };
    let Some(values) = value(source, name) else { return Some(format!("{file} has no number {name}")) };
    let said = numbers(cell);
    let fits = values.iter().all(|value| value % unit == 0 && said.contains(&(value / unit)));
    (!fits).then(|| format!("{FILE} says `{cell}` of `{row}`, {file} has {name} = {values:?}"))
}

/// The value of a constant: a number, a product of numbers, or an array of such.
fn value(source: &str, name: &str) -> Option<Vec<u64>> {
    let (_, rest) = source.split_once(&format!("const {name}:"))?;
    let text = rest.split_once(" = ")?.1.split_once(";\n")?.0;
    let product = |text: &str| {
        text.split('*').try_fold(1_u64, |product, factor| {
            product.checked_mul(factor.trim().replace('_', "").parse().ok()?)
        })
    };
    text.trim_matches(['[', ']']).split(',').map(product).collect()
}

/// All whole numbers in a text; `2,048` is one.
fn numbers(text: &str) -> Vec<u64> {
    let parts = text.split(|sign: char| !sign.is_ascii_digit() && sign != ',');
    parts.filter_map(|part| part.trim_matches(',').replace(',', "").parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "\
# Title\n
## 3 Constants\n
| constant | value | why |
| --- | --- | --- |
| interval | 600 s | long |
| classes | 64, 256 and 1,024 entries | few |\n
## 4 Labels\n
| `twoken/v1/a` | salt | [8](#8) |\n
## 5 Other\n
| `twoken/v1/elsewhere` | no | no |\n
### 20.2 Routes\n
| `GET /v1/a` | public | `application/json` |
| `GET /v1/b` · `POST /v1/c/{id}` | – | – |\n
### 20.4 Refusals\n
| `not-here` | 404 | no |\n";

    fn set(of: &[&str]) -> BTreeSet<String> {
        of.iter().map(|one| (*one).to_owned()).collect()
    }

    #[test]
    fn document_and_sources_agree() {
        assert_eq!(violations(&Workspace::find().unwrap()).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn the_document_is_read_by_its_sections() {
        assert_eq!(documented(DOCUMENT, "## 4 ", label).unwrap(), set(&["twoken/v1/a"]));
        assert_eq!(documented(DOCUMENT, "### 20.2 ", route).unwrap(), set(&["/v1/a", "/v1/b", "/v1/c/{id}"]));
        assert_eq!(documented(DOCUMENT, "### 20.4 ", refusal).unwrap(), set(&["not-here 404"]));
        assert!(section(DOCUMENT, "## 99 ").is_err());
    }

    #[test]
    fn the_sources_are_read() {
        assert_eq!(labels("pub const A: &[u8] = b\"twoken/v1/a\";\n"), set(&["twoken/v1/a"]));
        assert_eq!(routes(".route(\"/v1/a\", get(a))\n.route(\"/v1/b\", post(b))"), set(&["/v1/a", "/v1/b"]));
        assert_eq!(refusals("    NotHere = \"not-here\", 404, \"No.\";\n"), set(&["not-here 404"]));
        let source =
            "const A: u64 = 2 * 60 * 60;\nconst B: [usize; 2] = [64, 1_024];\nconst C: u8 = OTHER;\n";
        assert_eq!(value(source, "A"), Some(vec![7200]));
        assert_eq!(value(source, "B"), Some(vec![64, 1024]));
        assert_eq!(value(source, "C"), None);
        assert_eq!(numbers("64, 256 and 1,024 entries"), [64, 256, 1024]);
    }

    #[test]
    fn what_only_one_of_them_knows_is_told() {
        let told = differences("label", "a.rs", &set(&["x", "both"]), &set(&["y", "both"]));
        assert_eq!(told.len(), 2);
        assert!(
            told.iter().any(|one| one.contains("`x` of a.rs")) && told.iter().any(|one| one.contains("`y`"))
        );
        assert_eq!(differences("label", "a.rs", &set(&[]), &set(&[])).len(), 1);
    }

    #[test]
    fn a_constant_that_says_something_else_is_told() {
        let table = rows(section(DOCUMENT, "## 3 ").unwrap());
        let told = |row, source: &str| disagreement(&constant(row, "a.rs", "A", 1), source, &table);
        assert_eq!(told("interval", "const A: u64 = 600;\n"), None);
        assert!(told("interval", "const A: u64 = 60;\n").is_some());
        assert_eq!(told("classes", "const A: [u8; 2] = [64, 1024];\n"), None);
        assert!(told("classes", "const A: [u8; 2] = [64, 2048];\n").is_some());
        assert!(told("absent", "const A: u64 = 600;\n").is_some());
        assert!(told("interval", "const B: u64 = 600;\n").is_some());
    }
}
