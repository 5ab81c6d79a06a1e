//! Debian's packages: its web compiler (`rustc-web`, the one that Debian builds its browsers with), whose source of
//! the standard library is compiled here once for `wasm32-unknown-unknown`.
//!
//! Debian ships that library only for the host, but it does ship its source, and a compiler cannot use another one's.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::process;
use crate::wasm_target::{TARGET, Toolchain};
use crate::workspace::{Workspace, on_path};

/// Where Debian's compilers are.
pub(crate) const BIN: &str = "/usr/bin";

/// The name by which rustup gets to know Debian's compiler.
const LINKED: &str = "debian-wasm";

const PACKAGES: [&str; 6] =
    ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "rust-web-clippy", "rustfmt-web"];

/// The linker that rustc calls: a link into a package of LLVM's that `rust-web-llvm` does not depend on.
const LINKER: &str = "/usr/bin/rust-lld";

/// Whether this is a Debian, where these packages can be had.
pub(crate) fn is_here() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    on_path(&["apt-get"]).is_some() && release.lines().any(|line| line == "ID=debian")
}

pub(crate) fn has_packages() -> bool {
    process::succeeds(Command::new("dpkg").arg("-s").args(PACKAGES)) && Path::new(LINKER).exists()
}

/// Whether rustup already knows Debian's compiler.
pub(crate) fn is_linked() -> bool {
    let mut list = Command::new("rustup");
    list.args(["toolchain", "list"]);
    process::read(&mut list)
        .is_ok_and(|names| names.lines().any(|line| line.split_whitespace().next() == Some(LINKED)))
}

pub(crate) fn toolchain() -> Toolchain {
    Toolchain::Named(LINKED.into())
}

/// Makes Debian's compiler a toolchain of rustup's, where there is one.
///
/// # Errors
/// If rustup refuses.
pub(crate) fn link() -> Result<Toolchain> {
    if on_path(&["rustup"]).is_none() {
        return Ok(Toolchain::In(BIN));
    }
    if !is_linked() {
        // rustc finds its libraries from where it lies, so the folder above `bin` is all that rustup needs.
        process::run(Command::new("rustup").args(["toolchain", "link", LINKED, "/usr"]))?;
    }
    Ok(toolchain())
}

/// Installs packages with apt-get.
///
/// # Errors
/// Without the rights for it, names the command that would do it.
pub(crate) fn apt_install(packages: &[&str]) -> Result<()> {
    let command = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    if on_path(&["apt-get"]).is_none() {
        bail!("missing here: {} (this machine has no apt-get; on Debian: `{command}`)", packages.join(", "));
    }
    if !is_root() {
        bail!("missing here: {}. Installing needs root: `sudo {command}`", packages.join(", "));
    }
    process::run(Command::new("apt-get").args(["update", "-q"]))?;
    let mut install = Command::new("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive");
    install.args(["install", "-y", "-q", "--no-install-recommends"]).args(packages);
    process::run(&mut install).with_context(|| format!("try it by hand: `{command}`"))
}

/// Installs the compiler, and the standard library for the browser that is built with it.
///
/// # Errors
/// Names the step that failed.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    if !is_root() {
        bail!(
            "Debian's compiler for {TARGET} is installed in {BIN} and /usr/lib/rustlib, which needs root: run \
             `TWOKEN_WASM_TARGET=debian cargo xtask check` once as root, or `rustup target add {TARGET}`"
        );
    }
    if !process::succeeds(Command::new("dpkg").arg("-s").args(PACKAGES)) {
        apt_install(&PACKAGES)?;
    }
    if !Path::new(LINKER).exists() {
        let package = fs::read_link(LINKER).context("rust-web-llvm brought no rust-lld")?;
        let package =
            package.file_name().and_then(|name| name.to_str()).context("rust-lld links to nothing")?;
        apt_install(&[package])?;
    }
    let libraries = build_standard_library(workspace)?;
    place(&libraries)
}

fn is_root() -> bool {
    process::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Builds std as a dependency of an empty crate; the result is a folder of rlibs.
fn build_standard_library(workspace: &Workspace) -> Result<PathBuf> {
    let seed = env::temp_dir().join(format!("twoken-wasm-std-{}", std::process::id()));
    fs::create_dir_all(seed.join("src"))?;
    fs::write(seed.join("src/lib.rs"), "#![no_std]\n")?;
    fs::write(
        seed.join("Cargo.toml"),
        "[package]\nname = \"seed\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[profile.release]\ncodegen-units = 1\n",
    )?;
    let built = workspace.target().join("wasm-std");
    let mut cargo = Command::new(Path::new(BIN).join("cargo"));
    cargo.current_dir(&seed);
    cargo.args(["build", "--release", "--target", TARGET]);
    cargo.arg("-Zbuild-std=std,panic_abort,panic_unwind,proc_macro,test");
    Toolchain::In(BIN).apply(&mut cargo)?;
    cargo.env_remove("RUSTUP_TOOLCHAIN").env_remove("RUSTC_WRAPPER");
    cargo.env("RUSTC", Path::new(BIN).join("rustc"));
    // `-Zbuild-std` is for nightly compilers, or for a distribution that knows what its own can do.
    cargo.env("RUSTC_BOOTSTRAP", "1");
    // Without bitcode in it, the library could not be used by builds with link-time optimisation.
    cargo.env("RUSTFLAGS", "-Cembed-bitcode=yes");
    cargo.env("CARGO_TARGET_DIR", &built);
    let outcome = process::run(&mut cargo).context("the standard library could not be built");
    fs::remove_dir_all(&seed)?;
    outcome?;
    Ok(built.join(TARGET).join("release").join("deps"))
}

/// Puts the built libraries where Debian's rustc looks for the target's.
fn place(libraries: &Path) -> Result<()> {
    let home = PathBuf::from(format!("/usr/lib/rustlib/{TARGET}/lib"));
    let fresh = home.with_extension("new");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(&fresh)?;
    for file in fs::read_dir(libraries)? {
        let file = file?.path();
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("lib") && name.ends_with(".rlib") && !name.starts_with("libseed-") {
            fs::copy(&file, fresh.join(name))?;
        }
    }
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    fs::rename(&fresh, &home).with_context(|| format!("{} cannot be put in place", home.display()))
}
