//! What is over is gone, and what is not is not.

use sqlx::Row;
use twoken_core::batch::{Head, Index};
use twoken_core::permit::{Class, Pending};

use crate::schema::open;
use crate::support::people::{report, rng, send_reports};
use crate::support::{DAY, Server, refused};

#[tokio::test]
async fn batches_live_fourteen_days_and_the_chain_goes_on() {
    let server = Server::demo().await;
    send_reports(&server, 1, "root").await;
    server.tick().await;
    let batch = server.batches("root").await.remove(0).0;
    let (day, head) = (server.now().day(), server.index("root").await.last_head());
    let path = format!("/v1/batches/{}/entries", batch.header().id);

    server.hands.forward(14 * DAY);
    server.tick().await;
    server.get(&path).await.ok();
    server.get(&format!("/v1/regions/root/{day}")).await.ok();

    server.hands.forward(DAY);
    server.tick().await;
    refused(&server.get(&path).await, 404, "not-found");
    refused(&server.get(&format!("/v1/regions/root/{day}")).await, 404, "not-found");
    let database = open(&server).await;
    for question in ["SELECT COUNT(*) FROM page", "SELECT COUNT(*) FROM filter_part"] {
        let left: i64 = sqlx::query(question).fetch_one(&database).await.unwrap().get(0);
        assert_eq!(left, 0, "{question}: its files are gone as well");
    }
    // Months later the chain still continues from the head that clients know.
    server.hands.forward(100 * DAY);
    server.tick().await;
    assert_eq!(server.index("root").await.last_head(), head);
    send_reports(&server, 1, "root").await;
    server.tick().await;
    let index: Index = server.index("root").await;
    assert_eq!(index.after(Some(&head)).unwrap().len(), 1);
    assert!(index.after(Some(&Head::GENESIS)).is_err());
}

#[tokio::test]
async fn used_permits_are_forgotten_when_their_week_is_over_and_not_before() {
    let server = Server::strict().await;
    let sent = report(&server, 1, "root").await;
    server.upload(&sent).await.ok();
    let database = open(&server).await;
    let count = async || -> i64 {
        sqlx::query("SELECT COUNT(*) FROM used_permit").fetch_one(&database).await.unwrap().get(0)
    };
    server.hands.forward(7 * DAY);
    server.tick().await;
    assert_eq!(count().await, 1, "the week before is still accepted");
    server.upload(&sent).await.ok();
    server.hands.forward(7 * DAY);
    server.tick().await;
    assert_eq!(count().await, 0);
    refused(&server.upload(&sent).await, 403, "week-refused");
}

#[tokio::test]
async fn tans_are_forgotten_two_days_after_their_time() {
    let server = Server::strict().await;
    let tan = server.tan(Class::Patient).await;
    let ask = |server: &Server| {
        Pending::new(&tan, Class::Patient, server.now().week(), &mut rng()).request().unwrap()
    };
    server.hands.forward(2 * DAY);
    server.tick().await;
    refused(&server.redeem(&ask(&server)).await, 410, "tan-expired");
    server.hands.forward(2 * DAY);
    server.tick().await;
    refused(&server.redeem(&ask(&server)).await, 404, "tan-unknown");
}
