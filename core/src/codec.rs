//! Strict decoding of strangers' bytes: every reader knows its length, nothing may be left over, and each value has
//! exactly one accepted form.

use alloc::string::String;
use alloc::vec::Vec;

use base32ct::{Base32UpperUnpadded, Encoding as _};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use zeroize::Zeroizing;

/// Why bytes or text were refused. Carries lengths, never content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not unpadded base64url (RFC 4648 §5), or not its canonical form.
    #[error("not unpadded base64url")]
    Base64,
    /// Not unpadded upper-case base32 (RFC 4648 §6), or not its canonical form.
    #[error("not unpadded base32")]
    Base32,
    /// Not lower-case hexadecimal.
    #[error("not lower-case hexadecimal")]
    Hex,
    /// Not the deterministic CBOR of the value expected.
    #[error("not the expected deterministic CBOR")]
    Cbor,
    /// Another length than the one this value has.
    #[error("expected {expected} bytes, got {got}")]
    Length {
        /// Bytes expected.
        expected: usize,
        /// Bytes given.
        got: usize,
    },
}

/// Unpadded base64url (RFC 4648 §5).
#[must_use]
pub fn to_base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Strict: no padding, no white space, no non-zero trailing bits.
///
/// # Errors
/// [`Error::Base64`].
pub fn from_base64url(text: &str) -> Result<Vec<u8>, Error> {
    Base64UrlUnpadded::decode_vec(text).map_err(|_| Error::Base64)
}

/// Strict base64url of exactly `N` bytes.
///
/// # Errors
/// [`Error::Base64`], [`Error::Length`].
pub fn array_from_base64url<const N: usize>(text: &str) -> Result<[u8; N], Error> {
    exactly(&from_base64url(text)?)
}

/// Lower-case hexadecimal.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

/// Lower-case hexadecimal only.
///
/// # Errors
/// [`Error::Hex`].
pub fn from_hex(text: &str) -> Result<Vec<u8>, Error> {
    base16ct::lower::decode_vec(text).map_err(|_| Error::Hex)
}

/// Lower-case hexadecimal of exactly `N` bytes.
///
/// # Errors
/// [`Error::Hex`], [`Error::Length`].
pub fn array_from_hex<const N: usize>(text: &str) -> Result<[u8; N], Error> {
    exactly(&from_hex(text)?)
}

/// Upper-case base32 without padding (RFC 4648 §6).
#[must_use]
pub fn to_base32(bytes: &[u8]) -> String {
    Base32UpperUnpadded::encode_string(bytes)
}

/// Strict: upper case, no padding, no white space, no non-zero trailing bits.
///
/// # Errors
/// [`Error::Base32`].
pub fn from_base32(text: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    let bytes = Base32UpperUnpadded::decode_vec(text).map(Zeroizing::new).map_err(|_| Error::Base32)?;
    let again = Zeroizing::new(to_base32(&bytes));
    if *again == text { Ok(bytes) } else { Err(Error::Base32) }
}

/// A newtype over `N` public bytes: hexadecimal in text, a byte string in CBOR.
macro_rules! public_bytes {
    ($(#[$doc:meta])* $name:ident($length:literal)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
        #[cbor(transparent)]
        pub struct $name(#[cbor(n(0), with = "minicbor::bytes")] [u8; $length]);

        impl $name {
            /// From its bytes.
            #[must_use]
            pub const fn new(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&$crate::codec::to_hex(&self.0))
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::codec::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::codec::array_from_hex(text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <alloc::string::String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use public_bytes;

/// `Debug` that tells the type's name and nothing of the value: for secrets, and for what says how somebody's health is
/// or whom they were near. Neither belongs in a log.
macro_rules! name_only {
    ($($name:ident),+) => {$(
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )+};
}
pub(crate) use name_only;

/// A slice as an array of its one right length.
///
/// # Errors
/// [`Error::Length`].
pub fn exactly<const N: usize>(bytes: &[u8]) -> Result<[u8; N], Error> {
    bytes.try_into().map_err(|_| Error::Length { expected: N, got: bytes.len() })
}

/// Decodes CBOR and accepts it only in the one form that we would write ourselves (deterministic encoding, RFC 8949
/// §4.2): no leftovers, no unknown fields, no longer heads than needed.
pub(crate) fn from_canonical_cbor<T>(bytes: &[u8]) -> Result<T, Error>
where
    T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>,
{
    let value: T = minicbor::decode(bytes).map_err(|_| Error::Cbor)?;
    // Compared as it is written: nothing that may be secret is copied, and a difference is in the encoding.
    let mut sink = Sink::Expected(Some(bytes));
    minicbor::encode(&value, &mut sink).map_err(|_| Error::Cbor)?;
    if matches!(sink, Sink::Expected(Some([]))) { Ok(value) } else { Err(Error::Cbor) }
}

/// The version that a CBOR map states under key 0, whatever else it holds: a foreign version may have other fields.
pub(crate) fn stated_version(bytes: &[u8]) -> Option<u32> {
    let mut decoder = minicbor::Decoder::new(bytes);
    decoder.map().ok().filter(|fields| *fields != Some(0))?;
    // The key's only canonical form is one zero byte.
    let key = decoder.position();
    (bytes.get(key) == Some(&0) && decoder.u8().is_ok()).then(|| decoder.u32().ok())?
}

/// The version byte of a stored record and its CBOR, in a buffer that is wiped and was never moved.
pub(crate) fn to_secret_record<T: minicbor::Encode<()>>(version: u8, value: &T) -> Zeroizing<Vec<u8>> {
    let mut record = Zeroizing::new(Vec::with_capacity(1 + cbor_length(value)));
    record.push(version);
    write_cbor(value, &mut record);
    record
}

/// CBOR in a buffer that is wiped and was never moved.
pub(crate) fn to_secret_cbor<T: minicbor::Encode<()>>(value: &T) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(cbor_length(value)));
    write_cbor(value, &mut bytes);
    bytes
}

/// Deterministic CBOR.
pub(crate) fn to_cbor<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_cbor(value, &mut bytes);
    bytes
}

fn write_cbor<T: minicbor::Encode<()>>(value: &T, bytes: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    let _ = minicbor::encode(value, &mut Sink::Kept(bytes));
}

fn cbor_length<T: minicbor::Encode<()>>(value: &T) -> usize {
    let mut sink = Sink::Counted(0);
    let _ = minicbor::encode(value, &mut sink);
    if let Sink::Counted(length) = sink { length } else { 0 }
}

/// What becomes of encoded bytes: one type for all of it, or a program would hold each value's encoder once for each.
enum Sink<'a> {
    /// They are counted.
    Counted(usize),
    /// They are put behind these.
    Kept(&'a mut Vec<u8>),
    /// They must be what stands next here; nothing, once they were not.
    Expected(Option<&'a [u8]>),
}

impl minicbor::encode::Write for Sink<'_> {
    type Error = core::convert::Infallible;

    fn write_all(&mut self, written: &[u8]) -> Result<(), Self::Error> {
        match self {
            Self::Counted(length) => *length += written.len(),
            Self::Kept(bytes) => bytes.extend_from_slice(written),
            Self::Expected(rest) => *rest = rest.and_then(|rest| rest.strip_prefix(written)),
        }
        Ok(())
    }
}

/// Reads fixed-size big-endian fields from the front of a slice.
pub struct Reader<'a> {
    rest: &'a [u8],
    taken: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, taken: 0 }
    }

    /// The next `N` bytes.
    ///
    /// # Errors
    /// [`Error::Length`], with the length that would have been enough, when fewer are left.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (head, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or(Error::Length { expected: self.taken + N, got: self.taken + self.rest.len() })?;
        self.rest = rest;
        self.taken += N;
        Ok(*head)
    }

    /// The next byte.
    ///
    /// # Errors
    /// [`Error::Length`].
    pub fn u8(&mut self) -> Result<u8, Error> {
        self.array().map(u8::from_be_bytes)
    }

    /// The next two bytes, big-endian.
    ///
    /// # Errors
    /// [`Error::Length`].
    pub fn u16(&mut self) -> Result<u16, Error> {
        self.array().map(u16::from_be_bytes)
    }

    /// The next four bytes, big-endian.
    ///
    /// # Errors
    /// [`Error::Length`].
    pub fn u32(&mut self) -> Result<u32, Error> {
        self.array().map(u32::from_be_bytes)
    }

    /// The next eight bytes, big-endian.
    ///
    /// # Errors
    /// [`Error::Length`].
    pub fn u64(&mut self) -> Result<u64, Error> {
        self.array().map(u64::from_be_bytes)
    }

    /// Ends the reading: nothing may be left.
    ///
    /// # Errors
    /// [`Error::Length`], when bytes are left over.
    pub const fn finish(self) -> Result<(), Error> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Error::Length { expected: self.taken, got: self.taken + self.rest.len() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_has_one_form() {
        assert_eq!(from_base64url("AAE"), Ok(alloc::vec![0, 1]));
        for bad in ["AAE=", "AA E", "AAF", "A", "AA+/"] {
            assert_eq!(from_base64url(bad), Err(Error::Base64), "{bad}");
        }
    }

    #[test]
    fn hex_has_one_form() {
        assert_eq!(array_from_hex::<2>("00ff"), Ok([0, 255]));
        assert_eq!(array_from_hex::<2>("00FF"), Err(Error::Hex));
        assert_eq!(array_from_hex::<2>("00"), Err(Error::Length { expected: 2, got: 1 }));
    }

    #[test]
    fn a_reader_leaves_nothing_and_invents_nothing() {
        let mut reader = Reader::new(&[1, 2, 3]);
        assert_eq!(reader.u16(), Ok(0x0102));
        assert_eq!(reader.u32(), Err(Error::Length { expected: 6, got: 3 }));
        assert_eq!(reader.finish(), Err(Error::Length { expected: 2, got: 3 }));
    }
}
