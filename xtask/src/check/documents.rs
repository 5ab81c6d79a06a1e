//! The documents among themselves: every link leads somewhere, and every decision has its number and its place in the
//! list.

use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::sources::{self, Source};
use crate::workspace::Workspace;

const DECISIONS: &str = "docs/adr/";
const LIST: &str = "docs/adr/README.md";

/// Every link that leads nowhere, and every decision out of order.
///
/// # Errors
/// If the documents cannot be read.
pub(crate) fn violations(workspace: &Workspace) -> Result<Vec<String>> {
    let documents = sources::find(workspace.root(), &[".md"])?;
    let headings: BTreeMap<&str, BTreeSet<String>> =
        documents.iter().map(|document| (document.path.as_str(), anchors(&document.text))).collect();
    let leads = |path: &str, anchor: &str| match headings.get(path) {
        Some(headings) => anchor.is_empty() || headings.contains(anchor),
        None => anchor.is_empty() && workspace.path(path).exists(),
    };
    let mut found: Vec<String> = documents
        .iter()
        .flat_map(|document| links(document).into_iter().map(move |link| (document, link)))
        .filter(|(document, (_, target))| {
            !resolved(&document.path, target).is_some_and(|(path, anchor)| leads(&path, anchor))
        })
        .map(|(document, (line, target))| format!("{}:{line}: `{target}` leads nowhere", document.path))
        .collect();
    let list =
        documents.iter().find(|document| document.path == LIST).context("there is no list of decisions")?;
    let decisions: Vec<&Source> = documents
        .iter()
        .filter(|document| document.path.starts_with(DECISIONS) && document.path != LIST)
        .collect();
    found.extend(disorder(&decisions, &list.text));
    Ok(found)
}

/// Links to files and headings of the project, with their lines; what is quoted as code is none.
fn links(document: &Source) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut quoted = false;
    for (number, line) in (1..).zip(document.text.lines()) {
        if line.trim_start().starts_with("```") {
            quoted = !quoted;
        }
        if quoted {
            continue;
        }
        let targets = line.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
        found.extend(targets.filter(|target| !target.contains("://")).map(|target| (number, target)));
    }
    found
}

/// A link's file, from the project's root, and its anchor; none where it leaves the project.
fn resolved<'a>(from: &str, target: &'a str) -> Option<(String, &'a str)> {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    if file.is_empty() {
        return Some((from.to_owned(), anchor));
    }
    let folder = Path::new(from).parent()?;
    let mut parts: Vec<String> = folder.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    for part in file.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part.to_owned()),
        }
    }
    Some((parts.join("/"), anchor))
}

/// The anchors of a document's headings, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let titles = text
        .lines()
        .filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')));
    let mut times = BTreeMap::<String, usize>::new();
    titles
        .map(|title| {
            let kept =
                title.trim().chars().filter(|sign| sign.is_alphanumeric() || matches!(sign, ' ' | '-' | '_'));
            let anchor: String =
                kept.map(|sign| if sign == ' ' { '-' } else { sign }).flat_map(char::to_lowercase).collect();
            let before = times.entry(anchor.clone()).or_default();
            *before += 1;
            // The second of a name is `name-1`.
            if *before == 1 { anchor } else { format!("{anchor}-{}", *before - 1) }
        })
        .collect()
}

/// Decisions whose number, title and place in the list do not fit together.
fn disorder(decisions: &[&Source], list: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut seen = BTreeMap::new();
    for decision in decisions {
        let path = decision.path.as_str();
        let name = path.strip_prefix(DECISIONS).unwrap_or(path);
        let heading = decision.text.lines().next().and_then(|line| line.strip_prefix("# ")?.split_once(". "));
        let numbers = name.split_once('-').and_then(|(number, _)| number.parse::<u32>().ok()).zip(heading);
        let Some((number, (stated, title))) = numbers else {
            found.push(format!("{path}: a decision is called `0001-…md` and begins `# 1. …`"));
            continue;
        };
        if stated.parse() != Ok(number) {
            found.push(format!("{path}: its heading says {stated}"));
        }
        if let Some(other) = seen.insert(number, path) {
            found.push(format!("{path}: {other} has the number {number} already"));
        }
        if !list.contains(&format!("{number}. [{title}]({name})")) {
            found.push(format!("{LIST} has no line `{number}. [{title}]({name})`"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.into(), text: text.into() }
    }

    #[test]
    fn every_link_leads_somewhere_and_every_decision_is_listed() {
        assert_eq!(violations(&Workspace::find().unwrap()).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn links_are_found_outside_of_code() {
        let text = "[a](b.md) and [c](#d)\n```\n[no](x.md)\n```\n[e](https://example.org/) [f](../g.md#h)";
        let document = source("docs/a.md", text);
        assert_eq!(links(&document), [(1, "b.md"), (1, "#d"), (5, "../g.md#h")]);
        assert_eq!(resolved("docs/a.md", "../g.md#h"), Some(("g.md".to_owned(), "h")));
        assert_eq!(resolved("docs/a.md", "#d"), Some(("docs/a.md".to_owned(), "d")));
        assert_eq!(resolved("docs/a.md", "adr/1.md"), Some(("docs/adr/1.md".to_owned(), "")));
        assert_eq!(resolved("a.md", "../out.md"), None);
    }

    #[test]
    fn headings_become_anchors() {
        let found = anchors(
            "# One: `two` & three\n## 8.3 Secrets and acknowledgements\n#no heading\n### One: two &Three\ntext",
        );
        let expected = ["one-two--three", "83-secrets-and-acknowledgements", "one-two-three"];
        assert_eq!(found, expected.map(str::to_owned).into());
        let repeated = anchors("# Mode\n## mode()\n## `mode`");
        assert_eq!(repeated, ["mode", "mode-1", "mode-2"].map(str::to_owned).into());
    }

    #[test]
    fn decisions_out_of_order_are_told() {
        let one = source("docs/adr/0001-one.md", "# 1. One\n");
        let list = "1. [One](0001-one.md)\n";
        assert!(disorder(&[&one], list).is_empty());
        for (text, path, said) in [
            ("# 2. One\n", "docs/adr/0001-other.md", "heading says 2"),
            ("# 1. Again\n", "docs/adr/0001-again.md", "has the number 1 already"),
            ("# 3. Three\n", "docs/adr/0003-three.md", "has no line `3. [Three](0003-three.md)`"),
            ("Three\n", "docs/adr/0003-three.md", "begins `# 1. …`"),
        ] {
            let other = source(path, text);
            let found = disorder(&[&one, &other], list);
            assert!(found.iter().any(|one| one.contains(said)), "{said}: {found:?}");
        }
    }
}
