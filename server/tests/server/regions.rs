//! The tree: where reports wait that are too few, and what becomes of a region that leaves the configuration.

use std::collections::BTreeSet;

use twoken_core::tag::Entry;
use twoken_core::units::Day;
use twoken_core::wire::Upload;
use twoken_server::config::{Profile, Region, Settings};

use crate::schema::open;
use crate::support::people::{report, send_reports};
use crate::support::{HOUR, Server, logs, refused};

fn region(id: &str, parent: Option<&str>) -> Region {
    Region { id: id.to_owned(), name: id.to_owned(), parent: parent.map(str::to_owned) }
}

/// A country, its north, and a village and a town in the north; a south.
fn country(name: &str) -> Settings {
    let mut settings = Settings::defaults(Profile::Strict);
    let id = |part: &str| format!("{name}-{part}");
    settings.regions = vec![
        region(name, None),
        region(&id("north"), Some(name)),
        region(&id("village"), Some(&id("north"))),
        region(&id("town"), Some(&id("north"))),
        region(&id("south"), Some(name)),
    ];
    settings
}

/// Region, uploads and stamp of every open pool.
async fn pools(server: &Server) -> Vec<(String, u64, Option<u64>)> {
    let pools = server.app.store().pools().await.unwrap();
    pools.into_iter().map(|pool| (pool.key.region, pool.uploads, pool.waiting_since)).collect()
}

async fn published(server: &Server, region: &str) -> usize {
    server.batches(region).await.len()
}

#[tokio::test]
async fn claim_12_too_few_wait_a_day_and_are_sealed_with_the_wider_region_then() {
    let server = Server::with(country("c1")).await;
    let first = report(&server, 3, "c1-village").await;
    server.upload(&first).await.ok();
    send_reports(&server, 3, "c1-north").await;
    server.tick().await;
    let stamp = Some(server.now().seconds());
    server.hands.forward(23 * HOUR);
    server.tick().await;
    assert_eq!(
        pools(&server).await,
        [("c1-north".to_owned(), 3, stamp), ("c1-village".to_owned(), 1, stamp)]
    );

    // A fifth comes to the north before the day is over: 1 + 4 are enough as soon as the village's has come up.
    send_reports(&server, 1, "c1-north").await;
    server.hands.forward(HOUR);
    server.tick().await;
    assert_eq!(pools(&server).await, []);
    assert_eq!((published(&server, "c1-north").await, published(&server, "c1-village").await), (1, 0));
    let (signed, pages) = server.batches("c1-north").await.remove(0);
    assert_eq!(signed.header().region.as_str(), "c1-north");
    let there: BTreeSet<_> = pages.entries().map(|entry| entry.to_bytes()).collect();
    for entry in Upload::decode(&first.body).unwrap().entries {
        assert!(
            there.contains(&Entry::to_bytes(&entry)),
            "what waited in the village is in the north's batch"
        );
    }
}

#[tokio::test]
async fn claim_12_who_has_waited_long_enough_climbs_until_in_company_or_at_the_root() {
    let server = Server::with(country("c2")).await;
    send_reports(&server, 1, "c2-village").await;
    server.tick().await;
    let stamp = Some(server.now().seconds());
    server.hands.forward(20 * HOUR);
    send_reports(&server, 2, "c2-north").await;
    server.tick().await;
    server.hands.forward(4 * HOUR);
    // The wait goes on: the village's day is over, so its report is not made to wait another one in the north, nor a
    // third one at the root; the north's two go with it.
    server.tick().await;
    assert_eq!(pools(&server).await, [("c2".to_owned(), 3, stamp)]);
    let alerts = || logs::lines_with("region=\"c2\"").iter().filter(|line| line.contains("WARN")).count();
    assert_eq!(alerts(), 1, "at the root they are too few as well: the operator is told, at this very tick");

    // Two from elsewhere make it five.
    send_reports(&server, 2, "c2").await;
    server.hands.forward(HOUR);
    server.tick().await;
    assert_eq!(published(&server, "c2").await, 1);
    assert_eq!(pools(&server).await, []);
}

#[tokio::test]
async fn claim_12_only_at_the_root_the_signed_setting_seals_too_few() {
    let mut settings = country("c3");
    settings.seal_anyway_after_hours = Some(24);
    let server = Server::with(settings).await;
    send_reports(&server, 1, "c3-town").await;
    send_reports(&server, 1, "c3-village").await;
    server.tick().await;
    server.hands.forward(24 * HOUR);
    server.tick().await;
    for region in ["c3-town", "c3-village", "c3-north"] {
        assert_eq!(published(&server, region).await, 0, "{region}");
    }
    assert_eq!(published(&server, "c3").await, 1, "both together, with the widest crowd there is");
}

#[tokio::test]
async fn claim_12_entries_that_wait_in_both_are_one_and_counters_are_added() {
    let server = Server::with(country("c4")).await;
    let store = server.app.store();
    let entries = |ids: &[u8]| ids.iter().flat_map(|id| [*id; 84]).collect::<Vec<u8>>();
    for (t, region, ids) in [(1, "c4-village", [1, 2]), (2, "c4-north", [2, 3])] {
        let pool = twoken_server::store::PoolKey { region: region.to_owned(), scheme: 1, degree: 1 };
        let upload = twoken_server::store::NewUpload {
            t: [t; 32],
            mac: [0; 32],
            week: 2968,
            parts: vec![twoken_server::store::Part { pool, line: 84, entries: entries(&ids) }],
        };
        store.record_upload(upload).await.unwrap();
    }
    let village =
        store.pools().await.unwrap().into_iter().find(|pool| pool.key.region == "c4-village").unwrap();
    assert!(!store.move_pool(village.number, "c4-north", Some(1)).await.unwrap(), "it is not below one");
    assert!(store.move_pool(village.number, "c4-north", Some(2)).await.unwrap());
    assert!(!store.move_pool(village.number, "c4-north", Some(2)).await.unwrap(), "it is there no more");
    assert_eq!(pools(&server).await, [("c4-north".to_owned(), 2, None)]);
    let north = store.pools().await.unwrap().remove(0);
    assert_eq!(store.entries_after(north.number, None, 9).await.unwrap(), [[1; 84], [2; 84], [3; 84]]);
    let database = open(&server).await;
    let rows = sqlx::query("SELECT pool FROM pool_entry").fetch_all(&database).await.unwrap();
    assert_eq!(rows.len(), 3, "nothing is left behind");
}

#[tokio::test]
async fn claim_12_a_move_that_dies_halfway_has_not_happened() {
    let server = Server::with(country("c5")).await;
    send_reports(&server, 2, "c5-village").await;
    server.tick().await;
    server.hands.forward(24 * HOUR);
    let database = open(&server).await;
    let before = pools(&server).await;
    for (trigger, step) in [
        ("counting", "INSERT ON pool"),
        ("copying", "INSERT ON pool_entry"),
        ("leaving", "DELETE ON pool_entry"),
        ("closing", "DELETE ON pool"),
    ] {
        let text =
            format!("CREATE TRIGGER {trigger} BEFORE {step} BEGIN SELECT RAISE(ABORT, 'power cut'); END");
        sqlx::query(sqlx::AssertSqlSafe(text)).execute(&database).await.unwrap();
        server.tick().await;
        assert_eq!(pools(&server).await, before, "{trigger}");
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"))).execute(&database).await.unwrap();
    }
    server.tick().await;
    assert_eq!(pools(&server).await, [("c5".to_owned(), 2, before[0].2)]);
}

#[tokio::test]
async fn a_region_that_leaves_the_configuration_leaves_its_reports_to_the_next_wider_one() {
    let server = Server::with(country("c6")).await;
    send_reports(&server, 5, "c6-village").await;
    server.tick().await;
    let (batch, _) = server.batches("c6-village").await.remove(0);
    let day = server.now().day();
    send_reports(&server, 2, "c6-village").await;
    send_reports(&server, 1, "c6-south").await;
    server.hands.forward(HOUR);
    server.tick().await;

    // The village and the north go at once: what waited in the village waits at the root now.
    let server = server
        .restart(|settings| {
            settings.regions.retain(|region| !["c6-village", "c6-north"].contains(&region.id.as_str()));
            settings.regions[1].parent = Some("c6".to_owned());
        })
        .await;
    server.hands.forward(HOUR);
    server.tick().await;
    let open: Vec<_> =
        pools(&server).await.into_iter().map(|(region, uploads, _)| (region, uploads)).collect();
    assert_eq!(open, [("c6".to_owned(), 2), ("c6-south".to_owned(), 1)]);
    let told = logs::lines_with("region=\"c6-village\"");
    assert!(
        told.iter()
            .any(|line| line.contains("WARN") && line.contains("to=\"c6\"") && line.contains("uploads=2")),
        "{told:?}"
    );
    refused(&server.upload(&report(&server, 1, "c6-village").await).await, 422, "region-unknown");

    // What it published is there until it is deleted.
    let index = |day: Day| format!("/v1/regions/c6-village/{day}");
    assert_eq!(server.index("c6-village").await.after(None).unwrap().len(), 1);
    server.get(&format!("/v1/batches/{}/entries", batch.header().id)).await.ok();
    server.hands.forward(14 * 24 * HOUR);
    server.tick().await;
    server.get(&index(day)).await.ok();
    server.hands.forward(24 * HOUR);
    server.tick().await;
    refused(&server.get(&index(server.now().day())).await, 422, "region-unknown");
}

#[tokio::test]
async fn the_heir_is_the_nearest_ancestor_that_is_still_there() {
    let server = Server::with(country("c7")).await;
    send_reports(&server, 1, "c7-village").await;
    server.tick().await;
    let server = server.restart(|settings| settings.regions.retain(|region| region.id != "c7-village")).await;
    server.tick().await;
    assert_eq!(pools(&server).await[0].0, "c7-north");
}
