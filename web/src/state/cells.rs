//! The writing ends of [`App`](super::App)'s signals, and what is kept beside them.

use super::background::Background;
use super::bluetooth::Bluetooth;
use super::day_sets::Kept;
use super::decoys::Decoys;
use super::erased::Erased;
use super::found::AllFound;
use super::hits::ToldHits;
use super::large::LargeBatches;
use super::one_way::OneWay;
use super::records::{Checked, OutgoingRecord, ServerRecord};
use super::retry::Retry;
use super::risk::assessed;
use super::servers::{self, Joined, MOST_SERVERS, Removed, Sources};
use super::study_turns::Turns;
use super::work::{self, Hands, Work};
use super::{
    App, Arrival, CheckState, Counted, Deleted, Locking, MeetState, Outgoing, Passphrase, Place, Ready,
    ReportDraft, ReportProblem, ServerState, Settings, StorageProblem, StudyList, StudyReport,
};
use crate::api::ApiProblem;
use crate::platform::bluetooth::Device;
use crate::platform::storage::{Keeping, Storage};
use crate::platform::{clock, network};
use leptos::prelude::*;
use std::rc::Rc;
use twoken_core::beacon::Payload;
use twoken_core::diary::Diary;
use twoken_core::encounter::{How, KeyRing};
use twoken_core::risk::Assessment;
use twoken_core::units::Timestamp;
use twoken_core::wire::PinnedServer;
use zeroize::Zeroizing;

/// What this module's files write.
#[derive(Clone, Copy)]
pub(in crate::state) struct Cells {
    pub(in crate::state) ready: RwSignal<Ready>,
    pub(in crate::state) place: RwSignal<Place>,
    pub(in crate::state) now: RwSignal<Timestamp>,
    pub(in crate::state) settings: RwSignal<Settings>,
    pub(in crate::state) unstored: RwSignal<Option<StorageProblem>>,
    pub(in crate::state) online: RwSignal<bool>,
    pub(in crate::state) arrival: RwSignal<Option<Arrival>>,
    /// A link that may belong into the app on the home screen.
    pub(in crate::state) for_app: RwSignal<Option<Zeroizing<String>>>,
    pub(in crate::state) server: RwSignal<ServerState>,
    pub(in crate::state) clock_off: RwSignal<Option<i64>>,
    pub(in crate::state) meet: RwSignal<MeetState>,
    pub(in crate::state) diary: RwSignal<Diary>,
    pub(in crate::state) deleted: RwSignal<Option<Deleted>>,
    pub(in crate::state) counted: RwSignal<Counted>,
    pub(in crate::state) check: RwSignal<CheckState>,
    pub(in crate::state) report_problem: RwSignal<Option<ReportProblem>>,
    pub(in crate::state) outgoing: RwSignal<Option<Outgoing>>,
    pub(in crate::state) told_hits: RwSignal<ToldHits>,
    pub(in crate::state) study_list: RwSignal<StudyList>,
    pub(in crate::state) study_reports: RwSignal<Vec<StudyReport>>,
    pub(in crate::state) study_problem: RwSignal<Option<ApiProblem>>,
    pub(in crate::state) keeping: RwSignal<Keeping>,
    pub(in crate::state) newer: RwSignal<bool>,
    pub(in crate::state) background: RwSignal<Background>,
    pub(in crate::state) news: RwSignal<u32>,
    pub(in crate::state) lost: RwSignal<bool>,
    /// How much is being stored that nobody waits for.
    pub(in crate::state) storing: StoredValue<u32, LocalStorage>,
    pub(in crate::state) bluetooth: RwSignal<Bluetooth>,
    /// The browser's side of the devices in it, by their numbers.
    pub(in crate::state) devices: StoredValue<Vec<(u32, Rc<Device>)>, LocalStorage>,
    /// Whether the browser was asked to keep what is stored since the app was opened.
    pub(in crate::state) asked_to_keep: StoredValue<bool, LocalStorage>,
    /// When a newer app was looked for last.
    pub(in crate::state) looked_at: StoredValue<Timestamp, LocalStorage>,
    /// Whether this window is the one in use.
    pub(in crate::state) holds: StoredValue<bool, LocalStorage>,
    /// How often it has asked to be.
    pub(in crate::state) turn: StoredValue<u32, LocalStorage>,
    /// The second's tick, for as long as it is.
    pub(in crate::state) ticking: StoredValue<Option<clock::Ticking>, LocalStorage>,
    /// Everything, for as long as it can be brought back after it was deleted.
    pub(in crate::state) erased: StoredValue<Option<Erased>, LocalStorage>,
    /// The database, once open.
    pub(in crate::state) storage: StoredValue<Option<Storage>, LocalStorage>,
    /// Whether something could not be stored since the last time that everything was.
    pub(in crate::state) unsaved: StoredValue<bool, LocalStorage>,
    /// My own keys, and the beacons heard, until their grace ends.
    pub(in crate::state) ring: StoredValue<KeyRing, LocalStorage>,
    /// What my code has emitted beside my keys.
    pub(in crate::state) one_way: StoredValue<OneWay, LocalStorage>,
    /// Until when somebody may hold what my keys were shown for.
    pub(in crate::state) shown_until: StoredValue<Timestamp, LocalStorage>,
    /// The server's keys, pinned when it was first met.
    pub(in crate::state) pinned: StoredValue<Option<PinnedServer>, LocalStorage>,
    /// The server as it was met last, with what it signed.
    pub(in crate::state) met: StoredValue<Option<ServerRecord>, LocalStorage>,
    /// Whether a new diary waits for a backup: nothing is asked about it before.
    pub(in crate::state) awaits_backup: StoredValue<bool, LocalStorage>,
    /// How far each region was checked.
    pub(in crate::state) checked: StoredValue<Checked, LocalStorage>,
    /// Large batches as they are stored.
    pub(in crate::state) large: StoredValue<LargeBatches, LocalStorage>,
    /// Private mode's day sets.
    pub(in crate::state) private: StoredValue<Kept, LocalStorage>,
    /// The pages by which the diary's exposures were found.
    pub(in crate::state) found: RwSignal<AllFound>,
    /// The last comparison's number.
    pub(in crate::state) comparisons: StoredValue<u32, LocalStorage>,
    /// Which check is running; a stopped one finds another number here.
    pub(in crate::state) check_run: StoredValue<u32, LocalStorage>,
    /// The report being sent, as it is stored.
    pub(in crate::state) sending: StoredValue<Option<OutgoingRecord>, LocalStorage>,
    /// When the TAN and blind kept for a second try were made.
    pub(in crate::state) held_since: StoredValue<Option<Timestamp>, LocalStorage>,
    /// When the draft was touched last; none while it is empty.
    pub(in crate::state) draft_touched: StoredValue<Option<Timestamp>, LocalStorage>,
    /// When sending is tried again.
    pub(in crate::state) retry: StoredValue<Retry, LocalStorage>,
    /// Whether a report is being driven right now.
    pub(in crate::state) driving: StoredValue<bool, LocalStorage>,
    /// Cover messages, as they are kept.
    pub(in crate::state) decoys: StoredValue<Decoys, LocalStorage>,
    /// Whether one is being sent, or waited for.
    pub(in crate::state) covering: StoredValue<bool, LocalStorage>,
    /// Whether a study is being told right now.
    pub(in crate::state) telling_study: StoredValue<bool, LocalStorage>,
    /// When the next one may be.
    pub(in crate::state) study_turns: StoredValue<Turns, LocalStorage>,
    pub(in crate::state) lock: RwSignal<bool>,
    pub(in crate::state) locking: RwSignal<Locking>,
    /// To be tried.
    pub(in crate::state) passphrase: StoredValue<Option<Passphrase>, LocalStorage>,
    /// Since when nobody looks at the page.
    pub(in crate::state) hidden_at: StoredValue<Option<Timestamp>, LocalStorage>,
    /// When a locked app last looked for keys whose time is over.
    pub(in crate::state) locked_looked_at: StoredValue<Timestamp, LocalStorage>,
    /// What does what is done without anybody looking; none before it has come.
    pub(in crate::state) hands: StoredValue<Option<Hands>, LocalStorage>,
    /// It could not be fetched.
    pub(in crate::state) hands_missing: StoredValue<bool, LocalStorage>,
    /// What waits for it.
    pub(in crate::state) undone: StoredValue<Vec<Work>, LocalStorage>,
    /// A beacon, in memory only, until the person confirms it.
    pub(in crate::state) waiting: StoredValue<Option<(Payload, How, Timestamp)>, LocalStorage>,
    /// From which further servers exposures are.
    pub(in crate::state) sources: RwSignal<Sources>,
    /// A further server that was just removed, as long as it can be brought back.
    pub(in crate::state) removed: RwSignal<Option<Removed>>,
    /// The app as each server has it, the home server's first.
    pub(in crate::state) each: StoredValue<Vec<App>>,
    /// Which of them this is.
    pub(in crate::state) slot: u8,
    /// The further server that it is for, if it is for one.
    pub(in crate::state) joined: RwSignal<Option<Joined>>,
}

impl Cells {
    /// The same app with another server: what hangs on a server is its own, all else is shared.
    fn with_server(self, slot: u8) -> Self {
        Self {
            server: RwSignal::new(ServerState::default()),
            clock_off: RwSignal::new(None),
            counted: RwSignal::new(Counted::default()),
            check: RwSignal::new(CheckState::default()),
            told_hits: RwSignal::new(ToldHits::new()),
            study_list: RwSignal::new(StudyList::default()),
            pinned: StoredValue::new_local(None),
            met: StoredValue::new_local(None),
            checked: StoredValue::new_local(Checked::default()),
            large: StoredValue::new_local(LargeBatches::default()),
            private: StoredValue::new_local(Kept::default()),
            found: RwSignal::new(AllFound::new()),
            slot,
            joined: RwSignal::new(None),
            ..self
        }
    }
}

impl App {
    /// An app of empty signals.
    pub(in crate::state) fn new() -> Self {
        let draft = RwSignal::new(ReportDraft::default());
        let cells = Cells {
            ready: RwSignal::new(Ready::Loading),
            place: RwSignal::new(Place::default()),
            now: RwSignal::new(clock::now()),
            settings: RwSignal::new(Settings::default()),
            unstored: RwSignal::new(None),
            online: RwSignal::new(network::online()),
            arrival: RwSignal::new(None),
            for_app: RwSignal::new(None),
            server: RwSignal::new(ServerState::default()),
            clock_off: RwSignal::new(None),
            meet: RwSignal::new(MeetState::default()),
            diary: RwSignal::new(Diary::default()),
            deleted: RwSignal::new(None),
            counted: RwSignal::new(Counted::default()),
            check: RwSignal::new(CheckState::default()),
            report_problem: RwSignal::new(None),
            outgoing: RwSignal::new(None),
            told_hits: RwSignal::new(ToldHits::new()),
            study_list: RwSignal::new(StudyList::default()),
            study_reports: RwSignal::new(Vec::new()),
            study_problem: RwSignal::new(None),
            keeping: RwSignal::new(Keeping::default()),
            newer: RwSignal::new(false),
            background: RwSignal::new(Background::default()),
            news: RwSignal::new(0),
            lost: RwSignal::new(false),
            storing: StoredValue::new_local(0),
            bluetooth: RwSignal::new(Bluetooth::default()),
            devices: StoredValue::new_local(Vec::new()),
            asked_to_keep: StoredValue::new_local(false),
            looked_at: StoredValue::new_local(clock::now()),
            holds: StoredValue::new_local(false),
            turn: StoredValue::new_local(0),
            ticking: StoredValue::new_local(None),
            erased: StoredValue::new_local(None),
            awaits_backup: StoredValue::new_local(false),
            storage: StoredValue::new_local(None),
            unsaved: StoredValue::new_local(false),
            ring: StoredValue::new_local(KeyRing::new()),
            one_way: StoredValue::new_local(OneWay::default()),
            shown_until: StoredValue::new_local(Timestamp::default()),
            pinned: StoredValue::new_local(None),
            met: StoredValue::new_local(None),
            checked: StoredValue::new_local(Checked::default()),
            large: StoredValue::new_local(LargeBatches::default()),
            private: StoredValue::new_local(Kept::default()),
            found: RwSignal::new(AllFound::new()),
            comparisons: StoredValue::new_local(0),
            check_run: StoredValue::new_local(0),
            sending: StoredValue::new_local(None),
            held_since: StoredValue::new_local(None),
            draft_touched: StoredValue::new_local(None),
            retry: StoredValue::new_local(Retry::default()),
            driving: StoredValue::new_local(false),
            decoys: StoredValue::new_local(Decoys::default()),
            covering: StoredValue::new_local(false),
            telling_study: StoredValue::new_local(false),
            study_turns: StoredValue::new_local(Turns::default()),
            lock: RwSignal::new(false),
            locking: RwSignal::new(Locking::default()),
            passphrase: StoredValue::new_local(None),
            hidden_at: StoredValue::new_local(None),
            locked_looked_at: StoredValue::new_local(Timestamp::default()),
            hands: StoredValue::new_local(work::HERE),
            hands_missing: StoredValue::new_local(false),
            undone: StoredValue::new_local(Vec::new()),
            waiting: StoredValue::new_local(None),
            sources: RwSignal::new(Sources::default()),
            removed: RwSignal::new(None),
            each: StoredValue::new(Vec::new()),
            slot: 0,
            joined: RwSignal::new(None),
        };
        // Signals live as long as what they were made in: those of servers that may be added are made with all others.
        let each: Vec<Cells> =
            (0..MOST_SERVERS).map(|slot| if slot == 0 { cells } else { cells.with_server(slot) }).collect();
        let risk = assessed(cells.diary, cells.sources, each.clone());
        let check = servers::compared(each.clone());
        let apps = each.into_iter().map(|of| Self {
            check: if of.slot == 0 { check.into() } else { of.check.into() },
            ..Self::of(of, draft, risk)
        });
        let apps: Vec<_> = apps.collect();
        cells.each.set_value(apps.clone());
        apps.first().copied().unwrap_or_else(|| Self::of(cells, draft, risk))
    }

    fn of(cells: Cells, draft: RwSignal<ReportDraft>, risk: Memo<Assessment>) -> Self {
        Self {
            ready: cells.ready.into(),
            place: cells.place.into(),
            now: cells.now.into(),
            settings: cells.settings.into(),
            unstored: cells.unstored.into(),
            online: cells.online.into(),
            arrival: cells.arrival.into(),
            for_app: Signal::derive(move || cells.for_app.with(Option::is_some)),
            server: cells.server.into(),
            clock_off: cells.clock_off.into(),
            meet: cells.meet.into(),
            diary: cells.diary.into(),
            risk,
            deleted: cells.deleted.into(),
            counted: cells.counted.into(),
            check: cells.check.into(),
            draft,
            report_problem: cells.report_problem.into(),
            outgoing: cells.outgoing.into(),
            study_list: cells.study_list.into(),
            study_reports: cells.study_reports.into(),
            study_problem: cells.study_problem.into(),
            keeping: cells.keeping.into(),
            newer: cells.newer.into(),
            background: cells.background.into(),
            news: cells.news.into(),
            lost: cells.lost.into(),
            lock: cells.lock.into(),
            locking: cells.locking.into(),
            bluetooth: cells.bluetooth.into(),
            removed: cells.removed.into(),
            cells,
        }
    }
}
