//! Two people meet, a third scans one of them one-way; that one reports to a server of private mode; after midnight all
//! three ask, each once for each scheme.

use twoken_core::batch::{Error, Head, Index, SealedBatch, blinding_key};
use twoken_core::diary::Diary;
use twoken_core::matching::{Hits, PrivateMatcher, Whole, question};
use twoken_core::psi::{self, DaySet, DaySets, Query, Response, Work};
use twoken_core::redaction::Redaction;
use twoken_core::risk::Level;
use twoken_core::status::{Degree, Scheme};
use twoken_core::tag::Element;
use twoken_core::tcn::{Emissions, TxPower};
use twoken_core::units::Timestamp;
use twoken_core::wire::{Handover, PrivateUpload, UploadBody};

use crate::config;
use crate::support::batches::{NOW, key};
use crate::support::named;
use crate::support::people::Person;
use crate::support::private::{TODAY, TOMORROW, day_key, sealed};
use crate::support::rng::keystream;

const MIDNIGHT: Timestamp = Timestamp::new(20_779 * 86_400);
const SCHEMES: [(Scheme, &str); 2] = [(Scheme::Encounter, "b of encounters"), (Scheme::Tcn, "b of TCNs")];

/// What each of them has met and heard: the reporter, who was met, who only scanned, and a stranger.
fn afternoon() -> ([Person; 4], Emissions) {
    let mut emissions = Emissions::new();
    let [mut reporter, mut met, mut hearer, mut stranger] =
        ["reporter", "met", "hearer", "stranger"].map(Person::new);
    reporter.hears(&met.shows(NOW), NOW);
    met.hears(&reporter.shows(NOW), NOW);
    let emission = emissions.emit(NOW, TxPower::SCREEN, &mut keystream(named("emission")));
    hearer.hears(&reporter.shows(NOW).with_emission(emission), NOW);
    stranger.hears(&hearer.shows(NOW), NOW);
    ([reporter, met, hearer, stranger], emissions)
}

/// A server: both pools, sealed in the evening; what it publishes of today.
fn seal(encounters: Vec<Element>, tcns: Vec<Element>) -> Vec<SealedBatch> {
    let pools = [encounters, tcns].into_iter().zip(SCHEMES);
    pools.map(|(pool, (scheme, key))| sealed(pool, Degree::First, scheme, key, 1)).collect()
}

/// What a phone finds of a day set: index, query, answer, batches.
fn check(diary: &Diary, batches: &[SealedBatch], scheme: Scheme, sets: &mut DaySets) -> Hits {
    let headers: Vec<_> = batches.iter().map(|batch| batch.header.to_bytes().to_vec()).collect();
    let region = "root".parse().unwrap();
    let index = Index::sign(&region, TODAY.day, Head::GENESIS, &headers, MIDNIGHT, &key());
    let index = Index::decode_verified(&index, &key().public(), &region, TODAY.day, MIDNIGHT).unwrap();
    let headers = index.after(None).unwrap();
    let day_set = DaySet { scheme, ..TODAY };
    let public = blinding_key(headers.iter().map(|signed| signed.header()), day_set).unwrap().unwrap();
    let waiting = {
        let question = question(diary, &config(), day_set).unwrap();
        sets.ask(question, TOMORROW, &mut keystream(named("blind"))).unwrap()
    };
    // The server has a key for the day set, and four cores.
    let query = Query::decode(waiting.query()).unwrap();
    let (_, name) = SCHEMES.into_iter().find(|(scheme, _)| *scheme == query.day_set().scheme).unwrap();
    let (work, pieces) = Work::split(&query, 4);
    let done = std::thread::scope(|scope| {
        let threads: Vec<_> = pieces
            .into_iter()
            .map(|piece| scope.spawn(move || piece.multiply(&day_key(name)).unwrap()))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let response = work.join(done, &mut keystream(named("shuffle"))).unwrap().encode();
    let answer = sets.finalize(waiting, &Response::decode(&response).unwrap(), &public).unwrap();
    let mut hits = Hits::default();
    for (signed, batch) in headers.iter().zip(batches) {
        match Whole::new(&PrivateMatcher::new(&answer), signed.header()) {
            Ok(mut whole) => {
                whole.feed(&batch.entries_file).unwrap();
                hits.extend(whole.finish(MIDNIGHT).unwrap());
            }
            // The other scheme's.
            Err(error) => assert_eq!(error, Error::DaySet),
        }
    }
    hits
}

#[test]
fn who_was_met_and_who_only_heard_count_one_and_nobody_else_any() {
    let (people, emissions) = afternoon();
    let [reporter, ..] = &people;
    let chosen = Redaction::default().apply_with(&reporter.diary, &emissions);
    let region = "root".parse().unwrap();
    let mut rng = keystream(named("report"));
    let by_themselves = UploadBody::build_private(&chosen, &region, Degree::First, &mut rng).unwrap();
    // The same through the hands of staff, who make the elements of the keys.
    let code =
        Handover::private_codes(&chosen).unwrap().codes().map(|code| code.to_string()).collect::<Vec<_>>();
    let mut collector = twoken_core::wire::Collector::default();
    let whole = code.iter().find_map(|code| match collector.take(code).unwrap() {
        twoken_core::wire::Progress::Whole(whole) => Some(whole),
        _ => None,
    });
    let (encounters, tcns) = whole.unwrap().elements().unwrap();
    let by_staff = UploadBody::build_from_elements(encounters, tcns, &region, &mut rng).unwrap();
    for body in [by_themselves, by_staff] {
        let upload = PrivateUpload::decode(body.as_bytes()).unwrap();
        let tcns = match (&upload.cover, upload.tcn_elements) {
            (Some(cover), None) => cover.elements().collect(),
            (None, Some(elements)) => elements,
            _ => panic!("keys, or what was made of them"),
        };
        let batches = seal(upload.elements, tcns);
        let mut found = Vec::new();
        for person in &people {
            let mut sets = DaySets::default();
            let hits = SCHEMES.map(|(scheme, _)| check(&person.diary, &batches, scheme, &mut sets));
            assert!(sets.waiting().next().is_none());
            let again = question(&person.diary, &config(), TODAY).unwrap();
            let again = sets.ask(again, TOMORROW, &mut keystream(named("again")));
            assert_eq!(again.map(|_| ()), Err(psi::Error::Asked));
            found.push(hits.map(|hits| hits.counts().get(Level::Low, Degree::First)));
        }
        // Each scanned for a minute. The reporter does not count themselves.
        assert_eq!(found, [[0, 0], [1, 0], [0, 1], [0, 0]]);
    }
}

#[test]
fn a_day_set_with_two_keys_is_not_asked_about() {
    let of = |scheme, key| sealed(vec![], Degree::First, scheme, key, 1).header.header().clone();
    let headers = [of(Scheme::Encounter, "b"), of(Scheme::Tcn, "another b"), of(Scheme::Encounter, "b")];
    assert_eq!(blinding_key(&headers, TODAY), Ok(Some(day_key("b").public())));
    let tomorrow = DaySet { day: TOMORROW, ..TODAY };
    assert_eq!(blinding_key(&headers, tomorrow), Ok(None));
    let two = [of(Scheme::Encounter, "b"), of(Scheme::Encounter, "another b")];
    assert_eq!(blinding_key(&two, TODAY), Err(Error::BlindingKeys));
    let (_, entries) = crate::support::batches::met("open", 1);
    let open = crate::support::batches::batch(entries, 1, "open").header.header().clone();
    assert_eq!(blinding_key(&[open], TODAY), Err(Error::Mode));
}
