//! Imports run one way: between our crates, and between the modules within one. [`table`] says which.

mod paths;
mod table;

use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;

use crate::process;
use crate::sources::{self, Source};
use crate::workspace::Workspace;
use table::{CRATES, Crate, MODULES, Row};

/// Every import that the table does not allow.
///
/// # Errors
/// If the sources cannot be read.
pub(crate) fn violations(workspace: &Workspace) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let described = process::read(&mut workspace.cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    let described = serde_json::from_str(&described).context("cargo metadata wrote no JSON")?;
    found.extend(between_crates(&described));
    for one in MODULES {
        let folder = workspace.path(one.folder).join("src");
        if !folder.is_dir() {
            continue;
        }
        let modules = top_modules(&folder)?;
        for source in sources::find(&folder, &[".rs"])? {
            found.extend(within(one, &modules, &source));
        }
    }
    Ok(found)
}

fn between_crates(metadata: &Value) -> Vec<String> {
    let list =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let packages = list(metadata, "packages");
    let ours: Vec<String> = packages.iter().map(|package| text(package, "name")).collect();
    let mut found = Vec::new();
    for package in &packages {
        let name = text(package, "name");
        let Some((_, allowed)) = CRATES.iter().find(|(known, _)| *known == name) else {
            found.push(format!(
                "crate {name} is not in the table of layers (xtask/src/check/layers/table.rs)"
            ));
            continue;
        };
        for dependency in list(package, "dependencies") {
            let to = text(&dependency, "name");
            let ships = dependency.get("kind").is_none_or(|kind| kind.as_str() != Some("dev"));
            if ships && ours.contains(&to) && !allowed.contains(&to.as_str()) {
                found.push(format!("crate {name} depends on {to}, which its layer does not allow"));
            }
        }
    }
    found
}

/// The names that stand right below the crate: files and folders of `src`.
fn top_modules(folder: &std::path::Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    }
    Ok(names)
}

fn within(one: &Crate, modules: &[String], source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let home = paths::module_of(&source.path).into_iter().next();
    let place = |line: usize| format!("{}/src/{}:{line}", one.folder, source.path);
    // The crate's root composes: it may name all that stands below it.
    if let Some(home) = &home {
        if height(one, home).is_none() {
            found.push(format!("{}: module {home} is not in the table of layers", place(1)));
        }
        for mention in paths::mentions(source) {
            found.extend(
                refusal(one, modules, &mention.from, &mention.to)
                    .map(|why| format!("{}: {why}", place(mention.line))),
            );
        }
    }
    let home = home.unwrap_or_else(|| "main".into());
    for reserved in one.reserved {
        if reserved.modules.contains(&home.as_str()) {
            continue;
        }
        if let Some(line) = paths::first_use(source, reserved.crates) {
            let (names, allowed) = (reserved.crates.join(" and "), reserved.modules.join(", "));
            found.push(format!("{}: {home} uses {names}, which only {allowed} may", place(line)));
        }
    }
    found
}

fn height<'a>(one: &'a Crate, module: &str) -> Option<(usize, &'a Row)> {
    one.rows.iter().enumerate().find(|(_, row)| row.modules.contains(&module))
}

/// Why one module must not use another; `None` if it may.
fn refusal(one: &Crate, modules: &[String], from: &str, to: &str) -> Option<String> {
    let (high, row) = height(one, from)?;
    let Some((low, _)) = height(one, to) else {
        if modules.iter().any(|module| module == to) {
            return Some(format!("{from} uses {to}, which is not in the table of layers"));
        }
        // Macros and the crate's generated modules stand at the root; types there would hide their layer.
        let is_type = to.chars().next().is_some_and(char::is_uppercase);
        return is_type.then(|| format!("{from} uses {to} through the crate's root: name its module"));
    };
    if low > high {
        return Some(format!("{from} uses {to}, which stands above it"));
    }
    if (low == high && !row.among) || row.not.contains(&to) {
        return Some(format!("{from} must not use {to}"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'a>(folder: &str) -> &'a Crate {
        MODULES.iter().find(|one| one.folder == folder).unwrap()
    }

    fn said(folder: &str, path: &str, text: &str) -> Vec<String> {
        let modules: Vec<String> =
            find(folder).rows.iter().flat_map(|row| row.modules).map(|m| (*m).into()).collect();
        within(find(folder), &modules, &Source { path: path.into(), text: text.into() })
    }

    #[test]
    fn a_lower_module_that_uses_a_higher_one_is_caught() {
        let found = said("core", "tag.rs", "use crate::labels::TAG;\nuse crate::diary::Diary;");
        assert_eq!(found, ["core/src/tag.rs:2: tag uses diary, which stands above it"]);
        assert!(said("core", "matching.rs", "use crate::diary::Diary; use crate::batch::Pages;").is_empty());
        assert_eq!(said("core", "codec.rs", "use crate::wire::Config;").len(), 1);
        assert_eq!(said("core", "psi.rs", "use crate::{tag::Tag, oprf, encounter::Ring};").len(), 1);
        assert_eq!(said("core", "oprf.rs", "use crate::beacon::Beacon;").len(), 1);
    }

    #[test]
    fn the_crates_root_hides_no_layer() {
        assert_eq!(said("core", "tag.rs", "use crate::Diary;").len(), 1);
        assert!(said("core", "lib.rs", "pub use crate::diary::Diary;").is_empty());
    }

    #[test]
    fn a_module_without_a_place_is_caught() {
        assert!(said("core", "helpers.rs", "").iter().any(|one| one.contains("not in the table")));
    }

    #[test]
    fn only_the_platform_touches_the_browser() {
        let found = said("web", "pages/home.rs", "use leptos::*;\nfn f() { web_sys::window(); }");
        assert_eq!(
            found,
            [
                "web/src/pages/home.rs:2: pages uses web_sys and js_sys, which only platform, main, worker_main may"
            ]
        );
        assert!(said("web", "platform/camera.rs", "use web_sys::Window;").is_empty());
        assert!(said("web", "main.rs", "use web_sys::Window;").is_empty());
    }

    #[test]
    fn pages_stand_on_components_and_state_and_never_the_other_way() {
        assert!(
            said("web", "pages/home.rs", "use crate::components::mark; use crate::state::App;").is_empty()
        );
        assert_eq!(said("web", "pages/home.rs", "use crate::api::Client;").len(), 1);
        assert_eq!(said("web", "state/check.rs", "use crate::i18n::t;").len(), 1);
        assert_eq!(said("web", "platform/camera.rs", "use crate::state::App;").len(), 1);
        assert_eq!(said("web", "components/mark.rs", "use crate::pages::home;").len(), 1);
    }

    #[test]
    fn only_the_store_knows_sql() {
        assert_eq!(said("server", "routes/tans.rs", "use crate::store::Tans;").len(), 1);
        assert_eq!(said("server", "domain/tans.rs", "use sqlx::Row;").len(), 1);
        assert_eq!(said("server", "main.rs", "use sqlx::Row;").len(), 1);
        assert!(said("server", "store/tans.rs", "use sqlx::Row;").is_empty());
        assert!(said("server", "routes/tans.rs", "use crate::domain::tans;").is_empty());
    }

    #[test]
    fn crates_depend_one_way() {
        let package = |name: &str, to: &str, kind: &str| serde_json::json!({"name": name, "dependencies": [{"name": to, "kind": if kind.is_empty() { Value::Null } else { kind.into() }}]});
        let core = serde_json::json!({"name": "twoken-core", "dependencies": []});
        let metadata = |package: Value| serde_json::json!({"packages": [core, package]});
        assert!(between_crates(&metadata(package("twoken-web", "twoken-core", ""))).is_empty());
        assert_eq!(between_crates(&metadata(package("xtask", "twoken-core", ""))).len(), 1);
        assert!(between_crates(&metadata(package("xtask", "twoken-core", "dev"))).is_empty());
        assert_eq!(between_crates(&metadata(package("twoken-new", "serde", ""))).len(), 1);
    }
}
