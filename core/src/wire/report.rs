//! What a person tells a study of one contact: as little as an epidemiologist can use, and the hash of a key with which
//! it can be taken back.
//!
//! ```text
//! deterministic CBOR { 0: 1, 1: withdrawal hash 32, 2: [day, duration, closeness, scheme] }     open mode
//!                    { 0: 1, 1: withdrawal hash 32, 3: [batch day, category, scheme] }          private mode
//! withdrawal hash  = SHA-256("twoken/v1/study/withdrawal" ‖ key 32)
//! ```
//!
//! It travels as the body of a [`Proven`](super::Proven), one request a contact. Two reports of one person have nothing
//! in common: each has a key of its own, and the proof of each is of another claim. To withdraw is to show the key, which
//! says who made the report no more than the report did.

use alloc::string::String;
use alloc::vec::Vec;

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Error, Study};
use crate::batch::Header;
use crate::codec::{self, public_bytes};
use crate::diary::Encounter;
use crate::labels;
use crate::risk::{self, Closeness, Distance, Level};
use crate::status::{Mode, Scheme};
use crate::units::{Day, Minutes, RETENTION_DAYS, Timestamp};

/// The longest report in bytes.
pub const MAX_REPORT_BYTES: usize = 64;
const VERSION: u8 = 1;

/// How long a contact was, as far as a study learns it. One byte, 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum DurationClass {
    /// Below 5 minutes: what no level but low begins with (Corona-Warn-App's threshold of February 2021).
    #[n(1)]
    Under5 = 1,
    /// 5 to 14 minutes.
    #[n(2)]
    From5 = 2,
    /// 15 to 29 minutes: from the Robert Koch Institute's 15 on.
    #[n(3)]
    From15 = 3,
    /// 30 to 59 minutes.
    #[n(4)]
    From30 = 4,
    /// An hour or longer.
    #[n(5)]
    From60 = 5,
}

impl DurationClass {
    /// All of them, ascending.
    pub const ALL: [Self; 5] = [Self::Under5, Self::From5, Self::From15, Self::From30, Self::From60];

    /// The class of a duration.
    #[must_use]
    pub const fn of(minutes: Minutes) -> Self {
        match minutes.get() {
            0..5 => Self::Under5,
            5..15 => Self::From5,
            15..30 => Self::From15,
            30..60 => Self::From30,
            60.. => Self::From60,
        }
    }
}

/// What is told of one contact.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Contact {
    /// In open mode.
    Open {
        /// The UTC day on which it began.
        day: Day,
        /// How long it was.
        duration: DurationClass,
        /// How close it was.
        closeness: Distance,
        /// How the two sensed each other.
        scheme: Scheme,
    },
    /// In private mode.
    Private {
        /// The UTC day on which its batch was sealed.
        batch_day: Day,
        /// In which category it was counted.
        category: Level,
        /// How the two sensed each other.
        scheme: Scheme,
    },
}

impl Contact {
    /// Of a diary row that was found in an open batch of this scheme.
    #[must_use]
    pub fn of(row: &Encounter, scheme: Scheme, config: &risk::Config) -> Self {
        Self::Open {
            day: row.day(),
            duration: DurationClass::of(row.duration()),
            closeness: Closeness::of(row).distance(config),
            scheme,
        }
    }

    /// Which mode it is told in.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        match self {
            Self::Open { .. } => Mode::Open,
            Self::Private { .. } => Mode::Private,
        }
    }

    /// How the two sensed each other.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        match self {
            Self::Open { scheme, .. } | Self::Private { scheme, .. } => *scheme,
        }
    }
}

#[derive(minicbor::Encode, minicbor::Decode)]
struct Open {
    #[n(0)]
    day: Day,
    #[n(1)]
    duration: DurationClass,
    #[n(2)]
    closeness: Distance,
    #[n(3)]
    scheme: Scheme,
}

#[derive(minicbor::Encode, minicbor::Decode)]
struct Private {
    #[n(0)]
    batch_day: Day,
    #[n(1)]
    category: Level,
    #[n(2)]
    scheme: Scheme,
}

#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Body {
    #[n(0)]
    version: u8,
    #[n(1)]
    withdrawal: WithdrawalHash,
    #[n(2)]
    open: Option<Open>,
    #[n(3)]
    private: Option<Private>,
}

/// One contact for one study.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// Who shows its preimage takes the report back.
    pub withdrawal: WithdrawalHash,
    /// What is told.
    pub contact: Contact,
}

impl Report {
    /// Deterministic CBOR: of one length for all reports of a mode.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (open, private) = match self.contact {
            Contact::Open { day, duration, closeness, scheme } => {
                (Some(Open { day, duration, closeness, scheme }), None)
            }
            Contact::Private { batch_day, category, scheme } => {
                (None, Some(Private { batch_day, category, scheme }))
            }
        };
        codec::to_cbor(&Body { version: VERSION, withdrawal: self.withdrawal, open, private })
    }

    /// The one strict decoder.
    ///
    /// # Errors
    /// [`Error::Codec`], [`Error::Version`]; [`Error::Contact`] for a report of no contact, or of one in both modes.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_REPORT_BYTES {
            return Err(codec::Error::Length { expected: MAX_REPORT_BYTES, got: bytes.len() }.into());
        }
        if let Some(version) = codec::stated_version(bytes)
            && version != u32::from(VERSION)
        {
            return Err(Error::Version(version));
        }
        let Body { withdrawal, open, private, .. } = codec::from_canonical_cbor(bytes)?;
        let contact = match (open, private) {
            (Some(Open { day, duration, closeness, scheme }), None) => {
                Contact::Open { day, duration, closeness, scheme }
            }
            (None, Some(Private { batch_day, category, scheme })) => {
                Contact::Private { batch_day, category, scheme }
            }
            (None, None) | (Some(_), Some(_)) => return Err(Error::Contact),
        };
        Ok(Self { withdrawal, contact })
    }

    /// That it is what this study takes, and can be true of a contact in that batch: of the mode of both, of the batch's
    /// scheme; in open mode of a day that a diary can hold now (14 days back, one more for another clock at either end),
    /// in private mode of the batch's day.
    ///
    /// # Errors
    /// [`Error::Contact`].
    pub fn check(&self, study: &Study, header: &Header, now: Timestamp) -> Result<(), Error> {
        let mode = self.contact.mode();
        let day_fits = match self.contact {
            Contact::Open { day, .. } => {
                day >= now.day().minus(RETENTION_DAYS + 1) && day <= now.day().next()
            }
            Contact::Private { batch_day, .. } => batch_day == header.sealed_at.day(),
        };
        let fits =
            mode == study.mode && mode == header.mode && self.contact.scheme() == header.scheme && day_fits;
        if fits { Ok(()) } else { Err(Error::Contact) }
    }
}

public_bytes! {
    /// `SHA-256(label ‖ withdrawal key)`, 32 bytes: what a server keeps beside a report.
    WithdrawalHash(32)
}

/// 32 random bytes, made for one report and kept on the device: who has them can take that report back.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct WithdrawalKey(#[cbor(n(0), with = "minicbor::bytes")] [u8; 32]);

impl WithdrawalKey {
    /// A fresh one.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut key = Self([0; 32]);
        rng.fill_bytes(&mut key.0);
        key
    }

    /// From its 32 bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What the report carries.
    #[must_use]
    pub fn hash(&self) -> WithdrawalHash {
        let hash = Sha256::new().chain_update(labels::WITHDRAWAL).chain_update(self.0);
        WithdrawalHash::new(hash.finalize().into())
    }
}

impl Serialize for WithdrawalKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&codec::to_base64url(&self.0))
    }
}

impl<'de> Deserialize<'de> for WithdrawalKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = zeroize::Zeroizing::new(String::deserialize(deserializer)?);
        codec::array_from_base64url(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

/// `POST /v1/studies/{id}/withdrawals`: takes one report back, before it is exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// Base64url of 32 bytes.
    pub key: WithdrawalKey,
}

crate::codec::name_only!(Contact, Report, WithdrawalKey);
