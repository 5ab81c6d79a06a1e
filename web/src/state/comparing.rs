//! One batch: fetched, and compared by the worker as its bytes come. Small ones whole; of a large one its filter, and
//! then exactly four pages, hit or not.

use super::check_run::Progress;
use super::day_sets::Found;
use super::large::{self, LargeBatch, LargeBatches};
use super::{App, CheckProblem, StorageProblem};
use crate::api::{ApiProblem, Incoming};
use crate::platform::storage::Store;
use crate::platform::{crypto, worker};
use crate::worker::messages::{self, By, Choice, ListProblem, Outcome, Task};
use leptos::prelude::*;
use std::collections::BTreeMap;
use twoken_core::batch::{Header, SignedHeader};
use twoken_core::diary::Diary;
use twoken_core::matching::{FoundOn, Hits, Match, Matcher};
use twoken_core::psi::DaySet;
use twoken_core::status::Mode;
use twoken_core::units::Timestamp;
use twoken_core::wire::VerifyingKey;

/// Parts of a file are gathered up to this size before they go over to the worker.
const PART_BYTES: usize = 128 * 1024;

/// What one check compares, and what comes of it. Nothing of it counts before the check's end.
pub(super) struct Comparing<'a> {
    pub(super) app: App,
    pub(super) diary: &'a Diary,
    pub(super) key: VerifyingKey,
    pub(super) now: Timestamp,
    pub(super) progress: &'a mut Progress,
    /// Large batches as they will be once the check counts, and those of them that are new.
    pub(super) large: LargeBatches,
    pub(super) new_headers: Vec<SignedHeader>,
    /// What was found in batches of private mode.
    pub(super) hits: Found,
    /// The pages of what was found.
    pub(super) pages: Vec<FoundOn>,
    /// The day sets that could not be asked about: their batches wait.
    pub(super) unasked: BTreeMap<DaySet, CheckProblem>,
    /// Why a large batch was left out: pages are asked for only once it is stored which, so that a repetition asks for
    /// the same.
    pub(super) left_out: Option<StorageProblem>,
}

impl Comparing<'_> {
    /// The encounters reported in a new batch.
    ///
    /// # Errors
    /// Why the check comes to nothing.
    pub(super) async fn new_batch(&mut self, signed: &SignedHeader) -> Result<Vec<Match>, CheckProblem> {
        if signed.header().comes_whole() { self.whole(signed).await } else { self.by_filter(signed).await }
    }

    /// What a batch is compared with: the diary's tags; in private mode the answer about its day set, which is asked for where
    /// there is none yet. None where that was given up, and its batches cannot be compared, or where it can't be had now, and they
    /// wait.
    async fn matcher(&mut self, header: &Header, news: bool) -> Result<Option<Vec<u8>>, CheckProblem> {
        match (header.mode, &header.blinding_key) {
            (Mode::Private, Some(key)) => {
                let day_set = day_set_of(header);
                if self.unasked.contains_key(&day_set) {
                    return Ok(None);
                }
                match self.app.answer_about(day_set, key, self.diary, self.progress).await {
                    Err(problem) if problem.is_of_one_day() => {
                        self.unasked.insert(day_set, problem);
                        Ok(None)
                    }
                    answer => answer,
                }
            }
            _ if news => Ok(Some(Matcher::for_news(self.diary, header.degree).to_bytes().to_vec())),
            _ => Ok(Some(Matcher::from_diary(self.diary).to_bytes().to_vec())),
        }
    }

    async fn whole(&mut self, signed: &SignedHeader) -> Result<Vec<Match>, CheckProblem> {
        let Some(matcher) = self.matcher(signed.header(), false).await? else { return Ok(Vec::new()) };
        let (number, _) = self.begin(&matcher, signed.to_bytes(), By::Entries).await?;
        let file = match self.app.api().entries(signed.header()).await {
            Err(ApiProblem::TooLarge) => return Err(CheckProblem::BadBatch(ListProblem::Trailing)),
            file => file?,
        };
        self.pass_on(number, file).await?;
        self.compared(number, signed.header()).await.map(|(found, _)| found)
    }

    async fn by_filter(&mut self, signed: &SignedHeader) -> Result<Vec<Match>, CheckProblem> {
        let header = signed.header();
        let id = header.id.to_string();
        if self.large.get(&id).is_some_and(|batch| batch.counted) {
            // It came after a day that could not be asked about. What waits in it is asked for as of all earlier ones.
            return Ok(Vec::new());
        }
        let Some(matcher) = self.matcher(header, true).await? else { return Ok(Vec::new()) };
        let before = self.large.get(&id).and_then(LargeBatch::begun);
        let (number, choice) = match before {
            Some(choice) => self.begin_asking(&matcher, signed.to_bytes(), By::Chosen(choice)).await?,
            None => {
                let (number, _) = self.begin(&matcher, signed.to_bytes(), By::Filter).await?;
                let file = match self.app.api().filter(header).await {
                    Err(ApiProblem::TooLarge) => return Err(CheckProblem::BadBatch(ListProblem::Filter)),
                    file => file?,
                };
                self.pass_on(number, file).await?;
                let choice = match say(&Task::End { number, found_at: self.now }, &[]).await? {
                    Outcome::Asks(choice) => choice,
                    _ => return Err(CheckProblem::Worker),
                };
                if !self.remember(&id, header, &choice, false).await {
                    return Ok(Vec::new());
                }
                (number, choice)
            }
        };
        let (found, waiting) = self.ask_pages(number, header, &choice).await?;
        let counted = LargeBatch::counted(header.sealed_at.day(), waiting);
        self.large.insert(id, counted);
        self.new_headers.push(signed.clone());
        Ok(found)
    }

    /// Asks pages of one large batch that was compared before.
    ///
    /// # Errors
    /// Why the check comes to nothing.
    pub(super) async fn earlier_batch(&mut self) -> Result<Vec<Match>, CheckProblem> {
        let before = self.app.cells.large.get_value();
        let draw = |count: usize| {
            let last = u64::try_from(count).unwrap_or(u64::MAX).saturating_sub(1);
            usize::try_from(crypto::uniform(0, last)).unwrap_or_default()
        };
        let Some(id) = large::again(&before, self.now.day(), draw) else { return Ok(Vec::new()) };
        let (Some(batch), Some(bytes)) = (before.get(&id), self.app.stored_header(&id).await) else {
            // Its header was lost: there is nothing to ask by.
            self.large.remove(&id);
            return Ok(Vec::new());
        };
        let signed = SignedHeader::decode_verified(&bytes, &self.key)
            .map_err(|error| CheckProblem::BadBatch(error.into()))?;
        let header = signed.header();
        let Some(matcher) = self.matcher(header, true).await? else { return Ok(Vec::new()) };
        let begun = batch.begun();
        let begun_before = begun.is_some();
        let by = begun.map_or_else(|| By::Again(batch.waiting.clone()), By::Chosen);
        let (number, choice) = self.begin_asking(&matcher, &bytes, by).await?;
        if !begun_before && !self.remember(&id, header, &choice, true).await {
            return Ok(Vec::new());
        }
        let (found, waiting) = self.ask_pages(number, header, &choice).await?;
        let counted = LargeBatch::counted(header.sealed_at.day(), waiting);
        self.large.insert(id, counted);
        Ok(found)
    }

    /// Stores a choice of pages, before the first of them is asked for. Says whether it could.
    async fn remember(&mut self, id: &str, header: &Header, choice: &Choice, counted: bool) -> bool {
        let batch = LargeBatch::chosen(header.sealed_at.day(), choice, counted);
        let mut stored = self.app.cells.large.get_value();
        stored.insert(id.to_owned(), batch);
        let written = self.app.write(vec![large::put(&stored)]).await;
        let could = written.is_ok();
        match written {
            Ok(()) => self.app.cells.large.set_value(stored),
            Err(problem) => self.left_out = Some(problem),
        }
        could
    }

    /// Fetches all pages before any is looked into: the time between two requests tells nothing of the first.
    async fn ask_pages(
        &mut self,
        number: u32,
        header: &Header,
        choice: &Choice,
    ) -> Result<(Vec<Match>, Vec<u32>), CheckProblem> {
        let mut came = Vec::with_capacity(choice.pages.len());
        for page in &choice.pages {
            self.progress.stopped()?;
            let bytes = match self.app.api().page(&header.id, *page).await {
                Err(ApiProblem::TooLarge) => return Err(CheckProblem::BadBatch(ListProblem::Trailing)),
                bytes => bytes?,
            };
            came.push((*page, bytes));
        }
        for (page, bytes) in came {
            goes(say(&Task::Page { number, page }, &bytes).await?)?;
        }
        self.compared(number, header).await
    }

    async fn begin(&mut self, matcher: &[u8], header: &[u8], by: By) -> Result<(u32, Outcome), CheckProblem> {
        self.progress.stopped()?;
        self.app.cells.comparisons.update_value(|number| *number = number.wrapping_add(1));
        let number = self.app.cells.comparisons.get_value();
        let task = Task::Begin {
            number,
            matcher: matcher.to_vec().into(),
            header: header.to_vec().into(),
            key: self.key.as_bytes().to_vec().into(),
            by,
        };
        say(&task, &[]).await.map(|outcome| (number, outcome))
    }

    async fn begin_asking(
        &mut self,
        matcher: &[u8],
        header: &[u8],
        by: By,
    ) -> Result<(u32, Choice), CheckProblem> {
        match self.begin(matcher, header, by).await? {
            (number, Outcome::Asks(choice)) => Ok((number, choice)),
            _ => Err(CheckProblem::Worker),
        }
    }

    /// Passes a file on to the worker as it comes.
    async fn pass_on(&mut self, number: u32, mut file: Incoming) -> Result<(), CheckProblem> {
        let mut part = Vec::new();
        loop {
            self.progress.stopped()?;
            let next = match file.next().await {
                Err(ApiProblem::TooLarge) => return Err(CheckProblem::BadBatch(ListProblem::Trailing)),
                next => next?,
            };
            let ended = next.is_none();
            part.extend(next.unwrap_or_default());
            if part.len() >= PART_BYTES || ended && !part.is_empty() {
                goes(say(&Task::Part { number }, &part).await?)?;
                part.clear();
            }
            if ended {
                return Ok(());
            }
        }
    }

    async fn compared(
        &mut self,
        number: u32,
        header: &Header,
    ) -> Result<(Vec<Match>, Vec<u32>), CheckProblem> {
        match say(&Task::End { number, found_at: self.now }, &[]).await? {
            Outcome::Compared { found, waiting, pages } => {
                self.pages.extend(pages);
                Ok((found, waiting))
            }
            Outcome::Counted { hits, waiting } => {
                let hits = Hits::from_bytes(&hits).map_err(|_| CheckProblem::Worker)?;
                self.hits.entry(day_set_of(header)).or_default().extend(hits.iter().cloned());
                Ok((Vec::new(), waiting))
            }
            _ => Err(CheckProblem::Worker),
        }
    }
}

impl App {
    async fn stored_header(self, id: &str) -> Option<Vec<u8>> {
        self.stored(&large::header_key(id)).await
    }

    /// A record of the store `server`.
    pub(super) async fn stored(self, key: &str) -> Option<Vec<u8>> {
        let storage = self.cells.storage.get_value()?;
        storage.get(Store::Server, &self.own_key(key)).await.ok().flatten()
    }
}

pub(super) fn day_set_of(header: &Header) -> DaySet {
    DaySet { day: header.sealed_at.day(), scheme: header.scheme }
}

/// Has the worker do a task about a batch.
async fn say(task: &Task, buffer: &[u8]) -> Result<Outcome, CheckProblem> {
    match ask(task, buffer).await? {
        Outcome::Refused(problem) => Err(CheckProblem::BadBatch(problem)),
        outcome => Ok(outcome),
    }
}

/// Has the worker do a task.
pub(super) async fn ask(task: &Task, buffer: &[u8]) -> Result<Outcome, CheckProblem> {
    let answer = worker::ask_with_bytes(messages::encode(task), buffer);
    let answer = answer.await.map_err(|worker::Gone| CheckProblem::Worker)?;
    messages::decode(&answer).ok_or(CheckProblem::Worker)
}

fn goes(outcome: Outcome) -> Result<(), CheckProblem> {
    if outcome == Outcome::Goes { Ok(()) } else { Err(CheckProblem::Worker) }
}
