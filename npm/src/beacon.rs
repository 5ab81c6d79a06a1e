//! What a phone shows, and what a scanned text means.

use twoken_core::beacon::{Acknowledgement, Beacon, Fragment, MAX_TEXT, Payload, Scanned};
use twoken_core::gatt::{INFO_LENGTH, Info};
use twoken_core::tag::ClaimKey;
use twoken_core::tcn::{EMISSION_LENGTH, Emission, TxPower};
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, Members, Number, Text, Time};
use crate::out::{self, Out};
use crate::refusal::Given;
use crate::tan::Tan;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** What a QR code or a GATT characteristic carries: a beacon and always eight bytes more. */
export interface Payload {
  /** The interval that the beacon belongs to. */
  interval: Interval;
  /** X25519 public key, 32 bytes. */
  publicKey: Uint8Array;
  /** The receiver's claim key, 32 bytes. */
  claimKey: Uint8Array;
  /** A TCN emission, 24 bytes, where the person lets others scan them one-way. */
  emission?: Uint8Array;
  /** For one of those heard, or random: 8 bytes. */
  acknowledgement: Uint8Array;
}
/** What a scanned text asks for. `origin` is that of a full link, in lower case: name it, never contact it unasked. */
export type Scanned =
  | { kind: 'meet'; origin?: string; payload: Uint8Array }
  | { kind: 'tan'; origin?: string; tan: Tan }
  | { kind: 'server'; origin?: string; server: string };
";

#[wasm_bindgen]
extern "C" {
    /// A payload's members.
    #[wasm_bindgen(typescript_type = "Payload")]
    pub type PayloadObject;
    /// What a text means.
    #[wasm_bindgen(typescript_type = "Scanned")]
    pub type ScannedObject;
    /// What a peripheral says of itself.
    #[wasm_bindgen(typescript_type = "{ txPower?: number }")]
    pub type InfoObject;
}

/// The most bytes that a payload can have, and a few more to be refused as such.
const MAX_PAYLOAD: usize = 4096;

/// Reads a payload: 78 bytes, or 102 with an emission.
///
/// @throws `TwokenError` `beacon.truncated`, `beacon.oversized`, `beacon.version`, `beacon.flags`, `beacon.public_key`, `beacon.claim_key`
#[wasm_bindgen(js_name = decodePayload)]
pub fn decode_payload(bytes: &Bytes) -> Given<PayloadObject> {
    let payload = payload(bytes, "bytes")?;
    Ok(Out::new()
        .with("interval", payload.beacon.interval.get())
        .with("publicKey", out::bytes(&payload.beacon.public))
        .with("claimKey", out::bytes(payload.beacon.claim_key.as_bytes()))
        .may("emission", payload.beacon.emission.as_ref().map(|emission| out::bytes(&emission.to_bytes())))
        .with("acknowledgement", out::bytes(&payload.acknowledgement.0))
        .done())
}

/// Writes a payload, as a peripheral shows it. Phones take theirs from a {@link KeyRing}.
///
/// @throws `TwokenError` `argument.type`, `argument.length`, `beacon.public_key`, `beacon.claim_key`
#[wasm_bindgen(js_name = encodePayload)]
pub fn encode_payload(payload: &PayloadObject) -> Given<js_sys::Uint8Array> {
    let known = ["interval", "publicKey", "claimKey", "emission", "acknowledgement"];
    let members = Members::of(payload, "payload", &known)?;
    let emission = members.may("emission", args::array::<EMISSION_LENGTH>)?;
    let beacon = Beacon {
        interval: members.need("interval", args::interval)?,
        public: members.need("publicKey", args::array)?,
        claim_key: ClaimKey::from_bytes(members.need("claimKey", args::array)?)?,
        emission: emission.as_ref().map(Emission::from_bytes),
    };
    let acknowledgement = Acknowledgement(members.need("acknowledgement", args::array)?);
    let bytes = Payload { beacon, acknowledgement }.encode();
    Payload::decode(&bytes)?;
    Ok(out::bytes(&bytes))
}

/// The link that a QR code holds: `<app URL>/#m=<base64url>`.
///
/// @throws `TwokenError` as {@link decodePayload}
#[wasm_bindgen(js_name = payloadLink)]
pub fn payload_link(bytes: &Bytes, #[wasm_bindgen(js_name = appUrl)] app_url: &Text) -> Given<String> {
    Ok(payload(bytes, "bytes")?.to_link(&args::text(app_url, "appUrl", 2048)?))
}

/// That a payload is for now: of this interval, or within a minute of it. The interval that it states is the one used.
///
/// @throws `TwokenError` `beacon.stale`, `beacon.future`; as {@link decodePayload}
#[wasm_bindgen(js_name = checkPayloadTime)]
pub fn check_payload_time(bytes: &Bytes, now: &Time) -> Given<()> {
    Ok(payload(bytes, "bytes")?.beacon.check_time(args::time(now, "now")?)?)
}

/// Reads a link, a fragment with or without `#`, or the bare base64url of a payload.
///
/// @throws `TwokenError` `beacon.not_twoken`, `beacon.encoding`, `beacon.server`, those of {@link Tan.parse}, those of {@link decodePayload}
#[wasm_bindgen]
pub fn scan(text: &Text) -> Given<ScannedObject> {
    // Read with a few characters to spare: that a text is too long is the core's to say.
    let scanned =
        Scanned::parse(&args::text(text, "text", u32::try_from(MAX_TEXT).unwrap_or(u32::MAX) * 4)?)?;
    let begun = Out::new().may("origin", scanned.origin);
    let done = match scanned.what {
        Fragment::Meet(payload) => begun.with("kind", "meet").with("payload", out::bytes(&payload.encode())),
        Fragment::Tan(tan) => begun.with("kind", "tan").with("tan", Tan::of(tan)),
        Fragment::Server(server) => begun.with("kind", "server").with("server", server),
    };
    Ok(done.done())
}

/// Reads what a Bluetooth peripheral says of itself: two bytes. `txPower` in dBm, where it knows it.
///
/// @throws `TwokenError` `gatt.version`, `gatt.truncated`, `gatt.oversized`, `gatt.tx_power`
#[wasm_bindgen(js_name = decodeInfo)]
pub fn decode_info(bytes: &Bytes) -> Given<InfoObject> {
    let info = Info::decode(&args::bytes(bytes, "bytes", MAX_PAYLOAD)?)?;
    Ok(Out::new().may("txPower", info.tx_power.map(|power| power.0)).done())
}

/// Writes what a peripheral says of itself.
///
/// @throws `TwokenError` `argument.type`, `gatt.tx_power`
#[wasm_bindgen(js_name = encodeInfo)]
pub fn encode_info(info: &InfoObject) -> Given<js_sys::Uint8Array> {
    let members = Members::of(info, "info", &["txPower"])?;
    let bytes: [u8; INFO_LENGTH] =
        Info { tx_power: members.may("txPower", args::whole)?.map(TxPower) }.encode();
    Info::decode(&bytes)?;
    Ok(out::bytes(&bytes))
}

/// What a signal lost on the way, in dB: what was sent less what came in, both in dBm.
///
/// @throws `TwokenError` `argument.type`, `argument.value`
#[wasm_bindgen(js_name = attenuationBetween)]
pub fn attenuation_between(
    #[wasm_bindgen(js_name = sentDbm)] sent: &Number,
    #[wasm_bindgen(js_name = receivedDbm)] received: &Number,
) -> Given<u8> {
    let (sent, received) = (args::whole(sent, "sentDbm")?, args::whole(received, "receivedDbm")?);
    Ok(twoken_core::units::Attenuation::between(sent, received).get())
}

/// A payload, decoded.
pub(crate) fn payload(bytes: &JsValue, name: &str) -> Given<Payload> {
    Ok(Payload::decode(&args::bytes(bytes, name, MAX_PAYLOAD)?)?)
}
