//! `app`: what a person waits for. `bench/app/run.mjs` measures the app as it ships, in the browser of the stories; with
//! `TWOKEN_DIST`, the app that stands built in that folder.

use anyhow::{Context, Result};
use serde_json::Value;
use std::path::PathBuf;

use super::{Better, Row};
use crate::server_build::{self, Kind};
use crate::workspace::Workspace;
use crate::{chromium, node, process, web_build};

/// The variable that names the folder of a built app, here and for the stories.
const GIVEN: &str = "TWOKEN_DIST";

/// Field of the answer, row, unit, what one unit is, and how much of it is enough.
const ROWS: [(&str, &str, &str, f64, f64); 6] = [
    ("first", "app until Home", "KB over the network", 1e3, 450.0),
    ("kept", "app kept", "KB over the network", 1e3, 1000.0),
    ("usable", "app usable", "ms from localhost", 1.0, 1000.0),
    ("scanning", "app scanning", "ms, longest task", 1.0, 50.0),
    ("matching", "app matching", "ms, longest task", 1.0, 50.0),
    ("memory", "app match memory", "MB of the worker", 1e6, 32.0),
];

/// Builds app and server, if no app is given, and measures.
///
/// # Errors
/// If they cannot be built or measured.
pub(crate) fn measure(workspace: &Workspace) -> Result<Vec<Row>> {
    let dist = match std::env::var_os(GIVEN) {
        Some(folder) => PathBuf::from(folder),
        None => web_build::build(workspace)?,
    };
    let server = server_build::build(workspace, Kind::Release)?;
    node::ensure(workspace)?;
    let mut run = workspace.command("node");
    run.arg("bench/app/run.mjs").env("CHROMIUM", chromium::browser()?);
    run.env("TWOKEN_SERVER_BIN", server).env(GIVEN, dist);
    let written = process::read(&mut run)?;
    rows(&serde_json::from_str(&written).with_context(|| format!("bench/app wrote no JSON: {written}"))?)
}

fn rows(written: &Value) -> Result<Vec<Row>> {
    ROWS.iter()
        .map(|&(field, name, unit, one, bar)| {
            let number = written.get(field).and_then(Value::as_f64);
            let ours = number.with_context(|| format!("bench/app wrote no {field}: {written}"))? / one;
            Ok(Row::of_bar(name, unit, ours, Better::Lower, bar))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bytes_are_told_in_thousands_and_a_missing_figure_is_an_error() {
        let mut written = json!({
            "first": 440_000, "kept": 700_000, "usable": 400.5, "scanning": 20, "matching": 51, "memory": 4_000_000
        });
        let rows_of = rows(&written).unwrap();
        assert_eq!((rows_of[0].ours, rows_of[5].ours), (440.0, 4.0));
        let below: Vec<_> =
            rows_of.iter().filter(|row| row.is_below_its_bar()).map(|row| row.name.as_str()).collect();
        assert_eq!(below, ["app matching"]);
        written["usable"] = json!("fast");
        assert!(rows(&written).is_err());
    }
}
