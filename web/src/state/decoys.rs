//! Cover messages: decoys, which look like a report to whoever watches the line, so that a report does not stand out.
//!
//! When the next one begins is drawn without memory from the mean that the server's configuration states, and kept, so that
//! closing the app changes nothing of it. Decoys take no notice of one another nor of a report: none is left out or put off
//! for one, so what the line shows beside a report is what it always shows. From there on a decoy goes the way of a report
//! ([`sending`](super::sending)): the same request, the same random delay, an upload of the sizes that a report would have
//! now, the same retries. Only that nothing of it is shown, and that nothing is lost with it.
//!
//! The server can tell, and throws it away (`docs/protocol.md`, section 14.5; ADR 49).

use super::retry::{Retry, wait_seconds};
use super::work::Work;
use super::{App, Ready, records};
use crate::api::{Api, ApiProblem};
use crate::platform::storage::{Change, Store};
use crate::platform::{clock, crypto, history, network};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use twoken_core::decoy::{self, Shape};
use twoken_core::redaction::Redaction;
use twoken_core::units::Timestamp;

/// What came due while the app was closed, asleep or offline begins after so many milliseconds: time to open it, and to have
/// come as far as sending a report.
const AFTER_OPENING_MS: (u64, u64) = (20_000, 180_000);
/// So late a decoy is not one that the clock was looked at a moment too late for.
const LATE_MS: u64 = 2_000;
/// How finely a moment is waited for, as for a report's.
const STEP_MS: u64 = 500;
/// No pause is so many times the mean, but for a clock that was wrong: one in e⁴⁰.
const LONGEST: u64 = 40;
/// Under way at once at most, should nothing get through to the server.
const MOST: usize = 16;

/// What is kept of them.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Decoys {
    /// The mean that the next was drawn by.
    per_week: u32,
    /// When the next begins.
    next_ms: Option<u64>,
    under_way: Vec<Decoy>,
}

/// One that has begun.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Decoy {
    begun_ms: u64,
    /// What a report would have held then.
    entries: usize,
    nodes: usize,
    /// When it is uploaded, once its permit was answered.
    upload_ms: Option<u64>,
    #[serde(skip)]
    retry: Retry,
}

enum Step {
    Wait(u64),
    Redeem(Decoy),
    Upload(Decoy),
}

impl Decoys {
    fn is_empty(&self) -> bool {
        self.next_ms.is_none() && self.under_way.is_empty()
    }

    /// Whether there is something to do, or about to be.
    fn is_due(&self, per_week: u32, now_ms: u64) -> bool {
        let soon = |at: u64| at <= now_ms.saturating_add(LATE_MS);
        self.per_week != per_week
            || self.next_ms.is_none_or(soon)
            || self.under_way.iter().any(|decoy| decoy.retry.is_over(seconds(now_ms)))
    }

    /// Sees to it that the next one is drawn. True where it was.
    fn draw(&mut self, per_week: u32, now_ms: u64, pause_ms: impl Fn() -> Option<u64>) -> bool {
        let longest = (7 * 86_400_000 * LONGEST).checked_div(per_week.into()).unwrap_or_default();
        let stands = |next: u64| next <= now_ms.saturating_add(longest);
        if self.per_week == per_week && self.next_ms.is_some_and(stands) {
            return false;
        }
        (self.per_week, self.next_ms) = (per_week, pause_ms().map(|pause| now_ms.saturating_add(pause)));
        true
    }

    /// Takes the next one up, if it is its time, with what a report would hold now. What is late is put off instead. True
    /// where something changed.
    fn take_up(
        &mut self,
        now_ms: u64,
        online: bool,
        holds: impl FnOnce() -> (usize, usize),
        pause_ms: impl Fn() -> Option<u64>,
    ) -> bool {
        let Some(next) = self.next_ms.filter(|next| *next <= now_ms) else { return false };
        if !online || now_ms - next > LATE_MS {
            let (least, most) = AFTER_OPENING_MS;
            self.next_ms = Some(now_ms.saturating_add(crypto::uniform(least, most)));
            return true;
        }
        if self.under_way.len() < MOST {
            let (entries, nodes) = holds();
            let retry = Retry::default();
            self.under_way.push(Decoy { begun_ms: next, entries, nodes, upload_ms: None, retry });
        }
        self.next_ms = pause_ms().map(|pause| next.saturating_add(pause));
        true
    }

    /// What is done next, if anything is before the clock is looked at again.
    fn step(&self, now_ms: u64) -> Option<Step> {
        let tried = self.under_way.iter().filter(|decoy| decoy.retry.is_over(seconds(now_ms)));
        let next = tried.min_by_key(|decoy| decoy.upload_ms.unwrap_or_default());
        let begins = self.next_ms.filter(|next| *next <= now_ms.saturating_add(LATE_MS));
        match (next, begins) {
            (Some(decoy), _) if decoy.upload_ms.is_none() => Some(Step::Redeem(*decoy)),
            (Some(decoy), _) if decoy.upload_ms.is_some_and(|at| at <= now_ms) => Some(Step::Upload(*decoy)),
            (uploads, begins) => {
                let moments = uploads.and_then(|decoy| decoy.upload_ms).into_iter().chain(begins);
                moments.min().map(|at| Step::Wait(at.saturating_sub(now_ms).clamp(1, STEP_MS)))
            }
        }
    }

    fn change(&mut self, decoy: Decoy) {
        if let Some(kept) = self.under_way.iter_mut().find(|kept| kept.begun_ms == decoy.begun_ms) {
            *kept = decoy;
        }
    }

    fn drop_one(&mut self, decoy: Decoy) {
        self.under_way.retain(|kept| kept.begun_ms != decoy.begun_ms);
    }
}

impl App {
    /// Whether cover messages are sent, where the server asks for them.
    pub fn set_decoys(self, on: bool) {
        self.change_settings(|settings| settings.decoys = on);
    }

    /// How many the server asks for in a week. None before it was reached.
    #[must_use]
    pub fn decoys_per_week(self) -> Option<u32> {
        self.server.with(|server| server.config.as_ref().map(|config| config.config().decoys_per_week))
    }

    /// Goes on with what was under way when the app was closed, when there is a tick.
    pub(super) fn restore_decoys(self, decoys: Decoys) {
        self.cells.decoys.set_value(decoys);
    }

    /// Goes on when something is due. Where none are wanted any more, nothing stays of them.
    pub(super) fn cover_when_due(self) {
        if self.cells.covering.get_value() {
            return;
        }
        let Some(per_week) = self.wanted() else { return };
        if per_week == 0 {
            if !self.cells.decoys.with_value(Decoys::is_empty) {
                self.cells.decoys.set_value(Decoys::default());
                self.store(vec![Change::Delete(Store::Outgoing, records::DECOYS.to_owned())]);
            }
        } else if self.cells.decoys.with_value(|decoys| decoys.is_due(per_week, clock::now_ms())) {
            self.have_done(Work::Cover);
        }
    }

    /// Tries again now, as a report does when a network is back.
    pub(super) fn retry_decoys(self) {
        self.cells.decoys.update_value(|decoys| {
            decoys.under_way.iter_mut().for_each(|decoy| decoy.retry = decoy.retry.at_once());
        });
    }

    /// What is due, one step after another.
    pub(super) async fn cover(self) {
        if self.cells.covering.get_value() {
            return;
        }
        self.cells.covering.set_value(true);
        while let Some(step) = self.next_decoy_step() {
            match step {
                Step::Wait(milliseconds) => {
                    clock::sleep_ms(u32::try_from(milliseconds).unwrap_or(u32::MAX)).await;
                }
                Step::Redeem(decoy) => self.redeem_decoy(decoy).await,
                Step::Upload(decoy) => self.upload_decoy(decoy).await,
            }
        }
        self.cells.covering.set_value(false);
    }

    /// How many are sent in a week; none where that is not known, or this window is not the one in use.
    fn wanted(self) -> Option<u32> {
        if self.ready.with_untracked(|ready| *ready != Ready::Ready) {
            return None;
        }
        let on = self.settings.with_untracked(|settings| settings.decoys);
        untrack(|| self.decoys_per_week()).map(|per_week| if on { per_week } else { 0 })
    }

    fn next_decoy_step(self) -> Option<Step> {
        let per_week = self.wanted().filter(|per_week| *per_week > 0)?;
        let now_ms = clock::now_ms();
        let pause_ms = || decoy::pause_ms(per_week, &mut crypto::rng());
        let changed = self.cells.decoys.try_update_value(|decoys| {
            let before = decoys.under_way.len();
            decoys.under_way.retain(|decoy| decoy.is_worth_it(now_ms));
            let drawn = decoys.draw(per_week, now_ms, pause_ms);
            let begun = decoys.take_up(now_ms, network::online(), || self.would_hold(), pause_ms);
            drawn || begun || decoys.under_way.len() < before
        });
        if changed.unwrap_or_default() {
            self.keep_decoys();
        }
        self.cells.decoys.with_value(|decoys| decoys.step(now_ms))
    }

    /// Entries and nodes that a report of everything would have now.
    fn would_hold(self) -> (usize, usize) {
        let chosen = self.chosen(&Redaction::default());
        (chosen.entries_len(), chosen.cover().len())
    }

    async fn redeem_decoy(self, mut decoy: Decoy) {
        let week = Timestamp::new(decoy.begun_ms / 1_000).week();
        let Ok(request) = decoy::request(week, &mut crypto::rng()) else { return self.end_decoy(decoy) };
        match Api::new(history::origin()).redeem(&request).await {
            // It opens to nothing, so it is not opened.
            Ok(_) => {
                decoy.upload_ms = Some(self.upload_moment_ms());
                decoy.retry = Retry::default();
                self.cells.decoys.update_value(|decoys| decoys.change(decoy));
                self.keep_decoys();
            }
            Err(problem) => self.put_decoy_off(decoy, &problem),
        }
    }

    async fn upload_decoy(self, decoy: Decoy) {
        let shape = Shape::of(decoy.entries, decoy.nodes);
        let mode = untrack(|| self.mode());
        let Ok(sent) = decoy::upload(shape, mode, clock::now(), &mut crypto::rng()) else {
            return self.end_decoy(decoy);
        };
        match Api::new(history::origin()).upload(&sent.header, &sent.body).await {
            Ok(()) => self.end_decoy(decoy),
            Err(problem) => self.put_decoy_off(decoy, &problem),
        }
    }

    /// As a report is. What the server will not have is over.
    fn put_decoy_off(self, mut decoy: Decoy, problem: &ApiProblem) {
        if !problem.passes() {
            return self.end_decoy(decoy);
        }
        decoy.retry = decoy.retry.later(clock::now(), |tries| wait_seconds(tries, Some(problem)));
        self.cells.decoys.update_value(|decoys| decoys.change(decoy));
    }

    fn end_decoy(self, decoy: Decoy) {
        self.cells.decoys.update_value(|decoys| decoys.drop_one(decoy));
        self.keep_decoys();
    }

    /// Where there is no room for it, nobody is told: a decoy fewer is no loss.
    fn keep_decoys(self) {
        let Some(storage) = self.cells.storage.get_value() else { return };
        let kept = self
            .cells
            .decoys
            .with_value(|decoys| records::put_json(Store::Outgoing, records::DECOYS, decoys));
        spawn_local(async move {
            let _ = storage.write(vec![kept]).await;
        });
    }
}

impl Decoy {
    /// Whether a report begun then would still be tried: as long as its permit's week is accepted.
    fn is_worth_it(&self, now_ms: u64) -> bool {
        Timestamp::new(self.begun_ms / 1_000).week().is_accepted_at(seconds(now_ms))
    }
}

const fn seconds(milliseconds: u64) -> Timestamp {
    Timestamp::new(milliseconds / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::settings::Consent;
    use wasm_bindgen_test::wasm_bindgen_test;

    const NOW: u64 = 1_795_263_000_000;

    fn drawn(next_ms: u64) -> Decoys {
        Decoys { per_week: 7, next_ms: Some(next_ms), under_way: Vec::new() }
    }

    fn pause() -> Option<u64> {
        Some(1_000_000)
    }

    #[wasm_bindgen_test]
    fn claim_34_the_next_one_is_drawn_once_and_anew_for_another_rate_or_a_clock_that_was_wrong() {
        let mut decoys = Decoys::default();
        assert!(decoys.draw(7, NOW, pause) && !decoys.draw(7, NOW + 5, || None));
        assert_eq!(decoys.next_ms, Some(NOW + 1_000_000));
        assert!(decoys.draw(8, NOW, || Some(3)));
        assert_eq!((decoys.per_week, decoys.next_ms), (8, Some(NOW + 3)));
        assert!(drawn(NOW + 50 * 365 * 86_400_000).draw(7, NOW, pause));
        assert!(!decoys.is_due(8, NOW - 10_000) && decoys.is_due(8, NOW) && decoys.is_due(7, NOW - 10_000));
    }

    #[wasm_bindgen_test]
    fn claim_34_it_begins_when_it_was_drawn_for_whatever_is_under_way() {
        let mut decoys = drawn(NOW);
        for (begun, at) in [(1, NOW), (2, NOW + 1_000_000), (3, NOW + 2_000_000)] {
            assert!(!decoys.take_up(at - 1, true, || (0, 0), pause));
            assert!(decoys.take_up(at + 400, true, || (70, 1), pause));
            assert_eq!((decoys.under_way.len(), decoys.under_way[begun - 1].begun_ms), (begun, at));
            // The pause is from beginning to beginning.
            assert_eq!(decoys.next_ms, Some(at + 1_000_000));
        }
        assert_eq!((decoys.under_way[0].entries, decoys.under_way[0].nodes), (70, 1));
    }

    #[wasm_bindgen_test]
    fn claim_34_what_is_late_or_offline_is_put_off_by_a_random_time() {
        for (late_ms, online) in [(LATE_MS + 1, true), (3 * 86_400_000, true), (0, false)] {
            let mut decoys = drawn(NOW);
            assert!(decoys.take_up(NOW + late_ms, online, || (0, 0), pause));
            assert!(decoys.under_way.is_empty());
            let put_off = decoys.next_ms.unwrap() - NOW - late_ms;
            assert!((AFTER_OPENING_MS.0..=AFTER_OPENING_MS.1).contains(&put_off));
        }
    }

    #[wasm_bindgen_test]
    fn claim_34_one_step_follows_the_other_and_no_upload_is_early() {
        let mut decoys = drawn(NOW + 9_000_000);
        assert!(decoys.step(NOW).is_none());
        decoys.next_ms = Some(NOW);
        decoys.take_up(NOW, true, || (0, 0), || None);
        let Some(Step::Redeem(mut decoy)) = decoys.step(NOW) else { panic!("its permit is asked for") };
        decoy.upload_ms = Some(NOW + 700);
        decoys.change(decoy);
        for (at, wait) in [(NOW, 500), (NOW + 650, 50), (NOW + 699, 1)] {
            assert!(matches!(decoys.step(at), Some(Step::Wait(milliseconds)) if milliseconds == wait));
        }
        assert!(matches!(decoys.step(NOW + 700), Some(Step::Upload(_))));
        decoy.retry = decoy.retry.later(seconds(NOW), |tries| wait_seconds(tries, None));
        decoys.change(decoy);
        assert!(decoys.step(NOW + 700).is_none() && decoys.step(NOW + 5_000).is_some());
        decoys.drop_one(decoy);
        assert!(decoys.is_empty());
        // A week on, and one more, nobody would take its report.
        assert!(decoy.is_worth_it(NOW + 7 * 86_400_000) && !decoy.is_worth_it(NOW + 15 * 86_400_000));
    }

    #[wasm_bindgen_test]
    fn claim_34_before_consent_and_before_the_server_was_met_there_are_none() {
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            assert_eq!(app.wanted(), None);
            app.cells.ready.set(Ready::Ready);
            let given_at = clock::now();
            app.cells.settings.update(|settings| {
                settings.consent = Some(Consent { given_at, check_hourly: false });
            });
            assert_eq!(app.wanted(), None, "what the server asks for is not known");
            app.cells.decoys.set_value(drawn(0));
            app.cover_when_due();
            assert!(app.cells.decoys.with_value(|decoys| decoys.next_ms == Some(0)));
            assert!(app.next_decoy_step().is_none());
        });
    }

    #[wasm_bindgen_test]
    fn what_is_kept_names_sizes_and_times_and_nothing_else() {
        let mut decoys = drawn(NOW);
        decoys.take_up(NOW, true, || (3, 0), pause);
        let json = serde_json::to_value(&decoys).unwrap();
        let names: Vec<_> = json["under_way"][0].as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, ["begun_ms", "entries", "nodes", "upload_ms"]);
        let again: Decoys = serde_json::from_value(json).unwrap();
        assert_eq!((again.next_ms, again.under_way.len()), (decoys.next_ms, 1));
    }
}
