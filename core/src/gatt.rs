//! Meeting by Bluetooth: what a Twoken peripheral offers, and what its *info* says.
//!
//! ```text
//! info = 1 u8 | TX power i8                      2 bytes; TX power in dBm, −100 to 20, or −128 where it is not known
//! beacon, peer beacon = a payload                78 or 102 bytes, as a QR code carries it
//! ```
//!
//! The device that connects is the browser, a central: it reads *info*, reads *beacon*, writes its own to *peer beacon*, and
//! reads *beacon* again for the acknowledgement. Whoever connects learns what a QR code shows, and how loud the device
//! sends. Section 8.9 of `docs/protocol.md` is the order of it all, with times and errors.

use crate::codec::{self, Reader};
use crate::tcn::TxPower;
use crate::units::Attenuation;

/// The service that a peripheral advertises. All four numbers are random (UUID version 4).
pub const SERVICE: &str = "68d7036a-2931-4c60-a442-a6fcb3afeaf8";
/// Read: [`Info`].
pub const INFO: &str = "b967ced9-4646-457e-b77b-cb716d761248";
/// Read, and notify where the peripheral likes: the payload that it shows.
pub const BEACON: &str = "026f9feb-c685-4675-be82-c8f96385a734";
/// Write with response: the payload of whoever has connected.
pub const PEER_BEACON: &str = "86ffe9c3-cef6-4332-bfc0-6e142aaa648f";

/// How often each side is heard while connected, in seconds: half of what an acknowledgement is shown for.
pub const SIGHTING_SECONDS: u64 = 30;
/// Bytes of *info*.
pub const INFO_LENGTH: usize = 2;
const VERSION: u8 = 1;
/// What Bluetooth's own characteristic *Tx Power Level* (0x2A07) may say, in dBm.
const LOUDNESS: core::ops::RangeInclusive<i8> = -100..=20;

/// Why a peripheral's *info* was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Too short.
    #[error("what the device says of itself is cut off: {expected} bytes expected, {got} read")]
    Truncated {
        /// Bytes expected.
        expected: usize,
        /// Bytes read.
        got: usize,
    },
    /// Too long.
    #[error("what the device says of itself is too long: {limit} bytes at most, {got} read")]
    Oversized {
        /// Bytes at most.
        limit: usize,
        /// Bytes read.
        got: usize,
    },
    /// Of another version of the protocol.
    #[error("the device is of version {0}, this is version 1")]
    Version(u8),
    /// Louder or lower than any device sends.
    #[error("the device says that it sends with {0} dBm")]
    TxPower(i8),
}

/// What a peripheral says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// How loud it advertises, where it knows.
    pub tx_power: Option<TxPower>,
}

impl Info {
    /// Two bytes.
    #[must_use]
    pub fn encode(self) -> [u8; INFO_LENGTH] {
        let [tx_power] = self.tx_power.unwrap_or(TxPower::SCREEN).0.to_be_bytes();
        [VERSION, tx_power]
    }

    /// The one strict decoder.
    ///
    /// # Errors
    /// [`Error::Version`], before anything else is looked at; [`Error::Truncated`], [`Error::Oversized`], [`Error::TxPower`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes);
        let version = reader.u8().map_err(length)?;
        if version != VERSION {
            return Err(Error::Version(version));
        }
        let said = i8::from_be_bytes([reader.u8().map_err(length)?]);
        reader.finish().map_err(length)?;
        match said {
            i8::MIN => Ok(Self { tx_power: None }),
            said if LOUDNESS.contains(&said) => Ok(Self { tx_power: Some(TxPower(said)) }),
            said => Err(Error::TxPower(said)),
        }
    }

    /// What a signal of this device lost that came in with so many dBm; none where it does not know how loud it is.
    #[must_use]
    pub fn attenuation(self, received_dbm: i8) -> Option<Attenuation> {
        self.tx_power.map(|sent| Attenuation::between(sent.0, received_dbm))
    }
}

fn length(error: codec::Error) -> Error {
    match error {
        codec::Error::Length { expected, got } if got > expected => {
            Error::Oversized { limit: INFO_LENGTH, got }
        }
        codec::Error::Length { got, .. } => Error::Truncated { expected: INFO_LENGTH, got },
        _ => Error::Truncated { expected: INFO_LENGTH, got: 0 },
    }
}
