//! One check, from the configuration to the stored result. Nothing counts before everything is
//! verified; then exposures and marks are stored together.

use super::comparing::{Comparing, ask, day_set_of};
use super::day_sets::Found;
use super::days_asked::{compared_up_to, continued, days_to_ask, last_day};
use super::diary::{puts, with_deleted};
use super::large::{self, LargeBatches};
use super::records::{self, Checked, RegionMark};
use super::{App, CheckPhase, CheckProblem, StorageProblem, Unasked};
use crate::api::ApiProblem;
use crate::platform::clock;
use crate::platform::storage::Store;
use crate::worker::messages::{ListProblem, Outcome, Task};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use twoken_core::batch::{Head, Header, SignedHeader, blinding_key};
use twoken_core::matching::{FoundOn, Match};
use twoken_core::psi::DaySet;
use twoken_core::status::Mode;
use twoken_core::units::{Day, Timestamp};
use twoken_core::wire::{Config, ProblemCode, RegionId, SignedConfig, VerifyingKey};

/// What a successful check gives.
pub(super) struct Done {
    pub(super) until: Timestamp,
    pub(super) compared: usize,
    pub(super) found: usize,
    pub(super) unasked: Vec<Unasked>,
}

/// What came of comparing.
struct Compared {
    matches: Vec<Match>,
    large: LargeBatches,
    new_headers: Vec<SignedHeader>,
    hits: Found,
    pages: Vec<FoundOn>,
    unasked: BTreeMap<DaySet, CheckProblem>,
    left_out: Option<StorageProblem>,
}

/// What is new in one region.
struct News {
    headers: Vec<SignedHeader>,
    /// The head before the first of them.
    before: Head,
    mark: RegionMark,
}

impl From<ApiProblem> for CheckProblem {
    fn from(problem: ApiProblem) -> Self {
        Self::Api(problem)
    }
}

impl App {
    pub(super) async fn run_check(self, run: u32) -> Result<Done, CheckProblem> {
        let config = self.fetch_config().await?;
        let now = clock::now();
        let first_seen = self.config_first_seen().unwrap_or(now);
        let key = config.config().signing_key;
        let marks = self.cells.checked.with_value(|checked| checked.regions.clone());
        let regions = self.regions_that_count(config.config())?;
        // Marks of other regions stay: who comes back to one goes on there, and sees a fork.
        let mut regional = marks.clone();
        regional.retain(|_, mark| continued(mark, now).is_some());
        let mut headers = Vec::new();
        let mut counted = BTreeSet::new();
        let mut before = BTreeMap::new();
        let last = last_day(config.config().mode, now);
        let days: usize = regions.iter().map(|id| days_to_ask(marks.get(id), last, now).len()).sum();
        let mut progress = Progress { app: self, run, done: 0, total: days };
        for region in regions {
            let news = self.news(&region, marks.get(&region), &key, (last, now), &mut progress).await;
            let closed = config.config().region(&region).is_none();
            if closed && is_unknown(&news) {
                // All that it had published before it left was deleted. Its mark stays: should it return, it goes on there.
                regional.entry(region).and_modify(|mark| mark.closed = true);
                continue;
            }
            let mut news = news?;
            news.mark.parent = parent_of(&region, config.config(), &marks);
            news.mark.closed = closed;
            headers.extend(news.headers);
            before.insert(region.clone(), news.before);
            regional.insert(region.clone(), news.mark);
            if !closed {
                counted.insert(region);
            }
        }
        progress.total += headers.len();
        let compared = self.compare(&config, first_seen, &headers, now, &mut progress).await?;
        for (region, before) in before {
            let of_it = headers.iter().filter(|signed| signed.header().region == region);
            let waits = |header: &Header| {
                header.mode == Mode::Private && compared.unasked.contains_key(&day_set_of(header))
            };
            let Some((head, day)) = compared_up_to(before, of_it, waits) else { continue };
            let until = marks.get(&region).and_then(|mark| mark.until);
            regional.entry(region.clone()).and_modify(|mark| mark.hold(head, day, until));
            // What has left the list goes on being asked for until all of it was compared.
            counted.insert(region);
        }
        let mut checked = Checked {
            until: None,
            compared: self.diary.with_untracked(|diary| diary.len()),
            regions: regional,
            counted,
        };
        checked.until = checked.until_in(&checked.counted);
        // What waited in a region that has left is published in those it belonged to.
        checked
            .counted
            .extend(checked.regions.iter().filter(|(_, mark)| mark.closed).map(|(id, _)| id.clone()));
        self.settle(compared, checked, now.day()).await
    }

    /// My region, those I have been to, and all that they belong to: a small pool is published with the wider
    /// region. And those of the last check that have left the list since: once more themselves, for what they published
    /// just before, and all that they belonged to for 14 days, for what waited there.
    pub(super) fn regions_that_count(self, config: &Config) -> Result<Vec<RegionId>, CheckProblem> {
        let mine = untrack(|| self.region()).ok_or(CheckProblem::RegionGone)?;
        let also = untrack(|| self.also());
        // One of those that is gone is told; it is asked for if it counted before.
        let also = also.into_iter().filter(|region| config.region(region).is_some());
        Ok(self.cells.checked.with_value(|checked| {
            let left = left_behind(checked, |id| config.region(id).is_some(), clock::now());
            let parent = |id: &RegionId| parent_of(id, config, &checked.regions);
            let mut regions = with_ancestors(core::iter::once(mine).chain(also).chain(left), parent);
            // A server could make up a region for one person: it must not be asked for at every check.
            let is_closed = |id: &RegionId| checked.regions.get(id).is_some_and(|mark| mark.closed);
            regions.retain(|id| config.region(id).is_some() || !is_closed(id));
            regions
        }))
    }

    /// Asks for a region's indexes since its mark, and verifies that they continue it.
    async fn news(
        self,
        region: &RegionId,
        mark: Option<&RegionMark>,
        key: &VerifyingKey,
        (last, now): (Day, Timestamp),
        progress: &mut Progress,
    ) -> Result<News, CheckProblem> {
        let api = self.api();
        let mut known = mark.and_then(|mark| continued(mark, now));
        let mut headers = Vec::new();
        let mut start = known;
        let mut seen = mark.map(|mark| mark.day).filter(|_| known.is_some());
        // An index may be older than now: what was published since is not in it.
        let mut until = now.min(last.next().start());
        for day in days_to_ask(mark, last, now) {
            progress.stopped()?;
            let bytes = api.index(region, day).await.map_err(|problem| self.bad_answer(problem))?;
            let task = Task::Index {
                key: key.as_bytes().to_vec().into(),
                region: region.to_string(),
                day,
                now: clock::now(),
                known,
            };
            let index = match ask(&task, &bytes).await? {
                Outcome::Index(index) => index,
                Outcome::Refused(problem) => return Err(self.bad_index(problem)),
                _ => return Err(CheckProblem::Worker),
            };
            start.get_or_insert(index.before);
            let before = headers.len();
            for bytes in &index.headers {
                // Once more here, one at a time: what is compared is what was signed.
                let signed = SignedHeader::decode_verified(bytes, key);
                headers.push(signed.map_err(|error| self.bad_index(error.into()))?);
                clock::sleep_ms(0).await;
            }
            if day == now.day() && headers.iter().skip(before).any(is_private) {
                // It was of private mode until now, and its day is not over: all of today waits for tomorrow.
                headers.truncate(before);
                until = until.min(day.start());
                break;
            }
            (known, seen) = (Some(index.head), Some(day));
            if day == now.day() {
                until = until.min(index.signed_at);
            }
            progress.step();
        }
        // What an earlier check has seen stays seen.
        let until = mark.and_then(|mark| mark.until).map_or(until, |before| before.max(until).min(now));
        let head = known.unwrap_or(Head::GENESIS).to_string();
        Ok(News {
            headers,
            before: start.unwrap_or(Head::GENESIS),
            mark: RegionMark {
                head,
                day: seen.unwrap_or(last),
                until: Some(until),
                parent: None,
                closed: false,
            },
        })
    }

    /// Compares each new batch, and pages of one large batch from before.
    async fn compare(
        self,
        config: &Arc<SignedConfig>,
        first_seen: Timestamp,
        headers: &[SignedHeader],
        now: Timestamp,
        progress: &mut Progress,
    ) -> Result<Compared, CheckProblem> {
        let diary = self.diary.get_untracked();
        let diary = self.deleted.with_untracked(|deleted| with_deleted(diary, deleted.as_ref()));
        let mut comparing = Comparing {
            app: self,
            diary: &diary,
            key: config.config().signing_key,
            now,
            progress,
            large: self.cells.large.get_value(),
            new_headers: Vec::new(),
            hits: Found::new(),
            pages: Vec::new(),
            unasked: BTreeMap::new(),
            left_out: None,
        };
        // One key for each day set, whatever the region: before anything is asked under it.
        for day_set in
            headers.iter().filter(|signed| is_private(signed)).map(|signed| day_set_of(signed.header()))
        {
            blinding_key(headers.iter().map(SignedHeader::header), day_set)
                .map_err(|error| CheckProblem::BadBatch(error.into()))?;
        }
        let mut matches = Vec::new();
        for signed in headers {
            let header = signed.header();
            if !config.accepts_batch(&header.config_digest, header.sealed_at, first_seen) {
                return Err(CheckProblem::UnknownConfig);
            }
            matches.extend(comparing.new_batch(signed).await?);
            comparing.progress.step();
        }
        matches.extend(comparing.earlier_batch().await?);
        comparing.progress.stopped()?;
        let Comparing { large, new_headers, hits, pages, unasked, left_out, .. } = comparing;
        Ok(Compared { matches, large, new_headers, hits, pages, unasked, left_out })
    }

    /// Shows and stores what was found, together with the marks.
    async fn settle(self, compared: Compared, checked: Checked, today: Day) -> Result<Done, CheckProblem> {
        let Compared { matches, mut large, new_headers, hits, pages, unasked, left_out } = compared;
        let mut changed = Vec::new();
        self.cells.diary.update(|diary| changed = diary.expose(&matches));
        let from = self.note_source(&changed);
        self.cells.deleted.update(|deleted| {
            if let Some(deleted) = deleted {
                deleted.expose(&matches);
            }
        });
        let mut changes = self.diary.with_untracked(|diary| puts(diary, &changed));
        let (counted, more) = self.count(hits, clock::now());
        changes.extend(more);
        changes.extend(from);
        changes.extend(self.keep_found(pages));
        self.take_reported_out();
        if let Some(problem) = left_out {
            // What was found is shown and, where there is room again, stored; the marks stay before what was left out.
            self.write(changes).await.map_err(CheckProblem::NotStored)?;
            return Err(CheckProblem::NotStored(problem));
        }
        changes.push(records::put_json(Store::Server, records::CHECKED, &checked));
        changes.extend(new_headers.iter().map(large::put_header));
        changes.extend(large::expire(&mut large, today));
        changes.push(large::put(&large));
        let done = Done {
            until: checked.until.unwrap_or_default(),
            compared: checked.compared,
            found: changed.len() + counted,
            unasked: Unasked::of(unasked.into_iter().map(|(day_set, why)| (day_set.day, why))),
        };
        // Where it cannot be stored it is still shown: knowing matters more than the mark.
        self.write(changes).await.map_err(CheckProblem::NotStored)?;
        self.cells.checked.set_value(checked);
        self.cells.large.set_value(large);
        Ok(done)
    }

    /// A server that does not know a day is most often asked for tomorrow.
    fn bad_answer(self, problem: ApiProblem) -> CheckProblem {
        match (problem, self.clock_off.get_untracked()) {
            (ApiProblem::Refused { code, .. }, Some(seconds)) if code != ProblemCode::RegionUnknown => {
                ApiProblem::ClockOff { seconds }.into()
            }
            (problem, _) => problem.into(),
        }
    }

    /// An index out of its time is most often a clock out of its time.
    fn bad_index(self, problem: ListProblem) -> CheckProblem {
        match (problem, self.clock_off.get_untracked()) {
            (ListProblem::Stale, Some(seconds)) => ApiProblem::ClockOff { seconds }.into(),
            _ => CheckProblem::BadIndex(problem),
        }
    }
}

/// Steps done of those known, and whether the person has stopped the check.
pub(super) struct Progress {
    app: App,
    run: u32,
    done: usize,
    total: usize,
}

impl Progress {
    pub(super) fn step(&mut self) {
        self.done += 1;
        let (done, total) = (self.done, self.total.max(self.done));
        if self.stopped().is_ok() {
            self.app.cells.check.update(|check| check.phase = CheckPhase::Running { done, total });
        }
    }

    pub(super) fn stopped(&self) -> Result<(), CheckProblem> {
        if self.app.cells.check_run.get_value() == self.run { Ok(()) } else { Err(CheckProblem::Cancelled) }
    }
}

/// Regions and all that they belong to, each once.
fn with_ancestors(
    regions: impl Iterator<Item = RegionId>,
    parent: impl Fn(&RegionId) -> Option<RegionId>,
) -> Vec<RegionId> {
    let mut all = Vec::new();
    for region in regions {
        let mut next = Some(region);
        while let Some(id) = next.take_if(|id| !all.contains(id)) {
            next = parent(&id);
            all.push(id);
        }
    }
    all
}

/// What a region belongs to; of one that has left the list, what it belonged to.
fn parent_of(id: &RegionId, config: &Config, marks: &BTreeMap<RegionId, RegionMark>) -> Option<RegionId> {
    match config.region(id) {
        Some(region) => region.parent.clone(),
        None => marks.get(id)?.parent.clone(),
    }
}

/// The regions that counted at the last check and are not on the server's list any more, as long as what they
/// published may still be there: until 14 days after the mark, which stands still once they were compared.
fn left_behind(checked: &Checked, is_listed: impl Fn(&RegionId) -> bool, now: Timestamp) -> Vec<RegionId> {
    let is_kept = |id: &RegionId| checked.regions.get(id).is_some_and(|mark| continued(mark, now).is_some());
    checked.counted.iter().filter(|id| !is_listed(id) && is_kept(id)).cloned().collect()
}

/// Whether the server says that there is no such region, nor anything of it.
fn is_unknown<T>(answer: &Result<T, CheckProblem>) -> bool {
    let unknown = |code: &ProblemCode| *code == ProblemCode::RegionUnknown;
    matches!(answer, Err(CheckProblem::Api(ApiProblem::Refused { code, .. })) if unknown(code))
}

fn is_private(signed: &SignedHeader) -> bool {
    signed.header().mode == Mode::Private
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::days_asked::tests::{at, mark};
    use wasm_bindgen_test::wasm_bindgen_test;

    fn region(name: &str) -> RegionId {
        name.parse().unwrap()
    }

    #[wasm_bindgen_test]
    fn each_region_counts_once_with_all_that_it_belongs_to() {
        let above = |id: &RegionId| match id.as_str() {
            "village" | "town" => Some(region("north")),
            "north" => Some(region("root")),
            // No honest list has a circle.
            "one" => Some(region("other")),
            "other" => Some(region("one")),
            _ => None,
        };
        let all = |names: &[&str]| {
            let all = with_ancestors(names.iter().map(|name| region(name)), above);
            all.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(all(&["village", "town"]), ["village", "north", "root", "town"]);
        assert_eq!(all(&["root", "village"]), ["root", "village", "north"]);
        assert_eq!(all(&["one"]), ["one", "other"]);
    }

    #[wasm_bindgen_test]
    fn one_that_counted_and_vanished_is_asked_for_until_its_mark_is_old() {
        let mut checked = Checked::default();
        for (name, day) in [("town", 19_990), ("north", 20_000), ("left", 20_000), ("old", 19_985)] {
            checked.regions.insert(region(name), mark(day));
        }
        checked.counted = ["town", "north", "old", "unmarked"].map(region).into();
        let left = left_behind(&checked, |id| id.as_str() == "north", at(20_000));
        assert_eq!(left, [region("town")]);
        assert_eq!(left_behind(&checked, |id| id.as_str() == "north", at(20_005)), []);
    }
}
