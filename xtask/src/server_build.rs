//! The server's program, as it is tested and as it is used.

use anyhow::{Result, bail};
use std::path::PathBuf;

use crate::process;
use crate::workspace::Workspace;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As the native tests have compiled it already.
    Tested,
    /// As it is deployed.
    Release,
}

/// Builds the server; the result is its program.
///
/// # Errors
/// If it does not compile.
pub(crate) fn build(workspace: &Workspace, kind: Kind) -> Result<PathBuf> {
    let (profile, folder) = match kind {
        Kind::Tested => ("test", "debug"),
        Kind::Release => ("release", "release"),
    };
    process::run(&mut workspace.cargo(&[
        "build",
        "--profile",
        profile,
        "--package",
        "twoken-server",
        "--bins",
        // Beside it, in `examples/`, what fills it for the stories.
        "--examples",
    ]))?;
    let program =
        workspace.target().join(folder).join(format!("twoken-server{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        bail!("{} was not built", program.display());
    }
    Ok(program)
}
