//! `lighthouse`: what Lighthouse finds, as a phone and from this machine, on the first page, on Home as whoever has begun sees
//! it, and on the medical console. `bench/app/lighthouse.mjs` runs it; what did not hold is told with the rows.

use anyhow::{Context, Result};
use serde_json::Value;

use super::app::{number, written_by};
use super::{Better, Row};
use crate::workspace::Workspace;

/// Place in the answer, row, and the score that is enough.
const ROWS: [(&str, &str, f64); 8] = [
    ("/first/performance", "lighthouse speed", SPEED),
    ("/first/accessibility", "lighthouse accessible", HELD),
    ("/first/best-practices", "lighthouse practices", HELD),
    ("/home/performance", "lighthouse Home, speed", SPEED),
    ("/home/accessibility", "lighthouse Home, access", HELD),
    ("/home/best-practices", "lighthouse Home, pract.", HELD),
    ("/console/accessibility", "lighthouse desk, access", HELD),
    ("/console/best-practices", "lighthouse desk, pract.", HELD),
];
const SPEED: f64 = 90.0;
const HELD: f64 = 95.0;
const PAGES: [&str; 3] = ["first", "home", "console"];

/// Scores of 100.
///
/// # Errors
/// If it cannot be installed, or the app not built or looked through.
pub(crate) fn measure(workspace: &Workspace) -> Result<Vec<Row>> {
    let packages = super::packages(workspace, "app")?;
    let written = written_by(workspace, "lighthouse.mjs", &[&packages])?;
    for line in failed(&written)? {
        println!("lighthouse: {line}");
    }
    rows(&written)
}

fn rows(written: &Value) -> Result<Vec<Row>> {
    let row = |&(at, name, bar)| Ok(Row::of_bar(name, "of 100", number(written, at)?, Better::Higher, bar));
    ROWS.iter().map(row).collect()
}

/// What did not hold, page by page.
fn failed(written: &Value) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for page in PAGES {
        let failed = written.pointer(&format!("/{page}/failed")).and_then(Value::as_array);
        for audit in failed.with_context(|| format!("nothing is told of what failed: {written}"))? {
            lines.push(format!("{page}: {audit}"));
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_score_below_what_is_enough_is_below_its_bar_and_what_failed_is_told() {
        let page = json!({ "performance": 90, "accessibility": 95, "best-practices": 100, "failed": [] });
        let mut written = json!({ "first": page.clone(), "home": page.clone(), "console": page });
        let below = |written: &Value| -> Vec<String> {
            rows(written)
                .unwrap()
                .iter()
                .filter(|row| row.is_below_its_bar())
                .map(|row| row.name.clone())
                .collect()
        };
        assert!(below(&written).is_empty() && failed(&written).unwrap().is_empty());
        written["first"]["performance"] = json!(89);
        written["console"]["accessibility"] = json!(94);
        written["console"]["failed"] = json!([{ "id": "label" }]);
        assert_eq!(below(&written), ["lighthouse speed", "lighthouse desk, access"]);
        assert_eq!(failed(&written).unwrap(), [r#"console: {"id":"label"}"#]);
        written["home"]["performance"] = Value::Null;
        assert!(rows(&written).is_err());
    }
}
