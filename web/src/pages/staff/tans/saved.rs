//! A list with its TANs, as a spreadsheet opens it (RFC 4180).

use crate::state::console::Letter;
use twoken_core::units::Timestamp;
use zeroize::Zeroizing;

/// Names of columns; a TAN is one in every language.
pub(super) struct Heads {
    pub(super) reference: &'static str,
    pub(super) link: &'static str,
    pub(super) until: &'static str,
}

/// The file's text, with the mark by which spreadsheets know UTF-8.
pub(super) fn saved(heads: &Heads, letters: &[Letter], delimiter: char) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::from("\u{feff}"));
    let mut row = |cells: [&str; 4]| {
        for (at, content) in cells.into_iter().enumerate() {
            if at > 0 {
                text.push(delimiter);
            }
            cell(&mut text, content);
        }
        text.push_str("\r\n");
    };
    row([heads.reference, "TAN", heads.link, heads.until]);
    for letter in letters {
        let reference = letter.reference.as_deref().unwrap_or_default();
        let until = letter.valid_until().map(utc).unwrap_or_default();
        row([reference, &letter.tan(), &letter.link(), &until]);
    }
    text
}

/// In quotation marks. What a spreadsheet would compute gets an apostrophe before it: whoever wrote the list is not
/// whoever opens this file (OWASP, "CSV Injection").
fn cell(text: &mut String, content: &str) {
    text.push('"');
    if content.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        text.push('\'');
    }
    for symbol in content.chars() {
        if symbol == '"' {
            text.push('"');
        }
        text.push(symbol);
    }
    text.push('"');
}

/// `2026-11-23T14:00Z`
fn utc(at: Timestamp) -> String {
    let minutes = at.get() % 86_400 / 60;
    format!("{}T{:02}:{:02}Z", at.day(), minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn what_a_spreadsheet_would_compute_is_kept_from_it() {
        let written = |content: &str| {
            let mut text = String::new();
            cell(&mut text, content);
            text
        };
        assert_eq!(written("4711"), "\"4711\"");
        assert_eq!(written("a \"b\"; c"), "\"a \"\"b\"\"; c\"");
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(written(formula), format!("\"'{formula}\""));
        }
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn it_begins_with_its_mark_and_the_names_of_its_columns() {
        let heads = Heads { reference: "Reference", link: "Link", until: "Valid until" };
        let text = saved(&heads, &[], ';');
        assert_eq!(text.as_str(), "\u{feff}\"Reference\";\"TAN\";\"Link\";\"Valid until\"\r\n");
        assert_eq!(utc(Timestamp::new(86_400 + 3_660)), "1970-01-02T01:01Z");
    }
}
