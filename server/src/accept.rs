//! Takes connections and serves HTTP/1 on them, within limits.
//!
//! `axum::serve` has no timeouts: a client that sends half a header keeps its connection for ever.
//! Here every state in which a connection waits for its peer has a limit.

mod connection;
mod pace;
mod places;
#[cfg(test)]
mod tests;

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::security::Network;

use self::connection::Stage;
use self::places::Places;

/// How many connections there may be, and how long each may wait for its peer.
#[derive(Debug, Clone)]
pub(crate) struct ConnectionLimits {
    /// Connections at one time.
    pub(crate) total: usize,
    /// … from one IPv4 address or one IPv6 /64.
    pub(crate) per_address: usize,
    /// Who may have as many as there are: a reverse proxy brings everybody's connections. Loopback
    /// by default; add the trusted proxies.
    pub(crate) uncounted: Vec<Network>,
    /// From the connection to its first byte.
    pub(crate) first_byte: Duration,
    /// From the first byte of a request to the end of its head.
    pub(crate) head: Duration,
    /// From an answer to the first byte of the next request.
    pub(crate) keep_alive: Duration,
    /// How long the peer may take nothing of an answer.
    pub(crate) write_stall: Duration,
    /// How long unread input is thrown away after the last answer, so that the peer reads that
    /// answer before it hears of a reset (RFC 9112 section 9.6).
    pub(crate) linger: Duration,
    /// How long requests may go on after the shutdown began.
    pub(crate) grace: Duration,
    /// Request line and headers together. Their number has hyper's limit of 100.
    pub(crate) head_bytes: usize,
    /// The most that is read ahead of whoever reads a body.
    pub(crate) buffer_bytes: usize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            total: 12_000,
            per_address: 256,
            uncounted: Network::LOOPBACK.to_vec(),
            first_byte: Duration::from_secs(5),
            head: Duration::from_secs(10),
            keep_alive: Duration::from_mins(1),
            write_stall: Duration::from_secs(15),
            linger: Duration::from_secs(2),
            grace: Duration::from_secs(10),
            head_bytes: 16 * 1024,
            buffer_bytes: 64 * 1024,
        }
    }
}

/// Serves `app` until `shutdown` is ready; then takes no more connections, lets requests that are
/// under way end within the grace period, and returns when the last connection is closed.
///
/// Handlers find the peer as `ConnectInfo<SocketAddr>`.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    limits: ConnectionLimits,
    shutdown: impl Future,
) {
    let service = app.into_service();
    let places = Places::new(&limits);
    let (stage, _) = watch::channel(Stage::Serving);
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            biased;
            _ = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => match places.take(peer.ip()) {
                Some(place) => {
                    let connection = connection::serve(
                        stream,
                        peer,
                        service.clone(),
                        &limits,
                        stage.subscribe(),
                    );
                    tokio::spawn(async move {
                        connection.await;
                        drop(place);
                    });
                }
                None => turn_away(&stream, peer),
            },
            Err(error) => rest_after(&error).await,
        }
    }
    drop(listener);
    close(stage, limits.grace).await;
}

/// The connection is new, so its send buffer has room for this at once.
fn turn_away(stream: &TcpStream, peer: SocketAddr) {
    tracing::debug!(%peer, "turned a connection away, there are too many");
    let _ = stream.try_write(
        b"HTTP/1.1 503 Service Unavailable\r\n\
          content-type: text/plain; charset=utf-8\r\n\
          content-length: 60\r\n\
          retry-after: 5\r\n\
          connection: close\r\n\r\n\
          Too many connections are open. Try again in a few seconds.\r\n",
    );
}

async fn rest_after(error: &io::Error) {
    if let Some(pause) = pause_after(error) {
        tracing::warn!(%error, "cannot take connections, waiting for others to end");
        sleep(pause).await;
    }
}

/// An accept that failed for the peer's sake says nothing about the next; one that failed for want
/// of file descriptors or memory would fail again at once, for ever.
fn pause_after(error: &io::Error) -> Option<Duration> {
    match error.kind() {
        ErrorKind::ConnectionAborted
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionRefused
        | ErrorKind::Interrupted => None,
        _ => Some(Duration::from_millis(100)),
    }
}

/// Each connection holds a receiver of its stage, so the channel closes with the last of them.
async fn close(stage: watch::Sender<Stage>, grace: Duration) {
    stage.send_replace(Stage::Finishing);
    if timeout(grace, stage.closed()).await.is_err() {
        tracing::warn!(connections = stage.receiver_count(), "cut off what did not end in time");
        stage.send_replace(Stage::Over);
        stage.closed().await;
    }
}
