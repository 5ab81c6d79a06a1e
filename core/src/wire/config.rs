//! What a server says about itself, signed byte for byte.
//!
//! The body of `GET /v1/config` is JSON for people; its signature stands in the `twoken-signature` header (base64url
//! of Ed25519, RFC 8032, over `label ‖ body`). A client pins signing key and permit key at first contact and refuses
//! another. Every batch header names the SHA-256 of the body under which it was sealed, and a client takes only
//! batches whose configuration it has, or which its configuration lists as earlier: people who compare what they
//! were given can see that a server told them different things.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use ed25519_dalek::{Signature, Signer};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{Error, RegionId, SIZE_CLASSES};
use crate::codec::{self, public_bytes};
use crate::labels;
use crate::order;
use crate::permit::PermitPublicKey;
use crate::risk;
use crate::status::{Degree, Mode};
use crate::units::{RETENTION_DAYS, Timestamp};

const VERSION: u32 = 1;
/// A configuration is a few kilobytes; more than this is not read.
const MAX_BODY: usize = 256 * 1024;
/// A longer random pause would look like a report that never leaves: a day, in seconds.
const MAX_DELAY: u32 = 86_400;
/// A day: whom a server keeps from checking learns of nothing, and is told of nothing.
const MAX_CHECK: u32 = 86_400;
/// One a minute: more hides no better, and is felt by networks and batteries.
pub const MAX_DECOYS_PER_WEEK: u32 = 10_080;
/// One more than the highest degree there is: a proof counts on pages of every degree.
pub const MAX_DEPTH: u8 = 3;
/// More proofs than that on 256 tags are nobody's.
pub const MAX_PER_PAGE: u32 = 65_535;
/// How long after a client first saw a configuration a batch may still name an earlier one, in seconds: its clock may be
/// behind the server's, and a batch be in the making.
const CHANGE_SECONDS: u64 = 60 * 60;

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
    /// Decoys that each app sends in a week, in the mean; none where a server does not say.
    #[serde(default)]
    pub decoys_per_week: u32,
    /// From when on an exposure is grave; RKI's category 1 unless the authority says otherwise.
    #[serde(default)]
    pub risk: risk::Config,
    /// What a membership proof may authorise.
    #[serde(default)]
    pub proofs: Proofs,
    /// What to do after an exposure, in the authority's words.
    pub advice: Option<Advice>,
    /// Digests of earlier configurations that batches still kept may name.
    #[serde(default)]
    pub previous_digests: Vec<Digest>,
}

/// What every version's configuration has.
#[derive(Deserialize)]
struct Stated {
    version: u32,
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

/// What a membership proof may authorise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Proofs {
    /// A proof counts on pages of a degree below this one: 2 where only reports of a test let others go on, 1 where no
    /// proof counts, 3 where those of the second degree let others go on as well.
    pub depth: u8,
    /// Proofs admitted on one page in one context.
    pub per_page: u32,
}

impl Default for Proofs {
    fn default() -> Self {
        // DESIGN, "Membership proof": on pages of the first degree; twice as many as a page has tags.
        Self { depth: 2, per_page: 512 }
    }
}

impl Proofs {
    /// Whether a proof on a page of this degree counts. What it authorises is published as the second degree, which
    /// stands for all beyond the first.
    #[must_use]
    pub const fn counts_on(&self, degree: Degree) -> bool {
        (degree as u8) < self.depth
    }

    fn fits(&self) -> bool {
        (1..=MAX_DEPTH).contains(&self.depth) && (1..=MAX_PER_PAGE).contains(&self.per_page)
    }
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

    /// That every member is in its range, and that the regions are a tree.
    ///
    /// # Errors
    /// [`Error::Member`].
    pub fn check(&self) -> Result<(), Error> {
        let fits = |fits: bool, member| if fits { Ok(()) } else { Err(Error::Member(member)) };
        let classes = &self.size_classes.entries;
        let known = classes.iter().all(|class| SIZE_CLASSES.contains(class));
        fits(!classes.is_empty() && classes.is_sorted_by(|a, b| a < b) && known, "size_classes")?;
        fits((1..=RETENTION_DAYS).contains(&self.retention_days), "retention_days")?;
        fits(self.seal_every_seconds > 0, "seal_every_seconds")?;
        fits((1..=MAX_CHECK).contains(&self.check_every_seconds), "check_every_seconds")?;
        fits(self.min_uploads > 0, "min_uploads")?;
        let DelaySeconds { min, max } = self.upload_delay_seconds;
        fits(min <= max && max <= MAX_DELAY, "upload_delay_seconds")?;
        fits(self.decoys_per_week <= MAX_DECOYS_PER_WEEK, "decoys_per_week")?;
        fits(self.risk.check().is_ok(), "risk")?;
        fits(self.proofs.fits(), "proofs")?;
        fits(is_a_tree(&self.regions), "regions")
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

/// Whether ids are unique and every region leads to the one root. A region that names a parent that is not there, or is
/// its own ancestor, is not reached from the root.
fn is_a_tree(regions: &[Region]) -> bool {
    let ids = order::set(regions.iter().map(|region| &region.id));
    let mut children = BTreeMap::<_, Vec<_>>::new();
    for region in regions {
        children.entry(region.parent.as_ref()).or_default().push(&region.id);
    }
    let mut next = children.remove(&None).unwrap_or_default();
    let roots = next.len();
    let mut reached = 0;
    while let Some(id) = next.pop() {
        reached += 1;
        next.extend(children.remove(&Some(id)).unwrap_or_default());
    }
    ids.len() == regions.len() && roots == 1 && reached == regions.len()
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
    /// [`Error::Json`], [`Error::Version`], [`Error::Signature`], [`Error::KeyChanged`], [`Error::Codec`];
    /// [`Error::Member`] for one that was signed and makes no sense.
    pub fn verify(body: &[u8], signature: &str, pinned: Option<&PinnedServer>) -> Result<Self, Error> {
        let signature = codec::array_from_base64url(signature.trim())?;
        let read = Self::kept(body, pinned)?;
        read.config.signing_key.verify(labels::CONFIG, body, &signature)?;
        read.config.check()?;
        Ok(read)
    }

    /// Reads a body again that was verified when it came, and was kept since where nobody else can write. Its signature is
    /// not looked at.
    ///
    /// # Errors
    /// [`Error::Json`], [`Error::Version`], [`Error::KeyChanged`], [`Error::Codec`].
    pub fn kept(body: &[u8], pinned: Option<&PinnedServer>) -> Result<Self, Error> {
        if body.len() > MAX_BODY {
            return Err(Error::Codec(codec::Error::Length { expected: MAX_BODY, got: body.len() }));
        }
        // Another version may have other members: it is told before they are looked for.
        let Stated { version } = serde_json::from_slice(body).map_err(|_| Error::Json)?;
        if version != VERSION {
            return Err(Error::Version(version));
        }
        let config: Config = serde_json::from_slice(body).map_err(|_| Error::Json)?;
        config.permit_key()?;
        if pinned.is_some_and(|pinned| {
            pinned.signing_key != config.signing_key || pinned.permit_key != config.permit_key
        }) {
            return Err(Error::KeyChanged);
        }
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

    /// Whether a batch that was sealed then may name this configuration: the one that I have, or, for a batch from
    /// before I first saw this one (an hour is forgiven), one that it lists as earlier. What is sealed later under a
    /// configuration that I was never shown is refused, whatever the list says.
    #[must_use]
    pub fn accepts_batch(&self, digest: &Digest, sealed_at: Timestamp, first_seen: Timestamp) -> bool {
        let before = sealed_at <= first_seen.plus(CHANGE_SECONDS);
        self.digest == *digest || before && self.accepts_digest(digest)
    }

    /// Whether a batch sealed under `digest` was sealed under this configuration or one that it names as earlier, for
    /// whoever does not know since when they have this one.
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
