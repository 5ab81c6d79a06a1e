//! Sending a report: store, redeem, wait a random while, send. Every step is stored before the
//! next begins, so that closing the app at any moment loses nothing and sends nothing twice:
//! the TAN is redeemed with the same blinded element, and the same bytes go under its permit.

use super::records::{self, OutgoingRecord, PendingRecord, WaitingRecord};
use super::{App, Outgoing, OutgoingState, Prepared, ReportDraft, ReportProblem, outdated};
use crate::api::{Api, ApiProblem};
use crate::platform::storage::{Change, Store};
use crate::platform::{clock, crypto, history};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::codec;
use twoken_core::permit::{Authorised, Class, Pending, PermitPublicKey};
use twoken_core::tan::Tan;
use twoken_core::units::Timestamp;
use twoken_core::wire::{PermitResponse, ProblemCode, UploadBody};

/// Seconds between tries; the last one repeats.
const RETRY_SECONDS: [u64; 4] = [5, 15, 60, 300];
/// However long a server asks to wait.
const MAX_RETRY_SECONDS: u64 = 3_600;
/// How finely the random delay is waited for.
const STEP_MS: u64 = 500;

/// When the next try is due, and how many there were.
#[derive(Clone, Copy, Default)]
pub(in crate::state) struct Retry {
    tries: usize,
    not_before: Timestamp,
}

enum Step {
    Redeem(WaitingRecord),
    Wait(u32),
    Upload(WaitingRecord, String),
}

impl App {
    /// Stores the report, and sends it: redeems the TAN, waits a random while, uploads.
    ///
    /// Nothing is asked of the server before everything that it takes is stored.
    pub fn send_report(self, tan: Tan, prepared: Prepared) {
        self.cells.report_problem.set(None);
        spawn_local(async move {
            match self.hand_over(&tan, &prepared).await {
                Ok(()) => self.drive().await,
                Err(problem) => self.cells.report_problem.set(Some(problem)),
            }
        });
    }

    /// Takes the report back, as long as nothing of it was sent. The draft stays, and the TAN
    /// can be used again.
    pub fn cancel_report(self) {
        let taken = self.cells.sending.try_update_value(|sending| match sending {
            Some(OutgoingRecord::Waiting(record)) if !record.begun => {
                let pending = record.pending.clone();
                *sending = None;
                Some(pending)
            }
            _ => None,
        });
        if let Some(pending) = taken.flatten() {
            self.cells.outgoing.set(None);
            self.cells.held_since.set_value(Some(pending.made_at));
            self.store(vec![
                Change::Delete(Store::Outgoing, records::REPORT.to_owned()),
                records::put_json(Store::Outgoing, records::HELD, &pending),
            ]);
        }
    }

    /// Tries again now, instead of at the time shown.
    pub fn retry_report(self) {
        self.cells.retry.update_value(|retry| retry.not_before = Timestamp::default());
        spawn_local(self.drive());
    }

    /// Shows, and goes on with, what was on its way when the app was closed.
    pub(super) fn resume_report(self, record: OutgoingRecord) {
        self.cells.sending.set_value(Some(record.clone()));
        match record {
            OutgoingRecord::Sent { encounters, entries, at } => {
                let state = OutgoingState::Sent { at };
                self.cells.outgoing.set(Some(Outgoing {
                    state,
                    encounters,
                    entries,
                    outdated: 0,
                    undoable: false,
                }));
            }
            OutgoingRecord::Waiting(record) => {
                let state = match &record.permit {
                    Some(_) => OutgoingState::Delayed { until: seconds(record.not_before_ms) },
                    None => OutgoingState::Redeeming,
                };
                self.show(&record, state);
                spawn_local(self.drive());
            }
        }
    }

    /// Goes on when a waiting time is over.
    pub(super) fn send_when_due(self, now: Timestamp) {
        let waiting =
            self.cells.sending.with_value(|sending| matches!(sending, Some(OutgoingRecord::Waiting(_))));
        if waiting && self.cells.retry.get_value().not_before <= now {
            spawn_local(self.drive());
        }
    }

    /// Removes the record of a report that is over.
    pub(super) fn forget_outgoing(self) {
        self.cells.sending.set_value(None);
        self.cells.outgoing.set(None);
        self.store(vec![Change::Delete(Store::Outgoing, records::REPORT.to_owned())]);
    }

    async fn hand_over(self, tan: &Tan, prepared: &Prepared) -> Result<(), ReportProblem> {
        let busy =
            self.cells.sending.with_value(|sending| matches!(sending, Some(OutgoingRecord::Waiting(_))));
        if busy {
            return Err(ReportProblem::Busy);
        }
        let pinned = self.pinned().ok_or(ReportProblem::NoServer)?;
        let record = WaitingRecord {
            pending: self.pending_for(tan).await,
            pinned,
            body: prepared.body.as_bytes().to_vec(),
            oldest_key: outdated::oldest_key(&prepared.cover),
            encounters: prepared.encounters,
            entries: prepared.real(),
            permit: None,
            not_before_ms: 0,
            begun: false,
            outdated: 0,
        };
        let stored = OutgoingRecord::Waiting(record.clone());
        let changes = vec![
            records::put_json(Store::Outgoing, records::REPORT, &stored),
            Change::Delete(Store::Outgoing, records::HELD.to_owned()),
        ];
        self.write(changes).await.map_err(ReportProblem::NotStored)?;
        self.cells.held_since.set_value(None);
        self.cells.sending.set_value(Some(stored));
        self.cells.retry.set_value(Retry::default());
        self.show(&record, OutgoingState::Redeeming);
        Ok(())
    }

    /// A blind for this TAN: the one it may have been redeemed with before, or a fresh one.
    async fn pending_for(self, tan: &Tan) -> PendingRecord {
        let now = clock::now();
        let shown = tan.display().to_string();
        let held = match self.cells.storage.get_value() {
            Some(storage) => {
                records::read_json::<PendingRecord>(&storage, Store::Outgoing, records::HELD).await
            }
            None => Ok(None),
        };
        if let Ok(Some(held)) = held
            && held.tan == shown
            && held.made_at.week().is_accepted_at(now)
        {
            return held;
        }
        let pending = Pending::new(tan, Class::Patient, now.week(), &mut crypto::rng());
        PendingRecord { tan: shown, pending: pending.to_bytes().to_vec(), made_at: now }
    }

    pub(super) async fn drive(self) {
        if self.cells.driving.get_value() {
            return;
        }
        self.cells.driving.set_value(true);
        while let Some(step) = self.next_step() {
            match step {
                Step::Redeem(record) => self.redeem(record).await,
                Step::Wait(milliseconds) => clock::sleep_ms(milliseconds).await,
                Step::Upload(record, permit) => self.upload(record, &permit).await,
            }
        }
        self.cells.driving.set_value(false);
    }

    fn next_step(self) -> Option<Step> {
        let record = self.current()?;
        if self.cells.retry.get_value().not_before > clock::now() {
            return None;
        }
        let Some(permit) = record.permit.clone() else {
            return Some(Step::Redeem(record));
        };
        let left = record.not_before_ms.saturating_sub(clock::now_ms());
        if left > 0 {
            self.show(&record, OutgoingState::Delayed { until: seconds(record.not_before_ms) });
            return Some(Step::Wait(u32::try_from(left.min(STEP_MS)).unwrap_or(u32::MAX)));
        }
        Some(Step::Upload(record, permit))
    }

    async fn redeem(self, mut record: WaitingRecord) {
        self.show(&record, OutgoingState::Redeeming);
        let pending = Pending::from_bytes(&record.pending.pending);
        let Ok((pending, request)) = pending.and_then(|p| p.request().map(|request| (p, request))) else {
            return self.refuse(&record, ApiProblem::BadAnswer);
        };
        let answer = Api::new(history::origin()).redeem(&request).await;
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
        record.not_before_ms = clock::now_ms().saturating_add(self.random_delay_ms());
        self.cells.retry.set_value(Retry::default());
        self.keep(record).await;
    }

    async fn upload(self, mut record: WaitingRecord, permit: &str) {
        record.begun = true;
        self.show(&record, OutgoingState::Sending);
        self.keep(record.clone()).await;
        if !self.is_current(&record) {
            // Another window has taken over, and may have taken it back.
            return;
        }
        let answer = Api::new(history::origin()).upload(permit, &record.body).await;
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
        let (encounters, entries) = (record.encounters, record.entries);
        let note = OutgoingRecord::Sent { encounters, entries, at };
        self.cells.sending.set_value(Some(note.clone()));
        self.cells.outgoing.set(Some(Outgoing {
            state: OutgoingState::Sent { at },
            encounters,
            entries,
            outdated: 0,
            undoable: false,
        }));
        self.draft.set(ReportDraft::default());
        self.cells.held_since.set_value(None);
        self.store(vec![
            records::put_json(Store::Outgoing, records::REPORT, &note),
            Change::Delete(Store::Outgoing, records::HELD.to_owned()),
            Change::Clear(Store::Draft),
        ]);
    }

    fn wait_or_refuse(self, record: &WaitingRecord, problem: ApiProblem) {
        if !problem.passes() {
            return self.refuse(record, problem);
        }
        let tries = self.cells.retry.get_value().tries;
        let retry_at = clock::now().plus(wait_seconds(tries, &problem));
        self.cells.retry.set_value(Retry { tries: tries + 1, not_before: retry_at });
        self.show(record, OutgoingState::Waiting { problem, retry_at });
    }

    fn refuse(self, record: &WaitingRecord, problem: ApiProblem) {
        let may_be_redeemed = record.permit.is_some() || !is_about_the_tan(&problem);
        self.cells.sending.set_value(None);
        self.cells.outgoing.set(Some(Outgoing {
            state: OutgoingState::Refused(problem),
            encounters: record.encounters,
            entries: record.entries,
            outdated: record.outdated,
            undoable: false,
        }));
        let mut changes = vec![Change::Delete(Store::Outgoing, records::REPORT.to_owned())];
        if may_be_redeemed {
            // The TAN is spent, its permit is not: the same TAN can still carry another body.
            self.cells.held_since.set_value(Some(record.pending.made_at));
            changes.push(records::put_json(Store::Outgoing, records::HELD, &record.pending));
        }
        self.store(changes);
    }

    /// Keeps how far the report has come. Where that cannot be stored, the older record still
    /// leads to the same permit and the same bytes.
    pub(super) async fn keep(self, record: WaitingRecord) {
        let stored = OutgoingRecord::Waiting(record);
        let change = records::put_json(Store::Outgoing, records::REPORT, &stored);
        self.cells.sending.set_value(Some(stored));
        let _ = self.write(vec![change]).await;
    }

    fn random_delay_ms(self) -> u64 {
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
    fn is_current(self, record: &WaitingRecord) -> bool {
        self.current().is_some_and(|current| {
            current.pending.pending == record.pending.pending && current.body == record.body
        })
    }

    pub(super) fn show(self, record: &WaitingRecord, state: OutgoingState) {
        let shown = Outgoing {
            state,
            encounters: record.encounters,
            entries: record.entries,
            outdated: record.outdated,
            undoable: !record.begun,
        };
        if self.cells.outgoing.with_untracked(|outgoing| outgoing.as_ref() != Some(&shown)) {
            self.cells.outgoing.set(Some(shown));
        }
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

fn wait_seconds(tries: usize, problem: &ApiProblem) -> u64 {
    if let ApiProblem::Refused { retry_after: Some(seconds), .. } = problem {
        return u64::from(*seconds).min(MAX_RETRY_SECONDS);
    }
    let [.., last] = RETRY_SECONDS;
    RETRY_SECONDS.get(tries).copied().unwrap_or(last)
}

fn seconds(milliseconds: u64) -> Timestamp {
    Timestamp::new(milliseconds.div_ceil(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn waits_longer_and_as_long_as_asked() {
        let broken = ApiProblem::Unreachable;
        let waits = [0, 1, 2, 3, 4, 9].map(|tries| wait_seconds(tries, &broken));
        assert_eq!(waits, [5, 15, 60, 300, 300, 300]);
        let busy =
            |after| ApiProblem::Refused { code: ProblemCode::TooManyRequests, retry_after: Some(after) };
        assert_eq!(wait_seconds(0, &busy(40)), 40);
        assert_eq!(wait_seconds(0, &busy(1_000_000)), MAX_RETRY_SECONDS);
    }

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
