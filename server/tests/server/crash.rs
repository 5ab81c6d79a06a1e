//! The program killed with SIGKILL, at any moment: what was answered is there, and nothing is there twice.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::body::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Row, SqlitePool};
use twoken_core::permit::{Class, Pending};
use twoken_core::redaction::Redaction;
use twoken_core::status::Degree;
use twoken_core::units::Timestamp;
use twoken_core::wire::PermitResponse;
use twoken_server::app::open_data;
use twoken_server::domain::tans;
use twoken_server::store;

use crate::support::people::{Person, fill, rng};
use crate::support::{Answer, Server};

fn program(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twoken-server"));
    command.env_clear().args(arguments).arg("--data").arg(data).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// A server in a process of its own.
struct Running {
    child: Child,
    origin: String,
}

impl Running {
    fn start(data: &Path) -> Self {
        let mut child =
            program(&["serve", "--profile", "demo", "--listen", "127.0.0.1:0"], data).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let said = lines.find(|line| line.contains("listening on")).unwrap();
        // Somebody must go on reading, or the server would end at a closed pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let address: String =
            said.split("http://").nth(1).unwrap().chars().take_while(|c| !c.is_whitespace()).collect();
        Self { child, origin: format!("http://{address}") }
    }

    /// SIGKILL: nothing is finished, nothing is written back.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn post(&self, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request = hyper::Request::post(format!("{}{path}", self.origin));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
        let (parts, body) =
            client.request(request.body(Full::from(body)).unwrap()).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

#[expect(clippy::disallowed_methods, reason = "the program's clock is the system's")]
fn now() -> Timestamp {
    Timestamp::new(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs())
}

#[tokio::test]
async fn claim_09_what_was_answered_before_a_crash_is_answered_alike_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(folder.path());
    let (keys, store) = open_data(folder.path()).await.unwrap();
    let tan = tans::issue(&store, &keys, now(), Class::Patient, 1, 24).await.unwrap().remove(0);
    store.close().await;
    let pending = Pending::new(&tan, Class::Patient, now().week(), &mut rng());
    let request = serde_json::to_vec(&pending.request().unwrap()).unwrap();
    let json = [("content-type", "application/json")];
    let first: PermitResponse =
        serde_json::from_slice(&running.post("/v1/permits", &json, request.clone()).await.ok().body).unwrap();
    running.kill();

    let running = Running::start(folder.path());
    let again: PermitResponse =
        serde_json::from_slice(&running.post("/v1/permits", &json, request).await.ok().body).unwrap();
    assert_eq!(first.evaluated, again.evaluated, "the same question gets the same evaluation");
    let other = Pending::new(&tan, Class::Patient, now().week(), &mut rng());
    let other = serde_json::to_vec(&other.request().unwrap()).unwrap();
    assert_eq!(running.post("/v1/permits", &json, other).await.refusal(), (409, "tan-used".to_owned()));

    let bodies = [2, 5].map(|encounters| {
        let person = Person::with_encounters(encounters, now());
        person.body(&Redaction::default(), "root", Degree::First, now())
    });
    let pinned = keys.permit.public();
    let [sent, another] = bodies.map(|body| pending.finalize(&again, &pinned).unwrap().authorise(body));
    let cbor = |header: &str| {
        [("content-type", "application/cbor".to_owned()), ("twoken-permit", header.to_owned())]
    };
    let upload = async |running: &Running, header: &str, body: &[u8]| {
        let headers = cbor(header);
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        running.post("/v1/uploads", &headers, body.to_vec()).await
    };
    upload(&running, &sent.header, &sent.body).await.ok();
    running.kill();

    let running = Running::start(folder.path());
    assert_eq!(
        upload(&running, &another.header, &another.body).await.refusal(),
        (409, "permit-used".to_owned())
    );
    upload(&running, &sent.header, &sent.body).await.ok();
    running.kill();
    let (_, store) = open_data(folder.path()).await.unwrap();
    let waiting: u64 = store.pools().await.unwrap().iter().map(|pool| pool.uploads).sum();
    assert!(waiting <= 1, "a retry is no second upload");
}

/// A pool that takes long enough to be sealed, in a data directory that nobody has open.
async fn filled() -> (tempfile::TempDir, BTreeSet<Vec<u8>>) {
    let server = Server::demo().await;
    let sent = fill(&server, 32_768).await;
    server.app.store().close().await;
    (server.data, sent.into_iter().map(|entry| entry.to_vec()).collect())
}

/// What the database holds: entries that are still to be published, and those in batches that are listed.
struct Held {
    waiting: BTreeSet<Vec<u8>>,
    published: Vec<Vec<u8>>,
    batches: usize,
    /// A sealing was cut off between its first and its last step.
    halfway: bool,
}

async fn held(data: &Path) -> Held {
    let options = SqliteConnectOptions::new().filename(data.join(store::FILE_NAME));
    let database = SqlitePool::connect_with(options).await.unwrap();
    let waiting =
        sqlx::query("SELECT entry FROM pool_entry JOIN pool ON number = pool WHERE state <> 'sealed'");
    let waiting = waiting.fetch_all(&database).await.unwrap().iter().map(|row| row.get("entry")).collect();
    let pages =
        sqlx::query("SELECT bytes FROM page JOIN batch ON id = batch_id").fetch_all(&database).await.unwrap();
    let count = async |question: &'static str| -> i64 {
        sqlx::query(question).fetch_one(&database).await.unwrap().get(0)
    };
    let halfway = count("SELECT COUNT(*) FROM pool WHERE state <> 'open'").await > 0;
    let batches = count("SELECT COUNT(*) FROM batch").await;
    let expected = count("SELECT COALESCE(SUM(pages), 0) FROM batch").await;
    assert_eq!(expected, i64::try_from(pages.len()).unwrap(), "a listed batch is whole");
    let entries = |page: Vec<u8>| {
        let (tags, statuses) = page.split_at(256 * 32);
        let both = tags.chunks(32).zip(statuses.chunks(52));
        both.map(|(tag, status)| [tag, status].concat()).collect::<Vec<_>>()
    };
    let published = pages.iter().flat_map(|row| entries(row.get("bytes"))).collect();
    database.close().await;
    Held { waiting, published, batches: usize::try_from(batches).unwrap(), halfway }
}

#[tokio::test]
async fn sealing_killed_at_any_moment_publishes_everything_once() {
    let (data, sent) = filled().await;
    let (mut delay, mut halfway, mut attempts) = (Duration::from_millis(10), 0, 0);
    loop {
        let mut sealing = program(&["batch", "seal", "--anyway"], data.path()).spawn().unwrap();
        tokio::time::sleep(delay).await;
        let ended = sealing.try_wait().unwrap();
        sealing.kill().unwrap();
        sealing.wait().unwrap();
        attempts += 1;
        let held = held(data.path()).await;
        halfway += usize::from(held.halfway);
        let published: BTreeSet<_> = held.published.iter().cloned().collect();
        assert_eq!(published.len(), held.published.len(), "nothing is published twice");
        assert!(
            held.waiting.is_disjoint(&published),
            "what is published does not wait to be published again"
        );
        for entry in &sent {
            assert!(held.waiting.contains(entry) || published.contains(entry), "nothing is lost");
        }
        if let Some(status) = ended {
            assert!(status.success());
            assert_eq!((held.batches, held.halfway), (1, false));
            assert!(held.waiting.is_empty());
            break;
        }
        delay += Duration::from_millis(30);
        assert!(attempts < 2000, "it never comes to an end");
    }
    assert!(halfway > 0, "of {attempts} attempts none was cut off halfway");
}
