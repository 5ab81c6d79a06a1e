//! Staff sign in, in two steps; what is not theirs is refused.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;
use twoken_server::config::{Profile, Settings};
use twoken_server::domain::staff::Role;

use crate::support::staff::{Desk, NAME, ORIGIN};
use crate::support::{HOUR, Server, logs, refused};

const SESSION: &str = "/v1/staff/session";

#[tokio::test]
async fn name_and_password_then_a_code_and_the_session_tells_what_it_is() {
    let server = Server::strict().await;
    let mut desk = Desk::account(&server, NAME, Role::Supervisor).await;
    desk.name = "  dr. ADA ".to_owned();
    let first = desk.give_password().await.ok();
    let line = first.header("set-cookie");
    assert!(
        line.starts_with("twoken-staff=") && line.ends_with("; Path=/v1/staff; HttpOnly; SameSite=Strict")
    );
    let body = first.json();
    assert_eq!((&body["state"], &body["name"]), (&json!("code"), &json!(NAME)));
    let (before, csrf_before) = (desk.cookie.clone(), desk.csrf.clone());
    for path in ["/v1/staff/audit", "/v1/staff/figures"] {
        refused(&desk.get(path).await, 403, "sign-in-unfinished");
    }
    refused(&desk.post("/v1/staff/session/stay", &json!({})).await, 403, "sign-in-unfinished");
    refused(&desk.post("/v1/staff/session/lock", &json!({})).await, 403, "sign-in-unfinished");

    let open = desk.give_code().await.ok().json();
    let now = server.now().seconds();
    assert_eq!(
        open,
        json!({ "state": "open", "name": NAME, "role": "supervisor", "csrf": open["csrf"], "now": now,
                "idle_ends": now + 15 * 60, "absolute_ends": now + 12 * HOUR })
    );
    assert_ne!(open["csrf"], csrf_before);
    // The session of the first step is worth nothing any more.
    let after = std::mem::replace(&mut desk.cookie, before);
    desk.is_out().await;
    desk.cookie = after;
    desk.get("/v1/staff/figures").await.ok();
}

#[tokio::test]
async fn over_tls_the_cookie_goes_over_tls_alone() {
    let mut settings = Settings::defaults(Profile::Strict);
    settings.public_origin = Some("https://clinic.example".to_owned());
    let server = Server::with(settings).await;
    let mut desk = Desk::account(&server, NAME, Role::Clinician).await;
    let answer = desk.give_password().await.ok();
    let line = answer.header("set-cookie");
    assert!(line.starts_with("__Secure-twoken-staff=") && line.contains("; Secure"), "{line}");
    desk.give_code().await.ok();
    assert_eq!(desk.state().await, "open");
}

/// A name that leads here is no proof of whose it is; the operator has to say.
#[tokio::test]
async fn without_a_public_origin_the_strict_profile_lets_staff_in_on_this_machine_alone() {
    let strict = Settings::defaults(Profile::Strict);
    let public = Settings { public_origin: Some("https://clinic.example".to_owned()), ..strict.clone() };
    let demo = Settings::defaults(Profile::Demo);
    for (settings, host, fits) in [
        (&strict, "clinic.example", false),
        (&strict, "192.0.2.7:8787", false),
        (&strict, "127.0.0.1:8787", true),
        (&public, "clinic.example", true),
        (&demo, "clinic.example", true),
    ] {
        let server = Server::with(settings.clone()).await;
        let desk = Desk::account(&server, NAME, Role::Clinician).await;
        let body = json!({ "name": NAME, "password": desk.password }).to_string();
        let origin =
            if host.ends_with("8787") { format!("http://{host}") } else { format!("https://{host}") };
        let request = Request::post(SESSION)
            .header("host", host)
            .header("origin", origin)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/json");
        let answer = server.send(request.body(Body::from(body)).unwrap()).await;
        if fits {
            answer.ok();
        } else {
            refused(&answer, 403, "origin-refused");
            assert_eq!(answer.header("set-cookie"), "");
            assert!(answer.json()["detail"].as_str().unwrap().contains("`public_origin`"));
        }
    }
}

#[tokio::test]
async fn a_session_ends_when_nothing_is_done_and_when_it_is_old() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Clinician).await;
    server.hands.forward(14 * 60);
    // Asking for the session is no doing.
    let told = desk.get(SESSION).await.ok().json();
    assert_eq!(told["idle_ends"].as_u64().unwrap() - told["now"].as_u64().unwrap(), 60);
    let stayed = desk.post("/v1/staff/session/stay", &json!({})).await.ok().json();
    assert_eq!(stayed["idle_ends"].as_u64().unwrap() - stayed["now"].as_u64().unwrap(), 15 * 60);
    server.hands.forward(15 * 60);
    desk.is_out().await;

    desk.sign_in().await;
    let began = server.now();
    while server.now().since(began) < 12 * HOUR - 600 {
        server.hands.forward(600);
        desk.post("/v1/staff/session/stay", &json!({})).await.ok();
    }
    let told = desk.get(SESSION).await.ok().json();
    assert_eq!(told["idle_ends"], told["absolute_ends"]);
    server.hands.forward(600);
    refused(&desk.post("/v1/staff/session/stay", &json!({})).await, 401, "session-ended");
}

#[tokio::test]
async fn the_operator_says_how_long_sessions_last() {
    let mut settings = Settings::defaults(Profile::Strict);
    (settings.staff_idle_minutes, settings.staff_session_hours) = (1, 1);
    let server = Server::with(settings).await;
    let mut desk = Desk::signed_in(&server, Role::Clinician).await;
    let told = desk.get(SESSION).await.ok().json();
    let seconds = |member: &str| told[member].as_u64().unwrap() - told["now"].as_u64().unwrap();
    assert_eq!((seconds("idle_ends"), seconds("absolute_ends")), (60, HOUR));
    server.hands.forward(60);
    desk.is_out().await;
}

#[tokio::test]
async fn a_locked_session_does_nothing_until_the_password_is_given_again() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Administrator).await;
    assert_eq!(desk.post("/v1/staff/session/lock", &json!({})).await.ok().json()["state"], "locked");
    let tan = json!({ "tan": "00000-00000-0000" });
    for (method, path, body) in [
        (Method::GET, "/v1/staff/accounts", None),
        (Method::GET, "/v1/staff/audit", None),
        (Method::GET, "/v1/staff/figures", None),
        (Method::POST, "/v1/staff/session/stay", None),
        (Method::POST, "/v1/staff/tans", Some(json!({ "tans": ["00000-00000-0000"] }))),
        (Method::POST, "/v1/staff/tans/state", Some(tan.clone())),
        (Method::POST, "/v1/staff/tans/revocation", Some(tan)),
        (Method::POST, "/v1/staff/permits", Some(json!({ "blinded": "", "week": 0 }))),
        (Method::POST, "/v1/staff/invitations", Some(json!({ "role": "clinician" }))),
        (Method::DELETE, "/v1/staff/invitations/00", None),
        (Method::PATCH, "/v1/staff/accounts/00", Some(json!({}))),
        (
            Method::POST,
            "/v1/staff/session/password",
            Some(json!({ "current": "x", "new": "a long password" })),
        ),
    ] {
        refused(&desk.send(method, path, body.as_ref()).await, 423, "session-locked");
    }
    assert_eq!(desk.state().await, "locked");
    desk.post("/v1/staff/session/lock", &json!({})).await.ok();
    refused(
        &desk.post("/v1/staff/session/unlock", &json!({ "password": "wrong" })).await,
        403,
        "password-refused",
    );
    let right = json!({ "password": desk.password });
    assert_eq!(desk.post("/v1/staff/session/unlock", &right).await.ok().json()["state"], "open");
    desk.get("/v1/staff/figures").await.ok();
    // Whoever guesses at a locked desk ends the session.
    desk.post("/v1/staff/session/lock", &json!({})).await.ok();
    for _ in 0..4 {
        let wrong = json!({ "password": "wrong" });
        refused(&desk.post("/v1/staff/session/unlock", &wrong).await, 403, "password-refused");
    }
    refused(
        &desk.post("/v1/staff/session/unlock", &json!({ "password": "wrong" })).await,
        401,
        "session-ended",
    );
    desk.is_out().await;
    // A locked desk can be left.
    desk.sign_in().await;
    desk.post("/v1/staff/session/lock", &json!({})).await.ok();
    desk.delete(SESSION).await.ok();
    desk.is_out().await;
}

#[tokio::test]
async fn a_session_that_was_signed_out_is_not_taken_again() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Clinician).await;
    let (cookie, csrf) = (desk.cookie.clone(), desk.csrf.clone());
    let answer = desk.delete(SESSION).await.ok();
    assert!(
        answer.header("set-cookie").starts_with("twoken-staff=; ")
            && answer.header("set-cookie").ends_with("Max-Age=0")
    );
    (desk.cookie, desk.csrf) = (cookie.clone(), csrf);
    desk.is_out().await;
    refused(&desk.post("/v1/staff/session/stay", &json!({})).await, 401, "session-ended");
    for forged in ["", "twoken-staff=", "twoken-staff=AAAA", &format!("{cookie}A"), &cookie.to_uppercase()] {
        forged.clone_into(&mut desk.cookie);
        desk.is_out().await;
    }
}

/// A sibling host may set a cookie of the same name for the whole domain. Which is whose, nothing says.
#[tokio::test]
async fn of_two_session_cookies_neither_is_taken() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Clinician).await;
    let mut stranger = Desk::account(&server, "Mallory", Role::Clinician).await;
    stranger.sign_in().await;
    let (own, strange) = (desk.cookie.clone(), stranger.cookie.clone());
    for both in [
        format!("{own}; {strange}"),
        format!("{strange}; {own}"),
        format!("twoken-staff=garbage; {own}"),
        format!("{own}; {own}"),
    ] {
        desk.cookie = both;
        desk.is_out().await;
    }
    // Nor is one taken away: the other one might be the stranger's.
    desk.cookie = own;
    assert_eq!(desk.state().await, "open");
}

#[tokio::test]
async fn what_another_site_sends_is_refused_whatever_it_carries() {
    let server = Server::strict().await;
    let desk = Desk::signed_in(&server, Role::Clinician).await;
    let ask = async |method: Method, headers: &[(&str, &str)], csrf: &str| {
        let mut request = Request::builder()
            .method(method)
            .uri(SESSION)
            .header("host", "localhost:8787")
            .header("cookie", &desk.cookie)
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !csrf.is_empty() {
            request = request.header("x-twoken-csrf", csrf);
        }
        server.send(request.body(Body::from("{}")).unwrap()).await
    };
    let foreign: [&[(&str, &str)]; 4] = [
        &[("origin", "https://elsewhere.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://sub.localhost:8787")],
    ];
    for headers in foreign {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let answer = ask(method, headers, &desk.csrf).await;
            refused(&answer, 403, "origin-refused");
            assert_eq!(answer.header("access-control-allow-origin"), "");
        }
    }
    // No preflight is answered.
    let answer = ask(Method::OPTIONS, &[("access-control-request-method", "POST")], "").await;
    assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (405, ""));
    // A page of ours repeats what it was given; without it, or with another session's, nothing changes.
    let own = [("origin", ORIGIN), ("sec-fetch-site", "same-origin")];
    for csrf in ["", "x", &desk.csrf.to_lowercase(), &desk.csrf[1..]] {
        refused(&ask(Method::DELETE, &own, csrf).await, 403, "origin-refused");
    }
    ask(Method::GET, &own, "").await.ok();
    ask(Method::DELETE, &own, &desk.csrf).await.ok();
}

#[tokio::test]
async fn bodies_are_bounded_and_their_form_is_told_without_quoting() {
    let server = Server::strict().await;
    let json = [("content-type", "application/json")];
    for path in [
        SESSION,
        "/v1/staff/invitations/accept",
        "/v1/staff/invitations/confirm",
        "/v1/staff/invitations/state",
    ] {
        refused(&server.post(path, &json, " ".repeat(8 * 1024 + 1)).await, 413, "body-too-large");
        refused(
            &server.post(path, &[("content-type", "text/plain")], "{}").await,
            415,
            "unsupported-media-type",
        );
        for body in ["", "{", "[]", "{}", "{\"name\":1}", "{\"name\":\"secretname\",\"pin\":\"secretpin\"}"] {
            let answer = server.post(path, &json, body).await;
            refused(&answer, 400, "body-malformed");
            assert!(!String::from_utf8(answer.body).unwrap().contains("secret"));
        }
    }
    let mut desk = Desk::signed_in(&server, Role::Administrator).await;
    for path in [
        "/v1/staff/session/code",
        "/v1/staff/session/unlock",
        "/v1/staff/session/password",
        "/v1/staff/tans",
        "/v1/staff/tans/state",
        "/v1/staff/tans/revocation",
        "/v1/staff/permits",
        "/v1/staff/invitations",
    ] {
        refused(&desk.post(path, &json!({ "more": 1 })).await, 400, "body-malformed");
        refused(&desk.post(path, &json!({ "more": " ".repeat(9000) })).await, 413, "body-too-large");
        let plain = Request::post(path)
            .header("cookie", &desk.cookie)
            .header("x-twoken-csrf", &desk.csrf)
            .body(Body::from("{}"))
            .unwrap();
        refused(&server.send(plain).await, 415, "unsupported-media-type");
    }
    for query in ["?limit=x", "?before=x", "?tan=x", "?limit=-1"] {
        refused(&desk.get(&format!("/v1/staff/audit{query}")).await, 400, "body-malformed");
    }
    for path in ["/v1/staff/tans", "/v1/staff/permits", "/v1/staff/session/lock"] {
        refused(&desk.get(path).await, 405, "method-not-allowed");
    }
}

#[tokio::test]
async fn no_session_no_route() {
    let server = Server::strict().await;
    for (method, path) in [
        (Method::GET, SESSION),
        (Method::DELETE, SESSION),
        (Method::POST, "/v1/staff/session/code"),
        (Method::POST, "/v1/staff/session/stay"),
        (Method::POST, "/v1/staff/session/lock"),
        (Method::POST, "/v1/staff/session/unlock"),
        (Method::POST, "/v1/staff/session/password"),
        (Method::GET, "/v1/staff/accounts"),
        (Method::PATCH, "/v1/staff/accounts/00000000000000000000000000000000"),
        (Method::POST, "/v1/staff/invitations"),
        (Method::DELETE, "/v1/staff/invitations/00000000000000000000000000000000"),
        (Method::POST, "/v1/staff/tans"),
        (Method::POST, "/v1/staff/tans/state"),
        (Method::POST, "/v1/staff/tans/revocation"),
        (Method::POST, "/v1/staff/permits"),
        (Method::GET, "/v1/staff/audit"),
        (Method::GET, "/v1/staff/figures"),
    ] {
        let request = Request::builder().method(method.clone()).uri(path).body(Body::empty()).unwrap();
        refused(&server.send(request).await, 401, "session-ended");
    }
}

#[tokio::test]
async fn no_password_code_cookie_token_or_name_is_logged() {
    let server = Server::strict().await;
    let address = "198.51.100.99";
    let mut desk = Desk::account(&server, "Erika Logsearch", Role::Administrator).await;
    desk.address = format!("{address}:50321");
    desk.sign_in().await;
    let signed_in = (desk.cookie.clone(), desk.csrf.clone(), desk.password.clone(), desk.code());
    let link = desk.post("/v1/staff/invitations", &json!({ "role": "clinician" })).await.ok().json();
    let tan = server.tan(twoken_core::permit::Class::Patient).await;
    desk.post("/v1/staff/tans/state", &json!({ "tan": *tan.display() })).await.ok();
    desk.post("/v1/staff/session/lock", &json!({})).await.ok();
    desk.post("/v1/staff/session/unlock", &json!({ "password": "wrong-unlock-secret" })).await;
    desk.delete(SESSION).await;
    // A wrong password, a replayed session, a foreign origin.
    desk.password = "wrong-password-secret".to_owned();
    for _ in 0..12 {
        desk.give_password().await;
    }
    desk.name = "unknown-name-secret".to_owned();
    desk.give_password().await;
    desk.cookie = signed_in.0.clone();
    desk.is_out().await;
    let foreign = Request::get(SESSION)
        .header("origin", "https://foreign-origin-secret.example")
        .header("cookie", &signed_in.0)
        .body(Body::empty())
        .unwrap();
    refused(&server.send(foreign).await, 403, "origin-refused");
    desk.get("/v1/staff/audit?tan=query-secret").await;

    let log = logs::text();
    for line in [
        "a sign-in of staff was refused",
        "a password of staff was refused",
        "a request for staff's routes came from another site and was refused",
        "method=\"DELETE\" route=\"/v1/staff/session\" status=200",
        "route=\"/v1/staff/session\" status=401",
    ] {
        assert!(log.contains(line), "the log should say {line}");
    }
    let cookie_value = signed_in.0.split('=').nth(1).unwrap().to_owned();
    let token = link["link"].as_str().unwrap().split("#i=").nth(1).unwrap().to_owned();
    let factor = desk.uri.split("secret=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    for (name, secret) in [
        ("the password", signed_in.2),
        ("the session", cookie_value),
        ("the page's token", signed_in.1),
        ("the second factor", factor),
        ("the invitation", token),
        ("the TAN", tan.display().replace('-', "")),
        ("the TAN as shown", tan.display().to_string()),
        ("the TAN's hash", server.app.keys().tan.hash(&tan).to_string()),
        ("the account", "Logsearch".to_owned()),
        ("the address", address.to_owned()),
        ("something wrong", "-secret".to_owned()),
    ] {
        assert!(!log.contains(&secret), "{name} is in the log");
    }
    assert!(!log.contains(&format!("\"{}\"", signed_in.3)), "the code is in the log");
}
