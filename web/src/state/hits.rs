//! The hits of private mode, as far as something can be proven of them: to tell those one has met, and studies.
//!
//! Nobody knows which encounter a hit is, so nobody can be left out for having reported it; and one telling is of all hits
//! that are known by then. What is found later can be passed on again.

use super::App;
use super::day_sets::Kept;
use super::ground::Ground;
use super::records;
use super::telling::Telling;
use crate::platform::storage::{Change, Store};
use leptos::prelude::*;
use twoken_core::codec;
use twoken_core::matching::Hit;
use twoken_core::psi::DaySet;
use twoken_core::tag::Tag;
use twoken_core::units::Timestamp;
use twoken_core::wire::{Contact, Proofs};

impl Kept {
    /// Those of which the server admits a proof, the newest day first. A page can be there as long as its hit is kept.
    fn admitted(&self, proofs: Proofs) -> impl Iterator<Item = (DaySet, &Hit)> {
        let all = self.hits.iter().rev().flat_map(|(day_set, hits)| hits.iter().map(|hit| (*day_set, hit)));
        all.filter(move |(_, hit)| proofs.counts_on(hit.degree()))
    }

    /// When those met were told of it.
    fn told(&self, tag: &Tag) -> Option<Timestamp> {
        let name = name_of(tag);
        self.record.told.iter().find(|(known, _)| *known == name).map(|(_, at)| *at)
    }

    /// Whether those met can be told, and what the proof would stand on: the newest of which they were not told.
    fn telling(&self, proofs: Proofs) -> (Telling, Option<Ground>) {
        let all = || self.admitted(proofs).map(|(_, hit)| hit.second.tag);
        match all().find(|tag| self.told(tag).is_none()) {
            Some(tag) => (Telling::Open, Some(Ground::Hit(tag))),
            None => {
                let last = all().filter_map(|tag| self.told(&tag)).max();
                (last.map_or(Telling::Not, |at| Telling::Told { at }), None)
            }
        }
    }

    /// Notes that those met were told of everything that is known now.
    fn note_told(&mut self, proofs: Proofs, at: Timestamp) {
        let new = self.admitted(proofs).map(|(_, hit)| hit.second.tag).filter(|tag| self.told(tag).is_none());
        let new: Vec<_> = new.map(|tag| (name_of(&tag), at)).collect();
        self.record.told.extend(new);
    }

    /// Forgets of which hits they were told that are here no longer.
    pub(super) fn forget_told(&mut self) {
        let kept = |name: &str| {
            self.hits.values().any(|hits| hits.iter().any(|hit| name_of(&hit.second.tag) == name))
        };
        let mut told = core::mem::take(&mut self.record.told);
        told.retain(|(name, _)| kept(name));
        self.record.told = told;
    }
}

impl App {
    /// Whether those met can be told of what was counted, and what the proof would stand on.
    #[must_use]
    pub fn telling_of_counted(self) -> (Telling, Option<Ground>) {
        // The hits themselves are no signal; what is counted changes with them.
        self.counted.track();
        let Some(proofs) = self.proofs() else { return (Telling::Not, None) };
        self.cells.private.with_value(|kept| kept.telling(proofs))
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

    pub(super) fn with_hit<T>(self, tag: &Tag, of: impl Fn(&Hit) -> T) -> Option<T> {
        self.cells.private.with_value(|kept| kept.hits.values().find_map(|hits| hits.get(tag)).map(of))
    }

    /// Notes that those met were told of everything that is known now.
    pub(super) fn note_counted_told(self, at: Timestamp) -> Change {
        if let Some(proofs) = untrack(|| self.proofs()) {
            self.cells.private.update_value(|kept| kept.note_told(proofs, at));
        }
        // It stands on the page of what was counted.
        self.cells.counted.notify();
        self.cells.private.with_value(|kept| records::put_json(Store::Server, records::PRIVATE, &kept.record))
    }

    fn proofs(self) -> Option<Proofs> {
        self.server.with(|server| server.config.as_ref().map(|config| config.config().proofs))
    }
}

/// As it stands in the record of what was told.
fn name_of(tag: &Tag) -> String {
    codec::to_hex(tag.as_bytes())
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
        let mut kept = Kept::default();
        assert_eq!(kept.telling(proofs), (Telling::Not, None));
        kept.hits.extend([counted(early, 2, Degree::First)]);
        let (telling, ground) = kept.telling(proofs);
        assert!(telling == Telling::Open && matches!(ground, Some(Ground::Hit(_))));
        // It can be proven by what is kept of it.
        let Some(Ground::Hit(tag)) = ground else { panic!("no hit") };
        let hit = kept.hits.values().find_map(|hits| hits.get(&tag)).unwrap();
        assert!(hit.page.has(&tag) && hit.claim().tag() == tag);
        kept.note_told(proofs, now);
        assert_eq!(kept.telling(proofs), (Telling::Told { at: now }, None));
        // A second degree is no reason to go on, unless the operator says so.
        kept.hits.extend([counted(early.next(), 1, Degree::Second)]);
        assert_eq!(kept.telling(proofs), (Telling::Told { at: now }, None));
        assert_eq!(kept.telling(Proofs { depth: 3, ..proofs }).0, Telling::Open);
        kept.hits.extend([counted(late, 1, Degree::First)]);
        assert_eq!(kept.telling(proofs).0, Telling::Open);
        kept.note_told(proofs, now.plus(9));
        assert_eq!((kept.telling(proofs).0, kept.record.told.len()), (Telling::Told { at: now.plus(9) }, 3));
        // What is noted of it goes with the hits.
        kept.hits.retain(|day_set, _| day_set.day == late);
        kept.forget_told();
        assert_eq!(kept.record.told.len(), 1);
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
