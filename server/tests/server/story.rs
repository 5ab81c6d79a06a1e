//! The whole story, with phones made of the core and a real server between them.

use twoken_core::batch::Index;
use twoken_core::matching::{Matcher, Whole};
use twoken_core::permit::Class;
use twoken_core::redaction::Redaction;
use twoken_core::status::Degree;
use twoken_core::tan::Tan;

use crate::support::people::{Person, authorise, meet, rng, send_reports};
use crate::support::{DAY, HOUR, NOW, Server};

/// Looks for news as the app does; nothing counts unless everything verifies.
async fn check(person: &mut Person, server: &Server) -> usize {
    let region = "root".parse().unwrap();
    let (key, day) = (server.app.keys().signing.public(), server.now().day());
    let config = server.config().await;
    let answer = server.get(&format!("/v1/regions/root/{day}")).await.ok();
    let index = Index::decode_verified(&answer.body, &key, &region, day, server.now()).unwrap();
    let matcher = Matcher::from_diary(&person.diary);
    let mut found = Vec::new();
    for signed in index.after(person.head.as_ref()).unwrap() {
        let header = signed.header();
        assert!(config.accepts_digest(&header.config_digest));
        let file = server.get(&format!("/v1/batches/{}/entries", header.id)).await.ok().body;
        let mut whole = Whole::new(&matcher, header).unwrap();
        whole.feed(&file).unwrap();
        found.extend(whole.finish(server.now()).unwrap());
    }
    person.head = Some(index.last_head());
    person.diary.expose(&found).len()
}

#[tokio::test]
async fn two_people_meet_one_reports_the_other_learns_of_it_and_the_redacted_one_does_not() {
    let server = Server::strict().await;
    let (mut anna, mut ben, mut cora) = (Person::new(), Person::new(), Person::new());
    let meeting = NOW.minus(2 * DAY);
    meet(&mut anna, &mut ben, meeting);
    meet(&mut anna, &mut cora, meeting.plus(1800));
    assert_eq!(anna.diary.len(), 2);
    for person in [&mut anna, &mut ben, &mut cora] {
        assert_eq!(check(person, &server).await, 0);
    }

    // The authority makes a TAN and delivers its hash; Anna leaves Cora out and reports.
    let tan = Tan::generate(&mut rng());
    let hash = server.app.keys().tan.hash(&tan);
    let (store, now) = (server.app.store(), server.now());
    twoken_server::domain::tans::deliver(store, now, Class::Patient, &[hash], 24).await.unwrap();
    let mut redaction = Redaction::default();
    redaction.leave_out_range(&anna.diary, meeting.plus(1200), meeting.plus(2400));
    assert_eq!(redaction.counts(&anna.diary).left_out, 1);
    let body = anna.body(&redaction, "root", Degree::First, now);
    let sent = authorise(&server, &tan, Class::Patient, body).await;

    // The answer is lost twice; the same bytes go again.
    for _ in 0..3 {
        server.upload(&sent).await.ok();
    }
    // One report alone is not published.
    server.hands.forward(HOUR);
    server.tick().await;
    assert_eq!(check(&mut ben, &server).await, 0);
    send_reports(&server, 4, "root").await;
    server.hands.forward(HOUR);
    server.tick().await;

    assert_eq!(check(&mut ben, &server).await, 1);
    let exposure = ben.diary.iter().next().unwrap().exposure.unwrap();
    assert_eq!((exposure.degree, exposure.test_day, exposure.onset), (Degree::First, NOW.day(), Some(-2)));
    assert_eq!(check(&mut cora, &server).await, 0, "what was left out notifies nobody");
    assert_eq!(check(&mut anna, &server).await, 0, "nobody matches themselves");
    assert_eq!(check(&mut ben, &server).await, 0, "news is news once");
}
