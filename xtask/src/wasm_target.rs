//! The target `wasm32-unknown-unknown`: found, or got from rustup, or built from Debian's packages.
//!
//! `TWOKEN_WASM_TARGET` says which: `auto` (the default) takes what is there, then rustup, then Debian; `rustup` and
//! `debian` ask only there. A target counts as there when a small library compiles for it with link-time
//! optimisation, the most that a release build asks of it.

use anyhow::{Context, Result, bail};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use crate::workspace::{Workspace, on_path};
use crate::{debian, process};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// How long rustup may take: its whole download is some 20 MB, and a network that drops it answers never.
const RUSTUP_DEADLINE: Duration = Duration::from_secs(120);

/// Uses the allocator, so that the standard library is really linked.
const PROBE: &str = "#[unsafe(no_mangle)] pub extern \"C\" fn f(n: u32) -> usize { std::hint::black_box(vec![n; 3]).len() }\n";

/// A Rust toolchain that can compile for [`TARGET`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one that is used for everything.
    Own,
    /// Another one that rustup knows by this name.
    Named(String),
    /// The one in this folder, where there is no rustup.
    In(&'static str),
}

impl Toolchain {
    /// Makes a command, and the cargo and rustc that it starts, use this toolchain.
    pub(crate) fn apply<'a>(&self, command: &'a mut Command) -> Result<&'a mut Command> {
        // Set by the cargo and rustup that run this very program; they would override the choice.
        for name in ["CARGO", "RUSTC", "RUSTDOC", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "LD_LIBRARY_PATH"] {
            command.env_remove(name);
        }
        match self {
            Self::Own => {}
            Self::Named(name) => {
                command.env("RUSTUP_TOOLCHAIN", name);
            }
            Self::In(folder) => {
                command.env("PATH", crate::workspace::path_with(&[folder.into()])?);
            }
        }
        Ok(command)
    }
}

/// Where the target may come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Auto,
    Rustup,
    Debian,
}

/// The toolchain to compile for the browser with, after making one if there is none.
///
/// # Errors
/// Says what was tried, and which command would help.
pub(crate) fn ensure(workspace: &Workspace) -> Result<Toolchain> {
    match source(env::var("TWOKEN_WASM_TARGET").ok().as_deref())? {
        Source::Rustup => present_or_rustup(workspace)?.with_context(|| {
            format!("rustup could not add the target: try `rustup target add {TARGET}`, or TWOKEN_WASM_TARGET=debian")
        }),
        Source::Debian => from_debian(workspace),
        Source::Auto => match present_or_rustup(workspace)? {
            Some(toolchain) => Ok(toolchain),
            None if debian::is_here() => from_debian(workspace),
            None => bail!(
                "no toolchain here compiles for {TARGET}: `rustup target add {TARGET}` would add it \
                 (rustup: https://rustup.rs)"
            ),
        },
    }
}

fn source(asked: Option<&str>) -> Result<Source> {
    match asked {
        None | Some("" | "auto") => Ok(Source::Auto),
        Some("rustup") => Ok(Source::Rustup),
        Some("debian") => Ok(Source::Debian),
        Some(other) => bail!("TWOKEN_WASM_TARGET is `{other}`: it can be auto, rustup or debian"),
    }
}

fn present_or_rustup(workspace: &Workspace) -> Result<Option<Toolchain>> {
    if compiles(workspace, &Toolchain::Own)? {
        return Ok(Some(Toolchain::Own));
    }
    // A Debian toolchain made earlier is as good as anything that would have to be downloaded.
    if debian::is_linked() && compiles(workspace, &debian::toolchain())? {
        return Ok(Some(debian::toolchain()));
    }
    if on_path(&["rustup"]).is_none() {
        return Ok(None);
    }
    let mut add = Command::new("rustup");
    add.args(["target", "add", TARGET]);
    if let Err(error) = process::run_within(&mut add, RUSTUP_DEADLINE) {
        println!("rustup did not add the target: {error:#}");
        return Ok(None);
    }
    Ok(compiles(workspace, &Toolchain::Own)?.then_some(Toolchain::Own))
}

fn from_debian(workspace: &Workspace) -> Result<Toolchain> {
    let compiler = Toolchain::In(debian::BIN);
    if !debian::has_packages() || !compiles(workspace, &compiler)? {
        debian::install(workspace)?;
        if !compiles(workspace, &compiler)? {
            bail!(
                "Debian's rustc still cannot compile for {TARGET}, although its standard library was built"
            );
        }
    }
    debian::link()
}

/// Whether a toolchain compiles and links the probe.
fn compiles(workspace: &Workspace, toolchain: &Toolchain) -> Result<bool> {
    let folder = workspace.target().join("wasm-probe");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let source = folder.join("probe.rs");
    fs::write(&source, PROBE)?;
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition", "2024", "--crate-type", "cdylib", "-O", "-C", "lto=fat", "-C", "panic=abort"]);
    rustc.args(["--target", TARGET, "-o"]).arg(folder.join("probe.wasm")).arg(&source);
    Ok(process::succeeds(toolchain.apply(&mut rustc)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_is_one_of_three() {
        assert_eq!(source(None).unwrap(), Source::Auto);
        assert_eq!(source(Some("auto")).unwrap(), Source::Auto);
        assert_eq!(source(Some("rustup")).unwrap(), Source::Rustup);
        assert_eq!(source(Some("debian")).unwrap(), Source::Debian);
        assert!(source(Some("fedora")).unwrap_err().to_string().contains("auto, rustup or debian"));
    }

    #[test]
    fn a_named_toolchain_is_told_to_rustup() {
        let mut command = Command::new("cargo");
        Toolchain::Named("other".into()).apply(&mut command).unwrap();
        let named = command.get_envs().find(|(name, _)| *name == "RUSTUP_TOOLCHAIN").unwrap();
        assert_eq!(named.1.unwrap(), "other");
    }
}
