//! TANs at the desk, permits, and what is written down of it.

use serde_json::{Value, json};
use twoken_core::permit::{Class, Pending, StaffPending};
use twoken_core::redaction::Redaction;
use twoken_core::status::Degree;
use twoken_core::tan::Tan;
use twoken_core::units::Week;
use twoken_core::wire::PermitResponse;
use twoken_server::domain::staff::Role;

use crate::support::people::{Person, rng};
use crate::support::staff::{Desk, NAME};
use crate::support::{DAY, HOUR, Server, refused};

const TANS: &str = "/v1/staff/tans";

fn drawn(count: usize) -> Vec<Tan> {
    (0..count).map(|_| Tan::generate(&mut rng())).collect()
}

fn texts(tans: &[Tan]) -> Vec<String> {
    tans.iter().map(|tan| tan.display().to_string()).collect()
}

async fn state(desk: &mut Desk<'_>, tan: &Tan) -> String {
    let answer = desk.post("/v1/staff/tans/state", &json!({ "tan": *tan.display() })).await.ok().json();
    answer["state"].as_str().unwrap().to_owned()
}

async fn revoke(desk: &mut Desk<'_>, tan: &Tan) -> String {
    let answer = desk.post("/v1/staff/tans/revocation", &json!({ "tan": *tan.display() })).await.ok().json();
    answer["state"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_browser_draws_tans_and_sending_them_again_changes_nothing() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Clinician).await;
    let tans = drawn(3);
    let mut body = json!({ "tans": texts(&tans), "hours": 5 });
    let until = server.now().seconds().div_ceil(HOUR) * HOUR + 5 * HOUR;
    let all = |state: &str, count: usize| json!({ "tans": vec![json!({ "state": state, "valid_until": until }); count] });
    assert_eq!(desk.post(TANS, &body).await.ok().json(), all("new", 3));
    // The answer was lost, and the next batch begins with the same ones: another time does not touch what is known.
    body["hours"] = json!(300);
    assert_eq!(desk.post(TANS, &body).await.ok().json(), all("known", 3));
    let pending = Pending::new(&tans[0], Class::Patient, server.now().week(), &mut rng());
    server.redeem(&pending.request().unwrap()).await.ok();
    assert_eq!(desk.post(TANS, &body).await.ok().json(), all("known", 3));
    let other = Pending::new(&tans[0], Class::Patient, server.now().week(), &mut rng());
    refused(&server.redeem(&other.request().unwrap()).await, 409, "tan-used");

    // In any spelling; twice in one request is once.
    let tan = drawn(1).remove(0);
    let typed = tan.display().to_lowercase().replace('-', " ");
    let body = json!({ "tans": [typed, *tan.display()] });
    let told = desk.post(TANS, &body).await.ok().json();
    assert_eq!((&told["tans"][0]["state"], &told["tans"][1]["state"]), (&json!("new"), &json!("known")));
    assert_eq!(state(&mut desk, &tan).await, "valid");
    let most = drawn(100);
    desk.post(TANS, &json!({ "tans": texts(&most) })).await.ok();
}

#[tokio::test]
async fn what_cannot_be_issued_is_told_and_nothing_is() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Clinician).await;
    let good = drawn(1).remove(0);
    let mut mistyped = good.display().to_string();
    let last = if mistyped.ends_with('0') { "1" } else { "0" };
    mistyped.replace_range(15.., last);
    let answer = desk.post(TANS, &json!({ "tans": [*good.display(), mistyped] })).await;
    refused(&answer, 400, "tan-malformed");
    assert!(answer.json()["detail"].as_str().unwrap().starts_with("TAN 2 of the request is mistyped"));
    for body in [
        json!({ "tans": [] }),
        json!({ "tans": texts(&drawn(101)) }),
        json!({ "tans": [*good.display()], "hours": 0 }),
        json!({ "tans": [*good.display()], "hours": 337 }),
        json!({ "tans": *good.display() }),
        json!({ "tans": [*good.display()], "patient": "Erika" }),
    ] {
        refused(&desk.post(TANS, &body).await, 400, "body-malformed");
    }
    assert_eq!(state(&mut desk, &good).await, "unknown");
    refused(&desk.post("/v1/staff/tans/state", &json!({ "tan": "nonsense" })).await, 400, "tan-malformed");
    refused(&desk.post("/v1/staff/tans/revocation", &json!({ "tan": "" })).await, 400, "tan-malformed");
}

#[tokio::test]
async fn a_tan_is_unknown_valid_redeemed_revoked_or_expired() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Clinician).await;
    let tans = drawn(4);
    desk.post(TANS, &json!({ "tans": texts(&tans[..3]), "hours": 2 })).await.ok();
    let [redeemed, revoked, expired, unknown] = tans.as_slice() else { panic!() };
    let redeem =
        |tan: &Tan| Pending::new(tan, Class::Patient, server.now().week(), &mut rng()).request().unwrap();
    server.redeem(&redeem(redeemed)).await.ok();
    assert_eq!(revoke(&mut desk, redeemed).await, "redeemed", "too late");
    assert_eq!(revoke(&mut desk, revoked).await, "revoked");
    assert_eq!(revoke(&mut desk, revoked).await, "revoked");
    assert_eq!(revoke(&mut desk, unknown).await, "unknown");
    refused(&server.redeem(&redeem(revoked)).await, 410, "tan-revoked");
    // Issuing it again does not make it valid.
    desk.post(TANS, &json!({ "tans": texts(&tans[1..2]) })).await.ok();
    refused(&server.redeem(&redeem(revoked)).await, 410, "tan-revoked");
    assert_eq!(state(&mut desk, expired).await, "valid");
    server.hands.forward(3 * HOUR);
    desk.sign_in().await;
    assert_eq!(state(&mut desk, expired).await, "expired");
    assert_eq!(revoke(&mut desk, expired).await, "expired");
    for (tan, as_it_stands) in [(redeemed, "redeemed"), (revoked, "revoked"), (unknown, "unknown")] {
        assert_eq!(state(&mut desk, tan).await, as_it_stands);
    }
}

#[tokio::test]
async fn whoever_looks_up_many_unknown_tans_has_to_wait() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Clinician).await;
    let known = drawn(1).remove(0);
    desk.post(TANS, &json!({ "tans": texts(std::slice::from_ref(&known)) })).await.ok();
    for tan in drawn(60) {
        assert_eq!(state(&mut desk, &tan).await, "unknown");
        assert_eq!(state(&mut desk, &known).await, "valid");
    }
    let body = json!({ "tan": *drawn(1)[0].display() });
    refused(&desk.post("/v1/staff/tans/state", &body).await, 429, "too-many-requests");
    server.hands.forward(10);
    assert_eq!(state(&mut desk, &known).await, "valid");
}

/// What the console does: a permit by session, an upload without.
#[tokio::test]
async fn claim_23_an_upload_carries_a_staff_permit_and_no_session_and_the_audit_knows_permits_alone() {
    let server = Server::demo().await;
    let mut desk = Desk::signed_in(&server, Role::Supervisor).await;
    let now = server.now();
    let pinned = server.config().await.config().permit_key().unwrap();
    let pending = StaffPending::new(now.week(), &mut rng());
    let request = serde_json::to_value(pending.request().unwrap()).unwrap();
    let answer = desk.post("/v1/staff/permits", &request).await.ok();
    // A lost answer is fetched again.
    let again = desk.post("/v1/staff/permits", &request).await.ok().json();
    assert_eq!(answer.json()["evaluated"], again["evaluated"]);
    let answer: PermitResponse = serde_json::from_slice(&answer.body).unwrap();
    let body = Person::with_encounters(3, now).body(&Redaction::default(), "root", Degree::First, now);
    let sent = pending.finalize(&answer, &pinned).unwrap().authorise(body);
    // The cookie's path keeps a browser from sending it; and were it sent, nothing would read it.
    let before = desk.events().await;
    server.upload(&sent).await.ok();
    assert_eq!(desk.events().await, before, "an upload leaves nothing there");
    assert_eq!(before.iter().filter(|line| **line == format!("{NAME} permit-given")).count(), 2);

    let stated = |week: Week| json!({ "blinded": request["blinded"], "week": week.get() });
    for week in [now.week().get() - 2, now.week().get() + 2] {
        refused(&desk.post("/v1/staff/permits", &stated(Week::new(week))).await, 403, "week-refused");
    }
    let wrong = json!({ "blinded": "AAAA", "week": now.week().get() });
    refused(&desk.post("/v1/staff/permits", &wrong).await, 400, "permit-malformed");
}

#[tokio::test]
async fn permits_are_bounded_for_each_account() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Clinician).await;
    let pending = StaffPending::new(server.now().week(), &mut rng());
    let request = serde_json::to_value(pending.request().unwrap()).unwrap();
    for _ in 0..60 {
        desk.post("/v1/staff/permits", &request).await.ok();
    }
    let answer = desk.post("/v1/staff/permits", &request).await;
    refused(&answer, 429, "too-many-requests");
    let mut other = Desk::account(&server, "Grace", Role::Clinician).await;
    other.give_password().await.ok();
    other.give_code().await.ok();
    other.post("/v1/staff/permits", &request).await.ok();
    server.hands.forward(30);
    desk.post("/v1/staff/permits", &request).await.ok();
}

#[tokio::test]
async fn the_audit_and_the_figures_know_no_tan_and_no_patient() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Supervisor).await;
    let tans = drawn(5);
    desk.post(TANS, &json!({ "tans": texts(&tans) })).await.ok();
    desk.post(TANS, &json!({ "tans": texts(&tans) })).await.ok();
    let redeem =
        |tan: &Tan, class| Pending::new(tan, class, server.now().week(), &mut rng()).request().unwrap();
    let request = redeem(&tans[0], Class::Patient);
    server.redeem(&request).await.ok();
    server.redeem(&request).await.ok();
    revoke(&mut desk, &tans[1]).await;
    revoke(&mut desk, &tans[1]).await;
    state(&mut desk, &tans[2]).await;
    let staff = server.tan(Class::Staff).await;
    server.redeem(&redeem(&staff, Class::Staff)).await.ok();
    let pending = StaffPending::new(server.now().week(), &mut rng());
    desk.post("/v1/staff/permits", &serde_json::to_value(pending.request().unwrap()).unwrap()).await.ok();

    let lines = desk.events().await;
    let expected =
        ["permit-given", "tan-looked-up", "tan-looked-up", "tan-revoked", "tans-issued 5", "signed-in"];
    assert_eq!(
        lines,
        expected
            .map(|what| format!("{NAME} {what}"))
            .into_iter()
            .chain([format!("- added {NAME} supervisor")])
            .collect::<Vec<_>>()
    );
    let figures = desk.get("/v1/staff/figures").await.ok().json();
    let day = server.now().day().to_string();
    let today = json!({ "day": day, "issued": 6, "redeemed": 2, "revoked": 1, "patient_permits": 1, "staff_permits": 2 });
    assert_eq!(figures, json!({ "days": [today] }));

    // Neither the answers nor the tables behind them hold a TAN or its hash.
    let database = crate::schema::open(&server).await;
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT concat_ws('|', number, at, hex(actor), what, hex(subject), role, count) FROM staff_event
         UNION ALL SELECT concat_ws('|', day, what, count) FROM figure",
    )
    .fetch_all(&database)
    .await
    .unwrap();
    assert_eq!(rows.len(), lines.len() + 5);
    let told =
        format!("{} {figures} {}", rows.join("\n"), desk.get("/v1/staff/audit").await.json()).to_lowercase();
    for tan in tans.iter().chain([&staff]) {
        let hash = server.app.keys().tan.hash(tan).to_string();
        for text in [tan.display().to_lowercase(), tan.display().replace('-', "").to_lowercase(), hash] {
            assert!(!told.contains(&text));
        }
    }
}

#[tokio::test]
async fn the_audit_is_read_page_by_page_and_goes_after_half_a_year() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Supervisor).await;
    for tan in drawn(7) {
        state(&mut desk, &tan).await;
    }
    let mut numbers = Vec::new();
    let mut before = String::new();
    loop {
        let page = desk.get(&format!("/v1/staff/audit?limit=3{before}")).await.ok().json();
        let found: Vec<i64> = page["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["number"].as_i64().unwrap())
            .collect();
        before = format!("&before={}", found.last().unwrap());
        numbers.extend(found);
        if page["more"] == Value::Bool(false) {
            break;
        }
    }
    assert_eq!(numbers, (1..=9).rev().collect::<Vec<i64>>());
    let all = desk.get("/v1/staff/audit?limit=9").await.ok().json();
    assert_eq!((all["more"].clone(), all["events"].as_array().unwrap().len()), (json!(false), 9));
    server.hands.forward(181 * DAY);
    server.tick().await;
    desk.sign_in().await;
    assert_eq!(desk.events().await, [format!("{NAME} signed-in")]);
    assert_eq!(desk.get("/v1/staff/figures").await.ok().json(), json!({ "days": [] }));
}
