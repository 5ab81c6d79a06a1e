//! A report to a study that is taken back: at once where nothing of it can have gone, else by its key, until it is certain that
//! the server does not have it.
//!
//! A report whose sending was never confirmed can arrive after a withdrawal that found nothing. So such a withdrawal is
//! repeated, after 1, 2, 4 … 64 minutes, until the server has found it, or until two hours are over ([`LATE_SECONDS`]) and
//! it still has not.

use super::studies::{StudyReport, StudyReportState};
use super::{ApiProblem, App};
use crate::api::Api;
use crate::platform::clock;
use leptos::prelude::*;
use twoken_core::units::Timestamp;
use twoken_core::wire::ProblemCode;

/// For how long after it was taken back a report may yet arrive: from then on it is not sent again. The server gives a
/// request up after 60 seconds, proxies usually after as many, and a connection that carries nothing ends itself after
/// about 15 minutes (Linux, `tcp_retries2`: 924.6 s). Two hours are seven times the longest of these.
const LATE_SECONDS: u64 = 2 * 3_600;
/// Seconds before the second try; each further one waits twice as long.
const AGAIN_SECONDS: u64 = 60;
/// Doublings at most: 64 minutes. The tries after 1, 2, 4 … 64 minutes reach past [`LATE_SECONDS`].
const DOUBLINGS: u8 = 6;

/// What an answer to a withdrawal means.
#[derive(Debug, PartialEq, Eq)]
enum After {
    /// Nothing more is to be done.
    Over(StudyReportState),
    /// It is tried again.
    Again {
        /// In so many seconds.
        seconds: u64,
        /// What the person is told of it.
        problem: Option<ApiProblem>,
    },
}

impl App {
    /// Takes a report back: one of which nothing went at once, any other one by its key. Of several that are taken back one
    /// after another, each further one goes at a random time.
    pub fn withdraw_from_study(self, report: &StudyReport) {
        self.cells.study_problem.set(None);
        let now_ms = clock::now_ms();
        self.cells.study_reports.update(|all| {
            let not_before_ms = if all.iter().any(StudyReport::is_taken_back) {
                now_ms.saturating_add(self.random_delay_ms())
            } else {
                now_ms
            };
            all.retain_mut(|one| !one.is(report) || one.take_back(clock::now(), not_before_ms));
        });
        self.store(vec![self.study_change()]);
    }

    pub(super) async fn take_back_one(self, report: StudyReport) {
        let (Some(study), StudyReportState::Withdrawing { since, tries, arrived }) =
            (report.study(), report.state.clone())
        else {
            return;
        };
        let answer = Api::new(report.origin()).withdraw(&study, report.key()).await;
        match after(&answer, arrived, since, tries, clock::now()) {
            After::Over(state) => {
                let _ = self.change_study_report(&report, |one| one.state = state).await;
            }
            After::Again { seconds, problem } => {
                self.cells.study_problem.set(problem);
                let not_before_ms = clock::now_ms().saturating_add(seconds.saturating_mul(1_000));
                let again = |one: &mut StudyReport| {
                    one.wait_until(not_before_ms);
                    if let StudyReportState::Withdrawing { tries, .. } = &mut one.state {
                        *tries = tries.saturating_add(1);
                    }
                };
                let _ = self.change_study_report(&report, again).await;
            }
        }
    }
}

impl StudyReport {
    /// Whether it is being taken back.
    pub(super) const fn is_taken_back(&self) -> bool {
        matches!(self.state, StudyReportState::Withdrawing { .. })
    }

    /// Begins to take it back. False where nothing of it went: it need not be kept.
    fn take_back(&mut self, now: Timestamp, not_before_ms: u64) -> bool {
        let arrived = match self.state {
            StudyReportState::Waiting if !self.may_have_gone() => return false,
            StudyReportState::Waiting => false,
            StudyReportState::Sent => true,
            _ => return true,
        };
        self.state = StudyReportState::Withdrawing { since: now, tries: 0, arrived };
        self.wait_until(not_before_ms);
        true
    }
}

impl StudyReportState {
    /// Until when a report that is being taken back, and was asked for in vain, is asked for at least.
    #[must_use]
    pub fn late_until(&self) -> Option<Timestamp> {
        match self {
            Self::Withdrawing { since, tries: 1.., arrived: false } => Some(since.plus(LATE_SECONDS)),
            _ => None,
        }
    }
}

fn after(
    answer: &Result<(), ApiProblem>,
    arrived: bool,
    since: Timestamp,
    tries: u8,
    now: Timestamp,
) -> After {
    let doubled = AGAIN_SECONDS << tries.min(DOUBLINGS);
    let again = |problem| After::Again { seconds: doubled, problem };
    let problem = match answer {
        Ok(()) => return After::Over(StudyReportState::Withdrawn),
        Err(problem) => problem,
    };
    match problem {
        ApiProblem::Refused { code: ProblemCode::WithdrawalLate, .. } => {
            After::Over(StudyReportState::Exported)
        }
        // What the server had is gone: an answer to an earlier withdrawal was lost. What it never had may yet come.
        ApiProblem::Refused { code: ProblemCode::WithdrawalUnknown, .. } => {
            if arrived || now.since(since) >= LATE_SECONDS {
                After::Over(StudyReportState::Withdrawn)
            } else {
                again(None)
            }
        }
        ApiProblem::Refused { retry_after: Some(seconds), .. } if problem.passes() => {
            After::Again { seconds: u64::from(*seconds).clamp(AGAIN_SECONDS, 3_600), problem: None }
        }
        problem if problem.passes() => again(None),
        problem => again(Some(problem.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::studies::tests::{chosen, study};
    use wasm_bindgen_test::wasm_bindgen_test;

    const SINCE: Timestamp = Timestamp::new(1_795_263_180);

    fn refused(code: ProblemCode) -> Result<(), ApiProblem> {
        Err(ApiProblem::Refused { code, retry_after: None })
    }

    #[wasm_bindgen_test]
    fn a_report_that_was_never_confirmed_is_asked_for_until_it_can_arrive_no_more() {
        let unknown = refused(ProblemCode::WithdrawalUnknown);
        let withdrawn = After::Over(StudyReportState::Withdrawn);
        let (mut now, mut gaps) = (SINCE, Vec::new());
        for tries in 0.. {
            match after(&unknown, false, SINCE, tries, now) {
                After::Again { seconds, problem: None } => {
                    gaps.push(seconds / 60);
                    now = now.plus(seconds);
                }
                over => {
                    assert_eq!(over, withdrawn);
                    break;
                }
            }
        }
        assert_eq!(gaps, [1, 2, 4, 8, 16, 32, 64]);
        // Found at last, or gone after it had been there: at once.
        assert_eq!(after(&Ok(()), false, SINCE, 3, SINCE), withdrawn);
        assert_eq!(after(&unknown, true, SINCE, 0, SINCE), withdrawn);
        // The time counts, not how often a closed app has asked.
        assert_eq!(after(&unknown, false, SINCE, 1, SINCE.plus(LATE_SECONDS)), withdrawn);
    }

    #[wasm_bindgen_test]
    fn no_network_is_no_answer_however_late_and_a_refusal_is_told() {
        let late = SINCE.plus(10 * LATE_SECONDS);
        let again = |answer| match after(&answer, true, SINCE, 200, late) {
            After::Again { seconds, problem } => (seconds, problem),
            After::Over(state) => panic!("{state:?}"),
        };
        assert_eq!(again(Err(ApiProblem::Offline)), (64 * 60, None));
        let busy = ApiProblem::Refused { code: ProblemCode::TooManyRequests, retry_after: Some(900) };
        assert_eq!(again(Err(busy)), (900, None));
        assert_eq!(again(Err(ApiProblem::BadAnswer)), (64 * 60, Some(ApiProblem::BadAnswer)));
        let exported = refused(ProblemCode::WithdrawalLate);
        assert_eq!(after(&exported, false, SINCE, 0, SINCE), After::Over(StudyReportState::Exported));
    }

    #[wasm_bindgen_test]
    fn claim_33_what_may_have_gone_is_taken_back_by_its_key_and_several_not_in_a_row() {
        leptos::mount::mount_to_body(|| ());
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            app.tell_study(&study(), "Title", &chosen(4));
            app.cells.study_reports.update(|all| {
                all[1].may_go(String::new());
                all[2].state = StudyReportState::Sent;
                all[3].state = StudyReportState::Sent;
            });
            let before = app.study_reports.get_untracked();
            before.iter().for_each(|report| app.withdraw_from_study(report));
            let all = app.study_reports.get_untracked();
            assert_eq!(all.len(), 3, "what waits is taken back without a request, the others are kept");
            let arrived = |report: &StudyReport| match report.state {
                StudyReportState::Withdrawing { arrived, tries: 0, .. } => arrived,
                _ => panic!("it is not being taken back"),
            };
            assert_eq!(all.iter().map(arrived).collect::<Vec<_>>(), [false, true, true]);
            let now_ms = clock::now_ms();
            assert!(all[0].is_due(now_ms));
            assert!(all.iter().skip(1).any(|report| !report.is_due(now_ms)), "they go in a row");
            // It is not sent again, and pressing twice changes nothing.
            assert!(!all[0].may_have_gone());
            app.withdraw_from_study(&all[0]);
            assert_eq!(app.study_reports.get_untracked()[0].not_before_ms, all[0].not_before_ms);
            assert_eq!(all[0].state.late_until(), None, "nothing was asked yet");
        });
        // What is still being stored may ask for it.
        core::mem::forget(owner);
    }
}
