//! A TAN becomes a permit, once.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use twoken_core::permit::{Class, Pending, PermitInfo};
use twoken_core::tan::Tan;
use twoken_core::units::Week;
use twoken_core::wire::{PermitRequest, PermitResponse};

use crate::support::people::rng;
use crate::support::{Answer, HOUR, Server, refused};

fn answer(answer: &Answer) -> PermitResponse {
    serde_json::from_slice(&answer.body).unwrap()
}

fn week(server: &Server, offset: i32) -> Week {
    Week::new(u16::try_from(i32::from(server.now().week().get()) + offset).unwrap())
}

fn pending(tan: &Tan, server: &Server) -> Pending {
    Pending::new(tan, Class::Patient, server.now().week(), &mut rng())
}

#[tokio::test]
async fn claim_08_the_info_is_exactly_class_and_week() {
    let server = Server::strict().await;
    let pinned = server.config().await.config().permit_key().unwrap();
    for class in [Class::Patient, Class::Staff] {
        for offset in [-1, 0, 1] {
            let tan = server.tan(class).await;
            let pending = Pending::new(&tan, class, week(&server, offset), &mut rng());
            let answer = answer(&server.redeem(&pending.request().unwrap()).await.ok());
            // The proof holds under this class and week and no other.
            assert!(pending.finalize(&answer, &pinned).is_ok());
            let keys = server.app.keys();
            let info = PermitInfo { class, week: week(&server, offset + 1) };
            let blinded = pending.request().unwrap().blinded;
            let other = keys.permit.evaluate(&blinded, info, &mut rng()).unwrap();
            assert!(pending.finalize(&other, &pinned).is_err());
            assert_ne!(other.evaluated, answer.evaluated);
        }
    }
}

#[tokio::test]
async fn claim_08_the_class_is_the_tans_and_the_week_is_this_one_give_or_take_one() {
    let server = Server::strict().await;
    let tan = server.tan(Class::Patient).await;
    let staff = Pending::new(&tan, Class::Staff, server.now().week(), &mut rng());
    refused(&server.redeem(&staff.request().unwrap()).await, 403, "class-refused");
    for offset in [-2, 2] {
        let far = Pending::new(&tan, Class::Patient, week(&server, offset), &mut rng());
        refused(&server.redeem(&far.request().unwrap()).await, 403, "week-refused");
    }
    // None of this spent the TAN.
    server.redeem(&pending(&tan, &server).request().unwrap()).await.ok();
}

#[tokio::test]
async fn claim_09_the_same_question_gets_the_same_element_and_another_none() {
    let server = Server::strict().await;
    let tan = server.tan(Class::Patient).await;
    let first = pending(&tan, &server).request().unwrap();
    let once = answer(&server.redeem(&first).await.ok());
    let again = answer(&server.redeem(&first).await.ok());
    assert_eq!(once.evaluated, again.evaluated);

    let other = pending(&tan, &server).request().unwrap();
    refused(&server.redeem(&other).await, 409, "tan-used");
    let next_week = PermitRequest { week: week(&server, 1), ..first.clone() };
    refused(&server.redeem(&next_week).await, 409, "tan-used");
    let staff = PermitRequest { class: Class::Staff, ..first.clone() };
    refused(&server.redeem(&staff).await, 409, "tan-used");

    // The answer may be lost for long: it is there again after the TAN's time and after a restart.
    let server = server.restart(|_| {}).await;
    server.hands.forward(30 * HOUR);
    assert_eq!(answer(&server.redeem(&first).await.ok()).evaluated, once.evaluated);
    refused(&server.redeem(&other).await, 409, "tan-used");
}

#[tokio::test]
async fn a_tan_redeemed_twice_at_once_is_redeemed_once() {
    let server = Server::strict().await;
    let tan = server.tan(Class::Patient).await;
    let requests: Vec<_> = (0..8).map(|_| pending(&tan, &server).request().unwrap()).collect();
    let answers = futures_of(&server, &requests).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 7);
}

async fn futures_of(server: &Server, requests: &[PermitRequest]) -> Vec<Answer> {
    let mut set = tokio::task::JoinSet::new();
    for request in requests {
        let (router, body) = (server.router.clone(), serde_json::to_vec(request).unwrap());
        set.spawn(async move {
            use http_body_util::BodyExt;
            use tower::ServiceExt;
            let address: std::net::SocketAddr = "203.0.113.9:1".parse().unwrap();
            let request = Request::post("/v1/permits")
                .header("content-type", "application/json")
                .extension(axum::extract::ConnectInfo(address))
                .body(Body::from(body))
                .unwrap();
            let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
            Answer {
                status: parts.status,
                headers: parts.headers,
                body: body.collect().await.unwrap().to_bytes().to_vec(),
            }
        });
    }
    set.join_all().await
}

#[tokio::test]
async fn a_tan_mistyped_unknown_or_expired_is_told_apart() {
    let server = Server::strict().await;
    let tan = server.tan(Class::Patient).await;
    let request = pending(&tan, &server).request().unwrap();

    let typed = request.tan.as_str();
    let last = if typed.ends_with('0') { "1" } else { "0" };
    let mistyped = format!("{}{last}", &typed[..13]);
    for (bad, detail) in [(mistyped.as_str(), "symbol"), (&typed[..13], "14"), ("", "14")] {
        let asked = PermitRequest { tan: bad.to_owned().into(), ..request.clone() };
        let answer = server.redeem(&asked).await;
        refused(&answer, 400, "tan-malformed");
        assert!(answer.json()["detail"].as_str().unwrap().contains(detail), "{}", answer.json());
        assert!(bad.is_empty() || !String::from_utf8(answer.body).unwrap().contains(bad));
    }

    let unknown = Tan::generate(&mut rng());
    refused(&server.redeem(&pending(&unknown, &server).request().unwrap()).await, 404, "tan-unknown");

    // Valid to the end of the hour in which its 24 hours end: 14:31 + 24 h rounds up to 15:00.
    server.hands.forward(24 * HOUR + 28 * 60);
    server.redeem(&request).await.ok();
    let late = server.tan(Class::Patient).await;
    server.hands.forward(24 * HOUR + HOUR);
    refused(&server.redeem(&pending(&late, &server).request().unwrap()).await, 410, "tan-expired");
}

#[tokio::test]
async fn a_body_that_is_not_right_is_named_without_being_quoted() {
    let server = Server::strict().await;
    let tan = server.tan(Class::Patient).await;
    let good = serde_json::to_value(pending(&tan, &server).request().unwrap()).unwrap();
    let with = |name: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let blinded = good["blinded"].as_str().unwrap().to_owned();
    for (body, code) in [
        (with("blinded", json!("not base64!")), "permit-malformed"),
        (with("blinded", json!(&blinded[..40])), "permit-malformed"),
        (with("blinded", json!(format!("{blinded}="))), "permit-malformed"),
        (with("blinded", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")), "permit-malformed"),
        (with("blinded", json!("__________________________________________8")), "permit-malformed"),
        (with("class", json!("doctor")), "body-malformed"),
        (with("week", json!(-1)), "body-malformed"),
        (with("week", json!(70_000)), "body-malformed"),
        (with("phone", json!("+49")), "body-malformed"),
        (json!({ "tan": "x" }), "body-malformed"),
        (json!([]), "body-malformed"),
    ] {
        let answer = server.post_json("/v1/permits", &body).await;
        refused(&answer, 400, code);
        assert!(!String::from_utf8(answer.body).unwrap().contains("doctor"));
    }
    let json = [("content-type", "application/json")];
    refused(&server.post("/v1/permits", &json, "{").await, 400, "body-malformed");
    refused(&server.post("/v1/permits", &json, "").await, 400, "body-malformed");
    refused(
        &server.post("/v1/permits", &[("content-type", "text/plain")], good.to_string()).await,
        415,
        "unsupported-media-type",
    );
    refused(&server.post("/v1/permits", &[], good.to_string()).await, 415, "unsupported-media-type");
    refused(&server.post("/v1/permits", &json, vec![b' '; 4096]).await, 413, "body-too-large");
    refused(&server.get("/v1/permits").await, 405, "method-not-allowed");
    // None of this spent the TAN.
    server.post_json("/v1/permits", &good).await.ok();
}

#[tokio::test]
async fn who_guesses_tans_has_to_wait_and_nobody_else() {
    let server = Server::strict().await;
    let body = |tan: &Tan| serde_json::to_vec(&pending(tan, &server).request().unwrap()).unwrap();
    let ask = |body: Vec<u8>| {
        Request::post("/v1/permits")
            .header("content-type", "application/json")
            .body(Body::from(body))
            .unwrap()
    };
    for _ in 0..10 {
        let wrong = body(&Tan::generate(&mut rng()));
        refused(&server.send_from("198.51.100.1:1", ask(wrong)).await, 404, "tan-unknown");
    }
    let answer = server.send_from("198.51.100.1:2", ask(body(&Tan::generate(&mut rng())))).await;
    refused(&answer, 429, "too-many-requests");
    assert_eq!(answer.header("retry-after"), "30");
    // Not even a right one passes now: that is what makes guessing slow.
    let tan = server.tan(Class::Patient).await;
    let right = body(&tan);
    refused(&server.send_from("198.51.100.1:3", ask(right.clone())).await, 429, "too-many-requests");
    server.send_from("198.51.100.2:1", ask(body(&server.tan(Class::Patient).await))).await.ok();
    server.hands.forward(30);
    server.send_from("198.51.100.1:4", ask(right)).await.ok();
}

#[tokio::test]
async fn the_proxys_word_for_an_address_counts_only_where_the_operator_said_so() {
    for behind_proxy in [false, true] {
        let mut settings = twoken_server::config::Settings::defaults(twoken_server::config::Profile::Strict);
        settings.behind_proxy = behind_proxy;
        let server = Server::with(settings).await;
        let ask = |forwarded: String| {
            let request = pending(&Tan::generate(&mut rng()), &server).request().unwrap();
            Request::post("/v1/permits")
                .header("content-type", "application/json")
                .header("x-forwarded-for", forwarded)
                .body(Body::from(serde_json::to_vec(&request).unwrap()))
                .unwrap()
        };
        let mut refusals = Vec::new();
        for at in 0..12 {
            // The first address is the client's own word and never counts; the last is the proxy's.
            let answer = server.send_from("192.0.2.1:1", ask(format!("203.0.113.1, 198.51.100.{at}"))).await;
            refusals.push(answer.status.as_u16());
        }
        assert_eq!(refusals.contains(&429), !behind_proxy, "{refusals:?}");
    }
}
