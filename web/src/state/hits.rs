//! The hits of private mode, as far as something can be proven of them: to tell those one has met, and studies.
//!
//! Nobody knows which encounter a hit is, so nobody can be left out for having reported it; and one telling is of all hits
//! that were known when it was chosen. What is found later can be passed on again. Which of them the proof stands on is
//! drawn: what a server publishes last does not steer it, and a page that admits no more stops nobody for good.

use super::day_sets::Kept;
use super::ground::Ground;
use super::records;
use super::telling::Telling;
use super::{App, StudyReport};
use crate::platform::crypto;
use crate::platform::storage::{Change, Store};
use leptos::prelude::*;
use std::collections::BTreeMap;
use twoken_core::matching::Hit;
use twoken_core::psi::DaySet;
use twoken_core::status::Degree;
use twoken_core::tag::Tag;
use twoken_core::units::Timestamp;
use twoken_core::wire::{Contact, Proofs};

/// Of which hits those met were told, by their grounds' texts, and when.
pub(super) type ToldHits = BTreeMap<String, Timestamp>;

impl Kept {
    /// Those of which the server admits a proof, the newest day first. A page can be there as long as its hit is kept.
    fn admitted(&self, proofs: Proofs) -> impl Iterator<Item = (DaySet, &Hit)> {
        let all = self.hits.iter().rev().flat_map(|(day_set, hits)| hits.iter().map(|hit| (*day_set, hit)));
        all.filter(move |(_, hit)| proofs.counts_on(hit.degree()))
    }

    /// Those that can be passed on: of the first degree alone, however deep the server lets proofs reach. As nobody can be
    /// left out, the second would come back to those it came from.
    fn passed_on(&self, proofs: Proofs) -> Vec<Ground> {
        let first = self.admitted(proofs).filter(|(_, hit)| hit.degree() == Degree::First);
        first.map(|(_, hit)| Ground::Hit(hit.second.tag)).collect()
    }

    /// Whether those met can be told, and of what.
    fn telling(&self, proofs: Proofs, told: &ToldHits) -> (Telling, Option<Ground>) {
        let all = self.passed_on(proofs);
        match all.iter().find(|ground| !told.contains_key(&ground.to_string())) {
            Some(ground) => (Telling::Open, Some(*ground)),
            None => {
                let last = all.iter().filter_map(|ground| told.get(&ground.to_string())).max();
                (last.map_or(Telling::Not, |at| Telling::Told { at: *at }), None)
            }
        }
    }

    pub(super) fn has(&self, tag: &Tag) -> bool {
        self.hits.values().any(|hits| hits.get(tag).is_some())
    }

    /// Whether a stored text names an encounter, or a hit that is kept.
    pub(super) fn knows(&self, ground: &str) -> bool {
        match ground.parse() {
            Ok(Ground::Hit(tag)) => self.has(&tag),
            Ok(Ground::Encounter(_)) | Err(_) => true,
        }
    }
}

impl App {
    /// Whether those met can be told of what was counted, and of what.
    #[must_use]
    pub fn telling_of_counted(self) -> (Telling, Option<Ground>) {
        // The hits themselves are no signal; what is counted changes with them.
        self.counted.track();
        let Some(proofs) = self.proofs() else { return (Telling::Not, None) };
        let told = self.cells.told_hits.get();
        self.cells.private.with_value(|kept| kept.telling(proofs, &told))
    }

    /// The hits that a study can be told of, newest day first, each with exactly what would be told.
    pub(super) fn counted_contacts(self) -> Vec<(Ground, Contact)> {
        self.counted.track();
        let contact = |(day_set, hit): (DaySet, &Hit)| {
            let (batch_day, category, scheme) = (day_set.day, hit.category, day_set.scheme);
            (Ground::Hit(hit.second.tag), Contact::Private { batch_day, category, scheme })
        };
        let Some(proofs) = self.proofs() else { return Vec::new() };
        self.cells.private.with_value(|kept| kept.admitted(proofs).map(contact).collect())
    }

    /// Any one of those of which those met were not told, and the texts of all that can be passed on now.
    pub(super) fn any_hit(self) -> Option<(Ground, Vec<String>)> {
        let proofs = untrack(|| self.proofs())?;
        let all = self.cells.private.with_value(|kept| kept.passed_on(proofs));
        let texts: Vec<_> = all.iter().map(ToString::to_string).collect();
        let told = self.cells.told_hits.get_untracked();
        let untold: Vec<_> = all
            .into_iter()
            .zip(&texts)
            .filter(|(_, text)| !told.contains_key(*text))
            .map(|(one, _)| one)
            .collect();
        let last = u64::try_from(untold.len()).ok()?.checked_sub(1)?;
        let drawn = untold.get(usize::try_from(crypto::uniform(0, last)).ok()?)?;
        Some((*drawn, texts))
    }

    pub(super) fn with_hit<T>(self, tag: &Tag, of: impl Fn(&Hit) -> T) -> Option<T> {
        self.cells.private.with_value(|kept| kept.hits.values().find_map(|hits| hits.get(tag)).map(of))
    }

    /// Notes that those met were told of these hits.
    pub(super) fn note_hits_told(self, hits: &[String], at: Timestamp) -> Change {
        self.cells.told_hits.update(|told| told.extend(hits.iter().map(|hit| (hit.clone(), at))));
        self.told_hits_change()
    }

    pub(super) fn told_hits_change(self) -> Change {
        self.cells.told_hits.with_untracked(|told| records::put_json(Store::Server, records::TOLD_HITS, told))
    }

    /// What is noted of a hit goes with it: that those met were told, a choice that stands on it, and by which a study was told.
    pub(super) fn forget_grounds(self) -> Vec<Change> {
        let kept = self.cells.private.get_value();
        let mut changes = Vec::new();
        if self.cells.told_hits.with_untracked(|told| told.keys().any(|hit| !kept.knows(hit))) {
            self.cells.told_hits.update(|told| told.retain(|hit, _| kept.knows(hit)));
            changes.push(self.told_hits_change());
        }
        let server = untrack(|| self.further_origin());
        let gone = |one: &StudyReport| one.server == server && one.outlives(&kept);
        if self.cells.study_reports.with_untracked(|all| all.iter().any(gone)) {
            self.cells.study_reports.update(|all| {
                all.iter_mut().filter(|one| one.server == server).for_each(|one| one.forget_ground(&kept));
            });
            changes.push(self.study_change());
        }
        let (chosen, at) = self.draft.with_untracked(|draft| (draft.exposure, draft.server.clone()));
        if at == server && matches!(chosen, Some(Ground::Hit(tag)) if !kept.has(&tag)) {
            self.end_telling();
        }
        changes
    }

    fn proofs(self) -> Option<Proofs> {
        self.server.with(|server| server.config.as_ref().map(|config| config.config().proofs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{clock, crypto};
    use twoken_core::batch::{Pool, seal_private};
    use twoken_core::matching::{Hits, PrivateMatcher, Whole};
    use twoken_core::psi::{self, DayKey, Query, Question};
    use twoken_core::status::{Degree, Scheme};
    use twoken_core::tag::Secret;
    use twoken_core::units::Day;
    use twoken_core::wire::{Digest, SigningKey};
    use wasm_bindgen_test::wasm_bindgen_test;

    /// What is counted of so many encounters that were reported on this day in this degree.
    fn counted(day: Day, count: u8, degree: Degree) -> (DaySet, Hits) {
        let mut rng = crypto::rng();
        let day_set = DaySet { day, scheme: Scheme::Encounter };
        let entries: Vec<_> = (0..count).map(|byte| Secret::new([byte + 1; 32]).element()).collect();
        let waiting =
            Question::new(day_set, [vec![], vec![], entries.clone()]).unwrap().blind(&mut rng).unwrap();
        let key = DayKey::generate(&mut rng);
        let response = psi::answer(&Query::decode(waiting.query()).unwrap(), &key, &mut rng).unwrap();
        let answer = waiting.finalize(&response, &key.public()).unwrap();
        let pool = Pool { region: "root".parse().unwrap(), scheme: day_set.scheme, degree, entries };
        let (at, signing) = (day.start(), SigningKey::generate(&mut rng));
        let batch = seal_private(pool, &key, at, Digest::of(b"config"), &signing, 1, &mut rng).unwrap();
        let mut whole = Whole::new(&PrivateMatcher::new(&answer), batch.header.header()).unwrap();
        whole.feed(&batch.entries_file).unwrap();
        let mut hits = Hits::default();
        hits.extend(whole.finish(at).unwrap());
        (day_set, hits)
    }

    #[wasm_bindgen_test]
    fn those_met_are_told_once_of_all_that_is_known_and_again_of_what_is_found_later() {
        let (proofs, now) = (Proofs::default(), clock::now());
        let (early, late) = (now.day().minus(3), now.day().minus(1));
        let (mut kept, mut told) = (Kept::default(), ToldHits::new());
        let tell = |kept: &Kept, told: &mut ToldHits, at| {
            told.extend(kept.passed_on(proofs).iter().map(|ground| (ground.to_string(), at)));
        };
        assert_eq!(kept.telling(proofs, &told), (Telling::Not, None));
        kept.hits.extend([counted(early, 2, Degree::First)]);
        let (telling, ground) = kept.telling(proofs, &told);
        assert_eq!(telling, Telling::Open);
        // It can be proven by what is kept of it.
        let Some(Ground::Hit(tag)) = ground else { panic!("no hit") };
        let hit = kept.hits.values().find_map(|hits| hits.get(&tag)).unwrap();
        assert!(hit.page.has(&tag) && hit.claim().tag() == tag);
        tell(&kept, &mut told, now);
        assert_eq!(kept.telling(proofs, &told), (Telling::Told { at: now }, None));
        // A second degree is nothing to pass on, and a study is told of it where the operator says so.
        kept.hits.extend([counted(early.next(), 1, Degree::Second)]);
        let deeper = Proofs { depth: 3, ..proofs };
        assert_eq!(kept.telling(deeper, &told), (Telling::Told { at: now }, None));
        assert_eq!((kept.admitted(proofs).count(), kept.admitted(deeper).count()), (2, 3));
        kept.hits.extend([counted(late, 1, Degree::First)]);
        assert_eq!(kept.telling(proofs, &told).0, Telling::Open);
        tell(&kept, &mut told, now.plus(9));
        assert_eq!(kept.telling(proofs, &told).0, Telling::Told { at: now.plus(9) });
    }

    #[wasm_bindgen_test]
    fn what_is_noted_of_a_hit_goes_with_it() {
        leptos::mount::mount_to_body(|| ());
        let owner = Owner::new();
        owner.with(|| {
            let (app, today) = (App::new(), clock::now().day());
            let (early, late) =
                (counted(today.minus(3), 1, Degree::First), counted(today.minus(1), 1, Degree::First));
            let text =
                |(_, hits): &(DaySet, Hits)| Ground::Hit(hits.iter().next().unwrap().second.tag).to_string();
            let texts = [text(&early), text(&late)];
            app.cells.private.update_value(|kept| kept.hits.extend([early, late.clone()]));
            let _ = app.note_hits_told(&texts, clock::now());
            app.begin_telling(texts[0].parse().unwrap());
            assert!(app.forget_grounds().is_empty());
            assert!(texts.iter().all(|text| app.provable(&text.parse().unwrap()).is_some()));
            app.cells.private.update_value(|kept| kept.hits.retain(|day_set, _| *day_set == late.0));
            assert_eq!(app.forget_grounds().len(), 1);
            assert_eq!(app.cells.told_hits.get_untracked().into_keys().collect::<Vec<_>>(), texts[1..]);
            assert_eq!(app.draft.get_untracked().exposure, None);
            assert!(app.provable(&texts[0].parse().unwrap()).is_none());
            // What another window has taken over is not offered here any more.
            app.cells.holds.set_value(true);
            app.go_elsewhere();
            assert!(app.provable(&texts[1].parse().unwrap()).is_none());
            assert!(app.cells.told_hits.with_untracked(ToldHits::is_empty));
        });
        // What is still being stored may ask for it.
        core::mem::forget(owner);
    }

    #[wasm_bindgen_test]
    fn without_a_server_nothing_is_offered() {
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            let found = counted(clock::now().day().minus(1), 1, Degree::First);
            app.cells.private.update_value(|kept| kept.hits.extend([found]));
            assert_eq!(app.telling_of_counted(), (Telling::Not, None));
            assert!(app.counted_contacts().is_empty());
        });
    }
}
