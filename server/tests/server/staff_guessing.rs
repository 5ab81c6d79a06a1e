//! Whoever guesses learns nothing, waits, and locks the account out.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;
use twoken_server::domain::staff::Role;
use twoken_server::store::{AccountChange, Failure, NewSession, SessionState};

use crate::support::staff::{Desk, NAME, code};
use crate::support::{HOUR, Server, refused};

const SESSION: &str = "/v1/staff/session";

#[tokio::test]
async fn an_unknown_name_a_wrong_password_and_a_disabled_account_are_told_alike() {
    let server = Server::strict().await;
    let mut admin = Desk::account(&server, "admin", Role::Administrator).await;
    admin.sign_in().await;
    let desk = Desk::account(&server, NAME, Role::Clinician).await;
    let id =
        admin.get("/v1/staff/accounts").await.ok().json()["accounts"][1]["id"].as_str().unwrap().to_owned();
    let disabled = json!({ "disabled": true });
    admin.send(Method::PATCH, &format!("/v1/staff/accounts/{id}"), Some(&disabled)).await.ok();
    let mut bodies = Vec::new();
    for (name, password) in
        [("nobody", "wrong password"), (NAME, "wrong password"), (NAME, desk.password.as_str()), ("", "")]
    {
        let answer = server.post_json(SESSION, &json!({ "name": name, "password": password })).await;
        refused(&answer, 401, "sign-in-refused");
        assert_eq!(answer.header("set-cookie"), "");
        bodies.push(answer.body);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
}

/// The work is the same whether there is somebody of that name: without it, an unknown name would be answered a hundred
/// times faster.
#[tokio::test]
async fn an_unknown_name_takes_as_long_as_a_wrong_password() {
    let server = Server::strict().await;
    Desk::account(&server, NAME, Role::Clinician).await;
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..7 {
        server.hands.forward(HOUR);
        for (name, times) in [NAME, "nobody"].into_iter().zip(&mut times) {
            let start = tokio::time::Instant::now();
            let body = json!({ "name": name, "password": format!("wrong password {round}") });
            refused(&server.post_json(SESSION, &body).await, 401, "sign-in-refused");
            times.push(start.elapsed());
        }
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort_unstable();
        times[3]
    });
    assert!(known < unknown * 3 && unknown < known * 3, "known {known:?}, unknown {unknown:?}");
}

#[tokio::test]
async fn a_code_is_taken_once_and_five_wrong_ones_end_the_session() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Clinician).await;
    let used = desk.code();
    desk.give_password().await.ok();
    refused(&desk.post("/v1/staff/session/code", &json!({ "code": used })).await, 403, "code-refused");
    let earlier = code(&desk.uri, server.now().minus(30));
    refused(&desk.post("/v1/staff/session/code", &json!({ "code": earlier })).await, 403, "code-refused");
    for wrong in ["", "000"] {
        refused(&desk.post("/v1/staff/session/code", &json!({ "code": wrong })).await, 403, "code-refused");
    }
    refused(&desk.post("/v1/staff/session/code", &json!({ "code": "x" })).await, 401, "session-ended");
    server.hands.forward(30);
    refused(&desk.give_code().await, 401, "session-ended");
    desk.give_password().await.ok();
    desk.give_code().await.ok();
    // One that is signed in awaits none; one that waits too long has ended.
    server.hands.forward(30);
    refused(&desk.give_code().await, 403, "sign-in-unfinished");
    desk.give_password().await.ok();
    server.hands.forward(300);
    refused(&desk.give_code().await, 401, "session-ended");
}

#[tokio::test]
async fn guessers_wait_and_an_account_is_locked_out_until_that_is_lifted() {
    let server = Server::strict().await;
    let mut admin = Desk::account(&server, "admin", Role::Administrator).await;
    admin.sign_in().await;
    let mut desk = Desk::account(&server, NAME, Role::Clinician).await;
    let guess = async |at: usize, name: &str| {
        let body = json!({ "name": name, "password": "a wrong password" }).to_string();
        let request = Request::post(SESSION).header("content-type", "application/json");
        // From as many addresses as a guesser likes: the name has to wait.
        server.send_from(&format!("198.51.100.{at}:1"), request.body(Body::from(body)).unwrap()).await
    };
    for name in [NAME, "nobody"] {
        for at in 0..10 {
            refused(&guess(at, name).await, 401, "sign-in-refused");
        }
        let answer = guess(10, name).await;
        refused(&answer, 429, "too-many-requests");
        assert_eq!(answer.header("retry-after"), "30");
    }
    refused(&desk.give_password().await, 429, "too-many-requests");
    for at in 11..20 {
        server.hands.forward(30);
        refused(&guess(at, NAME).await, 401, "sign-in-refused");
    }
    server.hands.forward(HOUR);
    // Twenty: also the right password is told nothing else than a wrong one.
    refused(&desk.give_password().await, 401, "sign-in-refused");
    admin.sign_in().await;
    let accounts = admin.get("/v1/staff/accounts").await.ok().json()["accounts"].clone();
    assert_eq!((&accounts[1]["name"], &accounts[1]["locked_out"]), (&json!(NAME), &json!(true)));
    let path = format!("/v1/staff/accounts/{}", accounts[1]["id"].as_str().unwrap());
    assert!(admin.events().await.contains(&format!("{NAME} locked-out")));
    admin.send(Method::PATCH, &path, Some(&json!({ "unlock": true }))).await.ok();
    desk.sign_in().await;
    // One address that tries many names waits, too.
    for at in 0..10 {
        let body = json!({ "name": format!("name {at}"), "password": "a wrong password" });
        refused(&server.post_json(SESSION, &body).await, 401, "sign-in-refused");
    }
    let body = json!({ "name": "one more", "password": "a wrong password" });
    refused(&server.post_json(SESSION, &body).await, 429, "too-many-requests");
}

/// A right password opens any number of sessions; the codes are counted by account all the same.
#[tokio::test]
async fn a_right_password_buys_no_more_than_twenty_codes() {
    let server = Server::strict().await;
    let mut admin = Desk::account(&server, "admin", Role::Administrator).await;
    let desk = Desk::account(&server, NAME, Role::Clinician).await;
    let mut waiting = Vec::new();
    for _ in 0..8 {
        let mut other = desk.another();
        other.give_password().await.ok();
        waiting.push(other);
    }
    let (mut refusals, mut ends) = (0, 0);
    for desk in &mut waiting {
        for _ in 0..5 {
            let answer = desk.post("/v1/staff/session/code", &json!({ "code": "x" })).await;
            match answer.status.as_u16() {
                403 => refusals += 1,
                _ => ends += 1,
            }
        }
    }
    // Five of each session, the last of them ends it; of the fifth session on, none.
    assert_eq!((refusals, ends), (16, 24));
    let mut late = desk.another();
    refused(&late.give_password().await, 401, "sign-in-refused");
    admin.sign_in().await;
    assert!(admin.events().await.contains(&format!("{NAME} locked-out")));
}

#[tokio::test]
async fn a_lock_out_outlives_a_restart() {
    let server = Server::strict().await;
    let desk = Desk::account(&server, NAME, Role::Clinician).await;
    let (password, body) = (desk.password.clone(), json!({ "name": NAME, "password": "a wrong password" }));
    for _ in 0..20 {
        server.hands.forward(HOUR);
        refused(&server.post_json(SESSION, &body).await, 401, "sign-in-refused");
    }
    let server = server.restart(|_| {}).await;
    let right = json!({ "name": NAME, "password": password });
    refused(&server.post_json(SESSION, &right).await, 401, "sign-in-refused");
    server.app.office().lift_lock(NAME).await.unwrap();
    server.post_json(SESSION, &right).await.ok();
}

/// While a password was being checked, the account may have got another, been disabled, or been locked out.
#[tokio::test]
async fn a_password_that_was_right_when_it_came_opens_nothing_once_it_is_not() {
    let server = Server::strict().await;
    let (store, office) = (server.app.store(), server.app.office());
    Desk::account(&server, "admin", Role::Administrator).await;
    Desk::account(&server, NAME, Role::Clinician).await;
    let account = async || store.staff_account_named("dr. ada").await.unwrap().unwrap();
    let begin = async |password: &[u8; 49], token: u8| {
        let (state, started) = (SessionState::Code, server.now());
        let new = NewSession { token: [token; 32], account: account().await.id, state, started };
        store.begin_session(&new, password, 20).await.unwrap()
    };
    let before = account().await.password;
    assert!(begin(&before, 1).await);
    office.reset_password(NAME).await.unwrap();
    assert!(store.session(&[1; 32]).await.unwrap().is_none());
    assert!(!begin(&before, 2).await);
    let now = account().await;
    assert!(begin(&now.password, 3).await);
    let failure = Failure { at: server.now(), of: Some(now.id), counts: true, lock_after: 20 };
    for _ in 0..20 {
        store.count_wrong_password(&failure).await.unwrap();
    }
    assert!(!begin(&now.password, 4).await);
    office.lift_lock(NAME).await.unwrap();
    assert!(begin(&now.password, 5).await);
    let off = AccountChange { role: None, disabled: Some(true), unlock: false };
    store.change_staff_account(now.id, off, &[], server.now(), None).await.unwrap();
    assert!(!begin(&now.password, 6).await);
    assert!(store.session(&[6; 32]).await.unwrap().is_none());
}

/// What strangers try does not bury what staff did.
#[tokio::test]
async fn failed_sign_ins_are_one_line_an_hour_of_an_account_and_of_nobody_a_sum() {
    let server = Server::strict().await;
    let mut admin = Desk::signed_in(&server, Role::Administrator).await;
    let mut desk = Desk::account(&server, "Grace", Role::Clinician).await;
    let before = admin.events().await.len();
    for hour in 0..2 {
        for _ in 0..3 {
            for name in ["Grace", "nobody", "nobody else"] {
                let body = json!({ "name": name, "password": "a wrong password" });
                refused(&server.post_json(SESSION, &body).await, 401, "sign-in-refused");
            }
            server.hands.forward(600);
        }
        desk.give_password().await.ok();
        refused(&desk.post("/v1/staff/session/code", &json!({ "code": "x" })).await, 403, "code-refused");
        server.hands.forward(HOUR * (1 - hour));
    }
    admin.sign_in().await;
    let events = admin.events().await;
    assert_eq!(events.len() - before, 3, "{events:?}");
    assert_eq!(events[1..3], ["Grace sign-in-failed 4", "Grace sign-in-failed 4"]);
    let figures = admin.get("/v1/staff/figures").await.ok().json();
    assert_eq!(figures["days"][0]["unknown_names"], 12);
}
