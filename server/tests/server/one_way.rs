//! Scenario 1: a patient hands over keys, and the server makes the entries and forgets the keys.

use std::collections::BTreeSet;

use twoken_core::batch::Pages;
use twoken_core::codec;
use twoken_core::matching::{Matcher, Whole};
use twoken_core::permit::Class;
use twoken_core::redaction::Redaction;
use twoken_core::status::{Degree, Scheme, Status};
use twoken_core::tag::Entry;
use twoken_core::tcn::{Emissions, Sighting, TxPower};
use twoken_core::units::{Day, Interval, Timestamp};
use twoken_core::wire::{RegionId, Upload, UploadBody};

use crate::support::people::{Person, authorise, meet, rng};
use crate::support::{DAY, HOUR, NOW, Server, logs, refused};

fn root() -> RegionId {
    "root".parse().unwrap()
}

fn status() -> Status {
    Status::of_encounter(NOW.day(), Some(-2)).unwrap()
}

/// A patient's body: what they met both ways, and keys of what they emitted.
fn body(person: &Person, emissions: &Emissions, status: &Status) -> UploadBody {
    let chosen = Redaction::default().apply_with(&person.diary, emissions);
    UploadBody::build(&chosen, status, &root(), Degree::First, &mut rng()).unwrap()
}

/// Emissions in so many intervals, one an hour, up to now.
fn emitted(count: u64) -> Emissions {
    let mut emissions = Emissions::new();
    for back in 0..count {
        emissions.emit(NOW.minus(back * HOUR), TxPower::SCREEN, &mut rng());
    }
    emissions
}

/// All that lies in the data directory, journal and all.
fn on_disk(server: &Server) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(server.data.path()).unwrap().map(|file| file.unwrap().path());
    let files = files.filter(|path| path.is_file());
    files.map(|path| (path.display().to_string(), std::fs::read(&path).unwrap())).collect()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn who_only_heard_is_warned_by_a_batch_of_their_scheme() {
    let server = Server::demo().await;
    let mut emissions = emitted(3);
    let emission = emissions.emit(NOW, TxPower::SCREEN, &mut rng());
    let (mut anna, mut ben, mut carla) = (Person::new(), Person::new(), Person::new());
    meet(&mut anna, &mut ben, NOW);
    // Carla only looked at Anna's screen.
    anna.ring.advance(NOW, &mut rng());
    carla.ring.advance(NOW, &mut rng());
    let shown = anna.ring.payload(NOW).unwrap().with_emission(emission);
    let how = twoken_core::encounter::How::Camera;
    let draft = carla.ring.hear(&shown, NOW, how, &mut rng()).unwrap();
    carla.diary.record(draft);

    let tan = server.tan(Class::Patient).await;
    let sent = authorise(&server, &tan, Class::Patient, body(&anna, &emissions, &status())).await;
    // The answer is lost; the same bytes go again.
    server.upload(&sent).await.ok();
    server.upload(&sent).await.ok();
    server.hands.forward(HOUR);
    server.tick().await;
    let batches = server.batches("root").await;
    let schemes: BTreeSet<_> = batches.iter().map(|(signed, _)| signed.header().scheme).collect();
    assert_eq!(schemes, BTreeSet::from([Scheme::Encounter, Scheme::Tcn]));
    for (person, scheme) in [(&mut ben, Scheme::Encounter), (&mut carla, Scheme::Tcn)] {
        let matcher = Matcher::from_diary(&person.diary);
        for (signed, _) in &batches {
            let header = signed.header();
            let file = server.get(&format!("/v1/batches/{}/entries", header.id)).await.ok().body;
            let mut whole = Whole::new(&matcher, header).unwrap();
            whole.feed(&file).unwrap();
            let found = person.diary.expose(&whole.finish(server.now()).unwrap());
            assert_eq!(found.len(), usize::from(header.scheme == scheme));
        }
        assert_eq!(person.diary.iter().next().unwrap().exposure.unwrap().doubt, None);
    }
}

#[tokio::test]
async fn keys_are_forgotten_and_lie_neither_in_the_database_nor_its_journal_nor_the_log() {
    let server = Server::strict().await;
    let emissions = emitted(20);
    let shown: BTreeSet<_> = emissions.shown().collect();
    let nodes = emissions.cover(&shown).to_bytes();
    let leaves: Vec<_> = emissions.cover(&shown).leaves().collect();
    let tan = server.tan(Class::Patient).await;
    let sent = authorise(&server, &tan, Class::Patient, body(&Person::new(), &emissions, &status())).await;
    assert!(contains(&sent.body, &nodes), "they did travel");
    server.upload(&sent).await.ok();
    // A second try, and one that is refused after its keys were read.
    server.upload(&sent).await.ok();
    server.upload_raw(Some(&sent.header), [&sent.body[..], &[0]].concat()).await;

    let look = |moment: &str| {
        let log = logs::text();
        let files = on_disk(&server);
        assert!(
            files.iter().any(|(name, bytes)| name.ends_with("-wal") && !bytes.is_empty())
                || moment != "pooled"
        );
        let tag = Sighting::heard(
            &twoken_core::tcn::Emission {
                tcn: leaves[0].tcn.clone(),
                metadata: twoken_core::tcn::SealedMetadata::new([0; 8]),
            },
            leaves[0].interval,
            NOW,
        );
        let tag = *tag.unwrap().tag();
        assert!(
            files.iter().any(|(_, bytes)| contains(bytes, tag.as_bytes())),
            "the entries are there, {moment}"
        );
        let node_keys = nodes.chunks(20).map(|node| node[4..].to_vec());
        let tcns = leaves.iter().map(|leaf| leaf.tcn.as_bytes().to_vec());
        let metadata_keys = leaves.iter().map(|leaf| leaf.metadata_key.as_bytes().to_vec());
        for secret in node_keys.chain(tcns).chain(metadata_keys) {
            for (name, bytes) in &files {
                assert!(!contains(bytes, &secret), "{name}, {moment}");
            }
            for text in [codec::to_hex(&secret), codec::to_base64url(&secret), format!("{secret:?}")] {
                assert!(!log.contains(&text), "the log, {moment}");
            }
        }
    };
    look("pooled");
    for _ in 0..4 {
        let tan = server.tan(Class::Patient).await;
        let other =
            authorise(&server, &tan, Class::Patient, body(&Person::new(), &emitted(1), &status())).await;
        server.upload(&other).await.ok();
    }
    server.hands.forward(HOUR);
    server.tick().await;
    assert!(!server.batches("root").await.is_empty());
    look("sealed");
}

#[tokio::test]
async fn claim_18_a_patient_uploads_keys_and_staff_entries() {
    let server = Server::strict().await;
    let emissions = emitted(3);
    let shown = emissions.shown().collect();
    let entries = emissions.cover(&shown).entries(&status(), Degree::First, &mut rng()).unwrap();
    let by_staff =
        || UploadBody::build_from_entries(Vec::new(), entries.clone(), &root(), &mut rng()).unwrap();
    let tan = server.tan(Class::Patient).await;
    let sent = authorise(&server, &tan, Class::Patient, by_staff()).await;
    refused(&server.upload(&sent).await, 403, "entries-refused");
    assert!(server.app.store().pools().await.unwrap().is_empty());
    let tan = server.tan(Class::Staff).await;
    let sent = authorise(&server, &tan, Class::Staff, by_staff()).await;
    server.upload(&sent).await.ok();
    let pools = server.app.store().pools().await.unwrap();
    let waiting: Vec<_> = pools.iter().map(|pool| (pool.key.scheme, pool.uploads)).collect();
    assert_eq!(waiting, [(1, 1), (2, 1)]);
    // Nor do staff hand keys on: they make the entries themselves.
    let tan = server.tan(Class::Staff).await;
    let keys = body(&Person::new(), &emissions, &status());
    let sent = authorise(&server, &tan, Class::Staff, keys).await;
    refused(&server.upload(&sent).await, 403, "entries-refused");
}

#[tokio::test]
async fn keys_of_the_future_past_retention_and_of_tests_to_come_are_refused() {
    let server = Server::strict().await;
    let emitted_at = |at: Timestamp| {
        let mut emissions = Emissions::new();
        emissions.emit(at, TxPower::SCREEN, &mut rng());
        emissions
    };
    let tomorrow = Status::of_encounter(NOW.day().plus(2), None).unwrap();
    let past = Timestamp::new(Day::minus(NOW.day(), 15).start().seconds());
    for (emissions, status, good) in [
        (emitted_at(NOW.plus(1200)), status(), false),
        (emitted_at(NOW.plus(DAY)), status(), false),
        (emitted_at(past), status(), false),
        (emitted_at(NOW), tomorrow, false),
        (emitted_at(past.plus(DAY)), status(), true),
        (emitted_at(NOW), status(), true),
    ] {
        let tan = server.tan(Class::Patient).await;
        let sent = authorise(&server, &tan, Class::Patient, body(&Person::new(), &emissions, &status)).await;
        let answer = server.upload(&sent).await;
        if good { drop(answer.ok()) } else { refused(&answer, 422, "cover-refused") }
    }
}

#[tokio::test]
async fn what_was_stored_once_stays_stored_whatever_day_it_is() {
    let server = Server::strict().await;
    let mut emissions = Emissions::new();
    emissions.emit(NOW.minus(13 * DAY), TxPower::SCREEN, &mut rng());
    let tan = server.tan(Class::Patient).await;
    let sent = authorise(&server, &tan, Class::Patient, body(&Person::new(), &emissions, &status())).await;
    server.upload(&sent).await.ok();
    server.hands.forward(2 * DAY);
    server.upload(&sent).await.ok();
    let other = body(&Person::new(), &emitted(1), &status()).as_bytes().to_vec();
    refused(&server.upload_raw(Some(&sent.header), other).await, 403, "permit-refused");
    let waiting: Vec<_> = server.app.store().pools().await.unwrap().iter().map(|pool| pool.uploads).collect();
    assert_eq!(waiting, [1, 1]);
}

#[tokio::test]
async fn the_regenerated_entries_are_those_that_staff_would_make() {
    let server = Server::demo().await;
    let emissions = emitted(70);
    let tan = server.tan(Class::Patient).await;
    let sent = authorise(&server, &tan, Class::Patient, body(&Person::new(), &emissions, &status())).await;
    assert_eq!(Upload::decode(&sent.body).unwrap().cover.unwrap().cover.intervals().count(), 70);
    server.upload(&sent).await.ok();
    server.tick().await;
    let batches = server.batches("root").await;
    let (_, pages): &(_, Pages) =
        batches.iter().find(|(signed, _)| signed.header().scheme == Scheme::Tcn).unwrap();
    let published: BTreeSet<_> = pages.entries().map(|entry| entry.tag).collect();
    let shown: BTreeSet<Interval> = emissions.shown().collect();
    let expected = emissions.cover(&shown).entries(&status(), Degree::First, &mut rng()).unwrap();
    assert!(expected.iter().all(|entry: &Entry| published.contains(&entry.tag)));
}
