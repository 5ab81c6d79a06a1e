//! Everything the pages may know and ask for: one [`App`] of signals and methods.
//!
//! Pages read the signals and call the methods; methods start their own work and answer
//! through the signals. No text lives here: what went wrong is an enum, which the pages turn
//! into words through the locale files.
//!
//! * [`background`] what a closed app can do, and an errand without a page
//! * [`boot`] what must happen before anything is shown: fragment, clean-up, records
//! * `place` which page is shown, and how one goes to another
//! * `window` which of several windows is the one in use
//! * [`settings`] consent, region, language, theme
//! * [`meet`] my code, what the camera hears, links
//! * [`bluetooth`] devices that stay connected
//! * [`diary`] editing, deleting, undoing
//! * `erased` deleting everything, and bringing it back
//! * [`rights`] what is held about the person, and when to remind of a copy
//! * `risk` how grave the exposures are
//! * [`server`] the signed configuration and its pinned keys
//! * [`servers`] further servers, each with what hangs on it
//! * [`installed`] a start without a network, newer versions, a promise to keep
//! * [`check`] looking for reports: downloading, verifying and comparing batches
//! * `day_sets` private mode: one query for each day and scheme, and what was found with it
//! * `comparing`, `large` one batch: whole, or by its filter and four pages
//! * `found` the pages of exposures, of which proofs are made
//! * `test_days` when a test was
//! * `lines` a report's entries, as bytes
//! * [`report`] the draft, what is sent, and what waits to be sent
//! * `key_code` what is shown to staff instead of being sent
//! * `decoys` cover messages, which look like a report on the line
//! * `held_tan` a TAN whose report is over
//! * `expiry`, `outdated` what is let go of when its time is over
//! * `taken_out` what a deletion takes out of a report that waits
//! * [`studies`] studies, and what was told to them
//! * `study_turns` when each of that goes
//! * `taken_back` what is taken back from a study
//! * [`telling`] telling those met of an exposure, authorised by a proof
//! * [`console`] the medical console's own state, in place of all of this
//! * [`lock`] a passphrase before all of it
//! * [`backup`] what is taken along to another device, and brought from there
//! * `records` how each of these is kept on the device

pub mod background;
pub mod backup;
pub mod bluetooth;
pub mod boot;
mod cells;
pub mod check;
mod check_run;
mod comparing;
pub mod console;
mod day_sets;
mod days_asked;
mod decoys;
pub mod diary;
mod erased;
mod expiry;
mod for_app;
mod found;
mod ground;
mod held_tan;
mod hits;
pub mod installed;
mod key_code;
mod large;
mod lines;
pub mod lock;
pub mod meet;
mod one_way;
mod outdated;
mod place;
mod records;
pub mod report;
mod retry;
pub mod rights;
mod risk;
mod sending;
pub mod server;
pub mod servers;
pub mod settings;
pub mod studies;
mod study_turns;
mod taken_back;
mod taken_out;
pub mod telling;
mod test_days;
mod window;
pub mod work;

pub use crate::api::ApiProblem;
pub use crate::platform::bluetooth::BluetoothProblem;
pub use crate::platform::install::Offer;
pub use crate::platform::notification::Permission;
pub use crate::platform::storage::{Keeping, StorageProblem};
pub use crate::worker::messages::{AnswerProblem, ListProblem, SealProblem};
pub use background::Closed;
pub use backup::{BackupProblem, Brought, MIN_PASSPHRASE, Offered};
pub use bluetooth::{Bluetooth, Peer, PeerProblem, PeerState};
pub use boot::{Arrival, Ready};
pub use check::{CheckPhase, CheckProblem, CheckState, Unasked};
pub use day_sets::Counted;
pub use diary::{Deleted, Recorded};
pub use ground::Ground;
pub use key_code::{KeysToShow, OfDay};
pub use lines::Line;
pub use lock::{LockChange, LockProblem, Locking, Passphrase};
pub use meet::{Direction, MeetProblem, MeetState, Unconfirmed};
pub use place::Place;
pub use report::{Outgoing, OutgoingState, Prepared, ReportDraft, ReportProblem, TanProblem};
pub use server::ServerState;
pub use servers::{MOST_SERVERS, Removed, ServerProblem, Source};
pub use settings::{Consent, Language, Settings, Since, Theme};
pub use studies::{StudyList, StudyReport, StudyReportState};
pub use taken_out::InReport;
pub use telling::Telling;
pub use test_days::{TestDayProblem, TestDays};

use leptos::prelude::*;
use twoken_core::diary::Diary;
use twoken_core::risk::Assessment;
use twoken_core::units::Timestamp;

/// The app's state: signals to read, methods to call. Cheap to copy.
#[derive(Clone, Copy)]
pub struct App {
    /// How far the app has come: loading, waiting for consent, ready, or broken.
    pub ready: Signal<Ready>,
    /// The page shown. Change it by `go`.
    pub place: Signal<Place>,
    /// The device's clock, once a second.
    pub now: Signal<Timestamp>,
    /// What the person chose. Change it by the `set_…` methods.
    pub settings: Signal<Settings>,
    /// What could not be stored last; what it concerned is kept in memory until it closes.
    pub unstored: Signal<Option<StorageProblem>>,
    /// Whether the browser believes to be online.
    pub online: Signal<bool>,
    /// What the app was opened with: a link's beacon, TAN or server.
    pub arrival: Signal<Option<Arrival>>,
    /// Whether a link was opened that may belong into the app on the home screen.
    pub for_app: Signal<bool>,
    /// The server's signed configuration.
    pub server: Signal<ServerState>,
    /// How far the device's clock is ahead of the server's, in seconds, if over five minutes.
    pub clock_off: Signal<Option<i64>>,
    /// My code, and which directions are done.
    pub meet: Signal<MeetState>,
    /// Every encounter of the last 14 days. Read it with `.with(|diary| …)`.
    pub diary: Signal<Diary>,
    /// How grave the diary's exposures are, by the server's thresholds.
    pub risk: Memo<Assessment>,
    /// What was just deleted, for as long as it can be brought back.
    pub deleted: Signal<Option<Deleted>>,
    /// What private mode has found.
    pub counted: Signal<Counted>,
    /// Checking for reports: with all servers, where this is the home server's.
    pub check: Signal<CheckState>,
    /// The report being filled in; kept over a reload. Write to it freely.
    pub draft: RwSignal<ReportDraft>,
    /// Why the report could not be made or stored.
    pub report_problem: Signal<Option<ReportProblem>>,
    /// The report that waits to be sent, or was sent.
    pub outgoing: Signal<Option<Outgoing>>,
    /// The server's studies, once they were asked for.
    pub study_list: Signal<StudyList>,
    /// What was told to studies, for as long as the server keeps it.
    pub study_reports: Signal<Vec<StudyReport>>,
    /// Why a report to a study could not be taken back.
    pub study_problem: Signal<Option<ApiProblem>>,
    /// What the browser says about keeping what is stored.
    pub keeping: Signal<Keeping>,
    /// Whether a newer app was fetched and waits.
    pub newer: Signal<bool>,
    /// What this browser says of a closed app.
    pub background: Signal<background::Background>,
    /// How often something new was found while nobody looked.
    pub news: Signal<u32>,
    /// Whether there was a diary here that the browser has cleared.
    pub lost: Signal<bool>,
    /// Whether the app lock is on.
    pub lock: Signal<bool>,
    /// What is being done with it. Change it by `unlock`, `change_lock` and `lock_now`.
    pub locking: Signal<Locking>,
    /// A further server that was just removed, for as long as it can be brought back.
    pub removed: Signal<Option<Removed>>,
    /// Devices met by Bluetooth. Change it by `meet_by_bluetooth` and its kin.
    pub bluetooth: Signal<Bluetooth>,
    /// The writing ends, for this module only.
    pub(in crate::state) cells: cells::Cells,
}

/// The [`App`] provided at the root.
///
/// Called outside the app's tree it makes a new, empty one: a component shown alone in a test
/// still has signals to read.
#[must_use]
pub fn use_app() -> App {
    use_context::<App>().unwrap_or_else(App::unbegun)
}
