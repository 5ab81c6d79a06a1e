//! cspell, on what people read: documents, the app's texts in both languages, and the documentation in the sources.
//! Words of the trade that no dictionary has stand in `words.txt`.

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{node, process};

/// # Errors
/// If a word is unknown; cspell shows where.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let cspell = node::ensure(workspace)?.join("cspell");
    let mut check = workspace.command(&cspell.to_string_lossy());
    check.args(["lint", "--config", "cspell.json", "--no-progress", "--unique", "--show-suggestions"]);
    process::run(&mut check)
}
