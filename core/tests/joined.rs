//! What two devices of one person know becomes one: rows, day sets, answers, day keys (docs/protocol.md, 22.1).
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

mod support;

use std::collections::BTreeSet;

use twoken_core::diary::{Diary, Encounter, Joined};
use twoken_core::psi::{Answer, DaySets, Error, Question, Response};
use twoken_core::tag::Secret;
use twoken_core::tcn::{Emissions, TxPower};

use support::batches::NOW;
use support::named;
use support::people::meeting;
use support::private::{TODAY, TOMORROW, ask, day_key};
use support::rng::keystream;

fn row(diary: &Diary) -> Encounter {
    diary.iter().next().unwrap().clone()
}

#[test]
fn a_row_that_is_here_already_changes_nothing() {
    let (person, _) = meeting("joined", 1, NOW);
    let mut diary = Diary::default();
    assert_eq!(diary.join(row(&person.diary)), Joined::New);
    let before = row(&diary).to_cbor();
    assert_eq!(diary.join(row(&person.diary)), Joined::Known);
    assert_eq!(row(&diary).to_cbor(), before);
    assert_eq!(row(&diary).to_cbor(), row(&person.diary).to_cbor());
}

#[test]
fn ones_own_words_stay_and_what_is_missing_comes() {
    let (person, _) = meeting("joined", 1, NOW);
    let (mut here, mut there) = (person.diary.clone(), person.diary.clone());
    let id = row(&here).id;
    here.get_mut(&id).unwrap().set_note("mine").unwrap();
    let brought = there.get_mut(&id).unwrap();
    brought.set_note("theirs").unwrap();
    brought.set_label(Some("work")).unwrap();
    assert_eq!(here.join(row(&there)), Joined::More);
    assert_eq!((row(&here).note(), row(&here).label()), ("mine", Some("work")));
    assert_eq!(here.join(row(&there)), Joined::Known);
}

/// Met on one device before the backup, and once more on it after: the other knows both in the end, whichever is brought.
#[test]
fn two_halves_of_an_encounter_are_one_in_either_order() {
    let (mut person, mut others) = meeting("joined", 1, NOW);
    let early = person.diary.clone();
    let later = NOW.interval().end().plus(60);
    person.hears(&others[0].shows(later), later);
    let late = person.diary.clone();
    assert_eq!(late.iter().count(), 2, "another interval is another encounter");
    let joined = |one: &Diary, other: &Diary| {
        let mut one = one.clone();
        other.iter().for_each(|row| {
            one.join(row.clone());
        });
        one.iter().map(Encounter::to_cbor).map(|bytes| bytes.to_vec()).collect::<BTreeSet<_>>()
    };
    assert_eq!(joined(&early, &late), joined(&late, &early));
    assert_eq!(joined(&early, &late).len(), 2);
}

#[test]
fn a_day_set_that_either_has_asked_is_not_asked_again() {
    let question = || Question::new(TODAY, Default::default()).unwrap();
    let (mut here, mut there) = (DaySets::default(), DaySets::default());
    there.ask(question(), TOMORROW, &mut keystream(named("there"))).unwrap();
    assert_eq!(here.join(&there), [TODAY]);
    assert_eq!(here.join(&there), []);
    let again = here.ask(question(), TOMORROW, &mut keystream(named("here")));
    assert_eq!(again.unwrap_err(), Error::Asked);

    // What was asked here stays as it was asked here: the other device's query is another one.
    let mut mine = DaySets::default();
    mine.ask(question(), TOMORROW, &mut keystream(named("mine"))).unwrap();
    let before = mine.to_bytes();
    assert_eq!(mine.join(&there), []);
    assert_eq!(mine.to_bytes(), before);
}

fn answer(names: &[&str], key: &str) -> Answer {
    let elements = names.iter().map(|name| Secret::new(named(name)).element()).collect();
    let question = Question::new(TODAY, [elements, vec![], vec![]]).unwrap();
    let waiting = question.blind(&mut keystream(named(&names.concat()))).unwrap();
    let response = Response::decode(&ask(waiting.query(), &day_key(key), "shuffle")).unwrap();
    waiting.finalize(&response, &day_key(key).public()).unwrap()
}

#[test]
fn two_answers_about_a_day_are_one_under_one_key_alone() {
    let size = |answer: &Answer| answer.sets().iter().map(Vec::len).sum::<usize>();
    let (mut here, there) = (answer(&["a", "b"], "k"), answer(&["b", "c"], "k"));
    let before = size(&here);
    here.join(&there);
    let tags = |answer: &Answer| -> BTreeSet<_> {
        answer.sets().iter().flatten().map(|second| *second.tag.as_bytes()).collect()
    };
    assert!(tags(&there).is_subset(&tags(&here)) && size(&here) > before);
    assert_eq!(tags(&here).len(), size(&here), "each once");
    let joined = tags(&here);
    here.join(&there);
    assert_eq!(tags(&here), joined);
    here.join(&answer(&["d"], "another"));
    assert_eq!(tags(&here), joined, "of another key nothing is taken");
}

#[test]
fn a_day_has_one_key_and_what_was_shown_under_it_on_either_device_counts() {
    let emit = |emissions: &mut Emissions, at, seed: &str| {
        emissions.emit(at, TxPower::SCREEN, &mut keystream(named(seed)));
    };
    let mut here = Emissions::new();
    emit(&mut here, NOW, "here");
    // A copy that went on by itself.
    let mut copy = Emissions::from_bytes(&here.to_bytes()).unwrap();
    let later = NOW.plus(600);
    emit(&mut copy, later, "copy");
    assert_eq!(here.join(&copy), []);
    assert!(here.is_shown(NOW.interval()) && here.is_shown(later.interval()));

    // Another device's own key of the same day stays out.
    let mut other = Emissions::new();
    emit(&mut other, NOW.plus(1_200), "other");
    let before = here.to_bytes();
    assert_eq!(here.join(&other), [NOW.day()]);
    assert_eq!(*here.to_bytes(), *before);
    // Who has shown nothing takes it.
    let mut fresh = Emissions::new();
    assert_eq!(fresh.join(&other), []);
    assert!(fresh.is_shown(NOW.plus(1_200).interval()));
}
