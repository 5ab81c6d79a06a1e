//! The report: what is filled in, the very bytes that will go, and handing them over to
//! [`sending`](super::sending).

use super::{App, MeetProblem, StorageProblem};
use crate::api::ApiProblem;
use crate::platform::{clock, crypto};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use twoken_core::beacon::{Fragment, Scanned};
use twoken_core::diary::{Diary, EncounterId};
use twoken_core::redaction::{Chosen, Redaction};
use twoken_core::status::{Degree, Status};
use twoken_core::tag::{Entry, Tag};
use twoken_core::tan::{self, Tan};
use twoken_core::tcn::Cover;
use twoken_core::units::{Day, Interval, Timestamp};
use twoken_core::wire::{self, Upload, UploadBody};

/// A report being filled in. Survives a reload; erased when the report was sent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ReportDraft {
    /// What was typed as TAN, right or not.
    pub tan: String,
    /// The day of the test.
    pub test_day: Option<Day>,
    /// Days from the test to the first symptoms.
    pub onset: Option<i8>,
    /// What stays out.
    pub redaction: Redaction,
    /// Whether it is to be shown to staff, not sent.
    pub by_keys: bool,
    /// How far the person had come.
    pub step: u8,
}

impl ReportDraft {
    /// Takes a TAN that a link brought: what was begun without one goes on with it.
    pub(super) fn take_tan(&mut self, tan: String) {
        self.tan = tan;
        if core::mem::take(&mut self.by_keys) {
            self.step = 0;
        }
    }
}

impl core::fmt::Debug for ReportDraft {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ReportDraft").field("step", &self.step).finish_non_exhaustive()
    }
}

/// How a [`ReportDraft`] is kept.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct DraftRecord {
    tan: String,
    test_day: Option<Day>,
    onset: Option<i8>,
    left_out: Vec<String>,
    /// Intervals left out by day or time.
    intervals: Vec<Interval>,
    by_keys: bool,
    step: u8,
    /// When it was touched last. Of an earlier version: not known.
    pub(super) touched: Option<Timestamp>,
}

impl DraftRecord {
    /// The draft as it is `now`.
    pub(super) fn of(draft: &ReportDraft, now: Timestamp) -> Self {
        Self {
            touched: Some(now),
            tan: draft.tan.clone(),
            test_day: draft.test_day,
            onset: draft.onset,
            left_out: draft.redaction.ids().map(ToString::to_string).collect(),
            intervals: draft.redaction.intervals().collect(),
            by_keys: draft.by_keys,
            step: draft.step,
        }
    }
}

impl From<DraftRecord> for ReportDraft {
    fn from(record: DraftRecord) -> Self {
        let left_out = record.left_out.iter().filter_map(|id| id.parse::<EncounterId>().ok());
        Self {
            tan: record.tan,
            test_day: record.test_day,
            onset: record.onset,
            redaction: Redaction::from_ids(left_out).with_intervals(record.intervals),
            by_keys: record.by_keys,
            step: record.step,
        }
    }
}

/// Why a text is no TAN. Told before any request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TanProblem {
    /// It was meant to be one, and is not.
    Tan(tan::Error),
    /// It is a code for something else.
    Other(MeetProblem),
}

/// A report ready to go: these bytes and no others will be sent.
#[derive(Clone)]
pub struct Prepared {
    /// Encounters shared.
    pub encounters: usize,
    /// Every entry, in the order in which they go.
    pub lines: Vec<Line>,
    /// The keys that go for those who only heard me.
    pub cover: Cover,
    /// Bytes in all.
    pub bytes: usize,
    pub(super) body: UploadBody,
}

/// One entry of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its bytes.
    pub entry: Entry,
    /// Whether it means something, or only hides how many do.
    pub real: bool,
}

impl Prepared {
    /// Entries that mean something.
    #[must_use]
    pub fn real(&self) -> usize {
        self.lines.iter().filter(|line| line.real).count()
    }

    /// Ten-minute intervals that the keys are for.
    #[must_use]
    pub fn intervals(&self) -> usize {
        self.cover.intervals().count()
    }
}

/// Why a report cannot be made, or not be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportProblem {
    /// The server's keys were not known before: it has to be met first.
    NoServer,
    /// Every encounter is left out, or there is none.
    Empty,
    /// More entries than one upload holds.
    TooMany {
        /// At most.
        max: usize,
        /// As chosen.
        got: usize,
    },
    /// The report could not be stored, so it was not sent either.
    NotStored(StorageProblem),
    /// Another report is still on its way.
    Busy,
    /// It could not be made of what is there.
    NotMade,
}

/// The report that waits to be sent, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// How far it is.
    pub state: OutgoingState,
    /// Encounters in it.
    pub encounters: usize,
    /// Entries in it that mean something.
    pub entries: usize,
    /// Ten-minute intervals whose keys were taken out while it waited: their 14 days were over.
    pub outdated: usize,
    /// Whether it can still be taken back: nothing of it was sent yet.
    pub undoable: bool,
}

/// How far a report is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutgoingState {
    /// The TAN is being redeemed.
    Redeeming,
    /// Redeemed; it goes at a random time, so that the two cannot be put together.
    Delayed {
        /// When it goes.
        until: Timestamp,
    },
    /// It is going.
    Sending,
    /// The connection broke or the server was busy. It goes by itself.
    Waiting {
        /// Why.
        problem: ApiProblem,
        /// When it is tried again.
        retry_at: Timestamp,
    },
    /// The server will not have it. The draft is kept.
    Refused(ApiProblem),
    /// It waited until nothing of it was of use to anybody, and is deleted.
    Outdated,
    /// It arrived.
    Sent {
        /// When.
        at: Timestamp,
    },
}

impl OutgoingState {
    /// Whether nothing more becomes of it.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Sent { .. } | Self::Outdated)
    }

    /// Whether the report was not taken, and can be filled in again.
    #[must_use]
    pub const fn is_back(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Outdated)
    }
}

impl App {
    /// Reads a TAN that was typed, pasted or scanned, alone or in a `#t=` link.
    ///
    /// # Errors
    /// What is wrong with it, before anything is asked of any server.
    pub fn read_tan(self, text: &str) -> Result<Tan, TanProblem> {
        read_tan(text)
    }

    /// Makes the very body that will be sent.
    ///
    /// # Errors
    /// `NoServer`, `Empty`, `TooMany`, `NotMade`.
    pub fn prepare(self, redaction: &Redaction, status: &Status) -> Result<Prepared, ReportProblem> {
        let region = self.reporting_region().ok_or(ReportProblem::NoServer)?;
        let chosen = self.chosen(redaction);
        if chosen.is_empty() {
            return Err(ReportProblem::Empty);
        }
        let body = UploadBody::build(&chosen, status, &region, Degree::First, &mut crypto::rng())?;
        let upload = Upload::decode(body.as_bytes()).map_err(|_| ReportProblem::NotMade)?;
        let tags = self.diary.with_untracked(|diary| shared_tags(diary, redaction));
        let line = |entry: Entry| Line { real: tags.contains(&entry.tag), entry };
        let lines = upload.entries.into_iter().map(line).collect();
        let (encounters, bytes) = (chosen.len(), body.as_bytes().len());
        Ok(Prepared { encounters, lines, cover: chosen.cover().clone(), bytes, body })
    }

    /// What remains of the diary, and of what was shown one-way up to now.
    pub(super) fn chosen(self, redaction: &Redaction) -> Chosen {
        // A clock that was ahead once has emitted in times that no server takes yet.
        let mut all = redaction.clone();
        let now = clock::now().interval();
        all.leave_out_intervals(self.emitted().into_iter().filter(|shown| *shown > now));
        self.diary.with_untracked(|diary| self.with_emissions(|emissions| all.apply_with(diary, emissions)))
    }

    /// The outcome was read: a sent or refused report leaves the page.
    pub fn dismiss_outgoing(self) {
        let over = self
            .cells
            .outgoing
            .with_untracked(|outgoing| outgoing.as_ref().is_some_and(|outgoing| outgoing.state.is_over()));
        if over {
            self.forget_outgoing();
        }
    }
}

impl From<wire::Error> for ReportProblem {
    fn from(error: wire::Error) -> Self {
        match error {
            wire::Error::TooMany { max, got } => Self::TooMany { max, got },
            _ => Self::NotMade,
        }
    }
}

/// The tags that the encounters shared will have in the upload.
fn shared_tags(diary: &Diary, redaction: &Redaction) -> Vec<Tag> {
    diary
        .iter()
        .filter(|encounter| !redaction.is_left_out(&encounter.id))
        .flat_map(|encounter| encounter.pairings())
        .map(|pairing| *pairing.reported_tag())
        .collect()
}

fn read_tan(text: &str) -> Result<Tan, TanProblem> {
    // A bare TAN has neither a colon nor a hash; everything else is a code or a link.
    if !text.contains(['#', ':', '=']) {
        return Tan::parse(text).map_err(TanProblem::Tan);
    }
    match Scanned::parse(text) {
        Ok(Scanned { what: Fragment::Tan(tan), .. }) => Ok(tan),
        Ok(Scanned { what: Fragment::Server(_), .. }) => Err(TanProblem::Other(MeetProblem::IsServer)),
        Ok(_) => Err(TanProblem::Other(MeetProblem::IsMeeting)),
        Err(twoken_core::beacon::Error::Tan(error)) => Err(TanProblem::Tan(error)),
        Err(error) => Err(TanProblem::Other(error.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_tan_is_read_however_it_came() {
        let tan = Tan::generate(&mut crypto::rng());
        let shown = tan.display();
        let symbols = shown.replace('-', "");
        for text in [
            shown.to_string(),
            shown.to_lowercase(),
            format!("  {symbols} "),
            format!("https://twoken.example/#t={symbols}"),
        ] {
            assert!(read_tan(&text).is_ok(), "{text}");
        }
    }

    #[wasm_bindgen_test]
    fn a_mistyped_tan_is_told_before_any_request() {
        let shown = Tan::generate(&mut crypto::rng()).display().to_string();
        let wrong: String = shown
            .char_indices()
            .map(|(i, c)| match (i, c) {
                (0, 'A') => 'B',
                (0, _) => 'A',
                (_, c) => c,
            })
            .collect();
        assert_eq!(read_tan(&wrong).err(), Some(TanProblem::Tan(tan::Error::Check)));
        assert!(matches!(read_tan("A"), Err(TanProblem::Tan(tan::Error::Length { .. }))));
        assert!(matches!(
            read_tan("https://elsewhere.example/"),
            Err(TanProblem::Other(MeetProblem::NotTwoken))
        ));
    }

    #[wasm_bindgen_test]
    fn a_draft_survives_its_record() {
        let mut draft = ReportDraft { tan: "0123".to_owned(), step: 2, ..ReportDraft::default() };
        draft.onset = Some(-2);
        draft.test_day = Some(Day::new(20_778));
        draft.redaction.leave_out(EncounterId::new([7; 16]));
        let json = serde_json::to_vec(&DraftRecord::of(&draft, Timestamp::new(7))).unwrap();
        let record: DraftRecord = serde_json::from_slice(&json).unwrap();
        assert_eq!(record.touched, Some(Timestamp::new(7)));
        assert!(ReportDraft::from(record) == draft);
        assert!(!format!("{draft:?}").contains("0123"));
    }
}
