//! What membership proofs may cost: tries that are bounded, and nothing verified that cannot count.

use axum::body::Body;
use axum::http::Request;
use twoken_core::status::{Degree, Scheme};
use twoken_core::wire::{PROVEN_MEDIA_TYPE, StudyId};
use twoken_server::domain::studies;

use crate::studies::told;
use crate::support::exposed::{Exposed, draft, exposed, study, tell};
use crate::support::{Answer, NOW, Server, refused};

#[tokio::test]
async fn who_sends_wrong_proofs_has_to_wait_and_nobody_else_does() {
    let server = Server::demo().await;
    let contacts = exposed(&server, 2, Scheme::Encounter, Degree::First).await;
    let id = study(&server, "Contacts").await;
    let (mut wrong, _) = contacts[0].report(&server, id, contacts[0].contact(NOW.day()));
    let (good, _) = contacts[1].report(&server, id, contacts[1].contact(NOW.day()));
    wrong[9_000] ^= 1;
    for _ in 0..10 {
        refused(&send_from(&server, "198.51.100.1:1", id, &wrong).await, 403, "proof-refused");
    }
    let answer = send_from(&server, "198.51.100.1:2", id, &good).await;
    refused(&answer, 429, "too-many-requests");
    assert_eq!(answer.header("retry-after"), "30");
    send_from(&server, "198.51.100.2:1", id, &good).await.ok();
}

async fn send_from(server: &Server, address: &str, study: StudyId, body: &[u8]) -> Answer {
    let request = Request::post(format!("/v1/studies/{study}/reports"))
        .header("content-type", PROVEN_MEDIA_TYPE)
        .body(Body::from(body.to_vec()))
        .unwrap();
    server.send_from(address, request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_wrong_proofs_at_once_ten_are_verified() {
    let server = Server::demo().await;
    let contact = exposed(&server, 1, Scheme::Encounter, Degree::First).await.remove(0);
    let id = study(&server, "Contacts").await;
    let (mut wrong, _) = contact.report(&server, id, contact.contact(NOW.day()));
    wrong[9_000] ^= 1;
    let all = (0..40).map(|_| send_from(&server, "198.51.100.1:1", id, &wrong));
    let answers = futures_util::future::join_all(all).await;
    let told = |code: &str| answers.iter().filter(|answer| answer.refusal().1 == code).count();
    assert_eq!((told("proof-refused"), told("too-many-requests")), (10, 30));
}

#[tokio::test]
async fn what_cannot_count_any_more_is_told_without_verifying_it_and_not_for_ever() {
    let server = Server::demo().await;
    let contact = exposed(&server, 1, Scheme::Encounter, Degree::First).await.remove(0);
    let heard = exposed(&server, 1, Scheme::Tcn, Degree::First).await.remove(0);
    let day = NOW.day();
    // Each proof is broken: had it been looked at, it would have been refused as that.
    let broken = |of: &Exposed, id: StudyId| {
        let (mut body, _) = of.report(&server, id, of.contact(day));
        body[9_000] ^= 1;
        body
    };
    let id = study(&server, "Contacts").await;
    refused(&tell(&server, id, broken(&contact, id)).await, 403, "proof-refused");
    let (body, _) = contact.report(&server, id, contact.contact(day));
    tell(&server, id, body).await.ok();
    refused(&tell(&server, id, broken(&contact, id)).await, 409, "report-repeated");

    let (batch, page) = (*heard.header.header().id.as_bytes(), u32::try_from(heard.number).unwrap());
    refused(&tell(&server, id, broken(&heard, id)).await, 403, "proof-refused");
    told(&server, id, &vec![(day.get(), 2, Scheme::Tcn); 512], batch, page).await;
    refused(&tell(&server, id, broken(&heard, id)).await, 409, "page-spent");

    let (store, published) = (server.app.store(), server.app.published());
    let draft = studies::Draft { at_most: 3, ..draft("Small", day) };
    let small = studies::open(store, published, NOW, draft).await.unwrap();
    told(&server, small, &[(day.get(), 2, Scheme::Tcn); 2], batch, page).await;
    refused(&tell(&server, small, broken(&heard, small)).await, 403, "proof-refused");
    told(&server, small, &[(day.get(), 2, Scheme::Tcn)], batch, page).await;
    refused(&tell(&server, small, broken(&heard, small)).await, 409, "study-full");

    // From another address as many as fit beside one that would be verified, then one in three seconds.
    let again = broken(&contact, id);
    let send = || send_from(&server, "198.51.100.9:1", id, &again);
    for _ in 0..91 {
        refused(&send().await, 409, "report-repeated");
    }
    let answer = send().await;
    refused(&answer, 429, "too-many-requests");
    assert_eq!(answer.header("retry-after"), "3");
    server.hands.forward(3);
    refused(&send().await, 409, "report-repeated");
}
