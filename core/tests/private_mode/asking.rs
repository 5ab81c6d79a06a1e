//! Claims 28 and 29: what an answer must be to count, and how often anything is asked.

use std::collections::BTreeSet;

use twoken_core::batch;
use twoken_core::matching::{Matcher, Whole, question};
use twoken_core::psi::{DaySet, DaySets, Error, Query, Question, Response, Work};
use twoken_core::status::{Degree, Scheme};
use twoken_core::units::Day;

use crate::support::batches::{NOW, batch as open_batch, met};
use crate::support::named;
use crate::support::private::{TODAY, TOMORROW, ask, day_key, sealed, sealed_at, uploaded};
use crate::support::rng::keystream;
use crate::{answer, asked, config, element, met_for, whole};

#[test]
fn claim_28_an_answer_that_is_not_all_of_it_under_the_days_key_counts_nothing() {
    let (person, _) = met_for(&[20, 20, 7]);
    let (key, other) = (day_key("b"), day_key("another b"));
    let refused = |response: &[u8]| {
        let response = Response::decode(response)?;
        asked(&person, TODAY).finalize(&response, &key.public()).map(|_| ())
    };
    let query = asked(&person, TODAY).query().to_vec();
    let good = ask(&query, &key, "shuffle");
    assert_eq!(refused(&good), Ok(()));
    // Of CBOR { 0: 1, 3: [three byte strings] }: the first point, and points of each set.
    let points = 8;
    let edit = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        bytes
    };
    assert_eq!(refused(&ask(&query, &other, "shuffle")), Err(Error::Probe), "another key for all");
    // One set of three under another key, as a server would mark one client's category.
    let marked = ask(&query, &other, "shuffle");
    let set = |bytes: &[u8], nth: usize| bytes[points + nth * 2051..][..2048].to_vec();
    let with_set = edit(&|bytes| bytes[points + 2051..][..2048].copy_from_slice(&set(&marked, 1)));
    assert_eq!(refused(&with_set), Err(Error::Probe), "another key for one set");
    let first = edit(&|bytes| bytes.copy_within(points + 32..points + 64, points));
    assert_eq!(refused(&first), Err(Error::Repeated));
    let across = edit(&|bytes| bytes.copy_within(points..points + 32, points + 2051));
    assert_eq!(refused(&across), Err(Error::Repeated), "the same point in two sets");
    let swapped = edit(&|bytes| {
        let (low, medium) = (set(bytes, 0), set(bytes, 1));
        bytes[points..][..2048].copy_from_slice(&medium);
        bytes[points + 2051..][..2048].copy_from_slice(&low);
    });
    assert_eq!(refused(&swapped), Err(Error::Probe), "two sets changed places");
    let larger = Question::new(TODAY, [(0..49).map(element).collect(), vec![], vec![]]).unwrap();
    let larger = larger.blind(&mut keystream(named("larger"))).unwrap();
    let error = refused(&ask(larger.query(), &key, "shuffle"));
    assert_eq!(error, Err(Error::Number { expected: 64, got: 256 }));
    // A point that is none: where a dummy stood it is missing, where a real one stood it is refused as such.
    let mut seen = BTreeSet::new();
    for at in 0..64 {
        for bad in [[0; 32], [0xff; 32]] {
            let spoilt = edit(&|bytes| bytes[points + 2 * 2051 + at * 32..][..32].copy_from_slice(&bad));
            seen.insert(format!("{:?}", refused(&spoilt).unwrap_err()));
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["Point(Element)", "Probe"]);
}

/// A server that multiplies one point in twenty with another key is caught in all but a few cases: it cannot tell which
/// points are probes.
#[test]
fn claim_28_a_server_that_marks_some_points_is_caught_by_the_probes_among_them() {
    let (key, other) = (day_key("b"), day_key("another b"));
    let caught = (0..40_u32).filter(|run| {
        let question =
            Question::new(TODAY, [0, 1, 2].map(|set| (0..48).map(|at| element(set * 48 + at)).collect()));
        let waiting = question.unwrap().blind(&mut keystream(named(&format!("run {run}")))).unwrap();
        let query = Query::decode(waiting.query()).unwrap();
        let (work, pieces) = Work::split(&query, 192);
        let multiplied = pieces
            .into_iter()
            .zip(*run..)
            .map(|(piece, nth)| piece.multiply(if nth % 20 == 0 { &other } else { &key }).unwrap());
        let response = work.join(multiplied.collect(), &mut keystream(named("shuffle"))).unwrap();
        waiting.finalize(&response, &key.public()).is_err()
    });
    // Nine or ten marked, a quarter probes: 6 % are not noticed.
    assert!(caught.count() >= 32);
}

#[test]
fn claim_29_one_query_for_each_day_set_and_a_retry_of_the_very_same_bytes() {
    let (person, _) = met_for(&[20]);
    let ask_again = |sets: &mut DaySets, day_set: DaySet, today: Day, seed: &str| {
        sets.ask(question(&person.diary, &config(), day_set).unwrap(), today, &mut keystream(named(seed)))
    };
    let mut sets = DaySets::default();
    let error = ask_again(&mut sets, TODAY, TODAY.day, "early").map(|_| ()).unwrap_err();
    assert_eq!(error, Error::NotClosed(TODAY.day), "its day is not over");
    let waiting = ask_again(&mut sets, TODAY, TOMORROW, "one").unwrap();
    assert_eq!(ask_again(&mut sets, TODAY, TOMORROW, "two").map(|_| ()).unwrap_err(), Error::Asked);
    // Each scheme is a set of its own.
    let tcns = DaySet { scheme: Scheme::Tcn, ..TODAY };
    ask_again(&mut sets, tcns, TOMORROW, "three").unwrap();
    assert_eq!(sets.waiting().collect::<Vec<_>>(), [TODAY, tcns]);

    // The app was closed, before or after it was sent.
    let (stored, sets_stored) = (waiting.to_bytes(), sets.to_bytes());
    let mut sets = DaySets::from_bytes(&sets_stored).unwrap();
    let again = sets.resume(&stored).unwrap();
    assert_eq!(again.query(), waiting.query());
    assert_eq!(*again.to_bytes(), *stored);
    // Another query of the same day set is not the one that was recorded.
    let another = asked(&person, TODAY);
    assert_eq!(sets.resume(&another.to_bytes()).map(|_| ()).unwrap_err(), Error::NotAsked);
    // A refused answer leaves the query as it was.
    let (key, wrong) = (day_key("b"), day_key("another b"));
    let refused = Response::decode(&ask(again.query(), &wrong, "shuffle")).unwrap();
    assert_eq!(sets.finalize(again, &refused, &key.public()).map(|_| ()).unwrap_err(), Error::Probe);
    let again = sets.resume(&stored).unwrap();
    assert_eq!(again.query(), waiting.query());
    let response = Response::decode(&ask(again.query(), &key, "shuffle")).unwrap();
    sets.finalize(again, &response, &key.public()).unwrap();
    // Three refused answers are enough: each may tell which points are probes.
    let mut given_up = DaySets::from_bytes(&sets_stored).unwrap();
    for refused_before in 0..3 {
        assert_eq!(given_up.waiting().count(), 2, "{refused_before}");
        let again = DaySets::from_bytes(&given_up.to_bytes()).unwrap().resume(&stored).unwrap();
        assert_eq!(given_up.finalize(again, &refused, &key.public()).map(|_| ()).unwrap_err(), Error::Probe);
    }
    assert_eq!(given_up.resume(&stored).map(|_| ()).unwrap_err(), Error::NotAsked);
    assert_eq!(given_up.waiting().collect::<Vec<_>>(), [tcns]);
    // Answered: nothing more is sent, after a restart either.
    let mut sets = DaySets::from_bytes(&sets.to_bytes()).unwrap();
    assert_eq!(sets.resume(&stored).map(|_| ()).unwrap_err(), Error::NotAsked);
    assert_eq!(ask_again(&mut sets, TODAY, TOMORROW, "four").map(|_| ()).unwrap_err(), Error::Asked);
    sets.sweep(TOMORROW);
    assert!(sets == DaySets::default());
}

#[test]
fn claim_29_an_answer_is_compared_with_batches_of_its_day_scheme_and_key_alone() {
    let (person, others) = met_for(&[20]);
    let elements = || uploaded(&others[0], Degree::First);
    let answer = answer(&person, TODAY, "b");
    let good = sealed(elements(), Degree::First, Scheme::Encounter, "b", 1);
    assert_eq!(whole(&answer, &good).unwrap().len(), 1);
    let refused = [
        ("another scheme", sealed(elements(), Degree::First, Scheme::Tcn, "b", 1)),
        ("another key", sealed(elements(), Degree::First, Scheme::Encounter, "another b", 1)),
        ("another day", sealed_at(elements(), Degree::First, Scheme::Encounter, "b", 1, NOW.plus(86_400))),
    ];
    for (name, batch) in &refused {
        assert_eq!(whole(&answer, batch).map(|_| ()), Err(batch::Error::DaySet), "{name}");
    }
    // Neither mode's matcher looks at the other's batches.
    let (_, entries) = met("somebody", 1);
    let open = open_batch(entries, 1, "open");
    assert_eq!(whole(&answer, &open).map(|_| ()), Err(batch::Error::Mode));
    let own = Matcher::from_diary(&person.diary);
    assert_eq!(Whole::new(&own, good.header.header()).map(|_| ()), Err(batch::Error::Mode));
}
