//! The server's keys: `keys.toml` in the data directory, made on first start, readable by its owner only.
//!
//! | key | for |
//! | --- | --- |
//! | `signing_key` | Ed25519: configuration, batch headers, indexes; staff's second factors are derived with it |
//! | `permit_key` | POPRF: what a TAN is redeemed with |
//! | `tan_key` | HMAC: the form in which TANs are known here |
//! | `api_key` | in older files alone: the authority's word at `/v1/authority/tans` |
//!
//! Apps pin the first two: losing the file means that every app has to be told of a new server.

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use twoken_core::codec;
use twoken_core::permit::PermitKey;
use twoken_core::tan::TanKey;
use twoken_core::wire::SigningKey;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::random;

/// The keys' file name in the data directory.
pub const FILE_NAME: &str = "keys.toml";

const HEADING: &str = "\
# The keys of this Twoken server. Whoever has this file can speak as this server: keep it private, and keep a backup,
# because apps pin these keys and would refuse others.
";

/// Why keys could not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file or its directory could not be read or written.
    #[error("{} could not be {action}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others than the owner may read the file.
    #[error("{} can be read by others: run `chmod 600 {}`", .0.display(), .0.display())]
    Exposed(PathBuf),
    /// The file does not have its form.
    #[error("{} is damaged ({what}): restore it from your backup; new keys would be refused by every app", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Which part, never its content.
        what: &'static str,
    },
}

/// All keys of a server.
pub struct Keys {
    /// Signs what is published.
    pub signing: SigningKey,
    /// Evaluates permits.
    pub permit: PermitKey,
    /// Hashes TANs.
    pub tan: TanKey,
    /// The authority's API key of an older version's file; newer ones keep hashes in the database.
    pub api: Option<ApiKey>,
}

/// The authority's API key, as the hash it is compared by.
#[derive(Clone)]
pub struct ApiKey([u8; 32]);

/// The file's form. Hexadecimal, except the API key, which is text that people carry about.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct File {
    signing_key: String,
    permit_key: String,
    tan_key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    api_key: Option<String>,
}

impl Keys {
    /// Reads the keys in `data`, or makes them. Returns them and whether they were made just now.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn open_or_create(data: &Path) -> Result<(Self, bool), Error> {
        let path = data.join(FILE_NAME);
        let made = !path.exists() && create(&path)?;
        Ok((Self::open(data)?, made))
    }

    /// Reads the keys in `data`.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn open(data: &Path) -> Result<Self, Error> {
        let path = data.join(FILE_NAME);
        refuse_exposed(&path)?;
        let text = Zeroizing::new(std::fs::read_to_string(&path).map_err(|source| Error::File {
            path: path.clone(),
            action: "read",
            source,
        })?);
        // The parser's own message would quote the line it stumbled over.
        let damaged = |what| Error::Damaged { path: path.clone(), what };
        let file: File = toml::from_str(&text).map_err(|_| damaged("not the expected TOML"))?;
        let array = |text: &str, what| {
            codec::array_from_hex::<32>(text).map(Zeroizing::new).map_err(|_| damaged(what))
        };
        Ok(Self {
            signing: SigningKey::from_bytes(&*array(&file.signing_key, "signing_key")?),
            permit: PermitKey::from_bytes(*array(&file.permit_key, "permit_key")?)
                .map_err(|_| damaged("permit_key"))?,
            tan: TanKey::from_hex(&file.tan_key).map_err(|_| damaged("tan_key"))?,
            api: file.api_key.as_deref().map(ApiKey::of),
        })
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

impl ApiKey {
    /// A key by its text.
    #[must_use]
    pub fn of(key: &str) -> Self {
        Self(Sha256::digest(key.as_bytes()).into())
    }

    /// A key by the SHA-256 of its text.
    #[must_use]
    pub const fn from_hash(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    /// The SHA-256 of its text: what is kept.
    #[must_use]
    pub const fn as_hash(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether `presented` is the key, in a time that does not tell how near it is.
    #[must_use]
    pub fn accepts(&self, presented: &str) -> bool {
        Self::of(presented).0.ct_eq(&self.0).into()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey")
    }
}

/// Writes new keys to `path` unless somebody else does so first. Whoever reads the file sees it whole: it is written
/// under another name and linked to its own.
fn create(path: &Path) -> Result<bool, Error> {
    let mut rng = random::system();
    let file = File {
        signing_key: codec::to_hex(&*SigningKey::generate(&mut rng).to_bytes()),
        permit_key: codec::to_hex(&*PermitKey::generate(&mut rng).to_bytes()),
        tan_key: TanKey::generate(&mut rng).to_hex().to_string(),
        api_key: None,
    };
    let text = Zeroizing::new(toml::to_string(&file).unwrap_or_default());
    let draft = path.with_extension(format!("toml.{}", codec::to_hex(&random::bytes::<8>())));
    let failed = |action| {
        let path = path.to_path_buf();
        move |source| Error::File { path, action, source }
    };
    let written = write_private(&draft, &[HEADING.as_bytes(), text.as_bytes()]);
    let linked = written.and_then(|()| std::fs::hard_link(&draft, path));
    let removed = std::fs::remove_file(&draft);
    match linked {
        Ok(()) => removed.map(|()| true).map_err(failed("tidied up")),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(failed("written")(error)),
    }
}

fn write_private(path: &Path, parts: &[&[u8]]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.sync_all()
}

fn refuse_exposed(path: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let found = std::fs::metadata(path).map_err(|source| Error::File {
            path: path.to_path_buf(),
            action: "read",
            source,
        })?;
        if found.permissions().mode() & 0o077 != 0 {
            return Err(Error::Exposed(path.to_path_buf()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_stay() {
        let folder = tempfile::tempdir().unwrap();
        let (first, made) = Keys::open_or_create(folder.path()).unwrap();
        assert!(made);
        let (second, made) = Keys::open_or_create(folder.path()).unwrap();
        assert!(!made);
        assert_eq!(*first.signing.to_bytes(), *second.signing.to_bytes());
        assert_eq!(*first.permit.to_bytes(), *second.permit.to_bytes());
        assert_eq!(*first.tan.to_hex(), *second.tan.to_hex());
        assert!(first.api.is_none() && second.api.is_none(), "API keys are made when they are asked for");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn the_api_key_of_an_older_file_holds_on() {
        let folder = tempfile::tempdir().unwrap();
        Keys::open_or_create(folder.path()).unwrap();
        let path = folder.path().join(FILE_NAME);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{text}api_key = \"correct horse\"\n")).unwrap();
        assert!(Keys::open(folder.path()).unwrap().api.unwrap().accepts("correct horse"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Keys::open_or_create(folder.path()).unwrap();
        let path = folder.path().join(FILE_NAME);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let message = Keys::open(folder.path()).unwrap_err().to_string();
        assert!(message.contains("chmod 600"), "{message}");
    }

    #[test]
    fn a_damaged_file_is_named_and_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        Keys::open_or_create(folder.path()).unwrap();
        let path = folder.path().join(FILE_NAME);
        let text = std::fs::read_to_string(&path).unwrap();
        let secret = text.lines().find(|line| line.starts_with("tan_key")).unwrap().to_owned();
        std::fs::write(&path, text.replace("tan_key = \"", "tan_key = \"zz")).unwrap();
        let message = Keys::open(folder.path()).unwrap_err().to_string();
        assert!(message.contains("tan_key") && !message.contains(&secret[12..20]), "{message}");
        assert!(!format!("{:?}", Keys::open(folder.path())).contains(&secret[12..20]));
    }

    #[test]
    fn only_the_api_key_is_the_api_key() {
        let key = ApiKey::of("correct horse");
        assert!(key.accepts("correct horse"));
        assert!(!key.accepts("correct horse ") && !key.accepts(""));
        assert_eq!(format!("{key:?}"), "ApiKey");
    }
}
