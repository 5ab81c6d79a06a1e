//! The header: lines of text, each in its one form.

use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64Unpadded, Encoding as _};
use subtle::Choice;

use super::{Error, FILE_KEY, FileKey, SALT, TAG};
use crate::mac;

/// The first line.
const INTRO: &str = "age-encryption.org/v1";
/// What every version's begins with.
const ANY_INTRO: &[u8] = b"age-encryption.org/";
/// What stands before the MAC, and is still under it.
const END: &str = "---";
/// Characters of a full line.
const LINE: usize = 64;
/// No header for a passphrase comes near: what is longer is no header.
const MAX_HEADER: usize = 64 * 1024;

/// A header that is well formed. Whether it is true, [`Header::verify`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    stanzas: Vec<Stanza<'a>>,
    /// All that is under the MAC.
    under_mac: &'a [u8],
    mac: [u8; 32],
}

/// One recipient's part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stanza<'a> {
    arguments: Vec<&'a str>,
    body: Vec<u8>,
}

/// The stanza of a passphrase.
pub(super) struct Scrypt {
    pub(super) salt: [u8; SALT],
    pub(super) work: u8,
    pub(super) wrapped: [u8; FILE_KEY + TAG],
}

impl<'a> Header<'a> {
    /// Reads the header of a file, and gives what comes after it.
    ///
    /// # Errors
    /// [`Error::NotAge`], [`Error::Version`], [`Error::Header`].
    pub fn parse(file: &'a [u8]) -> Result<(Self, &'a [u8]), Error> {
        if !file.starts_with(ANY_INTRO) {
            return Err(Error::NotAge);
        }
        let mut lines = Lines { text: file, at: 0 };
        match lines.next()? {
            INTRO => {}
            other if is_version(other) => return Err(Error::Version),
            _ => return Err(Error::Header),
        }
        let mut stanzas = Vec::new();
        loop {
            let begin = lines.at;
            let line = lines.next()?;
            if let Some(arguments) = line.strip_prefix("-> ") {
                stanzas.push(Stanza::parse(arguments, &mut lines)?);
                continue;
            }
            let mac = line.strip_prefix(END).and_then(|rest| rest.strip_prefix(' ')).ok_or(Error::Header)?;
            let mac = base64(mac)?.try_into().map_err(|_| Error::Header)?;
            let under_mac = file.get(..begin + END.len()).ok_or(Error::Header)?;
            let payload = file.get(lines.at..).ok_or(Error::Header)?;
            return if stanzas.is_empty() {
                Err(Error::Header)
            } else {
                Ok((Self { stanzas, under_mac, mac }, payload))
            };
        }
    }

    /// Whether it is what was written with this key.
    ///
    /// # Errors
    /// [`Error::Mac`].
    pub fn verify(&self, key: &FileKey) -> Result<(), Error> {
        let is_true: Choice = mac::verify(&*key.derive(&[], b"header"), &[self.under_mac], &self.mac);
        if bool::from(is_true) { Ok(()) } else { Err(Error::Mac) }
    }

    /// What the passphrase takes: it is the only recipient that a file may have beside no other.
    pub(super) fn scrypt(&self) -> Result<Scrypt, Error> {
        match self.stanzas.as_slice() {
            [one] if one.is_scrypt() => one.scrypt(),
            _ => Err(Error::Recipients),
        }
    }
}

impl<'a> Stanza<'a> {
    fn parse(arguments: &'a str, lines: &mut Lines<'a>) -> Result<Self, Error> {
        let arguments: Vec<_> = arguments.split(' ').collect();
        let is_good =
            |argument: &&str| !argument.is_empty() && argument.bytes().all(|byte| byte.is_ascii_graphic());
        if !arguments.iter().all(is_good) {
            return Err(Error::Header);
        }
        let mut body = Vec::new();
        loop {
            let line = lines.next()?;
            if line.len() > LINE {
                return Err(Error::Header);
            }
            body.extend(base64(line)?);
            if line.len() < LINE {
                return Ok(Self { arguments, body });
            }
        }
    }

    fn is_scrypt(&self) -> bool {
        self.arguments.first() == Some(&"scrypt")
    }

    fn scrypt(&self) -> Result<Scrypt, Error> {
        let [_, salt, work] = self.arguments.as_slice() else { return Err(Error::Header) };
        let salt = base64(salt)?.try_into().map_err(|_| Error::Header)?;
        let is_decimal = work.bytes().all(|byte| byte.is_ascii_digit()) && !work.starts_with('0');
        if !is_decimal || work.is_empty() {
            return Err(Error::Header);
        }
        // More than a byte holds is more than anybody does.
        let work = work.parse().unwrap_or(u8::MAX);
        let wrapped = self.body.as_slice().try_into().map_err(|_| Error::Header)?;
        Ok(Scrypt { salt, work, wrapped })
    }
}

/// The header for a passphrase.
pub(super) fn write(salt: &[u8; SALT], work: u8, wrapped: &[u8; FILE_KEY + TAG], key: &FileKey) -> Vec<u8> {
    let [salt, wrapped] = [salt.as_slice(), wrapped].map(Base64Unpadded::encode_string);
    let mut header = String::new();
    for part in [INTRO, "\n-> scrypt ", &salt, " ", &alloc::format!("{work}"), "\n", &wrapped, "\n", END] {
        header.push_str(part);
    }
    let mac = mac::tag(&*key.derive(&[], b"header"), &[header.as_bytes()]);
    for part in [" ", &Base64Unpadded::encode_string(&mac), "\n"] {
        header.push_str(part);
    }
    header.into_bytes()
}

/// Whether a first line names a version at all.
fn is_version(line: &str) -> bool {
    let version = line.as_bytes().strip_prefix(ANY_INTRO).and_then(|rest| rest.strip_prefix(b"v"));
    version.is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
}

/// Strict: no padding, no white space, no other form of the same bytes.
fn base64(text: &str) -> Result<Vec<u8>, Error> {
    let bytes = Base64Unpadded::decode_vec(text).map_err(|_| Error::Header)?;
    if Base64Unpadded::encode_string(&bytes) == text { Ok(bytes) } else { Err(Error::Header) }
}

/// The lines of a header, each ended by a line feed.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<&'a str, Error> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let within = rest.get(..MAX_HEADER.saturating_sub(self.at)).unwrap_or(rest);
        let end = within.iter().position(|byte| *byte == b'\n').ok_or(Error::Header)?;
        self.at += end + 1;
        within.get(..end).and_then(|line| core::str::from_utf8(line).ok()).ok_or(Error::Header)
    }
}
