//! Settings from a profile, a file and the environment, in this order; the later wins.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::{Table, Value};
use twoken_core::codec;

use super::{Fault, Profile, Settings, Severity};

/// Variables that a setting can be overridden with, after `TWOKEN_`.
const VARIABLES: [&str; 17] = [
    "MODE",
    "NAME",
    "PUBLIC_ORIGIN",
    "SEAL_EVERY_SECONDS",
    "MIN_UPLOADS",
    "MAX_WAIT_HOURS",
    "SEAL_ANYWAY_AFTER_HOURS",
    "TAN_HOURS",
    "STAFF_IDLE_MINUTES",
    "STAFF_SESSION_HOURS",
    "CHECK_EVERY_SECONDS",
    "DECOYS_PER_WEEK",
    "PSI_QUERIES_PER_ADDRESS",
    "BEHIND_PROXY",
    "CLOCK_AHEAD_SECONDS",
    "API_KEY_HASH",
    "API_KEY",
];
/// Variables that are somebody else's: the command line's own, and the build's.
const OTHERS: [&str; 8] = ["PROFILE", "DATA", "WEB", "LISTEN", "CONFIG", "LOG", "CACHE", "WASM_TARGET"];
/// Shortest API key that is taken: 128 bits in base64url are 22 characters.
const MIN_API_KEY: usize = 22;

/// Why settings could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file is not there or not readable.
    #[error("the configuration file {} could not be read: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not TOML, or says something this program does not know.
    #[error("the configuration {} is not right: {message}", path.display())]
    Format {
        /// Which file.
        path: PathBuf,
        /// What is wrong, with its line.
        message: String,
    },
    /// A variable's value does not fit its setting.
    #[error("the environment variable TWOKEN_{name} is not right: {message}")]
    Variable {
        /// Name after `TWOKEN_`.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// The API key is too short to be one.
    #[error("the API key in {place} is shorter than 22 characters: make one with `openssl rand -base64 32`")]
    WeakApiKey {
        /// Where it stands.
        place: String,
    },
}

fn passed_over(name: &str) -> Fault {
    let known = VARIABLES.map(|name| format!("TWOKEN_{name}")).join(", ");
    let message = format!(
        "the environment variable TWOKEN_{name} is no setting and was passed over; known are {known}"
    );
    Fault { severity: Severity::Warning, message }
}

/// Reads settings. `variables` are the process's environment, all of it; what does not begin with `TWOKEN_` is
/// passed over. A name that does and is not known may be somebody else's (a container's service, a test's), or
/// mistyped: it is returned as a warning.
///
/// # Errors
/// See [`Error`]; the first that is found.
pub fn read(
    profile: Profile,
    file: Option<&Path>,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<(Settings, Vec<Fault>), Error> {
    let mut table = defaults(profile);
    let mut warnings = Vec::new();
    if let Some(path) = file {
        overlay_file(&mut table, path)?;
    }
    for (name, value) in variables {
        if let Some(name) = name.strip_prefix("TWOKEN_") {
            if VARIABLES.contains(&name) {
                overlay_variable(&mut table, name, value)?;
            } else if !OTHERS.contains(&name) {
                warnings.push(passed_over(name));
            }
        }
    }
    let place = file.map_or_else(|| PathBuf::from("of the environment"), Path::to_path_buf);
    let settings = Settings::deserialize(Value::Table(table))
        .map_err(|error| Error::Format { path: place, message: error.message().to_owned() })?;
    Ok((settings, warnings))
}

fn defaults(profile: Profile) -> Table {
    // Settings are plain data and always have a TOML form; an empty table would be told as missing fields.
    Table::try_from(Settings::defaults(profile)).unwrap_or_default()
}

fn overlay_file(table: &mut Table, path: &Path) -> Result<(), Error> {
    let text =
        std::fs::read_to_string(path).map_err(|source| Error::File { path: path.to_path_buf(), source })?;
    let format = |message: String| Error::Format { path: path.to_path_buf(), message };
    let mut own: Table = toml::from_str(&text).map_err(|error| format(error.to_string()))?;
    if own.contains_key("profile") {
        return Err(format(
            "`profile` is chosen with --profile or TWOKEN_PROFILE, not in the file".to_owned(),
        ));
    }
    if let Some(key_file) = own.remove("api_key_file") {
        let key_file =
            key_file.as_str().ok_or_else(|| format("`api_key_file` is not a path in quotes".to_owned()))?;
        // Beside the configuration, unless it is absolute.
        let key_path = path.parent().unwrap_or_else(|| Path::new(".")).join(key_file);
        let key = std::fs::read_to_string(&key_path)
            .map_err(|source| Error::File { path: key_path.clone(), source })?;
        own.insert("api_key_hash".to_owned(), hashed(key.trim(), &key_path.display().to_string())?);
    }
    table.extend(own);
    Ok(())
}

fn overlay_variable(table: &mut Table, name: &str, value: String) -> Result<(), Error> {
    let wrong = |message: &str| Error::Variable { name: name.to_owned(), message: message.to_owned() };
    let (key, value) = match name {
        "API_KEY" => ("api_key_hash".to_owned(), hashed(&value, "TWOKEN_API_KEY")?),
        "MODE" | "NAME" | "PUBLIC_ORIGIN" | "API_KEY_HASH" => {
            (name.to_ascii_lowercase(), Value::String(value))
        }
        "BEHIND_PROXY" => {
            let value = value.parse().map_err(|_| wrong("it is neither `true` nor `false`"))?;
            (name.to_ascii_lowercase(), Value::Boolean(value))
        }
        _ => {
            let value = value.parse::<u32>().map_err(|_| wrong("it is not a whole number"))?;
            (name.to_ascii_lowercase(), Value::Integer(i64::from(value)))
        }
    };
    table.insert(key, value);
    Ok(())
}

fn hashed(key: &str, place: &str) -> Result<Value, Error> {
    if key.len() < MIN_API_KEY {
        return Err(Error::WeakApiKey { place: place.to_owned() });
    }
    Ok(Value::String(codec::to_hex(&Sha256::digest(key.as_bytes()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_file_wins_over_the_profile_and_the_environment_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, "min_uploads = 7\nname = \"File\"\n[upload_delay_seconds]\nmin = 1\nmax = 9\n")
            .unwrap();
        let (settings, _) =
            read(Profile::Strict, Some(&file), variables(&[("TWOKEN_NAME", "Environment"), ("HOME", "/")]))
                .unwrap();
        assert_eq!(settings.min_uploads, 7);
        assert_eq!(settings.name, "Environment");
        assert_eq!(settings.upload_delay_seconds, super::super::Delay { min: 1, max: 9 });
        assert_eq!(settings.seal_every_seconds, 3600);
    }

    #[test]
    fn of_the_risk_what_is_not_said_stays_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, "[risk]\nhigh_minutes = 10\n").unwrap();
        let (settings, _) = read(Profile::Strict, Some(&file), []).unwrap();
        assert_eq!(settings.risk, crate::config::Risk { high_minutes: 10, ..Default::default() });
        std::fs::write(&file, "[risk]\nhigh_minuets = 10\n").unwrap();
        let message = read(Profile::Strict, Some(&file), []).unwrap_err().to_string();
        assert!(message.contains("high_minuets"), "{message}");
    }

    #[test]
    fn what_is_unknown_or_wrong_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        for (text, said) in [
            ("min_upload = 7\n", "min_upload"),
            ("min_uploads = \"seven\"\n", "u32"),
            ("profile = \"demo\"\n", "--profile"),
            ("= nonsense", "TOML"),
        ] {
            std::fs::write(&file, text).unwrap();
            let message = read(Profile::Strict, Some(&file), []).unwrap_err().to_string();
            assert!(message.contains(said), "{text}: {message}");
        }
        for (name, value, said) in [
            ("TWOKEN_MIN_UPLOADS", "seven", "whole number"),
            ("TWOKEN_BEHIND_PROXY", "yes", "true"),
            ("TWOKEN_API_KEY", "short", "22 characters"),
        ] {
            let message = read(Profile::Strict, None, variables(&[(name, value)])).unwrap_err().to_string();
            assert!(message.contains(said), "{name}: {message}");
            assert!(!message.contains("short ") && !message.contains("seven"), "{message}");
        }
        let message =
            read(Profile::Strict, Some(&folder.path().join("none.toml")), []).unwrap_err().to_string();
        assert!(message.contains("none.toml"), "{message}");
    }

    #[test]
    fn a_variable_that_is_no_setting_is_told_and_passed_over() {
        let given =
            variables(&[("TWOKEN_MIN_UPLAODS", "7"), ("TWOKEN_CACHE", "/"), ("TWOKEN_MIN_UPLOADS", "8")]);
        let (settings, warnings) = read(Profile::Strict, None, given).unwrap();
        assert_eq!(settings.min_uploads, 8);
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].message.contains("TWOKEN_MIN_UPLAODS "), "{warnings:?}");
    }

    #[test]
    fn an_api_key_is_kept_as_its_hash_only() {
        let key = "a-key-of-at-least-22-characters";
        let (settings, _) = read(Profile::Strict, None, variables(&[("TWOKEN_API_KEY", key)])).unwrap();
        assert_eq!(settings.api_key_hash, Some(codec::to_hex(&Sha256::digest(key.as_bytes()))));
        assert!(!format!("{settings:?}").contains(key));
    }
}
