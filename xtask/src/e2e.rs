//! `cargo xtask e2e`: stories in real browsers, against the real app and the real server.
//!
//! A story is one file `e2e/NAME.mjs`; what stories share lies in folders below. It is run by Node in `e2e/` with
//!
//! | variable | is |
//! | --- | --- |
//! | `CHROMIUM` | the browser's program |
//! | `TWOKEN_SERVER` | the server's program |
//! | `TWOKEN_DIST` | the folder of the built app |
//! | `TWOKEN_RESULTS` | an empty folder for pictures and logs |
//!
//! and ends with exit code 0 if all went well; a closing line `N passed, N failed` is counted.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::server_build::{self, Kind};
use crate::stages::{Stages, Tally};
use crate::workspace::Workspace;
use crate::{chromium, node, process, web_build};

/// A story that takes longer waits for something that does not come.
const DEADLINE: Duration = Duration::from_secs(15 * 60);

/// What every story runs with.
#[derive(Debug)]
pub(crate) struct Scene {
    browser: PathBuf,
    server: PathBuf,
    dist: PathBuf,
}

impl Scene {
    /// The browser and the packages that drive it, for an app and a server that are built.
    ///
    /// # Errors
    /// Names what is missing.
    pub(crate) fn new(workspace: &Workspace, server: PathBuf, dist: PathBuf) -> Result<Self> {
        node::ensure(workspace)?;
        Ok(Self { browser: chromium::browser()?, server, dist })
    }

    /// Runs one story.
    ///
    /// # Errors
    /// If it fails or does not end.
    pub(crate) fn play(&self, workspace: &Workspace, story: &str, tally: &Tally) -> Result<()> {
        let results = workspace.path("e2e/results").join(story);
        if results.exists() {
            fs::remove_dir_all(&results)?;
        }
        fs::create_dir_all(&results)?;
        let mut node = workspace.command("node");
        node.current_dir(workspace.path("e2e")).arg(format!("{story}.mjs"));
        node.env("CHROMIUM", &self.browser).env("TWOKEN_SERVER", &self.server);
        node.env("TWOKEN_DIST", &self.dist).env("TWOKEN_RESULTS", &results);
        let tally = tally.clone();
        process::run_watched(&mut node, DEADLINE, move |line| tally.line(line))
    }
}

/// Builds the app and the server, then runs all stories or those named.
///
/// # Errors
/// If there is no story of that name, or what they run on cannot be built.
pub(crate) fn run(workspace: &Workspace, named: &[String]) -> Result<bool> {
    let stories = chosen(&stories(&workspace.path("e2e"))?, named)?;
    let dist = web_build::build(workspace)?;
    let server = server_build::build(workspace, Kind::Tested)?;
    let scene = Scene::new(workspace, server, dist)?;
    let mut stages = Stages::new("e2e");
    for story in stories {
        stages.run_story(&story, |tally| scene.play(workspace, &story, tally));
    }
    Ok(stages.close())
}

/// The names of all stories.
///
/// # Errors
/// If there is none: a test that runs nothing cannot fail.
pub(crate) fn stories(folder: &Path) -> Result<Vec<String>> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file() && path.extension().is_some_and(|extension| extension == "mjs"))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    if names.is_empty() {
        bail!("{} holds no story", folder.display());
    }
    Ok(names)
}

fn chosen(all: &[String], named: &[String]) -> Result<Vec<String>> {
    if let Some(unknown) = named.iter().find(|name| !all.contains(name)) {
        bail!("there is no story `{unknown}`: there are {}", all.join(", "));
    }
    Ok(if named.is_empty() { all.to_vec() } else { named.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_that_does_not_exist_is_told() {
        let all = vec!["offline".to_owned(), "two-phones".to_owned()];
        assert_eq!(chosen(&all, &[]).unwrap(), all);
        assert_eq!(chosen(&all, &["offline".to_owned()]).unwrap(), ["offline"]);
        let error = chosen(&all, &["two-phone".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("offline, two-phones"), "{error}");
    }

    #[test]
    fn a_folder_without_stories_is_a_failure() {
        assert!(stories(Path::new("/no/such/folder")).is_err());
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert!(stories(&here).unwrap_err().to_string().contains("no story"));
    }
}
