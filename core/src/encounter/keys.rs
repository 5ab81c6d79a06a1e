//! The private keys behind one beacon.

use rand_core::CryptoRng;
use x25519_dalek::{PublicKey, SharedSecret, StaticSecret, X25519_BASEPOINT_BYTES};

use super::Error;
use crate::beacon::{ACKNOWLEDGEMENT_LENGTH, Beacon};
use crate::tag::{ClaimKey, ClaimSecret};
use crate::units::Interval;

/// My keys of one interval; erased after its grace.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub(super) struct OwnKeys {
    #[n(0)]
    pub(super) interval: Interval,
    #[cbor(n(1), with = "x25519_secret")]
    secret: StaticSecret,
    #[n(2)]
    pub(super) claim_secret: ClaimSecret,
    /// Shown while there is nobody to acknowledge; drawn once, so that a still code stays still.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub(super) no_acknowledgement: [u8; ACKNOWLEDGEMENT_LENGTH],
    /// Public halves, computed once.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub(super) public: [u8; 32],
    #[cbor(n(5), with = "claim_key")]
    pub(super) claim_key: ClaimKey,
}

impl OwnKeys {
    /// Fresh ones.
    pub(super) fn generate(interval: Interval, rng: &mut impl CryptoRng) -> Self {
        let secret = StaticSecret::random_from_rng(rng);
        let claim_secret = ClaimSecret::generate(rng);
        let mut no_acknowledgement = [0; ACKNOWLEDGEMENT_LENGTH];
        rng.fill_bytes(&mut no_acknowledgement);
        let public = public_of(&secret).to_bytes();
        let claim_key = claim_secret.public();
        Self { interval, secret, claim_secret, no_acknowledgement, public, claim_key }
    }

    /// What is shown of them.
    pub(super) const fn beacon(&self) -> Beacon {
        Beacon { interval: self.interval, public: self.public, claim_key: self.claim_key, emission: None }
    }

    /// The raw X25519 shared secret with a heard key.
    ///
    /// # Errors
    /// [`Error::LowOrder`] for a key that makes it all zero.
    pub(super) fn exchange(&self, theirs: &Beacon) -> Result<SharedSecret, Error> {
        let shared = self.secret.diffie_hellman(&PublicKey::from(theirs.public));
        if shared.was_contributory() { Ok(shared) } else { Err(Error::LowOrder) }
    }
}

/// The public half: with the feature `tables` from dalek's multiples of the generator, without it by RFC 7748's ladder over
/// the base point, as any exchange (see [`group`](crate::group)).
fn public_of(secret: &StaticSecret) -> PublicKey {
    if cfg!(feature = "tables") {
        PublicKey::from(secret)
    } else {
        PublicKey::from(secret.diffie_hellman(&PublicKey::from(X25519_BASEPOINT_BYTES)).to_bytes())
    }
}

mod x25519_secret {
    use minicbor::{Decoder, Encoder};
    use x25519_dalek::StaticSecret;

    pub(super) fn encode<C, W: minicbor::encode::Write>(
        secret: &StaticSecret,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(secret.as_bytes())?.ok()
    }

    pub(super) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<StaticSecret, minicbor::decode::Error> {
        let bytes: [u8; 32] =
            d.bytes()?.try_into().map_err(|_| minicbor::decode::Error::message("not 32 bytes"))?;
        Ok(StaticSecret::from(bytes))
    }
}

mod claim_key {
    use minicbor::{Decoder, Encoder};

    use crate::tag::ClaimKey;

    pub(super) fn encode<C, W: minicbor::encode::Write>(
        key: &ClaimKey,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(key.as_bytes())?.ok()
    }

    pub(super) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<ClaimKey, minicbor::decode::Error> {
        let bytes = d.bytes()?.try_into().map_err(|_| minicbor::decode::Error::message("not 32 bytes"))?;
        ClaimKey::from_bytes(bytes).map_err(|_| minicbor::decode::Error::message("not a claim key"))
    }
}
