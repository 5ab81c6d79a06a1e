//! A sheet of tables: as a page that people read and print, and as JSON that programs read and that explains itself. Both say
//! the same. The page has no script and asks for nothing.

use crate::i18n::Locale;
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// How it looks, on paper too.
const STYLE: &str = "body{font:1rem/1.5 Georgia,serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
h1,h2{font-weight:400}table{border-collapse:collapse;width:100%;margin:1rem 0}\
th,td{border-bottom:1px solid #999;padding:.3rem .6rem .3rem 0;text-align:start;vertical-align:top;overflow-wrap:anywhere}";

/// All of it.
pub(super) struct Sheet {
    /// The language it is written in.
    pub(super) language: Locale,
    pub(super) title: String,
    /// When it was made, and what it is.
    pub(super) lead: String,
    /// When, for programs.
    pub(super) made: String,
    pub(super) tables: Vec<Table>,
}

/// One table.
pub(super) struct Table {
    /// Its name for programs.
    pub(super) name: &'static str,
    pub(super) title: String,
    /// Each column's name for programs, and its heading.
    pub(super) columns: Vec<(&'static str, String)>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// What stands there when it has no rows.
    pub(super) empty: String,
}

/// What is said, and its value for programs.
pub(super) struct Cell {
    said: String,
    value: Value,
}

impl Cell {
    /// What people and programs read alike.
    pub(super) fn text(said: impl Into<String>) -> Self {
        let said = said.into();
        Self { value: Value::String(said.clone()), said }
    }

    /// What programs read otherwise.
    pub(super) fn valued(said: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { said: said.into(), value: value.into() }
    }

    /// Nothing.
    pub(super) fn none() -> Self {
        Self { said: "–".to_owned(), value: Value::Null }
    }
}

impl Sheet {
    /// A page.
    pub(super) fn to_html(&self) -> String {
        let mut page = format!(
            "<!doctype html>\n<html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\">\
             <meta http-equiv=\"content-security-policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
             <title>{title}</title><style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n<p>{}</p>\n",
            self.language.tag(),
            self.language.direction(),
            escaped(&self.lead),
            title = escaped(&self.title),
        );
        for table in &self.tables {
            // Writing into a text cannot fail.
            let _ = writeln!(page, "<h2>{}</h2>", escaped(&table.title));
            if table.rows.is_empty() {
                let _ = writeln!(page, "<p>{}</p>", escaped(&table.empty));
                continue;
            }
            let heads: String =
                table.columns.iter().map(|(_, head)| format!("<th>{}</th>", escaped(head))).collect();
            let _ = writeln!(page, "<table><thead><tr>{heads}</tr></thead><tbody>");
            for row in &table.rows {
                let cells: String =
                    row.iter().map(|cell| format!("<td>{}</td>", escaped(&cell.said))).collect();
                let _ = writeln!(page, "<tr>{cells}</tr>");
            }
            page.push_str("</tbody></table>\n");
        }
        page.push_str("</body></html>\n");
        page
    }

    /// JSON, each field with what it means.
    pub(super) fn to_json(&self) -> String {
        let tables: Vec<Value> = self
            .tables
            .iter()
            .map(|table| {
                let fields: Map<String, Value> =
                    table.columns.iter().map(|(name, head)| ((*name).to_owned(), json!(head))).collect();
                let row = |row: &Vec<Cell>| -> Value {
                    let cells = table.columns.iter().zip(row);
                    cells.map(|((name, _), cell)| ((*name).to_owned(), cell.value.clone())).collect()
                };
                let rows: Vec<Value> = table.rows.iter().map(row).collect();
                json!({ "name": table.name, "title": table.title, "fields": fields, "rows": rows })
            })
            .collect();
        let all = json!({
            "twoken": "export",
            "version": 1,
            "title": self.title,
            "about": self.lead,
            "made": self.made,
            "tables": tables,
        });
        format!("{all:#}\n")
    }
}

/// A text that is nothing but text on a page, whatever somebody has written into a note.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn sheet(note: &str) -> Sheet {
        let columns = vec![("note", "Your <note>".to_owned()), ("both", "Both ways".to_owned())];
        let rows = vec![vec![Cell::text(note), Cell::valued("yes", true)], vec![Cell::none(), Cell::none()]];
        let table =
            Table { name: "diary", title: "Diary".to_owned(), columns, rows, empty: "Nothing".to_owned() };
        Sheet {
            language: Locale::En,
            title: "All".to_owned(),
            lead: "Made".to_owned(),
            made: "now".to_owned(),
            tables: vec![table],
        }
    }

    #[wasm_bindgen_test]
    fn a_note_is_text_whatever_is_in_it() {
        let page = sheet("<script src=\"//x\">&").to_html();
        assert!(!page.contains("<script") && page.contains("&lt;script src=&quot;//x&quot;&gt;&amp;"));
        assert!(page.contains("default-src 'none'"));
    }

    #[wasm_bindgen_test]
    fn programs_read_values_and_what_they_mean() {
        let read: Value = serde_json::from_str(&sheet("a \"b\"").to_json()).unwrap();
        let table = &read["tables"][0];
        assert_eq!(table["fields"]["note"], "Your <note>");
        assert_eq!(table["rows"][0], json!({ "note": "a \"b\"", "both": true }));
        assert_eq!(table["rows"][1]["both"], Value::Null);
    }
}
