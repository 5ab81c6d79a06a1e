//! Makes Rust of the English texts, so that a text or a variable that is not there does not compile, and holds the other
//! languages against them: none lacks a text, has one too many, or a variable that English has not.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        // Who splits a program must see what in it refers to what.
        println!("cargo::rustc-link-arg-bin=twoken-web=--emit-relocs");
    }
    #[cfg(feature = "page")]
    texts::write()?;
    Ok(())
}

#[cfg(feature = "page")]
mod texts {
    use std::collections::{BTreeMap, BTreeSet};
    use std::error::Error;
    use std::fmt::Write;
    use std::fs;
    use std::path::PathBuf;

    const FOLDER: &str = "../www/locales";
    /// Each language, and the plural forms of its whole numbers in CLDR's order
    /// (<https://www.unicode.org/cldr/charts/48/supplemental/language_plural_rules.html>).
    const LANGUAGES: &[(&str, &[&str])] =
        &[("en", &["one", "other"]), ("de", &["one", "other"]), ("tr", &["one", "other"])];

    /// section, name, text
    type Sections = BTreeMap<String, BTreeMap<String, String>>;

    /// One text, in all its forms: a form's name ("" where the text is the same for every number), and how it reads.
    type Forms = BTreeMap<String, String>;

    pub(super) fn write() -> Result<(), Box<dyn Error>> {
        let english = texts(read("en")?, &["one", "other"]);
        for &(language, forms) in LANGUAGES {
            let other = texts(read(language)?, forms);
            for problem in problems(&english, &other, forms) {
                println!("cargo::error=www/locales/{language}.json: {problem}");
            }
        }
        let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
        fs::write(out.join("texts.rs"), rust(&english)?)?;
        Ok(())
    }

    fn read(language: &str) -> Result<Sections, Box<dyn Error>> {
        let path = format!("{FOLDER}/{language}.json");
        println!("cargo::rerun-if-changed={path}");
        Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
    }

    /// Texts by section and name. `things_one` and `things_other` are two forms of `things`.
    fn texts(sections: Sections, forms: &[&str]) -> BTreeMap<(String, String), Forms> {
        let mut all: BTreeMap<_, Forms> = BTreeMap::new();
        for (section, texts) in sections {
            let names: BTreeSet<_> = texts.keys().cloned().collect();
            for (name, text) in texts {
                let (stem, form) = match name.rsplit_once('_') {
                    Some((stem, form))
                        if forms.contains(&form)
                            && ["one", "other"]
                                .iter()
                                .all(|form| names.contains(&format!("{stem}_{form}"))) =>
                    {
                        (stem.to_owned(), form.to_owned())
                    }
                    _ => (name, String::new()),
                };
                all.entry((section.clone(), stem)).or_default().insert(form, text);
            }
        }
        all
    }

    fn problems(
        english: &BTreeMap<(String, String), Forms>,
        other: &BTreeMap<(String, String), Forms>,
        forms: &[&str],
    ) -> Vec<String> {
        let mut found = Vec::new();
        for ((section, name), texts) in english {
            let key = format!("{section}.{name}");
            let Some(there) = other.get(&(section.clone(), name.clone())) else {
                found.push(format!("{key} is missing"));
                continue;
            };
            let counted = !texts.contains_key("");
            let wanted: BTreeSet<_> = if counted { forms.iter().copied().collect() } else { [""].into() };
            if there.keys().map(String::as_str).collect::<BTreeSet<_>>() != wanted {
                found.push(format!("{key} has the forms {:?}, not {wanted:?}", there.keys()));
            }
            let all = variables(texts);
            for (form, text) in there {
                let has = variables_of(text);
                // "One of your encounters": a form may do without its number.
                let may_lack = |variable: &String| counted && variable == "count";
                let same = has.is_subset(&all) && all.difference(&has).all(may_lack);
                if !same {
                    found.push(format!("{key} {form} has the variables {has:?}, not {all:?}"));
                }
                if text.contains(['\n', '\u{1f}']) {
                    found.push(format!("{key} {form} has a control character"));
                }
            }
        }
        let unknown = other.keys().filter(|key| !english.contains_key(key));
        found.extend(unknown.map(|(section, name)| format!("{section}.{name} is in no other language")));
        found
    }

    fn variables(forms: &Forms) -> BTreeSet<String> {
        forms.values().flat_map(|text| variables_of(text)).collect()
    }

    fn variables_of(text: &str) -> BTreeSet<String> {
        let gaps = text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}"));
        gaps.map(|(name, _)| name.trim().to_owned()).collect()
    }

    /// Whether a section is said by the medical console alone.
    fn is_console(section: &str) -> bool {
        section == "desk" || section.starts_with("staff")
    }

    /// A module a section, a type a text, its variables as fields; where in its table a text stands; and the tables in
    /// English, a text a line, as `xtask/texts.mjs` writes those of the other languages.
    fn rust(english: &BTreeMap<(String, String), Forms>) -> Result<String, std::fmt::Error> {
        let mut code = String::new();
        let (mut app, mut console) = (Vec::new(), Vec::new());
        let mut names = String::new();
        let mut before = None;
        for ((section, name), forms) in english {
            if before != Some(section) {
                if before.is_some() {
                    writeln!(code, "}}")?;
                }
                writeln!(code, "pub(crate) mod {section} {{")?;
                before = Some(section);
            }
            let table = if is_console(section) { &mut console } else { &mut app };
            let place = table.len();
            let kind = if is_console(section) { "console" } else { "app" };
            let mut variables = variables(forms);
            if !forms.contains_key("") {
                variables.insert("count".to_owned());
            }
            let fields: String = variables.iter().map(|name| format!("pub(crate) {name}: (), ")).collect();
            let named: String = variables.iter().map(|name| format!("{name}: (), ")).collect();
            writeln!(code, "#[allow(non_camel_case_types)] pub(crate) struct {name} {{ {fields}}}")?;
            writeln!(
                code,
                "impl {name} {{ pub(crate) const fn key(&self) -> super::super::Key {{ let Self {{ {named}}} = self; super::super::Key::{kind}({place}) }} }}"
            )?;
            writeln!(names, "{section}.{name}")?;
            table.push(line(forms));
        }
        writeln!(code, "}}")?;
        writeln!(code, "pub(super) const EDITION: &str = \"{:016x}\";", fnv(&names))?;
        writeln!(code, "pub(super) const ENGLISH: &str = {:?};", format!("\n{}", app.join("\n")))?;
        writeln!(code, "#[cfg(test)]")?;
        writeln!(
            code,
            "pub(super) const ENGLISH_CONSOLE: &str = {:?};",
            format!("\n{}", console.join("\n"))
        )?;
        Ok(code)
    }

    /// All forms of a text in a line, in CLDR's order; one that a language does not have is empty.
    fn line(forms: &Forms) -> String {
        match forms.get("") {
            Some(text) => text.clone(),
            None => ["zero", "one", "two", "few", "many", "other"]
                .map(|form| forms.get(form).map_or("", String::as_str))
                .join("\u{1f}"),
        }
    }

    /// Which texts there are, in one number: FNV-1a of 64 bits
    /// (<https://datatracker.ietf.org/doc/html/rfc9923>). It guards against a mix-up, not against anybody.
    fn fnv(names: &str) -> u64 {
        names
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }
}
