//! One connection, from its first request to its last.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use axum::routing::RouterIntoService;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::ServiceExt;

use super::ConnectionLimits;
use super::pace::{Pace, PacedStream};

/// How far the server is on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Serving,
    /// What is under way may end; nothing new begins.
    Finishing,
    Over,
}

/// Serves the requests of one peer until either side closes, or `stage` does.
pub(super) fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    app: RouterIntoService<Body>,
    limits: &ConnectionLimits,
    mut stage: watch::Receiver<Stage>,
) -> impl Future<Output = ()> + Send + use<> {
    // Answers are written whole; waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    let pace = Arc::new(Pace::new(limits));
    let http = http(limits);
    async move {
        let io = TokioIo::new(PacedStream::new(stream, pace.clone()));
        let answer = service_fn(|request| answer(request, peer, app.clone(), pace.clone()));
        let mut connection = pin!(http.serve_connection(io, answer));
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%peer, %error, "a connection broke off");
                    }
                    break;
                }
                now = next(&mut stage) => match now {
                    Stage::Serving => {}
                    Stage::Finishing => {
                        pace.stop_lingering();
                        connection.as_mut().graceful_shutdown();
                    }
                    Stage::Over => break,
                }
            }
        }
    }
}

fn http(limits: &ConnectionLimits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        // Hyper's limit would hold for an idle connection too; `Pace` tells the two apart.
        .header_read_timeout(None)
        .max_header_size(limits.head_bytes)
        .max_buf_size(limits.buffer_bytes);
    http
}

async fn answer(
    request: Request<Incoming>,
    peer: SocketAddr,
    app: RouterIntoService<Body>,
    pace: Arc<Pace>,
) -> Result<Response<Answer>, Infallible> {
    pace.request_begins();
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = app.oneshot(request).await?;
    Ok(response.map(|body| Answer { body, pace }))
}

/// A stage's sender outlives every connection.
async fn next(stage: &mut watch::Receiver<Stage>) -> Stage {
    match stage.changed().await {
        Ok(()) => *stage.borrow_and_update(),
        Err(_) => Stage::Over,
    }
}

/// A response's body, whose end is when the connection waits for the next request.
struct Answer {
    body: Body,
    pace: Arc<Pace>,
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.pace.answer_ends();
    }
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
