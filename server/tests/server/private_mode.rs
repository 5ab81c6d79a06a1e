//! Private mode: elements come in, second tags go out, and what is told is how many.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use twoken_core::batch::{PRIVATE_PAGE_BYTES, SignedHeader};
use twoken_core::diary::Diary;
use twoken_core::encounter::How;
use twoken_core::matching::{Hit, PrivateMatcher, Whole, question};
use twoken_core::permit::{Authorised, Class};
use twoken_core::psi::{DayPublicKey, DaySet, Query, Response, Waiting};
use twoken_core::redaction::Redaction;
use twoken_core::risk;
use twoken_core::status::{Degree, Mode, Scheme};
use twoken_core::tag::Element;
use twoken_core::tcn::{Emissions, TxPower};
use twoken_core::units::Day;
use twoken_core::wire::UploadBody;
use twoken_server::app::{self, App};
use twoken_server::config::{Profile, Settings};
use twoken_server::domain::published;

use crate::schema::open;
use crate::support::exposed::{Exposed, find, study, tell};
use crate::support::people::{Person, authorise, meet, report, rng};
use crate::support::{Answer, DAY, NOW, Server, refused};

fn settings() -> Settings {
    Settings { mode: Mode::Private, ..Settings::defaults(Profile::Demo) }
}

/// A report of somebody, keys included where they emitted.
async fn authorised(server: &Server, person: &Person, emissions: &Emissions, degree: Degree) -> Authorised {
    let chosen = Redaction::default().apply_with(&person.diary, emissions);
    let body = UploadBody::build_private(&chosen, &"root".parse().unwrap(), degree, &mut rng()).unwrap();
    let tan = server.tan(Class::Patient).await;
    authorise(server, &tan, Class::Patient, body).await
}

async fn send(server: &Server, person: &Person) {
    let sent = authorised(server, person, &Emissions::new(), Degree::First).await;
    server.upload(&sent).await.ok();
}

/// The first `met` people of `person`'s are reported and sealed.
async fn reported(server: &Server, person: &mut Person, met: u64) {
    for back in 0..met {
        let mut other = Person::new();
        meet(person, &mut other, server.now().minus(back * 600));
        send(server, &other).await;
    }
    server.tick().await;
}

fn encounters(day: Day) -> DaySet {
    DaySet { day, scheme: Scheme::Encounter }
}

fn asking(diary: &Diary, day_set: DaySet) -> Waiting {
    question(diary, &risk::Config::default(), day_set).unwrap().blind(&mut rng()).unwrap()
}

async fn ask(server: &Server, query: &[u8]) -> Answer {
    server.post("/v1/psi", &[("content-type", "application/cbor")], query.to_vec()).await
}

/// The headers of the root's batches of a day.
async fn headers(server: &Server, day: Day) -> Vec<SignedHeader> {
    let answer = server.get(&format!("/v1/regions/root/{day}")).await.ok();
    let key = server.app.keys().signing.public();
    let root = "root".parse().unwrap();
    let index =
        twoken_core::batch::Index::decode_verified(&answer.body, &key, &root, day, server.now()).unwrap();
    index.after(None).unwrap().into()
}

fn blinding_key(headers: &[SignedHeader], scheme: Scheme) -> DayPublicKey {
    let keys: BTreeSet<_> = headers
        .iter()
        .filter(|signed| signed.header().scheme == scheme)
        .map(|signed| *signed.header().blinding_key.unwrap().as_bytes())
        .collect();
    assert_eq!(keys.len(), 1, "one for the day and scheme");
    DayPublicKey::from_bytes(keys.into_iter().next().unwrap()).unwrap()
}

/// Asks about a day set, and finds what is found in its batches.
async fn hits(server: &Server, diary: &Diary, day_set: DaySet) -> Vec<Hit> {
    let waiting = asking(diary, day_set);
    let answer = ask(server, waiting.query()).await.ok();
    assert_eq!(answer.header("content-type"), "application/cbor");
    assert_eq!(answer.header("cache-control"), "no-store");
    let headers = headers(server, day_set.day).await;
    let key = blinding_key(&headers, day_set.scheme);
    let answer = waiting.finalize(&Response::decode(&answer.body).unwrap(), &key).unwrap();
    let matcher = PrivateMatcher::new(&answer);
    let mut hits = Vec::new();
    for signed in headers.iter().filter(|signed| signed.header().scheme == day_set.scheme) {
        let file = server.get(&format!("/v1/batches/{}/entries", signed.header().id)).await.ok().body;
        let mut whole = Whole::new(&matcher, signed.header()).unwrap();
        whole.feed(&file).unwrap();
        hits.extend(whole.finish(server.now()).unwrap());
    }
    hits
}

#[tokio::test]
async fn who_was_reported_is_counted_the_day_after_and_nothing_published_tells_it_before() {
    let server = Server::with(settings()).await;
    assert_eq!(server.config().await.config().mode, Mode::Private);
    let mut person = Person::with_encounters(5, NOW.minus(DAY / 2));
    reported(&server, &mut person, 3).await;
    let today = NOW.day();
    for signed in headers(&server, today).await {
        let header = signed.header();
        assert_eq!(header.mode, Mode::Private);
        let file = server.get(&format!("/v1/batches/{}/entries", header.id)).await.ok().body;
        assert_eq!(file.len(), header.pages() * PRIVATE_PAGE_BYTES, "no statuses");
        // Neither an open mode's tag nor an element of anybody's is on it.
        for pairing in person.diary.iter().flat_map(|encounter| encounter.pairings()) {
            assert!(!file.chunks(32).any(|tag| tag == pairing.received_tag().as_bytes()));
            assert!(!file.chunks(32).any(|tag| tag == pairing.reported_tag().as_bytes()));
        }
    }
    server.hands.forward(DAY);
    let found = hits(&server, &person.diary, encounters(today)).await;
    assert_eq!(found.len(), 3);
    assert_eq!(hits(&server, &Person::with_encounters(4, NOW).diary, encounters(today)).await.len(), 0);
}

#[tokio::test]
async fn claim_27_a_key_is_one_for_day_and_scheme_and_is_deleted_with_that_days_batches() {
    let server = Server::with(settings()).await;
    let mut emissions = Emissions::new();
    emissions.emit(NOW, TxPower::SCREEN, &mut rng());
    let first = NOW.day();
    for _ in 0..2 {
        let person = Person::with_encounters(1, server.now());
        let sent = authorised(&server, &person, &emissions, Degree::First).await;
        server.upload(&sent).await.ok();
        server.tick().await;
    }
    server.hands.forward(DAY);
    reported(&server, &mut Person::new(), 1).await;
    let before = headers(&server, first).await;
    assert_eq!(before.len(), 4);
    let kept = server.app.store().day_key(first.get(), 1).await.unwrap().unwrap();
    let keys = [
        blinding_key(&before, Scheme::Encounter),
        blinding_key(&before, Scheme::Tcn),
        blinding_key(&headers(&server, server.now().day()).await, Scheme::Encounter),
    ];
    assert_eq!(keys.iter().map(DayPublicKey::as_bytes).collect::<BTreeSet<_>>().len(), 3);
    let stored = async || {
        let database = open(&server).await;
        let rows = sqlx::query("SELECT day FROM day_key ORDER BY day, scheme").fetch_all(&database).await;
        rows.unwrap().iter().map(|row| sqlx::Row::get::<i64, _>(row, 0)).collect::<Vec<_>>()
    };
    let on_disk = || {
        let files = std::fs::read_dir(server.data.path()).unwrap().map(|file| file.unwrap().path());
        let files = files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap());
        files.into_iter().any(|file| file.windows(32).any(|window| window == kept.as_slice()))
    };
    let day = i64::from(first.get());
    assert_eq!(stored().await, [day, day, day + 1]);
    assert!(on_disk());
    server.hands.forward(13 * DAY);
    server.tick().await;
    assert_eq!(stored().await, [day, day, day + 1], "its batches are still there");
    assert!(!headers(&server, first).await.is_empty());
    server.hands.forward(DAY);
    server.tick().await;
    assert_eq!(stored().await, [day + 1]);
    assert!(!on_disk(), "overwritten, in the database and its log");
}

#[tokio::test]
async fn a_key_that_was_made_before_a_crash_is_the_days() {
    let server = Server::with(settings()).await;
    let day = NOW.day();
    // As far as a sealing got that was killed: the key is there, and nothing else.
    let fresh = twoken_core::psi::DayKey::generate(&mut rng());
    let kept = server.app.store().day_key_or(day.get(), 1, &fresh.to_bytes()).await.unwrap();
    assert_eq!(*kept, *fresh.to_bytes());
    send(&server, &Person::with_encounters(1, NOW)).await;
    let pool = server.app.store().pools().await.unwrap().remove(0);
    server.app.store().close_pool(pool.number).await.unwrap().unwrap();
    let server = server.restart(|_| {}).await;
    server.tick().await;
    assert_eq!(blinding_key(&headers(&server, day).await, Scheme::Encounter), fresh.public());
    let other = twoken_core::psi::DayKey::generate(&mut rng());
    let kept = server.app.store().day_key_or(day.get(), 1, &other.to_bytes()).await.unwrap();
    assert_eq!(*kept, *fresh.to_bytes(), "there is one");
}

#[tokio::test]
async fn an_upload_of_the_other_mode_is_refused_as_such() {
    let (private, open) = (Server::with(settings()).await, Server::demo().await);
    let open_body = report(&private, 1, "root").await;
    refused(&private.upload(&open_body).await, 422, "mode-refused");
    let person = Person::with_encounters(1, NOW);
    let private_body = authorised(&open, &person, &Emissions::new(), Degree::First).await;
    refused(&open.upload(&private_body).await, 422, "mode-refused");
    for server in [&private, &open] {
        assert!(server.app.store().pools().await.unwrap().is_empty());
    }
    let second = authorised(&private, &person, &Emissions::new(), Degree::Second).await;
    refused(&private.upload(&second).await, 403, "degree-refused");
    let sent = authorised(&private, &person, &Emissions::new(), Degree::First).await;
    private.upload(&sent).await.ok();
    private.upload(&sent).await.ok();
    assert_eq!(private.app.store().pools().await.unwrap()[0].uploads, 1);
}

#[tokio::test]
async fn keys_become_elements_and_staff_bring_elements() {
    let server = Server::with(settings()).await;
    let mut emissions = Emissions::new();
    let emission = emissions.emit(NOW, TxPower::SCREEN, &mut rng());
    let (mut anna, mut carla) = (Person::new(), Person::new());
    for phone in [&mut anna, &mut carla] {
        phone.ring.advance(NOW, &mut rng());
    }
    let shown = anna.ring.payload(NOW).unwrap().with_emission(emission);
    let draft = carla.ring.hear(&shown, NOW, How::Camera, &mut rng()).unwrap();
    carla.diary.record(draft);
    let sent = authorised(&server, &anna, &emissions, Degree::First).await;
    server.upload(&sent).await.ok();

    let mut heard = Emissions::new();
    heard.emit(NOW.minus(3600), TxPower::SCREEN, &mut rng());
    let intervals = heard.shown().collect();
    let elements: Vec<Element> = heard.cover(&intervals).elements().collect();
    let by_staff = || {
        let root = "root".parse().unwrap();
        UploadBody::build_from_elements(Vec::new(), elements.clone(), &root, &mut rng()).unwrap()
    };
    let tan = server.tan(Class::Patient).await;
    let sent = authorise(&server, &tan, Class::Patient, by_staff()).await;
    refused(&server.upload(&sent).await, 403, "entries-refused");
    let tan = server.tan(Class::Staff).await;
    let sent = authorise(&server, &tan, Class::Staff, by_staff()).await;
    server.upload(&sent).await.ok();
    server.tick().await;
    server.hands.forward(DAY);
    let one_way = DaySet { day: NOW.day(), scheme: Scheme::Tcn };
    assert_eq!(hits(&server, &carla.diary, one_way).await.len(), 1);
    // Keys of the future are refused as in open mode.
    let mut early = Emissions::new();
    early.emit(server.now().plus(DAY), TxPower::SCREEN, &mut rng());
    let sent = authorised(&server, &Person::new(), &early, Degree::First).await;
    refused(&server.upload(&sent).await, 422, "cover-refused");
}

#[tokio::test]
async fn a_day_that_is_open_over_or_unknown_is_refused_as_what_it_is() {
    let server = Server::with(settings()).await;
    let mut person = Person::new();
    reported(&server, &mut person, 1).await;
    let query = |day: Day, scheme| {
        let waiting = asking(&person.diary, DaySet { day, scheme });
        waiting.query().to_vec()
    };
    let today = NOW.day();
    let answer = ask(&server, &query(today, Scheme::Encounter)).await;
    refused(&answer, 409, "day-set-open");
    let left = today.next().start().since(NOW);
    assert_eq!(answer.header("retry-after"), left.to_string());
    refused(&ask(&server, &query(today.next(), Scheme::Encounter)).await, 404, "day-set-unknown");
    refused(&ask(&server, &query(today.previous(), Scheme::Encounter)).await, 404, "day-set-unknown");
    server.hands.forward(left - 1);
    let answer = ask(&server, &query(today, Scheme::Encounter)).await;
    refused(&answer, 409, "day-set-open");
    assert_eq!(answer.header("retry-after"), "1");
    server.hands.forward(1);
    ask(&server, &query(today, Scheme::Encounter)).await.ok();
    refused(&ask(&server, &query(today, Scheme::Tcn)).await, 404, "day-set-unknown");
    server.hands.forward(13 * DAY);
    ask(&server, &query(today, Scheme::Encounter)).await.ok();
    server.hands.forward(DAY);
    // Before and after its key is deleted.
    for _ in 0..2 {
        refused(&ask(&server, &query(today, Scheme::Encounter)).await, 410, "day-set-expired");
        server.tick().await;
    }
}

#[tokio::test]
async fn what_is_no_query_is_refused_and_counts_where_finding_it_out_takes_computing() {
    let server = Server::with(Settings { psi_queries_per_address: 2, ..settings() }).await;
    let mut person = Person::new();
    reported(&server, &mut person, 1).await;
    server.hands.forward(DAY);
    let good = asking(&person.diary, encounters(NOW.day())).query().to_vec();
    let size = Query::decode(&good).unwrap().set_size();
    let head = good.len() - 3 * 32 * size - 4;
    for broken in
        [Vec::new(), b"no query".to_vec(), good[..good.len() - 1].to_vec(), [&good[..], &[0]].concat()]
    {
        refused(&ask(&server, &broken).await, 400, "query-malformed");
    }
    // A point that is none: the last one stays in its order.
    let mut no_point = good.clone();
    let end = no_point.len();
    no_point[end - 32..].fill(0xff);
    refused(&ask(&server, &no_point).await, 400, "query-malformed");
    // Two points changed places.
    let mut unsorted = good.clone();
    unsorted[head..head + 64].rotate_left(32);
    refused(&ask(&server, &unsorted).await, 400, "query-malformed");
    refused(&ask(&server, &vec![0; 400_000]).await, 413, "body-too-large");
    let answer = server.post("/v1/psi", &[("content-type", "application/json")], good.clone()).await;
    refused(&answer, 415, "unsupported-media-type");
    ask(&server, &good).await.ok();
    // The one with a point that is none was the other of two.
    let another = asking(&person.diary, encounters(NOW.day()));
    refused(&ask(&server, another.query()).await, 429, "query-limit");
    let open = Server::demo().await;
    refused(&ask(&open, &good).await, 422, "mode-refused");
}

#[tokio::test]
async fn claim_29_an_address_asks_so_often_and_the_same_query_again_for_nothing() {
    let limit = |settings: &mut Settings| settings.psi_queries_per_address = 2;
    let server = Server::with(settings()).await.restart(limit).await;
    let mut person = Person::new();
    reported(&server, &mut person, 1).await;
    server.hands.forward(DAY);
    let query = || asking(&person.diary, encounters(NOW.day())).query().to_vec();
    let from = async |server: &Server, address: &str, forwarded: Option<&str>, query: &[u8]| {
        let mut request = Request::post("/v1/psi").header("content-type", "application/cbor");
        if let Some(forwarded) = forwarded {
            request = request.header("x-forwarded-for", forwarded);
        }
        server.send_from(address, request.body(Body::from(query.to_vec())).unwrap()).await
    };
    let (first, second, third) = (query(), query(), query());
    let one = from(&server, "198.51.100.1:1", None, &first).await.ok();
    from(&server, "198.51.100.1:2", None, &second).await.ok();
    // A retry has the same points in another order.
    let again = from(&server, "198.51.100.1:3", None, &first).await.ok();
    assert!(one.body != again.body);
    let sorted = |mut body: Vec<u8>| {
        body.sort_unstable();
        body
    };
    assert!(sorted(one.body) == sorted(again.body));
    let answer = from(&server, "198.51.100.1:4", None, &third).await;
    refused(&answer, 429, "query-limit");
    let midnight = server.now().day().next().start().since(server.now());
    assert_eq!(answer.header("retry-after"), midnight.to_string());
    assert!(answer.header("access-control-expose-headers").contains("retry-after"), "an app can obey");
    // What a stranger writes into a header is not believed, but behind a proxy its last word is.
    refused(&from(&server, "198.51.100.1:5", Some("203.0.113.9"), &third).await, 429, "query-limit");
    from(&server, "198.51.100.2:1", None, &third).await.ok();
    server.hands.forward(midnight);
    from(&server, "198.51.100.1:6", None, &third).await.ok();
    let server = server.restart(|settings| settings.behind_proxy = true).await;
    for (client, taken) in [("203.0.113.9", 2), ("203.0.113.10", 2)] {
        for asked in 0..3 {
            let answer = from(&server, "127.0.0.1:1", Some(&format!("1.1.1.1, {client}")), &query()).await;
            if asked < taken { drop(answer.ok()) } else { refused(&answer, 429, "query-limit") }
        }
    }
}

#[tokio::test]
async fn many_ask_at_once_and_each_gets_their_own_answer() {
    let server = Server::with(Settings { psi_queries_per_address: 100, ..settings() }).await;
    let mut person = Person::new();
    reported(&server, &mut person, 2).await;
    server.hands.forward(DAY);
    let headers = headers(&server, NOW.day()).await;
    let key = blinding_key(&headers, Scheme::Encounter);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let waiting = asking(&person.diary, encounters(NOW.day()));
        let router = server.router.clone();
        tasks.spawn(async move {
            use http_body_util::BodyExt;
            use tower::ServiceExt;
            let mut request = Request::post("/v1/psi")
                .header("content-type", "application/cbor")
                .body(Body::from(waiting.query().to_vec()))
                .unwrap();
            let address: std::net::SocketAddr = "203.0.113.77:4711".parse().unwrap();
            request.extensions_mut().insert(axum::extract::ConnectInfo(address));
            let answer = router.oneshot(request).await.unwrap();
            assert_eq!(answer.status(), 200);
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            waiting.finalize(&Response::decode(&body).unwrap(), &key).map(drop)
        });
    }
    // Others are answered meanwhile.
    let others = tokio::time::timeout(Duration::from_secs(20), server.get("/v1/config")).await;
    others.unwrap().ok();
    assert!(tasks.join_all().await.iter().all(Result::is_ok));
}

/// The claim of somebody of `person`'s who was reported, as it is known the day after.
pub async fn counted(server: &Server, person: &mut Person) -> twoken_core::tag::Claim {
    reported(server, person, 1).await;
    let day = server.now().day();
    server.hands.forward(DAY);
    hits(server, &person.diary, encounters(day)).await.remove(0).claim().clone()
}

#[tokio::test]
async fn claim_33_in_private_mode_a_study_gets_batch_day_category_and_scheme_and_is_not_de_duplicated() {
    use twoken_core::wire::Contact;
    let server = Server::with(settings()).await;
    let mut person = Person::new();
    reported(&server, &mut person, 1).await;
    let id = study(&server, "Contacts").await;
    let day = NOW.day();
    server.hands.forward(DAY);
    let hit = hits(&server, &person.diary, encounters(day)).await.remove(0);
    server.hands.back(DAY);
    let contact: Exposed = find(&server, hit.claim().clone()).await;
    server.hands.forward(DAY);
    let told = |batch_day| Contact::Private { batch_day, category: hit.category, scheme: Scheme::Encounter };
    let (unfit, _) = contact.report(&server, id, told(day.next()));
    refused(&tell(&server, id, unfit).await, 422, "report-refused");
    for _ in 0..2 {
        let (body, _) = contact.report(&server, id, told(day));
        tell(&server, id, body).await.ok();
    }
    let database = open(&server).await;
    let rows = sqlx::query("SELECT day, once, duration IS NULL AS bare FROM study_report");
    let rows = rows.fetch_all(&database).await.unwrap();
    assert_eq!(rows.len(), 2, "nobody can tell that it was one contact twice");
    for row in rows {
        let (told, once, bare): (i64, bool, bool) =
            (sqlx::Row::get(&row, "day"), sqlx::Row::get(&row, "once"), sqlx::Row::get(&row, "bare"));
        assert_eq!((told, once, bare), (i64::from(day.get()), false, true));
    }
}

#[tokio::test]
async fn a_server_in_use_stays_in_its_mode() {
    let server = Server::demo().await.restart(|settings| settings.mode = Mode::Private).await;
    assert_eq!(server.config().await.config().mode, Mode::Private, "nobody has reported anything");
    send(&server, &Person::with_encounters(1, NOW)).await;
    for tick in [false, true] {
        if tick {
            server.tick().await;
        }
        let open = Settings::defaults(Profile::Demo);
        let refused = App::open(open, server.data.path(), None, server.hands.clock()).await.unwrap_err();
        let app::Error::Published(published::Error::Mode { wanted, found }) = refused else {
            panic!("{refused}")
        };
        assert_eq!((wanted, found), (Mode::Open, Mode::Private));
    }
    let server = server.restart(|settings| settings.min_uploads = 2).await;
    server.hands.forward(15 * DAY);
    server.tick().await;
    let server = server.restart(|settings| settings.mode = Mode::Open).await;
    assert_eq!(server.config().await.config().mode, Mode::Open, "what was published is over");
}

#[tokio::test]
async fn a_large_pool_of_elements_is_sealed_in_order_and_dealt_out() {
    let server = Server::with(settings()).await;
    for _ in 0..10 {
        // 64 elements each; three are somebody's.
        send(&server, &Person::with_encounters(3, NOW)).await;
    }
    server.tick().await;
    let headers = headers(&server, NOW.day()).await;
    assert_eq!(headers.len(), 1);
    assert_eq!(headers[0].header().pages(), 3);
    let batches = server.batches("root").await;
    assert_eq!(batches.len(), 1, "every page was verified, digest and order");
    let filter = server.get(&format!("/v1/batches/{}/filter", headers[0].header().id)).await.ok().body;
    assert_eq!(twoken_core::wire::Digest::of(&filter), headers[0].header().filter_digest);
}
