//! `cargo xtask npm`: the npm package, in `npm/dist`. Two programs, all of the core and the smaller one, each with what wasm-bindgen
//! writes beside it; `npm/build.mjs` makes the package of them.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::process;
use crate::server_build::{self, Kind};
use crate::stages::{Stages, Tally};
use crate::tools::Tool;
use crate::wasm_target::{self, TARGET, Toolchain};
use crate::workspace::{Workspace, path_with};
use crate::{chromium, node, stopwatch};

/// The package's folder.
const FOLDER: &str = "npm";
/// The profile in `Cargo.toml`.
const PROFILE: &str = "npm";
/// The programs, and what cargo is told for each.
const PROGRAMS: [(&str, &[&str]); 2] = [("full", &[]), ("slim", &["--no-default-features"])];
/// The consumers of every test; the others are for `--full`.
const OFTEN: [&str; 4] = ["exports", "node", "vite", "next"];
/// All of its tests in Node, or of its consumers.
const DEADLINE: Duration = Duration::from_secs(10 * 60);

/// Builds the package.
///
/// # Errors
/// Names the tool that is missing or the command that failed.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    let watch = stopwatch::Stopwatch::start();
    let toolchain = wasm_target::ensure(workspace)?;
    let bindgen = Tool::wasm_bindgen(workspace)?.ensure(workspace)?.join("wasm-bindgen");
    let tools = node::ensure(workspace)?;
    node::ensure_in(workspace, FOLDER)?;

    let mut build = workspace.command("node");
    build.arg(workspace.path(FOLDER).join("build.mjs"));
    for (name, options) in PROGRAMS {
        build.arg(program(workspace, &toolchain, &bindgen, name, options)?);
    }
    build.env("PATH", path_with(&[tools])?);
    process::run(&mut build)?;
    println!("the npm package was built in {} min", watch.minutes());
    Ok(workspace.path(FOLDER).join("dist"))
}

/// Builds the package, and tests it by itself and in every consumer.
///
/// # Errors
/// If it cannot be built.
pub(crate) fn command(workspace: &Workspace, tested: bool) -> Result<bool> {
    if !tested {
        return build(workspace).map(|_| true);
    }
    let mut stages = Stages::new("npm");
    let server = server_build::build(workspace, Kind::Tested)?;
    stages.run_counted("npm package", |tally| test(workspace, &server, true, tally));
    Ok(stages.close())
}

/// Builds the package; its tests in Node, some of them against a server; and what others do with it, from its tarball: those of [`OFTEN`], or all.
///
/// # Errors
/// If one fails.
pub(crate) fn test(workspace: &Workspace, server: &Path, full: bool, tally: &Tally) -> Result<()> {
    build(workspace)?;
    let browser = chromium::browser()?;
    let consumers: &[&str] = if full { &[] } else { &OFTEN };
    for (script, named) in [("test/run.mjs", &[][..]), ("packaging/run.mjs", consumers)] {
        let mut test = workspace.command("node");
        test.current_dir(workspace.path(FOLDER))
            .arg(script)
            .args(named)
            .env("CHROMIUM", &browser)
            .env("TWOKEN_SERVER_BIN", server);
        let tally = tally.clone();
        process::run_watched(&mut test, DEADLINE, move |line| tally.line(line))?;
    }
    Ok(())
}

/// One program, and the folder with what wasm-bindgen made of it.
fn program(
    workspace: &Workspace,
    toolchain: &Toolchain,
    bindgen: &Path,
    name: &str,
    options: &[&str],
) -> Result<PathBuf> {
    let mut cargo =
        workspace.cargo(&["build", "--package", "twoken-js", "--profile", PROFILE, "--target", TARGET]);
    cargo.args(["--config", &flags()?]);
    process::run(toolchain.apply(cargo.args(options))?)
        .with_context(|| format!("the npm package's program `{name}` was not built"))?;
    let folder = workspace.target().join(FOLDER).join(name);
    let mut glue = workspace.command(&bindgen.to_string_lossy());
    glue.args(["--target", "bundler", "--out-name", name, "--out-dir"]).arg(&folder);
    glue.arg(workspace.target().join(TARGET).join(PROFILE).join("twoken_js.wasm"));
    process::run(&mut glue)?;
    Ok(folder)
}

/// What the compiler is told beside `.cargo/config.toml`: hashes are loops, in a third of the room; and no folder of the machine that
/// builds stands in what others install.
fn flags() -> Result<String> {
    let home =
        std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")));
    let sources = home.context("neither CARGO_HOME nor HOME is set")?;
    let flags = ["--cfg=sha2_backend_soft=\"compact\"".into(), format!("--remap-path-prefix={sources}=")];
    Ok(format!("target.{TARGET}.rustflags={}", serde_json::to_string(&flags)?))
}
