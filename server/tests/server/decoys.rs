//! Decoys: answered as reports are, to the byte, and nothing of them stays.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use sqlx::Row;
use twoken_core::decoy::{self, Shape};
use twoken_core::diary::Diary;
use twoken_core::permit::{Authorised, Class, Pending};
use twoken_core::redaction::Redaction;
use twoken_core::status::{Degree, Mode, Status};
use twoken_core::tan::Tan;
use twoken_core::tcn::{Emissions, TxPower};
use twoken_core::wire::{PermitRequest, PermitResponse, UploadBody};
use twoken_server::config::{Profile, Settings};

use crate::schema;
use crate::support::people::{Person, authorise, report, rng, send_reports};
use crate::support::{Answer, HOUR, Server, refused};

/// Turns of one address.
const TURNS: usize = 256;
const ELSEWHERE: &str = "198.51.100.7:4711";

async fn server_of(mode: Mode) -> Server {
    Server::with(Settings { mode, ..Settings::defaults(Profile::Strict) }).await
}

fn request(server: &Server) -> PermitRequest {
    decoy::request(server.now().week(), &mut rng()).unwrap()
}

fn decoy(server: &Server, shape: Shape) -> Authorised {
    let mode = server.app.settings().mode;
    decoy::upload(shape, mode, server.now(), &mut rng()).unwrap()
}

/// What an answer looks like from outside: status, and each header's name and length. Of the body its length.
fn outside(answer: &Answer) -> (u16, Vec<(String, usize)>, usize) {
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), value.len())).collect();
    (answer.status.as_u16(), headers, answer.body.len())
}

/// Every row of every table but the decoys' own bit.
async fn everything(server: &Server) -> BTreeMap<String, Vec<String>> {
    let database = schema::open(server).await;
    let tables = sqlx::query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'decoy'")
        .fetch_all(&database)
        .await
        .unwrap();
    let mut all = BTreeMap::new();
    for table in tables {
        let table: String = table.get("name");
        let columns = sqlx::query("SELECT name FROM pragma_table_info(?)").bind(&table);
        let columns = columns.fetch_all(&database).await.unwrap();
        let quoted: Vec<_> =
            columns.iter().map(|row| format!("quote(\"{}\")", row.get::<String, _>("name"))).collect();
        let rows = format!("SELECT {} AS line FROM \"{table}\" ORDER BY 1", quoted.join(" || ' ' || "));
        let rows = sqlx::query(sqlx::AssertSqlSafe(rows)).fetch_all(&database).await.unwrap();
        all.insert(table, rows.iter().map(|row| row.get("line")).collect());
    }
    all
}

/// A report with so many intervals in its cover, every other one.
async fn reported(server: &Server, encounters: usize, intervals: u64) -> Authorised {
    let (now, mode) = (server.now(), server.app.settings().mode);
    let person = Person::with_encounters(encounters, now);
    let mut emissions = Emissions::new();
    for nth in 0..intervals {
        emissions.emit(now.day().start().minus((nth + 1) * 1_200), TxPower::SCREEN, &mut rng());
    }
    let chosen = Redaction::default().apply_with(&person.diary, &emissions);
    let region = "root".parse().unwrap();
    let body = match mode {
        Mode::Open => {
            let status = Status::of_encounter(now.day(), None).unwrap();
            UploadBody::build(&chosen, &status, &region, Degree::First, &mut rng())
        }
        Mode::Private => UploadBody::build_private(&chosen, &region, Degree::First, &mut rng()),
    };
    let tan = server.tan(Class::Patient).await;
    authorise(server, &tan, Class::Patient, body.unwrap()).await
}

#[tokio::test]
async fn claim_34_a_decoys_permit_is_one_in_everything_but_what_it_opens_to() {
    let server = Server::strict().await;
    let tan = server.tan(Class::Patient).await;
    let pending = Pending::new(&tan, Class::Patient, server.now().week(), &mut rng());
    let real = server.redeem(&pending.request().unwrap()).await.ok();
    let before = everything(&server).await;
    let asked = request(&server);
    let answers = [server.redeem(&asked).await.ok(), server.redeem(&asked).await.ok()];
    let opened = |answer: &Answer| serde_json::from_slice::<PermitResponse>(&answer.body).unwrap();
    for answer in &answers {
        assert_eq!(outside(answer), outside(&real));
        assert_ne!(opened(answer).evaluated, opened(&real).evaluated);
    }
    // Each has a key of its own: the same element is never evaluated to the same.
    assert_ne!(opened(&answers[0]).evaluated, opened(&answers[1]).evaluated);
    assert_eq!(everything(&server).await, before);

    // Whoever asks with the mark, and a blind of their own, holds nothing that this server takes.
    let own = PermitRequest { tan: asked.tan.clone(), ..pending.request().unwrap() };
    let answer = opened(&server.redeem(&own).await.ok());
    let pinned = server.config().await.config().permit_key().unwrap();
    assert!(pending.finalize(&answer, &pinned).is_err());
    assert!(pending.finalize(&opened(&real), &pinned).is_ok());
}

#[tokio::test]
async fn claim_34_a_decoys_upload_is_answered_as_a_report_of_its_size_is() {
    for mode in [Mode::Open, Mode::Private] {
        let server = server_of(mode).await;
        for (encounters, intervals) in [(1, 0), (70, 0), (3, 1), (3, 65), (300, 257)] {
            let real = reported(&server, encounters, intervals).await;
            let shape = Shape::of(encounters, usize::try_from(intervals).unwrap());
            let decoy = decoy(&server, shape);
            assert_eq!((decoy.body.len(), decoy.header.len()), (real.body.len(), real.header.len()));
            let real = server.upload(&real).await.ok();
            let before = everything(&server).await;
            for _ in 0..2 {
                assert_eq!(outside(&server.upload(&decoy).await.ok()), outside(&real));
            }
            let after = everything(&server).await;
            for (table, rows) in &before {
                assert_eq!(after[table], *rows, "{table}");
            }
        }
    }
}

#[tokio::test]
async fn claim_34_no_decoy_counts_or_is_published() {
    let server = Server::strict().await;
    // One report fewer than it takes, and decoys by the dozen.
    send_reports(&server, 4, "root").await;
    let figures = server.app.store().figures_since(0).await.unwrap();
    for _ in 0..12 {
        server.redeem(&request(&server)).await.ok();
        server.upload(&decoy(&server, Shape::of(0, 0))).await.ok();
    }
    assert_eq!(server.app.store().figures_since(0).await.unwrap(), figures);
    server.hands.forward(HOUR);
    server.tick().await;
    assert!(server.batches("root").await.is_empty());
    send_reports(&server, 1, "root").await;
    server.hands.forward(HOUR);
    server.tick().await;
    let batches = server.batches("root").await;
    let entries: usize = batches.iter().map(|(_, pages)| pages.entries().count()).sum();
    // Five reports of 64 entries each are two pages, which 384 more would not fit in.
    assert_eq!((batches.len(), entries), (1, 512));
}

#[tokio::test]
async fn claim_34_decoys_and_reports_at_once_do_not_touch_each_other() {
    let server = Server::strict().await;
    let mut sent = Vec::new();
    for _ in 0..8 {
        sent.push((report(&server, 1, "root").await, true));
        sent.push((decoy(&server, Shape::of(1, 64)), false));
    }
    let mut uploads = tokio::task::JoinSet::new();
    for (authorised, _) in &sent {
        let (router, header, body) =
            (server.router.clone(), authorised.header.clone(), authorised.body.clone());
        uploads.spawn(async move {
            use tower::ServiceExt;
            let address: std::net::SocketAddr = ELSEWHERE.parse().unwrap();
            let request = Request::post("/v1/uploads")
                .header("content-type", "application/cbor")
                .header("twoken-permit", header)
                .extension(axum::extract::ConnectInfo(address))
                .body(Body::from(body))
                .unwrap();
            router.oneshot(request).await.unwrap().status().as_u16()
        });
    }
    assert!(uploads.join_all().await.into_iter().all(|status| status == 200));
    let pools = server.app.store().pools().await.unwrap();
    assert_eq!(pools.iter().map(|pool| pool.uploads).collect::<Vec<_>>(), [8], "no pool of keys either");
    assert_eq!(everything(&server).await["pool_entry"].len(), 8 * 64);
    assert_eq!(everything(&server).await["used_permit"].len(), 8);
}

#[tokio::test]
async fn claim_34_decoys_are_no_wrong_tans_and_wait_as_reports_do() {
    let server = Server::strict().await;
    for _ in 0..40 {
        server.redeem(&request(&server)).await.ok();
    }
    let wrong = |server: &Server| {
        let tan = Tan::generate(&mut rng());
        Pending::new(&tan, Class::Patient, server.now().week(), &mut rng()).request().unwrap()
    };
    for _ in 0..10 {
        refused(&server.redeem(&wrong(&server)).await, 404, "tan-unknown");
    }
    // From here on nobody at this address redeems, and what a decoy is told is what a report is told.
    refused(&server.redeem(&wrong(&server)).await, 429, "too-many-requests");
    let tan = server.tan(Class::Patient).await;
    let real = Pending::new(&tan, Class::Patient, server.now().week(), &mut rng()).request().unwrap();
    let (real, decoy) = (server.redeem(&real).await, server.redeem(&request(&server)).await);
    refused(&decoy, 429, "too-many-requests");
    assert_eq!(outside(&decoy), outside(&real));
}

#[tokio::test]
async fn claim_34_an_address_has_so_many_turns_and_without_one_a_report_waits_as_a_decoy_does() {
    let server = Server::strict().await;
    let real = report(&server, 1, "root").await;
    let small = decoy(&server, Shape::of(0, 0));
    for _ in 0..TURNS / 2 {
        server.redeem(&request(&server)).await.ok();
        server.upload(&small).await.ok();
    }
    let tan = server.tan(Class::Patient).await;
    let asked = Pending::new(&tan, Class::Patient, server.now().week(), &mut rng()).request().unwrap();
    refused(&server.upload(&small).await, 429, "too-many-requests");
    let told = outside(&server.upload(&small).await);
    assert_eq!(outside(&server.upload(&real).await), told);
    assert_eq!(outside(&server.redeem(&asked).await), told);
    assert_eq!(outside(&server.redeem(&request(&server)).await), told);
    // Elsewhere nobody waits, and here not for long. Reports take no turn.
    let elsewhere = Request::post("/v1/uploads")
        .header("content-type", "application/cbor")
        .header("twoken-permit", &small.header)
        .body(Body::from(small.body.clone()))
        .unwrap();
    server.send_from(ELSEWHERE, elsewhere).await.ok();
    server.hands.forward(2);
    server.redeem(&asked).await.ok();
    server.upload(&real).await.ok();
    server.upload(&small).await.ok();
    refused(&server.upload(&small).await, 429, "too-many-requests");
}

#[tokio::test]
async fn claim_34_what_is_nearly_a_decoy_is_refused_as_the_report_that_it_is() {
    let server = Server::strict().await;
    let good = request(&server);
    for tan in ["UUUUUUUUUUUUU", "UUUUUUUUUUUUUUU", "uuuuuuuuuuuuuu", "UUUUU-UUUUU-UUUU", "UUUUUUUUUUUUU0"] {
        let asked = PermitRequest { tan: tan.to_owned().into(), ..good.clone() };
        refused(&server.redeem(&asked).await, 400, "tan-malformed");
    }
    let whole = decoy(&server, Shape::of(0, 0));
    for at in 5..21 {
        let mut body = whole.body.clone();
        body[at] = b'u';
        refused(&server.upload_raw(Some(&whole.header), body).await, 403, "permit-refused");
    }
    // What is a decoy and has not its form is told so in the words that a report would be.
    let week = PermitRequest { week: server.now().plus(30 * 24 * HOUR).week(), ..good.clone() };
    refused(&server.redeem(&week).await, 403, "week-refused");
    let element = PermitRequest { blinded: "A".repeat(43), ..good };
    refused(&server.redeem(&element).await, 400, "permit-malformed");
    refused(&server.upload_raw(None, whole.body.clone()).await, 400, "permit-malformed");
    refused(
        &server.upload_raw(Some(&whole.header), whole.body[..99].to_vec()).await,
        400,
        "upload-malformed",
    );
}

#[tokio::test]
async fn claim_34_a_decoy_brings_no_more_work_than_an_apps_decoy_does() {
    let server = Server::demo().await;
    let now = server.now();
    let mut emissions = Emissions::new();
    // Two intervals of one node: what would be thousands, as a report's may be.
    for interval in [0, 600] {
        emissions.emit(now.day().previous().start().plus(interval), TxPower::SCREEN, &mut rng());
    }
    let chosen = Redaction::default().apply_with(&Diary::default(), &emissions);
    assert_eq!(chosen.cover().len(), 1);
    let status = Status::of_encounter(now.day(), None).unwrap();
    let body =
        UploadBody::build(&chosen, &status, &"root".parse().unwrap(), Degree::First, &mut rng()).unwrap();
    let mut body = body.as_bytes().to_vec();
    body[5..21].fill(b'U');
    let header = decoy(&server, Shape::of(0, 1)).header.clone();
    refused(&server.upload_raw(Some(&header), body).await, 422, "cover-refused");
}

#[tokio::test]
async fn claim_34_what_the_log_says_of_a_decoy_is_what_it_says_of_a_report() {
    let server = Server::strict().await;
    let real = report(&server, 1, "root").await;
    server.upload(&real).await.ok();
    let of_a_report = server.app.tally().take();
    server.redeem(&request(&server)).await.ok();
    server.upload(&decoy(&server, Shape::of(1, 0))).await.ok();
    assert_eq!(server.app.tally().take(), of_a_report);
    assert_eq!((of_a_report.redeemed, of_a_report.uploaded, of_a_report.refused), (1, 1, 0));
}

/// Sizes of thirty each are the same to the byte, without an exception. How long each took is printed, not judged: a test that
/// measured time would fail on a busy machine.
#[tokio::test]
async fn claim_34_of_thirty_each_all_sizes_are_the_same_and_the_times_are_printed() {
    let server = Server::strict().await;
    let (mut sizes, mut times) = (BTreeMap::<_, usize>::new(), [Vec::new(), Vec::new()]);
    for _ in 0..30 {
        let (real, decoy) = (report(&server, 1, "root").await, decoy(&server, Shape::of(1, 0)));
        for (sent, times) in [real, decoy].iter().zip(&mut times) {
            let start = tokio::time::Instant::now();
            let answer = server.upload(sent).await.ok();
            times.push(start.elapsed());
            *sizes.entry((sent.body.len(), sent.header.len(), outside(&answer))).or_default() += 1;
        }
    }
    assert_eq!(sizes.into_values().collect::<Vec<_>>(), [60]);
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let [real, decoy] = times.each_mut().map(median);
    println!(
        "median of a report {real:?}, of a decoy {decoy:?}, ratio {:.2}",
        decoy.as_secs_f64() / real.as_secs_f64()
    );
}
