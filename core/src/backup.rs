//! What a phone takes along to another: its records, by name, as one text that people can open and read.
//!
//! ```text
//! {"format":"twoken-backup","version":1,"made_at":…,"app":"…","origin":"https://…","records":{"diary/…":"…",…}}
//! ```
//!
//! UTF-8 JSON (RFC 8259), at most 32 MiB. A record's text is itself JSON where the app keeps JSON, and else the core's bytes in
//! base64url. What the records mean is the app's own; each is read there as strictly as from the device. The file that this
//! is sealed in is of [`age`](crate::age). It has claims, day keys and what a person has noted: all but what
//! a phone keeps for minutes, or for a report that is under way.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::codec;
use crate::units::Timestamp;

/// What it calls itself.
const FORMAT: &str = "twoken-backup";
/// The version that is written, and read.
pub const VERSION: u32 = 1;
/// The most bytes that are read: a diary of 14 days has some hundred kilobytes.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;
/// The most bytes of the sealed file: header, tags and all.
pub const MAX_FILE_BYTES: usize = MAX_BYTES + 64 * 1024;

/// Why something was not read as a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// More bytes than any has.
    #[error("at most {max} bytes, this has {got}")]
    TooLarge {
        /// Bytes at most.
        max: usize,
        /// Bytes given.
        got: usize,
    },
    /// Something else.
    #[error("no backup")]
    NotOurs,
    /// Of another version.
    #[error("a backup of version {0} is not known")]
    Version(u32),
    /// It says that it is one, and is not as one is.
    #[error("not as a backup is")]
    Malformed,
}

/// What a backup says of itself before anything else.
#[derive(Deserialize)]
struct Named {
    format: String,
    version: u32,
}

/// What the person typed, in UTF-8.
#[derive(Clone, Zeroize, ZeroizeOnDrop, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct Passphrase(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>);

impl Passphrase {
    /// From what was typed.
    #[must_use]
    pub const fn new(typed: Vec<u8>) -> Self {
        Self(typed)
    }

    #[cfg(feature = "backup")]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A record by its name.
pub type Record<'a> = (&'a str, Zeroizing<Vec<u8>>);

/// A backup, opened.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    format: String,
    version: u32,
    /// When it was made, by the clock of the device that made it.
    pub made_at: Timestamp,
    /// By which version of the app.
    pub app: String,
    /// The server that the app came from.
    pub origin: String,
    records: BTreeMap<String, String>,
}

impl Backup {
    /// One without records.
    #[must_use]
    pub fn new(made_at: Timestamp, app: &str, origin: &str) -> Self {
        let [format, app, origin] = [FORMAT, app, origin].map(ToOwned::to_owned);
        Self { format, version: VERSION, made_at, app, origin, records: BTreeMap::new() }
    }

    /// Takes in a record: its text where it has one, else its bytes.
    pub fn put(&mut self, name: &str, bytes: &[u8]) {
        let text = match core::str::from_utf8(bytes) {
            Ok(text) if is_json(text) => text.to_owned(),
            _ => codec::to_base64url(bytes),
        };
        self.records.insert(name.to_owned(), text);
    }

    /// The bytes of a record, if there is one.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        self.records.get(name).map(|text| read(text)).transpose()
    }

    /// All records whose names begin so, by what comes after that.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn all<'a>(&'a self, prefix: &'a str) -> Result<Vec<Record<'a>>, Error> {
        let named = self.records.iter().filter_map(|(name, text)| Some((name.strip_prefix(prefix)?, text)));
        named.map(|(name, text)| Ok((name, read(text)?))).collect()
    }

    /// The names of all records.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.records.keys().map(String::as_str)
    }

    /// What is sealed.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        // Strings and numbers: there is nothing that JSON cannot hold.
        let bytes = Zeroizing::new(serde_json::to_vec(self).unwrap_or_default());
        fits(&bytes).map(|()| bytes)
    }

    /// From what was opened.
    ///
    /// # Errors
    /// Each [`Error`], as it says.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        fits(bytes)?;
        let named: Named = serde_json::from_slice(bytes).map_err(|_| Error::NotOurs)?;
        if named.format != FORMAT {
            return Err(Error::NotOurs);
        }
        if named.version != VERSION {
            return Err(Error::Version(named.version));
        }
        let backup: Self = serde_json::from_slice(bytes).map_err(|_| Error::Malformed)?;
        backup.records.values().try_for_each(|text| read(text).map(drop))?;
        Ok(backup)
    }
}

impl Drop for Backup {
    fn drop(&mut self) {
        self.records.values_mut().for_each(Zeroize::zeroize);
    }
}

crate::codec::name_only!(Backup, Passphrase);

/// The app's JSON is objects and lists; base64url has neither bracket.
fn is_json(text: &str) -> bool {
    text.starts_with(['{', '['])
}

fn read(text: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    let bytes = if is_json(text) { Ok(text.as_bytes().to_vec()) } else { codec::from_base64url(text) };
    bytes.map(Zeroizing::new).map_err(|_| Error::Malformed)
}

const fn fits(bytes: &[u8]) -> Result<(), Error> {
    if bytes.len() > MAX_BYTES { Err(Error::TooLarge { max: MAX_BYTES, got: bytes.len() }) } else { Ok(()) }
}
