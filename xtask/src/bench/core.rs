//! `establish`, `match`, `filter`, `regenerate`, `proof`: what the core costs. `bench/core` measures, natively and, compiled as the app is, in
//! WebAssembly. A comparison's peer is what a web app would do without WebAssembly, a filter's are other filters.

use anyhow::{Context, Result};
use serde_json::Value;
use std::path::PathBuf;

use super::{Better, Row};
use crate::process;
use crate::tools::Tool;
use crate::wasm_target::{self, TARGET};
use crate::workspace::Workspace;

const CRATE: &str = "twoken-bench-core";
const MODULE: &str = "twoken_bench_core";
const SET: &str = "JS Set";
const FUSE: &str = "xorf fuse";
const BLOOM: &str = "Bloom";
/// A Bloom filter needs `log₂(e) · log₂(1 / ε)` bits an entry (Broder and Mitzenmacher, "Network Applications of Bloom
/// Filters", 2004, §2).
const BLOOM_BITS: f64 = std::f64::consts::LOG2_E;

/// Milliseconds of an encounter in WebAssembly, at most.
const ESTABLISH: f64 = 0.6;
/// Nanoseconds of a published tag against 5,000 own ones, at most: in WebAssembly, and natively.
const MATCH_WASM: f64 = 5.0;
const MATCH_NATIVE: f64 = 3.0;
/// Seconds in which a patient's 2,016 intervals become an upload, at most: in WebAssembly, and natively.
const REGENERATE_WASM: f64 = 0.5;
const REGENERATE_NATIVE: f64 = 0.1;
/// Milliseconds to make a membership proof and verify what was made, in WebAssembly, and to verify one natively, at most.
const PROVE_WASM: f64 = 200.0;
const VERIFY_NATIVE: f64 = 30.0;
/// Bits of a filter for each bit of log₂(1 / ε) and entry, at most.
const FILTER: f64 = 1.04;

/// Milliseconds from a heard beacon to what the diary keeps.
///
/// # Errors
/// If it cannot be built or measured.
pub(crate) fn establish(workspace: &Workspace) -> Result<Vec<Row>> {
    let ours = number(&browser(workspace)?, "/establish")?;
    Ok(vec![Row::of_bar("establish wasm", "ms an encounter", ours, Better::Lower, ESTABLISH)])
}

/// Nanoseconds a published tag, and, as there is no use in one without the other, with digests and order.
///
/// # Errors
/// As [`establish`].
pub(crate) fn matching(workspace: &Workspace) -> Result<Vec<Row>> {
    let (browser, native) = (browser(workspace)?, native(workspace)?);
    let row = |name: &str, ours: &Value, at: &str, theirs: &str, bar| {
        anyhow::Ok(Row {
            name: name.to_owned(),
            unit: "ns a published tag",
            ours: number(ours, at)?,
            peer: SET,
            theirs: number(&browser, theirs)?,
            better: Better::Lower,
            bar,
        })
    };
    Ok(vec![
        row("match wasm", &browser, "/find/ours", "/find/theirs", Some(MATCH_WASM))?,
        row("match native", &native, "/find", "/find/theirs", Some(MATCH_NATIVE))?,
        row("match verified wasm", &browser, "/whole/ours", "/whole/theirs", None)?,
        row("match verified native", &native, "/whole", "/whole/theirs", None)?,
    ])
}

/// Bits of a filter.
///
/// # Errors
/// As [`establish`].
pub(crate) fn filter(workspace: &Workspace) -> Result<Vec<Row>> {
    let native = native(workspace)?;
    let ours = number(&native, "/filter/ours")?;
    let row = |peer, theirs| Row {
        name: format!("filter, {peer}"),
        unit: "bits an entry / log2(1/e)",
        ours,
        peer,
        theirs,
        better: Better::Lower,
        bar: Some(FILTER),
    };
    Ok(vec![row(FUSE, number(&native, "/filter/theirs")?), row(BLOOM, BLOOM_BITS)])
}

/// Seconds from a key code's bytes to the upload's.
///
/// # Errors
/// As [`establish`].
pub(crate) fn regenerate(workspace: &Workspace) -> Result<Vec<Row>> {
    let row = |name, written: &Value, bar| {
        let ours = number(written, "/regenerate")?;
        anyhow::Ok(Row::of_bar(name, "s for 2,016 intervals", ours, Better::Lower, bar))
    };
    Ok(vec![
        row("regenerate wasm", &browser(workspace)?, REGENERATE_WASM)?,
        row("regenerate native", &native(workspace)?, REGENERATE_NATIVE)?,
    ])
}

/// Milliseconds to prove to hold one of a page's claims, and to verify that.
///
/// # Errors
/// As [`establish`].
pub(crate) fn proof(workspace: &Workspace) -> Result<Vec<Row>> {
    let row = |name, written: &Value, at, bar| {
        let ours = number(written, at)?;
        anyhow::Ok(Row::of_bar(name, "ms a proof", ours, Better::Lower, bar))
    };
    Ok(vec![
        row("proof made wasm", &browser(workspace)?, "/prove", PROVE_WASM)?,
        row("proof verified native", &native(workspace)?, "/verify", VERIFY_NATIVE)?,
    ])
}

/// What WebAssembly and JavaScript take, in one run.
fn browser(workspace: &Workspace) -> Result<Value> {
    let module = wasm_module(workspace)?;
    let mut run = workspace.command("node");
    let written = process::read(run.arg("bench/core/run.mjs").arg(module))?;
    serde_json::from_str(&written).context("bench/core/run.mjs wrote no JSON")
}

/// `bench/core`, compiled as the app is, for Node.
///
/// # Errors
/// If it cannot be built.
pub(super) fn wasm_module(workspace: &Workspace) -> Result<PathBuf> {
    let toolchain = wasm_target::ensure(workspace)?;
    let wasm_bindgen = Tool::wasm_bindgen(workspace)?.program(workspace)?;
    let mut build = workspace.cargo(&["build", "--profile", "wasm-release", "--package", CRATE, "--lib"]);
    process::run(toolchain.apply(build.args(["--target", TARGET]))?)?;
    let module = workspace.target().join(TARGET).join("wasm-release").join(format!("{MODULE}.wasm"));
    let folder = workspace.target().join("bench").join("core");
    let mut bind = workspace.command(&wasm_bindgen.to_string_lossy());
    bind.args(["--target", "nodejs", "--out-dir"]).arg(&folder).arg(&module);
    process::run(&mut bind)?;
    Ok(folder.join(format!("{MODULE}.js")))
}

/// What the machine's own code takes.
fn native(workspace: &Workspace) -> Result<Value> {
    run_native(workspace, &[])
}

/// What it takes of what is named; of `psi` or of all the rest.
///
/// # Errors
/// If it cannot be built or measured.
pub(super) fn run_native(workspace: &Workspace, named: &[&str]) -> Result<Value> {
    let mut run = workspace.cargo(&["run", "--release", "--quiet", "--package", CRATE, "--bin", CRATE, "--"]);
    let written = process::read(run.args(named))?;
    serde_json::from_str(&written).context("bench/core wrote no JSON")
}

pub(super) fn number(written: &Value, at: &str) -> Result<f64> {
    let number = written.pointer(at).and_then(Value::as_f64);
    number.with_context(|| format!("the bench answered no {at}: {written}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_without_a_number_is_refused() {
        assert_eq!(number(&json!({ "find": { "ours": 2.5 } }), "/find/ours").unwrap(), 2.5);
        assert!(number(&json!({ "find": {} }), "/find/ours").is_err());
        assert!(number(&json!({ "find": "fast" }), "/find").is_err());
    }
}
