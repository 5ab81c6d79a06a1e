//! One line of curve25519-dalek in what ships: two would be two group types, twice the code, and twice the audits.

use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

use crate::process;
use crate::workspace::Workspace;

const CURVE: &str = "curve25519-dalek";

/// Says so if what ships stands on no version of the curve's crate, or on several.
///
/// # Errors
/// If cargo cannot describe the dependencies.
pub(crate) fn violations(workspace: &Workspace) -> Result<Vec<String>> {
    let mut metadata = workspace.cargo(&["metadata", "--format-version", "1", "--locked", "--offline"]);
    let written = process::read(&mut metadata)?;
    let metadata: Value = serde_json::from_str(&written).context("cargo metadata wrote no JSON")?;
    Ok(match shipped(&metadata).len() {
        1 => Vec::new(),
        0 => vec![format!("nothing that ships uses {CURVE}")],
        _ => {
            let all: Vec<String> = shipped(&metadata).into_iter().collect();
            vec![format!("what ships uses several versions of {CURVE}: {}", all.join(", "))]
        }
    })
}

/// The curve's versions that the workspace reaches by dependencies that are not for development.
fn shipped(metadata: &Value) -> BTreeSet<String> {
    let nodes: BTreeMap<&str, &Value> = array(metadata.pointer("/resolve/nodes"))
        .filter_map(|node| Some((text(node, "id")?, node)))
        .collect();
    let mut seen = BTreeSet::new();
    let mut ahead: Vec<&str> = array(metadata.get("workspace_members")).filter_map(Value::as_str).collect();
    while let Some(id) = ahead.pop() {
        if !seen.insert(id) {
            continue;
        }
        for dependency in array(nodes.get(id).and_then(|node| node.get("deps"))) {
            let ships =
                array(dependency.get("dep_kinds")).any(|kind| kind.get("kind").is_some_and(Value::is_null));
            if ships {
                ahead.extend(text(dependency, "pkg"));
            }
        }
    }
    array(metadata.get("packages"))
        .filter(|package| text(package, "name") == Some(CURVE))
        .filter(|package| text(package, "id").is_some_and(|id| seen.contains(id)))
        .filter_map(|package| Some(text(package, "version")?.to_owned()))
        .collect()
}

fn array(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn metadata(second: Value) -> Value {
        json!({
            "workspace_members": ["core"],
            "packages": [
                {"name": CURVE, "id": "c5", "version": "5.0.0"},
                {"name": CURVE, "id": "c4", "version": "4.1.3"},
                {"name": "voprf", "id": "voprf", "version": "0.5.0"}
            ],
            "resolve": {"nodes": [
                {"id": "core", "deps": [
                    {"pkg": "c5", "dep_kinds": [{"kind": null}]},
                    {"pkg": "voprf", "dep_kinds": [{"kind": second}]}
                ]},
                {"id": "voprf", "deps": [{"pkg": "c4", "dep_kinds": [{"kind": null}]}]}
            ]}
        })
    }

    #[test]
    fn a_second_line_counts_only_if_it_ships() {
        assert_eq!(shipped(&metadata("dev".into())), BTreeSet::from(["5.0.0".to_owned()]));
        assert_eq!(shipped(&metadata(Value::Null)).len(), 2);
    }
}
