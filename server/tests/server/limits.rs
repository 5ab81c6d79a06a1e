//! What a stranger can cost.

use axum::body::{Body, Bytes};
use axum::http::Request;

use crate::support::{Server, refused};

#[tokio::test]
async fn a_body_that_never_ends_is_cut_off_and_gives_its_place_back() {
    let server = Server::strict().await;
    // From here on time is the test's: sixty seconds pass as soon as nothing else happens.
    tokio::time::pause();
    let (_open, never) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(1);
    let stream = Slow(never);
    let request = Request::post("/v1/uploads")
        .header("content-type", "application/cbor")
        .body(Body::new(stream))
        .unwrap();
    let answer = server.send(request).await;
    refused(&answer, 503, "timeout");
    assert_eq!(answer.header("access-control-allow-origin"), "*", "an app of another origin can read why");
    tokio::time::resume();
    server.get("/healthz").await.ok();
}

struct Slow(tokio::sync::mpsc::Receiver<Result<Bytes, std::io::Error>>);

impl hyper::body::Body for Slow {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, std::io::Error>>> {
        self.0.poll_recv(context).map(|some| some.map(|bytes| bytes.map(hyper::body::Frame::data)))
    }
}

#[tokio::test]
async fn more_requests_than_there_are_places_are_told_to_come_back() {
    let server = Server::strict().await;
    let mut held = Vec::new();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..256 {
        let (open, never) = tokio::sync::mpsc::channel(1);
        held.push(open);
        let router = server.router.clone();
        tasks.spawn(async move {
            use tower::ServiceExt;
            let address = std::net::SocketAddr::from(([203, 0, 113, 7], 4711));
            let request = Request::post("/v1/uploads")
                .header("content-type", "application/cbor")
                .extension(axum::extract::ConnectInfo(address))
                .body(Body::new(Slow(never)));
            router.oneshot(request.unwrap()).await.unwrap().status()
        });
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let answer = server.get("/v1/config").await;
    refused(&answer, 429, "too-many-requests");
    assert_eq!(answer.header("retry-after"), "5");
    // They go on, and there is room again.
    drop(held);
    assert!(tasks.join_all().await.iter().all(|status| *status == 400));
    server.get("/v1/config").await.ok();
}
