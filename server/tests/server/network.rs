//! A real socket: headers that only a connection has, and a stop that lets requests end.

use std::time::Duration;

use axum::body::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::Server;
use crate::support::people::report;

#[tokio::test]
async fn a_report_over_a_real_connection() {
    let server = Server::demo().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(twoken_server::listen::serve(listener, server.router.clone(), async {
        let _ = stopped.await;
    }));
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();

    let answer = client.get(format!("http://{address}/v1/config").parse().unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers().contains_key("date"), "apps hold their clock against it");
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, server.app.published().body());

    let sent = report(&server, 70, "root").await;
    let request = hyper::Request::post(format!("http://{address}/v1/uploads"))
        .header("content-type", "application/cbor")
        .header("twoken-permit", &sent.header)
        .body(Full::from(sent.body.clone()))
        .unwrap();
    assert_eq!(client.request(request).await.unwrap().status(), 200);

    // Stopping: a request that has begun is answered, and then nobody is served any more.
    let mut half = TcpStream::connect(address).await.unwrap();
    half.write_all(b"POST /v1/permits HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    half.write_all(b"}").await.unwrap();
    let mut said = String::new();
    half.read_to_string(&mut said).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 400") && said.contains("body-malformed"), "{said}");
    tokio::time::timeout(Duration::from_secs(5), running).await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_header_that_is_too_large_is_refused() {
    let server = Server::strict().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(twoken_server::listen::serve(listener, server.router.clone(), std::future::pending()));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(
            format!("GET /healthz HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "a".repeat(20_000)).as_bytes(),
        )
        .await
        .unwrap();
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said).await;
    assert!(said.starts_with(b"HTTP/1.1 431"), "{}", String::from_utf8_lossy(&said));
}
