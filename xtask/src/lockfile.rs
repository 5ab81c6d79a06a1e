//! `Cargo.lock`: which version of a crate this workspace is locked to.

use anyhow::{Context, Result, bail};
use std::fs;

use crate::workspace::Workspace;

/// The one locked version of a crate.
///
/// # Errors
/// If the crate is not locked, or in several versions.
pub(crate) fn version_of(workspace: &Workspace, name: &str) -> Result<String> {
    let text = fs::read_to_string(workspace.path("Cargo.lock")).context("Cargo.lock cannot be read")?;
    match versions(&text, name).as_slice() {
        [] => bail!("Cargo.lock has no {name}: nothing in the workspace uses it"),
        [one] => Ok((*one).to_owned()),
        several => bail!("Cargo.lock has several versions of {name}: {}", several.join(", ")),
    }
}

/// The file is written by cargo: a `name` line is followed by its `version` line.
fn versions<'a>(lock: &'a str, name: &str) -> Vec<&'a str> {
    let wanted = format!("name = \"{name}\"");
    let mut found = Vec::new();
    let mut lines = lock.lines();
    while let Some(line) = lines.next() {
        if line != wanted {
            continue;
        }
        let version = lines.next().and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
        found.extend(version);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "\
[[package]]\nname = \"syn\"\nversion = \"1.0.1\"\n\n[[package]]\nname = \"syn\"\nversion = \"2.0.2\"\n
[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\ndependencies = [\n \"syn\",\n]\n
[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.131\"\n";

    #[test]
    fn versions_are_those_of_exactly_that_crate() {
        assert_eq!(versions(LOCK, "wasm-bindgen"), ["0.2.130"]);
        assert_eq!(versions(LOCK, "syn"), ["1.0.1", "2.0.2"]);
        assert!(versions(LOCK, "bindgen").is_empty());
    }
}
