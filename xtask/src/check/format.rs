//! rustfmt, on every crate.

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;

/// # Errors
/// If a file is not formatted; rustfmt shows where.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    process::run(&mut workspace.cargo(&["fmt", "--all", "--check"]))
}
