//! `psi`: private mode beside OpenMined's PSI, the maintained library for the same task: elliptic-curve Diffie–Hellman, and a
//! Golomb-coded set of the server's side. Its WebAssembly comes from npm (`bench/psi/package.json`), its native server from PyPI.
//!
//! Both are asked about 1,000 elements with the same error, 2⁻⁴⁰ for each. Ours sends dummies and probes, which theirs does not
//! have: 1,000 encounters travel as 3,072 points. A row counts by the points sent, as theirs sends one an element; another one by the
//! encounters; and a third by the points of a query that is as full as dummies allow, which is the most that a point costs. All of it is the processor's time on one core, so that other programs count for nobody.

use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

use super::{Better, Row, core};
use crate::process;
use crate::workspace::Workspace;

const WASM: &str = "psi.js";
const NATIVE: &str = "PyPI psi";
/// What stands in the peer's place where it cannot be had.
const NO_NATIVE: &str = "no Python";
const PYPI: &str = "openmined-psi==2.0.6";
const MICRO: f64 = 1e6;

/// How many times faster a phone's half must be, at least; the server's, beside the peer's WebAssembly and its native code.
const CLIENT: f64 = 5.0;
const SERVER_WASM: f64 = 12.0;
const SERVER_NATIVE: f64 = 2.0;

/// Microseconds a point and an element, bytes a published element.
///
/// # Errors
/// If it cannot be built or measured. A machine without Python or pip is none: the rows say so.
pub(crate) fn measure(workspace: &Workspace) -> Result<Vec<Row>> {
    let browser = browser(workspace)?;
    let ours = core::run_native(workspace, &["psi"])?;
    let python = python(workspace)?;
    if python.is_none() {
        println!("psi: no Python with pip for {PYPI}: the peer's native server is not measured");
    }
    rows(&browser, &ours, python.as_ref())
}

fn rows(browser: &Value, ours: &Value, python: Option<&Value>) -> Result<Vec<Row>> {
    let row = |name: &str, unit, ours: f64, theirs: f64, times: Option<f64>| Row {
        name: name.to_owned(),
        unit,
        ours,
        peer: WASM,
        theirs,
        better: Better::Lower,
        bar: times.map(|times| theirs / times),
    };
    let beside = |name: &str, unit, ours: f64, at: &str, scale: f64, times: Option<f64>| {
        let Some(python) = python else {
            return anyhow::Ok(Row { peer: NO_NATIVE, ..row(name, unit, ours, 0.0, None) });
        };
        Ok(Row { peer: NATIVE, ..row(name, unit, ours, scale * core::number(python, at)?, times) })
    };
    let client = 1000.0 * core::number(browser, "/client/theirs")?;
    let answer = MICRO * core::number(ours, "/answer")?;
    let answer_wasm = 1000.0 * core::number(browser, "/server/theirs")?;
    let setup = |count: &str| anyhow::Ok(MICRO * core::number(ours, &format!("/setup/{count}"))?);
    let bytes = |count: &str| core::number(ours, &format!("/bytes/{count}"));
    let point = "µs a point";
    let published = "µs a published element";
    let size = "bytes a published one";
    let ours_client = 1000.0 * core::number(browser, "/client/ours")?;
    let ours_padded = 1000.0 * core::number(browser, "/client/padded")?;
    // Points that are sent for each encounter.
    let points = core::number(browser, "/points/padded")? / 1000.0;
    let setup_wasm = 1000.0 * core::number(browser, "/setup/theirs")?;
    Ok(vec![
        row("psi client", point, ours_padded / points, client, Some(CLIENT)),
        row("psi client, encounters", "µs an encounter", ours_padded, client, None),
        row("psi client, full", point, ours_client, client, None),
        row("psi server, wasm", point, answer, answer_wasm, Some(SERVER_WASM)),
        beside("psi server, native", point, answer, "/answer", MICRO, Some(SERVER_NATIVE))?,
        row("psi 1k x 100k, wasm", published, setup("100000")?, setup_wasm, Some(SERVER_WASM)),
        beside("psi 1k x 100k, native", published, setup("100000")?, "/setup/100000", MICRO, None)?,
        beside("psi 1k x 1M, native", published, setup("1000000")?, "/setup/1000000", MICRO, None)?,
        row("psi 1k x 100k, GCS", size, bytes("100000")?, core::number(browser, "/setup/bytes")?, Some(1.0)),
        beside("psi 1k x 1M, GCS", size, bytes("1000000")?, "/bytes/1000000", 1.0, Some(1.0))?,
    ])
}

/// Ours and theirs in WebAssembly.
fn browser(workspace: &Workspace) -> Result<Value> {
    let module = core::wasm_module(workspace)?;
    let folder = super::packages(workspace, "psi")?;
    let peer = folder.join("node_modules/@openmined/psi.js/psi_wasm_node.js");
    let mut run = workspace.command("node");
    let written = process::read(run.arg("bench/psi/run.mjs").arg(module).arg(peer))?;
    serde_json::from_str(&written).context("bench/psi/run.mjs wrote no JSON")
}

/// Their native server; none where there is no Python that pip can install it for.
fn python(workspace: &Workspace) -> Result<Option<Value>> {
    let folder = workspace.target().join("bench").join("psi").join("python");
    if !installed(&folder) {
        return Ok(None);
    }
    let mut run = workspace.command("python3");
    let written = process::read(run.arg("bench/psi/peer.py").arg(&folder))?;
    serde_json::from_str(&written).map(Some).context("bench/psi/peer.py wrote no JSON")
}

fn installed(folder: &Path) -> bool {
    let pip =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:", "--target"];
    let mut install = Command::new("python3");
    install.args(pip).arg(folder).args(["--upgrade", PYPI]);
    install.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written() -> [Value; 3] {
        let browser = json!({
            "client": { "ours": 0.08, "padded": 0.25, "theirs": 0.5 },
            "points": { "padded": 3000 },
            "server": { "theirs": 0.6 },
            "setup": { "theirs": 0.9, "bytes": 5.2 },
        });
        let sizes = json!({ "100000": 5.19, "1000000": 5.19 });
        let seconds = json!({ "100000": 7e-5, "1000000": 7e-5 });
        let ours = json!({ "answer": 4e-5, "setup": seconds.clone(), "bytes": sizes });
        let peer = json!({
            "answer": 9e-5, "setup": seconds, "bytes": { "100000": 5.2, "1000000": 5.18 },
        });
        [browser, ours, peer]
    }

    #[test]
    fn what_is_slower_or_larger_than_agreed_is_below_its_bar() {
        let [browser, ours, peer] = written();
        let rows = rows(&browser, &ours, Some(&peer)).unwrap();
        let below: Vec<_> =
            rows.iter().filter(|row| row.is_below_its_bar()).map(|row| row.name.as_str()).collect();
        assert_eq!(below, ["psi 1k x 1M, GCS"]);
        assert_eq!(rows[0].ratio().unwrap().round(), 6.0);
    }

    #[test]
    fn a_machine_without_the_peer_says_so_in_its_rows() {
        let [browser, ours, _] = written();
        let rows = rows(&browser, &ours, None).unwrap();
        let without: Vec<_> = rows.iter().filter(|row| row.peer == NO_NATIVE).collect();
        assert_eq!(without.len(), 4);
        assert!(without.iter().all(|row| row.ratio().is_none() && !row.is_below_its_bar()));
    }
}
