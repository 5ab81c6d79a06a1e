//! What a phone shows: a fresh X25519 key and a fresh claim key for ten minutes.
//!
//! ```text
//! beacon  = 1 | flags u8 | interval u32 | X25519 key 32 | claim key 32 [| TCN emission 24]     70 or 94 bytes
//! payload = beacon ‖ acknowledgement 8                                                         78 or 102 bytes
//! link    = <app URL>/#m=<base64url(payload)>
//! ```
//!
//! The keys are random and belong to one interval, so a beacon names nobody and two of them cannot be linked. The
//! fragment of a link is not sent to any server. Besides `#m=` (meet) a Twoken code can be `#t=` (a TAN) or `#s=` (a
//! server). Keys as in RFC 7748 and RFC 9496; that tokens change often and name nobody is TraceCORONA's ("Encounter
//! Tokens").

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use subtle::{Choice, ConstantTimeEq};

use crate::codec::{self, Reader};
use crate::tag::ClaimKey;
use crate::tan::{self, Tan};
use crate::tcn::{EMISSION_LENGTH, Emission};
use crate::units::{Interval, Timestamp};

/// Bytes of a beacon without emission.
pub const BEACON_LENGTH: usize = 70;
/// Bytes of an acknowledgement.
pub const ACKNOWLEDGEMENT_LENGTH: usize = 8;
/// The longest text that is looked at; a QR code could carry up to 4,296 characters.
pub const MAX_TEXT: usize = 2048;
/// The longest server origin that a `#s=` code may carry.
const MAX_SERVER: usize = 255;
const VERSION: u8 = 1;
const FLAG_EMISSION: u8 = 0b1;

/// Why a scanned code was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text that is no Twoken code at all.
    #[error("this is not a Twoken code")]
    NotTwoken,
    /// Not unpadded base64url.
    #[error("the code is damaged: not unpadded base64url")]
    Encoding,
    /// Too short.
    #[error("the code is cut off: {expected} bytes expected, {got} read")]
    Truncated {
        /// Bytes expected.
        expected: usize,
        /// Bytes read.
        got: usize,
    },
    /// Too long.
    #[error("the code is too long: {limit} at most, {got} read")]
    Oversized {
        /// Bytes, or characters of text, at most.
        limit: usize,
        /// Bytes, or characters of text, read.
        got: usize,
    },
    /// Of another version of the protocol.
    #[error("the code is of version {0}, this is version 1")]
    Version(u8),
    /// Flags that this version does not know.
    #[error("the code has unknown flags {0:#04x}")]
    Flags(u8),
    /// The X25519 key is not canonical: 2²⁵⁵ − 19 or more.
    #[error("the code's key is not valid")]
    PublicKey,
    /// The claim key is not canonical, or the identity.
    #[error("the code's claim key is not valid")]
    ClaimKey,
    /// A `#t=` code whose TAN does not check.
    #[error(transparent)]
    Tan(#[from] tan::Error),
    /// A `#s=` code whose server is not an `https` origin (or `http` on loopback).
    #[error("the code's server address is not valid")]
    Server,
}

/// A beacon that is well-formed but not for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimeError {
    /// Its interval is over, the grace included: replayed, photographed, or a clock is off.
    #[error("the code has run out")]
    Stale {
        /// The interval it was shown in.
        shown: Interval,
    },
    /// Its interval has not begun: a clock is off.
    #[error("the code is from the future")]
    Future {
        /// The interval it says.
        shown: Interval,
    },
}

/// What one phone shows during one interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beacon {
    /// The interval it belongs to.
    pub interval: Interval,
    /// X25519 public key (RFC 7748).
    pub public: [u8; 32],
    /// The receiver's claim key.
    pub claim_key: ClaimKey,
    /// A TCN emission, where the person lets others scan them one-way.
    pub emission: Option<Emission>,
}

impl Beacon {
    /// 70 bytes, or 94 with an emission.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(BEACON_LENGTH + EMISSION_LENGTH + ACKNOWLEDGEMENT_LENGTH);
        bytes.push(VERSION);
        bytes.push(if self.emission.is_some() { FLAG_EMISSION } else { 0 });
        bytes.extend_from_slice(&self.interval.get().to_be_bytes());
        bytes.extend_from_slice(&self.public);
        bytes.extend_from_slice(self.claim_key.as_bytes());
        if let Some(emission) = &self.emission {
            bytes.extend_from_slice(&emission.to_bytes());
        }
        bytes
    }

    /// The one strict decoder.
    ///
    /// # Errors
    /// [`Error::Truncated`], [`Error::Oversized`], [`Error::Version`], [`Error::Flags`], [`Error::PublicKey`],
    /// [`Error::ClaimKey`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        read_all(bytes, 0, Self::read)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let version = reader.u8().map_err(length)?;
        if version != VERSION {
            return Err(Error::Version(version));
        }
        let flags = reader.u8().map_err(length)?;
        if flags & !FLAG_EMISSION != 0 {
            return Err(Error::Flags(flags));
        }
        let interval = Interval::new(reader.u32().map_err(length)?);
        let public = reader.array().map_err(length)?;
        if !is_canonical(&public) {
            return Err(Error::PublicKey);
        }
        let claim_key = ClaimKey::from_bytes(reader.array().map_err(length)?).map_err(|_| Error::ClaimKey)?;
        let has_emission = flags & FLAG_EMISSION != 0;
        let emission = has_emission.then(|| Emission::read(reader)).transpose().map_err(length)?;
        Ok(Self { interval, public, claim_key, emission })
    }

    /// Whether it is for now: its interval, with the grace at either end. The stated interval is the one used.
    ///
    /// # Errors
    /// [`TimeError::Stale`], [`TimeError::Future`].
    pub fn check_time(&self, now: Timestamp) -> Result<(), TimeError> {
        let shown = self.interval;
        if shown.is_accepted_at(now) {
            Ok(())
        } else if shown.start() > now {
            Err(TimeError::Future { shown })
        } else {
            Err(TimeError::Stale { shown })
        }
    }
}

/// Whether an X25519 key is below 2²⁵⁵ − 19 (little-endian). RFC 7748 §5 would take the others too, as second forms of
/// keys that have one already: my own key could come back to me in a form that I do not know as mine.
fn is_canonical(public: &[u8; 32]) -> bool {
    let [lowest, between @ .., highest] = public;
    *highest < 0x7f || *highest == 0x7f && (*lowest < 0xed || between.iter().any(|byte| *byte != 0xff))
}

/// Reads a beacon and so many bytes behind it. What is cut off anywhere is told with the length that the whole has.
fn read_all<T>(
    bytes: &[u8],
    behind: usize,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut reader = Reader::new(bytes);
    let result = read(&mut reader).and_then(|value| reader.finish().map_err(length).map(|()| value));
    let emission = bytes.get(1).is_some_and(|flags| flags & FLAG_EMISSION != 0);
    let whole = BEACON_LENGTH + if emission { EMISSION_LENGTH } else { 0 } + behind;
    result.map_err(|error| match error {
        Error::Truncated { got, .. } => Error::Truncated { expected: whole, got },
        other => other,
    })
}

fn length(error: codec::Error) -> Error {
    match error {
        codec::Error::Length { expected, got } if got < expected => Error::Truncated { expected, got },
        codec::Error::Length { expected: limit, got } => Error::Oversized { limit, got },
        _ => Error::Encoding,
    }
}

/// Eight bytes that tell whoever shares the secret "I have heard you", and everybody else nothing.
#[derive(Clone, Copy, Debug)]
pub struct Acknowledgement(pub [u8; ACKNOWLEDGEMENT_LENGTH]);

impl ConstantTimeEq for Acknowledgement {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

/// What a QR code or a GATT characteristic carries: a beacon and always eight more bytes.
#[derive(Clone, Debug)]
pub struct Payload {
    /// The beacon.
    pub beacon: Beacon,
    /// For one of those heard, or random.
    pub acknowledgement: Acknowledgement,
}

impl Payload {
    /// The same, for those who only hear as well.
    #[must_use]
    pub fn with_emission(mut self, emission: Emission) -> Self {
        self.beacon.emission = Some(emission);
        self
    }

    /// 78 bytes, or 102 with an emission.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.beacon.encode();
        bytes.extend_from_slice(&self.acknowledgement.0);
        bytes
    }

    /// The one strict decoder.
    ///
    /// # Errors
    /// As [`Beacon::decode`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        read_all(bytes, ACKNOWLEDGEMENT_LENGTH, |reader| {
            let beacon = Beacon::read(reader)?;
            let acknowledgement = Acknowledgement(reader.array().map_err(length)?);
            Ok(Self { beacon, acknowledgement })
        })
    }

    /// `m=<base64url>`: what stands behind the `#`.
    #[must_use]
    pub fn to_fragment(&self) -> String {
        let mut fragment = String::from("m=");
        fragment.push_str(&codec::to_base64url(&self.encode()));
        fragment
    }

    /// `<app URL>/#m=<base64url>`: what the QR code holds.
    #[must_use]
    pub fn to_link(&self, app_url: &str) -> String {
        let mut link = app_url.trim_end_matches('/').to_owned();
        link.push_str("/#");
        link.push_str(&self.to_fragment());
        link
    }
}

/// What a Twoken code asks for.
#[derive(Clone, Debug)]
pub enum Fragment {
    /// `#m=`: a beacon.
    Meet(Box<Payload>),
    /// `#t=`: a TAN.
    Tan(Tan),
    /// `#s=`: a server's origin, such as `https://twoken.example`.
    Server(String),
}

/// A text that was scanned, pasted, typed or found in the location bar.
#[derive(Clone, Debug)]
pub struct Scanned {
    /// Scheme, host and port of a full link, lower case; `None` for a bare fragment. It is named to the person when
    /// it is not their own app's, and never contacted.
    pub origin: Option<String>,
    /// What it carries.
    pub what: Fragment,
}

impl Scanned {
    /// Reads a link, a fragment with or without `#`, or the bare base64url of a payload.
    ///
    /// # Errors
    /// [`Error`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_TEXT {
            return Err(Error::Oversized { limit: MAX_TEXT, got: text.len() });
        }
        let text = text.trim();
        let (origin, fragment) = match text.split_once('#') {
            Some(("", fragment)) => (None, fragment),
            Some((link, fragment)) => (Some(origin_of(link).ok_or(Error::NotTwoken)?), fragment),
            None => (None, text),
        };
        let what = match fragment.split_once('=') {
            Some(("m", payload)) => Fragment::Meet(Box::new(payload_of(payload)?)),
            Some(("t", tan)) => Fragment::Tan(Tan::parse(tan)?),
            Some(("s", server)) => Fragment::Server(server_of(server)?),
            Some(_) => return Err(Error::NotTwoken),
            // Typed without its "m=": only what could be nothing else.
            None if origin.is_none() && looks_like_a_payload(fragment) => {
                Fragment::Meet(Box::new(payload_of(fragment)?))
            }
            None => return Err(Error::NotTwoken),
        };
        Ok(Self { origin, what })
    }
}

fn payload_of(text: &str) -> Result<Payload, Error> {
    Payload::decode(&codec::from_base64url(text).map_err(|_| Error::Encoding)?)
}

/// Long enough to be meant as a payload, and of nothing but base64url.
fn looks_like_a_payload(text: &str) -> bool {
    text.len() >= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Scheme and authority of an http(s) link, in lower case; nothing for other schemes, user names or odd characters.
fn origin_of(link: &str) -> Option<String> {
    let (scheme, rest) = link.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let authority = rest.split(['/', '?']).next()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    if !matches!(scheme.as_str(), "https" | "http") || authority.is_empty() || !authority.bytes().all(plain) {
        return None;
    }
    Some([scheme.as_str(), "://", &authority.to_ascii_lowercase()].concat())
}

/// A server is an origin and nothing more: `https`, or `http` on this machine.
fn server_of(text: &str) -> Result<String, Error> {
    let origin = origin_of(text).filter(|origin| origin.len() == text.len() && text.len() <= MAX_SERVER);
    let origin = origin.ok_or(Error::Server)?;
    let host = origin
        .strip_prefix("http://")
        .map(|authority| authority.split_once(':').map_or(authority, |(host, _)| host));
    match host {
        None | Some("localhost" | "127.0.0.1") => Ok(origin),
        Some(_) => Err(Error::Server),
    }
}
