//! Studies: contacts that are proved, told one by one, taken back, counted, and gone in the end.

use std::collections::BTreeSet;

use sqlx::Row;
use twoken_core::codec;
use twoken_core::membership::Context;
use twoken_core::status::{Degree, Scheme};
use twoken_core::wire::{
    Contact, Digest, DurationClass, PROVEN_MEDIA_TYPE, Proven, Report, Studies, StudyId, Texts, WithdrawalKey,
};
use twoken_server::domain::studies::export::{Column, export};
use twoken_server::domain::studies::{self, Error, State};
use twoken_server::store::{NewReport, Reported, Spending, Told};

use crate::schema::open;
use crate::support::exposed::{draft, exposed, study, tell, withdraw};
use crate::support::people::rng;
use crate::support::{DAY, NOW, Server, logs, refused};

async fn rows(server: &Server, table: &'static str) -> i64 {
    let question = format!("SELECT COUNT(*) FROM {table}");
    let database = open(server).await;
    sqlx::query(sqlx::AssertSqlSafe(question)).fetch_one(&database).await.unwrap().get(0)
}

/// So many reports that were proved on a page, without the proofs.
pub async fn told(
    server: &Server,
    study: StudyId,
    contacts: &[(u16, u8, Scheme)],
    batch: [u8; 16],
    page: u32,
) {
    for (day, duration, scheme) in contacts {
        let mark = *WithdrawalKey::generate(&mut rng()).as_bytes();
        let request = if *scheme == Scheme::Encounter { [7; 32] } else { mark };
        let context = [&[2], &study.as_bytes()[..]].concat();
        let spending = Spending { context, mark, request, batch, page, per_page: 512 };
        let told = Told {
            day: *day,
            duration: Some(*duration),
            closeness: Some(1),
            category: None,
            scheme: *scheme as u8,
            once: *scheme == Scheme::Encounter,
        };
        let withdrawal = *WithdrawalKey::generate(&mut rng()).hash().as_bytes();
        let today = server.now().day().get();
        let report = NewReport { study: *study.as_bytes(), withdrawal, told, spending, today };
        assert_eq!(server.app.store().record_report(&report).await.unwrap(), Reported::Stored);
    }
}

#[tokio::test]
async fn a_study_is_shown_to_everybody_alike_and_signed() {
    let server = Server::demo().await;
    let key = server.app.keys().signing.public();
    let list = async || {
        let answer = server.get("/v1/studies").await.ok();
        assert_eq!(answer.header("content-type"), "application/cbor");
        assert_eq!(answer.header("cache-control"), "no-store");
        Studies::decode_verified(&answer.body, &key, server.now()).unwrap()
    };
    assert!(list().await.all().is_empty());
    let id = study(&server, "Contacts").await;
    let listed = list().await;
    assert_eq!(listed.all().len(), 1);
    assert_eq!(listed.get(&id).unwrap().title.en, "Contacts");
    let bytes = server.get("/v1/studies").await.body;
    server.hands.forward(59);
    assert_eq!(server.get("/v1/studies").await.body, bytes, "the same bytes for everybody");
    server.hands.forward(1);
    assert_eq!(list().await.signed_at(), server.now());
    let other = study(&server, "More contacts").await;
    assert_eq!(list().await.all().len(), 2, "at once");
    studies::close(server.app.store(), &other, server.now()).await.unwrap();
    assert_eq!(list().await.all().len(), 1);
    server.hands.forward(8 * DAY);
    assert!(list().await.all().is_empty(), "its last day is over");
}

#[tokio::test]
async fn claim_33_a_contact_is_told_once_a_retry_is_free_and_its_key_takes_it_back() {
    let server = Server::demo().await;
    let contacts = exposed(&server, 2, Scheme::Encounter, Degree::First).await;
    let (first, second) = (study(&server, "One").await, study(&server, "Two").await);
    let day = NOW.day();
    let (body, key) = contacts[0].report(&server, first, contacts[0].contact(day));
    for _ in 0..2 {
        assert_eq!(tell(&server, first, body.clone()).await.ok().json()["stored"], true);
    }
    assert_eq!(rows(&server, "study_report").await, 1);
    // The same encounter again, with a key of its own: refused here, and another study's business.
    let (again, _) = contacts[0].report(&server, first, contacts[0].contact(day.previous()));
    refused(&tell(&server, first, again).await, 409, "report-repeated");
    let (elsewhere, _) = contacts[0].report(&server, second, contacts[0].contact(day));
    refused(&tell(&server, first, elsewhere.clone()).await, 403, "proof-refused");
    tell(&server, second, elsewhere).await.ok();
    let (other, other_key) = contacts[1].report(&server, first, contacts[1].contact(day));
    tell(&server, first, other).await.ok();
    assert!(key != other_key, "nothing that two reports have in common");
    assert_eq!(rows(&server, "study_report").await, 3);

    refused(&withdraw(&server, second, &key).await, 404, "withdrawal-unknown");
    refused(&withdraw(&server, StudyId::new([1; 32]), &key).await, 404, "study-unknown");
    refused(&withdraw(&server, first, &WithdrawalKey::new([1; 32])).await, 404, "withdrawal-unknown");
    assert_eq!(withdraw(&server, first, &key).await.ok().json()["withdrawn"], true);
    refused(&withdraw(&server, first, &key).await, 404, "withdrawal-unknown");
    assert_eq!(rows(&server, "study_report").await, 2);
    // What was taken back stays so, whatever arrives late.
    tell(&server, first, body).await.ok();
    assert_eq!(rows(&server, "study_report").await, 2);
}

#[tokio::test]
async fn forged_foreign_and_unfit_reports_are_refused_each_as_what_it_is() {
    let server = Server::demo().await;
    let contact = exposed(&server, 1, Scheme::Encounter, Degree::First).await.remove(0);
    let id = study(&server, "Contacts").await;
    let today = contact.contact(NOW.day());
    let (good, _) = contact.report(&server, id, today);
    let told = |body: Vec<u8>| tell(&server, id, body);
    let bad = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    // In the proof, in the body behind it, and in the page's digest.
    refused(&told(bad(9_000)).await, 403, "proof-refused");
    refused(&told(bad(good.len() - 20)).await, 403, "proof-refused");
    refused(&told(bad(20)).await, 422, "page-unknown");
    for broken in [Vec::new(), good[..good.len() - 1].to_vec(), [&good[..], &[0]].concat()] {
        refused(&told(broken).await, 400, "report-malformed");
    }
    refused(&told(vec![0; 20_000]).await, 413, "body-too-large");
    let nonsense = contact.prove(&server, Context::Study(id), b"no report");
    refused(&told(nonsense.to_bytes().to_vec()).await, 400, "report-malformed");
    for unfit in [
        contact.contact(NOW.day().minus(16)),
        contact.contact(NOW.day().plus(2)),
        Contact::Private {
            batch_day: NOW.day(),
            category: twoken_core::risk::Level::High,
            scheme: Scheme::Encounter,
        },
        Contact::Open {
            day: NOW.day(),
            duration: DurationClass::From5,
            closeness: twoken_core::risk::Distance::Far,
            scheme: Scheme::Tcn,
        },
    ] {
        let (body, _) = contact.report(&server, id, unfit);
        refused(&told(body).await, 422, "report-refused");
    }
    refused(&tell(&server, StudyId::new([3; 32]), good.clone()).await, 404, "study-unknown");
    let answer = server.post("/v1/studies/x/reports", &[("content-type", PROVEN_MEDIA_TYPE)], good.clone());
    refused(&answer.await, 404, "study-unknown");
    let path = format!("/v1/studies/{id}/reports");
    refused(&server.post(&path, &[("content-type", "text/plain")], "x").await, 415, "unsupported-media-type");
    // A proof for the second degree is none for a study.
    let report = Report { withdrawal: WithdrawalKey::generate(&mut rng()).hash(), contact: today };
    let other = contact.prove(&server, Context::SecondDegree, &report.to_bytes());
    refused(&told(other.to_bytes().to_vec()).await, 403, "proof-refused");
    // A page of another server.
    let elsewhere = Server::demo().await;
    let foreign = exposed(&elsewhere, 1, Scheme::Encounter, Degree::First).await.remove(0);
    let (body, _) = foreign.report(&elsewhere, id, foreign.contact(NOW.day()));
    refused(&told(body).await, 422, "page-unknown");
    assert_eq!(rows(&server, "study_report").await + rows(&server, "spent_proof").await, 0);

    told(good.clone()).await.ok();
    studies::close(server.app.store(), &id, server.now()).await.unwrap();
    told(good).await.ok();
    let (late, _) = contact.report(&server, id, today);
    refused(&told(late).await, 410, "study-ended");
}

#[tokio::test]
async fn claim_31_a_proof_on_a_page_of_second_degree_tells_no_study_anything() {
    let server = Server::demo().await;
    let contact = exposed(&server, 1, Scheme::Encounter, Degree::Second).await.remove(0);
    let id = study(&server, "Contacts").await;
    let (body, _) = contact.report(&server, id, contact.contact(NOW.day()));
    refused(&tell(&server, id, body).await, 403, "page-refused");
}

#[tokio::test]
async fn claim_26_a_page_admits_so_many_proofs_and_no_more() {
    let server = Server::demo().await;
    let contact = exposed(&server, 1, Scheme::Tcn, Degree::First).await.remove(0);
    let id = study(&server, "Contacts").await;
    let batch = *contact.header.header().id.as_bytes();
    let page = u32::try_from(contact.number).unwrap();
    let day = NOW.day().get();
    // Many who heard one number, each once: whoever holds the claim is not told apart.
    for _ in 0..2 {
        let (body, _) = contact.report(&server, id, contact.contact(NOW.day()));
        tell(&server, id, body).await.ok();
    }
    told(&server, id, &vec![(day, 2, Scheme::Tcn); 509], batch, page).await;
    let (body, _) = contact.report(&server, id, contact.contact(NOW.day()));
    tell(&server, id, body.clone()).await.ok();
    let (one_more, _) = contact.report(&server, id, contact.contact(NOW.day()));
    refused(&tell(&server, id, one_more.clone()).await, 409, "page-spent");
    tell(&server, id, body).await.ok();
    assert_eq!(rows(&server, "spent_proof").await, 512, "a retry is not counted");
    // Each study has a budget of its own on the page.
    let other = study(&server, "Other").await;
    let (body, _) = contact.report(&server, other, contact.contact(NOW.day()));
    tell(&server, other, body).await.ok();
}

#[tokio::test]
async fn claim_32_nullifiers_and_budgets_live_exactly_as_long_as_their_batch() {
    let server = Server::demo().await;
    let contact = exposed(&server, 1, Scheme::Encounter, Degree::First).await.remove(0);
    let draft = draft("Long", NOW.day().plus(100));
    let (store, published) = (server.app.store(), server.app.published());
    let id = studies::open(store, published, NOW, draft).await.unwrap();
    let (body, _) = contact.report(&server, id, contact.contact(NOW.day()));
    tell(&server, id, body).await.ok();
    server.hands.forward(14 * DAY);
    server.tick().await;
    assert_eq!((rows(&server, "spent_proof").await, rows(&server, "page_digest").await), (1, 1));
    let (again, _) = contact.report(&server, id, contact.contact(server.now().day()));
    refused(&tell(&server, id, again.clone()).await, 409, "report-repeated");
    server.hands.forward(DAY);
    server.tick().await;
    assert_eq!((rows(&server, "spent_proof").await, rows(&server, "page_digest").await), (0, 0));
    assert_eq!(rows(&server, "study_report").await, 1, "what was told stays until its study is over");
    // Nobody can prove on it again.
    refused(&tell(&server, id, again).await, 422, "page-unknown");
}

#[tokio::test]
async fn a_study_takes_so_many_reports_and_no_more() {
    let server = Server::demo().await;
    let contacts = exposed(&server, 3, Scheme::Encounter, Degree::First).await;
    let draft = studies::Draft { at_most: 2, ..draft("Small", NOW.day()) };
    let (store, published) = (server.app.store(), server.app.published());
    let id = studies::open(store, published, NOW, draft).await.unwrap();
    for (contact, taken) in contacts.iter().zip([true, true, false]) {
        let (body, _) = contact.report(&server, id, contact.contact(NOW.day()));
        let answer = tell(&server, id, body).await;
        if taken { drop(answer.ok()) } else { refused(&answer, 409, "study-full") }
    }
    assert_eq!(rows(&server, "spent_proof").await, 2, "what was refused was not counted");
}

#[tokio::test]
async fn claim_33_an_export_has_counts_of_ten_and_more_and_no_page_batch_or_nullifier() {
    let server = Server::demo().await;
    let contact = exposed(&server, 1, Scheme::Encounter, Degree::First).await.remove(0);
    let id = study(&server, "Contacts, \"near\"").await;
    let (body, key) = contact.report(&server, id, contact.contact(NOW.day()));
    tell(&server, id, body.clone()).await.ok();
    let (batch, day) = (*contact.header.header().id.as_bytes(), NOW.day().get());
    let mut contacts = vec![(day, 3, Scheme::Encounter); 10];
    contacts.extend(vec![(day, 2, Scheme::Encounter); 9]);
    contacts.extend(vec![(day, 3, Scheme::Tcn); 12]);
    told(&server, id, &contacts, batch, 0).await;
    let store = server.app.store();
    let early = export(store, &id, None, server.now()).await;
    assert!(matches!(early, Err(Error::NotOver { .. })), "{early:?}");
    studies::close(store, &id, server.now()).await.unwrap();

    let exported = export(store, &id, None, server.now()).await.unwrap();
    let date = NOW.day();
    assert_eq!(
        exported.table,
        format!(
            "day,duration_minutes,closeness,scheme,de_duplication,reports\r\n\
             {date},15-29,close,mutual,de-duplicated,11\r\n\
             {date},15-29,close,one-way,not de-duplicated,12\r\n"
        )
    );
    let codebook = &exported.codebook;
    assert!(codebook.starts_with("column,value,meaning\r\n"), "{codebook}");
    assert!(
        codebook.contains("\"Contacts, \"\"near\"\"\"") && codebook.contains(&id.to_string()),
        "{codebook}"
    );
    for column in exported.table.lines().next().unwrap().split(',') {
        assert!(codebook.contains(&format!("\r\n{column},")), "{column}");
    }
    let proven = Proven::decode(&body).unwrap();
    let nullifier = proven.proof.stated_nullifier().unwrap();
    let header = contact.header.header();
    for secret in [
        header.id.to_string(),
        contact.digest().to_string(),
        nullifier.to_string(),
        codec::to_base64url(nullifier.as_bytes()),
        key.hash().to_string(),
        Digest::of(&body).to_string(),
    ] {
        assert!(!exported.table.contains(&secret) && !codebook.contains(&secret));
    }
    // The same again is the same; nothing else comes out, and nothing changes any more.
    assert_eq!(export(store, &id, None, server.now()).await.unwrap(), exported);
    let other = export(store, &id, Some(vec![Column::Week]), server.now()).await;
    assert!(matches!(&other, Err(Error::Otherwise { columns }) if columns.starts_with("day,")), "{other:?}");
    refused(&withdraw(&server, id, &key).await, 410, "withdrawal-late");
    assert!(matches!(studies::all(store, server.now()).await.unwrap()[0].state, State::Exported { .. }));
}

/// A study that was told of twelve contacts on two days, of three durations, and is closed.
async fn closed_with_no_ten_alike(server: &Server) -> StudyId {
    let contact = exposed(server, 1, Scheme::Encounter, Degree::First).await.remove(0);
    let id = study(server, "Contacts").await;
    let (batch, day) = (*contact.header.header().id.as_bytes(), NOW.day().get());
    let contacts: Vec<_> = (0..12).map(|at| (day - at % 2, 1 + (at % 3) as u8, Scheme::Encounter)).collect();
    told(server, id, &contacts, batch, 0).await;
    studies::close(server.app.store(), &id, server.now()).await.unwrap();
    id
}

#[tokio::test]
async fn a_table_in_which_nothing_counts_ten_is_not_the_one_export() {
    let server = Server::demo().await;
    let id = closed_with_no_ten_alike(&server).await;
    let store = server.app.store();
    assert!(matches!(export(store, &id, None, server.now()).await, Err(Error::AllSmall)));
    let exported = export(store, &id, Some(vec![Column::Scheme]), server.now()).await.unwrap();
    assert_eq!(exported.table, "scheme,de_duplication,reports\r\nmutual,de-duplicated,12\r\n");
}

#[tokio::test]
async fn after_three_sets_of_columns_with_nothing_to_tell_there_is_no_fourth() {
    let server = Server::demo().await;
    let id = closed_with_no_ten_alike(&server).await;
    let store = server.app.store();
    let by = async |columns: &[Column]| export(store, &id, Some(columns.to_vec()), server.now()).await;
    // The same set again, in whatever order, is no other one.
    for columns in [
        &[Column::Day, Column::Duration][..],
        &[Column::Duration, Column::Day],
        &[Column::Duration],
        &[Column::Day],
        &[Column::Duration],
    ] {
        let answer = by(columns).await;
        assert!(matches!(answer, Err(Error::AllSmall)), "{columns:?} {answer:?}");
    }
    // Also where there would be something to tell.
    for columns in [&[Column::Scheme][..], &[Column::Week, Column::Duration]] {
        assert!(matches!(by(columns).await, Err(Error::Tried)), "{columns:?}");
    }
    assert!(matches!(by(&[Column::Day]).await, Err(Error::AllSmall)));
    let server = server.restart(|_| {}).await;
    let answer = export(server.app.store(), &id, Some(vec![Column::Scheme]), server.now()).await;
    assert!(matches!(answer, Err(Error::Tried)), "nor after a restart: {answer:?}");
}

#[tokio::test]
async fn a_study_and_what_it_was_told_are_gone_thirty_days_after_its_end() {
    let server = Server::demo().await;
    let contact = exposed(&server, 1, Scheme::Encounter, Degree::First).await.remove(0);
    let id = study(&server, "Contacts").await;
    let (body, key) = contact.report(&server, id, contact.contact(NOW.day()));
    tell(&server, id, body).await.ok();
    server.hands.forward((7 + 30) * DAY);
    server.tick().await;
    assert_eq!((rows(&server, "study").await, rows(&server, "study_report").await), (1, 1));
    server.hands.forward(DAY);
    server.tick().await;
    assert_eq!((rows(&server, "study").await, rows(&server, "study_report").await), (0, 0));
    refused(&withdraw(&server, id, &key).await, 404, "study-unknown");
}

#[tokio::test]
async fn what_an_operator_cannot_open_close_or_name_is_told() {
    let server = Server::demo().await;
    let (store, published) = (server.app.store(), server.app.published());
    let open = async |draft| studies::open(store, published, NOW, draft).await;
    let id = open(draft("Contacts", NOW.day())).await.unwrap();
    assert!(matches!(open(draft("Contacts", NOW.day())).await, Err(Error::Known)));
    assert!(matches!(open(draft("Past", NOW.day().previous())).await, Err(Error::Ends)));
    assert!(matches!(open(draft("Far", NOW.day().plus(367))).await, Err(Error::Ends)));
    assert!(matches!(open(draft("", NOW.day())).await, Err(Error::Malformed(_))));
    for formula in ["=1+1", "+49 89 1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
        assert!(matches!(open(draft(formula, NOW.day())).await, Err(Error::Formula("title"))), "{formula:?}");
        let both = |text: &str| Texts { en: text.to_owned(), de: text.to_owned() };
        let plain = draft("Plain", NOW.day());
        let drafts = [
            (
                "title",
                studies::Draft { title: Texts { de: formula.to_owned(), ..both("Plain") }, ..plain.clone() },
            ),
            ("institution", studies::Draft { institution: formula.to_owned(), ..plain.clone() }),
            ("asked", studies::Draft { asked: both(formula), ..plain.clone() }),
            ("contact", studies::Draft { contact: formula.to_owned(), ..plain }),
        ];
        for (member, draft) in drafts {
            assert!(
                matches!(open(draft).await, Err(Error::Formula(named)) if named == member),
                "{formula:?}"
            );
        }
    }
    for number in 1..16 {
        open(draft(&format!("Number {number}"), NOW.day())).await.unwrap();
    }
    assert!(matches!(open(draft("One too many", NOW.day())).await, Err(Error::TooMany)));
    assert_eq!(studies::named(store, &id.to_string().to_uppercase()).await.unwrap(), id);
    assert_eq!(studies::named(store, &id.to_string()[..12]).await.unwrap(), id);
    for unknown in ["", "abc", "zzzz", "00000000000000"] {
        assert!(matches!(studies::named(store, unknown).await, Err(Error::Unknown)), "{unknown}");
    }
    studies::close(store, &id, NOW).await.unwrap();
    open(draft("One too many", NOW.day())).await.unwrap();
    assert!(matches!(studies::close(store, &StudyId::new([1; 32]), NOW).await, Err(Error::Unknown)));
    let names: BTreeSet<_> =
        studies::all(store, NOW).await.unwrap().iter().map(|one| one.study.title.en.clone()).collect();
    assert_eq!(names.len(), 17);
}

#[tokio::test]
async fn claim_33_a_report_leaves_neither_time_nor_order_nor_page_beside_it_and_no_line_in_the_log() {
    let server = Server::demo().await;
    let contact = exposed(&server, 1, Scheme::Encounter, Degree::First).await.remove(0);
    let id = study(&server, "A study whose title is in no log").await;
    let (body, key) = contact.report(&server, id, contact.contact(NOW.day()));
    tell(&server, id, body.clone()).await.ok();
    let mut forged = body.clone();
    forged[9_000] ^= 1;
    tell(&server, id, forged).await;
    let database = open(&server).await;
    let columns = async |table: &'static str| -> Vec<String> {
        let question = sqlx::query("SELECT name FROM pragma_table_info(?)").bind(table);
        question.fetch_all(&database).await.unwrap().iter().map(|row| row.get("name")).collect()
    };
    assert_eq!(
        columns("study_report").await,
        ["study", "withdrawal", "day", "duration", "closeness", "category", "scheme", "once"]
    );
    assert_eq!(columns("spent_proof").await, ["context", "mark", "request", "batch_id", "page"]);
    for table in ["study_report", "spent_proof", "study", "page_digest", "day_key"] {
        let row = sqlx::query("SELECT wr FROM pragma_table_list WHERE name = ?").bind(table);
        let without: i64 = row.fetch_one(&database).await.unwrap().get("wr");
        assert_eq!(without, 1, "{table} has row ids, which number rows in the order of arrival");
    }
    database.close().await;
    server.tick().await;
    let files = || {
        let files = std::fs::read_dir(server.data.path()).unwrap().map(|file| file.unwrap().path());
        files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap()).collect::<Vec<_>>()
    };
    let found = |part: &[u8]| files().iter().any(|file| file.windows(part.len()).any(|one| one == part));
    let log = server.data.path().join("twoken.db-wal");
    assert_eq!(std::fs::metadata(log).map_or(0, |file| file.len()), 0, "the order is gone with the tick");
    assert!(found(key.hash().as_bytes()));
    assert!(!found(&body[1_000..1_100]) && !found(key.as_bytes()), "neither the proof nor the key");
    withdraw(&server, id, &key).await.ok();
    server.tick().await;
    assert!(!found(key.hash().as_bytes()), "what was taken back is overwritten");

    let log = logs::text();
    let nullifier = Proven::decode(&body).unwrap().proof.stated_nullifier().unwrap();
    for secret in [
        codec::to_hex(key.as_bytes()),
        codec::to_base64url(key.as_bytes()),
        key.hash().to_string(),
        nullifier.to_string(),
        contact.digest().to_string(),
        id.to_string(),
        "A study whose title".to_owned(),
    ] {
        assert!(!log.contains(&secret), "{secret}");
    }
    for route in ["reports", "withdrawals"] {
        assert!(!log.contains(&format!("route=\"/v1/studies/{{id}}/{route}\" status=2")), "{route}");
        assert!(!log.contains(&format!("route=\"/v1/studies/{{id}}/{route}\" status=4")), "{route}");
    }
}

#[tokio::test]
async fn pages_that_were_sealed_before_proofs_were_are_found() {
    let server = Server::demo().await;
    let contact = exposed(&server, 1, Scheme::Encounter, Degree::First).await.remove(0);
    let database = open(&server).await;
    sqlx::query("DELETE FROM page_digest").execute(&database).await.unwrap();
    database.close().await;
    let id = study(&server, "Contacts").await;
    let (body, _) = contact.report(&server, id, contact.contact(NOW.day()));
    refused(&tell(&server, id, body.clone()).await, 422, "page-unknown");
    let server = server.restart(|_| {}).await;
    tell(&server, id, body).await.ok();
}
