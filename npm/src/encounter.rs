//! Two beacons become one secret per direction.

use getrandom::SysRng;
use rand_core::{CryptoRng, UnwrapErr};
use twoken_core::diary::EncounterId;
use twoken_core::encounter::{EncounterDraft as Draft, KeyRing as Ring};
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, Text, Time};
use crate::beacon::payload;
use crate::refusal::Given;
use crate::tcn::emission;
use crate::{out, words};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** How a beacon was heard: by one's own camera, from a picture, typed or pasted, as a link, by Bluetooth. */
export type How = 'camera' | 'picture' | 'typed' | 'link' | 'bluetooth';
";

#[wasm_bindgen]
extern "C" {
    /// How a beacon was heard.
    #[wasm_bindgen(typescript_type = "How")]
    pub type HowText;
}

/// A key ring's most bytes: a few keys, and those heard with them.
const MAX_RING: usize = 1 << 22;

/// The platform's random numbers: `crypto.getRandomValues`.
pub(crate) fn rng() -> impl CryptoRng {
    UnwrapErr(SysRng)
}

/// My keys of the intervals within grace, and whom I have heard with them: what beacons are made of.
///
/// It holds private keys. Store it only until {@link KeyRing.expiresAt}, and overwrite it then.
#[wasm_bindgen]
pub struct KeyRing(Ring);

#[wasm_bindgen]
impl KeyRing {
    /// An empty one; {@link KeyRing.advance} makes the keys.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self(Ring::new())
    }

    /// Erases what is past its grace and makes what is due. True when anything changed, and the ring is to be stored again.
    ///
    /// @throws `TwokenError` `argument.type`, `argument.value`
    pub fn advance(&mut self, now: &Time) -> Given<bool> {
        Ok(self.0.advance(args::time(now, "now")?, &mut rng()))
    }

    /// When the next erasure is due, in seconds.
    #[wasm_bindgen(js_name = expiresAt)]
    pub fn expires_at(&self) -> Option<f64> {
        self.0.expires_at().map(out::seconds)
    }

    /// What to show now, 78 bytes, or 102 with an emission: the beacon, and an acknowledgement for one of those heard in the
    /// last minute. `undefined` before {@link KeyRing.advance} has made the keys of this interval.
    ///
    /// @param emission - of {@link Emissions.emit}, where the person lets others hear them one-way
    /// @throws `TwokenError` `argument.type`, `argument.value`, `argument.length`
    pub fn payload(&self, now: &Time, emission: Option<Bytes>) -> Given<Option<js_sys::Uint8Array>> {
        let shown = self.0.payload(args::time(now, "now")?);
        let emission = emission.map(|bytes| self::emission(&bytes, "emission")).transpose()?;
        Ok(shown.map(|payload| match emission {
            Some(emission) => out::bytes(&payload.with_emission(emission).encode()),
            None => out::bytes(&payload.encode()),
        }))
    }

    /// What one device alone is given: my beacon, and the acknowledgement of theirs.
    ///
    /// @throws `TwokenError` `argument.type`; as {@link decodePayload}
    #[wasm_bindgen(js_name = payloadTo)]
    pub fn payload_to(&self, theirs: &Bytes, now: &Time) -> Given<Option<js_sys::Uint8Array>> {
        let theirs = payload(theirs, "theirs")?;
        let shown = self.0.payload_to(&theirs.beacon, args::time(now, "now")?);
        Ok(shown.map(|payload| out::bytes(&payload.encode())))
    }

    /// Hears a beacon. Call {@link KeyRing.advance} before, and give what comes to {@link Diary.record}.
    ///
    /// @param known - the encounter that it belongs to, of somebody one is with already
    /// @throws `TwokenError` `beacon.stale`, `beacon.future`, `encounter.own`, `encounter.low_order`, `encounter.no_key`; as
    /// {@link decodePayload}
    pub fn hear(
        &mut self,
        theirs: &Bytes,
        now: &Time,
        how: &HowText,
        known: Option<Text>,
    ) -> Given<EncounterDraft> {
        let (theirs, now) = (payload(theirs, "payload")?, args::time(now, "now")?);
        let (how, known) = (words::how(how, "how")?, known.map(|id| encounter_id(&id, "known")).transpose()?);
        Ok(EncounterDraft(self.0.hear_with(&theirs, now, how, known, &mut rng())?))
    }

    /// For storage until {@link KeyRing.expiresAt}. Secret.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(&self.0.to_bytes())
    }

    /// From storage.
    ///
    /// @throws `TwokenError` `encoding.cbor`
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &Bytes) -> Given<KeyRing> {
        Ok(Self(Ring::from_bytes(&args::bytes(bytes, "bytes", MAX_RING)?)?))
    }
}

/// What came of hearing a beacon, for {@link Diary.record}. Hearing the same beacon again gives the same id.
#[wasm_bindgen]
pub struct EncounterDraft(pub(crate) Draft);

#[wasm_bindgen]
impl EncounterDraft {
    /// Its name in the diary, 32 hexadecimal digits.
    #[wasm_bindgen(getter)]
    pub fn id(&self) -> String {
        self.0.id.to_string()
    }

    /// When it was heard, in seconds.
    #[wasm_bindgen(getter, js_name = heardAt)]
    pub fn heard_at(&self) -> f64 {
        out::seconds(self.0.heard_at)
    }

    /// Whether they have heard me, too: an acknowledgement of theirs was verified.
    #[wasm_bindgen(getter)]
    pub fn both(&self) -> bool {
        self.0.both
    }
}

/// An encounter's name.
pub(crate) fn encounter_id(value: &JsValue, name: &str) -> Given<EncounterId> {
    args::parsed(value, name, "an encounter's id, 32 hexadecimal digits")
}
