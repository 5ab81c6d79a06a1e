//! A server for one test, and what it answers.

pub mod exposed;
pub mod logs;
pub mod people;
pub mod staff;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;
use twoken_core::batch::{Index, Pages, SignedHeader};
use twoken_core::permit::{Authorised, Class};
use twoken_core::tan::Tan;
use twoken_core::units::Timestamp;
use twoken_core::wire::{PermitRequest, SignedConfig};
use twoken_server::app::App;
use twoken_server::clock::Clock;
use twoken_server::config::{Profile, Settings};
use twoken_server::{domain, jobs, routes};

/// 21 November 2026, 14:31 UTC.
pub const NOW: Timestamp = Timestamp::new(1_795_271_460);
pub const HOUR: u64 = 3600;
pub const DAY: u64 = 24 * HOUR;

/// A clock that the test turns.
#[derive(Clone)]
pub struct Hands(Arc<AtomicU64>);

impl Hands {
    pub fn at(time: Timestamp) -> Self {
        Self(Arc::new(AtomicU64::new(time.seconds())))
    }

    pub fn clock(&self) -> Clock {
        let hands = Arc::clone(&self.0);
        Clock::new(move || Timestamp::new(hands.load(Ordering::SeqCst)))
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::new(self.0.load(Ordering::SeqCst))
    }

    pub fn forward(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn back(&self, seconds: u64) {
        self.0.fetch_sub(seconds, Ordering::SeqCst);
    }
}

/// A server on a directory of its own.
pub struct Server {
    pub app: App,
    pub router: Router,
    pub hands: Hands,
    pub data: TempDir,
    settings: Settings,
    description: Value,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The code of a refusal; panics when it is none.
    #[track_caller]
    pub fn refusal(&self) -> (u16, String) {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{:?}",
            String::from_utf8_lossy(&self.body)
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert!(!problem["title"].as_str().unwrap().is_empty());
        (self.status.as_u16(), problem["type"].as_str().unwrap().to_owned())
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.body));
        self
    }
}

#[track_caller]
pub fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.refusal(), (status, code.to_owned()));
}

impl Server {
    /// With the strict profile's defaults.
    pub async fn strict() -> Self {
        Self::with(Settings::defaults(Profile::Strict)).await
    }

    /// With the demo profile's defaults: one upload is enough.
    pub async fn demo() -> Self {
        Self::with(Settings::defaults(Profile::Demo)).await
    }

    pub async fn with(settings: Settings) -> Self {
        Self::open(settings, tempfile::tempdir().unwrap(), Hands::at(NOW), None).await
    }

    pub async fn with_web(settings: Settings, web: &Path) -> Self {
        Self::open(settings, tempfile::tempdir().unwrap(), Hands::at(NOW), Some(web)).await
    }

    async fn open(settings: Settings, data: TempDir, hands: Hands, web: Option<&Path>) -> Self {
        logs::capture();
        let app = App::open(settings.clone(), data.path(), web, hands.clock()).await.unwrap();
        let router = routes::router(app.clone());
        let description = serde_json::to_value(routes::description(None)).unwrap();
        Self { app, router, hands, data, settings, description }
    }

    /// The same data directory after a restart, with settings changed.
    pub async fn restart(self, change: impl FnOnce(&mut Settings)) -> Self {
        let Self { app, hands, data, mut settings, .. } = self;
        app.store().close().await;
        change(&mut settings);
        Self::open(settings, data, hands, None).await
    }

    pub fn now(&self) -> Timestamp {
        self.hands.now()
    }

    /// One sealing tick, as the job does it.
    pub async fn tick(&self) {
        jobs::tick(&self.app, self.now()).await;
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::post(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    pub async fn post_json(&self, path: &str, body: &Value) -> Answer {
        self.post(path, &[("content-type", "application/json")], body.to_string()).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        self.send_from("203.0.113.77:4711", request).await
    }

    /// Sends a request as if from this address, and holds the answer against the API's description.
    pub async fn send_from(&self, address: &str, mut request: Request<Body>) -> Answer {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let address: SocketAddr = address.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(address));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        let answer = Answer { status: parts.status, headers: parts.headers, body };
        self.hold_against_description(&method, &path, &answer);
        answer
    }

    /// Every status a described route gives, and every code in it, stands in the description.
    fn hold_against_description(&self, method: &Method, path: &str, answer: &Answer) {
        let Some((template, item)) = self.description["paths"]
            .as_object()
            .unwrap()
            .iter()
            .find(|(template, _)| matches(template, path))
        else {
            return;
        };
        let Some(operation) = item.get(method.as_str().to_lowercase()) else { return };
        let status = answer.status.as_u16().to_string();
        let described = &operation["responses"][&status];
        assert!(!described.is_null(), "{method} {template} answers {status}, which is not described");
        if answer.header("content-type") == "application/problem+json" {
            let reference = described["$ref"].as_str().unwrap().trim_start_matches('#');
            let response = self.description.pointer(reference).unwrap();
            let text = response["description"].as_str().unwrap();
            let code = answer.refusal().1;
            assert!(
                text.contains(&format!("`{code}`")),
                "{method} {template}: {code} is not described under {status}"
            );
        }
    }

    /// The configuration as a client takes it.
    pub async fn config(&self) -> SignedConfig {
        let answer = self.get("/v1/config").await.ok();
        SignedConfig::verify(&answer.body, answer.header("twoken-signature"), None).unwrap()
    }

    /// A valid TAN, delivered as an authority does.
    pub async fn tan(&self, class: Class) -> Tan {
        let tans =
            domain::tans::issue(self.app.store(), self.app.keys(), self.now(), class, 1, 24).await.unwrap();
        tans.into_iter().next().unwrap()
    }

    pub async fn redeem(&self, request: &PermitRequest) -> Answer {
        self.post_json("/v1/permits", &serde_json::to_value(request).unwrap()).await
    }

    pub async fn upload(&self, sent: &Authorised) -> Answer {
        self.upload_raw(Some(&sent.header), sent.body.clone()).await
    }

    pub async fn upload_raw(&self, permit: Option<&str>, body: Vec<u8>) -> Answer {
        let mut headers = vec![("content-type", "application/cbor")];
        headers.extend(permit.map(|permit| ("twoken-permit", permit)));
        self.post("/v1/uploads", &headers, body).await
    }

    /// The verified index of today.
    pub async fn index(&self, region: &str) -> Index {
        let day = self.now().day();
        let answer = self.get(&format!("/v1/regions/{region}/{day}")).await.ok();
        let key = self.app.keys().signing.public();
        Index::decode_verified(&answer.body, &key, &region.parse().unwrap(), day, self.now()).unwrap()
    }

    /// Today's batches, all of them verified.
    pub async fn batches(&self, region: &str) -> Vec<(SignedHeader, Pages)> {
        let mut batches = Vec::new();
        for signed in self.index(region).await.after(None).unwrap() {
            let file = self.get(&format!("/v1/batches/{}/entries", signed.header().id)).await.ok().body;
            let pages = Pages::verify(signed.header(), file).unwrap();
            batches.push((signed.clone(), pages));
        }
        batches
    }
}

fn matches(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) if part == given || part.starts_with('{') => {}
            _ => return false,
        }
    }
}
