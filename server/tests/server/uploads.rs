//! A report arrives: once, whole, of one size, or not at all.

use twoken_core::codec;
use twoken_core::permit::{Class, PermitHeader};
use twoken_core::redaction::Redaction;
use twoken_core::status::Degree;
use twoken_core::tag::Entry;
use twoken_core::units::Week;
use twoken_core::wire::{SIZE_CLASSES, Upload, UploadBody};

use crate::support::people::{Person, authorise, report, rng};
use crate::support::{DAY, NOW, Server, refused};

async fn waiting(server: &Server) -> u64 {
    server.app.store().pools().await.unwrap().iter().map(|pool| pool.uploads).sum()
}

#[tokio::test]
async fn claim_09_the_same_body_gets_the_same_answer_and_another_409() {
    let server = Server::strict().await;
    let sent = report(&server, 3, "root").await;
    let first = server.upload(&sent).await.ok();
    let again = server.upload(&sent).await.ok();
    assert_eq!(first.body, again.body);
    assert_eq!(first.json(), serde_json::json!({ "stored": true }));
    assert_eq!(waiting(&server).await, 1, "a retry is no second upload");

    // The same permit over another body, as only its owner can make it: N is needed for the HMAC.
    let server = Server::strict().await;
    let tan = server.tan(Class::Patient).await;
    let bodies: Vec<_> = [2, 5]
        .map(|count| Person::with_encounters(count, NOW))
        .map(|person| person.body(&Redaction::default(), "root", Degree::First, NOW))
        .into();
    let pinned = server.config().await.config().permit_key().unwrap();
    let pending = twoken_core::permit::Pending::new(&tan, Class::Patient, NOW.week(), &mut rng());
    let answer = server.redeem(&pending.request().unwrap()).await.ok();
    let answer = serde_json::from_slice(&answer.body).unwrap();
    let [one, two] =
        [0, 1].map(|at: usize| pending.finalize(&answer, &pinned).unwrap().authorise(bodies[at].clone()));
    server.upload(&one).await.ok();
    refused(&server.upload(&two).await, 409, "permit-used");
    server.upload(&one).await.ok();
    assert_eq!(waiting(&server).await, 1);
    // Also after sealing, and after a restart.
    server.tick().await;
    let server = server.restart(|_| {}).await;
    refused(&server.upload(&two).await, 409, "permit-used");
    server.upload(&one).await.ok();
}

#[tokio::test]
async fn claim_09_a_permit_is_bound_to_the_body_and_to_this_server() {
    let server = Server::strict().await;
    let sent = report(&server, 2, "root").await;

    let mut changed = sent.body.clone();
    *changed.last_mut().unwrap() ^= 1;
    refused(&server.upload_raw(Some(&sent.header), changed).await, 403, "permit-refused");

    // Each part of the header is under the HMAC or decides the key.
    let header = PermitHeader::decode(&sent.header).unwrap();
    let mut other_t = header;
    other_t.t[0] ^= 1;
    let mut other_class = header;
    other_class.info.class = Class::Staff;
    let mut other_week = header;
    other_week.info.week = Week::new(header.info.week.get() + 1);
    let mut other_mac = header;
    other_mac.mac[31] ^= 1;
    for forged in [other_t, other_class, other_week, other_mac] {
        refused(&server.upload_raw(Some(&forged.encode()), sent.body.clone()).await, 403, "permit-refused");
    }
    let elsewhere = Server::strict().await;
    refused(&elsewhere.upload(&sent).await, 403, "permit-refused");
    assert_eq!(waiting(&server).await + waiting(&elsewhere).await, 0);
    server.upload(&sent).await.ok();
}

#[tokio::test]
async fn a_header_that_is_not_right_is_named() {
    let server = Server::strict().await;
    let sent = report(&server, 1, "root").await;
    let bytes = codec::from_base64url(&sent.header).unwrap();
    let mut unknown_class = bytes.clone();
    unknown_class[32] = 3;
    for header in [
        String::new(),
        "not base64!".to_owned(),
        sent.header[..88].to_owned(),
        format!("{}AAAA", sent.header),
        format!("{}=", sent.header),
        codec::to_base64url(&unknown_class),
    ] {
        refused(&server.upload_raw(Some(&header), sent.body.clone()).await, 400, "permit-malformed");
    }
    refused(&server.upload_raw(None, sent.body.clone()).await, 400, "permit-malformed");
    let typed = [("content-type", "application/json"), ("twoken-permit", sent.header.as_str())];
    refused(&server.post("/v1/uploads", &typed, sent.body.clone()).await, 415, "unsupported-media-type");
}

#[tokio::test]
async fn a_permit_holds_for_its_week_and_one_more() {
    let server = Server::strict().await;
    let late = report(&server, 1, "root").await;
    let too_late = report(&server, 1, "root").await;
    server.hands.forward(7 * DAY);
    server.upload(&late).await.ok();
    server.hands.forward(7 * DAY);
    refused(&server.upload(&too_late).await, 403, "week-refused");
}

/// A permit over any bytes: what a client could do that is not ours.
async fn authorise_raw(server: &Server, body: Vec<u8>) -> (String, Vec<u8>) {
    let tan = server.tan(Class::Patient).await;
    match UploadBody::from_bytes(body.clone()) {
        Ok(body) => {
            let sent = authorise(server, &tan, Class::Patient, body).await;
            (sent.header.clone(), sent.body.clone())
        }
        Err(_) => (sign_with_server_key(server, &body), body),
    }
}

/// The core refuses to authorise what is not well-formed, so a foreign client is imitated with the server's own key.
fn sign_with_server_key(server: &Server, body: &[u8]) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    use twoken_core::oprf::{SecretKey, partial};
    use twoken_core::permit::PermitInfo;
    let info = PermitInfo { class: Class::Patient, week: server.now().week() };
    let mut t = [0; 32];
    rand_core::Rng::fill_bytes(&mut rng(), &mut t);
    let key = SecretKey::from_bytes(*server.app.keys().permit.to_bytes()).unwrap();
    let n = partial::evaluate(&key, &t, &info.to_bytes()).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(n.as_bytes()).unwrap();
    mac.update(b"twoken/v1/upload");
    mac.update(body);
    PermitHeader { t, info, mac: mac.finalize().into_bytes().into() }.encode()
}

/// CBOR of an upload, by hand: map of four.
fn cbor(region: &[u8; 16], degree: u8, entries: &[u8]) -> Vec<u8> {
    let mut out = vec![0xa4, 0, 1, 1, 0x50];
    out.extend_from_slice(region);
    out.extend_from_slice(&[2, degree, 3]);
    let length = u32::try_from(entries.len()).unwrap();
    if length > 0xffff {
        out.push(0x5a);
        out.extend_from_slice(&length.to_be_bytes());
    } else {
        out.push(0x59);
        out.extend_from_slice(&u16::try_from(length).unwrap().to_be_bytes());
    }
    out.extend_from_slice(entries);
    out
}

fn dummies(count: usize) -> Vec<Entry> {
    let mut entries: Vec<_> = (0..count).map(|_| Entry::dummy(&mut rng())).collect();
    entries.sort_unstable();
    entries
}

fn bytes(entries: &[Entry]) -> Vec<u8> {
    entries.iter().flat_map(Entry::to_bytes).collect()
}

const ROOT: &[u8; 16] = b"root\0\0\0\0\0\0\0\0\0\0\0\0";

#[tokio::test]
async fn claim_17_bodies_come_in_the_size_classes_only() {
    let server = Server::strict().await;
    for class in SIZE_CLASSES {
        let (header, body) = authorise_raw(&server, cbor(ROOT, 1, &bytes(&dummies(class)))).await;
        assert_eq!(Upload::decode(&body).unwrap().entries.len(), class);
        server.upload_raw(Some(&header), body).await.ok();
    }
    for count in [0, 1, 63, 65, 128, 255, 2047] {
        let (header, body) = authorise_raw(&server, cbor(ROOT, 1, &bytes(&dummies(count)))).await;
        let answer = server.upload_raw(Some(&header), body).await;
        if count < 4 {
            // Under 256 bytes, the three-byte length of `cbor` is not the canonical one.
            refused(&answer, 400, "upload-malformed");
        } else {
            refused(&answer, 422, "upload-size");
        }
    }
    // More than the largest is not even read.
    let (header, body) = authorise_raw(&server, cbor(ROOT, 1, &bytes(&dummies(4100)))).await;
    refused(&server.upload_raw(Some(&header), body).await, 413, "body-too-large");
    assert_eq!(waiting(&server).await, SIZE_CLASSES.len() as u64);

    // A real report is filled up to the next class, whatever is in it.
    for (encounters, class) in [(1, 64), (40, 64), (70, 256)] {
        let sent = report(&server, encounters, "root").await;
        assert_eq!(Upload::decode(&sent.body).unwrap().entries.len(), class, "{encounters}");
    }
}

#[tokio::test]
async fn claim_13_uploaded_elements_are_canonical_and_not_the_identity() {
    let server = Server::strict().await;
    let mut identity = bytes(&dummies(64));
    identity[..32].fill(0);
    let mut not_canonical = bytes(&dummies(64));
    not_canonical[63 * 84..63 * 84 + 32].fill(0xff);
    for entries in [identity, not_canonical] {
        let (header, body) = authorise_raw(&server, cbor(ROOT, 1, &entries)).await;
        refused(&server.upload_raw(Some(&header), body).await, 400, "upload-malformed");
    }
    assert_eq!(waiting(&server).await, 0);
}

#[tokio::test]
async fn a_body_that_is_not_right_is_refused_whole_and_its_permit_is_not_spent() {
    let server = Server::strict().await;
    let good = cbor(ROOT, 1, &bytes(&dummies(64)));
    let mut unsorted = dummies(64);
    unsorted.swap(3, 4);
    let mut twice = dummies(64);
    twice[5] = twice[4];
    let mut version = good.clone();
    version[2] = 2;
    let mut long_integer = vec![0xa4, 0x18, 0, 1];
    long_integer.extend_from_slice(&good[3..]);
    let with = |tail: &[u8]| [good.as_slice(), tail].concat();
    for body in [
        Vec::new(),
        b"{}".to_vec(),
        good[..good.len() - 1].to_vec(),
        with(&[0]),
        with(&good),
        version,
        long_integer,
        cbor(ROOT, 3, &bytes(&dummies(64))),
        cbor(ROOT, 1, &bytes(&unsorted)),
        cbor(ROOT, 1, &bytes(&twice)),
        cbor(b"Root\0\0\0\0\0\0\0\0\0\0\0\0", 1, &bytes(&dummies(64))),
        cbor(b"ro\0ot\0\0\0\0\0\0\0\0\0\0\0", 1, &bytes(&dummies(64))),
        cbor(&[0; 16], 1, &bytes(&dummies(64))),
    ] {
        let header = sign_with_server_key(&server, &body);
        refused(&server.upload_raw(Some(&header), body).await, 400, "upload-malformed");
    }
    assert_eq!(waiting(&server).await, 0);
}

#[tokio::test]
async fn an_unknown_region_and_the_second_degree_are_named() {
    let server = Server::strict().await;
    let person = Person::with_encounters(2, NOW);
    for (region, degree, status, code) in
        [("nowhere", Degree::First, 422, "region-unknown"), ("root", Degree::Second, 403, "degree-refused")]
    {
        let tan = server.tan(Class::Patient).await;
        let sent =
            authorise(&server, &tan, Class::Patient, person.body(&Redaction::default(), region, degree, NOW))
                .await;
        refused(&server.upload(&sent).await, status, code);
    }
    assert_eq!(waiting(&server).await, 0);
}

#[tokio::test]
async fn staff_permits_carry_encounters_too() {
    let server = Server::strict().await;
    let person = Person::with_encounters(2, NOW);
    let body = person.body(&Redaction::default(), "root", Degree::First, NOW);
    let tan = server.tan(Class::Staff).await;
    let sent = authorise(&server, &tan, Class::Staff, body).await;
    server.upload(&sent).await.ok();
    assert_eq!(waiting(&server).await, 1);
}

#[tokio::test]
async fn when_the_store_fails_nothing_of_an_upload_stays_and_a_retry_works() {
    let server = Server::strict().await;
    let sent = report(&server, 2, "root").await;
    let database = crate::schema::open(&server).await;
    sqlx::query("CREATE TRIGGER broken BEFORE INSERT ON pool_entry BEGIN SELECT RAISE(ABORT, 'disk'); END")
        .execute(&database)
        .await
        .unwrap();
    let answer = server.upload(&sent).await;
    refused(&answer, 500, "internal");
    assert!(
        !String::from_utf8(answer.body).unwrap().contains("disk"),
        "what failed is not told to strangers"
    );
    assert_eq!(waiting(&server).await, 0);
    sqlx::query("DROP TRIGGER broken").execute(&database).await.unwrap();
    server.upload(&sent).await.ok();
    assert_eq!(waiting(&server).await, 1);
}

#[tokio::test]
async fn uploads_of_one_transaction_are_counted_in_their_pools_each_once() {
    use twoken_server::store::{NewUpload, Part, PoolKey, Recorded};
    let server = Server::strict().await;
    let database = crate::schema::open(&server).await;
    let mut blocker = database.acquire().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *blocker).await.unwrap();
    let part = |scheme, byte: u8| Part {
        pool: PoolKey { region: "root".to_owned(), scheme, degree: 1 },
        line: 84,
        entries: [[byte; 84], [200; 84]].concat(),
    };
    let mut waiting = tokio::task::JoinSet::new();
    // Twelve uploads, every third with a one-way part; the first one twice, and once more with another body.
    for (t, mac) in (0..12).map(|t| (t, 0)).chain([(0, 0), (0, 1)]) {
        let parts = if t % 3 == 0 { vec![part(1, t), part(2, t)] } else { vec![part(1, t)] };
        let store = server.app.store().clone();
        let upload = NewUpload { t: [t; 32], mac: [mac; 32], week: 2968 + u16::from(t % 2), parts };
        waiting.spawn(async move { store.record_upload(upload).await.unwrap() });
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    sqlx::query("ROLLBACK").execute(&mut *blocker).await.unwrap();
    let answers = waiting.join_all().await;
    let count = |wanted| answers.iter().filter(|answer| **answer == wanted).count();
    // Of the three with one permit the first to be written is stored: the same body again, or the other one, is not.
    assert_eq!(count(Recorded::Stored), 12);
    assert_eq!(count(Recorded::Repeated) + count(Recorded::Conflict), 2);
    assert!(count(Recorded::Conflict) >= 1);
    let pools = server.app.store().pools().await.unwrap();
    let counted: Vec<_> = pools.iter().map(|pool| (pool.key.scheme, pool.uploads)).collect();
    assert_eq!(counted, [(1, 12), (2, 4)]);
    // An entry that all of them bring is there once in each pool.
    let stored: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM pool_entry").fetch_one(&database).await.unwrap();
    assert_eq!(stored, 12 + 4 + 2);
}

#[tokio::test]
async fn uploads_that_wait_together_are_one_transaction_and_one_that_fails_fails_no_other() {
    let server = Server::strict().await;
    let database = crate::schema::open(&server).await;
    sqlx::query("CREATE TRIGGER broken BEFORE INSERT ON used_permit WHEN NEW.t = zeroblob(32) BEGIN SELECT RAISE(ABORT, 'disk'); END")
        .execute(&database)
        .await
        .unwrap();
    // While somebody else writes, they gather.
    let mut blocker = database.acquire().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *blocker).await.unwrap();
    let pool = twoken_server::store::PoolKey { region: "root".to_owned(), scheme: 1, degree: 1 };
    let mut waiting = tokio::task::JoinSet::new();
    for t in 0..20_u8 {
        let (store, pool) = (server.app.store().clone(), pool.clone());
        // The same permit twice in one transaction, with the same body and with another.
        let (t, mac) = match t {
            18 => (7, 7),
            19 => (8, 9),
            t => (t, t),
        };
        waiting.spawn(async move {
            let upload = twoken_server::store::NewUpload {
                t: [t; 32],
                mac: [mac; 32],
                week: 2968,
                parts: vec![twoken_server::store::Part { pool, line: 84, entries: vec![t; 84] }],
            };
            (t, store.record_upload(upload).await)
        });
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(waiting.try_join_next().is_none(), "nobody is answered before it is written");
    sqlx::query("ROLLBACK").execute(&mut *blocker).await.unwrap();
    let (mut stored, mut repeated, mut conflicts, mut failed) = (0, 0, 0, Vec::new());
    for (t, answer) in waiting.join_all().await {
        match answer {
            Ok(twoken_server::store::Recorded::Stored) => stored += 1,
            Ok(twoken_server::store::Recorded::Repeated) => repeated += 1,
            Ok(twoken_server::store::Recorded::Conflict) => conflicts += 1,
            Err(_) => failed.push(t),
        }
    }
    assert_eq!((stored, repeated, conflicts, failed), (17, 1, 1, vec![0]));
    assert_eq!(server.app.store().pools().await.unwrap()[0].uploads, 17);
}
