//! The signed, timed list of one region's batches of one day, chained to the day before.

use alloc::vec::Vec;

use sha2::{Digest as _, Sha256};

use super::header::{check_version, verified};
use super::{Error, SignedHeader};
use crate::codec::{self, public_bytes};
use crate::labels;
use crate::units::{Day, Timestamp};
use crate::wire::{RegionId, SigningKey, VerifyingKey};

/// How old the current day's index may be, and how far in the future any may be signed, in seconds.
pub const INDEX_FRESH_SECONDS: u64 = 2 * 60 * 60;
const VERSION: u8 = 1;

public_bytes! {
    /// `SHA-256(label ‖ previous head ‖ signed header)`: stands for everything published before it.
    Head(32)
}

impl Head {
    /// Where every region's chain begins.
    pub const GENESIS: Self = Self::new([0; 32]);

    /// The head after one more batch.
    #[must_use]
    pub fn then(&self, header: &SignedHeader) -> Self {
        let hash = Sha256::new().chain_update(labels::HEAD).chain_update(self.as_bytes());
        Self::new(hash.chain_update(header.to_bytes()).finalize().into())
    }
}

#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Body {
    #[n(0)]
    version: u8,
    #[n(1)]
    region: RegionId,
    #[n(2)]
    day: Day,
    #[n(3)]
    previous: Head,
    #[n(4)]
    headers: Vec<minicbor::bytes::ByteVec>,
    #[n(5)]
    signed_at: Timestamp,
}

/// An index whose signature, time and headers were verified.
#[derive(Clone, Debug)]
pub struct Index {
    previous: Head,
    headers: Vec<SignedHeader>,
    signed_at: Timestamp,
}

impl Index {
    /// `signature 64 ‖ deterministic CBOR`: the server's side. Headers in the order in which they were sealed.
    #[must_use]
    pub fn sign(
        region: &RegionId,
        day: Day,
        previous: Head,
        headers: &[Vec<u8>],
        signed_at: Timestamp,
        key: &SigningKey,
    ) -> Vec<u8> {
        let headers = headers.iter().cloned().map(Into::into).collect();
        let body = codec::to_cbor(&Body {
            version: VERSION,
            region: region.clone(),
            day,
            previous,
            headers,
            signed_at,
        });
        [key.sign(labels::INDEX, &body).as_slice(), &body].concat()
    }

    /// The one strict decoder: the index must be of this region and day, signed under the pinned key, today's at
    /// most two hours ago and an earlier day's after that day ended; so must every header in it.
    ///
    /// # Errors
    /// [`Error::Signature`], [`Error::Codec`], [`Error::Version`], [`Error::Region`], [`Error::Day`],
    /// [`Error::Stale`], [`Error::Future`], [`Error::Header`].
    pub fn decode_verified(
        bytes: &[u8],
        key: &VerifyingKey,
        region: &RegionId,
        day: Day,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let body = verified(bytes, labels::INDEX, key)?;
        check_version(body, VERSION)?;
        let body: Body = codec::from_canonical_cbor(body)?;
        if body.region != *region {
            return Err(Error::Region);
        }
        if body.day != day {
            return Err(Error::Day(day));
        }
        if body.signed_at > now.plus(INDEX_FRESH_SECONDS) {
            return Err(Error::Future);
        }
        // An earlier day is complete only if it was signed after its end.
        let old = if day < now.day() {
            body.signed_at.day() <= day
        } else {
            now.since(body.signed_at) > INDEX_FRESH_SECONDS
        };
        if old {
            return Err(Error::Stale);
        }
        let headers = body
            .headers
            .iter()
            .map(|bytes| SignedHeader::decode_verified(bytes, key))
            .collect::<Result<Vec<_>, _>>()?;
        if headers.iter().any(|header| header.header().region != *region) {
            return Err(Error::Region);
        }
        if headers.iter().any(|header| header.header().sealed_at.day() != day) {
            return Err(Error::Day(day));
        }
        if !headers.is_sorted_by_key(|header| header.header().sealed_at) {
            return Err(Error::Order);
        }
        Ok(Self { previous: body.previous, headers, signed_at: body.signed_at })
    }

    /// When the server signed it: what was published later is not in it.
    #[must_use]
    pub fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    /// The batches after `known`, the last head this client has seen; all of them at first contact.
    ///
    /// # Errors
    /// [`Error::Chain`] when `known` is no longer part of the chain.
    pub fn after(&self, known: Option<&Head>) -> Result<&[SignedHeader], Error> {
        let Some(known) = known else { return Ok(&self.headers) };
        let position = self.heads().position(|head| head == *known).ok_or(Error::Chain)?;
        self.headers.get(position..).ok_or(Error::Chain)
    }

    /// The head before its first batch: what the day before ended with.
    #[must_use]
    pub const fn previous_head(&self) -> Head {
        self.previous
    }

    /// The head after all of its batches: what the next day continues from.
    #[must_use]
    pub fn last_head(&self) -> Head {
        self.heads().last().unwrap_or(self.previous)
    }

    /// The head before the first batch and after each.
    fn heads(&self) -> impl Iterator<Item = Head> {
        let later = self.headers.iter().scan(self.previous, |head, header| {
            *head = head.then(header);
            Some(*head)
        });
        core::iter::once(self.previous).chain(later)
    }
}
