//! What an operator's alarm is told.

use serde_json::json;

use crate::support::people::send_reports;
use crate::support::{HOUR, Server};

#[tokio::test]
async fn a_server_that_does_its_work_is_ready() {
    let server = Server::strict().await;
    let answer = server.get("/readyz").await.ok();
    assert_eq!(answer.header("cache-control"), "no-store");
    let all_is_well = json!({
        "status": "ready", "database": true, "schema": true, "sealing": true, "disk": true
    });
    assert_eq!(answer.json(), all_is_well);
}

#[tokio::test]
async fn sealing_that_does_not_come_is_told() {
    let server = Server::strict().await;
    // One tick may be late, and a process that has just started has not had one.
    server.hands.forward(2 * HOUR + 60);
    server.get("/readyz").await.ok();
    server.hands.forward(5);
    let answer = server.get("/readyz").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["sealing"]), (503, &json!(false)));
    assert_eq!(answer.json()["status"], "not ready");
    server.get("/healthz").await.ok();
    server.tick().await;
    server.hands.forward(5);
    server.get("/readyz").await.ok();
}

#[tokio::test]
async fn a_database_that_another_version_has_changed_is_told() {
    let server = Server::strict().await;
    let database = crate::schema::open(&server).await;
    sqlx::query("PRAGMA user_version = 99").execute(&database).await.unwrap();
    let answer = server.get("/readyz").await;
    assert_eq!(answer.status, 503);
    assert_eq!((&answer.json()["database"], &answer.json()["schema"]), (&json!(true), &json!(false)));
}

#[tokio::test]
async fn a_database_that_cannot_be_written_is_told() {
    let server = Server::strict().await;
    server.app.store().close().await;
    let answer = server.get("/readyz").await;
    assert_eq!(answer.status, 503);
    assert_eq!((&answer.json()["database"], &answer.json()["schema"]), (&json!(false), &json!(false)));
}

#[tokio::test]
async fn who_asks_all_the_time_is_given_the_same_answer() {
    let server = Server::strict().await;
    server.get("/readyz").await.ok();
    // Somebody else writes, and does not end: a look would have to wait for its turn.
    let database = crate::schema::open(&server).await;
    let mut writer = database.acquire().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *writer).await.unwrap();
    server.hands.forward(4);
    for _ in 0..100 {
        server.get("/readyz").await.ok();
    }
    sqlx::query("ROLLBACK").execute(&mut *writer).await.unwrap();
}

#[tokio::test]
async fn whether_there_are_reports_is_not_in_it() {
    let server = Server::strict().await;
    let before = server.get("/readyz").await.ok().body;
    send_reports(&server, 3, "root").await;
    server.tick().await;
    server.hands.forward(30 * HOUR);
    server.tick().await;
    assert_eq!(server.get("/readyz").await.ok().body, before);
}
