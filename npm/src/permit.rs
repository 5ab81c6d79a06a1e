//! A TAN becomes a one-time permit that nothing links to it (RFC 9497, POPRF).

use twoken_core::permit::{
    Authorised, HEADER_LENGTH, Pending, Permit as CorePermit, PermitHeader, PermitInfo, PermitKey as CoreKey,
    PermitPublicKey, StaffPending,
};
use twoken_core::tan::TanKey as CoreTanKey;
use twoken_core::wire::{PermitRequest, PermitResponse};
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, Members, Number, Text};
use crate::encounter::rng;
use crate::out::{self, Out};
use crate::refusal::{Given, Refusal};
use crate::tan::Tan;
use crate::upload::UploadBody;
use crate::words;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** Whom a permit is for: a person's own report, or health staff on a patient's behalf. */
export type PermitClass = 'patient' | 'staff';
/** Body of `POST /v1/permits`. It holds the TAN. */
export interface PermitRequest { tan: string; blinded: string; class: PermitClass; week: number }
/** Body of `POST /v1/staff/permits`. */
export interface StaffPermitRequest { blinded: string; week: number }
/** The answer of both. */
export interface PermitResponse { evaluated: string; proof: string }
/** A body with its authorisation: sent now and, byte for byte, at every retry. */
export interface Authorised {
  /** Value of the `twoken-permit` header. */
  header: string;
  body: Uint8Array;
}
/** What a `twoken-permit` header says. */
export interface PermitHeader {
  /** The permit's name, seen once: 32 bytes. */
  t: Uint8Array;
  class: PermitClass;
  week: number;
  /** `HMAC-SHA256(N, label | body)`, 32 bytes. */
  mac: Uint8Array;
}
";

#[wasm_bindgen]
extern "C" {
    /// A class.
    #[wasm_bindgen(typescript_type = "PermitClass")]
    pub type ClassText;
    /// A request.
    #[wasm_bindgen(typescript_type = "PermitRequest")]
    pub type RequestObject;
    /// A request of staff.
    #[wasm_bindgen(typescript_type = "StaffPermitRequest")]
    pub type StaffRequestObject;
    /// An answer.
    #[wasm_bindgen(typescript_type = "PermitResponse")]
    pub type ResponseObject;
    /// A body with its authorisation.
    #[wasm_bindgen(typescript_type = "Authorised")]
    pub type AuthorisedObject;
    /// A header.
    #[wasm_bindgen(typescript_type = "PermitHeader")]
    pub type HeaderObject;
}

/// The most bytes of a stored request.
const MAX_STORED: usize = 4096;

/// A TAN that is being redeemed. Store it before anything is sent: a retry repeats the same request.
#[wasm_bindgen]
pub struct PendingPermit(Pending);

#[wasm_bindgen]
impl PendingPermit {
    /// Begins: a fresh permit's name, blinded.
    ///
    /// @param week - of {@link weekOf}, by this device's clock
    #[wasm_bindgen(constructor)]
    pub fn new(tan: &Tan, class: &ClassText, week: &Number) -> Given<PendingPermit> {
        let (class, week) = (words::class(class, "class")?, args::week(week, "week")?);
        Ok(Self(Pending::new(&tan.0, class, week, &mut rng())))
    }

    /// What is sent; the same each time.
    ///
    /// @throws `TwokenError` `oprf.invalid_input`, for one name in 2²⁵²
    pub fn request(&self) -> Given<RequestObject> {
        Ok(request(&self.0.request()?))
    }

    /// Opens the server's answer, after verifying its proof under the key that was pinned before the TAN was entered.
    ///
    /// @param pinned - the permit key of {@link PinnedServer}
    /// @throws `TwokenError` `oprf.verify` for another key, class or week; `oprf.element`, `oprf.scalar`, `encoding.base64`
    pub fn finalize(&self, response: &ResponseObject, pinned: &Text) -> Given<Permit> {
        Ok(Permit(self.0.finalize(&answer(response)?, &permit_key(pinned, "pinned")?)?))
    }

    /// For storage. Secret: it holds the TAN.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(&self.0.to_bytes())
    }

    /// From storage.
    ///
    /// @throws `TwokenError` `encoding.cbor`
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &Bytes) -> Given<PendingPermit> {
        Ok(Self(Pending::from_bytes(&args::bytes(bytes, "bytes", MAX_STORED)?)?))
    }
}

/// A permit that health staff ask for while they are signed in: as {@link PendingPermit}, without a TAN.
#[wasm_bindgen]
pub struct StaffPendingPermit(StaffPending);

#[wasm_bindgen]
impl StaffPendingPermit {
    /// Begins: a fresh permit's name, blinded.
    #[wasm_bindgen(constructor)]
    pub fn new(week: &Number) -> Given<StaffPendingPermit> {
        Ok(Self(StaffPending::new(args::week(week, "week")?, &mut rng())))
    }

    /// What is sent; the same each time.
    pub fn request(&self) -> Given<StaffRequestObject> {
        let request = self.0.request()?;
        Ok(Out::new().with("blinded", request.blinded).with("week", request.week.get()).done())
    }

    /// Opens the server's answer, as {@link PendingPermit.finalize}.
    pub fn finalize(&self, response: &ResponseObject, pinned: &Text) -> Given<Permit> {
        Ok(Permit(self.0.finalize(&answer(response)?, &permit_key(pinned, "pinned")?)?))
    }
}

/// The right to send one body.
#[wasm_bindgen]
pub struct Permit(CorePermit);

#[wasm_bindgen]
impl Permit {
    /// Spends it on a body. The permit is used up: store what comes, and send the same at every retry.
    pub fn authorise(self, body: &UploadBody) -> AuthorisedObject {
        let Authorised { header, body } = &self.0.authorise(body.0.clone());
        Out::new().with("header", header).with("body", out::bytes(body)).done()
    }
}

/// Reads a `twoken-permit` header.
///
/// @throws `TwokenError` `encoding.base64`, `encoding.length`, `permit.class`
#[wasm_bindgen(js_name = decodePermitHeader)]
pub fn decode_permit_header(header: &Text) -> Given<HeaderObject> {
    let header = header_of(header)?;
    Ok(Out::new()
        .with("t", out::bytes(&header.t))
        .with("class", words::class_word(header.info.class))
        .with("week", header.info.week.get())
        .with("mac", out::bytes(&header.mac))
        .done())
}

/// A server's permit key.
#[wasm_bindgen]
pub struct PermitKey(CoreKey);

#[wasm_bindgen]
impl PermitKey {
    /// A fresh one.
    pub fn generate() -> PermitKey {
        Self(CoreKey::generate(&mut rng()))
    }

    /// From 32 bytes.
    ///
    /// @throws `TwokenError` `argument.length`, `oprf.scalar`
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &Bytes) -> Given<PermitKey> {
        Ok(Self(CoreKey::from_bytes(args::array(bytes, "bytes")?)?))
    }

    /// Its 32 bytes. Secret.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(self.0.to_bytes().as_slice())
    }

    /// What clients pin: base64url, as it stands in a configuration.
    #[wasm_bindgen(js_name = publicKey)]
    pub fn public_key(&self) -> String {
        twoken_core::codec::to_base64url(self.0.public().as_bytes())
    }

    /// Evaluates a blinded element (base64url) under class and week, with the proof.
    ///
    /// @throws `TwokenError` `encoding.base64`, `encoding.length`, `oprf.element`, `oprf.inverse`
    pub fn evaluate(&self, request: &EvaluateOptions) -> Given<ResponseObject> {
        let members = Members::of(request, "request", &["blinded", "class", "week"])?;
        let blinded = members.need("blinded", |value, name| args::text(value, name, 128))?;
        let info = PermitInfo {
            class: members.need("class", words::class)?,
            week: members.need("week", args::week)?,
        };
        let PermitResponse { evaluated, proof } = self.0.evaluate(&blinded, info, &mut rng())?;
        Ok(Out::new().with("evaluated", evaluated).with("proof", proof).done())
    }

    /// That a permit authorises this body. Whether its week is accepted and its name unused is yours to ask.
    ///
    /// @throws `TwokenError` `permit.refused`; as {@link decodePermitHeader}
    pub fn verify(&self, header: &Text, body: &Bytes) -> Given<()> {
        let body = args::bytes(body, "body", twoken_core::wire::MAX_UPLOAD_BYTES)?;
        Ok(self.0.verify(&header_of(header)?, &body)?)
    }
}

#[wasm_bindgen]
extern "C" {
    /// What is evaluated.
    #[wasm_bindgen(typescript_type = "{ blinded: string; class: PermitClass; week: number }")]
    pub type EvaluateOptions;
}

/// A request as it travels.
pub(crate) fn request(of: &PermitRequest) -> RequestObject {
    Out::new()
        .with("tan", of.tan.as_str())
        .with("blinded", of.blinded.as_str())
        .with("class", words::class_word(of.class))
        .with("week", of.week.get())
        .done()
}

fn header_of(header: &JsValue) -> Given<PermitHeader> {
    let text = args::text(header, "header", u32::try_from(HEADER_LENGTH * 2).unwrap_or(u32::MAX))?;
    Ok(PermitHeader::decode(&text)?)
}

fn answer(response: &JsValue) -> Given<PermitResponse> {
    let members = Members::of(response, "response", &["evaluated", "proof"])?;
    let text = |value: &JsValue, name: &str| Ok(args::text(value, name, 256)?.to_string());
    Ok(PermitResponse { evaluated: members.need("evaluated", text)?, proof: members.need("proof", text)? })
}

/// A pinned permit key, base64url.
fn permit_key(value: &JsValue, name: &str) -> Given<PermitPublicKey> {
    let text = args::text(value, name, 128)?;
    let bytes = twoken_core::codec::array_from_base64url(&text)?;
    PermitPublicKey::from_bytes(bytes).map_err(Refusal::from)
}

/// The key that authority and server share for hashing TANs.
#[wasm_bindgen]
pub struct TanKey(CoreTanKey);

#[wasm_bindgen]
impl TanKey {
    /// A fresh one.
    pub fn generate() -> TanKey {
        Self(CoreTanKey::generate(&mut rng()))
    }

    /// From 64 lower-case hexadecimal digits.
    ///
    /// @throws `TwokenError` `encoding.hex`, `encoding.length`
    #[wasm_bindgen(js_name = fromHex)]
    pub fn from_hex(hex: &Text) -> Given<TanKey> {
        Ok(Self(CoreTanKey::from_hex(&args::text(hex, "hex", 128)?)?))
    }

    /// As 64 hexadecimal digits, for the authority. Secret.
    #[wasm_bindgen(js_name = toHex)]
    pub fn to_hex(&self) -> String {
        self.0.to_hex().as_str().into()
    }

    /// All that a server keeps of a TAN: 64 hexadecimal digits, as `POST /v1/authority/tans` takes them.
    pub fn hash(&self, tan: &Tan) -> String {
        self.0.hash(&tan.0).to_string()
    }
}
