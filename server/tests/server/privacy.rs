//! Any origin, no cookie, no credential; nothing of one client in an address.

use axum::body::Body;
use axum::http::{Method, Request};
use twoken_core::wire::PermitRequest;

use crate::support::people::{report, send_reports};
use crate::support::{Answer, Server};

/// A study that there is not.
const NO_STUDY: &str = "/v1/studies/0000000000000000000000000000000000000000000000000000000000000000/reports";

/// Every public route, asked well and asked badly.
async fn all_answers(server: &Server) -> Vec<(String, Answer)> {
    send_reports(server, 1, "root").await;
    server.tick().await;
    let id = server.batches("root").await[0].0.header().id;
    let today = server.now().day();
    let mut answers = Vec::new();
    for path in [
        "/v1/config".to_owned(),
        format!("/v1/regions/root/{today}"),
        format!("/v1/regions/nowhere/{today}"),
        format!("/v1/batches/{id}/entries"),
        format!("/v1/batches/{id}/filter"),
        format!("/v1/batches/{id}/pages/0"),
        format!("/v1/batches/{id}/pages/9"),
        "/v1/openapi.json".to_owned(),
        "/v1/permits".to_owned(),
        "/v1/studies".to_owned(),
    ] {
        let request = Request::get(&path)
            .header("origin", "https://elsewhere.example")
            .header("cookie", "session=1")
            .body(Body::empty())
            .unwrap();
        answers.push((path, server.send(request).await));
    }
    let sent = report(server, 1, "root").await;
    for (path, kind, permit, body) in [
        ("/v1/permits", "application/json", "", b"{}".to_vec()),
        ("/v1/uploads", "application/cbor", sent.header.as_str(), sent.body.clone()),
        ("/v1/uploads", "application/cbor", "", Vec::new()),
        ("/v1/uploads", "application/cbor", "", vec![0; 400_000]),
        ("/v1/psi", "application/cbor", "", Vec::new()),
        (NO_STUDY, twoken_core::wire::PROVEN_MEDIA_TYPE, "", Vec::new()),
        ("/v1/studies/x/withdrawals", "application/json", "", b"{}".to_vec()),
    ] {
        let request = Request::post(path)
            .header("origin", "https://elsewhere.example")
            .header("cookie", "session=1")
            .header("content-type", kind)
            .header("twoken-permit", permit)
            .body(Body::from(body))
            .unwrap();
        answers.push((path.to_owned(), server.send(request).await));
    }
    answers
}

#[tokio::test]
async fn claim_11_public_routes_answer_any_origin_and_know_no_cookie() {
    let server = Server::demo().await;
    let answers = all_answers(&server).await;
    assert_eq!(answers.len(), 17);
    for (path, answer) in answers {
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path} {}", answer.status);
        assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
        let exposed = answer.header("access-control-expose-headers");
        for header in ["twoken-signature", "date", "retry-after"] {
            assert!(exposed.contains(header), "{path}: {exposed}");
        }
        assert_eq!(answer.header("set-cookie"), "", "{path}");
        assert!(!answer.header("vary").contains("cookie"), "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin", "{path}");
        // A tag of its own would recognise a client; that of a batch is made of what everybody is given.
        let tagged = path.starts_with("/v1/batches/") && answer.status == 200;
        assert_eq!(answer.header("etag").is_empty(), !tagged, "{path}");
    }
}

#[tokio::test]
async fn claim_11_what_a_batch_is_tagged_with_is_the_same_for_everybody() {
    let server = Server::demo().await;
    send_reports(&server, 1, "root").await;
    server.tick().await;
    let id = server.batches("root").await[0].0.header().id;
    for file in ["entries", "filter", "pages/0"] {
        let ask = async |address: &str| {
            let request = Request::get(format!("/v1/batches/{id}/{file}")).body(Body::empty()).unwrap();
            server.send_from(address, request).await.ok().header("etag").to_owned()
        };
        let tag = ask("198.51.100.1:1").await;
        assert!(!tag.is_empty());
        assert_eq!(tag, ask("203.0.113.2:2").await, "{file}");
    }
}

#[tokio::test]
async fn claim_11_a_cookie_changes_nothing() {
    let server = Server::demo().await;
    let plain = server.get("/v1/config").await;
    let request = Request::get("/v1/config").header("cookie", "id=1; session=2").body(Body::empty()).unwrap();
    let with_cookie = server.send(request).await;
    assert_eq!((plain.body, plain.headers), (with_cookie.body, with_cookie.headers));
}

#[tokio::test]
async fn claim_11_the_preflight_allows_what_an_app_sends_and_no_more() {
    let server = Server::strict().await;
    let preflight = async |path: &str, method: &str, headers: &str| {
        let request = Request::builder()
            .method(Method::OPTIONS)
            .uri(path)
            .header("origin", "https://elsewhere.example")
            .header("access-control-request-method", method)
            .header("access-control-request-headers", headers)
            .body(Body::empty())
            .unwrap();
        server.send(request).await
    };
    let [filter, entries, page] =
        ["filter", "entries", "pages/0"].map(|file| format!("/v1/batches/{}/{file}", "0".repeat(32)));
    let [told, taken] =
        ["reports", "withdrawals"].map(|what| format!("/v1/studies/{}/{what}", "0".repeat(64)));
    let fixed =
        ["/v1/permits", "/v1/uploads", "/v1/config", "/v1/psi", "/v1/studies", "/v1/regions/root/2026-11-21"];
    for path in fixed.into_iter().chain([&filter, &entries, &page, &told, &taken].map(String::as_str)) {
        let answer = preflight(path, "POST", "content-type,twoken-permit").await.ok();
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        let allowed = answer.header("access-control-allow-headers");
        assert!(allowed.contains("content-type") && allowed.contains("twoken-permit"), "{path}: {allowed}");
        assert!(!allowed.contains("authorization") && !allowed.contains('*'), "{path}: {allowed}");
        assert_eq!(answer.header("access-control-allow-methods"), "GET,POST", "{path}");
        assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
        assert_eq!(answer.header("set-cookie"), "", "{path}");
    }
    // The authority's route is not for browsers of other origins.
    let answer = preflight("/v1/authority/tans", "POST", "authorization,content-type").await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
    assert_eq!(answer.status, 405);
}

#[tokio::test]
async fn claim_11_no_address_has_a_place_for_a_value_of_one_client() {
    let api = serde_json::to_value(twoken_server::routes::description(None)).unwrap();
    let mut parameters = std::collections::BTreeSet::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                // The console's audit is read page by page, by numbers of events that all who may read it share.
                if parameter["in"] == "query" {
                    assert_eq!(path, "/v1/staff/audit");
                    assert!(parameter["name"] == "before" || parameter["name"] == "limit");
                }
                assert_ne!(parameter["in"], "cookie", "{path}");
                if parameter["in"] == "path" {
                    parameters.insert(parameter["name"].as_str().unwrap().to_owned());
                }
            }
        }
    }
    // All of them public names: of a region, a day, a batch, a page; and the id of a staff account.
    assert_eq!(parameters, ["day", "id", "page", "region"].map(str::to_owned).into());
    // A query is no part of any answer.
    let server = Server::strict().await;
    let plain = server.get("/v1/config").await.ok();
    assert_eq!(server.get("/v1/config?since=4711").await.ok().body, plain.body);
}

#[tokio::test]
async fn claim_11_the_delay_between_redeeming_and_uploading_is_part_of_the_signed_configuration() {
    for (server, max) in [(Server::strict().await, 1800), (Server::demo().await, 2)] {
        assert_eq!(server.config().await.config().upload_delay_seconds.max, max);
    }
}

#[tokio::test]
async fn a_tan_in_the_address_is_no_way_to_redeem_it() {
    let server = Server::strict().await;
    let tan = server.tan(twoken_core::permit::Class::Patient).await;
    let pending = twoken_core::permit::Pending::new(
        &tan,
        twoken_core::permit::Class::Patient,
        server.now().week(),
        &mut crate::support::people::rng(),
    );
    let PermitRequest { tan, blinded, .. } = pending.request().unwrap();
    let path = format!("/v1/permits?tan={}&blinded={blinded}&class=patient&week=2968", tan.as_str());
    let answer = server.post(&path, &[("content-type", "application/json")], "{}").await;
    crate::support::refused(&answer, 400, "body-malformed");
}
