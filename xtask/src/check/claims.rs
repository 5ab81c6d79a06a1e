//! `docs/requirements.md` against the tests: a claim that is built has a test, a test's claim exists, and so does every
//! test that the document names.
//!
//! A row reads `| 04 | built | text … | where |`; its state is `built` or `planned`. A Rust test names its claim in
//! its function (`claim_04_…`), a story in one of its texts.

use anyhow::Result;
use std::collections::BTreeMap;
use std::fs;

use crate::sources::{self, Source};
use crate::workspace::Workspace;

const FILE: &str = "docs/requirements.md";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Built,
    Planned,
}

type Claims = BTreeMap<u32, State>;

/// A claim named by a test, and where.
type Named = BTreeMap<u32, Vec<String>>;

/// Every claim without its test, and every test without its claim.
///
/// # Errors
/// If the tests cannot be read.
pub(crate) fn violations(workspace: &Workspace) -> Result<Vec<String>> {
    let Ok(text) = fs::read_to_string(workspace.path(FILE)) else {
        return Ok(vec![format!("{FILE} is missing: the claims stand there, and tests are named by them")]);
    };
    let (claims, mut found) = read(&text);
    let mut named = Named::new();
    let (rust, stories) =
        (sources::find(workspace.root(), &[".rs"])?, sources::find(&workspace.path("e2e"), &[".mjs"])?);
    for source in &rust {
        for number in in_rust(source) {
            named.entry(number).or_default().push(source.path.clone());
        }
    }
    for source in &stories {
        for number in in_text(&source.text) {
            named.entry(number).or_default().push(format!("e2e/{}", source.path));
        }
    }
    found.extend(compare(&claims, &named));
    found.extend(missing(&text, &[rust, stories].concat()));
    Ok(found)
}

/// Tests that the document names and that are nowhere.
fn missing(text: &str, sources: &[Source]) -> Vec<String> {
    // What stands between two backticks and is a whole name.
    let names =
        text.split('`').skip(1).step_by(2).filter(|name| name.starts_with("claim_") && name.is_ascii());
    let is_there = |name: &str| {
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        sources.iter().any(|source| source.text.split(name).skip(1).any(ends))
    };
    names
        .filter(|name| !is_there(name))
        .map(|name| format!("{FILE} names the test `{name}`, which is nowhere"))
        .collect()
}

/// The claims of the table, and what is wrong with its rows.
fn read(text: &str) -> (Claims, Vec<String>) {
    let (mut claims, mut wrong) = (Claims::new(), Vec::new());
    for (line, row) in (1..).zip(text.lines()) {
        let mut cells = row.trim().trim_start_matches('|').split('|').map(str::trim);
        let Some(number) = cells.next().and_then(|cell| cell.parse::<u32>().ok()) else { continue };
        if !row.trim_start().starts_with('|') {
            continue;
        }
        let state = match cells.next() {
            Some("built") => State::Built,
            Some("planned") => State::Planned,
            other => {
                let other = other.unwrap_or_default();
                wrong.push(format!(
                    "{FILE}:{line}: claim {number:02} is `{other}`, neither built nor planned"
                ));
                continue;
            }
        };
        if claims.insert(number, state).is_some() {
            wrong.push(format!("{FILE}:{line}: claim {number:02} stands here a second time"));
        }
    }
    if claims.is_empty() {
        wrong.push(format!("{FILE} has no row of the form `| 04 | built | text | where |`"));
    }
    (claims, wrong)
}

/// Functions named by a claim.
fn in_rust(source: &Source) -> Vec<u32> {
    let words = sources::words(&source.text);
    words
        .iter()
        .zip(words.iter().skip(1))
        .filter(|(first, _)| first.text == "fn")
        .flat_map(|(_, name)| in_text(&name.text))
        .collect()
}

/// Every `claim_NN` in a text.
fn in_text(text: &str) -> Vec<u32> {
    text.split("claim_").skip(1).filter_map(|rest| rest.get(..2)?.parse().ok()).collect()
}

fn compare(claims: &Claims, named: &Named) -> Vec<String> {
    let untested = claims
        .iter()
        .filter(|(number, state)| **state == State::Built && !named.contains_key(number))
        .map(|(number, _)| {
            format!("{FILE}: claim {number:02} is built, but no test is named claim_{number:02}_…")
        });
    let unknown = named.iter().filter_map(|(number, places)| {
        let places = places.join(", ");
        match claims.get(number) {
            Some(State::Built) => None,
            Some(State::Planned) => {
                Some(format!("{FILE}: claim {number:02} is planned, but has tests ({places}): is it built?"))
            }
            None => Some(format!("{FILE} has no claim {number:02}, which tests name ({places})")),
        }
    });
    untested.chain(unknown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
# Requirements\n
| no | state | claim | where |
| --- | --- | --- | --- |
| 01 | built | Tags are equal. | core |
| 02 | planned | Proofs are short. | core |\n";

    fn named(numbers: &[u32]) -> Named {
        numbers.iter().map(|number| (*number, vec!["a.rs".into()])).collect()
    }

    #[test]
    fn the_table_is_read() {
        let (claims, wrong) = read(TABLE);
        assert_eq!(claims, Claims::from([(1, State::Built), (2, State::Planned)]));
        assert!(wrong.is_empty());
    }

    #[test]
    fn a_table_that_cannot_be_read_is_told() {
        assert_eq!(read("nothing").1.len(), 1);
        assert!(read("| 01 | done | x | y |").1.iter().any(|one| one.contains("neither built nor planned")));
        assert!(
            read(&format!("{TABLE}| 01 | built | again | core |")).1.iter().any(|one| one.contains("second"))
        );
    }

    #[test]
    fn a_built_claim_needs_a_test_and_a_test_a_built_claim() {
        let (claims, _) = read(TABLE);
        assert!(compare(&claims, &named(&[1])).is_empty());
        assert_eq!(compare(&claims, &named(&[])).len(), 1);
        assert!(compare(&claims, &named(&[1, 2])).iter().any(|one| one.contains("is it built?")));
        assert!(compare(&claims, &named(&[1, 40])).iter().any(|one| one.contains("no claim 40")));
    }

    #[test]
    fn a_test_that_the_document_names_is_there() {
        let source = |text: &str| Source { path: "a.rs".into(), text: text.into() };
        let sources = [source("fn claim_07_it_holds() {}"), source("step('claim_08_it_is_seen', …)")];
        assert!(missing("as `claim_04_…`, `claim_07_it_holds`, `claim_08_it_is_seen`", &sources).is_empty());
        for gone in ["`claim_07_it`", "`x`, `claim_07_it_holds_too`", "`claim_09_it_is_seen`"] {
            assert_eq!(missing(gone, &sources).len(), 1, "{gone}");
        }
    }

    #[test]
    fn only_functions_name_claims_in_rust() {
        let source = |text: &str| Source { path: "a.rs".into(), text: text.into() };
        assert_eq!(in_rust(&source("#[test] fn claim_07_holds() {} async fn claim_12_too() {}")), [7, 12]);
        assert!(in_rust(&source("// fn claim_07\nlet s = \"fn claim_08\"; claim_09();")).is_empty());
        assert_eq!(in_text("step('claim_06: removed', …)"), [6]);
    }
}
