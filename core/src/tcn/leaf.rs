//! What a tree's leaf gives: a TCN to show for ten minutes, and the key of the metadata beside it.
//!
//! ```text
//! TCN 16 ‖ metadata key 16 = SHA-256("twoken/v1/tcn/leaf" ‖ day u16 ‖ depth u8 ‖ index u8 ‖ leaf 16)
//! secret                   = SHA-256("twoken/v1/tcn/secret" ‖ TCN 16 ‖ interval u32)
//! ```

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::labels;
use crate::tag::Secret;
use crate::units::Interval;

/// A Temporary Contact Number: 16 bytes that a phone shows for one interval. Who was there knows it, and can
/// recognise a report by it, so it is treated as a secret.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Tcn([u8; 16]);

impl Tcn {
    /// From its 16 bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The secret that everybody who heard it in this interval shares.
    #[must_use]
    pub fn secret(&self, interval: Interval) -> Secret {
        let parts = [labels::TCN_SECRET, &self.0, &interval.get().to_be_bytes()];
        let digest = parts.into_iter().fold(Sha256::new(), |digest, part| digest.chain_update(part));
        Secret::new(digest.finalize().into())
    }
}

/// The key that seals the metadata of one interval's emissions, 16 bytes. It travels in the status of a report.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MetadataKey([u8; 16]);

impl MetadataKey {
    /// From its 16 bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// One interval's TCN and metadata key.
#[derive(Clone)]
pub struct Leaf {
    /// Which interval.
    pub interval: Interval,
    /// What is shown.
    pub tcn: Tcn,
    /// What opens the metadata shown beside it.
    pub metadata_key: MetadataKey,
}

impl Leaf {
    pub(super) fn new(interval: Interval, both: &[u8; 32]) -> Self {
        let (mut tcn, mut metadata_key) = (Tcn([0; 16]), MetadataKey([0; 16]));
        let (first, second) = both.split_at(16);
        tcn.0.copy_from_slice(first);
        metadata_key.0.copy_from_slice(second);
        Self { interval, tcn, metadata_key }
    }

    /// The secret that its hearers share.
    #[must_use]
    pub fn secret(&self) -> Secret {
        self.tcn.secret(self.interval)
    }
}

crate::codec::name_only!(Tcn, MetadataKey, Leaf);
