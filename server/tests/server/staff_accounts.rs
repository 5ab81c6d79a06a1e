//! Who may sign in, as what, and how somebody comes to.

use axum::http::Method;
use serde_json::{Value, json};
use twoken_server::domain::staff::Role;

use crate::support::staff::{Desk, NAME, code};
use crate::support::{HOUR, Server, refused};

const PASSWORD: &str = "a password of one's own";

async fn invite(admin: &mut Desk<'_>, role: &str) -> String {
    let link = admin.post("/v1/staff/invitations", &json!({ "role": role })).await.ok().json();
    link["link"].as_str().unwrap().strip_prefix("/staff#i=").unwrap().to_owned()
}

async fn change(admin: &mut Desk<'_>, id: &str, body: Value) -> crate::support::Answer {
    admin.send(Method::PATCH, &format!("/v1/staff/accounts/{id}"), Some(&body)).await
}

async fn ids(admin: &mut Desk<'_>) -> Vec<String> {
    let all = admin.get("/v1/staff/accounts").await.ok().json();
    all["accounts"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_invited_person_chooses_name_and_password_and_shows_a_code() {
    let server = Server::strict().await;
    let mut admin = Desk::signed_in(&server, Role::Administrator).await;
    let token = invite(&mut admin, "supervisor").await;
    let told = admin.get("/v1/staff/accounts").await.ok().json();
    let expires = server.now().plus(72 * HOUR).seconds();
    let id = told["invitations"][0]["id"].clone();
    assert_eq!(id.as_str().map(str::len), Some(32));
    let open = json!([{ "id": id, "by": NAME, "role": "supervisor", "expires": expires }]);
    assert_eq!(told["invitations"], open);
    assert!(!told.to_string().contains(&token));

    let accept = json!({ "token": token, "name": " Grace ", "password": PASSWORD });
    let state = server.post_json("/v1/staff/invitations/state", &json!({ "token": token })).await.ok().json();
    assert_eq!(state, json!({ "role": "supervisor" }));
    let confirm = async |code: String| {
        let body = json!({ "token": token, "code": code });
        server.post_json("/v1/staff/invitations/confirm", &body).await
    };
    refused(&confirm("000000".to_owned()).await, 403, "sign-in-unfinished");
    for (name, password, status, refusal) in [
        ("", PASSWORD, 422, "name-refused"),
        ("a\nb", PASSWORD, 422, "name-refused"),
        ("Grace", "eleven char", 422, "password-weak"),
        ("Grace the Admiral", "grace the admiral", 422, "password-weak"),
        ("DR. ada", PASSWORD, 409, "name-taken"),
    ] {
        let body = json!({ "token": token, "name": name, "password": password });
        refused(&server.post_json("/v1/staff/invitations/accept", &body).await, status, refusal);
    }
    // Entering again gives another second factor; the last one counts.
    let first = server.post_json("/v1/staff/invitations/accept", &accept).await.ok().json();
    let second = server.post_json("/v1/staff/invitations/accept", &accept).await.ok().json();
    let [first, second] = [first, second].map(|answer| answer["otpauth"].as_str().unwrap().to_owned());
    assert!(second.starts_with("otpauth://totp/Twoken:Grace?secret=") && first != second, "{second}");
    refused(&confirm(code(&first, server.now())).await, 403, "code-refused");
    // There is no account before the code.
    let body = json!({ "name": "Grace", "password": PASSWORD });
    refused(&server.post_json("/v1/staff/session", &body).await, 401, "sign-in-refused");
    assert_eq!(confirm(code(&second, server.now())).await.ok().json(), json!({ "name": "Grace" }));
    // An invitation is used once, and the code that confirmed it, too.
    refused(&confirm(code(&second, server.now())).await, 404, "invitation-unknown");
    refused(&server.post_json("/v1/staff/invitations/accept", &accept).await, 404, "invitation-unknown");
    let mut grace = Desk {
        server: &server,
        name: "grace".to_owned(),
        password: PASSWORD.to_owned(),
        uri: second,
        cookie: String::new(),
        csrf: String::new(),
        address: "198.51.100.7:1".to_owned(),
    };
    grace.give_password().await.ok();
    refused(&grace.give_code().await, 403, "code-refused");
    grace.sign_in().await;
    assert_eq!(grace.get("/v1/staff/session").await.ok().json()["role"], "supervisor");
    let events = grace.events().await;
    assert!(events.contains(&format!("Grace joined {NAME} supervisor")), "{events:?}");
    assert!(events.contains(&format!("{NAME} invited supervisor")), "{events:?}");
}

#[tokio::test]
async fn an_invitation_is_void_after_three_days_and_guesses_are_slowed_down() {
    let server = Server::strict().await;
    let mut admin = Desk::signed_in(&server, Role::Administrator).await;
    let token = invite(&mut admin, "clinician").await;
    let ask =
        async |token: &str| server.post_json("/v1/staff/invitations/state", &json!({ "token": token })).await;
    server.hands.forward(72 * HOUR - 1);
    ask(&token).await.ok();
    server.hands.forward(1);
    refused(&ask(&token).await, 404, "invitation-unknown");
    server.tick().await;
    for _ in 0..9 {
        refused(&ask(&"A".repeat(43)).await, 404, "invitation-unknown");
    }
    refused(&ask(&"A".repeat(43)).await, 429, "too-many-requests");
    // Also a right one has to wait, and what is no token counts as well; sign-in is another matter.
    refused(&ask("no token").await, 429, "too-many-requests");
    admin.give_password().await.ok();
    admin.give_code().await.ok();
    let fresh = invite(&mut admin, "clinician").await;
    refused(&ask(&fresh).await, 429, "too-many-requests");
    server.hands.forward(30);
    ask(&fresh).await.ok();
    refused(&ask("no token").await, 404, "invitation-unknown");
    refused(&ask("no token").await, 429, "too-many-requests");
}

async fn is_void(server: &Server, token: &str) {
    let mut body = json!({ "token": token });
    refused(&server.post_json("/v1/staff/invitations/state", &body).await, 404, "invitation-unknown");
    body["code"] = json!("000000");
    refused(&server.post_json("/v1/staff/invitations/confirm", &body).await, 404, "invitation-unknown");
    let body = json!({ "token": token, "name": "Grace", "password": PASSWORD });
    refused(&server.post_json("/v1/staff/invitations/accept", &body).await, 404, "invitation-unknown");
}

#[tokio::test]
async fn an_invitation_is_withdrawn_by_any_administrator_and_by_the_operator() {
    let server = Server::strict().await;
    let mut admin = Desk::signed_in(&server, Role::Administrator).await;
    let mut other = Desk::account(&server, "Hedy", Role::Administrator).await;
    other.sign_in().await;
    let (first, second) = (invite(&mut admin, "clinician").await, invite(&mut admin, "supervisor").await);
    let open = other.get("/v1/staff/accounts").await.ok().json()["invitations"].clone();
    let id = |role: &str| {
        let found = open.as_array().unwrap().iter().find(|one| one["role"] == role).unwrap();
        found["id"].as_str().unwrap().to_owned()
    };
    let path = |id: &str| format!("/v1/staff/invitations/{id}");
    for unknown in ["x".to_owned(), "0".repeat(32), first.clone()] {
        refused(&other.delete(&path(&unknown)).await, 404, "invitation-unknown");
    }
    let mut clinician = Desk::account(&server, "Grace", Role::Clinician).await;
    clinician.sign_in().await;
    refused(&clinician.delete(&path(&id("clinician"))).await, 403, "role-refused");
    // Also when a name and a password were entered already.
    let body = json!({ "token": first, "name": "Erika", "password": PASSWORD });
    server.post_json("/v1/staff/invitations/accept", &body).await.ok();
    assert_eq!(other.delete(&path(&id("clinician"))).await.ok().json(), json!({ "done": true }));
    is_void(&server, &first).await;
    refused(&other.delete(&path(&id("clinician"))).await, 404, "invitation-unknown");
    server.post_json("/v1/staff/invitations/state", &json!({ "token": second })).await.ok();
    let account = twoken_core::codec::array_from_hex(&id("supervisor")).unwrap();
    server.app.office().withdraw_invitation(None, account).await.unwrap();
    is_void(&server, &second).await;
    let told = other.get("/v1/staff/accounts").await.ok().json();
    assert_eq!(told["invitations"], json!([]));
    let events = other.events().await;
    for event in [
        format!("Hedy invitation-withdrawn {NAME} clinician"),
        format!("- invitation-withdrawn {NAME} supervisor"),
    ] {
        assert!(events.contains(&event), "{event}: {events:?}");
    }
}

#[tokio::test]
async fn who_may_not_invite_any_more_has_invited_nobody() {
    let server = Server::strict().await;
    let mut admin = Desk::signed_in(&server, Role::Administrator).await;
    let mut leaver = Desk::account(&server, "Hedy", Role::Administrator).await;
    let id = ids(&mut admin).await.pop().unwrap();
    for (taken, given) in [
        (json!({ "disabled": true }), json!({ "disabled": false })),
        (json!({ "role": "supervisor" }), json!({ "role": "administrator" })),
    ] {
        leaver.sign_in().await;
        let own = invite(&mut admin, "clinician").await;
        let (begun, fresh) =
            (invite(&mut leaver, "administrator").await, invite(&mut leaver, "administrator").await);
        let body = json!({ "token": begun, "name": "Back door", "password": PASSWORD });
        let uri = server.post_json("/v1/staff/invitations/accept", &body).await.ok().json();
        // The same role again takes nothing away.
        change(&mut admin, &id, json!({ "role": "administrator", "disabled": false })).await.ok();
        server.post_json("/v1/staff/invitations/state", &json!({ "token": fresh })).await.ok();
        change(&mut admin, &id, taken).await.ok();
        let code = code(uri["otpauth"].as_str().unwrap(), server.now());
        let body = json!({ "token": begun, "code": code });
        let answer = server.post_json("/v1/staff/invitations/confirm", &body).await;
        refused(&answer, 404, "invitation-unknown");
        // Neither do they come back with the right.
        change(&mut admin, &id, given).await.ok();
        server.hands.forward(HOUR);
        admin.sign_in().await;
        is_void(&server, &begun).await;
        is_void(&server, &fresh).await;
        server.post_json("/v1/staff/invitations/state", &json!({ "token": own })).await.ok();
        server.hands.forward(HOUR);
        admin.sign_in().await;
    }
    let events = admin.events().await;
    let withdrawn = format!("{NAME} invitation-withdrawn Hedy administrator");
    assert_eq!(events.iter().filter(|event| **event == withdrawn).count(), 4);
    assert_eq!(ids(&mut admin).await.len(), 2);
}

#[tokio::test]
async fn two_who_choose_one_name_are_told() {
    let server = Server::strict().await;
    let mut admin = Desk::signed_in(&server, Role::Administrator).await;
    let tokens = [invite(&mut admin, "clinician").await, invite(&mut admin, "clinician").await];
    let mut answers = Vec::new();
    for token in &tokens {
        let body = json!({ "token": token, "name": "Grace", "password": PASSWORD });
        let uri = server.post_json("/v1/staff/invitations/accept", &body).await.ok().json();
        answers.push((token, uri["otpauth"].as_str().unwrap().to_owned()));
    }
    let mut confirmed = Vec::new();
    for (token, uri) in answers {
        let body = json!({ "token": token, "code": code(&uri, server.now()) });
        confirmed.push(server.post_json("/v1/staff/invitations/confirm", &body).await);
    }
    assert_eq!(confirmed[0].status, 200);
    refused(&confirmed[1], 409, "name-taken");
    // The second one's invitation still holds: another name will do.
    let body = json!({ "token": tokens[1], "name": "Hedy", "password": PASSWORD });
    server.post_json("/v1/staff/invitations/accept", &body).await.ok();
}

#[tokio::test]
async fn each_role_may_what_the_ones_before_it_may_and_no_more() {
    let server = Server::strict().await;
    for (role, audit, accounts) in
        [(Role::Clinician, false, false), (Role::Supervisor, true, false), (Role::Administrator, true, true)]
    {
        let mut desk = Desk::account(&server, role.name(), role).await;
        desk.sign_in().await;
        let state = json!({ "tan": "00000-00000-0000" });
        desk.post("/v1/staff/tans/state", &state).await.ok();
        for (path, may) in
            [("/v1/staff/audit", audit), ("/v1/staff/figures", audit), ("/v1/staff/accounts", accounts)]
        {
            let answer = desk.get(path).await;
            if may { drop(answer.ok()) } else { refused(&answer, 403, "role-refused") }
        }
        let invited = desk.post("/v1/staff/invitations", &json!({ "role": "clinician" })).await;
        let id = "0".repeat(32);
        let changed = change(&mut desk, &id, json!({})).await;
        if accounts {
            invited.ok();
            refused(&changed, 404, "not-found");
            refused(&change(&mut desk, "x", json!({})).await, 404, "not-found");
            refused(
                &desk.post("/v1/staff/invitations", &json!({ "role": "nurse" })).await,
                400,
                "body-malformed",
            );
        } else {
            refused(&invited, 403, "role-refused");
            refused(&changed, 403, "role-refused");
        }
    }
}

#[tokio::test]
async fn another_role_or_none_ends_what_is_open_and_the_last_administrator_stays() {
    let server = Server::strict().await;
    let mut admin = Desk::signed_in(&server, Role::Administrator).await;
    let mut desk = Desk::account(&server, "Grace", Role::Clinician).await;
    desk.sign_in().await;
    let [own, other] = ids(&mut admin).await.try_into().unwrap();
    change(&mut admin, &other, json!({ "role": "supervisor" })).await.ok();
    desk.is_out().await;
    desk.sign_in().await;
    desk.get("/v1/staff/audit").await.ok();
    change(&mut admin, &other, json!({ "disabled": true })).await.ok();
    desk.is_out().await;
    refused(&desk.give_password().await, 401, "sign-in-refused");
    change(&mut admin, &other, json!({ "disabled": false })).await.ok();
    desk.sign_in().await;

    for body in [json!({ "disabled": true }), json!({ "role": "clinician" })] {
        refused(&change(&mut admin, &own, body).await, 409, "last-administrator");
    }
    assert_eq!(admin.state().await, "open", "what was refused changed nothing");
    change(&mut admin, &other, json!({ "role": "administrator" })).await.ok();
    change(&mut admin, &own, json!({ "role": "clinician" })).await.ok();
    admin.is_out().await;
    desk.sign_in().await;
    let events = desk.events().await;
    for event in [
        format!("{NAME} role-changed Grace supervisor"),
        format!("{NAME} disabled Grace"),
        format!("{NAME} enabled Grace"),
        format!("{NAME} role-changed {NAME} clinician"),
        "- added Grace clinician".to_owned(),
    ] {
        assert!(events.contains(&event), "{event}: {events:?}");
    }
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it_and_other_sessions_end() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Clinician).await;
    let elsewhere = (desk.cookie.clone(), desk.csrf.clone());
    desk.sign_in().await;
    let old = desk.password.clone();
    let put = |current: &str, new: &str| json!({ "current": current, "new": new });
    let path = "/v1/staff/session/password";
    refused(&desk.post(path, &put("wrong", PASSWORD)).await, 403, "password-refused");
    refused(&desk.post(path, &put(&old, "short")).await, 422, "password-weak");
    refused(&desk.post(path, &put(&old, &"x".repeat(513))).await, 422, "password-weak");
    desk.post(path, &put(&old, PASSWORD)).await.ok();
    assert_eq!(desk.state().await, "open");
    let here = std::mem::replace(&mut desk.cookie, elsewhere.0);
    desk.is_out().await;
    desk.cookie = here;
    refused(&desk.give_password().await, 401, "sign-in-refused");
    PASSWORD.clone_into(&mut desk.password);
    desk.sign_in().await;
}

#[tokio::test]
async fn a_password_from_the_operator_must_be_changed_first() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Administrator).await;
    desk.password = server.app.office().reset_password("DR. ADA").await.unwrap().to_string();
    desk.is_out().await;
    desk.give_password().await.ok();
    server.hands.forward(30);
    assert_eq!(desk.give_code().await.ok().json()["state"], "password");
    for path in ["/v1/staff/accounts", "/v1/staff/audit"] {
        refused(&desk.get(path).await, 403, "sign-in-unfinished");
    }
    // Whoever handed it over knows it still.
    let same = json!({ "current": desk.password, "new": desk.password });
    refused(&desk.post("/v1/staff/session/password", &same).await, 422, "password-weak");
    let body = json!({ "current": desk.password, "new": PASSWORD });
    assert_eq!(desk.post("/v1/staff/session/password", &body).await.ok().json()["state"], "open");
    let events = desk.events().await;
    assert_eq!(events[0], format!("{NAME} password-changed"));
    assert!(events.contains(&format!("- password-reset {NAME}")), "{events:?}");

    // Another second factor: the one before is void.
    let before = std::mem::replace(
        &mut desk.uri,
        server.app.office().reset_second_factor(NAME).await.unwrap().to_string(),
    );
    desk.is_out().await;
    PASSWORD.clone_into(&mut desk.password);
    desk.give_password().await.ok();
    server.hands.forward(30);
    let body = json!({ "code": code(&before, server.now()) });
    refused(&desk.post("/v1/staff/session/code", &body).await, 403, "code-refused");
    desk.give_code().await.ok();
}

#[tokio::test]
async fn the_database_holds_no_password_no_second_factor_and_no_token() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Administrator).await;
    let token = invite(&mut desk, "clinician").await;
    let accept = json!({ "token": token, "name": "Grace", "password": PASSWORD });
    let uri = server.post_json("/v1/staff/invitations/accept", &accept).await.ok().json();
    let mut bytes = Vec::new();
    for name in ["twoken.db", "twoken.db-wal"] {
        bytes.extend(std::fs::read(server.data.path().join(name)).unwrap());
    }
    let holds = |what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
    assert!(holds(NAME.as_bytes()), "the search finds what is there");
    let secret = |uri: &str| {
        let text = uri.split("secret=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        [twoken_core::codec::from_base32(&text).unwrap().to_vec(), text.into_bytes()]
    };
    let raw = |token: &str| [twoken_core::codec::from_base64url(token).unwrap(), token.as_bytes().to_vec()];
    let session = desk.cookie.split('=').nth(1).unwrap().to_owned();
    let mut secrets = vec![desk.password.clone().into_bytes(), PASSWORD.as_bytes().to_vec()];
    secrets.extend(secret(&desk.uri));
    secrets.extend(secret(uri["otpauth"].as_str().unwrap()));
    secrets.extend(raw(&session));
    secrets.extend(raw(&token));
    secrets.push(desk.csrf.clone().into_bytes());
    assert_eq!(secrets.len(), 11);
    for secret in secrets {
        assert!(!holds(&secret));
    }
}
