//! The authority delivers TANs.

use serde_json::json;
use twoken_core::permit::{Class, Pending};
use twoken_core::tan::Tan;
use twoken_server::domain::authority;

use crate::support::people::rng;
use crate::support::{Answer, HOUR, Server, refused};

const KEY: &str = "an-api-key-of-the-authority";

async fn server() -> Server {
    use sha2::{Digest, Sha256};
    let mut settings = twoken_server::config::Settings::defaults(twoken_server::config::Profile::Strict);
    settings.api_key_hash = Some(twoken_core::codec::to_hex(&Sha256::digest(KEY)));
    Server::with(settings).await
}

async fn deliver(server: &Server, authorization: &str, body: String) -> Answer {
    let headers = [("content-type", "application/json"), ("authorization", authorization)];
    server.post("/v1/authority/tans", &headers, body).await
}

fn redeem(tan: &Tan, class: Class, server: &Server) -> twoken_core::wire::PermitRequest {
    Pending::new(tan, class, server.now().week(), &mut rng()).request().unwrap()
}

#[tokio::test]
async fn delivered_hashes_are_valid_tans_and_delivering_twice_changes_nothing() {
    let server = server().await;
    let key = format!("Bearer {KEY}");
    // The authority hashes with the exported key; the server never sees these TANs before they are redeemed.
    let tans: Vec<_> = (0..3).map(|_| Tan::generate(&mut rng())).collect();
    let hashes: Vec<_> = tans.iter().map(|tan| server.app.keys().tan.hash(tan).to_string()).collect();
    let body = json!({ "class": "patient", "hashes": hashes }).to_string();
    assert_eq!(deliver(&server, &key, body.clone()).await.ok().json(), json!({ "new": 3, "known": 0 }));
    server.redeem(&redeem(&tans[0], Class::Patient, &server)).await.ok();
    assert_eq!(deliver(&server, &key, body).await.ok().json(), json!({ "new": 0, "known": 3 }));
    // A used one is not made fresh by that.
    refused(&server.redeem(&redeem(&tans[0], Class::Patient, &server)).await, 409, "tan-used");
    server.redeem(&redeem(&tans[1], Class::Patient, &server)).await.ok();

    // Another class and another time.
    let tan = Tan::generate(&mut rng());
    let hash = server.app.keys().tan.hash(&tan).to_string();
    let body = json!({ "class": "staff", "hashes": [hash], "expires_in_hours": 336 }).to_string();
    deliver(&server, &key, body).await.ok();
    server.hands.forward(335 * HOUR);
    server.redeem(&redeem(&tan, Class::Staff, &server)).await.ok();
    refused(&server.redeem(&redeem(&tans[2], Class::Patient, &server)).await, 410, "tan-expired");
}

#[tokio::test]
async fn only_the_api_key_delivers() {
    let server = server().await;
    let body = json!({ "class": "patient", "hashes": [] }).to_string();
    for authorization in
        ["", "Bearer", "Bearer ", "Bearer wrong", &format!("Basic {KEY}"), KEY, &format!("Bearer {KEY}x")]
    {
        let answer = deliver(&server, authorization, body.clone()).await;
        refused(&answer, 401, "unauthorized");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    refused(
        &server.post("/v1/authority/tans", &[("content-type", "application/json")], body.clone()).await,
        401,
        "unauthorized",
    );
    deliver(&server, &format!("bearer {KEY}"), body).await.ok();
}

async fn accepts(server: &Server, key: &str) -> bool {
    let body = json!({ "class": "patient", "hashes": [] }).to_string();
    deliver(server, &format!("Bearer {key}"), body).await.status == 200
}

#[tokio::test]
async fn without_any_key_nobody_delivers_and_an_older_files_key_holds_until_another_was_made() {
    let server = Server::strict().await;
    let file = server.data.path().join("keys.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains("api_key"), "a key is made when it is asked for, and kept as its hash");
    for key in ["", KEY] {
        assert!(!accepts(&server, key).await);
    }
    std::fs::write(&file, format!("{text}api_key = \"{KEY}\"\n")).unwrap();
    let server = server.restart(|_| {}).await;
    assert!(accepts(&server, KEY).await);
}

#[tokio::test]
async fn two_keys_hold_at_once_and_the_database_has_their_hashes_alone() {
    let server = server().await;
    let (store, now, configured) = (server.app.store(), server.now(), server.app.api_key());
    assert!(accepts(&server, KEY).await);
    let first = authority::add(store, configured, "2026-11", now).await.unwrap();
    // The one of the settings holds on, until it is revoked; a third is refused.
    assert!(accepts(&server, KEY).await && accepts(&server, &first).await);
    let refused = authority::add(store, configured, "2026-12", now).await.unwrap_err();
    assert!(matches!(refused, authority::Error::TooMany), "{refused}");
    let names: Vec<_> =
        authority::list(store, configured).await.unwrap().into_iter().map(|key| key.name).collect();
    assert_eq!(names, ["2026-11", authority::CONFIGURED]);
    authority::revoke(store, authority::CONFIGURED, now).await.unwrap();
    assert!(!accepts(&server, KEY).await && accepts(&server, &first).await);
    // The last one stays: the one of the settings does not come back.
    let refused = authority::revoke(store, "2026-11", now).await.unwrap_err();
    assert!(matches!(refused, authority::Error::NotRevoked), "{refused}");
    let second = authority::add(store, configured, "2026-12", now).await.unwrap();
    assert!(accepts(&server, &first).await && accepts(&server, &second).await);
    authority::revoke(store, "2026-11", now).await.unwrap();
    assert!(
        !accepts(&server, &first).await && accepts(&server, &second).await && !accepts(&server, KEY).await
    );
    for (name, error) in [("2026-12", "there is a key of that name"), ("", "1 to 32"), ("A b", "1 to 32")] {
        let refused = authority::add(store, configured, name, now).await.unwrap_err();
        assert!(refused.to_string().contains(error), "{refused}");
    }
    // Who reads what staff did sees that keys were changed; what was refused changed nothing.
    let events = store.staff_events(None, 9).await.unwrap();
    let words: Vec<_> = events.iter().map(|event| (event.actor.as_deref(), event.what.word())).collect();
    let expected = ["key-revoked", "key-added", "key-revoked", "key-added"];
    assert_eq!(words, expected.map(|word| (None, word)));
    let mut bytes = Vec::new();
    for name in ["twoken.db", "twoken.db-wal"] {
        bytes.extend(std::fs::read(server.data.path().join(name)).unwrap());
    }
    assert!(bytes.windows(7).any(|window| window == b"2026-12"), "the search finds what is there");
    assert!(!bytes.windows(second.len()).any(|window| window == second.as_bytes()));
    let server = server.restart(|_| {}).await;
    assert!(accepts(&server, &second).await && !accepts(&server, KEY).await);
}

#[tokio::test]
async fn a_delivery_that_is_not_right_is_named() {
    let server = server().await;
    let key = format!("Bearer {KEY}");
    let hash = "0".repeat(64);
    for body in [
        json!({ "class": "patient" }),
        json!({ "class": "nurse", "hashes": [hash] }),
        json!({ "class": "patient", "hashes": ["0".repeat(63)] }),
        json!({ "class": "patient", "hashes": ["A".repeat(64)] }),
        json!({ "class": "patient", "hashes": [hash], "expires_in_hours": 0 }),
        json!({ "class": "patient", "hashes": [hash], "expires_in_hours": 337 }),
        json!({ "class": "patient", "hashes": [hash], "expires_in_hours": -1 }),
        json!({ "class": "patient", "hashes": [hash], "name": "Erika" }),
        json!({ "class": "patient", "hashes": vec![hash.clone(); 10_001] }),
    ] {
        let answer = deliver(&server, &key, body.to_string()).await;
        refused(&answer, 400, "body-malformed");
        assert!(!answer.json()["detail"].as_str().unwrap().is_empty());
    }
    let many: Vec<_> = (0..10_000).map(|at| format!("{at:064x}")).collect();
    let most = json!({ "class": "patient", "hashes": many }).to_string();
    assert_eq!(deliver(&server, &key, most).await.ok().json(), json!({ "new": 10_000, "known": 0 }));
    refused(&deliver(&server, &key, " ".repeat(1024 * 1024 + 1)).await, 413, "body-too-large");
    let headers = [("content-type", "text/plain"), ("authorization", key.as_str())];
    refused(&server.post("/v1/authority/tans", &headers, "{}").await, 415, "unsupported-media-type");
    refused(&server.get("/v1/authority/tans").await, 405, "method-not-allowed");
}
