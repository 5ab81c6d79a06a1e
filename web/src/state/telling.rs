//! Telling those one has met of an exposure: a report of the second degree, authorised by a proof in the place of a TAN.
//!
//! The draft is the report's, with an exposure in it; so are the choice, the preview, the random wait and the sending.
//! What differs: whoever reported is left out and cannot be put back, as far as is known until the first byte goes (in private
//! mode that is known of nobody: [`hits`](super::hits)); those
//! who only heard me are told where the person asks for it, since whoever reported may be one of them; nothing is told of
//! the test; and the worker
//! proves ([`membership`](twoken_core::membership)) that the claim of one tag on the page of that exposure is here. The
//! proof is bound to the body; the two are stored before they go, and a retry sends the same.

use super::records::{Authority, ExposureRecord, WaitingRecord};
use super::report::{OutgoingState, ReportDraft};
use super::{App, Ground, Prepared};
use crate::platform::clock;
use crate::platform::storage::Change;
use crate::worker::messages::Outcome;
use leptos::prelude::*;
use twoken_core::codec;
use twoken_core::diary::{Encounter, EncounterId};
use twoken_core::membership::Kind;
use twoken_core::redaction::Redaction;
use twoken_core::status::{Degree, Status};
use twoken_core::units::{RETENTION_DAYS, Timestamp};

/// Whether those met can be told of an exposure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// It authorises nothing: in doubt, or of a degree on which the server admits no proof.
    Not,
    /// They can be told.
    Open,
    /// They were told.
    Told {
        /// When.
        at: Timestamp,
    },
    /// The page that it was found on is not kept, or the server has it no longer.
    Gone,
}

impl App {
    /// Whether those met can be told of this exposure, by what the server's configuration says.
    #[must_use]
    pub fn telling(self, id: &EncounterId) -> Telling {
        if !self.may_be_proven(id) {
            return Telling::Not;
        }
        let told = self.cells.found.with(|all| all.get(id).and_then(|found| found.told));
        match told {
            Some(at) => Telling::Told { at },
            None if self.can_be_proven(id) => Telling::Open,
            None => Telling::Gone,
        }
    }

    /// Whether the server admits a proof of this exposure: one without doubt, of a degree that counts.
    fn may_be_proven(self, id: &EncounterId) -> bool {
        let exposure = self.diary.with(|diary| diary.get(id).and_then(|row| row.exposure));
        exposure.filter(|exposure| exposure.doubt.is_none()).is_some_and(|exposure| {
            self.server.with(|server| {
                server.config.as_ref().is_some_and(|config| config.config().proofs.counts_on(exposure.degree))
            })
        })
    }

    /// Whether a proof of this exposure can be made, too: its page is here, and the server can still have it.
    pub(super) fn can_be_proven(self, id: &EncounterId) -> bool {
        let exposure = self.diary.with(|diary| diary.get(id).and_then(|row| row.exposure));
        self.may_be_proven(id)
            && exposure.is_some_and(|exposure| {
                let kept = self.cells.found.with(|all| all.get(id).map(|found| found.on.page.batch));
                let recent = self.now.get().day() <= exposure.found_at.day().plus(RETENTION_DAYS);
                kept == Some(exposure.batch) && recent
            })
    }

    /// Whether a proof on it carries a number that shows a second use.
    #[must_use]
    pub fn counts_once(self, ground: &Ground) -> bool {
        match ground {
            Ground::Encounter(id) => self
                .cells
                .found
                .with(|all| all.get(id).is_some_and(|found| found.on.page.kind() == Kind::WithNullifier)),
            Ground::Hit(_) => false,
        }
    }

    /// Begins to choose who is told of an exposure.
    pub fn begin_telling(self, ground: Ground) {
        let server = untrack(|| self.further_origin());
        self.draft.update(|draft| {
            draft.exposure = Some(ground);
            draft.server.clone_from(&server);
            (draft.by_keys, draft.heard_too) = (false, false);
            // It begins with the choice, however far a report had come.
            draft.step = 0;
        });
    }

    /// Ends it. What was chosen stays for a report.
    pub fn end_telling(self) {
        self.draft.update(|draft| {
            draft.exposure = None;
            draft.step = 0;
        });
    }

    /// Whether the draft leaves this encounter out whatever is chosen: whoever reported it would be told of their own test.
    #[must_use]
    pub fn stays_out(self, id: &EncounterId) -> bool {
        self.draft.with(|draft| draft.exposure.is_some())
            && self.diary.with(|diary| diary.get(id).is_some_and(is_reported))
    }

    /// What the draft tells: a test of one's own, or of somebody else's nothing but the day on which it is told.
    #[must_use]
    pub fn draft_status(self, draft: &ReportDraft) -> Option<Status> {
        match draft.exposure {
            Some(_) => Some(Status::of_second_degree(clock::now().day())),
            None => Status::of_encounter(draft.test_day?, draft.onset).ok(),
        }
    }

    pub(super) fn draft_degree(self) -> Degree {
        let told = self.draft.with_untracked(|draft| draft.exposure.is_some());
        if told { Degree::Second } else { Degree::First }
    }

    /// The draft's choice, where others are told of an exposure: without those who reported, as the core does it
    /// ([`Redaction::apply_second_degree`]), and without keys unless they are asked for. The draft itself keeps what was
    /// chosen: a report of one's own leaves out nothing for this.
    #[must_use]
    pub fn kept_out(self, redaction: &Redaction) -> Redaction {
        let mut redaction = redaction.clone();
        if self.draft_degree() == Degree::Second {
            self.diary.with_untracked(|diary| redaction.leave_out_where(diary, is_reported));
            if !self.draft.with_untracked(|draft| draft.heard_too) {
                redaction.leave_out_intervals(self.emitted());
            }
        }
        redaction
    }

    /// Stores what tells those met, and sends it. As [`App::send_report`].
    pub fn tell(self, ground: Ground, prepared: Prepared) -> bool {
        // Of hits any one will do, and the one that was chosen from may be gone.
        let (ground, hits) = match ground {
            Ground::Encounter(_) => (ground, Vec::new()),
            Ground::Hit(_) => self.any_hit().unwrap_or((ground, Vec::new())),
        };
        let exposure =
            ExposureRecord { ground: ground.to_string(), hits, made_at: clock::now(), proven: None };
        self.send_if_same(prepared, core::future::ready(Authority::Exposure(exposure)))
    }

    /// Has the worker make the proof, and keeps it before anything goes.
    pub(super) async fn prove(self, mut record: WaitingRecord) {
        // By what is known now: the choice was made some time ago.
        if self.take_reported_out() {
            return;
        }
        self.show(&record, OutgoingState::Proving);
        let Authority::Exposure(exposure) = &record.authority else { return };
        let task = self.proof_task(&exposure.ground, &record.pinned.signing_key, None);
        let proven = match task {
            Some(task) => super::comparing::ask(&task, &record.body).await,
            None => return self.end(&record, OutgoingState::Unproven, None),
        };
        if !self.is_current(&record) {
            return;
        }
        let Ok(Outcome::Proven(proven)) = proven else {
            return self.end(&record, OutgoingState::Unproven, None);
        };
        if let Authority::Exposure(exposure) = &mut record.authority {
            exposure.proven = Some(codec::to_base64url(&proven));
        }
        // Where that cannot be stored, another proof is made after a restart: nothing has gone with this one.
        let _ = self.keep_authorised(record).await;
    }

    /// Notes that those met were told.
    pub(super) fn note_told(self, exposure: &ExposureRecord, at: Timestamp) -> Option<Change> {
        let id = match exposure.ground.parse().ok()? {
            Ground::Encounter(id) => id,
            Ground::Hit(_) => return Some(self.note_hits_told(&exposure.hits, at)),
        };
        let mut change = None;
        self.cells.found.update(|all| {
            change = all.get_mut(&id).map(|found| {
                found.told = Some(at);
                found.put()
            });
        });
        change
    }
}

/// Whether somebody has reported this encounter, in whatever degree.
pub(super) fn is_reported(met: &Encounter) -> bool {
    met.exposure.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::crypto;
    use crate::state::diary::tests::{met, reported, waiting};
    use crate::state::records::OutgoingRecord;
    use twoken_core::tcn::TxPower;
    use twoken_core::wire::Upload;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn whoever_reported_stays_out_whatever_is_chosen() {
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            let ((mut diary, _, id), (other, _, other_id)) = (met(), met());
            other.iter().for_each(|row| diary.insert(row.clone()));
            drop(diary.expose(&[reported(id)]));
            app.cells.diary.set(diary);
            assert!(!app.stays_out(&id), "a report of one's own leaves out what one wants");
            app.begin_telling(Ground::Encounter(id));
            assert!(app.stays_out(&id) && !app.stays_out(&other_id));
            app.draft.update(|draft| draft.redaction.share(&id));
            let kept = app.kept_out(&app.draft.with_untracked(|draft| draft.redaction.clone()));
            assert!(kept.is_left_out(&id) && !kept.is_left_out(&other_id));
            let draft = app.draft.get_untracked();
            let status = app.draft_status(&ReportDraft { onset: Some(-2), ..draft }).unwrap();
            assert_eq!((status.test_day, status.onset), (clock::now().day(), None));
        });
    }

    fn emit(app: App) {
        app.cells.one_way.update_value(|one_way| {
            one_way.emissions.emit(clock::now(), TxPower::SCREEN, &mut crypto::rng());
        });
    }

    #[wasm_bindgen_test]
    fn who_only_heard_me_is_told_where_that_is_asked_for_and_not_else() {
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            emit(app);
            let keys = || {
                let redaction = app.draft.with_untracked(|draft| draft.redaction.clone());
                app.chosen(&app.kept_out(&redaction)).cover().intervals().count()
            };
            assert_eq!(keys(), 1, "a report of one's own has them");
            let (_, _, id) = met();
            app.begin_telling(Ground::Encounter(id));
            assert_eq!(keys(), 0);
            app.draft.update(|draft| draft.heard_too = true);
            assert_eq!(keys(), 1);
            // Asked for once is not asked for the next time.
            app.end_telling();
            app.begin_telling(Ground::Encounter(id));
            assert_eq!(keys(), 0);
        });
    }

    /// As [`waiting`], to tell those met of this exposure.
    fn telling(app: App, of: EncounterId) -> WaitingRecord {
        let proven = Some("AAEC".to_owned());
        let exposure =
            ExposureRecord { ground: of.to_string(), hits: Vec::new(), made_at: clock::now(), proven };
        WaitingRecord { authority: Authority::Exposure(exposure), permit: None, ..waiting(app) }
    }

    #[wasm_bindgen_test]
    fn whoever_reports_while_it_waits_leaves_it_as_long_as_nothing_was_sent() {
        leptos::mount::mount_to_body(|| ());
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            let ((mut diary, _, id), (other, _, other_id)) = (met(), met());
            other.iter().for_each(|row| diary.insert(row.clone()));
            let tags: Vec<_> = diary.get(&id).map_or_else(Vec::new, |row| {
                row.pairings().iter().map(|pairing| *pairing.reported_tag()).collect()
            });
            app.cells.diary.set(diary.clone());
            emit(app);
            let (told, mine) = (telling(app, other_id), waiting(app));
            let wait = |record: &WaitingRecord| {
                app.cells.sending.set_value(Some(OutgoingRecord::Waiting(record.clone())));
            };
            wait(&told);
            assert!(!app.take_reported_out(), "nobody has reported yet");
            app.cells.diary.update(|diary| drop(diary.expose(&[reported(id)])));
            // A report of one's own is for all, and what may have arrived stays as it is.
            for same in [mine, WaitingRecord { begun: true, ..told.clone() }] {
                wait(&same);
                assert!(!app.take_reported_out());
                assert_eq!(app.current().unwrap().body, same.body);
            }
            wait(&told);
            assert!(app.take_reported_out());
            let rest = app.current().unwrap();
            let upload = Upload::decode(&rest.body).unwrap();
            assert!(upload.entries.iter().all(|entry| !tags.contains(&entry.tag)));
            assert!(upload.cover.is_none(), "the time around it stays in it");
            assert_eq!((rest.encounters, rest.reported, rest.is_authorised()), (1, 1, false));
            assert!(!app.take_reported_out(), "once is enough");
            // Where nobody else is in it, nothing goes, and that is said.
            app.cells.diary.update(|diary| drop(diary.expose(&[reported(other_id)])));
            assert!(app.take_reported_out() && app.current().is_none());
            let shown = app.outgoing.get_untracked().unwrap();
            assert_eq!((shown.state, shown.reported), (OutgoingState::Emptied, 2));
        });
        // What is still being stored may ask for it.
        core::mem::forget(owner);
    }
}
