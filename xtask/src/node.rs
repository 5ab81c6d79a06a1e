//! Node and its packages: those of `e2e/`, which are the browser's remote control, wasm-opt and the spelling checker, and what
//! makes the npm package.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;
use crate::workspace::Workspace;

/// What the packages of `e2e/` ask for.
const OLDEST: u32 = 20;

/// The folder of the programs of `e2e/`'s packages, as [`ensure_in`].
///
/// # Errors
/// As [`ensure_in`].
pub(crate) fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    ensure_in(workspace, "e2e")
}

/// The folder of the programs of a folder's packages, after installing them if the lock file is another than last time.
///
/// # Errors
/// If Node is missing or too old, or npm fails.
pub(crate) fn ensure_in(workspace: &Workspace, folder: &str) -> Result<PathBuf> {
    let version = process::read(Command::new("node").arg("--version")).with_context(|| {
        format!("Node {OLDEST} or newer is needed (https://nodejs.org, or `apt-get install nodejs npm`)")
    })?;
    if major(&version).is_none_or(|major| major < OLDEST) {
        bail!("Node {} is too old: {OLDEST} or newer is needed", version.trim());
    }
    let home = workspace.path(folder);
    let lock = fs::read(home.join("package-lock.json"))
        .with_context(|| format!("{folder}/package-lock.json cannot be read"))?;
    let programs = home.join("node_modules").join(".bin");
    // A copy of the lock file that the packages were installed by.
    let installed = home.join("node_modules").join(".installed-by");
    if !is_current(&installed, &lock) {
        let mut install = Command::new("npm");
        install.current_dir(&home);
        // No scripts: none of the packages needs one, and none should run on whoever tries the project.
        install.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
        process::run_quiet(&mut install)?;
        fs::write(&installed, &lock)?;
    }
    Ok(programs)
}

fn is_current(installed: &Path, lock: &[u8]) -> bool {
    fs::read(installed).is_ok_and(|by| by == lock)
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_major_number() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v8.1.0"), Some(8));
        assert_eq!(major("20"), None);
    }

    #[test]
    fn packages_without_a_record_of_their_lock_file_are_installed_anew() {
        assert!(!is_current(Path::new("/no/such/file"), b"{}"));
    }
}
