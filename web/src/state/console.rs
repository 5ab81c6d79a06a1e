//! The medical console's state: who has signed in, the patient's keys that were scanned, TANs, and what supervisors and
//! administrators see. As [`App`](super::App): signals to read, methods to call, no text.
//!
//! Nothing of it is kept on the device but the server's public keys. A patient's keys live here alone, from the scan to
//! the upload: a session may end and begin in between, the scan stays; they are wiped when they were sent, when they are
//! discarded, when somebody else signs in, and a quarter of an hour after a session has ended.
//!
//! * `sitting` the session, and when it ends
//! * `door` signing in, locking, joining, signing out
//! * `handover` a patient's keys, from the first code to the upload
//! * `rules` the server's signed configuration and its keys
//! * `tans` TANs, one at a time; `list` many from a spreadsheet, which `table` reads
//! * `audit`, `figures`, `accounts` what supervisors and administrators see, and how far it was `asked` for

mod accounts;
mod asked;
mod audit;
mod door;
mod figures;
mod handover;
mod list;
mod rules;
mod sitting;
mod table;
mod tans;

pub use accounts::{Changed, Link, Staffing};
pub use asked::Asked;
pub use audit::Audit;
pub use figures::{CHART_DAYS, Figure, Figures, Misfit};

pub use crate::api::staff::{
    Account, AccountChange, Accounts, AuditPage, DayFigures, Event, Invitation, Invited, Role, Session,
    SessionState, TanAnswer, TanState,
};
pub use door::{Door, Joining, Why};
pub use handover::{KeysProblem, Patient, Scanned, Step, Test, TestFields, UploadProblem, Uploaded};
pub use list::{List, Progress};
pub use table::{Choice, MAX_BYTES, MAX_COLUMNS, MAX_ROWS, References, Table, TableProblem};
pub use tans::{Letter, Looked, OneTan};

use crate::api::staff::StaffApi;
use crate::api::{Api, ApiProblem};
use crate::platform::{channel, clock, history, visibility};
use handover::Held;
use leptos::prelude::*;
use list::Letters;
use sitting::Signed;
use std::sync::Arc;
use twoken_core::units::Timestamp;
use twoken_core::wire::SignedConfig;

/// A page of the console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Desk {
    /// A patient's keys.
    #[default]
    Patient,
    /// TANs: one, many, how one stands.
    Tans,
    /// Who did what.
    Audit,
    /// How many.
    Overview,
    /// Who may sign in.
    Accounts,
}

impl Desk {
    /// All of them, in the order in which they stand.
    pub const ALL: [Self; 5] = [Self::Patient, Self::Tans, Self::Audit, Self::Overview, Self::Accounts];

    /// The least role that has it.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Patient | Self::Tans => Role::Clinician,
            Self::Audit | Self::Overview => Role::Supervisor,
            Self::Accounts => Role::Administrator,
        }
    }
}

/// The console's state. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Console {
    /// How far somebody has come.
    pub door: Signal<Door>,
    /// Whose session it is; none while nobody has one.
    pub session: Signal<Option<Session>>,
    /// The page shown. Change it by `show`.
    pub desk: Signal<Desk>,
    /// The server's clock as far as it is known, once a second.
    pub now: Signal<Timestamp>,
    /// The server's signed configuration.
    pub config: Signal<Option<Arc<SignedConfig>>>,
    /// Whether something of the door's is under way.
    pub busy: Signal<bool>,
    /// Why the last thing that was asked for at the door was refused.
    pub problem: Signal<Option<ApiProblem>>,
    /// What hinders the pages as a whole.
    pub trouble: Signal<Option<ApiProblem>>,
    /// Whether an invitation waits until who has signed in signs out.
    pub invited: Signal<bool>,
    /// The patient's keys.
    pub patient: Signal<Patient>,
    /// What was entered about the patient's test. Write to it freely.
    pub test: RwSignal<TestFields>,
    /// The TAN issued last by itself.
    pub one: Signal<OneTan>,
    /// What was found about a TAN.
    pub looked: Signal<Looked>,
    /// Many TANs from a list.
    pub list: Signal<List>,
    /// What staff did.
    pub audit: Signal<Audit>,
    /// How many.
    pub figures: Signal<Figures>,
    /// Who may sign in.
    pub staffing: Signal<Staffing>,
    cells: Cells,
}

/// The writing ends.
#[derive(Clone, Copy)]
struct Cells {
    door: RwSignal<Door>,
    session: RwSignal<Option<Session>>,
    desk: RwSignal<Desk>,
    now: RwSignal<Timestamp>,
    config: RwSignal<Option<Arc<SignedConfig>>>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<ApiProblem>>,
    trouble: RwSignal<Option<ApiProblem>>,
    invited: RwSignal<bool>,
    patient: RwSignal<Patient>,
    test: RwSignal<TestFields>,
    one: RwSignal<OneTan>,
    looked: RwSignal<Looked>,
    list: RwSignal<List>,
    letters: StoredValue<Letters>,
    audit: RwSignal<Audit>,
    figures: RwSignal<Figures>,
    staffing: RwSignal<Staffing>,
    signed: StoredValue<Signed>,
    held: StoredValue<Held, LocalStorage>,
}

/// The [`Console`] provided at the root.
#[must_use]
pub fn use_console() -> Console {
    use_context::<Console>().unwrap_or_else(Console::new)
}

impl Console {
    fn new() -> Self {
        let cells = Cells {
            door: RwSignal::new(Door::Asking),
            session: RwSignal::new(None),
            desk: RwSignal::new(Desk::default()),
            now: RwSignal::new(clock::now()),
            config: RwSignal::new(None),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            trouble: RwSignal::new(None),
            invited: RwSignal::new(false),
            patient: RwSignal::new(Patient::default()),
            test: RwSignal::new(TestFields::default()),
            one: RwSignal::new(OneTan::default()),
            looked: RwSignal::new(Looked::default()),
            list: RwSignal::new(List::default()),
            letters: StoredValue::new(Letters::default()),
            audit: RwSignal::new(Audit::default()),
            figures: RwSignal::new(Figures::default()),
            staffing: RwSignal::new(Staffing::default()),
            signed: StoredValue::new(Signed::default()),
            held: StoredValue::new_local(Held::default()),
        };
        Self {
            door: cells.door.into(),
            session: cells.session.into(),
            desk: cells.desk.into(),
            now: cells.now.into(),
            config: cells.config.into(),
            busy: cells.busy.into(),
            problem: cells.problem.into(),
            trouble: cells.trouble.into(),
            invited: cells.invited.into(),
            patient: cells.patient.into(),
            test: cells.test,
            one: cells.one.into(),
            looked: cells.looked.into(),
            list: cells.list.into(),
            audit: cells.audit.into(),
            figures: cells.figures.into(),
            staffing: cells.staffing.into(),
            cells,
        }
    }

    /// Begins: with an invitation where the address brought one, else with the session there is.
    #[must_use]
    pub fn begin(fragment: Option<&str>) -> Self {
        let console = Self::new();
        if !fragment.is_some_and(|fragment| console.take_invitation(fragment)) {
            console.ask_session();
        }
        history::on_fragment(move |fragment| {
            console.take_invitation(&fragment);
        });
        channel::listen(move |word| match word {
            channel::LOCK => drop(console.lock_here()),
            channel::CHANGED => console.look_again(),
            _ => {}
        });
        // For as long as the page lives. A page that has slept finds out at once what is over.
        core::mem::forget(clock::every_second(move || console.tick()));
        core::mem::forget(visibility::on_change(move |visible| {
            if visible {
                console.tick();
            }
        }));
        console
    }

    /// Goes to a page, if the role has it.
    pub fn show(self, desk: Desk) {
        if self.may(desk.role()) {
            self.cells.desk.set(desk);
            history::to_top();
        }
    }

    /// Whether who has signed in may do what `role` may. Follows the session.
    #[must_use]
    pub fn may(self, role: Role) -> bool {
        self.session.with(|session| session.as_ref().is_some_and(|session| session.role >= role))
    }

    /// Lets go of all that somebody had on their pages: what comes next is somebody else's.
    fn forget_all(self) {
        self.forget_patients();
        self.forget_tan();
        self.forget_looked();
        self.forget_list();
        self.cells.audit.set(Audit::default());
        self.cells.figures.set(Figures::default());
        self.cells.staffing.set(Staffing::default());
    }

    fn api() -> StaffApi {
        StaffApi::new(Api::new(history::origin()))
    }

    /// Once a second.
    fn tick(self) {
        let now = self.server_now();
        self.cells.now.set(now);
        self.end_when_due(now);
        self.forget_when_due(now);
    }
}
