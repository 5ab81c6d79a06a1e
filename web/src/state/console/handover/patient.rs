//! What is known of a patient's keys, and what the clinician states: no secret among it.

use crate::api::ApiProblem;
use crate::state::TestDays;
use twoken_core::beacon::{Fragment, Scanned as Read};
use twoken_core::units::{Day, Timestamp};
use twoken_core::wire::{HandoverError, RegionId};

/// What is known of a patient's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Patient {
    /// The codes are being read.
    Scanning {
        /// Different ones read.
        read: usize,
        /// Of so many; none while there was no code.
        count: usize,
        /// What is wrong with what was read last.
        problem: Option<KeysProblem>,
    },
    /// All were read. Nothing was sent; or the server has refused it, and why.
    Ready(Scanned, Option<UploadProblem>),
    /// It is on its way.
    Sending(Scanned, Step),
    /// The connection broke, and it may have arrived: the same bytes go again.
    Waits(Scanned, ApiProblem),
    /// It was uploaded, and the keys are wiped.
    Done(Uploaded),
}

impl Default for Patient {
    fn default() -> Self {
        Self::Scanning { read: 0, count: 0, problem: None }
    }
}

/// What staff see of the keys: how many, of which days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned {
    /// Intervals in which others could hear the patient one-way, by UTC day.
    pub days: Vec<(Day, usize)>,
    /// All of them.
    pub intervals: usize,
    /// Entries of encounters, one to three an encounter. They bear no day.
    pub encounters: usize,
    /// When they were sent, where that may have arrived.
    pub perhaps_sent: Option<Timestamp>,
}

impl Scanned {
    /// Entries that come of it.
    #[must_use]
    pub const fn entries(&self) -> usize {
        self.intervals + self.encounters
    }
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The entries are being made.
    Making,
    /// A permit is being asked for.
    Permit,
    /// They are being sent.
    Sending,
}

/// What was uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// Entries, dummies not counted.
    pub entries: usize,
    /// When.
    pub at: Timestamp,
    /// When it can be sealed at the earliest.
    pub sealed: Timestamp,
}

/// Why what was read is not taken. Nothing is uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeysProblem {
    /// The code of a meeting.
    Meeting,
    /// A TAN.
    Tan,
    /// No code of Twoken's.
    NotKeys,
    /// Typed by a scanner that believes in another keyboard.
    Layout,
    /// Of another version of the protocol.
    Version(u8),
    /// Damaged, cut off, or with keys that are no cover.
    Damaged,
    /// Made for a server of the other mode.
    Mode,
    /// Keys of a day past retention.
    Past(Day),
    /// Keys of a time to come.
    Future,
    /// More than one upload takes.
    TooMany,
    /// These were uploaded before.
    Repeated(Uploaded),
}

/// Why an upload did not go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadProblem {
    /// The server, or the way to it.
    Api(ApiProblem),
    /// The entries could not be made in this browser.
    Making,
}

/// What the clinician states about the test, as it stands in the fields: it outlives a session's end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestFields {
    /// The day of the test, `YYYY-MM-DD`.
    pub day: String,
    /// The day of the first symptoms, likewise; empty where it is not known.
    pub onset: String,
    /// The region; the widest where none is chosen.
    pub region: Option<RegionId>,
}

/// What the clinician states, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// When it was.
    pub days: TestDays,
    /// Where it counts.
    pub region: RegionId,
}

impl KeysProblem {
    pub(super) fn of(error: HandoverError, text: &str) -> Self {
        match error {
            HandoverError::NotKeys => match Read::parse(text).map(|read| read.what) {
                Ok(Fragment::Meet(_)) => Self::Meeting,
                Ok(Fragment::Tan(_)) => Self::Tan,
                _ => Self::NotKeys,
            },
            HandoverError::Layout => Self::Layout,
            HandoverError::Version(version) => Self::Version(version),
            HandoverError::TooMany { .. } => Self::TooMany,
            _ => Self::Damaged,
        }
    }

    /// Whether the same whole, read once more, may be taken: one read wrongly, or one whose time comes.
    pub(super) const fn may_pass(self) -> bool {
        matches!(self, Self::Damaged | Self::Future)
    }
}

impl TestFields {
    /// Takes out what was of one patient. The region is the clinic's, and stays.
    pub(super) fn clear(&mut self) {
        *self = Self { region: self.region.take(), ..Self::default() };
    }
}
