//! The configuration: signed byte for byte, pinned, and remembered for as long as a batch names it.

use std::io::Read;

use axum::body::Body;
use axum::http::Request;
use twoken_core::wire::{self, SignedConfig};

use crate::support::people::fill;
use crate::support::{DAY, Server};

#[tokio::test]
async fn claim_10_the_configuration_is_signed_and_its_keys_stay() {
    let server = Server::strict().await;
    let answer = server.get("/v1/config").await.ok();
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let signature = answer.header("twoken-signature").to_owned();
    let config = SignedConfig::verify(&answer.body, &signature, None).unwrap();
    let keys = server.app.keys();
    assert_eq!(config.config().signing_key, keys.signing.public());
    assert_eq!(config.config().permit_key().unwrap(), keys.permit.public());
    let pinned = config.pin();

    let mut changed = answer.body.clone();
    let at = changed.windows(8).position(|window| window == b"\"strict\"").unwrap();
    changed[at + 1..at + 7].copy_from_slice(b"demo\" ");
    assert!(SignedConfig::verify(&changed, &signature, None).is_err());

    // The same after a restart, byte for byte; pinned keys hold after a change of settings.
    let server = server.restart(|_| {}).await;
    assert_eq!(server.get("/v1/config").await.body, answer.body);
    let server = server.restart(|settings| settings.min_uploads = 6).await;
    let later = server.get("/v1/config").await.ok();
    SignedConfig::verify(&later.body, later.header("twoken-signature"), Some(&pinned)).unwrap();

    // Another server is another pair of keys.
    let other = Server::strict().await.get("/v1/config").await.ok();
    let refused = SignedConfig::verify(&other.body, other.header("twoken-signature"), Some(&pinned));
    assert_eq!(refused.unwrap_err(), wire::Error::KeyChanged);
}

#[tokio::test]
async fn earlier_configurations_are_named_until_no_batch_names_them() {
    let server = Server::strict().await;
    let first = *server.config().await.digest();
    assert!(server.config().await.config().previous_digests.is_empty());
    let server = server.restart(|settings| settings.min_uploads = 6).await;
    let second = server.config().await;
    assert_eq!(second.config().previous_digests, [first]);
    // Back again: the settings are the old ones, the configuration is a new one.
    let server = server.restart(|settings| settings.min_uploads = 5).await;
    let third = server.config().await;
    assert!(third.accepts_digest(&first) && third.accepts_digest(second.digest()));
    assert_ne!(*third.digest(), first);

    server.hands.forward(15 * DAY);
    server.tick().await;
    let server = server.restart(|settings| settings.min_uploads = 7).await;
    let fourth = server.config().await;
    assert_eq!(fourth.config().previous_digests, [*third.digest()]);
}

#[tokio::test]
async fn it_says_what_the_operator_decided() {
    for (server, seal, min_uploads, delay) in
        [(Server::strict().await, 3600, 5, (0, 1800)), (Server::demo().await, 60, 1, (0, 2))]
    {
        let config = server.config().await.config().clone();
        assert_eq!(
            (config.seal_every_seconds, config.min_uploads, config.max_wait_hours),
            (seal, min_uploads, 24)
        );
        assert_eq!((config.upload_delay_seconds.min, config.upload_delay_seconds.max), delay);
        assert_eq!(config.root().unwrap().id.as_str(), "root");
        assert_eq!(config.size_classes.entries, [64, 256, 1024, 2048]);
        assert_eq!(config.retention_days, 14);
        let advice = config.advice.unwrap();
        assert!(!advice.en.is_empty() && !advice.de.is_empty() && !advice.source.is_empty());
    }
}

#[tokio::test]
async fn what_the_authority_takes_for_grave_is_signed_and_a_change_is_a_new_configuration() {
    let server = Server::strict().await;
    let before = server.config().await;
    assert_eq!(before.config().risk, twoken_core::risk::Config::default());
    let server = server.restart(|settings| settings.risk.high_minutes = 10).await;
    let after = server.config().await;
    assert_eq!(after.config().risk.high_minutes.get(), 10);
    assert_ne!(before.digest(), after.digest());
}

#[tokio::test]
async fn it_comes_compressed_for_who_takes_that_and_batches_never_do() {
    let server = Server::demo().await;
    let ask = async |path: &str| {
        let request = Request::get(path).header("accept-encoding", "gzip, br").body(Body::empty()).unwrap();
        server.send(request).await.ok()
    };
    for path in ["/v1/config", "/v1/openapi.json"] {
        let plain = server.get(path).await.ok();
        let compressed = ask(path).await;
        assert_eq!(
            (plain.header("content-encoding"), compressed.header("content-encoding")),
            ("", "br"),
            "{path}"
        );
        assert!(plain.header("vary").contains("accept-encoding"), "{path}: {}", plain.header("vary"));
        assert!(compressed.body.len() * 3 < plain.body.len() * 2, "{path}: {} bytes", compressed.body.len());
        let mut read = Vec::new();
        brotli::Decompressor::new(compressed.body.as_slice(), 4096).read_to_end(&mut read).unwrap();
        assert_eq!(read, plain.body, "{path}");
        assert_eq!(plain.header("content-type"), compressed.header("content-type"));
        assert_eq!(plain.header("twoken-signature"), compressed.header("twoken-signature"));
    }
    fill(&server, 256).await;
    server.tick().await;
    let id = server.batches("root").await[0].0.header().id;
    for file in ["entries", "filter", "pages/0"] {
        assert_eq!(ask(&format!("/v1/batches/{id}/{file}")).await.header("content-encoding"), "");
    }
}
