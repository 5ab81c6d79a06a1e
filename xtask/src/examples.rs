//! The example apps on the npm package (`examples/`), each in a browser.

use anyhow::Result;
use std::path::Path;
use std::time::Duration;

use crate::process;
use crate::stages::Tally;
use crate::workspace::Workspace;
use crate::{chromium, node};

/// All of them, built and played.
const DEADLINE: Duration = Duration::from_secs(10 * 60);

/// Installs the package's tarball into each, and plays the same story with each, after the package was built.
///
/// # Errors
/// If one fails.
pub(crate) fn test(workspace: &Workspace, server: &Path, tally: &Tally) -> Result<()> {
    // Its browser is the stories'.
    node::ensure(workspace)?;
    let mut test = workspace.command("node");
    test.arg(workspace.path("examples/test/run.mjs"))
        .env("CHROMIUM", chromium::browser()?)
        .env("TWOKEN_SERVER_BIN", server);
    let tally = tally.clone();
    process::run_watched(&mut test, DEADLINE, move |line| tally.line(line))
}
