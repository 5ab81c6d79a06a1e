//! Private mode: the one query of each day set, its answer, and what was found with it.
//!
//! A **day set** is what one UTC day sealed of one scheme, once that day is over. Whatever is asked about it is asked once: the
//! query is stored before it is sent, its very bytes are sent again until they are answered, and the answer is kept for as long
//! as the day's batches are. So a region that is added later, or pages asked for again, take no second query (docs/protocol.md,
//! 19.5; ADR 40).

use super::check_run::Progress;
use super::comparing::ask;
use super::hits::ToldHits;
use super::records::{self, PrivateRecord, SetRecord};
use super::{App, CheckProblem};
use crate::api::ApiProblem;
use crate::platform::clock;
use crate::platform::storage::{Change, Store};
use crate::worker::messages::{Outcome, Task};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use twoken_core::diary::Diary;
use twoken_core::matching::{Hits, question};
use twoken_core::psi::{DayPublicKey, DaySet, DaySets, Error};
use twoken_core::risk::Counts;
use twoken_core::status::Scheme;
use twoken_core::units::{Day, RETENTION_DAYS, Timestamp};
use twoken_core::wire::ProblemCode;

/// However long a server asks to wait.
const MAX_WAIT_SECONDS: u64 = 86_400;

/// What private mode has found: how many of each category, never which encounters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many of each category and degree.
    pub counts: Counts,
    /// On which days they were published, the newest first.
    pub days: Vec<Day>,
    /// When the newest was found.
    pub found_at: Option<Timestamp>,
    /// Days of which nothing can be counted: too many of the server's answers did not hold.
    pub given_up: Vec<Day>,
}

impl Counted {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }
}

/// What is known of the day sets while the app runs. Queries and answers are in the storage alone.
#[derive(Clone, Default)]
pub(super) struct Kept {
    /// Those asked about.
    pub(super) sets: DaySets,
    pub(super) record: PrivateRecord,
    pub(super) hits: BTreeMap<DaySet, Hits>,
}

impl Kept {
    fn counted(&self) -> Counted {
        let given_up: BTreeSet<_> = self.record.given_up.iter().map(|set| set.day).collect();
        let given_up = given_up.into_iter().collect();
        let mut counted = Counted { found_at: self.record.found_at, given_up, ..Counted::default() };
        for (day_set, hits) in self.hits.iter().rev().filter(|(_, hits)| hits.iter().len() > 0) {
            counted.counts.merge(&hits.counts());
            if !counted.days.contains(&day_set.day) {
                counted.days.push(day_set.day);
            }
        }
        counted
    }

    /// Until when this one is not asked about, if the server said so of it or of all.
    fn waits_until(&self, day_set: DaySet, now: Timestamp) -> Option<Timestamp> {
        let set = SetRecord::of(day_set);
        let of_it = self.record.waits.iter().filter(|(one, _)| *one == set).map(|(_, until)| *until);
        of_it.chain(self.record.not_before).filter(|until| *until > now).max()
    }

    /// Notes that the server asked to wait: about this one where it has had too many questions about it or its day is not over
    /// there, else with all.
    fn wait(&mut self, day_set: DaySet, code: ProblemCode, until: Timestamp, now: Timestamp) {
        if matches!(code, ProblemCode::QueryLimit | ProblemCode::DaySetOpen) {
            let set = SetRecord::of(day_set);
            self.record.waits.retain(|(one, until)| *one != set && *until > now);
            self.record.waits.push((set, until));
        } else {
            self.record.not_before = Some(until);
        }
    }

    /// Gives one up: it is not asked about again, and its batches cannot be compared.
    fn give_up(&mut self, day_set: DaySet) -> Vec<Change> {
        self.note(day_set);
        self.sets.give_up(day_set);
        self.record.given_up.push(SetRecord::of(day_set));
        let gone = Change::Delete(Store::Server, waiting_key(day_set));
        core::iter::once(gone).chain(self.put()).collect()
    }

    /// Notes that something is stored of a day set.
    pub(super) fn note(&mut self, day_set: DaySet) {
        let set = SetRecord::of(day_set);
        if !self.record.sets.contains(&set) {
            self.record.sets.push(set);
        }
    }

    pub(super) fn put(&self) -> [Change; 2] {
        [
            records::put_json(Store::Server, records::PRIVATE, &self.record),
            Change::Put(Store::Server, records::DAY_SETS.to_owned(), self.sets.to_bytes()),
        ]
    }

    /// Takes out what is over, and gives the changes that take it out of the storage. The oldest day that the server still
    /// answers about is asked for by who comes new: it stays.
    fn expire(&mut self, today: Day) -> Vec<Change> {
        let oldest = today.minus(RETENTION_DAYS);
        let is_over = |set: &SetRecord| set.day < oldest;
        if !self.record.sets.iter().any(is_over) {
            return Vec::new();
        }
        let over: Vec<_> = self.record.sets.iter().copied().filter(is_over).map(DaySet::from).collect();
        self.record.sets.retain(|set| !is_over(set));
        self.record.given_up.retain(|set| !is_over(set));
        self.record.waits.retain(|(set, _)| !is_over(set));
        self.hits.retain(|day_set, _| !over.contains(day_set));
        self.sets.sweep(oldest);
        let gone =
            over.iter().flat_map(|day_set| [waiting_key(*day_set), answer_key(*day_set), hits_key(*day_set)]);
        gone.map(|key| Change::Delete(Store::Server, key)).chain(self.put()).collect()
    }
}

/// What one check has found in batches of private mode. Nothing of it counts before the check's end.
pub(super) type Found = BTreeMap<DaySet, Hits>;

impl App {
    /// The answer about a day set: the one that is stored, or else the one to its one query. None where it was given up.
    pub(super) async fn answer_about(
        self,
        day_set: DaySet,
        key: &DayPublicKey,
        diary: &Diary,
        progress: &Progress,
    ) -> Result<Option<Vec<u8>>, CheckProblem> {
        if let Some(answer) = self.stored(&answer_key(day_set)).await {
            return Ok(Some(answer));
        }
        if self.cells.private.with_value(|kept| kept.record.given_up.contains(&SetRecord::of(day_set))) {
            return Ok(None);
        }
        if let Some(until) = self.cells.private.with_value(|kept| kept.waits_until(day_set, clock::now())) {
            return Err(CheckProblem::AskedToWait(until));
        }
        let (waiting, query) = self.query_about(day_set, diary, progress).await?;
        let response = match self.api().psi(&query).await {
            Ok(response) => response,
            Err(problem) => return self.not_answered(day_set, problem, progress).await.map(|()| None),
        };
        progress.stopped()?;
        let sets = self.cells.private.with_value(|kept| kept.sets.to_bytes());
        let task =
            Task::TakeOut { sets: sets.into(), waiting: waiting.into(), key: key.as_bytes().to_vec().into() };
        let (sets, answer) = match ask(&task, &response).await? {
            Outcome::Answered { sets, answer } => (read_sets(&sets)?, Vec::from(answer)),
            Outcome::Mistrusted { problem, sets } => {
                if let Some(sets) = sets {
                    self.keep_refusal(day_set, read_sets(&sets)?).await?;
                }
                return Err(CheckProblem::Mistrusted(problem));
            }
            _ => return Err(CheckProblem::Worker),
        };
        progress.stopped()?;
        let kept = self.cells.private.with_value(|kept| Kept { sets, ..kept.clone() });
        let mut changes = vec![
            Change::Put(Store::Server, answer_key(day_set), answer.clone()),
            Change::Delete(Store::Server, waiting_key(day_set)),
        ];
        changes.extend(kept.put());
        self.write(changes).await.map_err(CheckProblem::NotStored)?;
        self.cells.private.update_value(|private| private.sets = kept.sets);
        Ok(Some(answer))
    }

    /// Keeps that an answer was refused. After too many the day set is given up: what was altered would tell the server, one
    /// refusal at a time, how many of the points mean something.
    async fn keep_refusal(self, day_set: DaySet, sets: DaySets) -> Result<(), CheckProblem> {
        let is_over = !sets.waiting().any(|waiting| waiting == day_set);
        let mut kept = self.cells.private.with_value(|kept| Kept { sets, ..kept.clone() });
        let changes = if is_over { kept.give_up(day_set) } else { kept.put().into() };
        self.replace_day_sets(kept, changes).await
    }

    async fn replace_day_sets(self, kept: Kept, changes: Vec<Change>) -> Result<(), CheckProblem> {
        self.write(changes).await.map_err(CheckProblem::NotStored)?;
        self.take_over(kept);
        Ok(())
    }

    /// The query of a day set, with its secrets: the one that was stored, or a fresh one, stored before it goes anywhere.
    async fn query_about(
        self,
        day_set: DaySet,
        diary: &Diary,
        progress: &Progress,
    ) -> Result<(Vec<u8>, Vec<u8>), CheckProblem> {
        let sets = self.cells.private.with_value(|kept| kept.sets.to_bytes());
        let stored = self.stored(&waiting_key(day_set)).await;
        let is_new = stored.is_none();
        let task = match stored {
            Some(waiting) => Task::AskAgain { sets: sets.into(), waiting: waiting.into() },
            None => {
                let config = untrack(|| self.thresholds());
                let question = question(diary, &config, day_set).map_err(|error| match error {
                    Error::TooMany { max, got } => CheckProblem::TooManyToAsk { max, got },
                    _ => CheckProblem::Worker,
                })?;
                let question = question.to_bytes().to_vec();
                Task::Ask { sets: sets.into(), question: question.into(), today: clock::now().day() }
            }
        };
        let (sets, waiting, query) = match ask(&task, &[]).await? {
            Outcome::Query { sets, waiting, query } => (read_sets(&sets)?, Vec::from(waiting), query.into()),
            Outcome::Mistrusted { problem, .. } => return Err(CheckProblem::Mistrusted(problem)),
            _ => return Err(CheckProblem::Worker),
        };
        progress.stopped()?;
        if is_new {
            let mut kept = self.cells.private.with_value(|kept| Kept { sets, ..kept.clone() });
            kept.note(day_set);
            let mut changes = vec![Change::Put(Store::Server, waiting_key(day_set), waiting.clone())];
            changes.extend(kept.put());
            // What could be lost is not sent: another query in its place would bring back what the shuffle takes away.
            self.write(changes).await.map_err(CheckProblem::NotStored)?;
            self.cells.private.update_value(|private| {
                private.sets = kept.sets;
                private.record = kept.record;
            });
        }
        Ok((waiting, query))
    }

    /// A server that names a time is asked nothing before it, whoever wants to. A day set that it can't answer about any more
    /// is given up.
    async fn not_answered(
        self,
        day_set: DaySet,
        problem: ApiProblem,
        progress: &Progress,
    ) -> Result<(), CheckProblem> {
        progress.stopped()?;
        let ApiProblem::Refused { code, retry_after } = &problem else { return Err(problem.into()) };
        let (code, now) = (*code, clock::now());
        let mut kept = self.cells.private.get_value();
        if matches!(code, ProblemCode::DaySetUnknown | ProblemCode::DaySetExpired) {
            let changes = kept.give_up(day_set);
            return self.replace_day_sets(kept, changes).await;
        }
        // Where its clock is behind this one, the day is not over there.
        let Some(seconds) = retry_after.filter(|_| problem.passes() || code == ProblemCode::DaySetOpen)
        else {
            return Err(problem.into());
        };
        let until = now.plus(u64::from(seconds).min(MAX_WAIT_SECONDS));
        kept.wait(day_set, code, until, now);
        self.store(kept.put().into());
        self.cells.private.set_value(kept);
        Err(CheckProblem::AskedToWait(until))
    }

    /// Joins what a check has found with what was known, and gives how many are new and what to store of it.
    pub(super) fn count(self, found: Found, now: Timestamp) -> (usize, Vec<Change>) {
        let mut kept = self.cells.private.get_value();
        let mut changes = Vec::new();
        let mut new = 0;
        for (day_set, hits) in found {
            let known = kept.hits.entry(day_set).or_default();
            let before = known.iter().len();
            known.extend(hits.iter().cloned());
            new += known.iter().len() - before;
            changes.push(Change::Put(Store::Server, hits_key(day_set), known.to_bytes().to_vec()));
        }
        if new > 0 {
            kept.record.found_at = Some(now);
        }
        if !changes.is_empty() {
            changes.extend(kept.put());
        }
        self.take_over(kept);
        (new, changes)
    }

    /// Lets go of day sets whose batches are gone.
    pub(super) fn expire_day_sets(self, now: Timestamp) {
        let changes = self.cells.private.try_update_value(|kept| kept.expire(now.day())).unwrap_or_default();
        if !changes.is_empty() {
            self.cells.counted.set(self.cells.private.with_value(Kept::counted));
            self.store(changes.into_iter().chain(self.forget_grounds()).collect());
        }
    }

    /// Takes over what was stored.
    pub(super) async fn restore_day_sets(self) {
        self.forget_day_sets();
        let sets = self.stored(records::DAY_SETS).await;
        let Some(sets) = sets.and_then(|bytes| DaySets::from_bytes(&bytes).ok()) else { return };
        let record = self.stored(records::PRIVATE).await;
        let record = record.and_then(|json| serde_json::from_slice::<PrivateRecord>(&json).ok());
        let mut kept = Kept { sets, record: record.unwrap_or_default(), hits: BTreeMap::new() };
        for day_set in kept.record.sets.iter().copied().map(DaySet::from).collect::<Vec<_>>() {
            let hits = self.stored(&hits_key(day_set)).await;
            if let Some(hits) = hits.and_then(|bytes| Hits::from_bytes(&bytes).ok()) {
                kept.hits.insert(day_set, hits);
            }
        }
        let told = self.stored(records::TOLD_HITS).await;
        let told = told.and_then(|json| serde_json::from_slice(&json).ok());
        self.cells.told_hits.set(told.unwrap_or_default());
        self.take_over(kept);
    }

    /// What is counted is a signal, and what stands on the hits follows it: they come first.
    pub(super) fn take_over(self, kept: Kept) {
        let counted = kept.counted();
        self.cells.private.set_value(kept);
        self.cells.counted.set(counted);
    }

    /// Forgets all of it: the storage has.
    pub(super) fn forget_day_sets(self) {
        self.cells.told_hits.set(ToldHits::new());
        self.take_over(Kept::default());
    }
}

fn read_sets(bytes: &[u8]) -> Result<DaySets, CheckProblem> {
    DaySets::from_bytes(bytes).map_err(|_| CheckProblem::Worker)
}

impl SetRecord {
    pub(super) fn of(day_set: DaySet) -> Self {
        Self { day: day_set.day, one_way: day_set.scheme == Scheme::Tcn }
    }
}

impl From<SetRecord> for DaySet {
    fn from(set: SetRecord) -> Self {
        let scheme = if set.one_way { Scheme::Tcn } else { Scheme::Encounter };
        Self { day: set.day, scheme }
    }
}

pub(super) fn waiting_key(day_set: DaySet) -> String {
    key("waiting", day_set)
}

pub(super) fn answer_key(day_set: DaySet) -> String {
    key("answer", day_set)
}

pub(super) fn hits_key(day_set: DaySet) -> String {
    key("hits", day_set)
}

fn key(what: &str, day_set: DaySet) -> String {
    let scheme = if day_set.scheme == Scheme::Tcn { "one-way" } else { "encounters" };
    format!("{what}/{}/{scheme}", day_set.day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn set(day: u16, scheme: Scheme) -> DaySet {
        DaySet { day: Day::new(day), scheme }
    }

    #[wasm_bindgen_test]
    fn each_day_set_has_records_of_its_own() {
        let one = [waiting_key, answer_key, hits_key].map(|key| key(set(20_000, Scheme::Encounter)));
        let other = [waiting_key, answer_key, hits_key].map(|key| key(set(20_000, Scheme::Tcn)));
        assert!(one.iter().all(|key| !other.contains(key)));
        assert_eq!(one[1], "answer/2024-10-04/encounters");
        for scheme in [Scheme::Encounter, Scheme::Tcn] {
            assert_eq!(DaySet::from(SetRecord::of(set(7, scheme))), set(7, scheme));
        }
    }

    #[wasm_bindgen_test]
    fn a_wait_is_for_one_day_set_or_for_all() {
        let (mut kept, now) = (Kept::default(), Timestamp::new(1_000));
        let [one, other] = [Scheme::Encounter, Scheme::Tcn].map(|scheme| set(20_000, scheme));
        kept.wait(one, ProblemCode::QueryLimit, now.plus(50), now);
        kept.wait(one, ProblemCode::QueryLimit, now.plus(60), now);
        assert_eq!(kept.record.waits.len(), 1);
        assert_eq!(kept.waits_until(one, now), Some(now.plus(60)));
        assert_eq!(kept.waits_until(other, now), None);
        kept.wait(one, ProblemCode::TooManyRequests, now.plus(20), now);
        assert_eq!(kept.waits_until(one, now), Some(now.plus(60)));
        assert_eq!(kept.waits_until(other, now), Some(now.plus(20)));
        assert_eq!(kept.waits_until(one, now.plus(60)), None);
    }

    #[wasm_bindgen_test]
    fn what_is_given_up_is_not_asked_about_again_and_is_told() {
        let mut kept = Kept::default();
        let (one, other) = (set(20_000, Scheme::Encounter), set(20_000, Scheme::Tcn));
        let changes = kept.give_up(one);
        let gone = |change: &Change| matches!(change, Change::Delete(_, key) if *key == waiting_key(one));
        assert!(changes.iter().any(gone));
        assert_eq!(kept.counted().given_up, [one.day]);
        assert!(kept.sets.may_ask(one, Day::new(20_001)).is_err());
        assert_eq!(kept.sets.may_ask(other, Day::new(20_001)), Ok(()));
        // It goes with its day's batches, as what was answered does.
        assert!(!kept.expire(Day::new(20_015)).is_empty());
        assert!(kept.counted().given_up.is_empty());
    }

    #[wasm_bindgen_test]
    fn what_was_asked_goes_with_its_days_batches() {
        let mut kept = Kept::default();
        for day in [19_985, 19_986] {
            kept.note(set(day, Scheme::Encounter));
            kept.note(set(day, Scheme::Encounter));
            kept.sets.give_up(set(day, Scheme::Encounter));
            kept.hits.insert(set(day, Scheme::Encounter), Hits::default());
        }
        assert!(kept.clone().expire(Day::new(19_999)).is_empty());
        let changes = kept.expire(Day::new(20_000));
        let gone = |what: &str| {
            changes.iter().any(|change| matches!(change, Change::Delete(_, key) if key.starts_with(what)))
        };
        assert!(gone("waiting/2024-09-19") && gone("answer/2024-09-19") && gone("hits/2024-09-19"));
        assert!(!gone("waiting/2024-09-20"));
        assert_eq!((kept.record.sets.len(), kept.hits.len()), (1, 1));
        assert_eq!(kept.sets.may_ask(set(19_985, Scheme::Encounter), Day::new(20_000)), Ok(()));
        assert!(kept.sets.may_ask(set(19_986, Scheme::Encounter), Day::new(20_000)).is_err());
    }
}
