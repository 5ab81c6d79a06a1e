//! How everything is kept on the device: names and forms of the records.
//!
//! | store | record | form |
//! | --- | --- | --- |
//! | settings | `settings` | JSON |
//! | keys | `ring` | the core's bytes; gone when nobody can hold what they were shown for |
//! | diary | the encounter's id | the core's CBOR |
//! | settings | `servers` | JSON: the further servers, since when, and the regions chosen there |
//! | settings | `sources` | JSON: from which of them exposures are; gone with the encounters |
//! | server | `server` | JSON: pinned keys, the configuration's bytes and signature, and since when it is known |
//! | server | `checked` | JSON: a head and a mark per region |
//! | server | `large` | JSON: pages chosen, and pages that wait, of each large batch |
//! | server | `header/` and a batch's id | the signed header of a large batch |
//! | server | `private` | JSON: which day sets have records, when anything was found, and until when nothing is asked |
//! | server | `day-sets` | the core's bytes: the day sets of private mode that were asked about |
//! | server | `waiting/`, day and scheme | the core's bytes: a query with its secrets, until it is answered |
//! | server | `answer/`, day and scheme | the core's CBOR: second tags and claims; gone after 14 days, as the next |
//! | server | `hits/`, day and scheme | the core's bytes: those of them that were found, with the pages that they are on |
//! | server | `told-hits` | JSON: of which hits those met were told, and when; gone with the hits |
//! | server | `found/` and an encounter's id | JSON: the page by which it is exposed, and when those met were told |
//! | emissions | `emissions` | the core's bytes: day keys and intervals; gone after 14 days |
//! | emissions | `withheld` | JSON: intervals in which nothing is emitted; gone when they are over |
//! | outgoing | `report` | JSON, with secrets until it was sent, then a note without |
//! | outgoing | `decoys` | JSON: when the next cover message begins, and the sizes and times of those under way |
//! | outgoing | `studies` | JSON: what studies are told, each with the key to take it back; gone 30 days after they end |
//! | draft | `draft` | JSON |
//!
//! Those of the store `server` are the home server's; a further one's stand there under its origin, a bar and the same names.

use super::StorageProblem;
use crate::platform::storage::{Change, Storage, Store};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use twoken_core::batch::Head;
use twoken_core::codec;
use twoken_core::diary::{Diary, Encounter};
use twoken_core::units::{Day, RETENTION_DAYS, Timestamp};
use twoken_core::wire::{PinnedServer, RegionId};

pub(super) const SETTINGS: &str = "settings";
pub(super) const EMISSIONS: &str = "emissions";
pub(super) const WITHHELD: &str = "withheld";
pub(super) const RING: &str = "ring";
pub(super) const SERVER: &str = "server";
pub(super) const CHECKED: &str = "checked";
pub(super) const LARGE: &str = "large";
pub(super) const PRIVATE: &str = "private";
pub(super) const DAY_SETS: &str = "day-sets";
pub(super) const TOLD_HITS: &str = "told-hits";
pub(super) const REPORT: &str = "report";
pub(super) const HELD: &str = "held";
pub(super) const DECOYS: &str = "decoys";
pub(super) const DRAFT: &str = "draft";

/// The server as it was met.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct ServerRecord {
    pub(super) pinned: PinnedServer,
    #[serde(with = "text_bytes")]
    pub(super) body: Vec<u8>,
    pub(super) signature: String,
    /// When this configuration was first seen here.
    #[serde(default)]
    pub(super) first_seen: Option<Timestamp>,
    /// When it was first seen to work in another mode than before.
    #[serde(default)]
    pub(super) mode_since: Option<Timestamp>,
}

/// How far one region was compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RegionMark {
    /// The last head of the chain, in hex.
    pub(super) head: String,
    /// The day in whose index it stands.
    pub(super) day: Day,
    /// What was published here until then is compared.
    #[serde(default)]
    pub(super) until: Option<Timestamp>,
    /// What it belonged to when the server listed it last: its reports go there, should it vanish.
    #[serde(default)]
    pub(super) parent: Option<RegionId>,
    /// Whether all of it was compared after it had left the server's list: nothing more is published in it, and it
    /// is not asked for again.
    #[serde(default)]
    pub(super) closed: bool,
}

impl RegionMark {
    /// Keeps it before what could not be compared: the first of that comes after `head`, in the index of `day`. What an earlier
    /// check has seen, up to `until`, stays seen.
    pub(super) fn hold(&mut self, head: Head, day: Day, until: Option<Timestamp>) {
        self.head = head.to_string();
        self.day = day;
        self.until = self.until.map(|new| new.min(day.start())).max(until);
        self.closed = false;
    }
}

/// How far everything was compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Checked {
    pub(super) until: Option<Timestamp>,
    pub(super) compared: usize,
    /// Every region checked within the retention time, whether or not it counts now.
    pub(super) regions: BTreeMap<RegionId, RegionMark>,
    /// The regions that counted at the last check: one of them that leaves the server's list is asked for on.
    pub(super) counted: BTreeSet<RegionId>,
}

impl Checked {
    /// Until when everything published in all of `regions` is compared: as far as in the one that
    /// lags behind, and nowhere while one of them was never checked.
    pub(super) fn until_in<'a>(&self, regions: impl IntoIterator<Item = &'a RegionId>) -> Option<Timestamp> {
        let marks = regions.into_iter().map(|region| self.regions.get(region)?.until);
        marks.collect::<Option<Vec<_>>>()?.into_iter().min()
    }
}

/// What is known of private mode's day sets, beside the core's own records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct PrivateRecord {
    /// Those of which anything is stored.
    pub(super) sets: Vec<SetRecord>,
    /// Those that were given up: too many answers about them did not hold, or the server answers about them no more.
    pub(super) given_up: Vec<SetRecord>,
    /// When something was found last.
    pub(super) found_at: Option<Timestamp>,
    /// The server asked to be asked nothing before.
    pub(super) not_before: Option<Timestamp>,
    /// Those about which alone it asked that, and until when.
    pub(super) waits: Vec<(SetRecord, Timestamp)>,
}

/// A day set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SetRecord {
    /// The UTC day of sealing.
    pub(super) day: Day,
    /// Whether it is of the one-way scheme.
    pub(super) one_way: bool,
}

/// A permit's blind and nonce, kept so that the same TAN can be redeemed the same way again.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct PendingRecord {
    pub(super) tan: String,
    #[serde(with = "text_bytes")]
    pub(super) pending: Vec<u8>,
    /// When it was made: it is of no use once its week is over.
    pub(super) made_at: Timestamp,
    /// The further server that it is for. Two servers must not see the same blinded element.
    #[serde(default)]
    pub(super) server: Option<String>,
}

/// A report on its way, or the note that it arrived.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase")]
pub(super) enum OutgoingRecord {
    /// On its way. Everything it takes to go on after a reload.
    Waiting(WaitingRecord),
    /// Arrived; nothing secret is left.
    Sent {
        encounters: usize,
        entries: usize,
        at: Timestamp,
        /// Whether an exposure authorised it.
        #[serde(default)]
        second: bool,
        /// The further server that it went to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        server: Option<String>,
    },
}

/// What lets the server take a report.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Authority {
    /// A TAN, which is redeemed for a permit.
    #[serde(rename = "pending")]
    Tan(PendingRecord),
    /// An exposure, of which a proof is made.
    #[serde(rename = "exposure")]
    Exposure(ExposureRecord),
}

impl Authority {
    /// Whether a server may still take it: the week of a TAN's permit, or the retention of the exposure's batch.
    pub(super) fn holds_at(&self, now: Timestamp) -> bool {
        match self {
            Self::Tan(pending) => pending.made_at.week().is_accepted_at(now),
            Self::Exposure(exposure) => now.day() <= exposure.made_at.day().plus(RETENTION_DAYS),
        }
    }
}

/// The exposure by which those met are told, or what was counted.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct ExposureRecord {
    /// What the proof stands on ([`Ground`](super::Ground)).
    #[serde(alias = "encounter")]
    pub(super) ground: String,
    /// In private mode the grounds of all hits that were known when it was chosen: of these those met are told.
    #[serde(default)]
    pub(super) hits: Vec<String>,
    pub(super) made_at: Timestamp,
    /// The body with its proof, in base64url, once it was made: these bytes go.
    #[serde(default)]
    pub(super) proven: Option<String>,
}

impl ExposureRecord {
    /// The bytes that go.
    pub(super) fn proven_bytes(&self) -> Option<Vec<u8>> {
        codec::from_base64url(self.proven.as_ref()?).ok()
    }
}

/// A report on its way.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct WaitingRecord {
    #[serde(flatten)]
    pub(super) authority: Authority,
    /// The further server that it goes to; none is the home server.
    #[serde(default)]
    pub(super) server: Option<String>,
    /// The server's keys as pinned before the TAN was redeemed, or the proof made.
    pub(super) pinned: PinnedServer,
    #[serde(with = "text_bytes")]
    pub(super) body: Vec<u8>,
    /// The first day that the body has keys of.
    #[serde(default)]
    pub(super) oldest_key: Option<Day>,
    pub(super) encounters: usize,
    pub(super) entries: usize,
    /// The header of the redeemed permit.
    pub(super) permit: Option<String>,
    /// When it may go, in milliseconds; drawn when the permit was redeemed.
    pub(super) not_before_ms: u64,
    /// Whether sending was begun: it may have arrived from then on.
    pub(super) begun: bool,
    /// Ten-minute intervals whose keys were taken out because it waited too long for them.
    #[serde(default)]
    pub(super) outdated: usize,
    /// Encounters that were deleted while it waited, and left it.
    #[serde(default)]
    pub(super) taken_out: usize,
    /// Encounters that left it since they turned out to be reported: whoever reported them is not told of it.
    #[serde(default)]
    pub(super) reported: usize,
}

impl WaitingRecord {
    /// Whether an exposure authorises it: it is of the second degree.
    pub(super) const fn is_second(&self) -> bool {
        matches!(self.authority, Authority::Exposure(_))
    }

    /// Whether its permit is here, or its proof.
    pub(super) const fn is_authorised(&self) -> bool {
        match &self.authority {
            Authority::Tan(_) => self.permit.is_some(),
            Authority::Exposure(exposure) => exposure.proven.is_some(),
        }
    }
}

/// JSON of something that always has one.
pub(super) fn to_json<T: Serialize>(value: &T) -> Vec<u8> {
    // These are plain structs of strings and numbers: there is nothing that JSON cannot hold.
    serde_json::to_vec(value).unwrap_or_default()
}

/// What the JSON under `key` says, if there is any.
///
/// # Errors
/// `Damaged` where it cannot be read; else as the storage says.
pub(super) async fn read_json<T: DeserializeOwned>(
    storage: &Storage,
    store: Store,
    key: &str,
) -> Result<Option<T>, StorageProblem> {
    match storage.get(store, key).await? {
        None => Ok(None),
        Some(json) => serde_json::from_slice(&json).map(Some).map_err(|_| StorageProblem::Damaged),
    }
}

pub(super) fn put_json<T: Serialize>(store: Store, key: &str, value: &T) -> Change {
    Change::Put(store, key.to_owned(), to_json(value))
}

pub(super) fn put_encounter(encounter: &Encounter) -> Change {
    Change::Put(Store::Diary, encounter.id.to_string(), encounter.to_cbor())
}

/// The whole diary.
///
/// # Errors
/// `Damaged` where a row cannot be read; else as the storage says.
pub(super) async fn read_diary(storage: &Storage) -> Result<Diary, StorageProblem> {
    let mut diary = Diary::default();
    for (_, bytes) in storage.all(Store::Diary).await? {
        let encounter = Encounter::from_cbor(&bytes).map_err(|error| match error {
            twoken_core::diary::Error::Version(_) => StorageProblem::Newer,
            _ => StorageProblem::Damaged,
        })?;
        diary.insert(encounter);
    }
    Ok(diary)
}

/// Bytes as base64url inside of JSON.
pub(super) mod text_bytes {
    use super::{Deserialize, Deserializer, Serializer, codec};
    use serde::de::Error;

    pub(in crate::state) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&codec::to_base64url(bytes))
    }

    pub(in crate::state) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        codec::from_base64url(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_sent_note_carries_no_secret() {
        let note = OutgoingRecord::Sent {
            encounters: 2,
            entries: 3,
            at: Timestamp::new(9),
            second: false,
            server: None,
        };
        let json = String::from_utf8(to_json(&note)).unwrap();
        assert_eq!(json, r#"{"is":"sent","encounters":2,"entries":3,"at":9,"second":false}"#);
    }

    #[wasm_bindgen_test]
    fn a_region_never_checked_is_compared_until_nowhere() {
        let region = |name: &str| name.parse::<RegionId>().unwrap();
        let mark =
            |until| RegionMark { head: String::new(), day: Day::new(9), until, parent: None, closed: false };
        let [north, south, root] = ["north", "south", "root"].map(region);
        let mut checked = Checked::default();
        checked.regions.insert(root.clone(), mark(Some(Timestamp::new(50))));
        checked.regions.insert(north.clone(), mark(Some(Timestamp::new(40))));
        assert_eq!(checked.until_in(&[north.clone(), root.clone()]), Some(Timestamp::new(40)));
        assert_eq!(checked.until_in([&root]), Some(Timestamp::new(50)));
        assert_eq!(checked.until_in(&[south.clone(), root.clone()]), None);
        // As an earlier version has kept it.
        checked.regions.insert(south.clone(), mark(None));
        assert_eq!(checked.until_in(&[south, root]), None);
    }

    #[wasm_bindgen_test]
    fn a_waiting_report_is_read_as_an_earlier_version_kept_it() {
        let text = r#"{"is":"waiting","pending":{"tan":"0","pending":"AAEC","made_at":7},
            "pinned":{"signing_key":"_","permit_key":"_"},"body":"AAEC","encounters":1,"entries":2,
            "permit":null,"not_before_ms":1795263180000,"begun":false}"#;
        let key = codec::to_base64url(&[7; 32]);
        let text = text.replace(r#""_""#, &format!("\"{key}\""));
        let Ok(OutgoingRecord::Waiting(record)) = serde_json::from_str(&text) else {
            panic!("it cannot be read")
        };
        assert!(matches!(&record.authority, Authority::Tan(pending) if pending.pending == [0, 1, 2]));
        let exposure = ExposureRecord {
            ground: "7".to_owned(),
            hits: vec!["hit/7".to_owned()],
            made_at: Timestamp::new(9),
            proven: None,
        };
        let told = WaitingRecord { authority: Authority::Exposure(exposure), ..record };
        let again: WaitingRecord = serde_json::from_slice(&to_json(&told)).unwrap();
        assert!(matches!(&again.authority, Authority::Exposure(exposure) if exposure.ground == "7"));
        assert_eq!(again.not_before_ms, 1_795_263_180_000);
    }

    #[wasm_bindgen_test]
    fn bytes_survive_json() {
        let record = PendingRecord {
            tan: "0".to_owned(),
            pending: vec![0, 255, 62, 63],
            made_at: Timestamp::new(1),
            server: None,
        };
        let json = to_json(&record);
        let again: PendingRecord = serde_json::from_slice(&json).unwrap();
        assert_eq!(again.pending, record.pending);
    }
}
