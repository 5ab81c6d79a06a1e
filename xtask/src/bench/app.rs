//! `app`: what a person waits for. `bench/app/run.mjs` measures the app as it ships, in the browser of the stories; with
//! `TWOKEN_DIST`, the app that stands built in that folder.

use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};

use super::{Better, Row};
use crate::server_build::{self, Kind};
use crate::workspace::Workspace;
use crate::{chromium, node, process, web_build};

/// The variable that names the folder of a built app, here and for the stories.
const GIVEN: &str = "TWOKEN_DIST";

/// Place in the answer, row, unit, what one unit is, and how much of it is enough.
const ROWS: [(&str, &str, &str, f64, f64); 8] = [
    ("/first", "app until Home", "KB over the network", 1e3, 450.0),
    ("/kept", "app kept", "KB over the network", 1e3, 1000.0),
    ("/console", "console", "KB beyond the app", 1e3, 200.0),
    ("/reading", "console reads a code", "ms, 720 lines", 1.0, 1000.0),
    ("/usable", "app usable", "ms from localhost", 1.0, 1000.0),
    ("/scanning/own", "app scanning", "ms, longest task", 1.0, LONGEST_TASK),
    ("/matching/own", "app matching", "ms, longest task", 1.0, LONGEST_TASK),
    ("/memory", "app match memory", "MB of the worker", 1e6, 32.0),
];
/// The same tasks with the turns of other programs in between. Told, and held against nothing: two browsers and a server
/// share the machine with the one that is measured.
const WALL: [(&str, &str); 2] =
    [("/scanning/wall", "app scanning, wall"), ("/matching/wall", "app matching, wall")];
/// Milliseconds of the main thread, at most.
const LONGEST_TASK: f64 = 50.0;

/// What people wait for, and how much comes over the network.
///
/// # Errors
/// As [`written_by`].
pub(crate) fn measure(workspace: &Workspace) -> Result<Vec<Row>> {
    rows(&written_by(workspace, "run.mjs", &[])?)
}

/// Builds app and server, if no app is given, and runs a script of `bench/app`: what it writes.
///
/// # Errors
/// If they cannot be built or measured.
pub(super) fn written_by(workspace: &Workspace, script: &str, args: &[&Path]) -> Result<Value> {
    let dist = match std::env::var_os(GIVEN) {
        Some(folder) => PathBuf::from(folder),
        None => web_build::build(workspace)?,
    };
    let server = server_build::build(workspace, Kind::Release)?;
    node::ensure(workspace)?;
    let mut run = workspace.command("node");
    run.arg(Path::new("bench/app").join(script)).args(args).env("CHROMIUM", chromium::browser()?);
    run.env("TWOKEN_SERVER_BIN", server).env(GIVEN, dist);
    let written = process::read(&mut run)?;
    serde_json::from_str(&written).with_context(|| format!("{script} wrote no JSON: {written}"))
}

/// A number in what a script wrote.
pub(super) fn number(written: &Value, at: &str) -> Result<f64> {
    let number = written.pointer(at).and_then(Value::as_f64);
    number.with_context(|| format!("bench/app wrote no number at {at}: {written}"))
}

fn rows(written: &Value) -> Result<Vec<Row>> {
    let held = ROWS.iter().map(|&(at, name, unit, one, bar)| {
        Ok(Row::of_bar(name, unit, number(written, at)? / one, Better::Lower, bar))
    });
    let told = WALL.iter().map(|&(at, name)| {
        let row = Row::of_bar(name, "ms, longest task", number(written, at)?, Better::Lower, LONGEST_TASK);
        Ok(Row { bar: None, ..row })
    });
    held.chain(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bytes_are_told_in_thousands_and_a_missing_figure_is_an_error() {
        let mut written = json!({
            "first": 440_000, "kept": 700_000, "usable": 400.5, "memory": 4_000_000,
            "console": 150_000, "reading": 400,
            "scanning": { "own": 20, "wall": 90 }, "matching": { "own": 51, "wall": 51 },
        });
        let rows_of = rows(&written).unwrap();
        assert_eq!((rows_of[0].ours, rows_of[7].ours), (440.0, 4.0));
        let below: Vec<_> =
            rows_of.iter().filter(|row| row.is_below_its_bar()).map(|row| row.name.as_str()).collect();
        assert_eq!(below, ["app matching"]);
        written["usable"] = json!("fast");
        assert!(rows(&written).is_err());
    }
}
