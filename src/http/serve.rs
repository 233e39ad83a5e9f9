//! Connections: how many at once, how long their headers may take to come and their answers to be read, and an orderly end.

use std::{future::Future, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::timeout,
};
use tokio_io_timeout::TimeoutStream;
use tower::{Service, ServiceExt as _, service_fn};

use super::shares::{Share, Shares};

/// How long the headers of a request may take to come.
const HEADERS: Duration = Duration::from_secs(10);
/// How long a reader may let an answer wait.
const UNREAD: Duration = Duration::from_secs(30);
/// Most bytes of headers.
const HEADER_BYTES: usize = 32 * 1024;
/// How long answers may take to finish once the server ends.
const ENDING: Duration = Duration::from_secs(25);

/// A place among the connections; whatever outlives the connection of HTTP that it came by keeps it.
#[derive(Clone)]
pub struct Place(
    #[expect(dead_code, reason = "held, and given back when it is dropped")]
    Arc<(OwnedSemaphorePermit, Option<Share>)>,
);

/// How many connections there may be.
pub struct Connections {
    /// At once.
    pub most: usize,
    /// Whether one address may have all of them: that of a proxy may.
    pub behind_proxy: bool,
}

/// What part of the connections one address may have.
const PART_OF_ONE: usize = 2;

/// How a connection of HTTP/2 begins, which is not spoken.
const HTTP_2: &[u8] = b"PRI * HTTP/2";
/// How long to wait for more of it.
const A_MOMENT: Duration = Duration::from_millis(50);

/// Waits until a connection has begun to speak HTTP/1: one that says nothing holds no place for long.
async fn has_begun(stream: &TcpStream) -> bool {
    let begun = async {
        let mut start = [0; HTTP_2.len()];
        loop {
            let said = match stream.peek(&mut start).await {
                Ok(0) | Err(_) => return false,
                Ok(read) => start.get(..read).unwrap_or_default(),
            };
            if !HTTP_2.starts_with(said) {
                return true;
            }
            if said.len() == HTTP_2.len() {
                return false;
            }
            tokio::time::sleep(A_MOMENT).await;
        }
    };
    timeout(HEADERS, begun).await.unwrap_or(false)
}

/// Whether the server is about to end: streams end then, so that clients turn elsewhere.
#[derive(Clone)]
pub struct Ending(watch::Sender<bool>);

impl Default for Ending {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Ending {
    /// The server is about to end.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Waits until the server is about to end.
    pub async fn begun(&self) {
        // It is never closed while somebody waits here.
        let _ = self.0.subscribe().wait_for(|begun| *begun).await;
    }
}

/// Serves connections until asked to stop, then lets the answers under way finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    (connections, ending): (Connections, Ending),
    stop: impl Future<Output = ()>,
) {
    let Connections { most, behind_proxy } = connections;
    let places = Arc::new(Semaphore::new(most));
    let shares = (!behind_proxy).then(|| Shares::new(most, most.div_ceil(PART_OF_ONE)));
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(cause) => {
                // Out of descriptors, most likely: others are given back as connections end.
                tracing::warn!(%cause, "a connection cannot be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let share = shares.as_ref().map(|shares| shares.take(Some(peer.ip()), 1));
        let place = Arc::clone(&places).try_acquire_owned().ok();
        let (Some(place), false) = (place, matches!(share, Some(None))) else {
            metrics::counter!("observatoire_connections_refused_total").increment(1);
            continue;
        };
        let _ = stream.set_nodelay(true);
        let watcher = graceful.watcher();
        let place = Place(Arc::new((place, share.flatten())));
        let service = TowerToHyperService::new(from(router.clone(), peer, place.clone()));
        tokio::spawn(async move {
            if !has_begun(&stream).await {
                return;
            }
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(UNREAD));
            // No HTTP/2, which proxies speak to browsers: whoever reads nothing of it keeps answers in memory for as long as
            // they like.
            let mut builder = Builder::new(TokioExecutor::new()).http1_only();
            builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(HEADER_BYTES);
            let connection =
                builder.serve_connection_with_upgrades(TokioIo::new(Box::pin(stream)), service).into_owned();
            // A connection that breaks is the client's affair.
            let _ = watcher.watch(connection).await;
            drop(place);
        });
    }
    drop(listener);
    tracing::info!("asked to stop: answers under way are finished, no others are begun");
    ending.begin();
    let all = u32::try_from(most).unwrap_or(u32::MAX);
    let ended = async {
        graceful.shutdown().await;
        // Sockets say goodbye too.
        let _ = places.acquire_many(all).await;
    };
    if timeout(ENDING, ended).await.is_err() {
        tracing::warn!("some answers were still under way when the server ended");
    }
    tracing::info!("stopped");
}

/// A router that knows who is at the other end.
fn from(
    router: Router,
    peer: SocketAddr,
    place: Place,
) -> impl Service<
    Request<hyper::body::Incoming>,
    Response = axum::response::Response,
    Error = std::convert::Infallible,
    Future: Send,
> + Clone {
    service_fn(move |request: Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(place.clone());
        router.clone().oneshot(request)
    })
}

#[cfg(test)]
mod tests {
    use axum::{Router, routing::get};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::{Connections, Ending, TcpListener, TcpStream, serve};

    /// How a connection of HTTP/2 begins, with settings that let nothing out.
    const PREFACE: &[u8] =
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00";

    async fn answered(address: std::net::SocketAddr, said: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(said).await.unwrap();
        let mut answer = Vec::new();
        // Whoever is not understood may be cut off.
        let _ = stream.read_to_end(&mut answer).await;
        answer
    }

    /// A server of four connections, and what stops it.
    async fn begun(
        behind_proxy: bool,
    ) -> (std::net::SocketAddr, tokio::sync::oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", get(|| async { "here" }));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let connections = Connections { most: 4, behind_proxy };
        let stopped = async {
            let _ = stopped.await;
        };
        (address, stop, tokio::spawn(serve(listener, router, (connections, Ending::default()), stopped)))
    }

    const ASKED: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    #[tokio::test]
    async fn a_connection_is_http_1_1_and_nothing_else() {
        let (address, stop, server) = begun(true).await;
        let asked = answered(address, ASKED).await;
        assert!(asked.starts_with(b"HTTP/1.1 200 ") && asked.ends_with(b"here"));
        assert_eq!(answered(address, PREFACE).await, b"", "it is closed without a word");
        stop.send(()).unwrap();
        server.await.unwrap();
    }

    #[tokio::test]
    async fn one_address_has_half_of_the_connections_where_no_proxy_says_who_asks() {
        for (behind_proxy, is_answered) in [(false, false), (true, true)] {
            let (address, stop, server) = begun(behind_proxy).await;
            // Two that have begun and say no more.
            let mut held = Vec::new();
            for _ in 0..2 {
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
                held.push(stream);
            }
            assert_eq!(!answered(address, ASKED).await.is_empty(), is_answered, "{behind_proxy}");
            drop(held);
            stop.send(()).unwrap();
            server.await.unwrap();
        }
    }
}
