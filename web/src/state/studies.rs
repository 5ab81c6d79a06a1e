//! Studies: which ones the server has, what was told to them, and taking it back.
//!
//! Nothing is asked of the server before the person opens the page. What they approve goes one contact a request, each
//! at a random time of its own ([`study_turns`](super::study_turns)), with a withdrawal key of its own: two of them have
//! nothing in common. Each is stored before it is sent and repeated byte for byte; what was told is listed for as long as the
//! server keeps it, and taken back by its key ([`taken_back`](super::taken_back)).

use super::day_sets::Kept;
use super::records::{self, text_bytes};
use super::{App, Ground, StorageProblem};
use crate::api::ApiProblem;
use crate::platform::storage::{Change, Storage, Store};
use crate::platform::{clock, crypto, history};
use crate::worker::messages::{Outcome, Task};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use twoken_core::codec;
use twoken_core::diary::Encounter;
use twoken_core::status::Mode;
use twoken_core::units::{Day, Timestamp};
use twoken_core::wire::{
    Contact, ProblemCode, Report, STUDY_KEPT_DAYS, Studies, Study, StudyId, VerifyingKey, WithdrawalKey,
};

/// The record's name.
pub(super) const TOLD: &str = "studies";
/// Seconds before another try.
const RETRY_SECONDS: u64 = 60;

/// The server's list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StudyList {
    /// Nobody has asked for it.
    #[default]
    Unasked,
    /// It was asked for.
    Asking,
    /// As the server signed it.
    Known(Arc<Vec<Study>>),
    /// It did not come, or does not hold.
    Failed(ApiProblem),
}

/// One contact that a study is told of.
#[derive(Clone, Serialize, Deserialize)]
pub struct StudyReport {
    study: String,
    /// The study's title in the language in which it was approved.
    pub title: String,
    /// Its last day.
    pub ends: Day,
    /// What its proof stands on; empty once it is sent and that hit is gone.
    #[serde(alias = "encounter")]
    ground: String,
    /// The further server that the study is of; none is the home server.
    #[serde(default)]
    pub(super) server: Option<String>,
    /// The report's bytes: exactly what is told, and the hash of the key.
    #[serde(with = "text_bytes")]
    report: Vec<u8>,
    key: WithdrawalKey,
    pub(super) not_before_ms: u64,
    /// The report with its proof, in base64url, from when it may have been sent until the server has it.
    proven: Option<String>,
    /// How far it is.
    pub state: StudyReportState,
}

/// How far a report to a study is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StudyReportState {
    /// It waits to be sent.
    Waiting,
    /// The server has it.
    Sent,
    /// It is being taken back, and will not be sent again.
    Withdrawing {
        /// Since when.
        since: Timestamp,
        /// How often the server was asked.
        tries: u8,
        /// Whether the server has confirmed before that it has it.
        arrived: bool,
    },
    /// It was taken back.
    Withdrawn,
    /// It is in the results already, and stays there.
    Exported,
    /// The server refused it, by this code.
    Refused(String),
    /// No proof could be made of it any more.
    Unproven,
}

impl StudyReport {
    /// What it tells.
    #[must_use]
    pub fn contact(&self) -> Option<Contact> {
        Report::decode(&self.report).ok().map(|report| report.contact)
    }

    /// Which study, by the first digits of its name.
    #[must_use]
    pub fn study(&self) -> Option<StudyId> {
        self.study.parse().ok()
    }

    /// The last day on which it is listed: until then the server keeps what it was told, and takes it back.
    #[must_use]
    pub fn listed_until(&self) -> Day {
        self.ends.plus(STUDY_KEPT_DAYS)
    }

    /// Whether it still has to be sent, or taken back.
    pub(super) const fn is_on_its_way(&self) -> bool {
        matches!(self.state, StudyReportState::Waiting) || self.is_taken_back()
    }

    /// The server that it goes to.
    pub(super) fn origin(&self) -> String {
        self.server.clone().unwrap_or_else(history::origin)
    }

    /// Whether it is the same one.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.report == other.report
    }

    /// Whether it names a hit that is not kept any more, and needs no proof.
    pub(super) fn outlives(&self, kept: &Kept) -> bool {
        self.state != StudyReportState::Waiting && !kept.knows(&self.ground)
    }

    /// A hit's tag was published: the phone does not say longer than it keeps the hit that it was this person's.
    pub(super) fn forget_ground(&mut self, kept: &Kept) {
        if self.outlives(kept) {
            self.ground.clear();
        }
    }

    /// By what it is taken back.
    pub(super) const fn key(&self) -> &WithdrawalKey {
        &self.key
    }

    /// Whether something is to be asked of the server by now.
    pub(super) fn is_due(&self, now_ms: u64) -> bool {
        (self.state == StudyReportState::Waiting || self.is_taken_back()) && self.not_before_ms <= now_ms
    }

    /// Not before this time, in milliseconds.
    pub(super) const fn wait_until(&mut self, not_before_ms: u64) {
        self.not_before_ms = not_before_ms;
    }

    /// Whether its sending was begun: it can have arrived from then on.
    pub(super) const fn may_have_gone(&self) -> bool {
        matches!(self.state, StudyReportState::Waiting) && self.proven.is_some()
    }

    /// From now on it may go, with this proof.
    pub(super) fn may_go(&mut self, proven: String) {
        self.proven = Some(proven);
    }

    /// Notes what the server has answered.
    fn hear(&mut self, answer: Result<(), ApiProblem>, now_ms: u64) {
        if let StudyReportState::Withdrawing { arrived, .. } = &mut self.state {
            // It was taken back on its way.
            *arrived |= answer.is_ok();
            return;
        }
        match answer {
            Ok(()) => self.state = StudyReportState::Sent,
            Err(problem) if problem.passes() => {
                let wait = match problem {
                    ApiProblem::Refused { retry_after: Some(seconds), .. } => u64::from(seconds),
                    _ => RETRY_SECONDS,
                };
                return self.wait_until(now_ms.saturating_add(wait.min(3_600) * 1_000));
            }
            Err(problem) => {
                let code = match problem {
                    ApiProblem::Refused { code, .. } => code.as_str(),
                    _ => "",
                };
                self.state = StudyReportState::Refused(code.to_owned());
            }
        }
        self.proven = None;
    }
}

/// Its name only: it tells of whom somebody was near.
impl core::fmt::Debug for StudyReport {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("StudyReport")
    }
}

impl App {
    /// Asks the server for its list of studies.
    pub fn ask_for_studies(self) {
        if self.cells.study_list.with_untracked(|list| *list == StudyList::Asking) {
            return;
        }
        self.cells.study_list.set(StudyList::Asking);
        spawn_local(async move {
            let list = match self.studies().await {
                Ok(studies) => StudyList::Known(Arc::new(studies)),
                Err(problem) => StudyList::Failed(problem),
            };
            self.cells.study_list.set(list);
        });
    }

    async fn studies(self) -> Result<Vec<Study>, ApiProblem> {
        // Meets the server where it was not met, and sees whether its keys have changed.
        let config = self.fetch_config().await?;
        let bytes = self.api().studies().await?;
        let key: &VerifyingKey = &config.config().signing_key;
        let list = Studies::decode_verified(&bytes, key, clock::now()).map_err(|error| {
            use twoken_core::wire::StudyError as E;
            match (error, self.clock_off.get_untracked()) {
                (E::Stale | E::Future, Some(seconds)) => ApiProblem::ClockOff { seconds },
                (E::Signature, _) => ApiProblem::BadSignature,
                (E::Version(_), _) => ApiProblem::Version,
                _ => ApiProblem::BadAnswer,
            }
        })?;
        let mode = config.config().mode;
        Ok(list.all().iter().filter(|study| study.mode == mode).cloned().collect())
    }

    /// The exposures that a study can be told of, newest first, each with exactly what would be told.
    #[must_use]
    pub fn contacts_for(self, study: &Study) -> Vec<(Ground, Contact)> {
        let name = study.id().to_string();
        let server = self.further_origin();
        let told: Vec<_> = self.cells.study_reports.with(|all| {
            let told = all.iter().filter(|report| report.study == name && report.server == server);
            told.map(|report| report.ground.clone()).collect()
        });
        let mut contacts = match study.mode {
            Mode::Open => self.found_contacts(),
            Mode::Private => self.counted_contacts(),
        };
        contacts.retain(|(ground, _)| !told.contains(&ground.to_string()));
        contacts
    }

    /// Those in the diary.
    fn found_contacts(self) -> Vec<(Ground, Contact)> {
        let thresholds = self.thresholds();
        self.diary.with(|diary| {
            let contact = |row: &Encounter| {
                let scheme =
                    self.cells.found.with(|all| all.get(&row.id).map(|found| found.on.page.scheme))?;
                Some((Ground::Encounter(row.id), Contact::of(row, scheme, &thresholds)))
            };
            diary.iter().filter(|row| self.can_be_proven(&row.id)).filter_map(contact).collect()
        })
    }

    /// Tells a study of these contacts: each in a request of its own, at a time of its own.
    pub fn tell_study(self, study: &Study, title: &str, contacts: &[(Ground, Contact)]) {
        let server = untrack(|| self.further_origin());
        let fresh = contacts.iter().map(|(ground, contact)| {
            let key = WithdrawalKey::generate(&mut crypto::rng());
            let report = Report { withdrawal: key.hash(), contact: *contact };
            StudyReport {
                study: study.id().to_string(),
                title: title.to_owned(),
                ends: study.ends,
                ground: ground.to_string(),
                server: server.clone(),
                report: report.to_bytes(),
                key,
                not_before_ms: clock::now_ms().saturating_add(self.random_delay_ms()),
                proven: None,
                state: StudyReportState::Waiting,
            }
        });
        self.cells.study_reports.update(|all| all.extend(fresh));
        self.store(vec![self.study_change()]);
    }

    /// Lets go of what the server has deleted with its study, and does not tell one that is over.
    pub(super) fn let_go_of_studies(self, now: Timestamp) {
        let today = now.day();
        let too_late = |report: &StudyReport| {
            report.ends < today && report.state == StudyReportState::Waiting && !report.may_have_gone()
        };
        let any = |report: &StudyReport| report.listed_until() < today || too_late(report);
        if self.cells.study_reports.with_untracked(|all| all.iter().any(any)) {
            self.cells.study_reports.update(|all| {
                all.retain(|report| report.listed_until() >= today);
                for report in all.iter_mut().filter(|report| too_late(report)) {
                    report.state = StudyReportState::Refused(ProblemCode::StudyEnded.as_str().to_owned());
                }
            });
            self.store(vec![self.study_change()]);
        }
    }

    pub(super) async fn tell_one(self, mut report: StudyReport) {
        let Some(study) = report.study() else { return };
        let Some(at) = self.still_on(report.server.as_deref()) else { return };
        if !report.may_have_gone() {
            let proven = at.prove_to(study, &report).await;
            report.proven.clone_from(&proven);
            // Nothing goes before it is stored: the same bytes go again after a restart.
            let kept = self.change_study_report(&report, |one| match proven {
                Some(proven) => one.may_go(proven),
                None => one.state = StudyReportState::Unproven,
            });
            let kept = kept.await;
            if kept.is_err() {
                // Another proof is made then: nothing has gone with this one.
                let later_ms = clock::now_ms().saturating_add(RETRY_SECONDS * 1_000);
                let unproven = |one: &mut StudyReport| {
                    one.proven = None;
                    one.wait_until(later_ms);
                };
                let _ = self.change_study_report(&report, unproven).await;
            }
            // It may have been taken back meanwhile.
            if kept != Ok(true) || !report.may_have_gone() {
                return;
            }
        }
        let proven = report.proven.as_ref().and_then(|text| codec::from_base64url(text).ok());
        let answer = match proven {
            Some(proven) => at.api().tell_study(&study, &proven).await,
            None => Err(ApiProblem::BadAnswer),
        };
        let _ = self.change_study_report(&report, |one| one.hear(answer, clock::now_ms())).await;
    }

    async fn prove_to(self, study: StudyId, report: &StudyReport) -> Option<String> {
        let pinned = self.pinned()?;
        let task = self.proof_task(&report.ground, &pinned.signing_key, Some(study))?;
        match super::comparing::ask(&task, &report.report).await {
            Ok(Outcome::Proven(proven)) => Some(codec::to_base64url(&proven)),
            _ => None,
        }
    }

    /// What has the worker prove an exposure: for a study, or for the second degree.
    pub(super) fn proof_task(self, ground: &str, key: &VerifyingKey, study: Option<StudyId>) -> Option<Task> {
        let (page, claim) = self.provable(&ground.parse().ok()?)?;
        Some(Task::Prove { page, claim, key: key.as_bytes().to_vec().into(), study })
    }

    /// Notes what has become of a report, as it is kept now. False where it is not kept any more.
    pub(super) async fn change_study_report(
        self,
        report: &StudyReport,
        change: impl FnOnce(&mut StudyReport),
    ) -> Result<bool, StorageProblem> {
        let mut kept = false;
        self.cells.study_reports.update(|all| {
            if let Some(one) = all.iter_mut().find(|one| one.is(report)) {
                change(one);
                kept = true;
            }
        });
        self.write(vec![self.study_change()]).await.map(|()| kept)
    }

    pub(super) fn study_change(self) -> Change {
        let all = self.cells.study_reports.get_untracked();
        if all.is_empty() {
            return Change::Delete(Store::Outgoing, TOLD.to_owned());
        }
        records::put_json(Store::Outgoing, TOLD, &all)
    }

    pub(super) async fn restore_studies(self, storage: &Storage) -> Result<(), StorageProblem> {
        let all: Option<Vec<StudyReport>> = records::read_json(storage, Store::Outgoing, TOLD).await?;
        self.cells.study_reports.set(all.unwrap_or_default());
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use twoken_core::diary::EncounterId;
    use twoken_core::risk::Distance;
    use twoken_core::status::Scheme;
    use twoken_core::wire::{DurationClass, Texts};
    use wasm_bindgen_test::wasm_bindgen_test;

    pub(in crate::state) fn study() -> Study {
        let texts = |text: &str| Texts { en: text.to_owned(), de: text.to_owned() };
        let (mode, ends) = (Mode::Open, clock::now().day().plus(7));
        let (institution, contact) = ("Institute".to_owned(), "office@example.org".to_owned());
        Study { mode, title: texts("Title"), institution, asked: texts("Asked"), contact, ends }
    }

    /// So many contacts.
    pub(in crate::state) fn chosen(count: u8) -> Vec<(Ground, Contact)> {
        let contact = Contact::Open {
            day: clock::now().day(),
            duration: DurationClass::From15,
            closeness: Distance::Close,
            scheme: Scheme::Encounter,
        };
        (0..count).map(|id| (Ground::Encounter(EncounterId::new([id; 16])), contact)).collect()
    }

    #[wasm_bindgen_test]
    fn what_was_told_is_kept_with_its_key_until_the_server_deletes_it() {
        leptos::mount::mount_to_body(|| ());
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            let (study, after) = (study(), |days| clock::now().plus(86_400 * days));
            app.tell_study(&study, "Title", &chosen(3));
            app.cells.study_reports.update(|all| {
                all[0].state = StudyReportState::Sent;
                all[1].may_go(String::new());
            });
            app.let_go_of_studies(after(8));
            let all = app.study_reports.get_untracked();
            let ended = StudyReportState::Refused("study-ended".to_owned());
            let states = [StudyReportState::Sent, StudyReportState::Waiting, ended];
            assert_eq!(all.iter().map(|one| one.state.clone()).collect::<Vec<_>>(), states);
            app.let_go_of_studies(after(7 + u64::from(STUDY_KEPT_DAYS)));
            assert_eq!(app.study_reports.with_untracked(Vec::len), 3);
            app.let_go_of_studies(after(8 + u64::from(STUDY_KEPT_DAYS)));
            assert!(app.study_reports.with_untracked(Vec::is_empty));
        });
        // What is still being stored may ask for it.
        core::mem::forget(owner);
    }

    #[wasm_bindgen_test]
    fn an_answer_does_not_undo_that_it_was_taken_back_meanwhile() {
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            app.tell_study(&study(), "Title", &chosen(1));
            let mut report = app.study_reports.get_untracked().remove(0);
            report.may_go(String::new());
            let (mut sent, mut back) = (report.clone(), report);
            sent.hear(Ok(()), 7);
            assert!(sent.state == StudyReportState::Sent && !sent.may_have_gone());
            back.state = StudyReportState::Withdrawing { since: clock::now(), tries: 0, arrived: false };
            back.hear(Err(ApiProblem::Unreachable), 7);
            assert!(matches!(back.state, StudyReportState::Withdrawing { arrived: false, .. }));
            back.hear(Ok(()), 7);
            assert!(matches!(back.state, StudyReportState::Withdrawing { arrived: true, .. }));
        });
    }

    #[wasm_bindgen_test]
    fn claim_33_each_contact_is_a_report_of_its_own_with_its_own_withdrawal_key() {
        leptos::mount::mount_to_body(|| ());
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            let chosen = chosen(2);
            app.tell_study(&study(), "Title", &chosen);
            let all = app.study_reports.get_untracked();
            assert_eq!(all.len(), 2);
            let hash = |at: usize| Report::decode(&all[at].report).unwrap().withdrawal;
            assert!(hash(0) != hash(1) && hash(0) == all[0].key.hash(), "two reports share a key");
            assert!(all.iter().all(|one| one.contact() == Some(chosen[0].1)));
            // What waits is taken back without a request; the other one stays.
            app.withdraw_from_study(&all[0]);
            let left = app.study_reports.get_untracked();
            assert!(left.len() == 1 && left[0].is(&all[1]));
            assert!(!format!("{:?}", left[0]).contains("Title"));
        });
        // What is still being stored may ask for it.
        core::mem::forget(owner);
    }
}
