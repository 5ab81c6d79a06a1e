//! The log says what happened and not who.

use axum::body::Body;
use axum::http::Request;
use twoken_core::codec;
use twoken_core::permit::{Class, PermitHeader};
use twoken_core::tan::Tan;

use crate::support::people::{report, rng};
use crate::support::{Server, logs};

#[tokio::test]
async fn no_address_no_tan_no_permit_and_no_body_is_logged() {
    let server = Server::demo().await;
    let address = "198.51.100.213";
    let from = format!("{address}:50123");

    // A whole report, then everything that can go wrong with one, from a known address.
    let tan = server.tan(Class::Patient).await;
    let pending = twoken_core::permit::Pending::new(&tan, Class::Patient, server.now().week(), &mut rng());
    let request = pending.request().unwrap();
    let post = |path: &str, kind: &str, permit: &str, body: Vec<u8>| {
        Request::post(path)
            .header("content-type", kind)
            .header("twoken-permit", permit)
            .header("user-agent", "UserAgentOfOnePerson/1")
            .header("x-forwarded-for", "198.51.100.214")
            .body(Body::from(body))
            .unwrap()
    };
    let json = serde_json::to_vec(&request).unwrap();
    for _ in 0..2 {
        server.send_from(&from, post("/v1/permits", "application/json", "", json.clone())).await.ok();
    }
    let unknown = Tan::generate(&mut rng());
    let wrong = twoken_core::permit::Pending::new(&unknown, Class::Patient, server.now().week(), &mut rng());
    for _ in 0..12 {
        let body = serde_json::to_vec(&wrong.request().unwrap()).unwrap();
        server.send_from(&from, post("/v1/permits", "application/json", "", body)).await;
    }
    let sent = report(&server, 2, "root").await;
    server
        .send_from(&from, post("/v1/uploads", "application/cbor", &sent.header, sent.body.clone()))
        .await
        .ok();
    server.send_from(&from, post("/v1/uploads", "application/cbor", &sent.header, vec![1; 99])).await;
    server.send_from(&from, post("/v1/uploads", "application/cbor", "x", sent.body.clone())).await;
    server
        .send_from(&from, post("/v1/permits?tan=secretinquery", "application/json", "", b"{".to_vec()))
        .await;
    let strange = Request::builder().method("SECRETMETHOD").uri("/v1/config").body(Body::empty()).unwrap();
    server.send_from(&from, strange).await;
    server.get("/meet/secretinpath").await;
    // And a failure inside.
    let database = crate::schema::open(&server).await;
    sqlx::query("CREATE TRIGGER broken BEFORE INSERT ON pool_entry BEGIN SELECT RAISE(ABORT, 'disk'); END")
        .execute(&database)
        .await
        .unwrap();
    let failed = report(&server, 1, "root").await;
    server
        .send_from(&from, post("/v1/uploads", "application/cbor", &failed.header, failed.body.clone()))
        .await;
    sqlx::query("DROP TRIGGER broken").execute(&database).await.unwrap();
    server.tick().await;

    let log = logs::text();
    for line in [
        "reports since the last tick redeemed=4 uploaded=1 told=0 withdrawn=0 asked=0 refused=15",
        "requests come through a proxy",
        "method=\"POST\" route=\"/v1/uploads\" status=500",
        "method=\"other\" route=\"/v1/config\" status=405",
        "route=\"web\"",
        "a request failed in the store",
        "sealed",
    ] {
        assert!(log.contains(line), "the log should say {line}");
    }
    for line in [
        "route=\"/v1/permits\" status=2",
        "route=\"/v1/permits\" status=4",
        "route=\"/v1/uploads\" status=2",
        "route=\"/v1/uploads\" status=4",
    ] {
        assert!(!log.contains(line), "the log must not say when somebody reported, but says {line}");
    }
    let header = PermitHeader::decode(&sent.header).unwrap();
    let batch = server.batches("root").await[0].0.header().id.to_string();
    let secrets = [
        ("the address", address.to_owned()),
        ("the forwarded address", "198.51.100.214".to_owned()),
        ("the port", "50123".to_owned()),
        ("the TAN", request.tan.to_string()),
        ("the TAN as shown", tan.display().to_string()),
        ("the unknown TAN", unknown.display().replace('-', "")),
        ("the TAN's hash", server.app.keys().tan.hash(&tan).to_string()),
        ("the blinded element", request.blinded.clone()),
        ("the permit header", sent.header.clone()),
        ("t", codec::to_hex(&header.t)),
        ("t in base64url", codec::to_base64url(&header.t)),
        ("the HMAC", codec::to_hex(&header.mac)),
        ("the user agent", "UserAgentOfOnePerson".to_owned()),
        ("the query", "secretinquery".to_owned()),
        ("the path", "secretinpath".to_owned()),
        ("the method", "SECRETMETHOD".to_owned()),
        ("the batch", batch),
    ];
    for (name, secret) in secrets {
        assert!(!log.contains(&secret), "{name} is in the log");
    }
}

#[test]
fn debug_prints_names_only() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, _) = twoken_server::keys::Keys::open_or_create(folder.path()).unwrap();
    let api = twoken_server::keys::ApiKey::of("secret");
    assert_eq!(format!("{keys:?} {:?} {api:?}", keys.signing), "Keys SigningKey ApiKey");
    assert_eq!(format!("{:?} {:?}", keys.permit, keys.tan), "PermitKey TanKey");
}
