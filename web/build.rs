//! Makes Rust of the locale files, so that a missing text or variable does not compile.

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
    use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};
    use leptos_i18n_parser::parse_locales::parse_locales;
    use std::error::Error;
    use std::path::PathBuf;

    pub(super) fn write() -> Result<(), Box<dyn Error>> {
        // Texts with variables are wanted as strings too, for labels and titles.
        let options = ParseOptions::new().interpolate_display(true);
        let config =
            Config::new("en")?.add_locale("de")?.locales_path("../www/locales").parse_options(options);
        let locales = parse_locales(None, config)?;
        for path in locales.tracked_files.iter().flatten() {
            println!("cargo::rerun-if-changed={path}");
        }
        for warning in locales.diag.warnings().iter() {
            println!("cargo::warning={warning}");
        }
        for error in locales.diag.errors().iter() {
            println!("cargo::error={error}");
        }
        let code = leptos_i18n_codegen::gen_code(&locales, None, false, None, false)?;
        let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
        std::fs::write(PathBuf::from(out).join("i18n.rs"), code.to_string())?;
        Ok(())
    }
}
