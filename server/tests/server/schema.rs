//! What the database can hold, read from the database.

use std::collections::{BTreeSet, HashSet};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Row, SqlitePool};
use twoken_core::permit::Class;
use twoken_core::tan::TanHash;
use twoken_core::wire::Digest;
use twoken_server::domain::tans;
use twoken_server::store::{self, Store};

use crate::support::people::send_reports;
use crate::support::{DAY, NOW, Server};

/// A second connection to a server's database.
pub async fn open(server: &Server) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(server.data.path().join(store::FILE_NAME));
    SqlitePool::connect_with(options).await.unwrap()
}

async fn columns(database: &SqlitePool, table: &'static str) -> Vec<(String, String, i64)> {
    let rows = sqlx::query("SELECT name, type, pk FROM pragma_table_info(?)")
        .bind(table)
        .fetch_all(database)
        .await
        .unwrap();
    rows.iter().map(|row| (row.get("name"), row.get("type"), row.get("pk"))).collect()
}

fn column(name: &str, kind: &str, key: i64) -> (String, String, i64) {
    (name.to_owned(), kind.to_owned(), key)
}

#[tokio::test]
async fn claim_14_pool_tables_hold_neither_time_nor_upload_and_are_keyed_by_the_entry() {
    let server = Server::strict().await;
    let database = open(&server).await;
    assert_eq!(
        columns(&database, "pool_entry").await,
        [column("pool", "INTEGER", 1), column("entry", "BLOB", 2)]
    );
    assert_eq!(
        columns(&database, "pool").await,
        [
            column("number", "INTEGER", 1),
            column("region", "TEXT", 0),
            column("scheme", "INTEGER", 0),
            column("degree", "INTEGER", 0),
            column("uploads", "INTEGER", 0),
            column("waiting_since", "INTEGER", 0),
            column("state", "TEXT", 0),
        ]
    );
    assert_eq!(
        columns(&database, "pool_page").await,
        [column("pool", "INTEGER", 1), column("batch_id", "BLOB", 2), column("page", "INTEGER", 3)]
    );
    assert_eq!(
        columns(&database, "used_permit").await,
        [column("t", "BLOB", 1), column("mac", "BLOB", 0), column("week", "INTEGER", 0)]
    );
    assert_eq!(
        columns(&database, "tan").await,
        [
            column("hash", "BLOB", 1),
            column("class", "INTEGER", 0),
            column("expires_hour", "INTEGER", 0),
            column("redeemed", "BLOB", 0),
            column("revoked", "INTEGER", 0)
        ]
    );
    for table in ["pool_entry", "pool", "pool_page", "used_permit", "tan"] {
        let rows = sqlx::query("SELECT wr FROM pragma_table_list WHERE name = ?")
            .bind(table)
            .fetch_one(&database)
            .await
            .unwrap();
        assert_eq!(
            rows.get::<i64, _>("wr"),
            1,
            "{table} has row ids, which number rows in the order of arrival"
        );
    }
    // No table beside the ones that are known here, and no trigger that could keep more.
    let rows = sqlx::query("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view', 'trigger')")
        .fetch_all(&database)
        .await
        .unwrap();
    let names: BTreeSet<String> = rows.iter().map(|row| row.get("name")).collect();
    let known = [
        "authority_key",
        "batch",
        "chain",
        "day_key",
        "decoy",
        "figure",
        "filter_part",
        "page",
        "page_digest",
        "pool",
        "pool_entry",
        "pool_page",
        "published_config",
        "spent_proof",
        "staff_account",
        "staff_event",
        "staff_invitation",
        "staff_session",
        "study",
        "study_report",
        "tan",
        "used_permit",
    ];
    assert_eq!(names, known.map(str::to_owned).into());
}

#[tokio::test]
async fn claim_23_what_staff_did_has_no_place_for_a_patient() {
    let server = Server::strict().await;
    let database = open(&server).await;
    assert_eq!(
        columns(&database, "staff_event").await,
        [
            column("number", "INTEGER", 1),
            column("at", "INTEGER", 0),
            column("actor", "BLOB", 0),
            column("what", "TEXT", 0),
            column("subject", "BLOB", 0),
            column("role", "INTEGER", 0),
            column("count", "INTEGER", 0),
        ]
    );
    assert_eq!(
        columns(&database, "figure").await,
        [column("day", "INTEGER", 1), column("what", "TEXT", 2), column("count", "INTEGER", 0)]
    );
    let words: Vec<_> = store::What::ALL.iter().map(|what| what.word()).collect();
    assert!(
        words.contains(&"permit-given") && !words.iter().any(|word| word.contains("upload")),
        "{words:?}"
    );
}

#[tokio::test]
async fn claim_14_what_is_deleted_is_overwritten_and_the_log_of_uploads_truncated() {
    let server = Server::demo().await;
    send_reports(&server, 3, "root").await;
    let waiting = entries(&server).await;
    assert!(!waiting.is_empty());
    let log = server.data.path().join(format!("{}-wal", store::FILE_NAME));
    assert!(std::fs::metadata(&log).unwrap().len() > 0, "the write-ahead log has the uploads");
    server.tick().await;
    assert_eq!(std::fs::metadata(&log).unwrap().len(), 0, "the write-ahead log is truncated after sealing");

    // Without truncation or secure_delete a tag would still stand there next to its status, as it waited; in the
    // sealed pages all tags come first. A page of a B-tree would hold the 84 bytes in one piece.
    let file = std::fs::read(server.data.path().join(store::FILE_NAME)).unwrap();
    for entry in waiting {
        assert!(
            !file.windows(84).any(|window| window == entry),
            "a sealed entry is still in the pool's pages"
        );
    }
}

#[tokio::test]
async fn claim_14_secure_delete_is_on() {
    // Two thousand rows that go without anything taking their pages over: only overwriting removes them.
    let server = Server::strict().await;
    let (store, now) = (server.app.store(), server.now());
    let hashes: Vec<_> =
        (0..2000_u32).map(|at| TanHash::new(*Digest::of(&at.to_be_bytes()).as_bytes())).collect();
    let wanted: HashSet<&[u8]> = hashes.iter().map(|hash| hash.as_bytes().as_slice()).collect();
    tans::deliver(store, now, Class::Patient, &hashes, 1).await.unwrap();
    server.tick().await;
    let found = |file: &[u8]| file.windows(32).filter(|window| wanted.contains(window)).count();
    let file = server.data.path().join(store::FILE_NAME);
    assert!(found(&std::fs::read(&file).unwrap()) >= hashes.len());
    server.hands.forward(4 * DAY);
    server.tick().await;
    assert_eq!(found(&std::fs::read(&file).unwrap()), 0, "deleted rows are still in the file");
}

async fn entries(server: &Server) -> Vec<Vec<u8>> {
    let database = open(server).await;
    let rows = sqlx::query("SELECT entry FROM pool_entry LIMIT 20").fetch_all(&database).await.unwrap();
    database.close().await;
    rows.iter().map(|row| row.get("entry")).collect()
}

#[tokio::test]
async fn claim_14_an_entry_twice_is_one_and_a_tag_with_another_status_is_two() {
    let server = Server::strict().await;
    let database = open(&server).await;
    let key = store::PoolKey { region: "root".to_owned(), scheme: 1, degree: 1 };
    let entries = |bytes: &[[u8; 2]]| -> Vec<u8> {
        bytes.iter().flat_map(|[tag, status]| [[*tag; 32].as_slice(), &[*status; 52]].concat()).collect()
    };
    for (t, bytes) in [(1, entries(&[[1, 1], [2, 1]])), (2, entries(&[[1, 1], [2, 2]]))] {
        let parts = vec![store::Part { pool: key.clone(), line: 84, entries: bytes }];
        let upload = store::NewUpload { t: [t; 32], mac: [0; 32], week: 2968, parts };
        assert_eq!(server.app.store().record_upload(upload).await.unwrap(), store::Recorded::Stored);
    }
    let rows = sqlx::query("SELECT entry FROM pool_entry ORDER BY entry").fetch_all(&database).await.unwrap();
    let kept: Vec<Vec<u8>> = rows.iter().map(|row| row.get("entry")).collect();
    assert_eq!(kept.concat(), entries(&[[1, 1], [2, 1], [2, 2]]));
    assert_eq!(server.app.store().pools().await.unwrap()[0].uploads, 2);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let server = Server::strict().await;
    let database = open(&server).await;
    sqlx::query("PRAGMA user_version = 99").execute(&database).await.unwrap();
    database.close().await;
    let message = Store::open(server.data.path()).await.unwrap_err().to_string();
    assert!(message.contains("99") && message.contains("newer"), "{message}");
}

/// What the first version wrote: a pool that waits, and a batch of two pages in one piece.
#[tokio::test]
async fn a_database_of_the_first_version_keeps_everything() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join(store::FILE_NAME);
    let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let database = SqlitePool::connect_with(options).await.unwrap();
    sqlx::raw_sql(include_str!("../../migrations/0001_spine.sql")).execute(&database).await.unwrap();
    sqlx::raw_sql(
        "PRAGMA user_version = 1;
         INSERT INTO pool VALUES ('north', 1, 1, 3, 1000), ('root', 1, 1, 2, NULL);
         INSERT INTO pool_entry VALUES ('north', 1, 1, zeroblob(84)), ('root', 1, 1, zeroblob(84)),
             ('root', 1, 1, CAST(zeroblob(83) || x'01' AS BLOB));
         INSERT INTO batch (id, region, day, position, pages, header, entries)
             VALUES (zeroblob(16), 'root', 20778, 0, 2, x'0102', randomblob(43008));",
    )
    .execute(&database)
    .await
    .unwrap();
    let entries: Vec<u8> =
        sqlx::query("SELECT entries FROM batch").fetch_one(&database).await.unwrap().get(0);
    database.close().await;

    let store = Store::open(data.path()).await.unwrap();
    let mut pools = store.pools().await.unwrap();
    let [north, root] = [pools.remove(0), pools.remove(0)];
    assert_eq!((north.key.region.as_str(), north.uploads, north.waiting_since), ("north", 3, Some(1000)));
    assert_eq!((root.key.region.as_str(), root.uploads, root.waiting_since), ("root", 2, None));
    let mut later = [0; 84];
    later[83] = 1;
    assert_eq!(store.entries_after(north.number, None, 9).await.unwrap(), [[0; 84]]);
    assert_eq!(store.entries_after(root.number, None, 9).await.unwrap(), [[0; 84], later]);
    let pages: Vec<_> =
        [store.page(&[0; 16], 0).await.unwrap(), store.page(&[0; 16], 1).await.unwrap()].into();
    let [Some(store::StoredPage::Page(first)), Some(store::StoredPage::Page(second))] = pages.as_slice()
    else {
        panic!("{pages:?}");
    };
    assert_eq!([first.as_slice(), second].concat(), entries);
    assert_eq!(store.headers("root", 20778).await.unwrap(), [[1, 2]]);
    store.close().await;
    // A second start finds nothing to do.
    assert_eq!(Store::open(data.path()).await.unwrap().pools().await.unwrap().len(), 2);
}

/// Before invitations knew who gave them: whoever has an account keeps it, and a link of nobody is void.
#[tokio::test]
async fn a_database_of_the_third_version_keeps_its_staff_and_no_invitation() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join(store::FILE_NAME);
    let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let database = SqlitePool::connect_with(options).await.unwrap();
    for step in [
        include_str!("../../migrations/0001_spine.sql"),
        include_str!("../../migrations/0002_country.sql"),
        include_str!("../../migrations/0003_staff.sql"),
        "PRAGMA user_version = 3;
         INSERT INTO staff_account VALUES
             (zeroblob(16), 'Dr. Ada', 'dr. ada', 3, zeroblob(49), 0, zeroblob(16), 0, 0, 0);
         INSERT INTO staff_invitation (token, account, role, expires)
             VALUES (zeroblob(32), randomblob(16), 3, 4000000000);
         INSERT INTO staff_event (at, actor, what, role) VALUES (1795271460, zeroblob(16), 'invited', 3);",
    ] {
        sqlx::raw_sql(step).execute(&database).await.unwrap();
    }
    database.close().await;

    let store = Store::open(data.path()).await.unwrap();
    let names: Vec<_> = store.staff_accounts().await.unwrap().into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["Dr. Ada"]);
    assert_eq!(store.staff_events(None, 9).await.unwrap().len(), 1);
    assert!(store.invitation(&[0; 32], NOW).await.unwrap().is_none());
    assert!(store.invitations(NOW).await.unwrap().is_empty());
}
