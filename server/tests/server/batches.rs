//! What was sealed, and the chain that it hangs on.

use axum::body::Body;
use axum::http::Request;
use twoken_core::batch::{Error, Head, Index, PAGE_BYTES};
use twoken_core::units::Day;
use twoken_core::wire::Digest;
use twoken_server::domain::batches::File;

use crate::support::people::{fill, send_reports};
use crate::support::{DAY, HOUR, Server, refused};

async fn seal_one(server: &Server) {
    send_reports(server, 1, "root").await;
    server.tick().await;
}

async fn index(server: &Server, day: Day) -> Index {
    let answer = server.get(&format!("/v1/regions/root/{day}")).await.ok();
    let key = server.app.keys().signing.public();
    Index::decode_verified(&answer.body, &key, &"root".parse().unwrap(), day, server.now()).unwrap()
}

#[tokio::test]
async fn claim_15_the_index_is_signed_now_and_chained_over_days() {
    let server = Server::demo().await;
    let first_day = server.now().day();
    assert_eq!(server.index("root").await.last_head(), Head::GENESIS);
    seal_one(&server).await;
    server.hands.forward(60);
    seal_one(&server).await;
    let monday = server.index("root").await;
    assert_eq!(monday.after(Some(&Head::GENESIS)).unwrap().len(), 2);

    // A day without batches continues yesterday's last head, and so does the day after it.
    server.hands.forward(DAY);
    let quiet = server.index("root").await;
    assert_eq!(quiet.last_head(), monday.last_head());
    server.hands.forward(DAY);
    seal_one(&server).await;
    let wednesday = server.index("root").await;
    assert_eq!(wednesday.after(Some(&monday.last_head())).unwrap().len(), 1);
    assert_eq!(wednesday.after(Some(&Head::new([7; 32]))).unwrap_err(), Error::Chain);

    // Past days stay as they were, and are signed after their end.
    assert_eq!(index(&server, first_day).await.last_head(), monday.last_head());
    assert_eq!(index(&server, first_day.next()).await.last_head(), monday.last_head());
}

#[tokio::test]
async fn claim_15_the_signature_is_at_most_a_minute_old_and_never_from_before_midnight() {
    let server = Server::demo().await;
    let path = format!("/v1/regions/root/{}", server.now().day());
    let first = server.get(&path).await.ok();
    assert_eq!(first.header("cache-control"), "no-store");
    assert_eq!(first.header("content-type"), "application/cbor");
    server.hands.forward(59);
    assert_eq!(server.get(&path).await.body, first.body);
    server.hands.forward(1);
    assert_ne!(server.get(&path).await.body, first.body);
    // Something new is there at once.
    seal_one(&server).await;
    assert_eq!(server.index("root").await.after(None).unwrap().len(), 1);
    // A copy kept by somebody for more than two hours is refused.
    let key = server.app.keys().signing.public();
    let late = server.now().plus(2 * HOUR + 60);
    let day = server.now().day();
    assert_eq!(
        Index::decode_verified(&first.body, &key, &"root".parse().unwrap(), day, late).unwrap_err(),
        Error::Stale
    );

    // 23:59:40 and twenty-five seconds later: yesterday is complete only when signed today.
    let midnight = server.now().day().next().start();
    server.hands.forward(midnight.since(server.now()) - 20);
    server.index("root").await;
    server.hands.forward(25);
    index(&server, day).await;
}

#[tokio::test]
async fn pages_are_the_batch_cut_up_and_everything_sealed_is_immutable() {
    let server = Server::demo().await;
    for _ in 0..5 {
        send_reports(&server, 1, "root").await;
    }
    server.tick().await;
    let (signed, _) = server.batches("root").await.remove(0);
    let id = signed.header().id;
    let whole = server.get(&format!("/v1/batches/{id}/entries")).await.ok();
    assert_eq!(whole.header("cache-control"), "public, max-age=1209600, immutable");
    assert_eq!(whole.header("content-type"), "application/octet-stream");
    let mut cut = Vec::new();
    for page in 0..signed.header().pages() {
        let answer = server.get(&format!("/v1/batches/{id}/pages/{page}")).await.ok();
        assert_eq!(answer.body.len(), PAGE_BYTES);
        assert_eq!(answer.header("cache-control"), "public, max-age=1209600, immutable");
        cut.extend(answer.body);
    }
    assert_eq!(cut, whole.body);
    for page in ["2", "4294967295", "4294967296", "-1", "x", "0x0", "+1", "01", "1.0"] {
        refused(&server.get(&format!("/v1/batches/{id}/pages/{page}")).await, 404, "not-found");
    }
}

#[tokio::test]
async fn a_large_batch_is_sent_piece_by_piece_and_whole() {
    let server = Server::demo().await;
    // Three pieces of entries.
    let sent = fill(&server, 20 * 256).await;
    server.tick().await;
    let (signed, pages) = server.batches("root").await.remove(0);
    assert_eq!(signed.header().pages(), 20);
    assert_eq!(pages.entries().map(|entry| entry.to_bytes()).collect::<Vec<_>>(), sent);
}

#[tokio::test]
async fn a_batch_that_goes_while_it_is_sent_is_broken_off() {
    let server = Server::demo().await;
    fill(&server, 16 * 256).await;
    server.tick().await;
    let id = server.batches("root").await[0].0.header().id;
    let mut reading =
        twoken_server::domain::batches::open(server.app.store(), id, File::Entries).await.unwrap();
    assert_eq!(reading.next().await.unwrap().unwrap().len(), 8 * PAGE_BYTES);
    server.hands.forward(15 * DAY);
    server.tick().await;
    assert!(reading.next().await.is_err(), "what is left is not made up");
}

#[tokio::test]
async fn files_are_known_by_digests_that_are_the_same_for_everybody() {
    let server = Server::demo().await;
    seal_one(&server).await;
    let (signed, _) = server.batches("root").await.remove(0);
    let id = signed.header().id;
    let page = format!("/v1/batches/{id}/pages/0");
    let tag = server.get(&page).await.ok().header("etag").to_owned();
    assert_eq!(tag, format!("\"{}\"", signed.header().page_digests[0]));
    let entries = format!("/v1/batches/{id}/entries");
    let whole = server.get(&entries).await.ok();
    assert_eq!(whole.header("etag"), format!("\"{}\"", Digest::of(signed.to_bytes())));
    assert_eq!(whole.header("content-length"), (signed.header().pages() * PAGE_BYTES).to_string());
    let filter = server.get(&format!("/v1/batches/{id}/filter")).await.ok();
    assert_eq!(Digest::of(&filter.body), signed.header().filter_digest);
    assert_eq!(filter.header("cache-control"), "public, max-age=1209600, immutable");
    assert_eq!(filter.header("content-type"), "application/octet-stream");
    assert_eq!(filter.header("content-length"), filter.body.len().to_string());
    assert_eq!(filter.header("etag"), whole.header("etag"), "both are fixed by the signed header");
    for (path, known) in [
        (&page, tag.clone()),
        (&page, format!("W/{tag}")),
        (&page, format!("\"other\", {tag}")),
        (&page, "*".to_owned()),
        (&entries, whole.header("etag").to_owned()),
    ] {
        let request =
            Request::get(path.as_str()).header("if-none-match", &known).body(Body::empty()).unwrap();
        let answer = server.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (304, 0), "{path} {known}");
        assert_eq!(answer.header("cache-control"), "public, max-age=1209600, immutable");
    }
    let request = Request::get(&entries).header("if-none-match", &tag).body(Body::empty()).unwrap();
    assert_eq!(server.send(request).await.ok().body, whole.body, "another file's tag is none of this one's");
}

#[tokio::test]
async fn a_method_that_a_route_does_not_have_is_told_with_those_it_has() {
    let server = Server::strict().await;
    for (path, allowed) in [
        ("/v1/permits", "POST"),
        ("/v1/uploads", "POST"),
        ("/v1/authority/tans", "POST"),
        ("/v1/config", "GET,HEAD"),
        ("/v1/regions/root/2026-11-21", "GET,HEAD"),
        ("/healthz", "GET,HEAD"),
    ] {
        let request = Request::delete(path).body(Body::empty()).unwrap();
        let answer = server.send(request).await;
        refused(&answer, 405, "method-not-allowed");
        assert_eq!(answer.header("allow"), allowed, "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let server = Server::strict().await;
    for id in ["00000000000000000000000000000000", "0", "xyz", "ABCDEF00000000000000000000000000"] {
        refused(&server.get(&format!("/v1/batches/{id}/entries")).await, 404, "not-found");
        refused(&server.get(&format!("/v1/batches/{id}/filter")).await, 404, "not-found");
        refused(&server.get(&format!("/v1/batches/{id}/pages/0")).await, 404, "not-found");
    }
    let today = server.now().day();
    for region in ["nowhere", "Root", "root%00", "a-name-of-more-than-16"] {
        refused(&server.get(&format!("/v1/regions/{region}/{today}")).await, 422, "region-unknown");
    }
    for day in ["today", "2026-11-31", "2026-1-1", "20778"] {
        refused(&server.get(&format!("/v1/regions/root/{day}")).await, 404, "not-found");
    }
    for day in [today.next(), today.minus(15)] {
        refused(&server.get(&format!("/v1/regions/root/{day}")).await, 404, "not-found");
    }
    for day in [today, today.minus(14)] {
        server.get(&format!("/v1/regions/root/{day}")).await.ok();
    }
    refused(&server.get("/v1/batches").await, 404, "not-found");
    refused(&server.get("/v1").await, 404, "not-found");
    refused(&server.post("/v1/config", &[], "").await, 405, "method-not-allowed");
}
