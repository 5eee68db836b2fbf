//! How much of a request's body is taken, and how long it may pause.
//!
//! What reads the body (axum's extractors, a server function) makes a 400 or a 500 of a body that
//! fails; so the body notes why it failed, and the answer is then replaced.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request};
use http_body::{Frame, SizeHint};
use thiserror::Error;
use tokio::time::{Sleep, sleep};

use super::door::{Door, is_under};
use super::rate::signs_in;
use super::refusal::Refusal;

/// The most bytes a body may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimits {
    /// Signing in and setting up: what strangers may send.
    pub(crate) sign_in: u64,
    /// `/fn/secrets` and `/secrets/import`: a secret of 1 MiB is three times as long when a form encodes every byte.
    pub(crate) secrets: u64,
    /// `/api/v1` and `/v1`: the same secret is six times as long when JSON escapes every byte.
    pub(crate) api: u64,
    /// Everywhere else.
    pub(crate) other: u64,
}

impl Default for BodyLimits {
    fn default() -> Self {
        const KIB: u64 = 1024;
        const MIB: u64 = 1024 * KIB;
        Self { sign_in: 64 * KIB, secrets: 4 * MIB, api: 8 * MIB, other: MIB }
    }
}

impl BodyLimits {
    pub(super) fn at(&self, door: Door, path: &str) -> u64 {
        match door {
            Door::Api | Door::Vault => self.api,
            Door::Dashboard if signs_in(path) => self.sign_in,
            Door::Dashboard if is_under(path, "/fn/secrets") || path == "/secrets/import" => {
                self.secrets
            }
            _ => self.other,
        }
    }
}

/// Makes the body fail at `limit` bytes or after a pause of `idle`, and refuses one that announces
/// itself as too long.
pub(super) fn meter(
    request: Request,
    limit: u64,
    idle: Duration,
) -> Result<(Request, Intake), Refusal> {
    let size = http_body::Body::size_hint(request.body());
    if size.lower() > limit {
        return Err(Refusal::BodySize { limit });
    }
    let intake = Intake { limit, state: Arc::new(AtomicU8::new(ARRIVING)) };
    if http_body::Body::is_end_stream(request.body()) {
        intake.note(COMPLETE);
        return Ok((request, intake));
    }
    let mut request = request.map(|body| {
        let intake = intake.clone();
        Body::new(Metered { body, left: limit, idle, pause: None, intake })
    });
    // Axum has a limit of its own, 2 MB; ours is inside and so the first to be reached.
    DefaultBodyLimit::max(usize::try_from(limit).unwrap_or(usize::MAX)).apply(&mut request);
    Ok((request, intake))
}

/// How far a body has come.
#[derive(Debug, Clone)]
pub(super) struct Intake {
    limit: u64,
    state: Arc<AtomicU8>,
}

impl Intake {
    /// Why the body failed, if it did.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        match self.state.load(Ordering::Relaxed) {
            TOO_LONG => Some(Refusal::BodySize { limit: self.limit }),
            TOO_SLOW => Some(Refusal::BodyTime),
            _ => None,
        }
    }

    /// Why the request's time ran out.
    pub(super) fn timeout(&self) -> Refusal {
        match self.state.load(Ordering::Relaxed) {
            COMPLETE => Refusal::Time,
            _ => self.refusal().unwrap_or(Refusal::BodyTime),
        }
    }

    fn note(&self, state: u8) {
        self.state.store(state, Ordering::Relaxed);
    }
}

const ARRIVING: u8 = 0;
const COMPLETE: u8 = 1;
const TOO_LONG: u8 = 2;
const TOO_SLOW: u8 = 3;

struct Metered {
    body: Body,
    left: u64,
    idle: Duration,
    /// Runs while the body is waited for.
    pause: Option<Pin<Box<Sleep>>>,
    intake: Intake,
}

#[derive(Debug, Error)]
enum MeterError {
    #[error("the request body is too long")]
    TooLong,
    #[error("the request body paused for too long")]
    TooSlow,
    #[error("the request body broke off")]
    Broken(#[source] axum::Error),
}

impl http_body::Body for Metered {
    type Data = Bytes;
    type Error = MeterError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, MeterError>>> {
        let this = &mut *self;
        let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) else {
            let pause = this.pause.get_or_insert_with(|| Box::pin(sleep(this.idle)));
            ready!(pause.as_mut().poll(context));
            this.intake.note(TOO_SLOW);
            return Poll::Ready(Some(Err(MeterError::TooSlow)));
        };
        this.pause = None;
        Poll::Ready(match frame {
            None => {
                this.intake.note(COMPLETE);
                None
            }
            Some(Err(error)) => Some(Err(MeterError::Broken(error))),
            Some(Ok(frame)) => Some(this.count(frame)),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Metered {
    fn count(&mut self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, MeterError> {
        let length = frame.data_ref().map_or(0, |data| data.len() as u64);
        let Some(left) = self.left.checked_sub(length) else {
            self.intake.note(TOO_LONG);
            return Err(MeterError::TooLong);
        };
        self.left = left;
        Ok(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legal_secret_fits_however_it_is_encoded() {
        const SECRET: u64 = 1024 * 1024;
        // 512 fields with names of 256 bytes, brackets and all, each byte percent-encoded.
        const FORM_NAMES: u64 = 512 * 3 * (256 + 64);
        let limits = BodyLimits::default();
        assert!(limits.at(Door::Dashboard, "/fn/secrets/create") > 3 * SECRET + FORM_NAMES);
        assert!(limits.at(Door::Api, "/api/v1/secrets") > 6 * SECRET + FORM_NAMES);
    }

    #[test]
    fn strangers_may_send_little() {
        let limits = BodyLimits::default();
        assert_eq!(limits.at(Door::Dashboard, "/sign-in"), 64 * 1024);
        assert_eq!(limits.at(Door::Dashboard, "/setup"), 64 * 1024);
        assert_eq!(limits.at(Door::Dashboard, "/fn/members/invite"), 1024 * 1024);
    }

    #[test]
    fn an_announced_length_is_refused_unread() {
        let limit = 10;
        let request = |length: usize| Request::new(Body::from("x".repeat(length)));
        assert!(meter(request(10), limit, Duration::MAX).is_ok());
        let refusal = meter(request(11), limit, Duration::MAX).unwrap_err();
        assert_eq!(refusal, Refusal::BodySize { limit });
    }
}
