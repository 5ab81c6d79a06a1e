//! One X25519 exchange, turned into what is kept.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::keys::OwnKeys;
use super::{Error, Pairing, Receive, Report};
use crate::beacon::{Acknowledgement, Beacon};
use crate::labels;
use crate::tag::Secret;

/// Bytes of `interval ‖ X25519 key ‖ claim key`.
const PARTY_LENGTH: usize = 68;

/// The outcome of one X25519 exchange, while it is being turned into what is kept.
pub(super) struct Agreement {
    kdf: Hkdf<Sha256>,
    lo: [u8; PARTY_LENGTH],
    hi: [u8; PARTY_LENGTH],
    i_am_lo: bool,
}

/// Whose report or acknowledgement it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    Me,
    Them,
}

impl Agreement {
    /// Between my keys of an interval and a heard beacon.
    ///
    /// # Errors
    /// [`Error::LowOrder`].
    pub(super) fn new(own: &OwnKeys, theirs: &Beacon) -> Result<Self, Error> {
        let shared = own.exchange(theirs)?;
        let (mine, other) = (party(&own.beacon()), party(theirs));
        let i_am_lo = mine < other;
        let (lo, hi) = if i_am_lo { (mine, other) } else { (other, mine) };
        let kdf = Hkdf::<Sha256>::new(Some(labels::ENCOUNTER), shared.as_bytes());
        Ok(Self { kdf, lo, hi, i_am_lo })
    }

    fn expand<const N: usize>(&self, label: &[u8], from: From) -> Zeroizing<[u8; N]> {
        let direction = u8::from((from == From::Me) != self.i_am_lo);
        let mut out = Zeroizing::new([0; N]);
        let expanded =
            self.kdf.expand_multi_info(&[label, &[direction], &self.lo, &self.hi], out.as_mut_slice());
        debug_assert!(expanded.is_ok(), "at most 32 bytes, far below HKDF's limit");
        out
    }

    /// The secret with which `from` reports.
    fn secret(&self, from: From) -> Secret {
        Secret::new(*self.expand(labels::ENCOUNTER_SECRET, from))
    }

    /// What `from` shows to the other.
    pub(super) fn acknowledgement(&self, from: From) -> Acknowledgement {
        Acknowledgement(*self.expand(labels::ENCOUNTER_ACKNOWLEDGEMENT, from))
    }

    /// What both directions leave behind; the secrets themselves end here.
    ///
    /// # Errors
    /// [`Error::Tag`].
    pub(super) fn pairing(&self, own: &OwnKeys, theirs: &Beacon) -> Result<Pairing, Error> {
        let mine = self.secret(From::Me);
        let heard = self.secret(From::Them);
        let claim = heard.claim(&own.claim_secret)?;
        Ok(Pairing {
            report: Report {
                tag: mine.tag(&theirs.claim_key)?,
                element: mine.element(),
                status_key: mine.status_key(),
            },
            receive: Receive {
                tag: claim.tag(),
                claim,
                element: heard.element(),
                status_key: heard.status_key(),
            },
        })
    }
}

/// `interval ‖ X25519 key ‖ claim key` of one side.
fn party(beacon: &Beacon) -> [u8; PARTY_LENGTH] {
    let mut bytes = [0; PARTY_LENGTH];
    let (interval, keys) = bytes.split_at_mut(4);
    let (public, claim) = keys.split_at_mut(32);
    interval.copy_from_slice(&beacon.interval.get().to_be_bytes());
    public.copy_from_slice(&beacon.public);
    claim.copy_from_slice(beacon.claim_key.as_bytes());
    bytes
}
