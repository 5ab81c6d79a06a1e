//! `cargo xtask privacy`: the tables of `docs/privacy.md` and `docs/dpia.md`, made of the one inventory of data,
//! `docs/inventory.json`. What stands between `<!-- NAME -->` and `<!-- end -->` is generated, the rest is written by hand.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fmt::Write;
use std::fs;

use crate::workspace::Workspace;

pub(crate) const INVENTORY: &str = "docs/inventory.json";
pub(crate) const DOCUMENTS: [&str; 2] = ["docs/privacy.md", "docs/dpia.md"];

/// Each generated table: its name, the inventory's part, and heading and field of each column.
type Columns = &'static [(&'static str, &'static str)];
const TABLES: [(&str, &str, Columns); 9] = [
    (
        "device",
        "device",
        &[("where", "records"), ("what", "what"), ("why", "why"), ("for how long", "kept_for")],
    ),
    (
        "device-rights",
        "device",
        &[
            ("record", "id"),
            ("legal basis (template)", "basis"),
            ("who can see it", "seen_by"),
            ("protection", "protection"),
            ("see, correct, delete", "rights"),
        ],
    ),
    (
        "server",
        "server",
        &[("tables", "tables"), ("what", "what"), ("why", "why"), ("for how long", "kept_for")],
    ),
    (
        "server-rights",
        "server",
        &[
            ("rows", "id"),
            ("legal basis (template)", "basis"),
            ("who can see it", "seen_by"),
            ("protection", "protection"),
            ("see, correct, delete", "rights"),
        ],
    ),
    (
        "logs",
        "logs",
        &[
            ("name", "id"),
            ("what", "what"),
            ("why", "why"),
            ("legal basis (template)", "basis"),
            ("who can see it", "seen_by"),
            ("for how long", "kept_for"),
            ("protection", "protection"),
        ],
    ),
    (
        "requests",
        "requests",
        &[
            ("request", "method"),
            ("path", "path"),
            ("when", "when"),
            ("what it carries", "carries"),
            ("asked for by", "consent"),
        ],
    ),
    (
        "purposes",
        "device",
        &[("data", "id"), ("why", "why"), ("legal basis (template)", "basis"), ("for how long", "kept_for")],
    ),
    (
        "purposes-server",
        "server",
        &[("data", "id"), ("why", "why"), ("legal basis (template)", "basis"), ("for how long", "kept_for")],
    ),
    (
        "risks",
        "risks",
        &[
            ("risk", "risk"),
            ("likelihood and harm (to be assessed)", "level"),
            ("measures", "measures"),
            ("[threat model](threat-model.md)", "threats"),
            ("what remains", "remains"),
        ],
    ),
];

/// Writes the generated parts anew.
///
/// # Errors
/// If the inventory or a document cannot be read or written, or is not of its form.
pub(crate) fn run(workspace: &Workspace) -> Result<bool> {
    let inventory = read(workspace)?;
    for path in DOCUMENTS {
        let text = document(workspace, path)?;
        let made = filled(&text, &inventory).with_context(|| path.to_owned())?;
        if made != text {
            fs::write(workspace.path(path), made).with_context(|| format!("{path} cannot be written"))?;
            println!("{path} was written");
        }
    }
    Ok(true)
}

/// The inventory.
///
/// # Errors
/// If it is not there or no JSON.
pub(crate) fn read(workspace: &Workspace) -> Result<Value> {
    let text = fs::read_to_string(workspace.path(INVENTORY)).with_context(|| INVENTORY.to_owned())?;
    serde_json::from_str(&text).with_context(|| format!("{INVENTORY} is no JSON"))
}

/// Every document that says something else than the inventory.
///
/// # Errors
/// If one cannot be read or is not of its form.
pub(crate) fn stale(workspace: &Workspace, inventory: &Value) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for path in DOCUMENTS {
        let text = document(workspace, path)?;
        if filled(&text, inventory).with_context(|| path.to_owned())? != text {
            found.push(format!("{path} does not say what {INVENTORY} says: run `cargo xtask privacy`"));
        }
    }
    Ok(found)
}

fn document(workspace: &Workspace, path: &str) -> Result<String> {
    fs::read_to_string(workspace.path(path)).with_context(|| format!("{path} cannot be read"))
}

/// A document with its generated parts as the inventory has them.
fn filled(text: &str, inventory: &Value) -> Result<String> {
    let mut made = String::new();
    let mut inside = false;
    for line in text.lines() {
        let name = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
        match name {
            Some("end") if inside => inside = false,
            Some(name) if !inside => {
                writeln!(made, "{line}\n\n{}", table(name, inventory)?)?;
                inside = true;
                continue;
            }
            Some(name) => bail!("`{name}` begins inside of another generated part"),
            None => {}
        }
        if !inside {
            writeln!(made, "{line}")?;
        }
    }
    if inside {
        bail!("a generated part has no `<!-- end -->`");
    }
    Ok(made)
}

fn table(name: &str, inventory: &Value) -> Result<String> {
    let (_, part, columns) = TABLES
        .iter()
        .find(|(known, ..)| *known == name)
        .with_context(|| format!("there is no generated part `{name}`"))?;
    let rows =
        inventory.get(part).and_then(Value::as_array).with_context(|| format!("no rows of `{part}`"))?;
    let heads: Vec<&str> = columns.iter().map(|(head, _)| *head).collect();
    let mut made = format!("| {} |\n|{}\n", heads.join(" | "), " --- |".repeat(heads.len()));
    for row in rows {
        let cells: Result<Vec<String>> = columns.iter().map(|(_, field)| cell(row, field)).collect();
        writeln!(made, "| {} |", cells?.join(" | "))?;
    }
    Ok(made)
}

fn cell(row: &Value, field: &str) -> Result<String> {
    let value = row.get(field).with_context(|| format!("a row lacks `{field}`: {row}"))?;
    Ok(match value {
        Value::String(text) if text.trim().is_empty() => bail!("`{field}` says nothing: {row}"),
        // A path may have braces and stars.
        Value::String(text) if field == "path" => format!("`{text}`"),
        Value::String(text) => text.replace('|', "\\|"),
        Value::Array(list) => {
            let quoted =
                |one: &Value| one.as_str().map_or_else(|| one.to_string(), |text| format!("`{text}`"));
            list.iter().map(quoted).collect::<Vec<_>>().join(", ")
        }
        Value::Object(tables) => tables.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        other => bail!("`{field}` is neither text nor list: {other}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn generated_parts_follow_the_inventory_and_nothing_else_changes() {
        let row = json!({ "records": ["a/*"], "what": "w|x", "why": "y", "kept_for": "z" });
        let inventory = json!({ "device": [row] });
        let text = "# A\n<!-- device -->\nold\n<!-- end -->\nb\n";
        let made = filled(text, &inventory).unwrap();
        assert!(made.contains("| `a/*` | w\\|x | y | z |") && !made.contains("old"));
        assert!(made.starts_with("# A\n") && made.ends_with("<!-- end -->\nb\n"));
        assert_eq!(filled(&made, &inventory).unwrap(), made);
        for wrong in
            ["<!-- nothing -->\n<!-- end -->\n", "<!-- device -->\n", "<!-- logs -->\n<!-- end -->\n"]
        {
            assert!(filled(wrong, &inventory).is_err(), "{wrong}");
        }
        let silent = json!({ "device": [{ "records": [], "what": "", "why": "y", "kept_for": "z" }] });
        assert!(filled(text, &silent).is_err());
    }
}
