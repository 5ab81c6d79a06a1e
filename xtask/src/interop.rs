//! The second implementation (`interop/`), in Python: over every test vector, and against the server.

use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::process;
use crate::server_build::{self, Kind};
use crate::stages::{Stages, Tally};
use crate::workspace::Workspace;

/// With what it needs from PyPI.
const DEADLINE: Duration = Duration::from_secs(20 * 60);

/// Builds a server and runs its tests against it.
///
/// # Errors
/// If the server cannot be built.
pub(crate) fn command(workspace: &Workspace) -> Result<bool> {
    let server = server_build::build(workspace, Kind::Tested)?;
    let mut stages = Stages::new("interop");
    stages.run_counted("interop", |tally| run(workspace, &server, tally));
    Ok(stages.close())
}

/// Runs its tests against a built server.
///
/// # Errors
/// If Python 3.11 with `venv` is not there, if what it needs cannot be installed, or if a test fails.
pub(crate) fn run(workspace: &Workspace, server: &Path, tally: &Tally) -> Result<()> {
    let home = workspace.target().join("interop");
    let python = home.join("bin").join("python");
    if !python.exists() {
        fs::create_dir_all(&home)?;
        process::run(workspace.command("python3").args(["-m", "venv"]).arg(&home))
            .context("the second implementation takes Python 3.11 with venv")?;
    }
    let mut install = workspace.command(&python.to_string_lossy());
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]);
    process::run(install.arg("--requirement").arg(workspace.path("interop/requirements.txt")))?;
    let mut test = workspace.command(&python.to_string_lossy());
    test.current_dir(workspace.path("interop")).args(["-m", "pytest", "-q"]);
    test.env("TWOKEN_SERVER_BIN", server);
    let tally = tally.clone();
    process::run_watched(&mut test, DEADLINE, move |line| tally.line(line))
}
