//! `cargo xtask e2e`: stories in real browsers, against the real app and the real server.
//!
//! A story is one file `e2e/NAME.mjs`; what stories share lies in `e2e/support/`. `e2e/run.mjs`, given the names of
//! stories or none for all, plays them. It runs in `e2e/` with
//!
//! | variable | is |
//! | --- | --- |
//! | `CHROMIUM` | the browser's program |
//! | `TWOKEN_SERVER_BIN` | the server's program |
//! | `TWOKEN_DIST` | the folder of the built app |
//! | `TWOKEN_RESULTS` | an empty folder for pictures and logs |
//!
//! and ends with exit code 0 if all went well, after a line `N passed, N failed`.

use anyhow::{Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::server_build::{self, Kind};
use crate::stages::{Stages, Tally};
use crate::workspace::Workspace;
use crate::{chromium, node, process, web_build};

/// What takes longer waits for something that does not come.
const DEADLINE: Duration = Duration::from_secs(40 * 60);

const RUNNER: &str = "run.mjs";

/// Builds the app and the server, then plays all stories or those named.
///
/// # Errors
/// If there is no story of that name, or what they run on cannot be built.
pub(crate) fn run(workspace: &Workspace, named: &[String]) -> Result<bool> {
    known(&stories(&workspace.path("e2e")), named)?;
    let dist = web_build::build(workspace)?;
    let server = server_build::build(workspace, Kind::Tested)?;
    let mut stages = Stages::new("e2e");
    stages.run_counted("stories", |tally| play(workspace, &server, &dist, named, tally));
    Ok(stages.close())
}

/// Plays stories with an app and a server that are built.
///
/// # Errors
/// If one fails, or they do not end.
pub(crate) fn play(
    workspace: &Workspace,
    server: &Path,
    dist: &Path,
    named: &[String],
    tally: &Tally,
) -> Result<()> {
    node::ensure(workspace)?;
    let browser: PathBuf = chromium::browser()?;
    let results = workspace.path("e2e/results");
    if results.exists() {
        fs::remove_dir_all(&results)?;
    }
    fs::create_dir_all(&results)?;
    let mut node = workspace.command("node");
    node.current_dir(workspace.path("e2e")).arg(RUNNER).args(named);
    node.env("CHROMIUM", browser).env("TWOKEN_SERVER_BIN", server);
    node.env("TWOKEN_DIST", dist).env("TWOKEN_RESULTS", &results);
    let tally = tally.clone();
    process::run_watched(&mut node, DEADLINE, move |line| tally.line(line))
}

/// The names of all stories.
fn stories(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.file_name()));
    let mut names: Vec<String> = files
        .filter_map(|name| Some(name.to_str()?.strip_suffix(".mjs")?.to_owned()))
        .filter(|name| format!("{name}.mjs") != RUNNER)
        .collect();
    names.sort();
    names
}

/// Better said before minutes of building than after.
fn known(all: &[String], named: &[String]) -> Result<()> {
    if all.is_empty() {
        bail!("e2e/ holds no story");
    }
    match named.iter().find(|name| !all.contains(name)) {
        Some(unknown) => bail!("there is no story `{unknown}`: there are {}", all.join(", ")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_that_does_not_exist_is_told() {
        let all = vec!["offline".to_owned(), "two-phones".to_owned()];
        assert!(known(&all, &[]).is_ok());
        assert!(known(&all, &["offline".to_owned()]).is_ok());
        let error = known(&all, &["two-phone".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("offline, two-phones"), "{error}");
    }

    #[test]
    fn a_folder_without_stories_is_a_failure() {
        assert!(known(&stories(Path::new("/no/such/folder")), &[]).is_err());
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert!(stories(&here).is_empty());
    }
}
