//! What a server sees of a query, and what it does with it.

use std::collections::{BTreeMap, BTreeSet};

use curve25519_dalek::Scalar;
use curve25519_dalek::ristretto::CompressedRistretto;
use twoken_core::psi::{Error, Query, Question, Waiting, Work};

use crate::support::named;
use crate::support::private::{TODAY, day_key};
use crate::support::rng::keystream;
use crate::{QUERY_HEAD, element};

#[test]
fn a_query_is_of_one_form_whatever_is_in_it() {
    let sizes = |counts: [u32; 3]| {
        let mut next = 0;
        let sets = counts.map(|count| {
            (0..count)
                .map(|_| {
                    next += 1;
                    element(next)
                })
                .collect::<Vec<_>>()
        });
        let waiting = Question::new(TODAY, sets).unwrap().blind(&mut keystream(named("form"))).unwrap();
        let query = Query::decode(waiting.query()).unwrap();
        assert_eq!(query.encode(), waiting.query());
        (waiting.query().len(), query.set_size())
    };
    assert_eq!(sizes([0, 0, 0]), sizes([48, 0, 17]));
    assert_eq!(sizes([0, 49, 0]), sizes([192, 192, 192]));
    // What the server sees of nothing at all: as many uniform points as of everything.
    let bytes = |count: u32, seed: &str| {
        let sets = [(0..count).map(element).collect(), vec![], vec![]];
        let waiting = Question::new(TODAY, sets).unwrap().blind(&mut keystream(named(seed))).unwrap();
        waiting.query()[QUERY_HEAD..][..2048].to_vec()
    };
    for (count, mean) in [(0, 0_f64), (48, 0.0)] {
        let all: Vec<u8> = (0..16).flat_map(|run| bytes(count, &format!("run {run}"))).collect();
        // Bits of the middle bytes of 1,024 points: half are set. Six standard deviations.
        let ones: u32 = all.chunks(32).flat_map(|point| &point[4..28]).map(|byte| byte.count_ones()).sum();
        let (expected, total) = (f64::from(ones), 1024.0 * 24.0 * 8.0);
        assert!(
            (expected - total / 2.0 - mean).abs() < 6.0 * (total / 4.0).sqrt(),
            "{count} real: {ones} ones"
        );
    }
    // No point of one query stands in another of the same encounters.
    let (one, two) = (bytes(48, "one"), bytes(48, "two"));
    let points: BTreeSet<_> = one.chunks(32).collect();
    assert!(!two.chunks(32).any(|point| points.contains(point)));
}

#[test]
fn a_set_comes_back_in_any_order() {
    // Where the server puts the query's first point, over 6,400 answers: 100 at each of 64 places on average. χ² with 63
    // degrees of freedom is above 103.4 once in a thousand.
    let waiting = Question::new(TODAY, [vec![], vec![], vec![]]).unwrap();
    let waiting = waiting.blind(&mut keystream(named("order"))).unwrap();
    let query = Query::decode(waiting.query()).unwrap();
    let key = day_key("b");
    let of_first = |query: &Query| {
        let (_, pieces) = Work::split(query, 1);
        let first = CompressedRistretto(query.encode()[QUERY_HEAD..QUERY_HEAD + 32].try_into().unwrap())
            .decompress()
            .unwrap();
        assert_eq!(pieces.len(), 1);
        let b = Scalar::from_canonical_bytes(*key.to_bytes()).unwrap();
        (first * b).compress().to_bytes()
    };
    let first = of_first(&query);
    let mut rng = keystream(named("many orders"));
    let mut places = BTreeMap::<usize, f64>::new();
    let multiplied = |query: &Query| {
        let (work, pieces) = Work::split(query, 3);
        (work, pieces.into_iter().map(|piece| piece.multiply(&key).unwrap()).collect::<Vec<_>>())
    };
    let again = multiplied(&query).1;
    for _ in 0..6400 {
        let (work, _) = Work::split(&query, 3);
        let response = work.join(again.clone(), &mut rng).unwrap().encode();
        let at = response[8..][..2048].chunks(32).position(|point| *point == first[..]).unwrap();
        *places.entry(at).or_default() += 1.0;
    }
    let chi_square: f64 = (0..64)
        .map(|at| {
            let off = places.get(&at).copied().unwrap_or_default() - 100.0;
            off * off / 100.0
        })
        .sum();
    assert!(chi_square < 103.4, "{chi_square}");
}

#[test]
fn all_pieces_of_one_query_make_an_answer_and_no_others() {
    let waiting = Question::new(TODAY, [vec![element(1)], vec![], vec![]]).unwrap();
    let waiting = waiting.blind(&mut keystream(named("pieces"))).unwrap();
    let query = Query::decode(waiting.query()).unwrap();
    let key = day_key("b");
    let mut rng = keystream(named("join"));
    for cores in [0, 1, 2, 7, 500] {
        let (work, pieces) = Work::split(&query, cores);
        assert_eq!(pieces.iter().map(|piece| piece.len()).sum::<usize>(), 192);
        let done: Vec<_> = pieces.into_iter().rev().map(|piece| piece.multiply(&key).unwrap()).collect();
        let response = work.join(done.clone(), &mut rng).unwrap();
        let again = Waiting::from_bytes(&waiting.to_bytes()).unwrap();
        assert!(again.finalize(&response, &key.public()).is_ok(), "{cores} pieces");
        let (work, _) = Work::split(&query, cores);
        assert_eq!(work.join(done[1..].to_vec(), &mut rng).unwrap_err(), Error::Pieces);
        let (work, _) = Work::split(&query, cores);
        assert_eq!(work.join([&done[..], &done[..1]].concat(), &mut rng).unwrap_err(), Error::Pieces);
    }
}

#[test]
fn a_query_with_a_point_that_is_none_gets_no_answer() {
    let waiting = Question::new(TODAY, [vec![], vec![], vec![]]).unwrap();
    let good = waiting.blind(&mut keystream(named("points"))).unwrap().query().to_vec();
    // The identity would stand first, and what is no field element last.
    for (at, bad) in [(QUERY_HEAD, [0; 32]), (QUERY_HEAD + 63 * 32, [0xff; 32])] {
        let mut query = good.clone();
        query[at..][..32].copy_from_slice(&bad);
        let query = Query::decode(&query).unwrap();
        let refused =
            twoken_core::psi::answer(&query, &day_key("b"), &mut keystream(named("any"))).unwrap_err();
        assert_eq!(refused, Error::Point(twoken_core::tag::Error::Element));
    }
}
