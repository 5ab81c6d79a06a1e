//! Secrets, and the entries that are made of them.

use twoken_core::status::{SealedStatus, Status};
use twoken_core::tag::{ClaimKey, Secret as CoreSecret, Tag};
use twoken_core::tcn::{MetadataKey, Tcn};
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, DegreeNumber, Members, Number, SchemeText};
use crate::batch::entry;
use crate::encounter::rng;
use crate::out::{self, Out};
use crate::refusal::Given;
use crate::words;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** What the receiver of a report learns. */
export interface Status {
  /** The UTC day of the positive test; in the second degree that of the report. */
  testDay: Day;
  /** Days from the test to the first symptoms, −14 to 14, where told. */
  onset?: number;
  /** Opens a TCN's metadata, 16 bytes; none in an encounter. */
  metadataKey?: Uint8Array;
}
";

#[wasm_bindgen]
extern "C" {
    /// A status.
    #[wasm_bindgen(typescript_type = "Status")]
    pub type StatusObject;
    /// An entry's two parts.
    #[wasm_bindgen(typescript_type = "{ tag: Uint8Array; sealed: Uint8Array }")]
    pub type EntryObject;
}

/// What two people share and nobody else: 32 bytes. {@link KeyRing} and {@link Cover} make what is needed of it; this is for whoever
/// senses in another way.
#[wasm_bindgen]
pub struct Secret(CoreSecret);

#[wasm_bindgen]
impl Secret {
    /// From 32 uniform bytes.
    ///
    /// @throws `TwokenError` `argument.length`
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &Bytes) -> Given<Secret> {
        Ok(Self(CoreSecret::new(args::array(bytes, "bytes")?)))
    }

    /// Of a TCN, 16 bytes, that was shown in an interval.
    #[wasm_bindgen(js_name = ofTcn)]
    pub fn of_tcn(tcn: &Bytes, interval: &Number) -> Given<Secret> {
        Ok(Self(Tcn::new(args::array(tcn, "tcn")?).secret(args::interval(interval, "interval")?)))
    }

    /// The tag that the holder of a claim key can claim, 32 bytes.
    ///
    /// @throws `TwokenError` `tag.element`
    pub fn tag(&self, #[wasm_bindgen(js_name = claimKey)] claim_key: &Bytes) -> Given<js_sys::Uint8Array> {
        let receiver = ClaimKey::from_bytes(args::array(claim_key, "claimKey")?)?;
        Ok(out::bytes(self.0.tag(&receiver)?.as_bytes()))
    }

    /// The tag of a secret that has no one receiver, as a TCN's, 32 bytes.
    #[wasm_bindgen(js_name = soleTag)]
    pub fn sole_tag(&self) -> Given<js_sys::Uint8Array> {
        Ok(out::bytes(self.0.sole_claim()?.tag().as_bytes()))
    }

    /// The element that private mode compares, 32 bytes. It tells its holder when private mode publishes the encounter.
    pub fn element(&self) -> js_sys::Uint8Array {
        out::bytes(self.0.element().as_bytes())
    }

    /// Seals a status beside a tag, 52 bytes.
    ///
    /// @throws `TwokenError` `status.field`, `tag.element`
    #[wasm_bindgen(js_name = sealStatus)]
    pub fn seal_status(
        &self,
        status: &StatusObject,
        scheme: &SchemeText,
        degree: &DegreeNumber,
        tag: &Bytes,
    ) -> Given<js_sys::Uint8Array> {
        let members = Members::of(status, "status", &["testDay", "onset", "metadataKey"])?;
        let (day, onset) = (members.need("testDay", args::day)?, members.may("onset", args::whole)?);
        let status = Status::of_encounter(day, onset)?;
        let status = match members.may("metadataKey", args::array)? {
            Some(key) => status.with_metadata_key(&MetadataKey::new(key)),
            None => status,
        };
        let (scheme, degree) = (words::scheme(scheme, "scheme")?, words::degree(degree, "degree")?);
        let tag = Tag::checked(args::array(tag, "tag")?)?;
        Ok(out::bytes(status.seal(&self.0.status_key(), scheme, degree, &tag, &mut rng()).as_bytes()))
    }

    /// Opens a sealed status.
    ///
    /// @throws `TwokenError` `status.sealed` under another secret, scheme, degree or tag; `status.version`, `status.field`
    #[wasm_bindgen(js_name = openStatus)]
    pub fn open_status(
        &self,
        sealed: &Bytes,
        scheme: &SchemeText,
        degree: &DegreeNumber,
        tag: &Bytes,
    ) -> Given<StatusObject> {
        let sealed = SealedStatus::new(args::array(sealed, "sealed")?);
        let (scheme, degree) = (words::scheme(scheme, "scheme")?, words::degree(degree, "degree")?);
        let tag = Tag::checked(args::array(tag, "tag")?)?;
        let status = sealed.open(&self.0.status_key(), scheme, degree, &tag)?;
        let key = (status.metadata_key != [0; 16]).then(|| out::bytes(&status.metadata_key));
        Ok(Out::new()
            .with("testDay", status.test_day.to_string())
            .may("onset", status.onset)
            .may("metadataKey", key)
            .done())
    }
}

/// Reads an entry: 84 bytes, whose tag is an element.
///
/// @throws `TwokenError` `tag.element`, `encoding.length`
#[wasm_bindgen(js_name = decodeEntry)]
pub fn decode_entry(bytes: &Bytes) -> Given<EntryObject> {
    let entry = entry(bytes, "bytes")?;
    Ok(Out::new()
        .with("tag", out::bytes(entry.tag.as_bytes()))
        .with("sealed", out::bytes(entry.sealed.as_bytes()))
        .done())
}
