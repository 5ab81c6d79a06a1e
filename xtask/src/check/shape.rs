//! The shape of files: none longer than a reader can hold, and nothing left for later.

use anyhow::Result;

use crate::sources::{self, Source, Word};
use crate::workspace::Workspace;

/// A file is one noun; past this many lines it is two.
const LONGEST: usize = 500;

const CODE: [&str; 6] = [".rs", ".mjs", ".js", ".css", ".html", ".sh"];

/// Marks of what was left for later; put together here so that this file does not hold them.
const MARKS: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// Every file that is too long, and every mark of unfinished work.
///
/// # Errors
/// If the files cannot be read.
pub(crate) fn violations(workspace: &Workspace) -> Result<Vec<String>> {
    Ok(sources::find(workspace.root(), &CODE)?.iter().flat_map(look).collect())
}

fn look(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let lines = source.text.lines().count();
    if lines > LONGEST {
        found.push(format!("{}: {lines} lines, more than {LONGEST}: look for the second noun", source.path));
    }
    for (number, line) in (1..).zip(source.text.lines()) {
        for mark in MARKS {
            if line.split(|sign: char| !sign.is_alphanumeric()).any(|word| word == mark) {
                found.push(format!("{}:{number}: {mark}", source.path));
            }
        }
    }
    if source.path.ends_with(".rs") {
        found.extend(unfinished(source));
    }
    found
}

fn unfinished(source: &Source) -> Vec<String> {
    let words = sources::words(&source.text);
    let is = |at: usize, texts: &[&str]| {
        texts
            .iter()
            .enumerate()
            .all(|(ahead, text)| words.get(at + ahead).is_some_and(|word| word.text == *text))
    };
    let told = |word: &Word, what: &str| format!("{}:{}: {what}", source.path, word.line);
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if is(at, &["todo", "!"]) || is(at, &["unimplemented", "!"]) {
            found.push(told(word, "unfinished code"));
        }
        if is(at, &["#", "[", "ignore"]) {
            found.push(told(word, "a test that nobody runs"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str, text: &str) -> Vec<String> {
        look(&Source { path: path.into(), text: text.into() })
    }

    #[test]
    fn a_file_of_two_nouns_is_caught() {
        assert!(said("a.rs", &"\n".repeat(LONGEST)).is_empty());
        assert_eq!(said("a.rs", &"\n".repeat(LONGEST + 1)).len(), 1);
    }

    #[test]
    fn what_was_left_for_later_is_caught() {
        assert_eq!(said("a.rs", "fn f() {\n    todo!()\n}"), ["a.rs:2: unfinished code"]); // a text for the check to catch
        assert_eq!(said("a.rs", "#[test]\n#[ignore]\nfn f() {}").len(), 1); // a text for the check to catch
        assert_eq!(said("a.rs", &format!("// {}: later", MARKS[0])).len(), 1);
        assert_eq!(said("a.css", &format!("/* {} */", MARKS[1])).len(), 1);
        assert!(said("a.rs", "let text = \"todo!\"; // ignored").is_empty());
    }
}
