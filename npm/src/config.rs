//! What a server says of itself, signed; and its keys.

use twoken_core::units::Timestamp;
use twoken_core::wire::{PinnedServer, SignedConfig as CoreConfig, SigningKey as CoreKey};
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, Members, Text, Time};
use crate::batch::{digest_of, verifying_key};
use crate::encounter::rng;
use crate::out::{self, Out};
use crate::refusal::Given;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** Body of `GET /v1/config`, as docs/protocol.md describes it. Its members keep the names that they have on the wire. */
export interface Config {
  version: 1;
  name: string;
  mode: Mode;
  profile: 'demo' | 'strict';
  signing_key: string;
  permit_key: string;
  regions: { id: string; name: string; parent?: string | null }[];
  size_classes: { entries: number[] };
  retention_days: number;
  seal_every_seconds: number;
  min_uploads: number;
  max_wait_hours: number;
  seal_anyway_after_hours?: number | null;
  upload_delay_seconds: { min: number; max: number };
  check_every_seconds: number;
  decoys_per_week?: number;
  risk: RiskConfig;
  proofs?: { depth: number; per_page: number };
  advice?: { source: string; date: string; en: string[]; de: string[] } | null;
  previous_digests: string[];
}
/** Thresholds and weights, as a health authority sets them. */
export interface RiskConfig {
  high_minutes: number;
  medium_minutes: number;
  close_attenuation_db: number;
  near_attenuation_db: number;
  near_percent: number;
  second_degree_percent: number;
}
/** What a client holds on to from its first contact with a server: both keys in base64url. */
export interface PinnedServer { signing_key: string; permit_key: string }
";

#[wasm_bindgen]
extern "C" {
    /// A configuration.
    #[wasm_bindgen(typescript_type = "Config")]
    pub type ConfigObject;
    /// A risk configuration.
    #[wasm_bindgen(typescript_type = "RiskConfig")]
    pub type RiskObject;
    /// Pinned keys.
    #[wasm_bindgen(typescript_type = "PinnedServer")]
    pub type PinnedObject;
}

/// The most bytes of a configuration.
const MAX_CONFIG: usize = 1 << 20;

/// A configuration whose signature was verified.
#[wasm_bindgen]
pub struct SignedConfig {
    signed: CoreConfig,
    /// As it came: what JavaScript reads is what was signed.
    body: Vec<u8>,
}

#[wasm_bindgen]
impl SignedConfig {
    /// Verifies a body and its `twoken-signature` header: under the pinned keys, or, at first contact, under its own.
    ///
    /// @throws `TwokenError` `wire.signature`, `wire.key_changed`, `wire.json`, `wire.version`, `wire.member`
    pub fn verify(body: &Bytes, signature: &Text, pinned: Option<PinnedObject>) -> Given<SignedConfig> {
        let (body, signature) =
            (args::bytes(body, "body", MAX_CONFIG)?, args::text(signature, "signature", 256)?);
        let pinned = pinned.map(|keys| pinned_of(&keys)).transpose()?;
        let signed = CoreConfig::verify(&body, &signature, pinned.as_ref())?;
        Ok(Self { signed, body: body.to_vec() })
    }

    /// What it says.
    pub fn config(&self) -> ConfigObject {
        let text = String::from_utf8_lossy(&self.body);
        js_sys::JSON::parse(&text).unwrap_or(JsValue::UNDEFINED).unchecked_into()
    }

    /// SHA-256 of its body, 64 hexadecimal digits.
    #[wasm_bindgen(getter)]
    pub fn digest(&self) -> String {
        self.signed.digest().to_string()
    }

    /// What to hold on to.
    pub fn pin(&self) -> PinnedObject {
        let PinnedServer { signing_key, permit_key } = self.signed.pin();
        Out::new().with("signing_key", signing_key.to_string()).with("permit_key", permit_key).done()
    }

    /// Whether a batch that was sealed then, under the configuration of this digest, may be: under this one, or, from before I
    /// first saw this one, under one that it names as earlier.
    #[wasm_bindgen(js_name = acceptsBatch)]
    pub fn accepts_batch(
        &self,
        digest: &Text,
        #[wasm_bindgen(js_name = sealedAt)] sealed_at: &Time,
        #[wasm_bindgen(js_name = firstSeen)] first_seen: &Time,
    ) -> Given<bool> {
        let sealed: Timestamp = args::time(sealed_at, "sealedAt")?;
        Ok(self.signed.accepts_batch(
            &digest_of(digest, "digest")?,
            sealed,
            args::time(first_seen, "firstSeen")?,
        ))
    }
}

/// A server's Ed25519 key: signs configurations, batch headers, indexes and lists of studies.
#[wasm_bindgen]
pub struct SigningKey(pub(crate) CoreKey);

#[wasm_bindgen]
impl SigningKey {
    /// A fresh one.
    pub fn generate() -> SigningKey {
        Self(CoreKey::generate(&mut rng()))
    }

    /// From its 32-byte seed.
    ///
    /// @throws `TwokenError` `argument.length`
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(seed: &Bytes) -> Given<SigningKey> {
        Ok(Self(CoreKey::from_bytes(&args::array(seed, "seed")?)))
    }

    /// Its seed, 32 bytes. Secret.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(self.0.to_bytes().as_slice())
    }

    /// Its public half, base64url, as it stands in a configuration.
    #[wasm_bindgen(js_name = publicKey)]
    pub fn public_key(&self) -> String {
        self.0.public().to_string()
    }
}

/// Keys that were pinned.
fn pinned_of(value: &JsValue) -> Given<PinnedServer> {
    let members = Members::of(value, "pinned", &["signing_key", "permit_key"])?;
    let permit_key = members.need("permit_key", |key, name| args::text(key, name, 128))?.to_string();
    Ok(PinnedServer { signing_key: members.need("signing_key", verifying_key)?, permit_key })
}
