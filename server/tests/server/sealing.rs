//! Pools become batches: enough of them together, sorted, padded, signed, once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Row, SqlitePool};
use twoken_core::tag::Entry;
use twoken_core::wire::Upload;
use twoken_server::clock::Clock;
use twoken_server::config::{Profile, Region, Settings};
use twoken_server::domain::sealing::{self, Fate, Outcome};

use crate::schema::open as schema_of;
use crate::support::people::{report, send_reports};
use crate::support::{DAY, HOUR, Server, logs};

/// The strict profile with one more region, whose name no other test uses.
async fn with_region(id: &str) -> Server {
    let mut settings = Settings::defaults(Profile::Strict);
    settings.regions.push(Region { id: id.to_owned(), name: id.to_owned(), parent: Some("root".to_owned()) });
    Server::with(settings).await
}

async fn uploads(server: &Server) -> u64 {
    server.app.store().pools().await.unwrap().iter().map(|pool| pool.uploads).sum()
}

fn alerts(region: &str) -> usize {
    logs::lines_with(&format!("region=\"{region}\"")).iter().filter(|line| line.contains("WARN")).count()
}

/// The strict profile with a root of its own name, so that its lines in the log are its own.
async fn with_root(id: &str) -> Server {
    let mut settings = Settings::defaults(Profile::Strict);
    id.clone_into(&mut settings.regions[0].id);
    Server::with(settings).await
}

#[tokio::test]
async fn claim_12_a_pool_below_the_minimum_waits_and_is_never_dropped() {
    let server = with_root("claim-12").await;
    send_reports(&server, 4, "claim-12").await;
    server.tick().await;
    assert!(server.batches("claim-12").await.is_empty());
    server.hands.forward(HOUR);
    server.tick().await;
    assert!(server.batches("claim-12").await.is_empty());
    assert_eq!(alerts("claim-12"), 0);

    // Past max_wait it still waits, and the operator is told, at every tick.
    server.hands.forward(23 * HOUR);
    server.tick().await;
    assert_eq!(alerts("claim-12"), 1);
    server.hands.forward(HOUR);
    server.tick().await;
    assert_eq!(alerts("claim-12"), 2);
    assert!(server.batches("claim-12").await.is_empty());
    assert_eq!(uploads(&server).await, 4);

    // One more makes it enough.
    send_reports(&server, 1, "claim-12").await;
    server.tick().await;
    assert_eq!(server.batches("claim-12").await.len(), 1);
    assert_eq!(uploads(&server).await, 0);
    assert_eq!(alerts("claim-12"), 2);
}

#[tokio::test]
async fn claim_12_waiting_counts_in_ticks_and_begins_anew_with_each_pool() {
    let server = with_root("claim-12-ticks").await;
    send_reports(&server, 1, "claim-12-ticks").await;
    // Nobody looked for days: the first tick that sees the pool is the beginning.
    server.hands.forward(3 * DAY);
    server.tick().await;
    assert_eq!(alerts("claim-12-ticks"), 0);
    let pools = server.app.store().pools().await.unwrap();
    assert_eq!(pools[0].waiting_since, Some(server.now().seconds()));

    send_reports(&server, 4, "claim-12-ticks").await;
    server.tick().await;
    assert_eq!(server.batches("claim-12-ticks").await.len(), 1);
    server.hands.forward(30 * HOUR);
    send_reports(&server, 1, "claim-12-ticks").await;
    server.tick().await;
    assert_eq!(alerts("claim-12-ticks"), 0, "the next pool has its own beginning");
}

#[tokio::test]
async fn claim_12_only_the_signed_setting_seals_too_few_by_itself() {
    let mut settings = Settings::defaults(Profile::Strict);
    settings.seal_anyway_after_hours = Some(48);
    let server = Server::with(settings).await;
    assert_eq!(server.config().await.config().seal_anyway_after_hours, Some(48));
    send_reports(&server, 2, "root").await;
    server.tick().await;
    server.hands.forward(47 * HOUR);
    server.tick().await;
    assert!(server.batches("root").await.is_empty());
    server.hands.forward(HOUR);
    server.tick().await;
    assert_eq!(server.batches("root").await.len(), 1);
}

#[tokio::test]
async fn claim_12_sealing_on_demand_respects_the_minimum_unless_told_otherwise() {
    let server = Server::strict().await;
    send_reports(&server, 2, "root").await;
    let (store, keys, published) = (server.app.store(), server.app.keys(), server.app.published());
    let outcomes = sealing::seal_now(store, keys, published, server.app.clock(), None, false).await.unwrap();
    assert!(
        matches!(outcomes[0].fate, Fate::Waiting(sealing::Waiting { min_uploads: 5, overdue: false, .. })),
        "{outcomes:?}"
    );
    assert!(server.batches("root").await.is_empty());
    let other = "other".parse().unwrap();
    assert!(
        sealing::seal_now(store, keys, published, server.app.clock(), Some(&other), true)
            .await
            .unwrap()
            .is_empty()
    );
    let outcomes = sealing::seal_now(store, keys, published, server.app.clock(), None, true).await.unwrap();
    let [Outcome { fate: Fate::Sealed(sealed), .. }] = outcomes.as_slice() else { panic!("{outcomes:?}") };
    let batches = server.batches("root").await;
    assert_eq!(sealed.iter().map(|batch| batch.id).collect::<Vec<_>>(), [batches[0].0.header().id]);
}

#[tokio::test]
async fn claim_13_a_batch_is_full_pages_in_order_with_everything_that_waited() {
    let server = Server::demo().await;
    let mut sent = BTreeSet::new();
    for encounters in [1, 70, 3] {
        let report = report(&server, encounters, "root").await;
        sent.extend(Upload::decode(&report.body).unwrap().entries.iter().map(Entry::to_bytes));
        server.upload(&report).await.ok();
    }
    server.tick().await;
    let batches = server.batches("root").await;
    assert_eq!(batches.len(), 1);
    let (signed, pages) = &batches[0];
    // 64 + 256 + 64 entries: two pages.
    assert_eq!((sent.len(), signed.header().entries, signed.header().pages()), (384, 512, 2));
    assert_eq!(signed.header().entries % 256, 0);
    let published: Vec<_> = pages.entries().map(|entry| entry.to_bytes()).collect();
    assert!(published.is_sorted(), "sorting is the shuffle");
    assert!(sent.iter().all(|entry| published.contains(entry)));
    for entry in pages.entries() {
        assert!(Entry::from_bytes(&entry.to_bytes()).is_ok(), "dummies are elements like all others");
    }
    assert_eq!(uploads(&server).await, 0);
}

#[tokio::test]
async fn claim_10_a_batch_names_the_configuration_it_was_sealed_under() {
    let server = Server::demo().await;
    send_reports(&server, 1, "root").await;
    server.tick().await;
    let before = *server.config().await.digest();
    assert_eq!(server.batches("root").await[0].0.header().config_digest, before);
    let server = server.restart(|settings| settings.name = "Another name".to_owned()).await;
    send_reports(&server, 1, "root").await;
    server.hands.forward(60);
    server.tick().await;
    let now = server.config().await;
    assert_ne!(*now.digest(), before);
    let digests: Vec<_> =
        server.batches("root").await.iter().map(|(signed, _)| signed.header().config_digest).collect();
    assert_eq!(digests, [before, *now.digest()]);
    assert!(digests.iter().all(|digest| now.accepts_digest(digest)));
}

#[tokio::test]
async fn regions_never_meet() {
    let server = with_region("north").await;
    send_reports(&server, 5, "north").await;
    send_reports(&server, 5, "root").await;
    server.tick().await;
    let [north, root] = [server.batches("north").await, server.batches("root").await];
    assert_eq!((north.len(), root.len()), (1, 1));
    let tags = |pages: &twoken_core::batch::Pages| {
        pages.entries().map(|entry| *entry.tag.as_bytes()).collect::<BTreeSet<_>>()
    };
    assert!(tags(&north[0].1).is_disjoint(&tags(&root[0].1)));
}

#[tokio::test]
async fn sealing_that_dies_halfway_publishes_nothing_and_is_done_once() {
    let server = Server::demo().await;
    send_reports(&server, 2, "root").await;
    let sent = waiting(&server).await;
    let database = schema_of(&server).await;
    // Each step fails once: closing the pool, staging pages, publishing, moving the chain, marking the pool as sealed.
    for (trigger, step) in [
        ("closing", "UPDATE ON pool WHEN NEW.state = 'sealing'"),
        ("staging", "INSERT ON page"),
        ("publishing", "INSERT ON batch"),
        ("chaining", "INSERT ON chain"),
        ("marking", "UPDATE ON pool WHEN NEW.state = 'sealed'"),
    ] {
        broken(&database, trigger, step, &server).await;
        assert!(server.batches("root").await.is_empty(), "{trigger}");
        assert_eq!(waiting(&server).await, sent, "{trigger}");
        server.hands.forward(5);
        assert_eq!(server.get("/readyz").await.status, 503, "{trigger}");
    }
    // Published, and then it dies before the pool is emptied: that is done later, and nothing is published again.
    broken(&database, "emptying", "DELETE ON pool_entry", &server).await;
    assert_eq!(server.batches("root").await.len(), 1);
    assert_eq!(waiting(&server).await, sent);
    server.hands.forward(60);
    server.tick().await;
    assert_eq!(server.batches("root").await.len(), 1);
    assert!(waiting(&server).await.is_empty());
    assert_eq!(count(&database, "SELECT COUNT(*) FROM pool").await, 0);
    assert_eq!(count(&database, "SELECT COUNT(*) FROM page").await, 1, "what was staged in vain is gone");
    server.hands.forward(5);
    server.get("/readyz").await.ok();
    let published: BTreeSet<_> =
        server.batches("root").await[0].1.entries().map(|entry| entry.to_bytes()).collect();
    assert!(sent.iter().all(|entry| published.contains(entry.as_slice())));
}

/// A tick in which a step of sealing fails.
async fn broken(database: &SqlitePool, trigger: &str, step: &str, server: &Server) {
    let text = format!("CREATE TRIGGER {trigger} BEFORE {step} BEGIN SELECT RAISE(ABORT, 'power cut'); END");
    sqlx::query(sqlx::AssertSqlSafe(text)).execute(database).await.unwrap();
    server.tick().await;
    sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"))).execute(database).await.unwrap();
}

/// Every entry that waits, in whatever pool.
async fn waiting(server: &Server) -> BTreeSet<Vec<u8>> {
    let database = schema_of(server).await;
    let rows = sqlx::query("SELECT entry FROM pool_entry").fetch_all(&database).await.unwrap();
    database.close().await;
    rows.iter().map(|row| row.get("entry")).collect()
}

async fn count(database: &SqlitePool, question: &'static str) -> i64 {
    sqlx::query(question).fetch_one(database).await.unwrap().get(0)
}

#[tokio::test]
async fn uploads_that_come_while_a_pool_is_closed_begin_the_next_one() {
    let server = Server::demo().await;
    send_reports(&server, 1, "root").await;
    let store = server.app.store();
    let pool = store.pools().await.unwrap().remove(0);
    assert!(store.close_pool(pool.number).await.unwrap().is_some());
    assert!(store.close_pool(pool.number).await.unwrap().is_none(), "a pool is closed once");
    send_reports(&server, 2, "root").await;
    let open = store.pools().await.unwrap();
    assert_eq!(open.iter().map(|pool| pool.uploads).collect::<Vec<_>>(), [2]);
    // Both are sealed at the next tick: the closed one as what an earlier sealing left, the open one as it is due.
    server.tick().await;
    let sizes: Vec<_> =
        server.batches("root").await.iter().map(|(signed, _)| signed.header().entries).collect();
    assert_eq!(sizes, [256, 256]);
}

#[tokio::test]
async fn a_pool_that_fails_fails_no_other() {
    let server = with_region("a-broken-one").await;
    send_reports(&server, 5, "a-broken-one").await;
    send_reports(&server, 5, "root").await;
    let database = schema_of(&server).await;
    broken(&database, "one", "INSERT ON batch WHEN NEW.region = 'a-broken-one'", &server).await;
    assert_eq!(server.batches("root").await.len(), 1);
    assert!(server.batches("a-broken-one").await.is_empty());
    server.tick().await;
    assert_eq!(server.batches("a-broken-one").await.len(), 1);
}

#[tokio::test]
async fn two_processes_seal_a_pool_once() {
    let server = Server::demo().await;
    send_reports(&server, 3, "root").await;
    let seal = || {
        let app = server.app.clone();
        tokio::spawn(async move {
            sealing::seal_now(app.store(), app.keys(), app.published(), app.clock(), None, true).await
        })
    };
    let (one, two) = tokio::join!(seal(), seal());
    assert_eq!(one.unwrap().unwrap().len() + two.unwrap().unwrap().len(), 1);
    assert_eq!(server.batches("root").await.len(), 1);
}

#[tokio::test]
async fn a_clock_set_back_seals_nothing_until_it_has_caught_up() {
    let server = Server::demo().await;
    send_reports(&server, 1, "root").await;
    server.tick().await;
    send_reports(&server, 1, "root").await;
    server.hands.back(10);
    server.tick().await;
    assert_eq!(
        uploads(&server).await,
        1,
        "the index would be out of order, and every client would refuse it"
    );
    server.hands.forward(10);
    server.tick().await;
    assert_eq!(server.batches("root").await.len(), 2);
}

#[tokio::test]
async fn the_job_seals_on_schedule_and_stops_when_told() {
    let server = Server::demo().await;
    send_reports(&server, 1, "root").await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let job = tokio::spawn(twoken_server::jobs::run(server.app.clone(), async {
        stopped.await.unwrap();
    }));
    // 14:31:00: the next minute has not come.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(uploads(&server).await, 1);
    server.hands.forward(59);
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    server.hands.forward(1);
    for _ in 0..300 {
        if !server.batches("root").await.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(server.batches("root").await.len(), 1);
    stop.send(()).unwrap();
    job.await.unwrap();
}

/// Whoever has fetched yesterday's index as complete goes on from its last head.
#[tokio::test]
async fn nothing_is_added_to_a_day_that_is_over() {
    let server = Server::demo().await;
    send_reports(&server, 1, "root").await;
    let (store, keys, published) = (server.app.store(), server.app.keys(), server.app.published());
    let midnight = server.now().day().next().start();
    // The last second of the day for whoever asks first, the first of the next one from then on.
    let asked = Arc::new(AtomicU32::new(0));
    let clock = Clock::new(move || match asked.fetch_add(1, Ordering::Relaxed) {
        0..2 => midnight.minus(1),
        _ => midnight,
    });
    let outcomes = sealing::seal_now(store, keys, published, &clock, None, true).await.unwrap();
    assert!(matches!(outcomes[0].fate, Fate::Failed(sealing::Error::DayOver)), "{outcomes:?}");
    let outcomes = sealing::seal_now(store, keys, published, &clock, None, true).await.unwrap();
    let [Outcome { fate: Fate::Sealed(sealed), .. }] = outcomes.as_slice() else { panic!("{outcomes:?}") };
    assert_eq!(sealed.len(), 1);
}
