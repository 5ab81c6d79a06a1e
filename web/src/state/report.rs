//! The report: what is filled in, the very bytes that will go, and handing them over to
//! [`sending`](super::sending).

use super::lines::{Line, LineId, read, shared_ids};
use super::{App, Ground, MeetProblem, StorageProblem};
use crate::api::ApiProblem;
use crate::platform::{clock, crypto};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use twoken_core::beacon::{Fragment, Scanned};
use twoken_core::diary::EncounterId;
use twoken_core::redaction::{Chosen, Redaction, SecondDegree};
use twoken_core::status::{Degree, Mode, Status};
use twoken_core::tan::{self, Tan};
use twoken_core::tcn::Cover;
use twoken_core::units::{Day, Interval, Timestamp};
use twoken_core::wire::{self, RegionId, UploadBody};

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
    /// The exposure by which those met are told, in the place of a test of one's own.
    pub exposure: Option<Ground>,
    /// Whether those who only heard me one-way are told of the exposure, too: whoever reported may be one of them.
    pub heard_too: bool,
    /// The further server that it is for; none is the home server.
    pub server: Option<String>,
    /// How far the person had come.
    pub step: u8,
}

impl ReportDraft {
    /// Takes a TAN that a link brought: what was begun without one goes on with it.
    pub(super) fn take_tan(&mut self, tan: String) {
        self.tan = tan;
        let told = self.exposure.take().is_some();
        if core::mem::take(&mut self.by_keys) || told {
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
    exposure: Option<String>,
    heard_too: bool,
    server: Option<String>,
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
            exposure: draft.exposure.map(|ground| ground.to_string()),
            heard_too: draft.heard_too,
            server: draft.server.clone(),
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
            exposure: record.exposure.and_then(|ground| ground.parse().ok()),
            heard_too: record.heard_too,
            server: record.server,
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

    /// For which mode it was made.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.body.mode()
    }

    /// Whether it is made of these.
    fn is_of(&self, mut ids: Vec<LineId>, cover: &Cover, region: Option<&RegionId>) -> bool {
        ids.sort_unstable();
        ids.dedup();
        // The lines ascend.
        let mut real: Vec<_> = self.lines.iter().filter(|line| line.real).filter_map(Line::id).collect();
        real.dedup();
        let goes_to = read(&self.body).ok().map(|(region, _)| region);
        ids == real && cover.to_bytes() == self.cover.to_bytes() && goes_to.as_ref() == region
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
    /// What it was made of has changed since; nothing was sent.
    Changed,
    /// It could not be made of what is there.
    NotMade,
}

/// The report that waits to be sent, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// How far it is.
    pub state: OutgoingState,
    /// Whether an exposure authorises it, not a TAN.
    pub second: bool,
    /// The further server that it goes to, by its address.
    pub server: Option<String>,
    /// Encounters in it.
    pub encounters: usize,
    /// Entries in it that mean something.
    pub entries: usize,
    /// Ten-minute intervals whose keys were taken out while it waited: their 14 days were over.
    pub outdated: usize,
    /// Encounters that were deleted while it waited, and left it.
    pub taken_out: usize,
    /// Encounters that left it because somebody else has reported them meanwhile.
    pub reported: usize,
    /// Whether it can still be taken back: nothing of it was sent yet.
    pub undoable: bool,
}

/// How far a report is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutgoingState {
    /// The TAN is being redeemed.
    Redeeming,
    /// The proof is being made.
    Proving,
    /// No proof could be made: the exposure, or the page that it was found on, is not here any more.
    Unproven,
    /// Redeemed, or proved; it goes at a random time, so that the two cannot be put together.
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
    /// That it is being sent could not be stored, so nothing was sent. It is tried again by itself.
    Unstored {
        /// Why.
        problem: StorageProblem,
        /// When it is tried again.
        retry_at: Timestamp,
    },
    /// The server will not have it. The draft is kept.
    Refused(ApiProblem),
    /// It waited until nothing of it was of use to anybody, and is deleted.
    Outdated,
    /// All that was in it was deleted while it waited. Nothing was sent.
    Emptied,
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
        self.is_back() || matches!(self, Self::Sent { .. })
    }

    /// Whether the report was not taken, and can be filled in again.
    #[must_use]
    pub const fn is_back(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Unproven | Self::Outdated | Self::Emptied)
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

    /// Makes the very body that will be sent, for the server's mode: of the second degree where the draft tells of an
    /// exposure. In private mode nothing goes of the test.
    ///
    /// # Errors
    /// `NoServer`, `Empty`, `TooMany`, `NotMade`.
    pub fn prepare(self, redaction: &Redaction, status: Option<&Status>) -> Result<Prepared, ReportProblem> {
        let region = self.reporting_region().ok_or(ReportProblem::NoServer)?;
        let (degree, redaction) = (self.draft_degree(), &self.kept_out(redaction));
        let chosen = self.chosen(redaction);
        if chosen.is_empty() {
            return Err(ReportProblem::Empty);
        }
        let (mode, mut rng) = (self.mode(), crypto::rng());
        let body = match (degree, mode, status) {
            (Degree::Second, ..) => {
                let shared = self.chosen_second_degree(redaction, mode);
                UploadBody::build_second_degree(&shared, clock::now().day(), &region, &mut rng)?
            }
            (_, Mode::Private, _) => UploadBody::build_private(&chosen, &region, degree, &mut rng)?,
            (_, Mode::Open, Some(status)) => UploadBody::build(&chosen, status, &region, degree, &mut rng)?,
            (_, Mode::Open, None) => return Err(ReportProblem::NotMade),
        };
        let real = self.diary.with_untracked(|diary| shared_ids(diary, redaction, mode));
        let (_, lines) = read(&body).map_err(|_| ReportProblem::NotMade)?;
        let lines = lines.into_iter().map(|bytes| Line::new(bytes, &real)).collect();
        let (encounters, bytes) = (chosen.len(), body.as_bytes().len());
        Ok(Prepared { encounters, lines, cover: chosen.cover().clone(), bytes, body })
    }

    /// Whether a report made now would hold the same as this one: entries, keys, and where it goes.
    pub(super) fn is_as_prepared(self, prepared: &Prepared, redaction: &Redaction) -> bool {
        let (mode, region) = untrack(|| (self.mode(), self.reporting_region()));
        let redaction = &self.kept_out(redaction);
        let ids = self.diary.with_untracked(|diary| shared_ids(diary, redaction, mode));
        mode == prepared.mode() && prepared.is_of(ids, self.chosen(redaction).cover(), region.as_ref())
    }

    /// What remains of the diary, and of what was shown one-way up to now.
    pub(super) fn chosen(self, redaction: &Redaction) -> Chosen {
        let all = self.up_to_now(redaction);
        self.diary.with_untracked(|diary| self.with_emissions(|emissions| all.apply_with(diary, emissions)))
    }

    /// The same, of the second degree.
    fn chosen_second_degree(self, redaction: &Redaction, mode: Mode) -> SecondDegree {
        let all = self.up_to_now(redaction);
        self.diary.with_untracked(|diary| {
            self.with_emissions(|emissions| all.apply_second_degree(diary, emissions, mode))
        })
    }

    /// A clock that was ahead once has emitted in times that no server takes yet.
    fn up_to_now(self, redaction: &Redaction) -> Redaction {
        let mut all = redaction.clone();
        let now = clock::now().interval();
        all.leave_out_intervals(self.emitted().into_iter().filter(|shown| *shown > now));
        all
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
    use super::super::lines::ids_of;
    use super::*;
    use twoken_core::diary::Diary;
    use twoken_core::encounter::{How, KeyRing};
    use twoken_core::tcn::TxPower;
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
    fn a_report_goes_only_as_it_was_looked_over() {
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            let now = clock::now();
            let emit = |at: Timestamp| {
                app.cells.one_way.update_value(|one_way| {
                    one_way.emissions.emit(at, TxPower::SCREEN, &mut crypto::rng());
                });
            };
            emit(now);
            let all = Redaction::default();
            let (root, north) = ("root".parse().unwrap(), "north".parse().unwrap());
            let status = Status::of_encounter(now.day(), None).unwrap();
            let chosen = app.chosen(&all);
            let body = UploadBody::build(&chosen, &status, &root, Degree::First, &mut crypto::rng()).unwrap();
            let (_, lines) = read(&body).unwrap();
            let id = |at: usize| *lines[at].first_chunk::<32>().unwrap();
            let (met, other) = (id(7), id(8));
            let lines = lines.iter().map(|line| Line::new(line.clone(), &[met])).collect();
            let prepared = Prepared { encounters: 1, lines, cover: chosen.cover().clone(), bytes: 0, body };
            let is_of =
                |ids: &[LineId], region| prepared.is_of(ids.to_vec(), app.chosen(&all).cover(), region);
            assert!(is_of(&[met, met], Some(&root)));
            assert!(!is_of(&[met], Some(&north)) && !is_of(&[met], None), "it would go elsewhere");
            assert!(!is_of(&[], Some(&root)) && !is_of(&[met, other], Some(&root)));
            let (one, two) = (app.key_codes(&all).unwrap(), app.key_codes(&all).unwrap());
            assert!(one.holds_the_same(&two));
            emit(now.minus(3_600));
            assert!(!is_of(&[met], Some(&root)), "there are more keys");
            assert!(!one.holds_the_same(&app.key_codes(&all).unwrap()));
            assert!(!app.send_report(Tan::generate(&mut crypto::rng()), prepared.clone()));
            assert_eq!(app.report_problem.get_untracked(), Some(ReportProblem::Changed));
            assert!(app.current().is_none());
        });
    }

    #[wasm_bindgen_test]
    fn a_report_of_private_mode_is_elements_and_nothing_of_the_test() {
        let (mut mine, mut theirs, now) = (KeyRing::new(), KeyRing::new(), clock::now());
        let mut rng = crypto::rng();
        mine.advance(now, &mut rng);
        theirs.advance(now, &mut rng);
        let met = mine.hear(&theirs.payload(now).unwrap(), now, How::Camera, &mut rng).unwrap();
        let mut diary = Diary::default();
        let id = met.id;
        diary.record(met);
        let met = diary.get(&id).cloned().unwrap();
        let chosen = Redaction::default().apply(&diary);
        let region: RegionId = "root".parse().unwrap();
        let body = UploadBody::build_private(&chosen, &region, Degree::First, &mut rng).unwrap();
        let (goes_to, lines) = read(&body).unwrap();
        assert_eq!((goes_to, lines.len(), body.mode()), (region.clone(), 64, Mode::Private));
        assert!(lines.iter().all(|line| line.len() == 32));
        // The preview's bytes are the body's, one after another.
        let all = lines.concat();
        assert!(body.as_bytes().windows(all.len()).any(|bytes| bytes == all));
        let ids: Vec<_> = ids_of(&met, Mode::Private).collect();
        let lines: Vec<_> = lines.into_iter().map(|bytes| Line::new(bytes, &ids)).collect();
        assert_eq!(lines.iter().filter(|line| line.real).count(), met.pairings().len());
        // Tags are not in it, and made for the other mode it would not go.
        assert!(ids_of(&met, Mode::Open).all(|tag| lines.iter().all(|line| line.id() != Some(tag))));
        let cover = chosen.cover().clone();
        let prepared = Prepared { encounters: 1, lines, cover, bytes: 0, body };
        assert!(prepared.is_of(ids, chosen.cover(), Some(&region)));
        assert!(!prepared.is_of(ids_of(&met, Mode::Open).collect(), chosen.cover(), Some(&region)));
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
