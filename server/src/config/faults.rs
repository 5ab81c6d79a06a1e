//! What is wrong with settings: errors stop the server from starting, warnings are told and lived with.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use twoken_core::codec;
use twoken_core::units::Day;
use twoken_core::wire::{MAX_DECOYS_PER_WEEK, MAX_DEPTH, MAX_PER_PAGE};

use super::advice::BUILT_IN_SOURCE;
use super::{Profile, Settings};

/// Fewest uploads that the strict profile's promise rests on.
const STRICT_MIN_UPLOADS: u32 = 5;
/// Decoys of a week at one an hour.
const HOURLY: u32 = 168;
/// Longest texts: they are shown on a phone, and the configuration travels often.
const MAX_NAME: usize = 80;
const MAX_ADVICE_LINES: usize = 12;
const MAX_ADVICE_LINE: usize = 400;
/// Most regions: a client reads the whole tree.
const MAX_REGIONS: usize = 512;
const DAY_SECONDS: u32 = 86_400;
/// Longest delay that leaves a permit's week valid beyond doubt.
const MAX_DELAY_SECONDS: u32 = 6 * 3600;
/// Longest wait: batches live fourteen days.
const MAX_WAIT_HOURS: u32 = 14 * 24;
/// Farthest that a demo's clock runs ahead, in seconds: a year.
const MAX_CLOCK_AHEAD_SECONDS: u32 = 365 * DAY_SECONDS;
/// Longest validity of a TAN, in hours: fourteen days.
pub const MAX_TAN_HOURS: u16 = 14 * 24;
/// Longest time without anything done until staff are signed out, in minutes.
pub const MAX_STAFF_IDLE_MINUTES: u16 = 60;
/// Longest time until staff are signed out, in hours.
const MAX_STAFF_SESSION_HOURS: u16 = 24;

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The server does not start with it.
    Error,
    /// The server starts, and says it.
    Warning,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// How bad.
    pub severity: Severity,
    /// What, and what to do.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{word}: {}", self.message)
    }
}

/// Everything that is wrong, errors and warnings.
#[must_use]
pub fn faults(settings: &Settings) -> Vec<Fault> {
    let mut found = Findings(Vec::new());
    texts(settings, &mut found);
    times(settings, &mut found);
    decoys(settings, &mut found);
    regions(settings, &mut found);
    risk(settings, &mut found);
    proofs(settings, &mut found);
    secrets(settings, &mut found);
    clock(settings, &mut found);
    if settings.profile == Profile::Strict && settings.min_uploads < STRICT_MIN_UPLOADS {
        found.warning(format!(
            "`min_uploads` is {}: fewer than {STRICT_MIN_UPLOADS} uploads in a batch make it easier to guess whose \
             entries belong together",
            settings.min_uploads
        ));
    }
    if settings.profile == Profile::Strict && settings.public_origin.is_none() {
        found.warning(
            "`public_origin` is not set: health staff can sign in on this machine alone, and their session's cookie \
             would go over plain HTTP"
                .to_owned(),
        );
    }
    if settings.profile == Profile::Demo {
        found.warning("the demo profile is for trying things out: it protects nobody's privacy".to_owned());
    }
    found.0
}

struct Findings(Vec<Fault>);

impl Findings {
    fn error(&mut self, message: String) {
        self.0.push(Fault { severity: Severity::Error, message });
    }

    fn warning(&mut self, message: String) {
        self.0.push(Fault { severity: Severity::Warning, message });
    }

    fn range(&mut self, setting: &str, value: u32, range: std::ops::RangeInclusive<u32>) {
        if !range.contains(&value) {
            self.error(format!("`{setting}` is {value}; it must be {} to {}", range.start(), range.end()));
        }
    }
}

fn texts(settings: &Settings, found: &mut Findings) {
    let name = settings.name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME {
        found.error(format!(
            "`name` must have 1 to {MAX_NAME} characters: people see it as the server's name"
        ));
    }
    if let Some(origin) = &settings.public_origin
        && !is_origin(origin)
    {
        found.error(
            "`public_origin` must be `https://host` or `https://host:port`, without a path".to_owned(),
        );
    }
    let advice = &settings.advice;
    if advice.source.trim().is_empty() {
        found.error("`advice.source` is empty: people must see whose advice it is".to_owned());
    }
    if advice.date.parse::<Day>().is_err() {
        found.error("`advice.date` must be a date of the form 2026-11-20".to_owned());
    }
    for (language, lines) in [("en", &advice.en), ("de", &advice.de)] {
        let fits = |line: &String| !line.trim().is_empty() && line.chars().count() <= MAX_ADVICE_LINE;
        if lines.is_empty() || lines.len() > MAX_ADVICE_LINES || !lines.iter().all(fits) {
            found.error(format!(
                "`advice.{language}` must have 1 to {MAX_ADVICE_LINES} lines of 1 to {MAX_ADVICE_LINE} characters"
            ));
        }
    }
    if advice.source == BUILT_IN_SOURCE && settings.profile == Profile::Strict {
        found.warning(
            "`advice` is the built-in example text: write what your authority recommends".to_owned(),
        );
    }
}

fn times(settings: &Settings, found: &mut Findings) {
    found.range("seal_every_seconds", settings.seal_every_seconds, 10..=DAY_SECONDS);
    found.range("check_every_seconds", settings.check_every_seconds, 10..=DAY_SECONDS);
    found.range("min_uploads", settings.min_uploads, 1..=10_000);
    found.range("max_wait_hours", settings.max_wait_hours, 1..=MAX_WAIT_HOURS);
    found.range("psi_queries_per_address", settings.psi_queries_per_address, 1..=10_000);
    found.range("tan_hours", settings.tan_hours.into(), 1..=MAX_TAN_HOURS.into());
    found.range("staff_idle_minutes", settings.staff_idle_minutes.into(), 1..=MAX_STAFF_IDLE_MINUTES.into());
    found.range(
        "staff_session_hours",
        settings.staff_session_hours.into(),
        1..=MAX_STAFF_SESSION_HOURS.into(),
    );
    if let Some(hours) = settings.seal_anyway_after_hours {
        found.range(
            "seal_anyway_after_hours",
            hours,
            settings.max_wait_hours.min(MAX_WAIT_HOURS)..=MAX_WAIT_HOURS,
        );
    }
    let delay = settings.upload_delay_seconds;
    if delay.min > delay.max || delay.max > MAX_DELAY_SECONDS {
        found.error(format!(
            "`upload_delay_seconds` is {} to {}; `min` must not be above `max`, nor `max` above {MAX_DELAY_SECONDS}",
            delay.min, delay.max
        ));
    } else if settings.profile == Profile::Strict && delay.max < 600 {
        found.warning(format!(
            "`upload_delay_seconds.max` is {}: with less than ten minutes between them, redeeming a TAN and uploading \
             are easily joined by their times",
            delay.max
        ));
    }
}

fn decoys(settings: &Settings, found: &mut Findings) {
    let decoys = settings.decoys_per_week;
    found.range("decoys_per_week", decoys, 0..=MAX_DECOYS_PER_WEEK);
    if settings.profile == Profile::Strict && decoys == 0 {
        found.warning(
            "`decoys_per_week` is 0: whoever watches the line of a person who reports sees that they do"
                .to_owned(),
        );
    } else if settings.profile == Profile::Strict && decoys > HOURLY {
        found.warning(format!(
            "`decoys_per_week` is {decoys}: each app would send more than one an hour, which people pay for"
        ));
    }
}

fn regions(settings: &Settings, found: &mut Findings) {
    let mut parents = BTreeMap::new();
    for region in &settings.regions {
        if region.id.parse::<twoken_core::wire::RegionId>().is_err() {
            found
                .error(format!("the region id `{}` must be 1 to 16 characters of a-z, 0-9 and -", region.id));
        }
        if region.name.trim().is_empty() || region.name.chars().count() > MAX_NAME {
            found.error(format!("the region `{}` must have a name of 1 to {MAX_NAME} characters", region.id));
        }
        if parents.insert(region.id.as_str(), region.parent.as_deref()).is_some() {
            found.error(format!("the region `{}` is there twice", region.id));
        }
    }
    if settings.regions.len() > MAX_REGIONS {
        found.error(format!("there are {} regions; {MAX_REGIONS} are the most", settings.regions.len()));
    }
    let roots: Vec<_> = parents.iter().filter(|(_, parent)| parent.is_none()).map(|(id, _)| *id).collect();
    if roots.len() != 1 {
        found.error(format!(
            "there must be exactly one region without a `parent`, the root; there are {}: {}",
            roots.len(),
            roots.join(", ")
        ));
    }
    for (id, parent) in &parents {
        if let Some(parent) = parent
            && !parents.contains_key(parent)
        {
            found.error(format!("the region `{id}` names a parent `{parent}` that is not there"));
        }
        if runs_in_a_circle(id, &parents) {
            found.error(format!("the region `{id}` is its own ancestor"));
        }
    }
}

fn risk(settings: &Settings, found: &mut Findings) {
    if let Err(twoken_core::risk::Error(member)) = twoken_core::risk::Config::from(settings.risk).check() {
        found.error(format!(
            "`risk.{member}` is out of range: `high_minutes` is 1 to 1440 and `medium_minutes` 1 to that, \
             `close_attenuation_db` is at most `near_attenuation_db`, percents are 0 to 100"
        ));
    }
}

fn proofs(settings: &Settings, found: &mut Findings) {
    found.range("proofs.depth", settings.proofs.depth.into(), 1..=MAX_DEPTH.into());
    found.range("proofs.per_page", settings.proofs.per_page, 1..=MAX_PER_PAGE);
    if settings.proofs.depth == MAX_DEPTH {
        found.warning(
            "`proofs.depth` is 3: whoever is warned in the second degree can warn others in turn, and so on; nobody can \
             tell how far such a warning has come"
                .to_owned(),
        );
    }
}

fn runs_in_a_circle(id: &str, parents: &BTreeMap<&str, Option<&str>>) -> bool {
    let mut seen = BTreeSet::from([id]);
    let mut at = id;
    while let Some(Some(parent)) = parents.get(at) {
        if *parent == id {
            return true;
        }
        if !seen.insert(parent) {
            return false; // a circle further up; it is told there
        }
        at = parent;
    }
    false
}

fn secrets(settings: &Settings, found: &mut Findings) {
    if let Some(hash) = &settings.api_key_hash
        && codec::array_from_hex::<32>(hash).is_err()
    {
        found.error("`api_key_hash` must be the SHA-256 of the API key in lower-case hexadecimal".to_owned());
    }
}

/// A clock that is not the time: what people are told to be over or fresh would be neither.
fn clock(settings: &Settings, found: &mut Findings) {
    let Some(seconds) = settings.clock_ahead_seconds else { return };
    found.range("clock_ahead_seconds", seconds, 0..=MAX_CLOCK_AHEAD_SECONDS);
    if settings.profile != Profile::Demo {
        found.error(format!(
            "`clock_ahead_seconds` is set, and the profile is {}: only a server for trying things out (`--profile \
             demo`) may have another time than it is; take the setting out",
            settings.profile.name()
        ));
    } else if seconds > 0 {
        found.warning(format!(
            "`clock_ahead_seconds` is {seconds}: this server's clock runs so much ahead, and apps whose clock does not \
             will refuse what it signs"
        ));
    }
}

/// `scheme://host[:port]` and nothing after it. Plain HTTP only on this machine.
fn is_origin(text: &str) -> bool {
    let (host, local_only) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(host), _) => (host, false),
        (None, Some(host)) => (host, true),
        (None, None) => return false,
    };
    let named = !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']'));
    named && (!local_only || host.starts_with("127.0.0.1") || host.starts_with("localhost"))
}

#[cfg(test)]
mod tests {
    use super::super::{Delay, Region};
    use super::*;

    fn told(severity: Severity, change: impl FnOnce(&mut Settings)) -> String {
        let mut settings = Settings::defaults(Profile::Strict);
        change(&mut settings);
        let found = faults(&settings).into_iter().filter(|fault| fault.severity == severity);
        found.map(|fault| fault.message).collect::<Vec<_>>().join("; ")
    }

    fn errors(change: impl FnOnce(&mut Settings)) -> String {
        told(Severity::Error, change)
    }

    #[test]
    fn what_weakens_the_strict_profile_is_told() {
        let warnings = |change: &dyn Fn(&mut Settings)| told(Severity::Warning, change);
        assert!(warnings(&|s| s.min_uploads = 4).contains("`min_uploads` is 4"));
        assert!(warnings(&|_| {}).contains("`public_origin` is not set"));
        let origin = || Some("https://twoken.example".to_owned());
        assert!(!warnings(&|s| s.public_origin = origin()).contains("`public_origin`"));
        for (min, max, weak) in [(0, 0, true), (599, 599, true), (0, 600, false), (0, 1800, false)] {
            let told = warnings(&|s| s.upload_delay_seconds = Delay { min, max });
            assert_eq!(told.contains("`upload_delay_seconds.max`"), weak, "{min} to {max}: {told}");
        }
    }

    #[test]
    fn the_defaults_have_no_errors() {
        for profile in [Profile::Strict, Profile::Demo] {
            let found = faults(&Settings::defaults(profile));
            assert!(found.iter().all(|fault| fault.severity == Severity::Warning), "{found:?}");
        }
    }

    #[test]
    fn a_demo_clock_may_run_ahead_and_says_so() {
        let mut settings = Settings::defaults(Profile::Demo);
        for (seconds, severity) in
            [(0, None), (86_400, Some(Severity::Warning)), (365 * 86_400 + 1, Some(Severity::Error))]
        {
            settings.clock_ahead_seconds = Some(seconds);
            let told = faults(&settings).into_iter().find(|fault| fault.message.contains("clock_ahead"));
            assert_eq!(told.map(|fault| fault.severity), severity, "{seconds}");
        }
    }

    #[test]
    fn each_fault_is_named() {
        let region = |id: &str, parent: Option<&str>| Region {
            id: id.to_owned(),
            name: id.to_owned(),
            parent: parent.map(str::to_owned),
        };
        assert!(errors(|s| s.name = String::new()).contains("`name`"));
        assert!(errors(|s| s.min_uploads = 0).contains("`min_uploads` is 0"));
        assert!(errors(|s| s.seal_every_seconds = 9).contains("`seal_every_seconds`"));
        assert!(errors(|s| s.tan_hours = 0).contains("`tan_hours` is 0; it must be 1 to 336"));
        assert!(errors(|s| s.tan_hours = 337).contains("`tan_hours` is 337"));
        assert_eq!(errors(|s| s.tan_hours = 336) + &errors(|s| s.tan_hours = 1), "");
        assert!(errors(|s| s.staff_idle_minutes = 0).contains("`staff_idle_minutes` is 0"));
        assert!(errors(|s| s.staff_idle_minutes = 61).contains("`staff_idle_minutes` is 61"));
        assert!(errors(|s| s.staff_session_hours = 25).contains("`staff_session_hours` is 25"));
        assert!(errors(|s| s.seal_anyway_after_hours = Some(3)).contains("`seal_anyway_after_hours`"));
        assert!(errors(|s| s.upload_delay_seconds.min = 2000).contains("`upload_delay_seconds`"));
        assert!(errors(|s| s.advice.date = "yesterday".to_owned()).contains("`advice.date`"));
        assert!(errors(|s| s.advice.de.clear()).contains("`advice.de`"));
        assert!(errors(|s| s.risk.high_minutes = 0).contains("`risk.high_minutes`"));
        assert!(errors(|s| s.risk.high_minutes = 1441).contains("`risk.high_minutes`"));
        assert!(errors(|s| s.risk.medium_minutes = 16).contains("`risk.medium_minutes`"));
        assert!(errors(|s| s.risk.close_attenuation_db = 64).contains("`risk.close_attenuation_db`"));
        assert!(errors(|s| s.risk.near_percent = 101).contains("`risk.near_percent`"));
        assert!(errors(|s| s.risk.second_degree_percent = 101).contains("`risk.second_degree_percent`"));
        assert!(errors(|s| s.proofs.depth = 0).contains("`proofs.depth` is 0; it must be 1 to 3"));
        assert!(errors(|s| s.proofs.depth = 4).contains("`proofs.depth` is 4"));
        assert!(errors(|s| s.proofs.per_page = 0).contains("`proofs.per_page` is 0"));
        assert!(errors(|s| s.psi_queries_per_address = 0).contains("`psi_queries_per_address` is 0"));
        assert!(errors(|s| s.clock_ahead_seconds = Some(1)).contains("the profile is strict"));
        assert!(errors(|s| s.api_key_hash = Some("ABC".to_owned())).contains("`api_key_hash`"));
        assert!(
            errors(|s| s.public_origin = Some("http://example.org".to_owned())).contains("`public_origin`")
        );
        assert!(
            errors(|s| s.public_origin = Some("https://example.org/app".to_owned()))
                .contains("`public_origin`")
        );
        assert_eq!(errors(|s| s.public_origin = Some("https://example.org:8443".to_owned())), "");
        assert!(errors(|s| s.regions.clear()).contains("exactly one"));
        assert!(errors(|s| s.regions.push(region("other", None))).contains("root"));
        assert!(errors(|s| s.regions.push(region("root", Some("root")))).contains("twice"));
        assert!(errors(|s| s.regions.push(region("North", Some("root")))).contains("`North`"));
        assert!(errors(|s| s.regions.push(region("north", Some("south")))).contains("`south`"));
        assert!(errors(|s| s.regions.push(region("own", Some("own")))).contains("`own` is its own ancestor"));
        let circle = errors(|s| {
            s.regions.push(region("a", Some("b")));
            s.regions.push(region("b", Some("a")));
        });
        assert!(
            circle.contains("`a` is its own ancestor") && circle.contains("`b` is its own ancestor"),
            "{circle}"
        );
    }
}
