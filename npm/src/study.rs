//! Studies: one verified contact a request, anonymous, and taken back by whoever sent it.

use twoken_core::units::Minutes;
use twoken_core::wire::{
    Contact, DurationClass, MAX_REPORT_BYTES, MAX_STUDIES_BYTES, Report, Studies, Study, Texts as StudyTexts,
    WithdrawalKey as CoreKey,
};
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, Members, SchemeText, Text, Time};
use crate::batch::verifying_key;
use crate::config::{RiskObject, SigningKey};
use crate::diary::{Diary, unknown};
use crate::encounter::{encounter_id, rng};
use crate::out::{self, Out};
use crate::refusal::Given;
use crate::risk::thresholds;
use crate::words;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** A text in both of the languages that a study has. */
export interface StudyTexts { en: string; de: string }
/** What is asked of people, by whom, and until when. */
export interface Study {
  /** By what it says, 64 hexadecimal digits. */
  id: string;
  mode: Mode;
  title: StudyTexts;
  institution: string;
  asked: StudyTexts;
  contact: string;
  /** The last UTC day on which it takes reports. */
  ends: Day;
}
/** What is told of one contact: in open mode by its day, in private mode by its batch's. */
export type Contact =
  | { mode: 'open'; day: Day; duration: DurationClass; closeness: 'close' | 'near' | 'far'; scheme: Scheme }
  | { mode: 'private'; batchDay: Day; category: Level; scheme: Scheme };
/** In minutes. */
export type DurationClass = 'under-5' | '5-14' | '15-29' | '30-59' | '60-or-more';
";

#[wasm_bindgen]
extern "C" {
    /// Studies.
    #[wasm_bindgen(typescript_type = "Study[]")]
    pub type StudyList;
    /// Studies to be signed.
    #[wasm_bindgen(typescript_type = "Omit<Study, 'id'>[]")]
    pub type StudyOptions;
    /// A contact.
    #[wasm_bindgen(typescript_type = "Contact")]
    pub type ContactObject;
    /// A report.
    #[wasm_bindgen(typescript_type = "{ withdrawal: string; contact: Contact }")]
    pub type ReportObject;
}

const DURATIONS: [(&str, DurationClass); 5] = [
    ("under-5", DurationClass::Under5),
    ("5-14", DurationClass::From5),
    ("15-29", DurationClass::From15),
    ("30-59", DurationClass::From30),
    ("60-or-more", DurationClass::From60),
];

/// Reads a server's list of studies: signed under its key, at most two hours ago.
///
/// @throws `TwokenError` `study.signature`, `study.version`, `study.stale`, `study.future`, `study.too_many`, `study.order`,
/// `study.text`, `encoding.cbor`
#[wasm_bindgen(js_name = verifyStudies)]
pub fn verify_studies(bytes: &Bytes, key: &Text, now: &Time) -> Given<StudyList> {
    let bytes = args::bytes(bytes, "bytes", MAX_STUDIES_BYTES)?;
    let studies = Studies::decode_verified(&bytes, &verifying_key(key, "key")?, args::time(now, "now")?)?;
    let texts = |texts: &StudyTexts| -> JsValue {
        Out::new().with("en", texts.en.as_str()).with("de", texts.de.as_str()).done()
    };
    Ok(out::list(studies.all().iter().map(|study| {
        Out::new()
            .with("id", study.id().to_string())
            .with("mode", words::mode_word(study.mode))
            .with("title", texts(&study.title))
            .with("institution", study.institution.as_str())
            .with("asked", texts(&study.asked))
            .with("contact", study.contact.as_str())
            .with("ends", study.ends.to_string())
            .done::<JsValue>()
    })))
}

#[wasm_bindgen]
impl SigningKey {
    /// A list of studies: `signature 64 | list`.
    ///
    /// @throws `TwokenError` `study.too_many`, `study.text`, `study.order` for the same study twice
    #[wasm_bindgen(js_name = signStudies)]
    pub fn sign_studies(
        &self,
        studies: &StudyOptions,
        #[wasm_bindgen(js_name = signedAt)] signed_at: &Time,
    ) -> Given<js_sys::Uint8Array> {
        let studies = args::list(studies, "studies", study)?;
        Ok(out::bytes(&Studies::sign(&studies, args::time(signed_at, "signedAt")?, &self.0)?))
    }
}

/// What takes one report back. Keep it until the study is over. Secret.
#[wasm_bindgen]
pub struct WithdrawalKey(CoreKey);

#[wasm_bindgen]
impl WithdrawalKey {
    /// A fresh one: one for each report.
    pub fn generate() -> WithdrawalKey {
        Self(CoreKey::generate(&mut rng()))
    }

    /// From storage.
    ///
    /// @throws `TwokenError` `argument.length`
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &Bytes) -> Given<WithdrawalKey> {
        Ok(Self(CoreKey::new(args::array(bytes, "bytes")?)))
    }

    /// Its 32 bytes, for storage. Secret.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(self.0.as_bytes())
    }

    /// What the report carries of it, 64 hexadecimal digits.
    pub fn hash(&self) -> String {
        self.0.hash().to_string()
    }

    /// Body of `POST /v1/studies/{id}/withdrawals`.
    #[wasm_bindgen(unchecked_return_type = "{ key: string }")]
    pub fn withdrawal(&self) -> JsValue {
        Out::new().with("key", twoken_core::codec::to_base64url(self.0.as_bytes())).done()
    }
}

/// What is told of a row of the diary that was found in an open batch of this scheme.
///
/// @throws `TwokenError` `diary.unknown`, `wire.member`
#[wasm_bindgen(js_name = contactOf)]
pub fn contact_of(
    diary: &Diary,
    encounter: &Text,
    scheme: &SchemeText,
    risk: &RiskObject,
) -> Given<ContactObject> {
    let row = diary.0.get(&encounter_id(encounter, "encounter")?).ok_or_else(unknown)?;
    Ok(contact_object(&Contact::of(row, words::scheme(scheme, "scheme")?, &thresholds(risk)?)))
}

/// A report's body, of one length for all reports of a mode: what a proof is bound to.
///
/// @throws `TwokenError` `argument.type`, `argument.value`
#[wasm_bindgen(js_name = encodeReport)]
pub fn encode_report(contact: &ContactObject, key: &WithdrawalKey) -> Given<js_sys::Uint8Array> {
    let report = Report { withdrawal: key.0.hash(), contact: contact_from(contact)? };
    Ok(out::bytes(&report.to_bytes()))
}

/// Reads a report's body.
///
/// @throws `TwokenError` `encoding.cbor`, `wire.version`, `study.contact`
#[wasm_bindgen(js_name = decodeReport)]
pub fn decode_report(bytes: &Bytes) -> Given<ReportObject> {
    let report = Report::decode(&args::bytes(bytes, "bytes", MAX_REPORT_BYTES * 4)?)?;
    Ok(Out::new()
        .with("withdrawal", report.withdrawal.to_string())
        .with("contact", contact_object(&report.contact))
        .done())
}

/// How long a contact was, as far as a study learns it.
///
/// @throws `TwokenError` `argument.type`, `argument.value`
#[wasm_bindgen(js_name = durationClass, unchecked_return_type = "DurationClass")]
pub fn duration_class(minutes: &args::Number) -> Given<String> {
    let minutes: Minutes = args::minutes(minutes, "minutes")?;
    Ok(duration_word(DurationClass::of(minutes)).into())
}

fn duration_word(of: DurationClass) -> &'static str {
    DURATIONS.iter().find(|(_, class)| *class == of).map_or("", |(word, _)| word)
}

fn contact_object(of: &Contact) -> ContactObject {
    match *of {
        Contact::Open { day, duration, closeness, scheme } => Out::new()
            .with("mode", "open")
            .with("day", day.to_string())
            .with("duration", duration_word(duration))
            .with("closeness", words::distance_word(closeness))
            .with("scheme", words::scheme_word(scheme))
            .done(),
        Contact::Private { batch_day, category, scheme } => Out::new()
            .with("mode", "private")
            .with("batchDay", batch_day.to_string())
            .with("category", words::level_word(category))
            .with("scheme", words::scheme_word(scheme))
            .done(),
    }
}

fn contact_from(value: &JsValue) -> Given<Contact> {
    let all = ["mode", "day", "duration", "closeness", "scheme", "batchDay", "category"];
    let mode = Members::of(value, "contact", &all)?.need("mode", words::mode)?;
    Ok(match mode {
        twoken_core::status::Mode::Open => {
            let members = Members::of(value, "contact", &["mode", "day", "duration", "closeness", "scheme"])?;
            Contact::Open {
                day: members.need("day", args::day)?,
                duration: members.need("duration", |value, name| args::one_of(value, name, &DURATIONS))?,
                closeness: members.need("closeness", words::distance)?,
                scheme: members.need("scheme", words::scheme)?,
            }
        }
        twoken_core::status::Mode::Private => {
            let members = Members::of(value, "contact", &["mode", "batchDay", "category", "scheme"])?;
            Contact::Private {
                batch_day: members.need("batchDay", args::day)?,
                category: members.need("category", words::level)?,
                scheme: members.need("scheme", words::scheme)?,
            }
        }
    })
}

fn study(value: &JsValue) -> Given<Study> {
    let members = Members::of(value, "study", &["mode", "title", "institution", "asked", "contact", "ends"])?;
    let string = |value: &JsValue, name: &str| Ok(args::text(value, name, 8192)?.to_string());
    let texts = |value: &JsValue, _: &str| {
        let members = Members::of(value, "study.title", &["en", "de"])?;
        Ok(StudyTexts { en: members.need("en", string)?, de: members.need("de", string)? })
    };
    Ok(Study {
        mode: members.need("mode", words::mode)?,
        title: members.need("title", texts)?,
        institution: members.need("institution", string)?,
        asked: members.need("asked", texts)?,
        contact: members.need("contact", string)?,
        ends: members.need("ends", args::day)?,
    })
}
