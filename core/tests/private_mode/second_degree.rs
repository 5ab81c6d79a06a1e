//! Anna reports, Ben counts a hit and tells those he met, Cora counts it in the second degree; and a study learns of Ben's
//! hit. What Ben proves stands on what he keeps: the hit's claim, and the page that it was found on.

use twoken_core::batch::SealedBatch;
use twoken_core::matching::{Hit, Hits, ProofPage};
use twoken_core::membership::{Context, Kind, Statement};
use twoken_core::psi::{DaySet, Second};
use twoken_core::redaction::Redaction;
use twoken_core::risk::{Counts, Level};
use twoken_core::status::{Degree, Mode, Scheme};
use twoken_core::tcn::Emissions;
use twoken_core::units::{Day, Timestamp};
use twoken_core::wire::{Contact, PrivateUpload, Proofs, Proven, Report, StudyId, UploadBody, WithdrawalKey};

use crate::support::batches::{NOW, key};
use crate::support::named;
use crate::support::people::Person;
use crate::support::private::{TODAY, day_key, sealed, sealed_at, uploaded};
use crate::support::rng::keystream;
use crate::{answer, whole};

const LATER: Timestamp = NOW.plus(86_400);

fn meet(one: &mut Person, other: &mut Person, at: Timestamp) {
    one.hears(&other.shows(at), at);
    other.hears(&one.shows(at), at);
}

/// Anna met Ben, Ben met Cora, and Anna has reported.
fn story() -> ([Person; 3], SealedBatch) {
    let [mut anna, mut ben, mut cora] = ["anna", "ben", "cora"].map(Person::new);
    meet(&mut anna, &mut ben, NOW.minus(7_200));
    meet(&mut ben, &mut cora, NOW.minus(3_600));
    let first = sealed(uploaded(&anna, Degree::First), Degree::First, Scheme::Encounter, "b", 1);
    ([anna, ben, cora], first)
}

/// What a device keeps of its hits in a batch, read from its storage.
fn kept(person: &Person, batch: &SealedBatch, day: Day) -> Hits {
    let day_set = DaySet { day, ..TODAY };
    let name = if day == TODAY.day { "b" } else { "tomorrow's b" };
    let mut hits = Hits::default();
    hits.extend(whole(&answer(person, day_set, name), batch).unwrap());
    Hits::from_bytes(&hits.to_bytes()).unwrap()
}

fn count(hits: &Hits, degree: Degree) -> u32 {
    let counts: Counts = hits.counts();
    [Level::Low, Level::Medium, Level::High].map(|level| counts.get(level, degree)).iter().sum()
}

/// As the worker proves it, of nothing but the hit.
fn prove(hit: &Hit, context: Context, body: &[u8]) -> Proven {
    let (page, server) = (&hit.page, key().public());
    let digest = page.digest.as_bytes();
    let about = Statement::new(page.tags(), digest, page.kind(), context, server.as_bytes(), body).unwrap();
    let proof = about.prove(hit.claim(), &mut keystream(named("proof"))).unwrap();
    Proven::new(page.digest, proof, body)
}

/// As a server verifies it, of nothing but what it has published.
fn holds(batch: &SealedBatch, context: Context, proven: &Proven) -> bool {
    let header = batch.header.header();
    let tags = batch.entries_file.as_chunks().0;
    let (every, server) = (Proofs::default(), key().public());
    let about = header.statement(&proven.page, tags, &every, context, &server, proven.body());
    about.unwrap().verify(&proven.proof).is_ok()
}

#[test]
fn a_third_is_counted_in_the_second_degree() {
    let ([anna, ben, cora], first) = story();
    let hits = kept(&ben, &first, TODAY.day);
    let hit = hits.iter().next().unwrap();
    assert_eq!((count(&hits, Degree::First), hit.page.kind()), (1, Kind::Without));
    assert_eq!(kept(&cora, &first, TODAY.day).iter().len(), 0);
    // Nobody knows which of them reported: all are told.
    let shared = Redaction::default().apply_second_degree(&ben.diary, &Emissions::new(), Mode::Private);
    assert_eq!(shared.chosen().len(), 2);
    let region = "root".parse().unwrap();
    let body = UploadBody::build_second_degree(&shared, LATER.day(), &region, &mut keystream(named("ben")));
    let body = body.unwrap();
    let proven = prove(hit, Context::SecondDegree, body.as_bytes());
    assert!(holds(&first, Context::SecondDegree, &proven));
    assert!(!holds(&first, Context::Study(StudyId::new([1; 32])), &proven));

    let upload = PrivateUpload::decode(proven.body()).unwrap();
    assert_eq!(upload.degree, Degree::Second);
    let second = sealed_at(upload.elements, Degree::Second, Scheme::Encounter, "tomorrow's b", 1, LATER);
    let of = |person: &Person| {
        let hits = kept(person, &second, LATER.day());
        (count(&hits, Degree::First), count(&hits, Degree::Second))
    };
    // The echo: who reported counts that somebody they met was told, and has told others.
    assert_eq!([of(&cora), of(&anna), of(&ben)], [(0, 1), (0, 1), (0, 0)]);
    // Its proof is refused where the operator has not raised the depth.
    let third = kept(&cora, &second, LATER.day());
    let page = &third.iter().next().unwrap().page;
    let header = second.header.header();
    let refused = header.statement(
        &page.digest,
        page.tags(),
        &Proofs::default(),
        Context::SecondDegree,
        &key().public(),
        b"coras",
    );
    assert!(refused.is_err());
    assert_ne!(day_key("b").public(), day_key("tomorrow's b").public());
}

#[test]
fn a_study_is_told_of_a_hit_by_its_day_category_and_scheme() {
    let ([_, ben, _], first) = story();
    let hits = kept(&ben, &first, TODAY.day);
    let hit = hits.iter().next().unwrap();
    let contact = Contact::Private { batch_day: TODAY.day, category: hit.category, scheme: hit.page.scheme };
    let withdrawal = WithdrawalKey::generate(&mut keystream(named("withdrawal"))).hash();
    let report = Report { withdrawal, contact }.to_bytes();
    let study = Context::Study(StudyId::new([1; 32]));
    assert!(holds(&first, study, &prove(hit, study, &report)));
}

/// Hits as they are stored: the pages by digest, each once; each hit by tag, with the place of its page.
type Stored = (Vec<ProofPage>, Vec<(Level, u64, Second)>);

/// What was written is read, and nothing else that would say the same.
pub fn stored_in_one_form(hits: &Hits) {
    let bytes = hits.to_bytes();
    let again = Hits::from_bytes(&bytes).unwrap();
    let pages = |hits: &Hits| hits.iter().map(|hit| hit.page.digest).collect::<Vec<_>>();
    assert!(again.to_bytes() == bytes && pages(&again) == pages(hits));
    assert!(Hits::from_bytes(&bytes[1..]).is_err(), "without a version");
    assert!(Hits::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    assert!(Hits::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
    let refused = |change: &dyn Fn(&mut Stored)| {
        let mut stored: Stored = minicbor::decode(&bytes[1..]).unwrap();
        change(&mut stored);
        let bytes = [&bytes[..1], &minicbor::to_vec(&stored).unwrap()].concat();
        Hits::from_bytes(&bytes).is_err()
    };
    let (kept, found): Stored = minicbor::decode(&bytes[1..]).unwrap();
    assert!(!refused(&|_| ()));
    if let [first, ..] = &found[..] {
        assert!(refused(&|(_, hits)| hits.push(first.clone())), "one hit twice");
        assert!(refused(&|(_, hits)| hits[0].1 = kept.len() as u64), "a page that is not there");
        assert!(refused(&|(_, hits)| hits.clear()), "pages that nobody needs");
        assert!(refused(&|(pages, _)| pages.push(pages[0].clone())), "one page twice");
    }
    if found.len() > 1 {
        assert!(refused(&|(_, hits)| hits.swap(0, 1)), "hits out of order");
    }
    if kept.len() > 1 {
        assert!(refused(&|(pages, _)| pages.swap(0, 1)), "pages out of order");
        let elsewhere = |hits: &mut Vec<(Level, u64, Second)>| {
            hits.iter_mut().for_each(|hit| hit.1 = (hit.1 + 1) % kept.len() as u64);
        };
        assert!(refused(&|(_, hits)| elsewhere(hits)), "pages without the tags");
    }
}

#[test]
fn stored_hits_are_read_in_one_form() {
    let ([_, ben, _], first) = story();
    stored_in_one_form(&Hits::default());
    stored_in_one_form(&kept(&ben, &first, TODAY.day));
}
