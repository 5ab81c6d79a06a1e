//! Accepts connections and speaks HTTP/1.1 on them, with a limit to everything a stranger can hold on to: the number
//! of connections, the time to send a header, the size of a header, the life of a connection.
//!
//! TLS and HTTP/2 belong to the proxy in front.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt;

/// Connections open at once; further ones wait in the system's queue.
const MAX_CONNECTIONS: usize = 1024;
/// Time to send a request's header, and to be idle between two requests.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
/// Largest request header, and the read buffer.
const HEADER_BYTES: usize = 16 * 1024;
/// A connection ends after this, whatever it is doing: a client that never reads must not hold it for ever.
const CONNECTION_LIFE: Duration = Duration::from_secs(15 * 60);
/// How long requests under way may take to end when the server stops.
const DRAIN: Duration = Duration::from_secs(20);
/// Pause after the system could not accept (out of file descriptors), so as not to spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(250);

/// Serves `router` on `listener` until `stop` ends; then finishes what is under way.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &places) => match accepted {
                Ok((stream, address, place)) => spawn(stream, address, place, router.clone(), &graceful),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests under way did not end in time and were cut off");
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, address) = listener.accept().await?;
    Ok((stream, address, place))
}

fn spawn(
    stream: TcpStream,
    address: SocketAddr,
    place: OwnedSemaphorePermit,
    router: Router,
    graceful: &GracefulShutdown,
) {
    // Small answers leave at once; when the option is refused they leave a little later.
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(address));
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        // How a stranger's connection ends is no event of ours, and its error may tell of the stranger.
        let _ = tokio::time::timeout(CONNECTION_LIFE, connection).await;
        drop(place);
    });
}
