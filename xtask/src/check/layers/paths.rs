//! Which module of a crate uses which: read from `crate::…`, `self::…` and `super::…` in its source.
//!
//! What is compiled only for tests does not count: a test may look wherever it likes.

use crate::sources::{Source, Word, words};

/// One mention of one module in another one's source. Modules are named by their first name below the crate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mention {
    pub(crate) path: String,
    pub(crate) line: usize,
    pub(crate) from: String,
    pub(crate) to: String,
}

/// The module of a file, as names below the crate: `pages/meet/coin.rs` is `pages::meet::coin`, `lib.rs` the crate.
pub(crate) fn module_of(path: &str) -> Vec<String> {
    let mut names: Vec<String> = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    let is_root = names.len() == 1 && names.iter().all(|name| name == "lib" || name == "main");
    if is_root || names.last().is_some_and(|last| last == "mod") {
        names.pop();
    }
    names
}

/// Whether a file is compiled only for tests, by its name.
pub(crate) fn is_test(path: &str) -> bool {
    path.split('/').any(|name| name == "tests" || name == "tests.rs")
}

/// All mentions of other modules in a file whose path is relative to the crate's `src`.
pub(crate) fn mentions(source: &Source) -> Vec<Mention> {
    if is_test(&source.path) {
        return Vec::new();
    }
    let home = module_of(&source.path);
    let all = words(&source.text);
    let mut walk = Walk { words: &all, at: 0, inner: Vec::new(), depth: 0 };
    let mut found = Vec::new();
    while let Some(word) = walk.words.get(walk.at) {
        match word.text.as_str() {
            "{" => walk.depth += 1,
            "}" => walk.close(),
            "#" if walk.is_test_only() => walk.skip_item(),
            "mod" if walk.text(2) == "{" => {
                let name = walk.text(1).to_owned();
                walk.depth += 1;
                walk.inner.push((name, walk.depth));
                walk.at += 2;
            }
            "crate" | "self" | "super" if walk.text(1) == "::" && walk.before() != "::" => {
                let here: Vec<String> =
                    home.iter().cloned().chain(walk.inner.iter().map(|(name, _)| name.clone())).collect();
                for (target, line) in walk.targets(&here) {
                    let from = home.first().cloned().unwrap_or_default();
                    if target != from {
                        found.push(Mention { path: source.path.clone(), line, from, to: target });
                    }
                }
            }
            _ => {}
        }
        walk.at += 1;
    }
    found.sort();
    found.dedup();
    found
}

/// Whether any of these words stands in the file outside of what is compiled for tests; the first line where.
pub(crate) fn first_use(source: &Source, names: &[&str]) -> Option<usize> {
    if is_test(&source.path) {
        return None;
    }
    let all = words(&source.text);
    let mut walk = Walk { words: &all, at: 0, inner: Vec::new(), depth: 0 };
    while let Some(word) = walk.words.get(walk.at) {
        if word.text == "#" && walk.is_test_only() {
            walk.skip_item();
        } else if names.contains(&word.text.as_str()) && walk.text(1) == "::" {
            return Some(word.line);
        }
        walk.at += 1;
    }
    None
}

struct Walk<'a> {
    words: &'a [Word],
    at: usize,
    /// Modules written in place, with the depth of braces within them.
    inner: Vec<(String, usize)>,
    depth: usize,
}

impl Walk<'_> {
    fn text(&self, ahead: usize) -> &str {
        self.words.get(self.at + ahead).map_or("", |word| word.text.as_str())
    }

    fn before(&self) -> &str {
        self.at.checked_sub(1).and_then(|at| self.words.get(at)).map_or("", |word| word.text.as_str())
    }

    fn close(&mut self) {
        if self.inner.last().is_some_and(|(_, depth)| *depth == self.depth) {
            self.inner.pop();
        }
        self.depth = self.depth.saturating_sub(1);
    }

    /// Whether `#[cfg(test)]` or `#[cfg(all(test, …))]` stands here.
    fn is_test_only(&self) -> bool {
        let opens = ["#", "[", "cfg", "("].iter().enumerate().all(|(ahead, text)| self.text(ahead) == *text);
        opens && (self.text(4) == "test" || (self.text(4) == "all" && self.text(6) == "test"))
    }

    /// Steps to the end of the item that the attribute here belongs to: its closing brace or its semicolon.
    fn skip_item(&mut self) {
        let mut depth = 0usize;
        while let Some(word) = self.words.get(self.at) {
            match word.text.as_str() {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" if depth == 0 => {
                    // The end of what surrounds the item, which is not the item's.
                    self.at -= 1;
                    return;
                }
                "}" | ")" | "]" => {
                    depth -= 1;
                    if depth == 0 && word.text == "}" {
                        return;
                    }
                }
                ";" if depth == 0 => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// The first names below the crate that the path here leads to; several for `crate::{a, b}`.
    fn targets(&mut self, here: &[String]) -> Vec<(String, usize)> {
        let mut base: Vec<String> = match self.text(0) {
            "crate" => Vec::new(),
            _ => here.to_vec(),
        };
        if self.text(0) == "super" {
            base.pop();
        }
        self.at += 2;
        while self.text(0) == "super" && self.text(1) == "::" {
            base.pop();
            self.at += 2;
        }
        if let Some(first) = base.into_iter().next() {
            self.at -= 1;
            return self.words.get(self.at).map(|word| (first, word.line)).into_iter().collect();
        }
        let line = self.words.get(self.at).map_or(0, |word| word.line);
        if self.text(0) != "{" {
            return vec![(self.text(0).to_owned(), line)];
        }
        let (mut names, mut depth, mut is_first) = (Vec::new(), 0usize, true);
        loop {
            let Some(word) = self.words.get(self.at) else { return names };
            match word.text.as_str() {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    if depth == 0 {
                        return names;
                    }
                }
                "," if depth == 1 => is_first = true,
                text => {
                    if depth == 1 && is_first {
                        names.push((text.to_owned(), word.line));
                        is_first = false;
                    }
                }
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(path: &str, text: &str) -> Vec<String> {
        let source = Source { path: path.into(), text: text.into() };
        mentions(&source).into_iter().map(|mention| mention.to).collect()
    }

    #[test]
    fn files_are_modules() {
        assert_eq!(module_of("lib.rs"), Vec::<String>::new());
        assert_eq!(module_of("wire/mod.rs"), ["wire"]);
        assert_eq!(module_of("wire/config.rs"), ["wire", "config"]);
    }

    #[test]
    fn paths_and_lists_of_paths_are_read() {
        assert_eq!(
            uses("tag.rs", "use crate::codec::Reader; fn f() { crate::labels::TAG; }"),
            ["codec", "labels"]
        );
        assert_eq!(
            uses("tag.rs", "use crate::{codec::{self, Reader}, labels, units::Day};"),
            ["codec", "labels", "units"]
        );
        assert_eq!(
            uses("tag.rs", "// crate::diary\nconst A: &str = \"crate::diary\";"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn relative_paths_lead_to_the_same_places() {
        assert_eq!(uses("wire/config.rs", "use super::super::batch::Id; use super::Problem;"), ["batch"]);
        assert_eq!(uses("beacon.rs", "use super::diary::Diary; use self::inner::X;"), ["diary"]);
        assert_eq!(uses("beacon.rs", "mod inner { use super::super::diary; use super::X; }"), ["diary"]);
    }

    #[test]
    fn what_is_only_for_tests_does_not_count() {
        let text = "#[cfg(test)]\nmod tests { use crate::diary::Diary; fn f() {} }\nuse crate::labels::A;";
        assert_eq!(uses("tag.rs", text), ["labels"]);
        assert_eq!(uses("tag.rs", "#[cfg(test)] use crate::diary; use crate::labels;"), ["labels"]);
        assert_eq!(uses("tag/tests.rs", "use crate::diary;"), Vec::<String>::new());
    }

    #[test]
    fn a_crate_is_found_in_code_but_not_in_tests() {
        let source = |text: &str| Source { path: "pages/home.rs".into(), text: text.into() };
        assert_eq!(first_use(&source("\nuse web_sys::Window;"), &["web_sys"]), Some(2));
        assert_eq!(first_use(&source("#[cfg(test)] mod tests { use web_sys::Window; }"), &["web_sys"]), None);
        assert_eq!(first_use(&source("let web_sys = 1;"), &["web_sys"]), None);
    }
}
