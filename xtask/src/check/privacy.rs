//! The inventory of data against the code: every record of the app's database, every column of the server's, every request
//! of the app has its row, no row is of something that is not there, each row of the device stands on the page *Your data* in
//! every language, every risk has its attack; and `docs/privacy.md` and `docs/dpia.md` say what the inventory says.

use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::privacy::{INVENTORY, read, stale};
use crate::sources;
use crate::workspace::Workspace;

const RECORDS: &str = "web/src/state/records.rs";
const STORES: &str = "web/src/platform/storage/schema.rs";
const PAGE: &str = "web/src/pages/rights/kept.rs";
const THREATS: &str = "docs/threat-model.md";

/// Tables and their columns.
type Tables = BTreeMap<String, BTreeSet<String>>;

/// Everything that the inventory and the code do not agree on.
///
/// # Errors
/// If a file cannot be read or is not of its form.
pub(crate) fn violations(workspace: &Workspace) -> Result<Vec<String>> {
    let inventory = read(workspace)?;
    let file = |path: &str| fs::read_to_string(workspace.path(path)).with_context(|| path.to_owned());
    let mut found = stale(workspace, &inventory)?;
    found.extend(records(&inventory, &file(RECORDS)?, &file(STORES)?));
    found.extend(columns(&inventory, &schema(&migrations(workspace)?)));
    let api = sources::find(&workspace.path("web/src/api"), &[".rs"])?;
    found.extend(requests(&inventory, api.iter().map(|source| source.text.as_str())));
    let mut locales = Vec::new();
    for source in sources::find(&workspace.path("www/locales"), &[".json"])? {
        locales.push((source.path, serde_json::from_str(&source.text)?));
    }
    found.extend(texts(&inventory, &file(PAGE)?, &locales));
    found.extend(risks(&inventory, &file(THREATS)?));
    Ok(found)
}

fn rows<'a>(inventory: &'a Value, part: &str) -> impl Iterator<Item = &'a Value> {
    inventory.get(part).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn listed(inventory: &Value) -> BTreeSet<String> {
    let all = rows(inventory, "device").filter_map(|row| row.get("records")?.as_array()).flatten();
    all.filter_map(|one| one.as_str().map(ToOwned::to_owned)).collect()
}

/// Records of the app without a row, and rows without a record.
fn records(inventory: &Value, records: &str, stores: &str) -> Vec<String> {
    let listed = listed(inventory);
    let stores: BTreeSet<&str> = quoted(stores, "Self::", " => \"").collect();
    let mut there = BTreeSet::new();
    // The table above the code, and the names in it.
    for row in records.lines().filter_map(|line| line.strip_prefix("//! |")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [store, key, ..] = cells.as_slice() else { continue };
        if !stores.contains(store) {
            continue;
        }
        there.insert(match key.split('`').nth(1) {
            Some(name) if key.ends_with('`') => format!("{store}/{name}"),
            Some(name) => format!("{store}/{}/*", name.trim_end_matches('/')),
            None => format!("{store}/*"),
        });
    }
    let mut found: Vec<String> = there
        .iter()
        .filter(|record| !listed.contains(*record))
        .map(|record| format!("{INVENTORY} has no row for the record `{record}` of {RECORDS}"))
        .collect();
    let known = |name: &str| listed.iter().any(|record| record.split('/').nth(1) == Some(name));
    found.extend(
        quoted(records, "const ", " = \"")
            .filter(|name| !known(name))
            .map(|name| format!("{INVENTORY} has no row for the record `{name}` of {RECORDS}")),
    );
    let used = |store: &str| listed.iter().any(|record| record.split('/').next() == Some(store));
    found.extend(
        stores
            .iter()
            .filter(|store| !used(store))
            .map(|store| format!("{INVENTORY} has no row of the store `{store}`")),
    );
    let gone = |record: &&String| {
        let (store, name) = record.split_once('/').unwrap_or((record.as_str(), ""));
        stores.contains(store) && !there.contains(*record) && !matches!(name, "turn" | "held")
    };
    found.extend(
        listed.iter().filter(gone).map(|record| format!("{INVENTORY}: `{record}` is no record of {RECORDS}")),
    );
    found
}

/// What stands in quotes on lines that have these two parts.
fn quoted<'a>(source: &'a str, first: &'a str, second: &'a str) -> impl Iterator<Item = &'a str> {
    source
        .lines()
        .filter(move |line| line.contains(first))
        .filter_map(move |line| line.split_once(second)?.1.split('"').next())
}

fn migrations(workspace: &Workspace) -> Result<String> {
    let files = sources::find(&workspace.path("server/migrations"), &[".sql"])?;
    Ok(files.iter().map(|file| file.text.as_str()).collect::<Vec<_>>().join("\n"))
}

/// The tables that migrations leave behind, one statement after another.
fn schema(sql: &str) -> Tables {
    let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
    let all = lines.collect::<Vec<_>>().join(" ");
    let mut tables = Tables::new();
    for statement in all.split(';') {
        let words: Vec<&str> = statement.split_whitespace().collect();
        let name = |word: &str| word.trim_matches(['(', ')', ',', '"']).to_owned();
        match words.as_slice() {
            ["CREATE", "TABLE", table, ..] => {
                let body = statement.split_once('(').map_or("", |(_, rest)| rest);
                tables.insert(name(table), columns_of(body));
            }
            ["DROP", "TABLE", table, ..] => drop(tables.remove(&name(table))),
            ["ALTER", "TABLE", table, "RENAME", "TO", other, ..] => {
                if let Some(columns) = tables.remove(&name(table)) {
                    tables.insert(name(other), columns);
                }
            }
            ["ALTER", "TABLE", table, "ADD", "COLUMN", column, ..] => {
                tables.entry(name(table)).or_default().insert(name(column));
            }
            ["ALTER", "TABLE", table, "DROP", "COLUMN", column, ..] => {
                tables.entry(name(table)).or_default().remove(&name(column));
            }
            _ => {}
        }
    }
    tables
}

/// The columns of what stands between a table's parentheses: the first word of each part that is no constraint.
fn columns_of(body: &str) -> BTreeSet<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_u32;
    for sign in body.chars() {
        match sign {
            '(' => depth += 1,
            ')' if depth == 0 => break,
            ')' => depth -= 1,
            ',' if depth == 0 => parts.push(String::new()),
            _ if depth == 0 => parts.last_mut().into_iter().for_each(|part| part.push(sign)),
            _ => {}
        }
    }
    let first = parts.iter().filter_map(|part| part.split_whitespace().next());
    first
        .filter(|word| !matches!(*word, "PRIMARY" | "UNIQUE" | "FOREIGN" | "CHECK" | "CONSTRAINT"))
        .map(ToOwned::to_owned)
        .collect()
}

/// Columns without a row, and rows without a column.
fn columns(inventory: &Value, schema: &Tables) -> Vec<String> {
    let mut listed = Tables::new();
    for (table, columns) in
        rows(inventory, "server").filter_map(|row| row.get("tables")?.as_object()).flatten()
    {
        let columns = columns.as_array().into_iter().flatten().filter_map(Value::as_str);
        listed.entry(table.clone()).or_default().extend(columns.map(ToOwned::to_owned));
    }
    let pairs = |tables: &Tables| -> BTreeSet<(String, String)> {
        let of = |(table, columns): (&String, &BTreeSet<String>)| {
            columns.iter().map(|column| (table.clone(), column.clone())).collect::<Vec<_>>()
        };
        tables.iter().flat_map(of).collect()
    };
    let (listed, there) = (pairs(&listed), pairs(schema));
    let missing = there.difference(&listed).map(|(table, column)| {
        format!("{INVENTORY} has no row for the column `{table}.{column}` of server/migrations")
    });
    let gone = listed.difference(&there).map(|(table, column)| {
        format!("{INVENTORY}: there is no column `{table}.{column}` in server/migrations")
    });
    missing.chain(gone).collect()
}

/// Requests that the app can make, and that have no row.
fn requests<'a>(inventory: &Value, api: impl Iterator<Item = &'a str>) -> Vec<String> {
    // Both as the fixed parts of their paths.
    let fixed = |path: &str| -> Vec<String> {
        let parts = path.split('/').filter(|part| !part.is_empty() && !part.contains(['{', '}', '*']));
        parts.take(2).map(ToOwned::to_owned).collect()
    };
    let listed: BTreeSet<Vec<String>> =
        rows(inventory, "requests").map(|row| fixed(text(row, "path"))).collect();
    let mut found = BTreeSet::new();
    for source in api {
        for path in source.split("\"/v1/").skip(1).filter_map(|rest| rest.split('"').next()) {
            let known = fixed(&format!("/v1/{path}").replace("staff{path}", "staff"));
            if !listed.contains(&known) {
                found.insert(format!("{INVENTORY} has no row for the request `/v1/{path}`"));
            }
        }
    }
    found.into_iter().collect()
}

/// Rows of the device that the page does not show, or that a language has no words for.
fn texts(inventory: &Value, page: &str, locales: &[(String, Value)]) -> Vec<String> {
    let mut found = Vec::new();
    for row in rows(inventory, "device").filter(|row| row.get("shown") == Some(&Value::Bool(true))) {
        let id = text(row, "id");
        if !page.contains(&format!("(kept_{id}, kept_{id}_text")) {
            found.push(format!("{PAGE} does not show the row `{id}` of {INVENTORY}"));
        }
        for (file, locale) in locales {
            for key in [format!("kept_{id}"), format!("kept_{id}_text")] {
                let words = locale.get("rights").and_then(|rights| rights.get(&key)?.as_str());
                if words.is_none_or(str::is_empty) {
                    found.push(format!("www/locales/{file} has no `rights.{key}`"));
                }
            }
        }
    }
    found
}

/// Risks that name no attack, or one that has no row.
fn risks(inventory: &Value, model: &str) -> Vec<String> {
    let mut found = Vec::new();
    for row in rows(inventory, "risks") {
        let named: Vec<u64> = row
            .get("threats")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_u64)
            .collect();
        if named.is_empty() {
            found.push(format!("{INVENTORY}: the risk `{}` names no attack", text(row, "risk")));
        }
        let there = |attack: &u64| model.contains(&format!("\n| {attack:02} | **"));
        found.extend(
            named
                .iter()
                .filter(|attack| !there(attack))
                .map(|attack| format!("{INVENTORY}: {THREATS} has no attack {attack:02}")),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_inventory_has_all_that_the_code_keeps_and_asks() {
        assert_eq!(violations(&Workspace::find().unwrap()).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_record_without_a_row_and_a_row_without_a_record_are_told() {
        let code = "//! | diary | the encounter's id | CBOR |\n//! | server | `found/` and an id | JSON |\n\
                    pub(super) const NEW: &str = \"new\";\n";
        let stores = "Self::Diary => \"diary\",\nSelf::Server => \"server\",\nSelf::Else => \"else\",\n";
        let inventory = json!({ "device": [{ "records": ["diary/*", "server/gone"] }] });
        let found = records(&inventory, code, stores).join("\n");
        for said in ["`server/found/*`", "record `new`", "store `else`", "`server/gone` is no record"] {
            assert!(found.contains(said), "{said}: {found}");
        }
    }

    #[test]
    fn tables_are_as_the_last_migration_leaves_them() {
        let sql = "CREATE TABLE a (x INTEGER CHECK (x IN (1, 2)), -- no, column\n y BLOB, PRIMARY KEY (x, y)) STRICT;\n\
                   ALTER TABLE a RENAME TO b; ALTER TABLE b ADD COLUMN z TEXT; ALTER TABLE b DROP COLUMN y;\n\
                   CREATE TABLE c (q TEXT); DROP TABLE c;";
        let expected = Tables::from([("b".to_owned(), ["x", "z"].map(ToOwned::to_owned).into())]);
        assert_eq!(schema(sql), expected);
        let inventory = json!({ "server": [{ "tables": { "b": ["x", "old"] } }] });
        let found = columns(&inventory, &expected).join("\n");
        assert!(found.contains("column `b.z`") && found.contains("no column `b.old`"), "{found}");
    }

    #[test]
    fn a_request_a_text_and_a_risk_without_their_rows_are_told() {
        let inventory = json!({
            "requests": [{ "path": "/v1/regions/{region}/{day}" }],
            "device": [{ "id": "diary", "shown": true }],
            "risks": [{ "risk": "r", "threats": [7] }, { "risk": "s", "threats": [] }],
        });
        let api = ["get(\"/v1/regions/{region}/{day}\"), get(\"/v1/elsewhere\")"];
        assert_eq!(requests(&inventory, api.into_iter()).len(), 1);
        assert_eq!(texts(&inventory, "", &[("en.json".to_owned(), json!({}))]).len(), 3);
        assert_eq!(risks(&inventory, "\n| 08 | **A.** x |").len(), 2);
    }
}
