//! The kit that says whether a server conforms (`conformance/`), on the npm package.

use anyhow::Result;
use std::path::Path;
use std::time::Duration;

use crate::process;
use crate::server_build::{self, Kind};
use crate::stages::Tally;
use crate::workspace::Workspace;
use crate::{node, npm};

/// The kit's folder.
const FOLDER: &str = "conformance";
/// Its tests: our server in all its ways, and a broken one for each requirement.
const DEADLINE: Duration = Duration::from_secs(15 * 60);

/// Runs the kit against a server, with the kit's own options; or, without an address, against ours, which it starts itself.
///
/// # Errors
/// If the package or our server cannot be built, or if Node or npm fails.
pub(crate) fn command(workspace: &Workspace, asked: &[String]) -> Result<bool> {
    npm::build(workspace)?;
    node::ensure_in(workspace, FOLDER)?;
    let mut kit = workspace.command("node");
    kit.arg(workspace.path(FOLDER).join("bin").join("twoken-conformance.mjs"));
    if !asked.iter().any(|one| one.contains("://")) {
        kit.arg("--reference").arg(server_build::build(workspace, Kind::Tested)?);
    }
    // What fails to conform is the kit's to say.
    Ok(kit.args(asked).status()?.success())
}

/// Its tests, after the package was built.
///
/// # Errors
/// If one fails.
pub(crate) fn test(workspace: &Workspace, server: &Path, tally: &Tally) -> Result<()> {
    node::ensure_in(workspace, FOLDER)?;
    let mut test = workspace.command("node");
    test.current_dir(workspace.path(FOLDER)).arg("test/run.mjs").env("TWOKEN_SERVER_BIN", server);
    let tally = tally.clone();
    process::run_watched(&mut test, DEADLINE, move |line| tally.line(line))
}
