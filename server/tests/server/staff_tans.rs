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
    let until = (server.now().seconds() + 5 * HOUR).next_multiple_of(6 * HOUR);
    let all = |state: &str, count: usize| json!({ "tans": vec![json!({ "state": state, "valid_until": until }); count] });
    assert_eq!(desk.post(TANS, &body).await.ok().json(), all("new", 3));
    // The answer was lost, and the next batch begins with the same ones: another time does not touch what is known.
    body["hours"] = json!(300);
    assert_eq!(desk.post(TANS, &body).await.ok().json(), all("known", 3));
    let pending = Pending::new(&tans[0], Class::Patient, server.now().week(), &mut rng());
    server.redeem(&pending.request().unwrap()).await.ok();
    revoke(&mut desk, &tans[1]).await;
    // What is no longer valid is told as that, not as something that can be handed out.
    let stand = ["redeemed", "revoked", "known"].map(|state| json!({ "state": state, "valid_until": until }));
    assert_eq!(desk.post(TANS, &body).await.ok().json(), json!({ "tans": stand }));
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
    server.hands.forward(11 * HOUR);
    desk.sign_in().await;
    let stand =
        ["redeemed", "revoked", "expired"].map(|state| json!({ "state": state, "valid_until": until }));
    assert_eq!(desk.post(TANS, &json!({ "tans": texts(&tans) })).await.ok().json(), json!({ "tans": stand }));
}

/// When a TAN ends stands beside its hash. To the hour it would lead to the one event of that hour, and so to who issued it.
#[tokio::test]
async fn when_a_tan_ends_does_not_say_the_hour_in_which_it_was_issued() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Clinician).await;
    let quarter = 6 * HOUR;
    server.hands.forward(quarter - server.now().seconds() % quarter);
    let start = server.now().seconds();
    let mut ends = Vec::new();
    for wait in [1, HOUR, HOUR, HOUR, HOUR, 2 * HOUR - 1] {
        server.hands.forward(wait);
        desk.sign_in().await;
        server.hands.back(30);
        let body = json!({ "tans": texts(&drawn(1)), "hours": 24 });
        let told = desk.post(TANS, &body).await.ok().json();
        ends.push(told["tans"][0]["valid_until"].as_u64().unwrap());
    }
    assert_eq!(ends, [start + 5 * quarter; 6], "each lives 24 to 30 hours");
    let database = crate::schema::open(&server).await;
    let kept: Vec<i64> =
        sqlx::query_scalar("SELECT DISTINCT expires_hour FROM tan").fetch_all(&database).await.unwrap();
    assert_eq!(kept, [i64::try_from((start + 5 * quarter) / HOUR).unwrap()]);
}

#[tokio::test]
async fn an_account_issues_so_many_tans_a_day_and_no_more() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Supervisor).await;
    let tomorrow = (server.now().seconds() / DAY + 1) * DAY;
    let first = texts(&drawn(100));
    desk.post(TANS, &json!({ "tans": first })).await.ok();
    for _ in 1..19 {
        desk.post(TANS, &json!({ "tans": texts(&drawn(100)) })).await.ok();
    }
    desk.post(TANS, &json!({ "tans": texts(&drawn(99)) })).await.ok();
    let two = drawn(2);
    let answer = desk.post(TANS, &json!({ "tans": texts(&two) })).await;
    refused(&answer, 429, "too-many-requests");
    assert_eq!(answer.header("retry-after"), (tomorrow - server.now().seconds()).to_string());
    assert_eq!(answer.json()["detail"], "an account issues 2000 TANs a day at most");
    for tan in &two {
        assert_eq!(state(&mut desk, tan).await, "unknown", "of a request that is refused nothing is kept");
    }
    desk.post(TANS, &json!({ "tans": texts(&two[..1]) })).await.ok();
    refused(&desk.post(TANS, &json!({ "tans": texts(&two[1..]) })).await, 429, "too-many-requests");
    // What was sent before may be sent again; another account has its own; so has this one tomorrow, also after a restart.
    assert_eq!(desk.post(TANS, &json!({ "tans": first })).await.ok().json()["tans"][99]["state"], "known");
    let mut other = Desk::account(&server, "Grace", Role::Clinician).await;
    other.sign_in().await;
    other.post(TANS, &json!({ "tans": texts(&two[1..]) })).await.ok();
    server.hands.forward(tomorrow - server.now().seconds());
    desk.sign_in().await;
    desk.post(TANS, &json!({ "tans": texts(&drawn(100)) })).await.ok();
    let issued: u64 = desk
        .events()
        .await
        .iter()
        .filter_map(|line| line.split("Ada tans-issued ").nth(1))
        .map(|count| count.parse::<u64>().unwrap())
        .sum();
    assert_eq!(issued, 2100);
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
    server.hands.forward(8 * HOUR);
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
    assert_eq!(before.iter().filter(|line| **line == format!("{NAME} permit-given")).count(), 1);

    // This week's alone: there is no hoarding of the next one's.
    let stated = |week: Week| json!({ "blinded": request["blinded"], "week": week.get() });
    for week in [now.week().get() - 1, now.week().get() + 1] {
        refused(&desk.post("/v1/staff/permits", &stated(Week::new(week))).await, 403, "week-refused");
    }
    let wrong = json!({ "blinded": "AAAA", "week": now.week().get() });
    refused(&desk.post("/v1/staff/permits", &wrong).await, 400, "permit-malformed");
}

fn blinded(week: Week) -> Value {
    serde_json::to_value(StaffPending::new(week, &mut rng()).request().unwrap()).unwrap()
}

#[tokio::test]
async fn permits_are_bounded_for_each_account() {
    const PERMITS: &str = "/v1/staff/permits";
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Supervisor).await;
    let week = server.now().week();
    let malformed = json!({ "blinded": "AAAA", "week": week.get() });
    for _ in 0..61 {
        refused(&desk.post(PERMITS, &malformed).await, 400, "permit-malformed");
    }
    // An answer that was lost and what was refused cost nothing: sixty at once.
    let first = blinded(week);
    let answer = desk.post(PERMITS, &first).await.ok().json();
    for _ in 1..60 {
        desk.post(PERMITS, &blinded(week)).await.ok();
        assert_eq!(desk.post(PERMITS, &first).await.ok().json()["evaluated"], answer["evaluated"]);
    }
    let answer = desk.post(PERMITS, &blinded(week)).await;
    refused(&answer, 429, "too-many-requests");
    assert_eq!(answer.header("retry-after"), "30");
    let mut other = Desk::account(&server, "Grace", Role::Clinician).await;
    other.give_password().await.ok();
    other.give_code().await.ok();
    other.post(PERMITS, &first).await.ok();
    // Two hundred on a day, in whatever time, also after a restart of the program.
    for _ in 60..200 {
        server.hands.forward(30);
        desk.post(PERMITS, &blinded(week)).await.ok();
    }
    let figures = desk.get("/v1/staff/figures").await.ok().json();
    assert_eq!(figures["days"][0]["staff_permits"], 201);
    let tomorrow = (server.now().seconds() / DAY + 1) * DAY;
    server.hands.forward(30);
    let answer = desk.post(PERMITS, &blinded(week)).await;
    refused(&answer, 429, "too-many-requests");
    assert_eq!(answer.json()["detail"], "an account is given 200 permits a day at most");
    assert_eq!(answer.header("retry-after"), (tomorrow - server.now().seconds()).to_string());
    server.hands.forward(tomorrow - server.now().seconds());
    desk.sign_in().await;
    desk.post(PERMITS, &blinded(server.now().week())).await.ok();
}

#[tokio::test]
async fn around_the_turn_of_the_week_both_are_this_one() {
    let server = Server::strict().await;
    let week = server.now().week();
    let turn = u64::from(week.get() + 1) * 7 * DAY;
    server.hands.forward(turn - 301 - server.now().seconds());
    let mut desk = Desk::account(&server, NAME, Role::Clinician).await;
    desk.give_password().await.ok();
    desk.give_code().await.ok();
    let next = Week::new(week.get() + 1);
    for (forward, this, that) in [(0, true, false), (1, true, true), (599, true, true), (1, false, true)] {
        server.hands.forward(forward);
        for (week, fits) in [(week, this), (next, that)] {
            let answer = desk.post("/v1/staff/permits", &blinded(week)).await;
            if fits { drop(answer.ok()) } else { refused(&answer, 403, "week-refused") }
        }
    }
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
    let expected = [
        "permit-given",
        "tan-looked-up",
        "tan-looked-up",
        "tan-revoked",
        "tan-looked-up 5",
        "tans-issued 5",
        "signed-in",
    ];
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
    let today = json!({ "day": day, "issued": 6, "redeemed": 2, "revoked": 1, "patient_permits": 1, "staff_permits": 2, "unknown_names": 0 });
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
