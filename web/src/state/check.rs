//! Looking for reports: when, how far, and what came of it. The work itself is in
//! [`run`](super::check_run).

use super::work::Work;
use super::{AnswerProblem, App, Place, StorageProblem, records};
use crate::api::ApiProblem;
use crate::platform::storage::Store;
use crate::worker::messages::ListProblem;
use leptos::prelude::*;
use twoken_core::units::{Day, Timestamp};
use twoken_core::wire::RegionId;

/// Hourly, where the server's configuration is not known yet.
const DEFAULT_CHECK_SECONDS: u64 = 3_600;
/// After a failure that may pass by itself.
const RETRY_SECONDS: u64 = 300;

/// What a check is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CheckPhase {
    /// Nothing.
    #[default]
    Idle,
    /// Comparing: so many steps of so many, as far as they are known.
    Running {
        /// Steps done.
        done: usize,
        /// Steps known.
        total: usize,
    },
    /// The last check came to nothing. Nothing was counted, and the mark did not move.
    Failed(CheckProblem),
}

/// Why a check came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckProblem {
    /// The server, or the way to it.
    Api(ApiProblem),
    /// The chosen region is gone from the server's configuration.
    RegionGone,
    /// The list of batches does not hold: signature, time, or chain.
    BadIndex(ListProblem),
    /// A batch does not hold: signature, size, order, content.
    BadBatch(ListProblem),
    /// A batch was sealed under a configuration that this server never signed for us.
    UnknownConfig,
    /// What the server answered about a day set of private mode does not hold.
    Mistrusted(AnswerProblem),
    /// The server has asked to be asked nothing before then.
    AskedToWait(Timestamp),
    /// More encounters of one category than one query holds.
    TooManyToAsk {
        /// At most.
        max: usize,
        /// In the diary.
        got: usize,
    },
    /// Not everything can be stored; what was found is shown, and the mark did not move.
    NotStored(StorageProblem),
    /// The comparing itself broke off.
    Worker,
    /// The person stopped it.
    Cancelled,
}

impl CheckProblem {
    /// Whether it concerns the question about one day alone: everything else can still be compared.
    pub(super) fn is_of_one_day(&self) -> bool {
        match self {
            // Nothing else would come either.
            Self::Api(problem) => *problem != ApiProblem::Offline,
            Self::AskedToWait(_) | Self::TooManyToAsk { .. } => true,
            _ => false,
        }
    }

    /// In how many seconds another try makes sense; none where nothing but time or the person can help.
    fn retry_in(&self, now: Timestamp) -> Option<u64> {
        match self {
            Self::AskedToWait(until) => Some(until.since(now).max(1)),
            Self::Api(problem) if problem.passes() => Some(RETRY_SECONDS),
            _ => None,
        }
    }
}

/// Days that could not be asked about, for one reason. Everything else was compared, and counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unasked {
    /// Which, oldest first.
    pub days: Vec<Day>,
    /// Why.
    pub why: CheckProblem,
}

impl Unasked {
    /// By the reason, each day once.
    pub(super) fn of(sets: impl IntoIterator<Item = (Day, CheckProblem)>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for (day, why) in sets {
            match all.iter_mut().find(|one| one.why == why) {
                Some(one) if one.days.contains(&day) => {}
                Some(one) => one.days.push(day),
                None => all.push(Self { days: vec![day], why }),
            }
        }
        all
    }
}

/// How far everything is compared, and what is going on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckState {
    /// What is going on.
    pub phase: CheckPhase,
    /// Every report published until then was compared. None: never yet.
    pub checked_until: Option<Timestamp>,
    /// When the next check runs by itself, while the app is open.
    pub next_at: Option<Timestamp>,
    /// Encounters that the last successful check compared.
    pub compared: usize,
    /// Encounters that the last successful check found to be reported.
    pub found: usize,
    /// Days of private mode that it could not ask about: the mark stays before them.
    pub unasked: Vec<Unasked>,
}

impl CheckState {
    /// Whether a check is running.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.phase, CheckPhase::Running { .. })
    }
}

impl App {
    /// Looks for reports now.
    pub fn check_now(self) {
        if self.check.with_untracked(CheckState::is_running) {
            return;
        }
        self.cells.check.update(|check| check.phase = CheckPhase::Running { done: 0, total: 0 });
        self.cells.check_run.update_value(|run| *run = run.wrapping_add(1));
        let run = self.cells.check_run.get_value();
        self.have_done(Work::Check(run));
    }

    /// One check, from its beginning to what is said of it.
    pub(super) async fn carry_out_check(self, run: u32) {
        let outcome = self.run_check(run).await;
        let further = self.check_further(run).await;
        if self.cells.check_run.get_value() != run {
            // Stopped meanwhile: that was said already. Or it was too late to stop, and what was
            // being stored counts.
            if outcome.is_err() || self.check.with_untracked(CheckState::is_running) {
                return;
            }
        }
        if further || outcome.as_ref().is_ok_and(|done| done.found > 0) {
            self.note_news();
        }
        let now = self.now.get_untracked();
        self.cells.check.update(|check| match outcome {
            Ok(done) => {
                check.phase = CheckPhase::Idle;
                check.checked_until = Some(done.until);
                check.compared = done.compared;
                check.found = done.found;
                let again = done.unasked.iter().filter_map(|one| one.why.retry_in(now)).min();
                let wait = self.check_seconds();
                check.next_at = Some(now.plus(again.map_or(wait, |again| again.min(wait))));
                check.unasked = done.unasked;
            }
            Err(problem) => {
                let wait = problem.retry_in(now).unwrap_or_else(|| self.check_seconds());
                check.phase = CheckPhase::Failed(problem);
                check.next_at = Some(now.plus(wait));
                check.unasked = Vec::new();
            }
        });
        self.respect_choice();
    }

    /// The check that was to begin could not be done: what does it is not here.
    pub(super) fn check_fails_unreached(self) {
        let next = self.now.get_untracked().plus(RETRY_SECONDS);
        self.cells.check.update(|check| {
            check.phase = CheckPhase::Failed(CheckProblem::Api(ApiProblem::Unreachable));
            check.next_at = Some(next);
        });
    }

    /// Stops a running check. Nothing of it counts.
    pub fn cancel_check(self) {
        if !self.check.with_untracked(CheckState::is_running) {
            return;
        }
        self.cells.check_run.update_value(|run| *run = run.wrapping_add(1));
        let next = self.now.get_untracked().plus(self.check_seconds());
        self.cells.check.update(|check| {
            check.phase = CheckPhase::Failed(CheckProblem::Cancelled);
            check.next_at = Some(next);
        });
        self.stop_further();
        self.respect_choice();
    }

    /// Checks with each further server, one after another: what does not work with one stops no other. Says whether anything new
    /// was found.
    async fn check_further(self, run: u32) -> bool {
        let mut outcomes = Vec::new();
        for app in untrack(|| self.further()) {
            if self.cells.check_run.get_value() != run {
                break;
            }
            app.cells.check.update(|check| check.phase = CheckPhase::Running { done: 0, total: 0 });
            outcomes.push((app, app.run_check(run).await));
        }
        let is_over = self.cells.check_run.get_value() != run;
        let mut any = false;
        for (app, outcome) in outcomes {
            any |= outcome.as_ref().is_ok_and(|done| done.found > 0);
            app.cells.check.update(|check| match outcome {
                Ok(done) => {
                    check.phase = CheckPhase::Idle;
                    check.checked_until = Some(done.until);
                    (check.compared, check.found) = (done.compared, done.found);
                    check.unasked = done.unasked;
                }
                Err(_) if is_over => {}
                Err(problem) => (check.phase, check.unasked) = (CheckPhase::Failed(problem), Vec::new()),
            });
        }
        any
    }

    fn stop_further(self) {
        for app in untrack(|| self.further()) {
            app.cells.check.update(|check| {
                if check.is_running() {
                    check.phase = CheckPhase::Idle;
                }
            });
        }
    }

    /// Stops a running check without a word: what it asked for does not count any more.
    pub(super) fn abandon_check(self) {
        let home = self.home();
        if home.check.with_untracked(CheckState::is_running) {
            self.cells.check_run.update_value(|run| *run = run.wrapping_add(1));
            home.cells.check.update(|check| check.phase = CheckPhase::Idle);
            home.stop_further();
        }
    }

    /// The mark speaks for the regions that count now: other regions, another mark.
    pub(super) fn speak_for_regions(self) {
        let config = self.server.with_untracked(|server| server.config.clone());
        let regions = config.and_then(|config| self.regions_that_count(config.config()).ok());
        // While one's own region is gone, nothing is known of another: what was said stays said.
        let Some(regions) = regions else { return };
        let until = self.cells.checked.with_value(|checked| checked.until_in(&regions));
        self.cells.checked.update_value(|checked| {
            checked.until = until;
            // One that a person has left while the server had it does not count, should it vanish later.
            let is_closed = |id: &RegionId| checked.regions.get(id).is_some_and(|mark| mark.closed);
            checked.counted.retain(|id| regions.contains(id) || is_closed(id));
        });
        self.cells.check.update(|check| check.checked_until = until);
        let change = self
            .cells
            .checked
            .with_value(|checked| records::put_json(Store::Server, records::CHECKED, checked));
        self.store(vec![change]);
    }

    /// Checks by itself when it is time, if the person wants that.
    pub(super) fn check_when_due(self, now: Timestamp) {
        let due = self
            .check
            .with_untracked(|check| !check.is_running() && check.next_at.is_none_or(|next| next <= now));
        // Whoever leaves without a backup has begun anew.
        let awaits = self.cells.awaits_backup.get_value() && self.place.get_untracked() == Place::Backup;
        if due && self.checks_by_itself() && !awaits {
            self.check_now();
        }
    }

    /// Whether a new diary waits for its backup: what is asked in private mode is asked once, and should have all of it.
    pub fn await_backup(self, awaits: bool) {
        self.cells.awaits_backup.set_value(awaits);
        self.forget_plan();
    }

    /// The next check runs as soon as it may: the network is back, or the choice has changed.
    pub(super) fn forget_plan(self) {
        self.home().cells.check.update(|check| check.next_at = None);
    }

    /// Says no next time where there is none.
    fn respect_choice(self) {
        if !self.checks_by_itself() {
            self.cells.check.update(|check| check.next_at = None);
        }
    }

    fn checks_by_itself(self) -> bool {
        self.settings.with_untracked(|settings| settings.consent.as_ref().is_some_and(|c| c.check_hourly))
    }

    pub(super) fn check_seconds(self) -> u64 {
        self.server.with_untracked(|server| {
            server
                .config
                .as_ref()
                .map_or(DEFAULT_CHECK_SECONDS, |config| config.config().check_every_seconds.into())
                // A server cannot make its clients hammer it, nor anybody else.
                .max(60)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use twoken_core::wire::ProblemCode;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn what_concerns_one_day_stops_no_other() {
        let now = Timestamp::new(1_000);
        let refused = |code| CheckProblem::Api(ApiProblem::Refused { code, retry_after: None });
        let wait = CheckProblem::AskedToWait(now.plus(40));
        let many = CheckProblem::TooManyToAsk { max: 3_072, got: 3_073 };
        for (problem, again) in [
            (wait.clone(), Some(40)),
            (many.clone(), None),
            (refused(ProblemCode::QueryLimit), Some(RETRY_SECONDS)),
            (refused(ProblemCode::QueryMalformed), None),
            (CheckProblem::Api(ApiProblem::ServerFailed), Some(RETRY_SECONDS)),
        ] {
            assert!(problem.is_of_one_day(), "{problem:?}");
            assert_eq!(problem.retry_in(now), again, "{problem:?}");
        }
        for problem in [
            CheckProblem::Mistrusted(crate::worker::messages::AnswerProblem::Probe),
            CheckProblem::Api(ApiProblem::Offline),
            CheckProblem::Cancelled,
            CheckProblem::Worker,
        ] {
            assert!(!problem.is_of_one_day(), "{problem:?}");
        }
        // Both schemes of a day are one day to a person.
        let [one, next] = [7, 8].map(Day::new);
        let sets = [(one, wait.clone()), (one, wait.clone()), (one, many.clone()), (next, wait.clone())];
        let all = Unasked::of(sets);
        assert_eq!(
            all,
            [Unasked { days: vec![one, next], why: wait }, Unasked { days: vec![one], why: many }]
        );
    }
}
