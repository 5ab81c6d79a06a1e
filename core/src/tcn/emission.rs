//! What is shown to those who only hear: a TCN, and beside it when it was sent and how loud.
//!
//! ```text
//! emission 24 = TCN 16 ‖ siv 4 ‖ ciphertext 4
//! metadata 4  = second u16 | TX power i8 | flags u8
//! siv         = HMAC-SHA256(metadata key, "twoken/v1/tcn/siv" ‖ metadata), its first 4 bytes
//! ciphertext  = metadata ⊕ HMAC-SHA256(metadata key, "twoken/v1/tcn/stream" ‖ siv), its first 4 bytes
//! ```
//!
//! `siv` is nonce and check at once, as in RFC 5297: there is no room for both in the 24 bytes of a legacy BLE
//! advertisement. Nobody but the sender can make another second look right, but for one guess in 2³². The key
//! travels in a report: from then on, whoever has it can make a second look right. A report may be of the running interval, so that it
//! reaches who is there now; then that is possible for as long as the interval is still accepted.

use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Error, MetadataKey, Tcn};
use crate::codec::Reader;
use crate::labels;
use crate::mac;
use crate::units::INTERVAL_SECONDS;

/// Bytes of an emission: the room of a legacy BLE advertisement.
pub const EMISSION_LENGTH: usize = 24;
const SIV_LENGTH: usize = 4;
const METADATA_LENGTH: usize = 4;
/// An emission says its second in steps of so many: a code that stays still for a while is read more easily.
pub(super) const SECONDS_STEP: u64 = 10;
/// Bytes of sealed metadata.
const SEALED_LENGTH: usize = SIV_LENGTH + METADATA_LENGTH;

/// How loud a radio sent, in dBm; −128 says that it was no radio but a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TxPower(pub i8);

impl TxPower {
    /// Of a QR code.
    pub const SCREEN: Self = Self(i8::MIN);
}

/// When in its interval an emission was sent, and how loud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Seconds since the interval began: 0 to 599.
    pub second: u16,
    /// How loud.
    pub tx_power: TxPower,
}

impl Metadata {
    /// Seals it under the interval's key. The same metadata gives the same bytes.
    #[must_use]
    pub fn seal(&self, key: &MetadataKey) -> SealedMetadata {
        let [high, low] = self.second.to_be_bytes();
        let [tx_power] = self.tx_power.0.to_be_bytes();
        // The last byte is for flags, of which there are none yet.
        let text = [high, low, tx_power, 0];
        let siv = siv(key, text);
        SealedMetadata { siv, ciphertext: crypt(key, siv, text) }
    }
}

fn siv(key: &MetadataKey, text: [u8; METADATA_LENGTH]) -> [u8; SIV_LENGTH] {
    first(mac::tag(key.as_bytes(), &[labels::TCN_SIV, &text]))
}

/// Adds or removes the key stream.
fn crypt(key: &MetadataKey, siv: [u8; SIV_LENGTH], text: [u8; METADATA_LENGTH]) -> [u8; METADATA_LENGTH] {
    let stream = Zeroizing::new(first(mac::tag(key.as_bytes(), &[labels::TCN_STREAM, &siv])));
    (u32::from_be_bytes(text) ^ u32::from_be_bytes(*stream)).to_be_bytes()
}

const fn first([a, b, c, d, ..]: [u8; 32]) -> [u8; 4] {
    [a, b, c, d]
}

/// `siv 4 ‖ ciphertext 4`: eight random bytes to whoever lacks the key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SealedMetadata {
    siv: [u8; SIV_LENGTH],
    ciphertext: [u8; METADATA_LENGTH],
}

impl SealedMetadata {
    /// From its eight bytes; whether they mean anything only the key tells.
    #[must_use]
    pub const fn new([a, b, c, d, e, f, g, h]: [u8; SEALED_LENGTH]) -> Self {
        Self { siv: [a, b, c, d], ciphertext: [e, f, g, h] }
    }

    /// Its eight bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; SEALED_LENGTH] {
        let ([a, b, c, d], [e, f, g, h]) = (self.siv, self.ciphertext);
        [a, b, c, d, e, f, g, h]
    }

    /// Opens it.
    ///
    /// # Errors
    /// [`Error::Sealed`] when a bit was changed, or under another key; [`Error::Field`] for a sender who sealed a
    /// second outside the interval, or flags that this version does not know.
    pub fn open(self, key: &MetadataKey) -> Result<Metadata, Error> {
        let text = crypt(key, self.siv, self.ciphertext);
        if !bool::from(siv(key, text).ct_eq(&self.siv)) {
            return Err(Error::Sealed);
        }
        let [high, low, tx_power, flags] = text;
        let second = u16::from_be_bytes([high, low]);
        if u64::from(second) >= INTERVAL_SECONDS || flags != 0 {
            return Err(Error::Field);
        }
        Ok(Metadata { second, tx_power: TxPower(i8::from_be_bytes([tx_power])) })
    }
}

/// Its name only: with its time it would say when two people were near each other.
impl fmt::Debug for SealedMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedMetadata")
    }
}

impl<C> minicbor::Encode<C> for SealedMetadata {
    fn encode<W: minicbor::encode::Write>(
        &self,
        encoder: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        encoder.bytes(&self.to_bytes())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for SealedMetadata {
    fn decode(decoder: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let bytes = decoder.bytes()?.try_into();
        bytes.map(Self::new).map_err(|_| minicbor::decode::Error::message("not eight bytes of metadata"))
    }
}

/// What a phone shows for one-way sensing, 24 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emission {
    /// Recognised when it is reported.
    pub tcn: Tcn,
    /// Opened by a report.
    pub metadata: SealedMetadata,
}

impl Emission {
    /// From 24 bytes, each of which may have any value.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; EMISSION_LENGTH]) -> Self {
        let (tcn, metadata) = (bytes.first_chunk::<16>(), bytes.last_chunk::<SEALED_LENGTH>());
        Self {
            tcn: Tcn::new(tcn.copied().unwrap_or_default()),
            metadata: SealedMetadata::new(metadata.copied().unwrap_or_default()),
        }
    }

    /// From a reader's next 24 bytes.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, crate::codec::Error> {
        let bytes: [u8; EMISSION_LENGTH] = reader.array()?;
        Ok(Self::from_bytes(&bytes))
    }

    /// `TCN ‖ siv ‖ ciphertext`.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; EMISSION_LENGTH] {
        let mut bytes = [0; EMISSION_LENGTH];
        let (tcn, metadata) = bytes.split_at_mut(16);
        tcn.copy_from_slice(self.tcn.as_bytes());
        metadata.copy_from_slice(&self.metadata.to_bytes());
        bytes
    }
}
