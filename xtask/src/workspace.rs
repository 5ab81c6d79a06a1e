//! The project's folder, and the places in it and beside it that commands agree on.

use anyhow::{Context, Result};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the project lies, and where its tools are cached.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    cache: PathBuf,
}

impl Workspace {
    /// The workspace that cargo runs this program for: with a target folder that two checkouts share, it may have
    /// been built from the other one. Run by hand, it is the one that it was built from.
    pub(crate) fn find() -> Result<Self> {
        let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&package).parent().context("xtask does not lie in a workspace")?.to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => env::current_dir()?.join(dir),
            None => root.join("target"),
        };
        let cache = cache_folder(|name| env::var_os(name).filter(|value| !value.is_empty()))
            .context("set TWOKEN_CACHE to a folder where tools can be kept: HOME is not set")?;
        Ok(Self { root, target, cache })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Cargo's target folder: one for everything.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// The user's cache of pinned tools: `<cache>/<tool>-<version>/bin`.
    pub(crate) fn cache(&self) -> &Path {
        &self.cache
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The built app.
    pub(crate) fn dist(&self) -> PathBuf {
        self.path("dist")
    }

    /// A command that runs in the project's folder.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command.env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// Cargo with the user's own toolchain, in the project's folder.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("cargo");
        command.args(arguments);
        command
    }
}

fn cache_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let base = variable("TWOKEN_CACHE")
        .or_else(|| variable("XDG_CACHE_HOME"))
        .map(PathBuf::from)
        .or_else(|| variable("HOME").map(|home| Path::new(&home).join(".cache")))
        .or_else(|| variable("LOCALAPPDATA").map(PathBuf::from))?;
    Some(base.join("twoken"))
}

/// `PATH` with these folders in front.
pub(crate) fn path_with(folders: &[PathBuf]) -> Result<OsString> {
    let old = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&old));
    env::join_paths(all).context("a tool's folder has a name that cannot stand in PATH")
}

/// The first of these programs that is on the `PATH`.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| {
        env::split_paths(&path)
            .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
            .find(|file| file.is_file())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(variables: &[(&str, &str)]) -> Option<PathBuf> {
        cache_folder(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn the_cache_follows_the_users_wish() {
        assert_eq!(cache(&[("HOME", "/home/a")]), Some("/home/a/.cache/twoken".into()));
        assert_eq!(cache(&[("HOME", "/home/a"), ("XDG_CACHE_HOME", "/x")]), Some("/x/twoken".into()));
        let all = [("HOME", "/home/a"), ("XDG_CACHE_HOME", "/x"), ("TWOKEN_CACHE", "/t")];
        assert_eq!(cache(&all), Some("/t/twoken".into()));
        assert_eq!(cache(&[]), None);
    }
}
