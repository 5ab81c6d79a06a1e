//! `qr-read`: how many codes of beacons are read from bad pictures, in WebAssembly, with the app's own reader and
//! with rqrr. The pictures are made by `bench/qr-read`, which is also where both readers are called.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Better, Row};
use crate::process;
use crate::tools::Tool;
use crate::wasm_target::{self, TARGET};
use crate::workspace::Workspace;

const CRATE: &str = "twoken-bench-qr-read";
const MODULE: &str = "twoken_bench_qr_read";
const PEER: &str = "rqrr 0.11";

/// Percent of the pictures with [`BAR_PIXELS`] a module that must be read.
const BAR: f64 = 95.0;
const BAR_PIXELS: f64 = 2.5;
/// Pictures of 640×480 that must be read, or found to have no code, in a second.
const BAR_PACE: f64 = 10.0;

/// What was seen at one size of code.
#[derive(Debug, Clone, PartialEq)]
struct Cell {
    pixels: f64,
    frames: f64,
    ours: Seen,
    theirs: Seen,
}

#[derive(Debug, Clone, PartialEq)]
struct Seen {
    read: f64,
    milliseconds: f64,
}

/// Builds the bench for the browser as the app is built, and runs it in Node.
///
/// # Errors
/// If it cannot be built, or answers what cannot be understood.
pub(crate) fn measure(workspace: &Workspace) -> Result<Vec<Row>> {
    let toolchain = wasm_target::ensure(workspace)?;
    let wasm_bindgen = Tool::wasm_bindgen(workspace)?.program(workspace)?;
    let mut build = workspace.cargo(&["build", "--profile", "wasm-release", "--package", CRATE, "--lib"]);
    process::run(toolchain.apply(build.args(["--target", TARGET]))?)?;

    let module = workspace.target().join(TARGET).join("wasm-release").join(format!("{MODULE}.wasm"));
    let folder = workspace.target().join("bench").join("qr-read");
    let mut bind = workspace.command(&wasm_bindgen.to_string_lossy());
    bind.args(["--target", "nodejs", "--out-dir"]).arg(&folder).arg(&module);
    process::run(&mut bind)?;

    let mut node = workspace.command("node");
    let written = process::read(node.arg("bench/qr-read/run.mjs").arg(folder.join(format!("{MODULE}.js"))))?;
    let written = serde_json::from_str(&written).context("bench/qr-read/run.mjs wrote no JSON")?;
    Ok(rows(&cells(&written)?))
}

fn cells(written: &Value) -> Result<Vec<Cell>> {
    let all = written.as_array().context("the bench's answer is no list")?;
    all.iter().map(|cell| cell_of(cell).with_context(|| format!("the bench answered {cell}"))).collect()
}

fn cell_of(cell: &Value) -> Option<Cell> {
    let number = |path: &str| cell.pointer(path)?.as_f64();
    let seen = |who: &str| {
        Some(Seen {
            read: number(&format!("/{who}/read"))?,
            milliseconds: number(&format!("/{who}/milliseconds"))?,
        })
    };
    Some(Cell {
        pixels: number("/pixels")?,
        frames: number("/frames")?,
        ours: seen("ours")?,
        theirs: seen("theirs")?,
    })
}

fn rows(cells: &[Cell]) -> Vec<Row> {
    let mut rows: Vec<Row> = cells
        .iter()
        .map(|cell| Row {
            name: format!("qr-read {} px", cell.pixels),
            unit: "% of pictures read",
            ours: 100.0 * cell.ours.read / cell.frames,
            peer: PEER,
            theirs: 100.0 * cell.theirs.read / cell.frames,
            better: Better::Higher,
            bar: (cell.pixels == BAR_PIXELS).then_some(BAR),
        })
        .collect();
    let frames: f64 = cells.iter().map(|cell| cell.frames).sum();
    let mean = |of: fn(&Cell) -> &Seen| cells.iter().map(|cell| of(cell).milliseconds).sum::<f64>() / frames;
    rows.push(Row {
        name: "qr-read pace".to_owned(),
        unit: "pictures a second",
        ours: 1000.0 / mean(|cell| &cell.ours),
        peer: PEER,
        theirs: 1000.0 / mean(|cell| &cell.theirs),
        better: Better::Higher,
        bar: Some(BAR_PACE),
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(read: u32) -> Value {
        json!([
            {"pixels": 2, "frames": 24, "ours": {"read": 24, "milliseconds": 24.0}, "theirs": {"read": 3, "milliseconds": 240.0}},
            {"pixels": 2.5, "frames": 24, "ours": {"read": read, "milliseconds": 24.0}, "theirs": {"read": 6, "milliseconds": 240.0}}
        ])
    }

    #[test]
    fn rows_are_rates_and_a_pace() {
        let rows = rows(&cells(&written(24)).unwrap());
        let names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["qr-read 2 px", "qr-read 2.5 px", "qr-read pace"]);
        assert_eq!(rows[0].ratio(), Some(8.0));
        assert_eq!(rows[2].ratio(), Some(10.0));
        assert!(rows.iter().all(|row| !row.is_below_its_bar()));
    }

    #[test]
    fn two_unread_codes_of_24_are_below_the_bar() {
        let rows = |read| rows(&cells(&written(read)).unwrap());
        assert!(!rows(23)[1].is_below_its_bar());
        assert!(rows(22)[1].is_below_its_bar());
    }

    #[test]
    fn an_answer_without_a_number_is_refused() {
        assert!(cells(&json!([{"pixels": 2}])).is_err());
        assert!(cells(&json!({})).is_err());
    }
}
