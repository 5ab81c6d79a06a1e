//! The app: Trunk builds `index.html`, `web/` and `www/` into `dist/`, with tools that are already there and without
//! a download.
//!
//! Every text file of the result also gets compressed once, as well as can be, for the server to pass on as it is.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

use crate::tools::Tool;
use crate::wasm_target::{self, TARGET};
use crate::workspace::{Workspace, path_with};
use crate::{node, process};

/// Builds the app for release and says how large it is; the result is `dist/`.
///
/// # Errors
/// Names the tool that is missing or the command that failed.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    let toolchain = wasm_target::ensure(workspace)?;
    let trunk = Tool::trunk().ensure(workspace)?;
    let wasm_bindgen = Tool::wasm_bindgen(workspace)?.ensure(workspace)?;
    let splitter = Tool::wasm_split().program(workspace)?;
    let packages = node::ensure(workspace)?;

    // Trunk is told to stay offline, and passes that on to cargo.
    process::run(&mut workspace.cargo(&["fetch", "--target", TARGET]))?;

    let dist = workspace.dist();
    let mut build = workspace.command("trunk");
    build.args(["build", "--release", "--offline", "--features", "split", "--dist"]).arg(&dist);
    toolchain.apply(&mut build)?;
    // Trunk finds ours first, which splits the app's program and then calls the real one.
    build.env("TWOKEN_WASM_BINDGEN", wasm_bindgen.join("wasm-bindgen"));
    build.env("TWOKEN_WASM_SPLIT", splitter);
    build.env("TWOKEN_SPLIT", workspace.target().join("wasm-split"));
    let mut folders = vec![trunk, workspace.path("xtask/split"), wasm_bindgen, packages];
    if let wasm_target::Toolchain::In(folder) = toolchain {
        folders.push(folder.into());
    }
    build.env("PATH", path_with(&folders)?);
    // Trunk reads this variable as a flag that must be `true` or `false`.
    build.env_remove("NO_COLOR");
    process::run(&mut build)?;

    process::run(workspace.command("node").arg("xtask/compress.mjs").arg(&dist))?;
    complete(&dist)?;
    Ok(dist)
}

/// Runs the checks that a build without an error could still fail.
fn complete(dist: &Path) -> Result<()> {
    let index = fs::read_to_string(dist.join("index.html"))
        .with_context(|| format!("{} has no index.html", dist.display()))?;
    let modules = fs::read_dir(dist)?
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|file| file.extension().is_some_and(|extension| extension == "wasm"))
        .count();
    if modules == 0 || !index.contains(".wasm") {
        bail!("{} has no WebAssembly module: does index.html name the crate?", dist.display());
    }
    Ok(())
}
