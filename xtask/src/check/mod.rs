//! `cargo xtask check`: what can be said of the project without running it. One part a file; a failing part does not
//! hide the others' findings.

mod claims;
mod clippy;
mod curve;
mod documents;
mod format;
mod layers;
mod licences;
mod privacy;
mod protocol;
mod shape;
mod spelling;
mod threats;

use anyhow::{Result, bail};

use crate::process;
use crate::stages::Stages;
use crate::workspace::Workspace;

type Part = (&'static str, fn(&Workspace) -> Result<()>);

/// In the order of how soon each has an answer.
const PARTS: [Part; 14] = [
    ("format", format::run),
    ("shape", |workspace| none(shape::violations(workspace)?)),
    ("layers", |workspace| none(layers::violations(workspace)?)),
    ("claims", |workspace| none(claims::violations(workspace)?)),
    ("documents", |workspace| none(documents::violations(workspace)?)),
    ("protocol", |workspace| none(protocol::violations(workspace)?)),
    ("threats", |workspace| none(threats::violations(workspace)?)),
    ("privacy", |workspace| none(privacy::violations(workspace)?)),
    ("lock", locked),
    ("curve", |workspace| none(curve::violations(workspace)?)),
    ("spelling", spelling::run),
    ("clippy", clippy::native),
    ("clippy-browser", clippy::browser),
    ("licences", licences::run),
];

/// Runs all parts, or those named.
///
/// # Errors
/// If there is no part of that name.
pub(crate) fn run(workspace: &Workspace, named: &[String]) -> Result<bool> {
    let mut stages = Stages::new("check");
    run_in(workspace, named, &mut stages)?;
    Ok(stages.close())
}

/// Runs all parts, or those named, as stages of something larger; the result is whether all is well.
///
/// # Errors
/// If there is no part of that name.
pub(crate) fn run_in(workspace: &Workspace, named: &[String], stages: &mut Stages) -> Result<bool> {
    if let Some(unknown) = named.iter().find(|name| !PARTS.iter().any(|(part, _)| part == name)) {
        let known: Vec<&str> = PARTS.iter().map(|(part, _)| *part).collect();
        bail!("check has no part `{unknown}`: it has {}", known.join(", "));
    }
    let mut well = true;
    for (name, part) in
        PARTS.iter().filter(|(part, _)| named.is_empty() || named.iter().any(|name| name == part))
    {
        well &= stages.run(&format!("check {name}"), || part(workspace)).is_some();
    }
    Ok(well)
}

/// The lock file says the same as the manifests; and all that is locked is on this machine afterwards.
fn locked(workspace: &Workspace) -> Result<()> {
    process::run(&mut workspace.cargo(&["fetch", "--locked"]))
}

fn none(violations: Vec<String>) -> Result<()> {
    if violations.is_empty() {
        return Ok(());
    }
    for one in &violations {
        println!("  {one}");
    }
    bail!("{} found", violations.len())
}
