//! cargo-deny: licences, sources and banned crates, as `deny.toml` says.

use anyhow::Result;

use crate::process;
use crate::tools::Tool;
use crate::workspace::Workspace;

/// # Errors
/// If a crate is under another licence, from another source or banned; cargo-deny shows which.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let program = Tool::cargo_deny().program(workspace)?;
    // Everything in the lock file, whatever system it is for: cargo-deny looks at all of it, and offline.
    process::run(&mut workspace.cargo(&["fetch", "--locked"]))?;
    let mut deny = workspace.command(&program.to_string_lossy());
    process::run(deny.args(["--offline", "--locked", "check", "licenses", "bans", "sources"]))
}
