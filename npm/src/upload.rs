//! A report on its way: one body of four sizes.

use twoken_core::status::{Degree, Mode, Status};
use twoken_core::wire::{
    MAX_UPLOAD_BYTES, PrivateUpload as CorePrivate, Upload as CoreUpload, UploadBody as Body,
};
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, DayText, Members, Text};
use crate::cover::Cover;
use crate::encounter::rng;
use crate::out::{self, Out};
use crate::redaction::{Chosen, SecondDegree};
use crate::refusal::Given;
use crate::words;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** What a report says, and to which server. */
export interface ReportOptions {
  /** The UTC day of the positive test. */
  testDay: Day;
  /** Days from the test to the first symptoms, −14 to 14, where told. */
  onset?: number;
  /** The person's region: one of the configuration's. */
  region: string;
  /** Of the server's configuration. */
  mode: Mode;
}
/** A body that a server of open mode received, checked. */
export interface Upload {
  region: string;
  degree: Degree;
  /** As many as a size class, 84 bytes each, strictly ascending. */
  entries: Uint8Array[];
  /** One-way, from a patient: keys, and what the entries made of them say. */
  cover?: { testDay: Day; onset?: number; cover: Cover };
  /** One-way, from staff who have made them. */
  tcnEntries?: Uint8Array[];
}
/** A body that a server of private mode received, checked. */
export interface PrivateUpload {
  region: string;
  degree: Degree;
  /** As many as a size class, 32 bytes each, strictly ascending. */
  elements: Uint8Array[];
  /** One-way, from a patient: keys. */
  cover?: Cover;
  /** One-way, from staff who have made them. */
  tcnElements?: Uint8Array[];
}
";

#[wasm_bindgen]
extern "C" {
    /// What a report says.
    #[wasm_bindgen(typescript_type = "ReportOptions")]
    pub type ReportOptions;
    /// An upload.
    #[wasm_bindgen(typescript_type = "Upload")]
    pub type UploadObject;
    /// An upload of private mode.
    #[wasm_bindgen(typescript_type = "PrivateUpload")]
    pub type PrivateUploadObject;
}

/// A body ready to be authorised. It holds keys where it holds a cover: store it as a secret.
#[wasm_bindgen]
pub struct UploadBody(pub(crate) Body);

#[wasm_bindgen]
impl UploadBody {
    /// A patient's own: from what remained after redaction, and from nothing else.
    ///
    /// @throws `TwokenError` `upload.nothing`, `upload.too_many`, `status.field` for an onset more than 14 days away
    pub fn build(chosen: &Chosen, options: &ReportOptions) -> Given<UploadBody> {
        let members = Members::of(options, "options", &["testDay", "onset", "region", "mode"])?;
        let status =
            Status::of_encounter(members.need("testDay", args::day)?, members.may("onset", args::whole)?)?;
        let region = members.need("region", args::region)?;
        Ok(Self(match members.need("mode", words::mode)? {
            Mode::Open => Body::build(&chosen.0, &status, &region, Degree::First, &mut rng())?,
            Mode::Private => Body::build_private(&chosen.0, &region, Degree::First, &mut rng())?,
        }))
    }

    /// An exposed person's own, as second degree, to go with a membership proof.
    ///
    /// @throws `TwokenError` `upload.nothing`, `upload.too_many`
    #[wasm_bindgen(js_name = buildSecondDegree)]
    pub fn build_second_degree(shared: &SecondDegree, today: &DayText, region: &Text) -> Given<UploadBody> {
        let (today, region) = (args::day(today, "today")?, args::region(region, "region")?);
        Ok(Self(Body::build_second_degree(&shared.0, today, &region, &mut rng())?))
    }

    /// From storage, for a retry: only what a server would accept is sent.
    ///
    /// @throws `TwokenError` as {@link decodeUpload}
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &Bytes) -> Given<UploadBody> {
        let bytes = args::bytes(bytes, "bytes", MAX_UPLOAD_BYTES)?;
        Ok(Self(Body::from_bytes(bytes.to_vec())?))
    }

    /// The bytes that travel.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(self.0.as_bytes())
    }

    /// For which mode it was made.
    #[wasm_bindgen(getter, unchecked_return_type = "Mode")]
    pub fn mode(&self) -> String {
        words::mode_word(self.0.mode()).into()
    }

    /// Its keys, where it has any.
    pub fn cover(&self) -> Given<Option<Cover>> {
        Ok(self.0.cover()?.map(Cover))
    }

    /// The same without the keys of days before `oldest`, for a body of which nothing was sent yet; `undefined` when it needs
    /// no change.
    #[wasm_bindgen(js_name = withoutKeysBefore)]
    pub fn without_keys_before(&self, oldest: &DayText) -> Given<Option<UploadBody>> {
        Ok(self.0.without_keys_before(args::day(oldest, "oldest")?)?.map(Self))
    }
}

/// Reads a body of open mode: the one strict decoder.
///
/// @throws `TwokenError` `encoding.cbor`, `wire.version`, `wire.region`, `upload.size_class`, `upload.order`, `tag.element`,
/// `upload.cover_class`, `upload.both_tcn`, `upload.mode`; those of {@link Cover.fromBytes} and of statuses
#[wasm_bindgen(js_name = decodeUpload)]
pub fn decode_upload(bytes: &Bytes) -> Given<UploadObject> {
    let upload = CoreUpload::decode(&args::bytes(bytes, "bytes", MAX_UPLOAD_BYTES)?)?;
    let entries = |entries: &[twoken_core::tag::Entry]| -> js_sys::Array {
        out::list(entries.iter().map(|entry| out::bytes(&entry.to_bytes())))
    };
    let cover = upload.cover.map(|report| {
        Out::new()
            .with("testDay", report.status.test_day.to_string())
            .may("onset", report.status.onset)
            .with("cover", Cover(report.cover))
            .done::<JsValue>()
    });
    Ok(Out::new()
        .with("region", upload.region.as_str())
        .with("degree", words::degree_number(upload.degree))
        .with("entries", entries(&upload.entries))
        .may("cover", cover)
        .may("tcnEntries", upload.tcn_entries.as_deref().map(entries))
        .done())
}

/// Reads a body of private mode: the one strict decoder.
///
/// @throws `TwokenError` as {@link decodeUpload}
#[wasm_bindgen(js_name = decodePrivateUpload)]
pub fn decode_private_upload(bytes: &Bytes) -> Given<PrivateUploadObject> {
    let upload = CorePrivate::decode(&args::bytes(bytes, "bytes", MAX_UPLOAD_BYTES)?)?;
    let elements = |elements: &[twoken_core::tag::Element]| -> js_sys::Array {
        out::list(elements.iter().map(|element| out::bytes(element.as_bytes())))
    };
    Ok(Out::new()
        .with("region", upload.region.as_str())
        .with("degree", words::degree_number(upload.degree))
        .with("elements", elements(&upload.elements))
        .may("cover", upload.cover.map(Cover))
        .may("tcnElements", upload.tcn_elements.as_deref().map(elements))
        .done())
}
