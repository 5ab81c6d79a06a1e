//! Vector files: `{ source, note, cases: [ { name, … } ] }`, bytes in lower-case hexadecimal. They are compiled in,
//! because a browser has no folder to read.

use serde_json::Value;
use twoken_core::codec;

macro_rules! files {
    ($($name:literal)+) => {
        /// Every file, with its text.
        pub const ALL: &[(&str, &str)] = &[$(($name, include_str!(concat!("v1/", $name)))),+];
    };
}

files! {
    "batch.json"
    "batch_bad_cbor.json"
    "batch_bad_header.json"
    "batch_bad_order.json"
    "batch_bad_page.json"
    "batch_bad_signature.json"
    "batch_bad_size.json"
    "batch_bad_version.json"
    "beacon.json"
    "beacon_bad_claim_key.json"
    "beacon_bad_flags.json"
    "beacon_bad_oversized.json"
    "beacon_bad_time.json"
    "beacon_bad_truncated.json"
    "beacon_bad_version.json"
    "beacon_bad_x25519_key.json"
    "config.json"
    "config_bad_json.json"
    "config_bad_key_changed.json"
    "config_bad_member.json"
    "config_bad_permit_key.json"
    "config_bad_signature.json"
    "config_bad_version.json"
    "decoy.json"
    "decoy_bad_form.json"
    "encounter.json"
    "encounter_bad_low_order.json"
    "encounter_bad_no_key.json"
    "encounter_bad_own.json"
    "encounter_bad_time.json"
    "filter.json"
    "filter_bad_digest.json"
    "filter_bad_lies.json"
    "filter_bad_padding.json"
    "filter_bad_range.json"
    "filter_bad_trailing.json"
    "filter_bad_truncated.json"
    "handover.json"
    "handover_bad_code.json"
    "index.json"
    "index_bad_cbor.json"
    "index_bad_chain.json"
    "index_bad_day.json"
    "index_bad_future.json"
    "index_bad_order.json"
    "index_bad_region.json"
    "index_bad_signature.json"
    "index_bad_stale.json"
    "index_bad_version.json"
    "info.json"
    "info_bad_oversized.json"
    "info_bad_truncated.json"
    "info_bad_tx_power.json"
    "info_bad_version.json"
    "membership.json"
    "membership_bad_form.json"
    "membership_bad_proof.json"
    "permit.json"
    "permit_bad_header.json"
    "permit_bad_mac.json"
    "permit_bad_request.json"
    "permit_bad_response.json"
    "private_batch.json"
    "private_batch_bad_page.json"
    "private_handover.json"
    "private_handover_bad_body.json"
    "private_tag.json"
    "private_upload.json"
    "private_upload_bad_body.json"
    "proven.json"
    "proven_bad_form.json"
    "psi.json"
    "psi_bad_answer.json"
    "psi_bad_query.json"
    "psi_bad_response.json"
    "report.json"
    "report_bad_form.json"
    "rfc5869.json"
    "rfc7748.json"
    "rfc8032.json"
    "rfc8439.json"
    "rfc9496.json"
    "rfc9497.json"
    "scanned.json"
    "scanned_bad_encoding.json"
    "scanned_bad_not_twoken.json"
    "scanned_bad_oversized.json"
    "scanned_bad_payload.json"
    "scanned_bad_server.json"
    "scanned_bad_tan.json"
    "scanned_bad_truncated.json"
    "status.json"
    "status_bad_field.json"
    "status_bad_sealed.json"
    "status_bad_version.json"
    "studies.json"
    "studies_bad_list.json"
    "studies_bad_signature.json"
    "studies_bad_text.json"
    "studies_bad_time.json"
    "tag.json"
    "tag_bad_element.json"
    "tag_bad_length.json"
    "tag_dummy.json"
    "tan.json"
    "tan_bad_check.json"
    "tan_bad_length.json"
    "tan_bad_symbol.json"
    "tcn.json"
    "tcn_bad_cover.json"
    "tcn_bad_metadata.json"
    "tcn_bad_time.json"
    "tcn_cover.json"
    "tcn_entry.json"
    "upload.json"
    "upload_bad_cbor.json"
    "upload_bad_cover.json"
    "upload_bad_degree.json"
    "upload_bad_mode.json"
    "upload_bad_order.json"
    "upload_bad_region.json"
    "upload_bad_size.json"
    "upload_bad_tag.json"
    "upload_bad_tcn_entries.json"
    "upload_bad_version.json"
    "upload_one_way.json"
    "x25519_low_order.json"
}

/// What made the files that are not published ones.
const OWN_SOURCE: &str = "Twoken: made by the core crate's tests from the inputs that stand in each case; \
     docs/protocol.md describes every byte.";

/// One file of our own.
pub struct File {
    pub name: &'static str,
    pub note: &'static str,
    pub cases: Vec<Case>,
}

/// One case: a name and fields, in the order in which they are read.
pub struct Case(Vec<(&'static str, Value)>);

impl Case {
    pub fn new(name: impl Into<String>) -> Self {
        Self(vec![("name", Value::String(name.into()))])
    }

    pub fn with(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        self.0.push((key, value.into()));
        self
    }

    pub fn hex(self, key: &'static str, bytes: impl AsRef<[u8]>) -> Self {
        self.with(key, codec::to_hex(bytes.as_ref()))
    }

    /// How a bad case ends: the error as its type's `Debug` prints it.
    pub fn refused(self, error: impl std::fmt::Debug) -> Self {
        self.with("error", format!("{error:?}"))
    }

    fn object(&self) -> String {
        let fields: Vec<_> =
            self.0.iter().map(|(key, value)| format!("   {}: {value}", Value::from(*key))).collect();
        format!("  {{\n{}\n  }}", fields.join(",\n"))
    }
}

/// A case inside a case.
impl From<Case> for Value {
    fn from(case: Case) -> Self {
        Self::Object(case.0.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }
}

impl File {
    pub fn new(name: &'static str, note: &'static str, cases: Vec<Case>) -> Self {
        Self { name, note, cases }
    }

    fn render(&self) -> String {
        let cases: Vec<_> = self.cases.iter().map(Case::object).collect();
        let (source, note) = (Value::from(OWN_SOURCE), Value::from(self.note));
        format!(
            "{{\n \"source\": {source},\n \"note\": {note},\n \"cases\": [\n{}\n ]\n}}\n",
            cases.join(",\n")
        )
    }
}

/// That the committed files are what the code makes. With `TWOKEN_WRITE_VECTORS=1` they are written instead: only
/// for new cases, since a changed value is a broken protocol.
pub fn check(made: &[File]) {
    for file in made {
        let text = file.render();
        #[cfg(not(target_arch = "wasm32"))]
        if std::env::var_os("TWOKEN_WRITE_VECTORS").is_some() {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/v1");
            std::fs::write(format!("{folder}/{}", file.name), text).unwrap();
            continue;
        }
        let committed = committed(file.name);
        assert!(
            text == committed,
            "{} differs from what the code makes; {}",
            file.name,
            first(&text, committed)
        );
    }
}

fn first(made: &str, committed: &str) -> String {
    let pair = made.lines().zip(committed.lines()).zip(1..).find(|((one, two), _)| one != two);
    match pair {
        Some(((made, committed), line)) => {
            let cut = |text: &str| text.chars().take(160).collect::<String>();
            format!("line {line}: made {}, committed {}", cut(made), cut(committed))
        }
        None => "one is longer".into(),
    }
}

pub fn committed(name: &str) -> &'static str {
    ALL.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name} is not listed")).1
}

/// The cases of a file, which must be so many.
pub fn cases(name: &str, expected: usize) -> Vec<Value> {
    let file: Value = serde_json::from_str(committed(name)).unwrap();
    assert!(file["source"].is_string() && file["note"].is_string(), "{name} names no source");
    let cases = file["cases"].as_array().unwrap().clone();
    assert_eq!(cases.len(), expected, "cases in {name}");
    cases
}

/// How many cases a file has.
pub fn count(text: &str) -> usize {
    serde_json::from_str::<Value>(text).unwrap()["cases"].as_array().unwrap().len()
}

#[track_caller]
pub fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_else(|| panic!("{key} of {case}"))
}

#[track_caller]
pub fn number(case: &Value, key: &str) -> u64 {
    case[key].as_u64().unwrap_or_else(|| panic!("{key} of {case}"))
}

#[track_caller]
pub fn bytes(case: &Value, key: &str) -> Vec<u8> {
    codec::from_hex(text(case, key)).unwrap()
}

#[track_caller]
pub fn fixed<const N: usize>(case: &Value, key: &str) -> [u8; N] {
    codec::array_from_hex(text(case, key)).unwrap()
}

#[track_caller]
pub fn list(case: &Value, key: &str) -> Vec<Vec<u8>> {
    case[key]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| codec::from_hex(item.as_str().unwrap()).unwrap())
        .collect()
}
