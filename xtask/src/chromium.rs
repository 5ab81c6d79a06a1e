//! Chromium and its driver: found, or installed where that is possible.

use anyhow::{Result, bail};
use std::env;
use std::path::PathBuf;

use crate::debian;
use crate::workspace::on_path;

const BROWSERS: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const DRIVERS: [&str; 1] = ["chromedriver"];
const MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// A browser that can be driven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chromium {
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
}

/// The browser of the stories.
///
/// # Errors
/// Names what is missing and the command that would install it.
pub(crate) fn browser() -> Result<PathBuf> {
    found_or_installed("CHROMIUM", &BROWSERS, &["chromium"])
}

/// The browser and the driver of the wasm tests.
///
/// # Errors
/// As [`browser`].
pub(crate) fn with_driver() -> Result<Chromium> {
    let browser = browser()?;
    let driver = found_or_installed("CHROMEDRIVER", &DRIVERS, &["chromium", "chromium-driver"])?;
    Ok(Chromium { browser, driver })
}

fn found_or_installed(variable: &str, names: &[&str], packages: &[&str]) -> Result<PathBuf> {
    if let Some(named) = env::var_os(variable).filter(|value| !value.is_empty()) {
        let file = PathBuf::from(named);
        if file.is_file() {
            return Ok(file);
        }
        bail!("{variable} is {}: there is no such file", file.display());
    }
    if let Some(found) = on_path(names) {
        return Ok(found);
    }
    if variable == "CHROMIUM" && PathBuf::from(MAC).is_file() {
        return Ok(MAC.into());
    }
    if !debian::is_here() {
        bail!("no {} on the PATH: install it, or say where it is with {variable}=FILE", names.join(", "));
    }
    debian::apt_install(packages)?;
    match on_path(names) {
        Some(found) => Ok(found),
        None => bail!("{} was installed, but brought no {}", packages.join(" and "), names.join(" or ")),
    }
}
