//! Sending a report: store, redeem or prove, wait a random while, send. Every step is stored before the
//! next begins, so that closing the app at any moment loses nothing and sends nothing twice:
//! the TAN is redeemed with the same blinded element, and the same bytes go under its permit, or with their proof.

use super::records::{self, Authority, OutgoingRecord, WaitingRecord};
use super::retry::{Retry, wait_seconds};
use super::work::Work;
use super::{App, Outgoing, OutgoingState, Prepared, ReportDraft, ReportProblem, StorageProblem, outdated};
use crate::api::ApiProblem;
use crate::platform::storage::{Change, Store};
use crate::platform::{clock, crypto};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::codec;
use twoken_core::permit::{Authorised, Pending, PermitPublicKey};
use twoken_core::tan::Tan;
use twoken_core::units::Timestamp;
use twoken_core::wire::{PermitResponse, ProblemCode, UploadBody};

/// How finely the random delay is waited for.
const STEP_MS: u64 = 500;

enum Step {
    Redeem(WaitingRecord),
    Prove(WaitingRecord),
    Wait(u32),
    Upload(WaitingRecord),
}

impl App {
    /// Stores the report, and sends it: redeems the TAN, waits a random while, uploads. Not where it is no longer what
    /// would be made now: false then, and nothing is sent.
    ///
    /// Nothing is asked of the server before everything that it takes is stored.
    pub fn send_report(self, tan: Tan, prepared: Prepared) -> bool {
        self.send_if_same(prepared, async move { Authority::Tan(self.pending_for(&tan).await) })
    }

    /// Stores a report, and sends it by what it is authorised by.
    pub(super) fn send_if_same(
        self,
        prepared: Prepared,
        authority: impl Future<Output = Authority> + 'static,
    ) -> bool {
        let redaction = self.draft.with_untracked(|draft| draft.redaction.clone());
        if !self.is_as_prepared(&prepared, &redaction) {
            self.cells.report_problem.set(Some(ReportProblem::Changed));
            return false;
        }
        self.cells.report_problem.set(None);
        spawn_local(async move {
            match self.hand_over(authority, &prepared).await {
                Ok(()) => self.have_done(Work::Send),
                Err(problem) => self.cells.report_problem.set(Some(problem)),
            }
        });
        true
    }

    /// Takes the report back, as long as nothing of it was sent. The draft stays, and the TAN
    /// can be used again.
    pub fn cancel_report(self) {
        let taken = self.cells.sending.try_update_value(|sending| match sending {
            Some(OutgoingRecord::Waiting(record)) if !record.begun => {
                let record = record.clone();
                *sending = None;
                Some(record)
            }
            _ => None,
        });
        if let Some(record) = taken.flatten() {
            self.cells.outgoing.set(None);
            let mut changes = vec![Change::Delete(Store::Outgoing, records::REPORT.to_owned())];
            changes.extend(self.hold_tan(&record));
            self.store(changes);
        }
    }

    /// Tries again now, instead of at the time shown.
    pub fn retry_report(self) {
        self.cells.retry.update_value(|retry| *retry = retry.at_once());
        self.have_done(Work::Send);
    }

    /// Shows, and goes on with, what was on its way when the app was closed.
    pub(super) fn resume_report(self, record: OutgoingRecord) {
        self.cells.sending.set_value(Some(record.clone()));
        match record {
            OutgoingRecord::Sent { encounters, entries, at, second, server } => {
                let state = OutgoingState::Sent { at };
                self.cells.outgoing.set(Some(Outgoing {
                    state,
                    second,
                    server,
                    encounters,
                    entries,
                    outdated: 0,
                    taken_out: 0,
                    reported: 0,
                    undoable: false,
                }));
            }
            OutgoingRecord::Waiting(record) => {
                let state = match record.is_authorised() {
                    true => OutgoingState::Delayed { until: seconds(record.not_before_ms) },
                    false => first_state(&record),
                };
                self.show(&record, state);
                self.have_done(Work::Send);
            }
        }
    }

    /// Goes on when a waiting time is over.
    pub(super) fn send_when_due(self, now: Timestamp) {
        let waiting =
            self.cells.sending.with_value(|sending| matches!(sending, Some(OutgoingRecord::Waiting(_))));
        if waiting && self.cells.retry.get_value().is_over(now) {
            self.have_done(Work::Send);
        }
    }

    /// Removes the record of a report that is over.
    pub(super) fn forget_outgoing(self) {
        self.cells.sending.set_value(None);
        self.cells.outgoing.set(None);
        self.store(vec![Change::Delete(Store::Outgoing, records::REPORT.to_owned())]);
    }

    async fn hand_over(
        self,
        authority: impl Future<Output = Authority>,
        prepared: &Prepared,
    ) -> Result<(), ReportProblem> {
        let busy =
            self.cells.sending.with_value(|sending| matches!(sending, Some(OutgoingRecord::Waiting(_))));
        if busy {
            return Err(ReportProblem::Busy);
        }
        let pinned = self.pinned().ok_or(ReportProblem::NoServer)?;
        let record = WaitingRecord {
            authority: authority.await,
            server: untrack(|| self.further_origin()),
            pinned,
            body: prepared.body.as_bytes().to_vec(),
            oldest_key: outdated::oldest_key(&prepared.cover),
            encounters: prepared.encounters,
            entries: prepared.real(),
            permit: None,
            not_before_ms: 0,
            begun: false,
            outdated: 0,
            taken_out: 0,
            reported: 0,
        };
        let stored = OutgoingRecord::Waiting(record.clone());
        let mut changes = vec![records::put_json(Store::Outgoing, records::REPORT, &stored)];
        let by_tan = matches!(record.authority, Authority::Tan(_));
        if by_tan {
            changes.push(Change::Delete(Store::Outgoing, records::HELD.to_owned()));
        }
        self.write(changes).await.map_err(ReportProblem::NotStored)?;
        if by_tan {
            self.cells.held_since.set_value(None);
        }
        self.cells.sending.set_value(Some(stored));
        self.cells.retry.set_value(Retry::default());
        self.show(&record, first_state(&record));
        self.leave_report();
        Ok(())
    }

    pub(super) async fn drive(self) {
        if self.cells.driving.get_value() {
            return;
        }
        self.cells.driving.set_value(true);
        while let Some(step) = self.next_step() {
            // What is for a server that was removed goes to no other.
            let at = |record: &WaitingRecord| match self.still_on(record.server.as_deref()) {
                None => {
                    self.refuse(record, ApiProblem::Unreachable);
                    None
                }
                at => at,
            };
            match step {
                Step::Wait(milliseconds) => clock::sleep_ms(milliseconds).await,
                Step::Redeem(record) => {
                    if let Some(at) = at(&record) {
                        at.redeem(record).await;
                    }
                }
                Step::Prove(record) => {
                    if let Some(at) = at(&record) {
                        at.prove(record).await;
                    }
                }
                Step::Upload(record) => {
                    if let Some(at) = at(&record) {
                        at.upload(record).await;
                    }
                }
            }
        }
        self.cells.driving.set_value(false);
    }

    fn next_step(self) -> Option<Step> {
        let record = self.current()?;
        if !self.cells.retry.get_value().is_over(clock::now()) {
            return None;
        }
        if !record.is_authorised() {
            return Some(match &record.authority {
                Authority::Tan(_) => Step::Redeem(record),
                Authority::Exposure(_) => Step::Prove(record),
            });
        }
        let left = record.not_before_ms.saturating_sub(clock::now_ms());
        if left > 0 {
            self.show(&record, OutgoingState::Delayed { until: seconds(record.not_before_ms) });
            return Some(Step::Wait(u32::try_from(left.min(STEP_MS)).unwrap_or(u32::MAX)));
        }
        Some(Step::Upload(record))
    }

    async fn redeem(self, mut record: WaitingRecord) {
        self.show(&record, OutgoingState::Redeeming);
        let Authority::Tan(kept) = &record.authority else { return };
        let pending = Pending::from_bytes(&kept.pending);
        let Ok((pending, request)) = pending.and_then(|p| p.request().map(|request| (p, request))) else {
            return self.refuse(&record, ApiProblem::BadAnswer);
        };
        let answer = self.api().redeem(&request).await;
        if !self.is_current(&record) {
            return;
        }
        let response = match answer {
            Ok(response) => response,
            Err(problem) => return self.wait_or_refuse(&record, problem),
        };
        let authorised = authorise(&pending, &response, &record);
        let Some(authorised) = authorised else {
            // The proof is not one of the pinned key: this permit could mark its holder.
            return self.refuse(&record, ApiProblem::BadSignature);
        };
        record.permit = Some(authorised.header.clone());
        // Where that cannot be stored, the older record still leads to the same permit.
        let _ = self.keep_authorised(record).await;
    }

    /// Keeps a report that may go, after a random while.
    pub(super) async fn keep_authorised(self, mut record: WaitingRecord) -> Result<(), StorageProblem> {
        record.not_before_ms = self.upload_moment_ms();
        self.cells.retry.set_value(Retry::default());
        self.keep(record).await
    }

    /// Nothing goes before it is stored that it may have gone: after a restart the body could be made anew or be taken
    /// back, though it had arrived.
    async fn upload(self, mut record: WaitingRecord) {
        if !record.begun {
            // What was found may have been stored, and the app closed before this was made anew.
            if self.take_reported_out() {
                return;
            }
            record.begun = true;
            self.show(&record, OutgoingState::Sending);
            let stored = self.keep(record.clone()).await;
            if !self.is_current(&record) {
                // Another window has taken over, and may have taken it back.
                return;
            }
            if let Err(problem) = stored {
                record.begun = false;
                self.cells.sending.set_value(Some(OutgoingRecord::Waiting(record.clone())));
                let retry_at = self.later(|tries| wait_seconds(tries, None));
                return self.show(&record, OutgoingState::Unstored { problem, retry_at });
            }
        }
        self.show(&record, OutgoingState::Sending);
        let api = self.api();
        let answer = match (&record.authority, &record.permit) {
            (Authority::Exposure(exposure), _) => match exposure.proven_bytes() {
                Some(proven) => api.upload_proven(&proven).await,
                None => Err(ApiProblem::BadAnswer),
            },
            (Authority::Tan(_), Some(permit)) => api.upload(permit, &record.body).await,
            (Authority::Tan(_), None) => return,
        };
        if !self.is_current(&record) {
            return;
        }
        match answer {
            Ok(()) => self.sent(&record).await,
            Err(problem) => self.wait_or_refuse(&record, problem),
        }
    }

    async fn sent(self, record: &WaitingRecord) {
        let at = clock::now();
        let (encounters, entries, second) = (record.encounters, record.entries, record.is_second());
        let server = record.server.clone();
        let note = OutgoingRecord::Sent { encounters, entries, at, second, server };
        self.cells.sending.set_value(Some(note.clone()));
        self.cells.outgoing.set(Some(Outgoing {
            state: OutgoingState::Sent { at },
            second,
            server: record.server.clone(),
            encounters,
            entries,
            outdated: 0,
            taken_out: 0,
            reported: 0,
            undoable: false,
        }));
        self.draft.set(ReportDraft::default());
        let mut changes =
            vec![records::put_json(Store::Outgoing, records::REPORT, &note), Change::Clear(Store::Draft)];
        match &record.authority {
            Authority::Tan(_) => {
                self.cells.held_since.set_value(None);
                changes.push(Change::Delete(Store::Outgoing, records::HELD.to_owned()));
            }
            Authority::Exposure(exposure) => changes.extend(self.note_told(exposure, at)),
        }
        self.store(changes);
    }

    fn wait_or_refuse(self, record: &WaitingRecord, problem: ApiProblem) {
        if !problem.passes() {
            return self.refuse(record, problem);
        }
        let retry_at = self.later(|tries| wait_seconds(tries, Some(&problem)));
        self.show(record, OutgoingState::Waiting { problem, retry_at });
    }

    /// Puts the next try off, and says until when.
    fn later(self, wait: impl FnOnce(usize) -> u64) -> Timestamp {
        let retry = self.cells.retry.get_value().later(clock::now(), wait);
        self.cells.retry.set_value(retry);
        retry.not_before()
    }

    fn refuse(self, record: &WaitingRecord, problem: ApiProblem) {
        let may_be_redeemed = record.permit.is_some() || !is_about_the_tan(&problem);
        // The TAN is spent, its permit is not: the same TAN can still carry another body.
        let held = may_be_redeemed.then(|| self.hold_tan(record)).flatten();
        self.end(record, OutgoingState::Refused(problem), held);
    }

    /// Nothing more becomes of it.
    pub(super) fn end(self, record: &WaitingRecord, state: OutgoingState, held: Option<Change>) {
        self.cells.sending.set_value(None);
        self.cells.outgoing.set(Some(Outgoing {
            state,
            second: record.is_second(),
            server: record.server.clone(),
            encounters: record.encounters,
            entries: record.entries,
            outdated: record.outdated,
            taken_out: record.taken_out,
            reported: record.reported,
            undoable: false,
        }));
        let gone = Change::Delete(Store::Outgoing, records::REPORT.to_owned());
        self.store(core::iter::once(gone).chain(held).collect());
    }

    /// Keeps how far the report has come.
    pub(super) async fn keep(self, record: WaitingRecord) -> Result<(), StorageProblem> {
        let stored = OutgoingRecord::Waiting(record);
        let change = records::put_json(Store::Outgoing, records::REPORT, &stored);
        self.cells.sending.set_value(Some(stored));
        self.write(vec![change]).await
    }

    /// The longest random wait before something is sent, in seconds.
    #[must_use]
    pub fn upload_wait(self) -> u32 {
        self.server.with(|server| {
            server.config.as_ref().map_or(1_800, |config| config.config().upload_delay_seconds.max)
        })
    }

    /// When an upload goes whose permit came just now: a report's, and that of what looks like one.
    pub(super) fn upload_moment_ms(self) -> u64 {
        clock::now_ms().saturating_add(self.random_delay_ms())
    }

    pub(super) fn random_delay_ms(self) -> u64 {
        let (min, max) = self.server.with_untracked(|server| {
            server.config.as_ref().map_or((0, 1_800), |config| {
                let delay = &config.config().upload_delay_seconds;
                (u64::from(delay.min), u64::from(delay.max))
            })
        });
        crypto::uniform(min.saturating_mul(1_000), max.saturating_mul(1_000))
    }

    pub(super) fn current(self) -> Option<WaitingRecord> {
        self.cells.sending.with_value(|sending| match sending {
            Some(OutgoingRecord::Waiting(record)) => Some(record.clone()),
            _ => None,
        })
    }

    /// Whether `record` is still what is being sent: it may have been taken back or made anew meanwhile.
    pub(super) fn is_current(self, record: &WaitingRecord) -> bool {
        self.current().is_some_and(|current| {
            let same = match (&current.authority, &record.authority) {
                (Authority::Tan(one), Authority::Tan(other)) => one.pending == other.pending,
                (Authority::Exposure(one), Authority::Exposure(other)) => one.ground == other.ground,
                _ => false,
            };
            same && current.body == record.body
        })
    }

    pub(super) fn show(self, record: &WaitingRecord, state: OutgoingState) {
        let shown = Outgoing {
            state,
            second: record.is_second(),
            server: record.server.clone(),
            encounters: record.encounters,
            entries: record.entries,
            outdated: record.outdated,
            taken_out: record.taken_out,
            reported: record.reported,
            undoable: !record.begun,
        };
        if self.cells.outgoing.with_untracked(|outgoing| outgoing.as_ref() != Some(&shown)) {
            self.cells.outgoing.set(Some(shown));
        }
    }
}

/// What is done first for a report that is not authorised yet.
pub(super) fn first_state(record: &WaitingRecord) -> OutgoingState {
    match record.authority {
        Authority::Tan(_) => OutgoingState::Redeeming,
        Authority::Exposure(_) => OutgoingState::Proving,
    }
}

/// The permit for the stored body, under the key that was pinned before the TAN was redeemed.
fn authorise(pending: &Pending, response: &PermitResponse, record: &WaitingRecord) -> Option<Authorised> {
    let key = codec::array_from_base64url(&record.pinned.permit_key).ok()?;
    let key = PermitPublicKey::from_bytes(key).ok()?;
    let permit = pending.finalize(response, &key).ok()?;
    let body = UploadBody::from_bytes(record.body.clone()).ok()?;
    Some(permit.authorise(body))
}

/// Whether the server has not taken the TAN. After any other refusal it may have, and then takes it
/// again with the same blinded element only.
fn is_about_the_tan(problem: &ApiProblem) -> bool {
    use ProblemCode as P;
    matches!(
        problem,
        ApiProblem::Refused {
            code: P::TanMalformed | P::TanUnknown | P::TanExpired | P::TanRevoked | P::TanUsed,
            ..
        }
    )
}

fn seconds(milliseconds: u64) -> Timestamp {
    Timestamp::new(milliseconds.div_ceil(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_tan_that_may_be_redeemed_keeps_its_blind() {
        let refused = |code| is_about_the_tan(&ApiProblem::Refused { code, retry_after: None });
        assert!(refused(ProblemCode::TanUnknown) && refused(ProblemCode::TanUsed));
        assert!(refused(ProblemCode::TanExpired) && refused(ProblemCode::TanRevoked));
        assert!(!refused(ProblemCode::WeekRefused) && !refused(ProblemCode::UploadSize));
        assert!(!is_about_the_tan(&ApiProblem::BadSignature));
    }

    #[wasm_bindgen_test]
    fn a_time_shown_is_never_too_early() {
        assert_eq!(seconds(1_001), Timestamp::new(2));
        assert_eq!(seconds(2_000), Timestamp::new(2));
    }
}
