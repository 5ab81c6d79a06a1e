//! `uploads`: how many a second, and how long one waits at half of that pace. The peer sends one after another, so that
//! each is a transaction of its own.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;
use twoken_server::{listen, routes};

use crate::reports::{self, Report};
use crate::{Result, open};

/// Uploads of each full-speed run.
const COUNT: usize = 4000;
/// Connections that send at the same time.
const AT_ONCE: usize = 64;
/// The pace at which waiting is measured, a second: half of what is asked for.
const PACE: u32 = 250;
/// For how long.
const SECONDS: u32 = 8;

/// A server that answers on loopback, and a way to it.
#[derive(Clone)]
struct Loopback {
    client: Client<HttpConnector, Full<Bytes>>,
    address: String,
    /// How many uploads are under way at most.
    places: Arc<Semaphore>,
}

/// A pace in uploads a second, and the 99th percentile of waiting in milliseconds.
struct Seen {
    pace: f64,
    p99: f64,
}

/// Ours and the peer's, each on a fresh database.
pub(crate) async fn measure() -> Result<Value> {
    let ours = run(AT_ONCE).await?;
    let theirs = run(1).await?;
    let figures = |seen: &Seen| json!({ "pace": seen.pace, "p99": seen.p99 });
    Ok(json!({ "ours": figures(&ours), "theirs": figures(&theirs) }))
}

async fn run(at_once: usize) -> Result<Seen> {
    let data = tempfile::tempdir()?;
    let app = open(data.path()).await?;
    let paced = reports::make(&app, (PACE * SECONDS) as usize)?;
    let flat_out = reports::make(&app, COUNT)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let loopback = Loopback {
        client: Client::builder(TokioExecutor::new()).build_http(),
        address: format!("http://{}/v1/uploads", listener.local_addr()?),
        places: Arc::new(Semaphore::new(at_once)),
    };
    let serving = tokio::spawn(listen::serve(listener, routes::router(app.clone()), std::future::pending()));
    let p99 = loopback.waiting(paced).await?;
    let pace = loopback.pace(flat_out).await?;
    serving.abort();
    app.store().close().await;
    Ok(Seen { pace, p99 })
}

impl Loopback {
    /// Uploads a second when nobody holds back.
    async fn pace(&self, reports: Vec<Report>) -> Result<f64> {
        let count = reports.len() as f64;
        let start = Instant::now();
        let mut sending = JoinSet::new();
        for report in reports {
            sending.spawn(self.clone().send(report));
        }
        while let Some(sent) = sending.join_next().await {
            sent??;
        }
        Ok(count / start.elapsed().as_secs_f64())
    }

    /// How long it takes from the moment at which an upload wants to be sent, at a steady pace.
    async fn waiting(&self, reports: Vec<Report>) -> Result<f64> {
        let start = Instant::now();
        let mut sending = JoinSet::new();
        for (at, report) in (0_u32..).zip(reports) {
            let due = start + Duration::from_secs(1) * at / PACE;
            let this = self.clone();
            sending.spawn(async move {
                tokio::time::sleep_until(due).await;
                this.send(report).await.map(|()| due.elapsed().as_secs_f64() * 1000.0)
            });
        }
        let mut waited = Vec::new();
        while let Some(sent) = sending.join_next().await {
            waited.push(sent??);
        }
        waited.sort_unstable_by(f64::total_cmp);
        waited.get(waited.len() * 99 / 100).copied().ok_or_else(|| "nothing was sent".into())
    }

    async fn send(self, report: Report) -> Result<()> {
        let _place = self.places.acquire().await?;
        let request = Request::post(&self.address)
            .header("content-type", "application/cbor")
            .header("twoken-permit", report.permit)
            .body(Full::from(report.body))?;
        let answer = self.client.request(request).await?;
        let status = answer.status();
        answer.into_body().collect().await?;
        if status == 200 { Ok(()) } else { Err(format!("an upload was answered {status}").into()) }
    }
}
