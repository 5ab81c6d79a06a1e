//! The project's own files, and Rust source as a sequence of words: no comments, no text in quotes.

use anyhow::{Context, Result};
use std::fs;
use std::iter::Peekable;
use std::path::{Path, PathBuf};
use std::str::Chars;

/// Folders that hold what was built or fetched.
const FOREIGN: [&str; 6] = [".git", "target", "dist", "node_modules", "data", "results"];

/// One file of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// Relative to where the search began, with `/` between names.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// All files under a folder whose names end in one of these, in the order of their paths.
///
/// # Errors
/// If a file or folder cannot be read.
pub(crate) fn find(root: &Path, endings: &[&str]) -> Result<Vec<Source>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !FOREIGN.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let text =
                    fs::read_to_string(&path).with_context(|| format!("{} is no text", path.display()))?;
                found.push(Source { path: relative(root, &path), text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn relative(root: &Path, path: &Path) -> String {
    let inside: PathBuf = path.strip_prefix(root).unwrap_or(path).into();
    inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// A word of Rust or a single sign, with the line that it stands on. `::` is one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// Rust source as words, without comments and without what stands in quotes.
pub(crate) fn words(source: &str) -> Vec<Word> {
    let mut reader = Reader { rest: source.chars().peekable(), line: 1 };
    let mut found = Vec::new();
    loop {
        let line = reader.line;
        let Some(next) = reader.next() else { return found };
        match next {
            '/' if reader.rest.peek() == Some(&'/') => reader.skip_line(),
            '/' if reader.rest.peek() == Some(&'*') => reader.skip_block(),
            '"' => reader.skip_quoted(),
            '\'' => reader.skip_character(),
            ':' if reader.rest.peek() == Some(&':') => {
                reader.next();
                found.push(Word { text: "::".into(), line });
            }
            first if is_part(first) => {
                let word = reader.word(first);
                if reader.starts_text(&word) {
                    reader.skip_text(&word);
                } else {
                    found.push(Word { text: word, line });
                }
            }
            space if space.is_whitespace() => {}
            sign => found.push(Word { text: sign.into(), line }),
        }
    }
}

fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    line: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let next = self.rest.next()?;
        if next == '\n' {
            self.line += 1;
        }
        Some(next)
    }

    fn word(&mut self, first: char) -> String {
        let mut word = String::from(first);
        while let Some(&next) = self.rest.peek() {
            if !is_part(next) {
                break;
            }
            word.push(next);
            self.next();
        }
        word
    }

    fn skip_line(&mut self) {
        while let Some(next) = self.next() {
            if next == '\n' {
                return;
            }
        }
    }

    fn skip_block(&mut self) {
        self.next();
        let mut depth = 1;
        while depth > 0 {
            match (self.next(), self.rest.peek()) {
                (None, _) => return,
                (Some('*'), Some('/')) => {
                    self.next();
                    depth -= 1;
                }
                (Some('/'), Some('*')) => {
                    self.next();
                    depth += 1;
                }
                _ => {}
            }
        }
    }

    fn skip_quoted(&mut self) {
        while let Some(next) = self.next() {
            match next {
                '\\' => {
                    self.next();
                }
                '"' => return,
                _ => {}
            }
        }
    }

    /// After a `'`: a character such as `'a'` or `'\n'`, or a lifetime such as `'a`, which is dropped as well.
    fn skip_character(&mut self) {
        match self.next() {
            Some('\\') => {
                self.next();
                while self.next().is_some_and(|next| next != '\'') {}
            }
            Some(first) => {
                if self.rest.peek() == Some(&'\'') {
                    self.next();
                } else if is_part(first) {
                    self.word(first);
                }
            }
            None => {}
        }
    }

    /// Whether a word is the prefix of a text: `b"…"`, `r"…"`, `r#"…"#`, `c"…"`.
    fn starts_text(&self, word: &str) -> bool {
        let mut ahead = self.rest.clone();
        match (word, ahead.next()) {
            ("b" | "c", Some('"')) | ("b", Some('\'')) | ("r" | "br" | "cr", Some('"')) => true,
            ("r" | "br" | "cr", Some('#')) => ahead.find(|next| *next != '#') == Some('"'),
            _ => false,
        }
    }

    fn skip_text(&mut self, prefix: &str) {
        if !prefix.contains('r') {
            if self.next() == Some('\'') {
                self.skip_character()
            } else {
                self.skip_quoted()
            }
            return;
        }
        let mut fence = 0;
        while self.next() == Some('#') {
            fence += 1;
        }
        // The quote has been read; the text ends at a quote that as many signs follow.
        while let Some(next) = self.next() {
            if next != '"' {
                continue;
            }
            let mut ahead = self.rest.clone();
            if (0..fence).all(|_| ahead.next() == Some('#')) {
                for _ in 0..fence {
                    self.next();
                }
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        words(source).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn comments_and_quotes_are_not_words() {
        let source = "use a::b; // crate::x\n/* crate::y /* crate::z */ */ let s = \"crate::q \\\" r\"; end";
        assert_eq!(texts(source), ["use", "a", "::", "b", ";", "let", "s", "=", ";", "end"]);
    }

    #[test]
    fn raw_and_byte_texts_end_where_they_should() {
        assert_eq!(texts("r#\"a \" b\"# x b\"y\" b'\\'' z br##\"#\"# \"## w"), ["x", "z", "w"]);
        assert_eq!(texts("r\"\\\" after"), ["after"]);
        assert_eq!(texts("r#type b c"), ["r", "#", "type", "b", "c"]);
    }

    #[test]
    fn lifetimes_do_not_open_a_quote() {
        assert_eq!(
            texts("fn f<'a>(x: &'a str, c: char) { '\\n'; 'x'; '\"'; b }"),
            [
                "fn", "f", "<", ">", "(", "x", ":", "&", "str", ",", "c", ":", "char", ")", "{", ";", ";",
                ";", "b", "}"
            ]
        );
    }

    #[test]
    fn words_know_their_line() {
        let found = words("a\n\"two\nlines\" b\n// c\nd");
        let lines: Vec<_> = found.iter().map(|word| (word.text.as_str(), word.line)).collect();
        assert_eq!(lines, [("a", 1), ("b", 3), ("d", 5)]);
    }
}
