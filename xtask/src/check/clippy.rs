//! Clippy with warnings denied: natively for what runs natively, and for the browser what runs there.

use anyhow::Result;

use crate::process;
use crate::wasm_target::{self, TARGET};
use crate::workspace::Workspace;

/// Tests too; and one crate's warnings do not hide the next one's.
const REPORT_ALL: [&str; 5] = ["--all-targets", "--keep-going", "--", "-D", "warnings"];

/// # Errors
/// If there is a warning; clippy shows where.
pub(crate) fn native(workspace: &Workspace) -> Result<()> {
    let mut clippy = workspace.cargo(&["clippy", "--workspace", "--exclude", "twoken-web"]);
    process::run(clippy.args(REPORT_ALL))
}

/// # Errors
/// As [`native`].
pub(crate) fn browser(workspace: &Workspace) -> Result<()> {
    let toolchain = wasm_target::ensure(workspace)?;
    let mut clippy = workspace.cargo(&["clippy", "--package", "twoken-core", "--package", "twoken-web"]);
    clippy.args(["--package", "twoken-js"]);
    clippy.args(["--features", "twoken-core/proofs,twoken-web/worker", "--target", TARGET]).args(REPORT_ALL);
    process::run(toolchain.apply(&mut clippy)?)
}
