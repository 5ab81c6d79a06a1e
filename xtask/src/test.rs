//! `cargo xtask test`: first what `check` says, then every test there is. A stage that fails does not hide the
//! results of those that do not need it.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::server_build::{self, Kind};
use crate::stages::{Stages, Tally};
use crate::tools::Tool;
use crate::wasm_target::{self, TARGET};
use crate::workspace::{Workspace, path_with};
use crate::{bench, check, chromium, conformance, e2e, examples, interop, npm, process, web_build};

/// A test runner that says nothing new for as long as this has hung; compiling from nothing is within it.
const DEADLINE: Duration = Duration::from_secs(40 * 60);

/// Seconds that all browser tests of one crate may take together.
const BROWSER_SECONDS: &str = "300";

/// The one file of the core's tests with some for the browser: each other one would start a browser for nothing.
const IN_BROWSER: &str = "vectors";

/// How many random cases a property is tried on with `--full`; by default the properties say it themselves.
const FULL_CASES: &str = "4096";

/// How often the stories are played with `--full`: what fails one time in three is found.
const FULL_ROUNDS: usize = 3;

/// What a stage built, if it did.
type Built = Option<PathBuf>;

/// Runs everything; the result is whether all is well.
///
/// # Errors
/// Only if nothing could be begun: a failing stage is in the table.
pub(crate) fn run(workspace: &Workspace, full: bool) -> Result<bool> {
    let mut stages = Stages::new("test");
    check::run_in(workspace, &[], &mut stages)?;
    stages.run_counted("native tests", |tally| native(workspace, full, tally));
    stages.run_counted("browser tests", |tally| browser(workspace, tally));
    let server = stages.run("server", || server_build::build(workspace, Kind::Tested));
    match &server {
        Some(server) => {
            stages.run_counted("npm package", |tally| npm::test(workspace, server, full, tally));
            stages.run_counted("conformance", |tally| conformance::test(workspace, server, tally));
            stages.run_counted("examples", |tally| examples::test(workspace, server, tally));
        }
        None => {
            for stage in ["npm package", "conformance", "examples"] {
                stages.not_run(stage, "the server was not built");
            }
        }
    }
    let app = stages.run("app", || web_build::build(workspace));
    stories(workspace, &mut stages, app, server.as_deref(), if full { FULL_ROUNDS } else { 1 });
    if full {
        match &server {
            Some(server) => {
                stages.run_counted("interop", |tally| interop::run(workspace, server, tally));
            }
            None => stages.not_run("interop", "the server was not built"),
        }
        stages.run("bench", || bench::measure(workspace, &[]));
    }
    Ok(stages.close())
}

fn native(workspace: &Workspace, full: bool, tally: &Tally) -> Result<()> {
    let mut test = workspace.cargo(&["test", "--workspace", "--exclude", "twoken-web", "--no-fail-fast"]);
    if full {
        test.env("PROPTEST_CASES", FULL_CASES);
    }
    let tally = tally.clone();
    process::run_watched(&mut test, DEADLINE, move |line| tally.line(line))
}

/// The tests of what runs in a browser, in a browser.
fn browser(workspace: &Workspace, tally: &Tally) -> Result<()> {
    let toolchain = wasm_target::ensure(workspace)?;
    let runner = Tool::wasm_bindgen(workspace)?.ensure(workspace)?;
    let chromium = chromium::with_driver()?;
    let capabilities = workspace.target().join("webdriver.json");
    fs::create_dir_all(workspace.target())?;
    let options = serde_json::json!({ "goog:chromeOptions": { "binary": chromium.browser } });
    fs::write(&capabilities, options.to_string())
        .with_context(|| format!("{} cannot be written", capabilities.display()))?;

    let mut test = workspace.cargo(&["test", "--package", "twoken-core", "--package", "twoken-web"]);
    test.args([
        "--features",
        "twoken-core/proofs,twoken-web/worker",
        "--target",
        TARGET,
        "--lib",
        "--test",
        IN_BROWSER,
        "--no-fail-fast",
    ]);
    toolchain.apply(&mut test)?;
    let mut folders = vec![runner];
    if let wasm_target::Toolchain::In(folder) = toolchain {
        folders.push(folder.into());
    }
    test.env("PATH", path_with(&folders)?);
    test.env("CHROMEDRIVER", &chromium.driver);
    test.env("WASM_BINDGEN_USE_BROWSER", "1");
    test.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &capabilities);
    test.env("WASM_BINDGEN_TEST_TIMEOUT", BROWSER_SECONDS);
    let tally = tally.clone();
    process::run_watched(&mut test, DEADLINE, move |line| tally.line(line))
}

/// All stories, as often as asked for; a failing round does not spare the next.
fn stories(workspace: &Workspace, stages: &mut Stages, app: Built, server: Option<&Path>, rounds: usize) {
    for round in 1..=rounds {
        let name = if rounds == 1 { "stories".to_owned() } else { format!("stories, round {round}") };
        match (&app, server) {
            (Some(dist), Some(server)) => {
                stages.run_counted(&name, |tally| e2e::play(workspace, server, dist, &[], tally));
            }
            _ => stages.not_run(&name, "the app or the server was not built"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_tests_of_the_core_for_the_browser_are_run_in_it() {
        let workspace = Workspace::find().unwrap();
        let mut files = vec![workspace.path("core/src"), workspace.path("core/tests")];
        let mut with_tests = Vec::new();
        while let Some(path) = files.pop() {
            if path.is_dir() {
                files.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else if fs::read(&path)
                .is_ok_and(|text| text.windows(17).any(|word| word == b"wasm_bindgen_test"))
            {
                with_tests.push(path);
            }
        }
        assert_eq!(with_tests, [workspace.path("core/tests").join(format!("{IN_BROWSER}.rs"))]);
    }
}
