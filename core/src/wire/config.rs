//! What a server says about itself, signed byte for byte.
//!
//! The body of `GET /v1/config` is JSON for people; its signature stands in the `twoken-signature` header (base64url
//! of Ed25519, RFC 8032, over `label ‖ body`). A client pins signing key and permit key at first contact and refuses
//! another. Every batch header names the SHA-256 of the body under which it was sealed, and a client takes only
//! batches whose configuration it has, or which its configuration lists as earlier: people who compare what they
//! were given can see that a server told them different things.

use alloc::string::String;
use alloc::vec::Vec;

use ed25519_dalek::{Signature, Signer};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{Error, RegionId};
use crate::codec::{self, public_bytes};
use crate::labels;
use crate::permit::PermitPublicKey;
use crate::status::Mode;

const VERSION: u32 = 1;
/// A configuration is a few kilobytes; more than this is not read.
const MAX_BODY: usize = 256 * 1024;

public_bytes! {
    /// A SHA-256 digest, 32 bytes.
    Digest(32)
}

impl Digest {
    /// SHA-256 of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::new(Sha256::digest(bytes).into())
    }
}

/// Body of `GET /v1/config`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// 1.
    pub version: u32,
    /// Who runs the server, as shown to people.
    pub name: String,
    /// What it publishes.
    pub mode: Mode,
    /// How strict it is.
    pub profile: Profile,
    /// Signs configuration, headers and indexes.
    pub signing_key: VerifyingKey,
    /// Base64url of the permit key's public half.
    pub permit_key: String,
    /// All regions; the one without parent is the root.
    pub regions: Vec<Region>,
    /// Allowed sizes of an upload.
    pub size_classes: SizeClasses,
    /// How long batches are kept, in days.
    pub retention_days: u16,
    /// How often pools are sealed, in seconds.
    pub seal_every_seconds: u32,
    /// Below so many uploads a pool waits.
    pub min_uploads: u32,
    /// How long it waits before the wider region takes it, in hours.
    pub max_wait_hours: u32,
    /// Whether, and after how many hours, a pool at the root is sealed although it is below the minimum.
    pub seal_anyway_after_hours: Option<u32>,
    /// The random pause between redeeming and uploading.
    pub upload_delay_seconds: DelaySeconds,
    /// How often an open app checks, in seconds.
    pub check_every_seconds: u32,
    /// What to do after an exposure, in the authority's words.
    pub advice: Option<Advice>,
    /// Digests of earlier configurations that batches still kept may name.
    #[serde(default)]
    pub previous_digests: Vec<Digest>,
}

/// Whether the server runs for real.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// For trying out: seals every minute, from one upload on.
    Demo,
    /// The default.
    Strict,
}

/// One region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Its id.
    pub id: RegionId,
    /// As shown to people.
    pub name: String,
    /// The wider region; none for the root.
    pub parent: Option<RegionId>,
}

/// Allowed sizes of an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeClasses {
    /// Of entries.
    pub entries: Vec<usize>,
}

/// A uniform random pause, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelaySeconds {
    /// At least.
    pub min: u32,
    /// At most.
    pub max: u32,
}

/// An authority's advice after an exposure: steps in each language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// Who gives it.
    pub source: String,
    /// Its date, `YYYY-MM-DD`.
    pub date: String,
    /// English steps.
    pub en: Vec<String>,
    /// German steps.
    pub de: Vec<String>,
}

impl Config {
    /// The signed body and the value of its signature header.
    ///
    /// # Errors
    /// [`Error::Json`].
    pub fn sign(&self, key: &SigningKey) -> Result<(Vec<u8>, String), Error> {
        let body = serde_json::to_vec_pretty(self).map_err(|_| Error::Json)?;
        let signature = codec::to_base64url(&key.sign(labels::CONFIG, &body));
        Ok((body, signature))
    }

    /// The permit key.
    ///
    /// # Errors
    /// [`Error::Codec`], [`Error::Json`] for bytes that are no element.
    pub fn permit_key(&self) -> Result<PermitPublicKey, Error> {
        PermitPublicKey::from_bytes(codec::array_from_base64url(&self.permit_key)?).map_err(|_| Error::Json)
    }

    /// The region without parent.
    #[must_use]
    pub fn root(&self) -> Option<&Region> {
        self.regions.iter().find(|region| region.parent.is_none())
    }

    /// One region.
    #[must_use]
    pub fn region(&self, id: &RegionId) -> Option<&Region> {
        self.regions.iter().find(|region| region.id == *id)
    }
}

/// What a client holds on to from its first contact with a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedServer {
    /// Verifies everything the server signs.
    pub signing_key: VerifyingKey,
    /// Verifies permits (base64url).
    pub permit_key: String,
}

/// A configuration whose signature was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedConfig {
    config: Config,
    digest: Digest,
}

impl SignedConfig {
    /// Verifies a body and its signature header: under the pinned keys, or, at first contact, under its own.
    ///
    /// # Errors
    /// [`Error::Json`], [`Error::Version`], [`Error::Signature`], [`Error::KeyChanged`], [`Error::Codec`].
    pub fn verify(body: &[u8], signature: &str, pinned: Option<&PinnedServer>) -> Result<Self, Error> {
        if body.len() > MAX_BODY {
            return Err(Error::Codec(codec::Error::Length { expected: MAX_BODY, got: body.len() }));
        }
        let signature = codec::array_from_base64url(signature.trim())?;
        let config: Config = serde_json::from_slice(body).map_err(|_| Error::Json)?;
        if config.version != VERSION {
            return Err(Error::Version(config.version));
        }
        config.permit_key()?;
        if pinned.is_some_and(|pinned| {
            pinned.signing_key != config.signing_key || pinned.permit_key != config.permit_key
        }) {
            return Err(Error::KeyChanged);
        }
        config.signing_key.verify(labels::CONFIG, body, &signature)?;
        Ok(Self { config, digest: Digest::of(body) })
    }

    /// What it says.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// SHA-256 of its body.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Whether a batch sealed under `digest` was sealed under this configuration or one that it names as earlier.
    #[must_use]
    pub fn accepts_digest(&self, digest: &Digest) -> bool {
        self.digest == *digest || self.config.previous_digests.contains(digest)
    }

    /// What to hold on to.
    #[must_use]
    pub fn pin(&self) -> PinnedServer {
        PinnedServer { signing_key: self.config.signing_key, permit_key: self.config.permit_key.clone() }
    }
}

/// The server's Ed25519 key.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// A fresh one.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut_slice());
        Self::from_bytes(&seed)
    }

    /// From its 32-byte seed.
    #[must_use]
    pub fn from_bytes(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Its 32-byte seed.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key().to_bytes())
    }

    pub(crate) fn sign(&self, label: &[u8], message: &[u8]) -> [u8; 64] {
        self.0.sign(&[label, message].concat()).to_bytes()
    }
}

impl core::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SigningKey")
    }
}

/// The public half of a server's signing key, 32 bytes; base64url in JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VerifyingKey([u8; 32]);

impl VerifyingKey {
    /// From its 32 bytes; that they are a key is checked when a signature is.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// RFC 8032 with the strict checks that refuse small-order keys and non-canonical signatures.
    ///
    /// # Errors
    /// [`Error::Signature`].
    pub(crate) fn verify(&self, label: &[u8], message: &[u8], signature: &[u8; 64]) -> Result<(), Error> {
        ed25519_dalek::VerifyingKey::from_bytes(&self.0)
            .and_then(|key| key.verify_strict(&[label, message].concat(), &Signature::from_bytes(signature)))
            .map_err(|_| Error::Signature)
    }
}

impl core::fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&codec::to_base64url(&self.0))
    }
}

impl core::fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "VerifyingKey({self})")
    }
}

impl Serialize for VerifyingKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for VerifyingKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        codec::array_from_base64url(&text).map(Self).map_err(serde::de::Error::custom)
    }
}
