//! Private mode: what one query tells, to the client that keeps to it, to the one that does not, and to the server.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

mod support;

#[path = "private_mode/asking.rs"]
mod asking;
#[path = "private_mode/form.rs"]
mod form;
#[path = "private_mode/modified.rs"]
mod modified;
#[path = "private_mode/second_degree.rs"]
mod second_degree;
#[path = "private_mode/story.rs"]
mod story;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use twoken_core::batch::{self, SealedBatch};
use twoken_core::matching::{Asked, ByFilter, Hit, Hits, PrivateMatcher, Whole, question};
use twoken_core::psi::{Answer, DaySet, Question, Response, Waiting};
use twoken_core::risk::{self, Counts, Level};
use twoken_core::status::{Degree, Scheme};
use twoken_core::tag::{Element, Secret, Tag};
use twoken_core::units::{Day, Minutes};

use support::batches::NOW;
use support::named;
use support::people::{Person, meeting};
use support::private::{TODAY, ask, day_key, sealed, uploaded};
use support::rng::keystream;

/// What stands before the first point of a query whose sets have 64.
const QUERY_HEAD: usize = 14;

fn config() -> risk::Config {
    risk::Config::default()
}

/// Somebody who met so many for these minutes each, and all those people.
fn met_for(minutes: &[u16]) -> (Person, Vec<Person>) {
    let (mut person, others) = meeting("somebody", minutes.len(), NOW);
    let ids: Vec<_> = others
        .iter()
        .map(|other| {
            let tag = *other.diary.iter().next().unwrap().pairings()[0].reported_tag();
            let mine = |row: &&twoken_core::diary::Encounter| {
                row.pairings().iter().any(|pairing| *pairing.received_tag() == tag)
            };
            person.diary.iter().find(mine).unwrap().id
        })
        .collect();
    for (id, minutes) in ids.iter().zip(minutes) {
        person.diary.get_mut(id).unwrap().set_minutes(Some(Minutes::new(*minutes)));
    }
    (person, others)
}

fn asked(person: &Person, day_set: DaySet) -> Waiting {
    let mut rng = keystream(named("blind"));
    question(&person.diary, &config(), day_set).unwrap().blind(&mut rng).unwrap()
}

/// The whole exchange, in bytes.
fn answer(person: &Person, day_set: DaySet, key_name: &str) -> Answer {
    let waiting = asked(person, day_set);
    let key = day_key(key_name);
    let response = Response::decode(&ask(waiting.query(), &key, "shuffle")).unwrap();
    waiting.finalize(&response, &key.public()).unwrap()
}

fn whole(answer: &Answer, batch: &SealedBatch) -> Result<Vec<Hit>, batch::Error> {
    let mut whole = Whole::new(&PrivateMatcher::new(answer), batch.header.header())?;
    batch.entries_file.chunks(1000).try_for_each(|piece| whole.feed(piece))?;
    whole.finish(NOW)
}

fn counts(hits: Vec<Hit>) -> Counts {
    let mut all = Hits::default();
    all.extend(hits);
    let stored = Hits::from_bytes(&all.to_bytes()).unwrap();
    assert!(stored.counts() == all.counts() && stored.to_bytes() == all.to_bytes());
    all.counts()
}

fn of(cells: &[(Level, Degree, u32)]) -> Counts {
    let mut counts = Counts::default();
    cells.iter().for_each(|(level, degree, count)| counts.add(*level, *degree, *count));
    counts
}

#[test]
fn two_of_four_report_and_their_categories_are_counted() {
    let (person, others) = met_for(&[1, 7, 20, 30]);
    let elements = others[1..3].iter().flat_map(|other| uploaded(other, Degree::First)).collect();
    let batch = sealed(elements, Degree::First, Scheme::Encounter, "b", 1);
    let hits = whole(&answer(&person, TODAY, "b"), &batch).unwrap();
    // What a proof needs: the claim of a tag, and the page that has it.
    for hit in &hits {
        assert_eq!(hit.page.batch, batch.header.header().id);
        assert!(batch.header.header().page_digests.contains(&hit.page.digest));
        assert!(hit.page.has(&hit.claim().tag()) && batch.entries_file == hit.page.tags().as_flattened());
    }
    let counts = counts(hits);
    assert!(counts == of(&[(Level::Medium, Degree::First, 1), (Level::High, Degree::First, 1)]));
    let grade = counts.grade(&config()).unwrap();
    assert!(grade.level == Level::High && !grade.at_least);
}

#[test]
fn a_report_of_first_degree_takes_the_place_of_the_same_in_second() {
    let (person, others) = met_for(&[7, 20]);
    let both = |degree| others.iter().flat_map(|other| uploaded(other, degree)).collect::<Vec<_>>();
    let second = sealed(both(Degree::Second), Degree::Second, Scheme::Encounter, "b", 1);
    let first = sealed(uploaded(&others[1], Degree::First), Degree::First, Scheme::Encounter, "b", 1);
    let answer = answer(&person, TODAY, "b");
    for batches in [[&first, &second], [&second, &first]] {
        let hits = batches.iter().flat_map(|batch| whole(&answer, batch).unwrap()).collect();
        assert!(counts(hits) == of(&[(Level::Medium, Degree::Second, 1), (Level::High, Degree::First, 1)]));
    }
    // Second degree weighs half: seven and a half minutes at least, of the high one.
    let grade = counts(whole(&answer, &second).unwrap()).grade(&config()).unwrap();
    assert!(grade.level == Level::Medium && grade.at_least);
    assert!(Counts::default().grade(&config()).is_none());
}

#[test]
fn a_large_batch_is_asked_for_four_pages_hit_or_not() {
    for reporters in [0, 1, 5] {
        let (person, others) = met_for(&[20; 5]);
        let elements = others[..reporters].iter().flat_map(|other| uploaded(other, Degree::First)).collect();
        let batch = sealed(elements, Degree::First, Scheme::Encounter, "b", 12);
        let matcher = PrivateMatcher::new(&answer(&person, TODAY, "b"));
        assert_eq!(Whole::new(&matcher, batch.header.header()).map(|_| ()), Ok(()));
        let mut by_filter =
            ByFilter::new(&matcher, batch.header.header(), keystream(named("choice"))).unwrap();
        by_filter.feed(&batch.filter_file).unwrap();
        let mut asked = by_filter.finish().unwrap();
        let mut all = Hits::default();
        loop {
            assert_eq!(asked.pages().len(), 4);
            for number in asked.pages() {
                asked.page(number, &batch.entries_file[number as usize * 8192..][..8192]).unwrap();
            }
            let found = asked.finish(NOW).unwrap();
            all.extend(found.matches);
            if found.waiting.is_empty() {
                break;
            }
            let mut rng = keystream(named("again"));
            asked = Asked::again(&matcher, batch.header.header(), &found.waiting, &mut rng).unwrap();
        }
        assert_eq!(all.counts().total(), reporters as u32);
        second_degree::stored_in_one_form(&all);
    }
}

fn element(nth: u32) -> Element {
    Secret::new(named(&format!("element {nth}"))).element()
}

#[test]
fn a_query_of_other_encounters_than_those_of_the_day_leaves_later_ones_out() {
    let (person, _) = met_for(&[20, 20]);
    let yesterday = DaySet { day: Day::new(TODAY.day.get() - 1), ..TODAY };
    let key = day_key("b");
    let of = |day_set| {
        let waiting = asked(&person, day_set);
        let response = Response::decode(&ask(waiting.query(), &key, "shuffle")).unwrap();
        waiting.finalize(&response, &key.public()).unwrap().sets().iter().map(Vec::len).sum::<usize>()
    };
    assert_eq!((of(TODAY), of(yesterday)), (2, 0));
}

#[test]
fn the_category_of_an_encounter_is_its_level_by_itself() {
    let (person, _) = met_for(&[4, 5, 14, 15]);
    let mut levels: Vec<_> =
        person.diary.iter().map(|row| (row.duration(), risk::category(row, &config()))).collect();
    levels.sort_unstable();
    let levels: Vec<_> = levels.into_iter().map(|(_, level)| level).collect();
    assert_eq!(levels, [Level::Low, Level::Medium, Level::Medium, Level::High]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Against the plain intersection of what was met and what was reported.
    #[test]
    fn counts_are_those_of_the_plain_intersection(
        mine in proptest::collection::vec((0_u32..60, 0_usize..3), 0..40),
        first in proptest::collection::btree_set(0_u32..60, 0..30),
        second in proptest::collection::btree_set(0_u32..60, 0..30),
        seed in any::<[u8; 32]>(),
    ) {
        let levels = [Level::Low, Level::Medium, Level::High];
        let mut category = BTreeMap::new();
        let mut sets: [Vec<Element>; 3] = Default::default();
        for (nth, set) in &mine {
            sets[*set].push(element(*nth));
            let known = category.entry(*nth).or_insert(*set);
            *known = (*known).max(*set);
        }
        let mut expected = Counts::default();
        for (nth, set) in &category {
            if first.contains(nth) {
                expected.add(levels[*set], Degree::First, 1);
            } else if second.contains(nth) {
                expected.add(levels[*set], Degree::Second, 1);
            }
        }
        let waiting = Question::new(TODAY, sets).unwrap().blind(&mut keystream(seed)).unwrap();
        let key = day_key("b");
        let response = Response::decode(&ask(waiting.query(), &key, "shuffle")).unwrap();
        let answer = waiting.finalize(&response, &key.public()).unwrap();
        let batch = |numbers: &BTreeSet<u32>, degree| {
            let elements = numbers.iter().map(|nth| element(*nth)).collect();
            sealed(elements, degree, Scheme::Encounter, "b", 1)
        };
        let mut hits = Hits::default();
        for batch in [batch(&second, Degree::Second), batch(&first, Degree::First)] {
            hits.extend(whole(&answer, &batch).unwrap());
        }
        prop_assert!(hits.counts() == expected);
        let tags: BTreeSet<Tag> = hits.iter().map(|hit| hit.second.tag).collect();
        prop_assert_eq!(tags.len() as u32, expected.total());
    }
}
