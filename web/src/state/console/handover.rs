//! A patient's keys: from the first code that the camera reads to the upload, and then nowhere.
//!
//! The entries are made in the worker, the upload goes under a permit of the staff's class and without the session
//! (docs/protocol.md, 14.2 and 20.5). What was once authorised is sent again byte for byte; what was not, is made anew.

mod held;
mod patient;
#[cfg(test)]
mod tests;

pub use patient::{KeysProblem, Patient, Scanned, Step, Test, TestFields, UploadProblem, Uploaded};

pub(super) use held::Held;

use super::{Console, List, rules};
use crate::api::{Api, ApiProblem};
use crate::platform::{crypto, format, history, worker};
use crate::worker::messages::{self, Outcome, Task};
use held::{Sent, Transfer, check};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::permit::{Authorised, StaffPending};
use twoken_core::units::Timestamp;
use twoken_core::wire::{Collector, Handover, ProblemCode, Progress, UploadBody};

/// How long a scan outlives the session it was made in, in seconds: time to sign in again, not more.
const OUTLIVES_SECONDS: u64 = 15 * 60;

impl Console {
    /// Takes in a text that the camera, a picture or a hardware scanner has read. What it is not for, is said.
    pub fn take_code(self, text: &str) {
        if !matches!(self.patient.get_untracked(), Patient::Scanning { .. }) {
            return;
        }
        let taken =
            self.cells.held.try_update_value(|held| (held.collector.take(text), *held.collector.transfer()));
        let Some((taken, transfer)) = taken else { return };
        let next = match taken {
            Ok(Progress::Partial { read, count }) => self.take_part(&transfer, read, count),
            Ok(Progress::Whole(handover)) => self.take_whole(handover),
            Ok(Progress::Refused(error)) => self.refuse(transfer, KeysProblem::of(error, text)),
            Err(error) => self.pass_over(KeysProblem::of(error, text)),
        };
        if self.patient.with_untracked(|patient| *patient != next) {
            self.cells.patient.set(next);
        }
    }

    /// Lets go of the keys without sending them, and is ready for the next patient. What is being sent right now cannot be
    /// called back.
    pub fn forget_keys(self) {
        if !matches!(self.patient.get_untracked(), Patient::Sending(..)) {
            self.wipe();
        }
    }

    /// Lets go of all that was this clinician's, and of which codes were sent.
    pub(super) fn forget_patients(self) {
        self.cells.held.update_value(Held::forget_sent);
        self.wipe();
        self.cells.test.set(TestFields::default());
    }

    fn wipe(self) {
        self.cells.held.update_value(Held::wipe);
        self.cells.test.update(TestFields::clear);
        self.cells.patient.set(Patient::default());
    }

    /// Makes the entries, asks for a permit and uploads. Where that was begun before, it goes on.
    pub fn upload(self, test: Test) {
        let scanned = match self.patient.get_untracked() {
            Patient::Ready(scanned, _) => scanned,
            Patient::Waits(scanned, _) => return self.send_off(scanned, test),
            _ => return,
        };
        // They may have been held over midnight.
        let now = self.now.get_untracked();
        let late = self.cells.held.with_value(|held| {
            let handover = held.handover.as_ref()?;
            check(handover, now).err().map(|problem| (*handover.transfer(), problem))
        });
        match late {
            Some((transfer, problem)) => {
                self.wipe();
                let next = self.refuse(transfer, problem);
                self.cells.patient.set(next);
            }
            None => self.send_off(scanned, test),
        }
    }

    fn send_off(self, scanned: Scanned, test: Test) {
        let turn = self.turn();
        self.cells.patient.set(Patient::Sending(scanned.clone(), Step::Making));
        spawn_local(async move {
            let outcome = self.send(&scanned, &test).await;
            if self.turn() == turn {
                let next = match outcome {
                    Ok(()) => self.uploaded(&scanned),
                    Err(problem) => self.not_uploaded(scanned, problem),
                };
                self.cells.patient.set(next);
            }
        });
    }

    /// Until when what is on the page is kept though nobody is signed in, where there is anything. Follows the clock.
    #[must_use]
    pub fn kept_until(self) -> Option<Timestamp> {
        let keys = self.patient.with(|patient| !matches!(patient, Patient::Scanning { count: 0, .. }));
        let tans = self.one.with(|one| one.letter.is_some()) || self.list.with(|list| *list != List::None);
        let now = self.now.get();
        let until = self.cells.held.with_value(|held| held.forget_at);
        until.filter(|until| (keys || tans) && *until > now)
    }

    /// A session has ended: the keys wait for the next one, for a while. Another try to sign in makes it no longer.
    pub(super) fn keys_without_session(self) {
        let due = self.now.get_untracked().plus(OUTLIVES_SECONDS);
        self.cells.held.update_value(|held| {
            held.forget_at.get_or_insert(due);
        });
    }

    pub(super) fn keys_with_session(self) {
        self.cells.held.update_value(|held| held.forget_at = None);
    }

    pub(super) fn forget_when_due(self, now: Timestamp) {
        if self.cells.held.with_value(|held| held.forget_at.is_some_and(|at| at <= now)) {
            self.cells.held.update_value(|held| held.forget_at = None);
            self.forget_all();
        }
    }

    /// Codes of a whole that was refused go round and round: the words stay, and what cannot pass is not kept.
    fn take_part(self, transfer: &Transfer, read: usize, count: usize) -> Patient {
        match self.cells.held.with_value(|held| held.refused(transfer)) {
            Some(problem) if !problem.may_pass() => {
                self.cells.held.update_value(|held| held.collector = Collector::default());
                Patient::Scanning { read: 0, count: 0, problem: Some(problem) }
            }
            problem => Patient::Scanning { read, count, problem },
        }
    }

    fn take_whole(self, handover: Handover) -> Patient {
        let transfer = *handover.transfer();
        let perhaps_sent = match self.cells.held.with_value(|held| held.sent(&transfer)) {
            Some(Sent::Surely(uploaded)) => return self.refuse(transfer, KeysProblem::Repeated(uploaded)),
            Some(Sent::Perhaps(at)) => Some(at),
            None => None,
        };
        let now = self.now.get_untracked();
        let config = self.config.get_untracked();
        if config.is_some_and(|config| config.config().mode != handover.mode()) {
            return self.refuse(transfer, KeysProblem::Mode);
        }
        if let Err(problem) = check(&handover, now) {
            return self.refuse(transfer, problem);
        }
        let days = handover.cover().days();
        let intervals = days.iter().map(|(_, count)| count).sum();
        let scanned = Scanned { days, intervals, encounters: handover.encounters(), perhaps_sent };
        self.cells.held.update_value(|held| {
            held.refused = None;
            held.handover = Some(handover);
        });
        self.cells.test.update(|test| test.day = format::calendar_day(now).to_string());
        Patient::Ready(scanned, None)
    }

    fn refuse(self, transfer: Transfer, problem: KeysProblem) -> Patient {
        self.cells.held.update_value(|held| held.refused = Some((transfer, problem)));
        Patient::Scanning { read: 0, count: 0, problem: Some(problem) }
    }

    /// A text of no whole: what was read before of another stays.
    fn pass_over(self, problem: KeysProblem) -> Patient {
        let (read, count) = match self.patient.get_untracked() {
            Patient::Scanning { read, count, .. } => (read, count),
            _ => (0, 0),
        };
        Patient::Scanning { read, count, problem: Some(problem) }
    }

    async fn send(self, scanned: &Scanned, test: &Test) -> Result<(), UploadProblem> {
        let turn = self.turn();
        let authorised = match self.cells.held.with_value(|held| held.authorised.clone()) {
            Some(authorised) => authorised,
            None => {
                let body = self.make(test).await?;
                if self.turn() != turn {
                    return Err(UploadProblem::Making);
                }
                self.cells.patient.set(Patient::Sending(scanned.clone(), Step::Permit));
                let authorised = self.authorise(body).await.map_err(UploadProblem::Api)?;
                if self.turn() != turn {
                    return Err(UploadProblem::Making);
                }
                self.cells.held.update_value(|held| held.authorised = Some(authorised.clone()));
                authorised
            }
        };
        self.cells.patient.set(Patient::Sending(scanned.clone(), Step::Sending));
        // Before the first byte goes: whatever happens now, it may have arrived.
        let at = scanned.perhaps_sent.unwrap_or_else(|| self.now.get_untracked());
        self.cells.held.update_value(|held| held.note(Some(Sent::Perhaps(at))));
        let api = Api::new(history::origin());
        api.upload(&authorised.header, &authorised.body).await.map_err(UploadProblem::Api)
    }

    /// The body, made in the worker: a fortnight's entries take a while.
    async fn make(self, test: &Test) -> Result<UploadBody, UploadProblem> {
        let keys = self.cells.held.with_value(|held| held.handover.as_ref().map(Handover::to_bytes));
        let keys = keys.ok_or(UploadProblem::Making)?;
        let task = Task::Regenerate {
            test_day: test.days.test,
            onset: test.days.onset,
            region: test.region.to_string(),
        };
        let answer = worker::ask_with_bytes(messages::encode(&task), &keys).await;
        let body = match answer.ok().and_then(|answer| messages::decode(&answer)) {
            Some(Outcome::Regenerated(body)) => body,
            _ => return Err(UploadProblem::Making),
        };
        UploadBody::from_bytes(body.into()).map_err(|_| UploadProblem::Making)
    }

    async fn authorise(self, body: UploadBody) -> Result<Authorised, ApiProblem> {
        let key = self.permit_key().await?;
        let week = self.now.get_untracked().week();
        let request = self.cells.held.try_update_value(|held| {
            held.pending.get_or_insert_with(|| StaffPending::new(week, &mut crypto::rng())).request()
        });
        let request = request.and_then(Result::ok).ok_or(ApiProblem::BadAnswer)?;
        let response = self.acting(async |api, csrf| api.permit(csrf, &request).await).await;
        if matches!(&response, Err(problem @ ApiProblem::Refused { .. }) if !of_session(problem)) {
            // A week that is over, say: another request may be taken.
            self.cells.held.update_value(|held| held.pending = None);
        }
        let response = response?;
        let permit = self.cells.held.with_value(|held| {
            held.pending.as_ref().and_then(|pending| pending.finalize(&response, &key).ok())
        });
        // A proof of another key than the pinned one: this permit could mark who uses it.
        Ok(permit.ok_or(ApiProblem::BadSignature)?.authorise(body))
    }

    fn uploaded(self, scanned: &Scanned) -> Patient {
        let at = self.now.get_untracked();
        let every = self
            .config
            .with_untracked(|config| config.as_ref().map_or(0, |config| config.config().seal_every_seconds));
        let uploaded = Uploaded { entries: scanned.entries(), at, sealed: rules::next_tick(at, every) };
        self.cells.held.update_value(|held| {
            held.note(Some(Sent::Surely(uploaded)));
            held.wipe();
        });
        self.cells.test.update(TestFields::clear);
        Patient::Done(uploaded)
    }

    fn not_uploaded(self, scanned: Scanned, problem: UploadProblem) -> Patient {
        let begun = self.cells.held.with_value(|held| held.authorised.is_some());
        match problem {
            // Whoever signs in again has been told.
            UploadProblem::Api(problem) if !begun && of_session(&problem) => Patient::Ready(scanned, None),
            UploadProblem::Api(problem) if begun && !says_no(&problem) => {
                let sent = self.cells.held.with_value(|held| held.sent(held.handover.as_ref()?.transfer()));
                let perhaps_sent = match sent {
                    Some(Sent::Perhaps(at)) => Some(at),
                    _ => scanned.perhaps_sent,
                };
                Patient::Waits(Scanned { perhaps_sent, ..scanned }, problem)
            }
            problem => {
                self.cells.held.update_value(|held| {
                    if begun {
                        held.pending = None;
                        // What was sent before this may have arrived all the same.
                        held.note(scanned.perhaps_sent.map(Sent::Perhaps));
                    }
                    held.authorised = None;
                });
                Patient::Ready(scanned, Some(problem))
            }
        }
    }

    fn turn(self) -> u32 {
        self.cells.held.with_value(|held| held.turn)
    }
}

/// Whether it is about the session and not about the patient's keys.
const fn of_session(problem: &ApiProblem) -> bool {
    matches!(
        problem,
        ApiProblem::Refused {
            code: ProblemCode::SessionEnded | ProblemCode::SessionLocked | ProblemCode::SignInUnfinished,
            ..
        }
    )
}

/// Whether the server itself has said that it did not store what was sent.
fn says_no(problem: &ApiProblem) -> bool {
    matches!(problem, ApiProblem::Refused { .. } | ApiProblem::RefusedOtherwise { .. }) && !problem.passes()
}
