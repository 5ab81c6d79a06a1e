//! The cargo tools that a build needs, at pinned versions, kept per user: `<cache>/<tool>-<version>/bin`.

use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

use crate::stopwatch::Stopwatch;
use crate::workspace::Workspace;
use crate::{lockfile, process};

/// Builds `index.html`, `web/` and `www/` into `dist/`. 0.21.14 is the newest that Rust 1.95 compiles.
const TRUNK: &str = "0.21.14";

/// Licences and sources of all crates.
const CARGO_DENY: &str = "0.20.2";

/// What most programs answer.
const VERSION: &str = "--version";

/// Splits the app's program in two.
const WASM_SPLIT: &str = "0.2.4";

/// A program from crates.io.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tool {
    name: &'static str,
    version: String,
    binary: &'static str,
    options: &'static [&'static str],
    /// What it answers with success.
    asked: &'static str,
}

impl Tool {
    /// Trunk, without what it would need to be a server of pages with certificates of the system's OpenSSL.
    pub(crate) fn trunk() -> Self {
        let options = &["--locked", "--no-default-features", "--features", "rustls"];
        Self { name: "trunk", version: TRUNK.into(), binary: "trunk", options, asked: VERSION }
    }

    pub(crate) fn cargo_deny() -> Self {
        let options = &["--locked"];
        Self { name: "cargo-deny", version: CARGO_DENY.into(), binary: "cargo-deny", options, asked: VERSION }
    }

    /// wasm-bindgen and its test runner, whose version must be the library's. Not `--locked`: the lock file that
    /// this crate ships names versions that have since been withdrawn.
    pub(crate) fn wasm_bindgen(workspace: &Workspace) -> Result<Self> {
        let version = lockfile::version_of(workspace, "wasm-bindgen")?;
        Ok(Self { name: "wasm-bindgen-cli", version, binary: "wasm-bindgen", options: &[], asked: VERSION })
    }

    /// The splitter for what `wasm_split_helpers` marks.
    pub(crate) fn wasm_split() -> Self {
        let options = &["--locked", "--features", "build-binary"];
        Self {
            name: "wasm_split_cli_support",
            version: WASM_SPLIT.into(),
            binary: "wasm-split-cli",
            options,
            asked: "--help",
        }
    }

    /// The folder with the tool's programs, after installing it if it is not there.
    ///
    /// # Errors
    /// Names the command that failed, so that it can be run by hand.
    pub(crate) fn ensure(&self, workspace: &Workspace) -> Result<PathBuf> {
        let home = workspace.cache().join(format!("{}-{}", self.name, self.version));
        let folder = home.join("bin");
        let program = folder.join(format!("{}{}", self.binary, std::env::consts::EXE_SUFFIX));
        if process::succeeds(Command::new(&program).arg(self.asked)) {
            return Ok(folder);
        }
        println!("{} {} is not in {} yet: installing it once", self.name, self.version, home.display());
        let watch = Stopwatch::start();
        // Out of the workspace, so that its profiles and its toolchain file do not count.
        let mut install = Command::new("cargo");
        install.current_dir(std::env::temp_dir());
        install.args(["install", self.name, "--version", &self.version]).args(self.options);
        install.arg("--force").arg("--root").arg(&home);
        // One folder for all tools: what they have in common is compiled once. These programs run for seconds,
        // and compiling them fully optimised takes twice as long as not.
        install.env("CARGO_TARGET_DIR", workspace.target().join("tools"));
        install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        install.env("CARGO_PROFILE_RELEASE_LTO", "off");
        install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        install.env("CARGO_PROFILE_RELEASE_DEBUG", "false");
        process::run(&mut install)
            .with_context(|| format!("{} {} could not be installed", self.name, self.version))?;
        println!("{} {} installed in {} min", self.name, self.version, watch.minutes());
        Ok(folder)
    }

    /// The tool's main program, after installing it if it is not there.
    ///
    /// # Errors
    /// As [`Tool::ensure`].
    pub(crate) fn program(&self, workspace: &Workspace) -> Result<PathBuf> {
        Ok(self.ensure(workspace)?.join(self.binary))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_bindgen_is_the_locked_one() {
        let workspace = Workspace::find().unwrap();
        let tool = Tool::wasm_bindgen(&workspace).unwrap();
        assert_eq!(tool.version, lockfile::version_of(&workspace, "wasm-bindgen").unwrap());
        assert!(!tool.options.contains(&"--locked"));
    }

    #[test]
    fn a_trunk_that_downloads_its_tools_with_openssl_is_not_asked_for() {
        assert!(Tool::trunk().options.contains(&"--no-default-features"));
    }
}
