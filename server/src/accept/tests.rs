//! Real sockets, with limits of milliseconds.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::ConnectInfo;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use crate::security::{Patience, Protection, protect};

use super::*;

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(100);

/// A limit that is not tested never strikes.
fn patient() -> ConnectionLimits {
    ConnectionLimits {
        first_byte: LONG,
        head: LONG,
        keep_alive: LONG,
        write_stall: LONG,
        linger: SHORT,
        grace: LONG,
        uncounted: Vec::new(),
        ..ConnectionLimits::default()
    }
}

struct Server {
    address: SocketAddr,
    shutdown: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl Server {
    async fn start(limits: ConnectionLimits) -> Self {
        let who = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() };
        let echo = |body: Bytes| async move { body };
        let long = || async { "x".repeat(32 * 1024 * 1024) };
        Self::start_with(
            limits,
            Router::new()
                .route("/who", get(who))
                .route("/echo", post(echo))
                .route("/long", get(long)),
        )
        .await
    }

    async fn start_with(limits: ConnectionLimits, app: Router) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (shutdown, stopped) = oneshot::channel();
        let running = tokio::spawn(serve(listener, app, limits, stopped));
        Self { address, shutdown, running }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn send(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        stream
    }

    /// What somebody gets who does nothing wrong.
    async fn honest(&self) -> String {
        rest(self.send(b"GET /who HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await).await
    }
}

/// Everything until the server closes, which has to be soon; a reset counts as closed.
async fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = timeout(LONG / 2, stream.read_to_end(&mut bytes)).await.expect("closed in time");
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn read_some(stream: &mut TcpStream) -> String {
    let mut bytes = vec![0; 4096];
    let length = timeout(LONG / 2, stream.read(&mut bytes)).await.unwrap().unwrap();
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}

#[tokio::test]
async fn a_handler_is_told_its_peer() {
    let server = Server::start(patient()).await;
    assert!(server.honest().await.ends_with("127.0.0.1"));
}

#[tokio::test]
async fn who_says_nothing_is_closed_while_others_are_served() {
    let server = Server::start(ConnectionLimits { first_byte: SHORT, ..patient() }).await;
    let silent = server.connect().await;
    assert!(server.honest().await.starts_with("HTTP/1.1 200 OK"));
    assert_eq!(rest(silent).await, "");
}

#[tokio::test]
async fn who_sends_half_a_head_is_closed_however_slowly_more_comes() {
    let server = Server::start(ConnectionLimits { head: SHORT * 3, ..patient() }).await;
    let half = server.send(b"GET /who HTTP/1.1\r\nhost: x\r\n").await;
    let mut slow = server.send(b"GET /who HTTP/1.1\r\nhost: x\r\n").await;
    let began = Instant::now();
    let dripping = async {
        while slow.write_all(b"x: y\r\n").await.is_ok() {
            sleep(SHORT / 2).await;
        }
    };
    timeout(LONG / 2, dripping).await.expect("bytes that drip in do not extend the limit");
    assert!(began.elapsed() >= SHORT * 2, "not before its time");
    assert_eq!(rest(half).await, "");
    assert!(server.honest().await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn a_handler_may_take_longer_than_a_head() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let app = Router::new().route("/", get(slow(begun.clone(), go_on.clone())));
    let limits = ConnectionLimits { head: SHORT, keep_alive: SHORT, ..patient() };
    let server = Server::start_with(limits, app).await;
    let stream = server.send(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    begun.notified().await;
    sleep(SHORT * 3).await;
    go_on.notify_one();
    assert!(rest(stream).await.ends_with("done"));
}

#[tokio::test]
async fn an_idle_connection_is_kept_and_then_closed() {
    let limits = ConnectionLimits { head: SHORT, keep_alive: SHORT * 5, ..patient() };
    let server = Server::start(limits).await;
    let mut stream = server.send(b"GET /who HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(read_some(&mut stream).await.starts_with("HTTP/1.1 200 OK"));

    // Longer than a head may take, for no head has begun.
    sleep(SHORT * 2).await;
    stream.write_all(b"GET /who HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert!(read_some(&mut stream).await.starts_with("HTTP/1.1 200 OK"));

    let idle = Instant::now();
    assert_eq!(rest(stream).await, "");
    assert!(idle.elapsed() >= SHORT * 4, "not before its time");
}

#[tokio::test]
async fn a_second_head_has_the_limit_of_the_first() {
    let server = Server::start(ConnectionLimits { head: SHORT, ..patient() }).await;
    let mut stream = server.send(b"GET /who HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(read_some(&mut stream).await.starts_with("HTTP/1.1 200 OK"));
    stream.write_all(b"GET /who").await.unwrap();
    assert_eq!(rest(stream).await, "");
}

#[tokio::test]
async fn who_takes_no_answer_is_closed() {
    let server = Server::start(ConnectionLimits { write_stall: SHORT, ..patient() }).await;
    let mut stream = server.send(b"GET /long HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(read_some(&mut stream).await.starts_with("HTTP/1.1 200 OK"));
    sleep(SHORT * 5).await;
    let received = rest(stream).await.len();
    assert!(received < 32 * 1024 * 1024, "{received} bytes is the whole answer");
}

#[tokio::test]
async fn a_long_answer_may_take_longer_than_an_idle_connection() {
    let limits = ConnectionLimits { keep_alive: SHORT * 2, ..patient() };
    let server = Server::start(limits).await;
    let mut stream = server.send(b"GET /long HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let began = Instant::now();
    let mut received = 0;
    let mut bytes = vec![0; 2 * 1024 * 1024];
    while began.elapsed() < SHORT * 6 {
        received += stream.read(&mut bytes).await.unwrap();
        sleep(SHORT / 4).await;
    }
    received += rest(stream).await.len();
    assert!(received > 32 * 1024 * 1024, "only {received} bytes");
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_the_next_is_told() {
    let server = Server::start(ConnectionLimits { per_address: 2, ..patient() }).await;
    let mut first = server.send(b"GET /who HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(read_some(&mut first).await.starts_with("HTTP/1.1 200 OK"));
    let _second = server.connect().await;
    let answer = rest(server.connect().await).await;
    assert!(answer.starts_with("HTTP/1.1 503 Service Unavailable"), "{answer}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("content-length: {}", body.len())));

    drop(first);
    let freed = async {
        while !server.honest().await.starts_with("HTTP/1.1 200 OK") {
            sleep(SHORT / 10).await;
        }
    };
    timeout(LONG, freed).await.expect("a place that is left is free again");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let server = Server::start(patient()).await;
    let long = format!("GET /who HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "y".repeat(17 * 1024));
    assert!(rest(server.send(long.as_bytes()).await).await.starts_with("HTTP/1.1 431 "));
    let many = format!("GET /who HTTP/1.1\r\nhost: x\r\n{}\r\n", "x: y\r\n".repeat(100));
    assert!(rest(server.send(many.as_bytes()).await).await.starts_with("HTTP/1.1 431 "));
}

#[tokio::test]
async fn an_answer_arrives_though_the_body_was_not_read() {
    let refuse = || async { (http::StatusCode::PAYLOAD_TOO_LARGE, "too large") };
    let app = Router::new().route("/", post(refuse));
    let server = Server::start_with(ConnectionLimits { linger: LONG, ..patient() }, app).await;
    let length = 8 * 1024 * 1024;
    let head = format!("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n");
    let mut stream = server.send(head.as_bytes()).await;
    // Reads only after it has sent everything, as many clients do.
    stream.write_all(&vec![b'x'; length]).await.unwrap();
    assert!(rest(stream).await.ends_with("too large"));
}

#[tokio::test]
async fn a_body_that_stops_or_goes_on_for_ever_is_answered_and_closed() {
    let read = |body: Bytes| async move { body.len().to_string() };
    let public_url = "http://127.0.0.1:3000".parse().unwrap();
    let patience = Patience { body_idle: SHORT, ..Patience::default() };
    let app = Router::new().route("/api/v1/x", post(read));
    let app = protect(app, &Protection { patience, ..Protection::of(public_url) });
    let server = Server::start_with(patient(), app).await;

    let head = "POST /api/v1/x HTTP/1.1\r\nhost: x\r\n";
    let short = format!("{head}content-length: 100\r\n\r\nonly this");
    let answer = rest(server.send(short.as_bytes()).await).await;
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout"), "{answer}");

    let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, "x".repeat(1 << 20));
    let mut endless =
        server.send(format!("{head}transfer-encoding: chunked\r\n\r\n").as_bytes()).await;
    for _ in 0..9 {
        endless.write_all(chunk.as_bytes()).await.unwrap();
    }
    let answer = rest(endless).await;
    assert!(answer.starts_with("HTTP/1.1 413 Payload Too Large"), "{answer}");
}

#[tokio::test]
async fn a_shutdown_lets_requests_end_and_takes_no_more() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let app = Router::new().route("/", get(slow(begun.clone(), go_on.clone())));
    let server = Server::start_with(patient(), app).await;
    let in_flight = server.send(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let idle = server.connect().await;
    begun.notified().await;

    server.shutdown.send(()).unwrap();
    assert_eq!(rest(idle).await, "");
    assert!(TcpStream::connect(server.address).await.is_err());
    go_on.notify_one();
    assert!(rest(in_flight).await.ends_with("done"));
    timeout(LONG / 2, server.running).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_ever() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let app = Router::new().route("/", get(slow(begun.clone(), go_on)));
    let server = Server::start_with(ConnectionLimits { grace: SHORT, ..patient() }, app).await;
    let in_flight = server.send(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    begun.notified().await;

    server.shutdown.send(()).unwrap();
    timeout(LONG / 2, server.running).await.unwrap().unwrap();
    assert_eq!(rest(in_flight).await, "");
}

/// A handler that says when it begins and waits to be told to go on.
fn slow(
    begun: Arc<Notify>,
    go_on: Arc<Notify>,
) -> impl Fn() -> std::pin::Pin<Box<dyn Future<Output = &'static str> + Send>> + Clone + Send + 'static
{
    move || {
        let (begun, go_on) = (begun.clone(), go_on.clone());
        Box::pin(async move {
            begun.notify_one();
            go_on.notified().await;
            "done"
        })
    }
}

#[test]
fn a_failed_accept_rests_only_when_the_next_would_fail_too() {
    let aborted = io::Error::from(ErrorKind::ConnectionAborted);
    let too_many_files = io::Error::from(rustix::io::Errno::MFILE);
    let no_memory = io::Error::from(rustix::io::Errno::NOBUFS);
    assert_eq!(pause_after(&aborted), None);
    assert!(pause_after(&too_many_files).is_some());
    assert!(pause_after(&no_memory).is_some());
}
