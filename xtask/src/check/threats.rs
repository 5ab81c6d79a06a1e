//! `docs/threat-model.md` against the sources it answers and the tests it names.
//!
//! An attack's row reads `| 04 | **Title.** … | defence | what remains | state | source |`; its state is `built`, `partly`,
//! `not built yet` or `limit`. Its tests stand in rows `| 04 | test | file |`: a Rust test by its function, a story by one
//! of its texts.

use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::sources;
use crate::workspace::Workspace;

const FILE: &str = "docs/threat-model.md";

/// Rows that must be there, by their titles: those of claim 36, then the attacks that ContacTUM ("possible attack
/// scenarios") and TraceCORONA ("Possible Attacks", "A note on MAC address tracing", "Opt-in Sharing") name.
const REQUIRED: [&str; 19] = [
    "Live relay",
    "The server delivers the app's code",
    "Camera apps and synchronised history see the fragment",
    "One upload is seen as one group",
    "Seeing all TCNs of one person",
    "Small weeks and regions",
    "Invented and lent contacts",
    "One contact in a category is that contact",
    "Burnt page budgets",
    "Address limits shared behind one NAT",
    "Revealing the identity of an infected person with a video camera",
    "Rebroadcasting of TCNs by radio",
    "Uploading somebody else's token",
    "Uploading TCNs merely heard",
    "Forcing someone into self-quarantine",
    "Tracing movements with a mesh of observers",
    "Tracing who met whom",
    "MAC address tracing",
    "Fabricated research data",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Built,
    Partly,
    NotBuilt,
    Limit,
}

impl State {
    fn read(text: &str) -> Option<Self> {
        match text {
            "built" => Some(Self::Built),
            "partly" => Some(Self::Partly),
            "not built yet" => Some(Self::NotBuilt),
            "limit" => Some(Self::Limit),
            _ => None,
        }
    }
}

/// A test as the document names it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    line: usize,
    attack: u32,
    test: String,
    file: String,
}

#[derive(Debug, Default)]
struct Model {
    attacks: BTreeMap<u32, State>,
    titles: BTreeSet<String>,
    shown: Vec<Shown>,
    wrong: Vec<String>,
}

/// Every attack without its row, every row without its test, and every test that is not there.
///
/// # Errors
/// If the project's folder cannot be read.
pub(crate) fn violations(workspace: &Workspace) -> Result<Vec<String>> {
    let Ok(text) = fs::read_to_string(workspace.path(FILE)) else {
        return Ok(vec![format!("{FILE} is missing: who attacks, what stands against it, and what remains")]);
    };
    let model = read(&text);
    let mut found = model.wrong.clone();
    found.extend(missing(&model));
    for shown in &model.shown {
        let is_there = fs::read_to_string(workspace.path(&shown.file))
            .is_ok_and(|file| holds(&shown.file, &file, &shown.test));
        if !is_there {
            found.push(format!("{FILE}:{}: there is no test `{}` in {}", shown.line, shown.test, shown.file));
        }
    }
    Ok(found)
}

/// All rows, and what is wrong with them.
fn read(text: &str) -> Model {
    let mut model = Model::default();
    for (line, row) in (1..).zip(text.lines()) {
        let Some(row) = row.trim().strip_prefix('|') else { continue };
        let cells: Vec<&str> = row.trim_end_matches('|').split('|').map(str::trim).collect();
        let Some(attack) = cells.first().and_then(|cell| cell.parse::<u32>().ok()) else { continue };
        match cells.as_slice() {
            [_, title, defence, remains, state, source] => {
                let complete = [defence, remains, source].iter().all(|cell| !cell.is_empty());
                let title = title.strip_prefix("**").and_then(|rest| rest.split_once(".**"));
                let (Some((title, _)), Some(state), true) = (title, State::read(state), complete) else {
                    model.wrong.push(format!(
                        "{FILE}:{line}: attack {attack:02} lacks its title, its state or a cell"
                    ));
                    continue;
                };
                model.titles.insert(title.to_owned());
                if model.attacks.insert(attack, state).is_some() {
                    model.wrong.push(format!("{FILE}:{line}: attack {attack:02} stands here a second time"));
                }
            }
            [_, test, file] => {
                let [test, file] = [test, file].map(|cell| cell.trim_matches('`').to_owned());
                model.shown.push(Shown { line, attack, test, file });
            }
            _ => {
                model.wrong.push(format!("{FILE}:{line}: a row of an attack has six cells, of a test three"))
            }
        }
    }
    model
}

/// Attacks that must have a row, rows that must have a test, and tests of no row.
fn missing(model: &Model) -> Vec<String> {
    let unnamed = REQUIRED
        .iter()
        .filter(|title| !model.titles.contains(**title))
        .map(|title| format!("{FILE} has no row `**{title}.**`"));
    let untested = model
        .attacks
        .iter()
        .filter(|(_, state)| matches!(state, State::Built | State::Partly))
        .filter(|(attack, _)| !model.shown.iter().any(|shown| shown.attack == **attack))
        .map(|(attack, _)| {
            format!("{FILE}: the defence against attack {attack:02} is built, and no test shows it")
        });
    let unknown =
        model.shown.iter().filter(|shown| !model.attacks.contains_key(&shown.attack)).map(|shown| {
            format!(
                "{FILE}:{}: `{}` shows attack {:02}, which has no row",
                shown.line, shown.test, shown.attack
            )
        });
    let early =
        model.shown.iter().filter(|shown| model.attacks.get(&shown.attack) == Some(&State::NotBuilt)).map(
            |shown| format!("{FILE}:{}: attack {:02} has a test: is it built?", shown.line, shown.attack),
        );
    unnamed.chain(untested).chain(unknown).chain(early).collect()
}

/// Whether a file holds a test: a function of that name, or a story's text.
fn holds(path: &str, file: &str, test: &str) -> bool {
    if !path.ends_with(".rs") {
        return !test.is_empty() && file.contains(test);
    }
    let words = sources::words(file);
    words.windows(2).any(|pair| matches!(pair, [first, name] if first.text == "fn" && name.text == test))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
| no | what | against | remains | state | source |
| --- | --- | --- | --- | --- | --- |
| 01 | **A title.** Words. | this | that | built | own |
| 02 | **Another.** | to come | – | not built yet | C |
| no | shown by | in |
| --- | --- | --- |
| 01 | `a_test` | `core/a.rs` |\n";

    fn lacks(text: &str) -> Vec<String> {
        let model = read(text);
        let unnamed = |said: &String| !said.contains("has no row `**");
        model.wrong.iter().cloned().chain(missing(&model)).filter(unnamed).collect()
    }

    #[test]
    fn claim_36_every_attack_named_has_its_row_and_every_test_named_exists() {
        let found = violations(&Workspace::find().unwrap()).unwrap();
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn the_tables_are_read() {
        let model = read(TABLE);
        assert_eq!(model.attacks, BTreeMap::from([(1, State::Built), (2, State::NotBuilt)]));
        assert!(model.titles.contains("A title") && model.titles.contains("Another"));
        assert_eq!(model.shown[0].test, "a_test");
        assert_eq!((model.shown[0].file.as_str(), model.shown[0].line), ("core/a.rs", 7));
        assert!(lacks(TABLE).is_empty());
    }

    #[test]
    fn a_row_that_must_be_there_is_missed() {
        assert_eq!(missing(&read(TABLE)).len(), REQUIRED.len());
        let with_one = format!("{TABLE}| 03 | **{}.** | x | y | limit | own |\n", REQUIRED[0]);
        assert_eq!(missing(&read(&with_one)).len(), REQUIRED.len() - 1);
    }

    #[test]
    fn what_does_not_fit_together_is_told() {
        for (row, said) in [
            ("| 03 | **T.** | x | y | done | own |", "lacks its title"),
            ("| 03 | no title | x | y | built | own |", "lacks its title"),
            ("| 03 | **T.** | x | | limit | own |", "lacks its title"),
            ("| 02 | **T.** | x | y | limit | own |", "second time"),
            ("| 03 | **T.** | x | y | partly | own |", "no test shows it"),
            ("| 03 | x | y | z |", "six cells"),
            ("| 04 | `b` | `c.rs` |", "has no row"),
            ("| 02 | `b` | `c.rs` |", "is it built?"),
        ] {
            let found = lacks(&format!("{TABLE}{row}\n"));
            assert!(found.iter().any(|one| one.contains(said)), "{row}: {found:?}");
        }
    }

    #[test]
    fn a_rust_test_is_a_function_and_a_story_a_text() {
        assert!(holds("a.rs", "#[test]\nfn a_test() {}", "a_test"));
        assert!(!holds("a.rs", "// fn a_test()\nfn a_test_2() {}", "a_test"));
        assert!(holds("e2e/a.mjs", "step('it holds', …)", "it holds"));
        assert!(!holds("e2e/a.mjs", "step('it holds', …)", "it does not") && !holds("e2e/a.mjs", "x", ""));
    }
}
