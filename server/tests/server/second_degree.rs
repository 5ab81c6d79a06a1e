//! The second degree: an exposed person's own entries, authorised by a membership proof and by nothing else.

use sqlx::Row;
use twoken_core::membership::Context;
use twoken_core::permit::Class;
use twoken_core::redaction::Redaction;
use twoken_core::status::{Degree, Mode, Scheme};
use twoken_core::tag::Claim;
use twoken_core::tcn::{Emissions, TxPower};
use twoken_core::wire::{Digest, PROVEN_MEDIA_TYPE, Proven, UploadBody};
use twoken_server::config::{Profile, Settings};
use twoken_server::store::{Part, PoolKey, Spending, Spent};

use crate::schema::open;
use crate::support::exposed::{Exposed, exposed, find};
use crate::support::people::{Person, authorise, meet, rng};
use crate::support::{Answer, DAY, Server, refused};

pub async fn send(server: &Server, proven: &Proven) -> Answer {
    server.post("/v1/uploads", &[("content-type", PROVEN_MEDIA_TYPE)], proven.to_bytes().to_vec()).await
}

pub async fn count(server: &Server, question: &'static str) -> i64 {
    let database = open(server).await;
    sqlx::query(question).fetch_one(&database).await.unwrap().get(0)
}

pub async fn waiting(server: &Server) -> i64 {
    count(server, "SELECT COUNT(*) FROM pool_entry JOIN pool ON pool = number WHERE degree = 2").await
}

/// What somebody shares of so many encounters of their own.
pub fn body(server: &Server, encounters: usize) -> UploadBody {
    let person = Person::with_encounters(encounters, server.now());
    second(server, &person, &Emissions::new(), Mode::Open)
}

pub fn second(server: &Server, person: &Person, emissions: &Emissions, mode: Mode) -> UploadBody {
    let shared = Redaction::default().apply_second_degree(&person.diary, emissions, mode);
    let region = "root".parse().unwrap();
    UploadBody::build_second_degree(&shared, server.now().day(), &region, &mut rng()).unwrap()
}

fn claim(person: &Person) -> Claim {
    let tag = |row: &twoken_core::diary::Encounter| *row.pairings()[0].received_tag().as_bytes();
    let exposed = person.diary.iter().find(|row| row.exposure.is_some()).unwrap();
    exposed.claim_among(&[tag(exposed)]).unwrap().clone()
}

/// Looks through all of today's batches.
async fn learns(server: &Server, person: &mut Person) -> usize {
    use twoken_core::matching::{Matcher, Whole};
    let mut matches = Vec::new();
    for signed in server.index("root").await.after(None).unwrap() {
        let file = server.get(&format!("/v1/batches/{}/entries", signed.header().id)).await.ok().body;
        let mut whole = Whole::new(&Matcher::from_diary(&person.diary), signed.header()).unwrap();
        whole.feed(&file).unwrap();
        matches.extend(whole.finish(server.now()).unwrap());
    }
    person.diary.expose(&matches).len()
}

#[tokio::test]
async fn a_contacts_contact_is_warned_and_who_reported_first_is_not() {
    let server = Server::demo().await;
    let (mut anna, mut ben, mut cora) = (Person::new(), Person::new(), Person::new());
    meet(&mut anna, &mut ben, server.now().minus(3600));
    meet(&mut ben, &mut cora, server.now().minus(1800));
    let tan = server.tan(Class::Patient).await;
    let first = anna.body(&Redaction::default(), "root", Degree::First, server.now());
    server.upload(&authorise(&server, &tan, Class::Patient, first).await).await.ok();
    server.tick().await;
    assert_eq!(learns(&server, &mut ben).await, 1);
    assert_eq!(learns(&server, &mut cora).await, 0);

    let found: Exposed = find(&server, claim(&ben)).await;
    let body = second(&server, &ben, &Emissions::new(), Mode::Open);
    let proven = found.prove(&server, Context::SecondDegree, body.as_bytes());
    for _ in 0..2 {
        assert_eq!(send(&server, &proven).await.ok().json()["stored"], true);
    }
    assert_eq!(waiting(&server).await, 64, "counted once");
    assert_eq!(count(&server, "SELECT uploads FROM pool WHERE degree = 2").await, 1);
    server.tick().await;
    assert_eq!(learns(&server, &mut cora).await, 1);
    let exposure = cora.diary.iter().next().unwrap().exposure.unwrap();
    assert_eq!(
        (exposure.degree, exposure.test_day, exposure.onset),
        (Degree::Second, server.now().day(), None)
    );
    assert_eq!(learns(&server, &mut anna).await, 0);
    assert_eq!(learns(&server, &mut ben).await, 0);

    // Cora's warning authorises nothing.
    let found = find(&server, claim(&cora)).await;
    assert_eq!(found.header.header().degree, Degree::Second);
    let body = self::body(&server, 1);
    let proven = found.prove(&server, Context::SecondDegree, body.as_bytes());
    refused(&send(&server, &proven).await, 403, "page-refused");
}

#[tokio::test]
async fn an_encounter_authorises_one_body_and_what_is_wrong_is_named() {
    let server = Server::demo().await;
    let contact = exposed(&server, 1, Scheme::Encounter, Degree::First).await.remove(0);
    let good = body(&server, 2);
    let proven = contact.prove(&server, Context::SecondDegree, good.as_bytes());

    let of = |proven: &Proven, body: &[u8]| Proven::new(proven.page, proven.proof.clone(), body);
    refused(&send(&server, &of(&proven, body(&server, 1).as_bytes())).await, 403, "proof-refused");
    let nowhere = Proven::new(Digest::of(b"nowhere"), proven.proof.clone(), good.as_bytes());
    refused(&send(&server, &nowhere).await, 422, "page-unknown");
    let study = Context::Study(twoken_core::wire::StudyId::new([1; 32]));
    let told = contact.prove(&server, study, good.as_bytes());
    refused(&send(&server, &told).await, 403, "proof-refused");
    let post = |bytes: Vec<u8>| server.post("/v1/uploads", &[("content-type", PROVEN_MEDIA_TYPE)], bytes);
    refused(&post(good.as_bytes().to_vec()).await, 400, "upload-malformed");
    refused(&post(proven.to_bytes()[..1000].to_vec()).await, 400, "upload-malformed");

    // What the proof is bound to is looked at as under a permit.
    let prove = |body: &[u8]| contact.prove(&server, Context::SecondDegree, body);
    let person = Person::with_encounters(1, server.now());
    let first = person.body(&Redaction::default(), "root", Degree::First, server.now());
    refused(&send(&server, &prove(first.as_bytes())).await, 403, "degree-refused");
    let elsewhere = person.body(&Redaction::default(), "elsewhere", Degree::Second, server.now());
    refused(&send(&server, &prove(elsewhere.as_bytes())).await, 422, "region-unknown");
    refused(&send(&server, &prove(b"nothing")).await, 400, "upload-malformed");
    assert_eq!(waiting(&server).await, 0, "nothing of all that was kept");
    assert_eq!(count(&server, "SELECT COUNT(*) FROM spent_proof").await, 0, "and nothing was used up");

    send(&server, &proven).await.ok();
    refused(&send(&server, &prove(good.as_bytes())).await, 409, "proof-used");
    refused(&send(&server, &prove(body(&server, 3).as_bytes())).await, 409, "proof-used");
    assert_eq!(waiting(&server).await, 64);
    // A broken proof that states the same nullifier is not even looked at.
    let mut forged = prove(good.as_bytes()).to_bytes().to_vec();
    forged[9_000] ^= 1;
    refused(&post(forged).await, 409, "proof-used");
    // A permit still carries the first degree alone.
    let tan = server.tan(Class::Patient).await;
    let under_permit = authorise(&server, &tan, Class::Patient, good).await;
    refused(&server.upload(&under_permit).await, 403, "degree-refused");
}

#[tokio::test]
async fn one_way_a_cover_is_taken_and_each_hearer_counts() {
    let server = Server::demo().await;
    let contact = exposed(&server, 1, Scheme::Tcn, Degree::First).await.remove(0);
    let mut emissions = Emissions::new();
    emissions.emit(server.now().minus(1200), TxPower::SCREEN, &mut rng());
    let person = Person::with_encounters(1, server.now().minus(DAY));
    let mine = second(&server, &person, &emissions, Mode::Open);
    let proven = contact.prove(&server, Context::SecondDegree, mine.as_bytes());
    assert_eq!(proven.proof.stated_nullifier(), None);
    for _ in 0..2 {
        send(&server, &proven).await.ok();
    }
    assert_eq!(waiting(&server).await, 65, "64 entries and one of the cover");
    // Another who heard the same, with the same claim.
    let other = contact.prove(&server, Context::SecondDegree, body(&server, 1).as_bytes());
    send(&server, &other).await.ok();
    assert_eq!(waiting(&server).await, 129);
    assert_eq!(count(&server, "SELECT COUNT(*) FROM spent_proof").await, 2);
}

#[tokio::test]
async fn claim_26_the_513th_proof_on_a_page_is_refused() {
    let server = Server::demo().await;
    let contact = exposed(&server, 1, Scheme::Tcn, Degree::First).await.remove(0);
    let (batch, page) = (*contact.header.header().id.as_bytes(), u32::try_from(contact.number).unwrap());
    let part = Part {
        pool: PoolKey { region: "root".to_owned(), scheme: 1, degree: 2 },
        line: 84,
        entries: vec![7; 84],
    };
    let per_page = server.config().await.config().proofs.per_page;
    assert_eq!(per_page, 512);
    // All but one, as if they had been proved.
    for number in 0..per_page - 1 {
        let mark = *Digest::of(&number.to_be_bytes()).as_bytes();
        let spending = Spending { context: vec![1], mark, request: mark, batch, page, per_page };
        let spent = server.app.store().record_proven(std::slice::from_ref(&part), &spending).await.unwrap();
        assert_eq!(spent, Spent::New);
    }
    let prove =
        |encounters| contact.prove(&server, Context::SecondDegree, body(&server, encounters).as_bytes());
    let last = prove(1);
    send(&server, &last).await.ok();
    refused(&send(&server, &prove(2)).await, 409, "page-spent");
    send(&server, &last).await.ok();
}

#[tokio::test]
async fn claim_32_what_was_used_goes_with_its_batch() {
    let server = Server::demo().await;
    let contact = exposed(&server, 1, Scheme::Encounter, Degree::First).await.remove(0);
    let good = body(&server, 1);
    let proven = contact.prove(&server, Context::SecondDegree, good.as_bytes());
    send(&server, &proven).await.ok();
    server.hands.forward(14 * DAY);
    server.tick().await;
    assert_eq!(count(&server, "SELECT COUNT(*) FROM spent_proof").await, 1, "as long as the batch");
    server.hands.forward(DAY);
    server.tick().await;
    assert_eq!(count(&server, "SELECT COUNT(*) FROM spent_proof").await, 0);
    refused(&send(&server, &proven).await, 422, "page-unknown");
}

#[tokio::test]
async fn claim_31_with_another_depth_other_pages_authorise() {
    let server = Server::demo().await;
    let second = exposed(&server, 1, Scheme::Encounter, Degree::Second).await.remove(0);
    let good = body(&server, 1);
    let proven = second.prove(&server, Context::SecondDegree, good.as_bytes());
    refused(&send(&server, &proven).await, 403, "page-refused");
    let server = server.restart(|settings| settings.proofs.depth = 3).await;
    assert_eq!(server.config().await.config().proofs.depth, 3);
    send(&server, &proven).await.ok();
    let server = server.restart(|settings| settings.proofs.depth = 1).await;
    let other = second.prove(&server, Context::SecondDegree, body(&server, 2).as_bytes());
    refused(&send(&server, &other).await, 403, "page-refused");
}

#[tokio::test]
async fn in_private_mode_elements_come_in_as_second_degree() {
    let settings = Settings { mode: Mode::Private, ..Settings::defaults(Profile::Demo) };
    let server = Server::with(settings).await;
    let mut person = Person::new();
    let hit = crate::private_mode::counted(&server, &mut person).await;
    server.hands.back(DAY);
    let contact = find(&server, hit).await;
    server.hands.forward(DAY);
    let mine = second(&server, &person, &Emissions::new(), Mode::Private);
    let proven = contact.prove(&server, Context::SecondDegree, mine.as_bytes());
    assert_eq!(proven.proof.stated_nullifier(), None);
    for _ in 0..2 {
        send(&server, &proven).await.ok();
    }
    assert_eq!(waiting(&server).await, 64);
    let open = body(&server, 1);
    let proven = contact.prove(&server, Context::SecondDegree, open.as_bytes());
    refused(&send(&server, &proven).await, 422, "mode-refused");
    server.tick().await;
    let second = server.index("root").await;
    let second = second.after(None).unwrap().iter().find(|signed| signed.header().degree == Degree::Second);
    assert_eq!(second.unwrap().header().mode, Mode::Private);
}
