//! `uploads`, `sealing`, `rest`: the server under load, beside the plain way of one transaction for each upload and one
//! for a whole sealing. `bench/server` measures both, on this machine and in one run, with fsync on.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Better, Row};
use crate::process;
use crate::server_build::{self, Kind};
use crate::workspace::Workspace;

const CRATE: &str = "twoken-bench-server";
const ONE_EACH: &str = "one each";
const AT_ONCE: &str = "in one";

/// Uploads of 64 entries a second, at least.
const UPLOADS: f64 = 500.0;
/// Milliseconds that 99 of 100 uploads wait at half of that, at most.
const UPLOADS_P99: f64 = 100.0;
/// Seconds for a million entries, at most.
const SEALING: f64 = 15.0;
/// Megabytes at rest, at most.
const REST: f64 = 60.0;

/// Uploads a second, and the waiting at half of what is asked for.
///
/// # Errors
/// If it cannot be built or measured.
pub(crate) fn uploads(workspace: &Workspace) -> Result<Vec<Row>> {
    let figures = figures(workspace, &["uploads"])?;
    let row = |name: &str, unit, field: &str, better, bar| {
        let (ours, theirs) = both(&figures, field)?;
        anyhow::Ok(Row { name: name.to_owned(), unit, ours, peer: ONE_EACH, theirs, better, bar: Some(bar) })
    };
    Ok(vec![
        row("uploads", "of 64 entries a second", "pace", Better::Higher, UPLOADS)?,
        row("uploads p99 at 250/s", "ms", "p99", Better::Lower, UPLOADS_P99)?,
    ])
}

/// Seconds for a million entries, and the longest wait of an upload meanwhile.
///
/// # Errors
/// As [`uploads`].
pub(crate) fn sealing(workspace: &Workspace) -> Result<Vec<Row>> {
    let figures = figures(workspace, &["sealing"])?;
    let row = |name: &str, unit, field: &str, bar| {
        let (ours, theirs) = both(&figures, field)?;
        anyhow::Ok(Row {
            name: name.to_owned(),
            unit,
            ours,
            peer: AT_ONCE,
            theirs,
            better: Better::Lower,
            bar,
        })
    };
    Ok(vec![
        row("sealing", "s for 1,000,000 entries", "seconds", Some(SEALING))?,
        row("sealing, uploads wait", "ms at most", "waited", None)?,
    ])
}

/// Megabytes at rest, of a server that was just started and of one that has sealed a million entries.
///
/// # Errors
/// As [`uploads`].
pub(crate) fn rest(workspace: &Workspace) -> Result<Vec<Row>> {
    let server = server_build::build(workspace, Kind::Release)?;
    let figures = figures(workspace, &["rest", "--server", &server.to_string_lossy()])?;
    let theirs = number(&figures, "theirs")?;
    let row = |name: &str, ours| Row {
        name: name.to_owned(),
        unit: "MB resident",
        ours,
        peer: AT_ONCE,
        theirs,
        better: Better::Lower,
        bar: Some(REST),
    };
    Ok(vec![
        row("rest, fresh", number(&figures, "fresh")?),
        row("rest, after 1,000,000", number(&figures, "after")?),
    ])
}

fn figures(workspace: &Workspace, arguments: &[&str]) -> Result<Value> {
    let mut cargo = workspace.cargo(&["run", "--release", "--package", CRATE, "--"]);
    let written = process::read(cargo.args(arguments))?;
    serde_json::from_str(&written).with_context(|| format!("{CRATE} wrote no JSON: {written}"))
}

/// A figure of ours, and the peer's.
fn both(figures: &Value, field: &str) -> Result<(f64, f64)> {
    Ok((number(figures, &format!("ours/{field}"))?, number(figures, &format!("theirs/{field}"))?))
}

fn number(figures: &Value, path: &str) -> Result<f64> {
    let found = figures.pointer(&format!("/{path}")).and_then(Value::as_f64);
    found.with_context(|| format!("the bench wrote no number at {path}: {figures}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_figure_that_is_not_there_is_an_error() {
        let written = json!({ "ours": { "pace": 900.0 }, "theirs": { "pace": 90 } });
        assert_eq!(both(&written, "pace").unwrap(), (900.0, 90.0));
        assert!(both(&written, "p99").is_err());
        assert!(number(&json!({ "fresh": "12" }), "fresh").is_err());
    }
}
