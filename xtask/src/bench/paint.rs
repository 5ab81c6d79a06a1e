//! `paint`: how soon the app paints what comes of a touch or a key, with a diary of 5,000 encounters, as the browser's Event
//! Timing tells it. `bench/app/paint.mjs` fills the diary and does what a person does.

use anyhow::Result;
use serde_json::Value;

use super::app::{number, written_by};
use super::{Better, Row};
use crate::workspace::Workspace;

const UNIT: &str = "ms, slowest of all";
/// Milliseconds to the next paint, at most.
const BAR: f64 = 100.0;

/// Milliseconds of the slowest interaction; and, held against nothing, with a processor four times as slow.
///
/// # Errors
/// If the app cannot be built or measured.
pub(crate) fn measure(workspace: &Workspace) -> Result<Vec<Row>> {
    let written = written_by(workspace, "paint.mjs", &[])?;
    println!("paint: {written}");
    rows(&written)
}

fn rows(written: &Value) -> Result<Vec<Row>> {
    let row = |at, name| Ok(Row::of_bar(name, UNIT, number(written, at)?, Better::Lower, BAR));
    let slow: Result<Row> = row("/slow/worst", "paint, 4 times as slow");
    Ok(vec![row("/plain/worst", "paint")?, Row { bar: None, ..slow? }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_processor_as_it_is_is_held_to_the_bar() {
        let rows_of =
            |plain, slow| rows(&json!({ "plain": { "worst": plain }, "slow": { "worst": slow } })).unwrap();
        assert!(rows_of(100, 400).iter().all(|row| !row.is_below_its_bar()));
        assert!(rows_of(104, 400)[0].is_below_its_bar());
        assert!(rows(&json!({ "plain": { "worst": 16 } })).is_err());
    }
}
