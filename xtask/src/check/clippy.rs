//! Clippy with warnings denied: natively for what runs natively, and for the browser what runs there.

use anyhow::Result;

use crate::process;
use crate::wasm_target::{self, TARGET};
use crate::workspace::Workspace;

/// # Errors
/// If there is a warning; clippy shows where.
pub(crate) fn native(workspace: &Workspace) -> Result<()> {
    let mut clippy = workspace.cargo(&["clippy", "--workspace", "--exclude", "twoken-web", "--all-targets"]);
    process::run(clippy.args(["--", "-D", "warnings"]))
}

/// # Errors
/// As [`native`].
pub(crate) fn browser(workspace: &Workspace) -> Result<()> {
    let toolchain = wasm_target::ensure(workspace)?;
    let mut clippy = workspace.cargo(&["clippy", "--package", "twoken-core", "--package", "twoken-web"]);
    clippy.args(["--all-targets", "--target", TARGET, "--", "-D", "warnings"]);
    process::run(toolchain.apply(&mut clippy)?)
}
