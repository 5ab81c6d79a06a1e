//! The public name of a region.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Error;

/// The longest region id, which is also its fixed size in an upload.
pub(crate) const MAX_REGION: usize = 16;

/// `[a-z0-9-]{1,16}`: safe in a URL, sixteen bytes in an upload whatever its length.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionId(String);

impl RegionId {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Sixteen bytes, filled up with zeros.
    pub(crate) fn to_padded(&self) -> [u8; MAX_REGION] {
        let mut padded = [0; MAX_REGION];
        for (slot, byte) in padded.iter_mut().zip(self.0.bytes()) {
            *slot = byte;
        }
        padded
    }

    /// From sixteen bytes filled up with zeros.
    pub(crate) fn from_padded(padded: [u8; MAX_REGION]) -> Result<Self, Error> {
        let text = core::str::from_utf8(&padded).map_err(|_| Error::Region)?;
        text.trim_end_matches('\0').parse()
    }
}

impl FromStr for RegionId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.is_empty() || text.len() > MAX_REGION || !text.bytes().all(allowed) {
            return Err(Error::Region);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for RegionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for RegionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RegionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl<C> minicbor::Encode<C> for RegionId {
    fn encode<W: minicbor::encode::Write>(
        &self,
        encoder: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        encoder.str(&self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for RegionId {
    fn decode(decoder: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        decoder.str()?.parse().map_err(|_| minicbor::decode::Error::message("not a region"))
    }
}
