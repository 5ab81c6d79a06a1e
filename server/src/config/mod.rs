//! What an operator decides. Defaults come from a profile, a TOML file overrides them, `TWOKEN_*` variables override
//! the file ([`read`]); [`faults`] says what is wrong with the result before anything starts.

mod advice;
mod faults;
mod proofs;
mod read;
mod risk;

use serde::{Deserialize, Serialize};
use twoken_core::status::Mode;

pub use faults::{Fault, MAX_STAFF_IDLE_MINUTES, MAX_TAN_HOURS, Severity, faults};
pub use proofs::Proofs;
pub use read::{Error, read};
pub use risk::Risk;

/// One a day: of the order of ten kilobytes, and more by far than anybody reports.
const DECOYS_PER_WEEK: u32 = 7;

/// A set of defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// To try things out alone: seals every minute from one upload on, delays of 0–2 s. Protects nobody.
    Demo,
    /// As it should run: seals every hour from five uploads on, delays of 0–30 minutes.
    Strict,
}

impl Profile {
    /// Its name in files and on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Strict => "strict",
        }
    }
}

/// Bounds of the random delay between redeeming a TAN and uploading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    /// Seconds.
    pub min: u32,
    /// Seconds.
    pub max: u32,
}

/// A region that clients may name; entries of one region never meet those of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// `[a-z0-9-]`, 1 to 16 characters.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// The wider region; none for the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

/// The authority's words to an exposed person, named and dated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// Who says so.
    pub source: String,
    /// Since when, `2026-11-20`.
    pub date: String,
    /// In English, one paragraph an item.
    pub en: Vec<String>,
    /// In German.
    pub de: Vec<String>,
}

/// Everything an operator decides, resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the defaults came from.
    pub profile: Profile,
    /// What is published: `open` or `private`. It stays, once something waits or is published.
    pub mode: Mode,
    /// Name of the server shown to people.
    pub name: String,
    /// `https://host` under which people reach this server; stands in the API description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_origin: Option<String>,
    /// Time between two sealings, in seconds.
    pub seal_every_seconds: u32,
    /// Uploads below which a pool is not sealed.
    pub min_uploads: u32,
    /// After this many hours below the minimum the operator is alerted.
    pub max_wait_hours: u32,
    /// After this many hours a pool is sealed although it is below the minimum. Never, when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seal_anyway_after_hours: Option<u32>,
    /// How long a TAN is valid when nothing is said with it, in hours.
    pub tan_hours: u16,
    /// After so many minutes without anything done, staff are signed out.
    pub staff_idle_minutes: u16,
    /// After so many hours staff are signed out whatever they do.
    pub staff_session_hours: u16,
    /// How often apps look for news, in seconds.
    pub check_every_seconds: u32,
    /// Decoys that each app sends in a week, in the mean: 0 for none.
    pub decoys_per_week: u32,
    /// Random delay between redeeming and uploading.
    pub upload_delay_seconds: Delay,
    /// Believe the last address in `x-forwarded-for`: only behind a proxy that writes it.
    pub behind_proxy: bool,
    /// In private mode: most queries of one address for one day set on a day (UTC); the same query again is free.
    pub psi_queries_per_address: u32,
    /// SHA-256 of the authority's API key, in hexadecimal; holds until `authority-key add` has made one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_hash: Option<String>,
    /// So many seconds the server's clock runs ahead of the system's: days to come, for tests. With the demo profile alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_ahead_seconds: Option<u32>,
    /// The tree of regions.
    pub regions: Vec<Region>,
    /// From when on an exposure is grave.
    pub risk: Risk,
    /// What a membership proof authorises.
    pub proofs: Proofs,
    /// What an exposed person is told to do.
    pub advice: Advice,
}

impl Settings {
    /// A profile's defaults.
    #[must_use]
    pub fn defaults(profile: Profile) -> Self {
        let (seal_every_seconds, min_uploads, delay, check_every_seconds) = match profile {
            Profile::Demo => (60, 1, Delay { min: 0, max: 2 }, 60),
            Profile::Strict => (3600, 5, Delay { min: 0, max: 1800 }, 3600),
        };
        Self {
            profile,
            mode: Mode::Open,
            name: match profile {
                Profile::Demo => "Demo health office".to_owned(),
                Profile::Strict => "Twoken".to_owned(),
            },
            public_origin: None,
            seal_every_seconds,
            min_uploads,
            max_wait_hours: 24,
            seal_anyway_after_hours: None,
            tan_hours: 24,
            staff_idle_minutes: 15,
            staff_session_hours: 12,
            check_every_seconds,
            decoys_per_week: DECOYS_PER_WEEK,
            upload_delay_seconds: delay,
            behind_proxy: false,
            psi_queries_per_address: 64,
            api_key_hash: None,
            clock_ahead_seconds: None,
            regions: vec![Region { id: "root".to_owned(), name: "Everywhere".to_owned(), parent: None }],
            risk: Risk::default(),
            proofs: Proofs::default(),
            advice: Advice::built_in(),
        }
    }
}
