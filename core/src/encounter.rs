//! Two beacons become one secret per direction: the encounter token.
//!
//! ```text
//! shared   = X25519(my key, their key)                          refused when all zero (RFC 7748 §6.1)
//! lo, hi   = the two strings interval u32 ‖ X25519 key ‖ claim key, in lexicographic order
//! prk      = HKDF-Extract(salt = "twoken/v1/encounter", shared)  (RFC 5869, SHA-256)
//! secret   = HKDF-Expand(prk, label ‖ direction u8 ‖ lo ‖ hi, 32)
//! acknowledgement = HKDF-Expand(prk, label ‖ direction u8 ‖ lo ‖ hi, 8)
//! direction = 0 when `lo` reports or acknowledges to `hi`, else 1
//! ```
//!
//! Each direction has its own secret, so who uploads never matches their own entries, and an acknowledgement cannot
//! be reflected. Only the two who hold a private key of the pair can compute any of it: an eavesdropper with both
//! beacons learns nothing, and neither side learns who the other is. Source: TraceCORONA, "Encounter Tokens".
//!
//! A [`KeyRing`] holds the private keys of the intervals within grace, and what was heard with them. It is all of the
//! state that must be erased: after the grace no private key, secret or `w` exists any more, only tags and claims.

mod agreement;
mod keys;
mod ring;

use alloc::vec::Vec;

use zeroize::{Zeroize, ZeroizeOnDrop};

pub use ring::{ACKNOWLEDGE_SECONDS, KeyRing};

use crate::beacon::TimeError;
use crate::codec::{self, public_bytes};
use crate::status::StatusKey;
use crate::tag::{self, Claim, Element, Tag};
use crate::tcn::Sighting;
use crate::units::Timestamp;

/// Why hearing a beacon made no encounter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Well-formed, but not for now.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// My own beacon, seen in a mirror or on my own screen.
    #[error("this is your own code")]
    Own,
    /// Their X25519 key makes an all-zero shared secret (RFC 7748 §6.1).
    #[error("the code's key is not valid")]
    LowOrder,
    /// I have no key for its interval; the ring was not advanced.
    #[error("there is no key of one's own for this interval")]
    NoKey,
    /// Key agreement ended in an identity or zero, which takes a broken key.
    #[error(transparent)]
    Tag(#[from] tag::Error),
    /// Stored bytes that are no key ring.
    #[error("stored keys cannot be read: {0}")]
    Decode(#[from] codec::Error),
}

public_bytes! {
    /// A private, random name for one encounter on this phone; it never leaves it.
    EncounterId(16)
}

/// How a beacon was heard. Private to the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum How {
    /// Through this app's own camera: face to face.
    #[n(0)]
    Camera,
    /// From a picture of a code.
    #[n(1)]
    Picture,
    /// Typed or pasted.
    #[n(2)]
    Typed,
    /// Opened as a link from another app, and confirmed.
    #[n(3)]
    Link,
    /// Read from a device that the person chose in the browser's list, by Bluetooth.
    #[n(4)]
    Bluetooth,
}

/// What one pair of keys leaves behind: what I would report to them, and what I would recognise from them.
#[derive(Clone, Debug, Zeroize, ZeroizeOnDrop, minicbor::Encode, minicbor::Decode)]
pub struct Pairing {
    #[n(0)]
    pub(crate) report: Report,
    #[n(1)]
    pub(crate) receive: Receive,
}

impl Pairing {
    /// The tag I would upload for them.
    #[must_use]
    pub const fn reported_tag(&self) -> &Tag {
        &self.report.tag
    }

    /// The element I would upload for them in private mode.
    #[must_use]
    pub const fn reported_element(&self) -> &Element {
        &self.report.element
    }

    /// The tag they would upload for me.
    #[must_use]
    pub const fn received_tag(&self) -> &Tag {
        &self.receive.tag
    }
}

/// My direction: the tag only they can claim. I do not know its logarithm.
#[derive(Clone, Debug, Zeroize, ZeroizeOnDrop, minicbor::Encode, minicbor::Decode)]
pub(crate) struct Report {
    #[n(0)]
    #[zeroize(skip)]
    pub(crate) tag: Tag,
    #[n(1)]
    pub(crate) element: Element,
    #[n(2)]
    pub(crate) status_key: StatusKey,
}

/// Their direction: the tag only I can claim, and the claim.
#[derive(Clone, Debug, Zeroize, ZeroizeOnDrop, minicbor::Encode, minicbor::Decode)]
pub(crate) struct Receive {
    #[n(0)]
    #[zeroize(skip)]
    pub(crate) tag: Tag,
    #[n(1)]
    pub(crate) claim: Claim,
    #[n(2)]
    pub(crate) element: Element,
    #[n(3)]
    pub(crate) status_key: StatusKey,
}

/// The outcome of hearing a beacon, for the diary to record. Hearing the same beacon again gives the same id.
#[derive(Clone, Debug)]
pub struct EncounterDraft {
    /// Its name in the diary.
    pub id: EncounterId,
    /// When it was heard.
    pub heard_at: Timestamp,
    /// How it was heard.
    pub how: How,
    /// Whether an acknowledgement of theirs was verified: they have heard me too.
    pub both: bool,
    /// One for each key of mine within grace: one in the middle of an interval, two near a boundary.
    pub pairings: Vec<Pairing>,
    /// Of the emission, where they let others hear them one-way.
    pub sighting: Option<Sighting>,
}
