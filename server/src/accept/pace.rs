//! A connection whose peer has to keep pace.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::ConnectionLimits;

/// What the connection waits for, and until when. The stream and the requests on it share it.
pub(super) struct Pace {
    head: Duration,
    keep_alive: Duration,
    write_stall: Duration,
    linger: Duration,
    state: Mutex<State>,
}

struct State {
    waits_for: WaitsFor,
    until: Instant,
    lingers: bool,
}

#[derive(PartialEq)]
enum WaitsFor {
    /// The first byte of a request.
    Request,
    /// The rest of its head.
    Head,
    /// The server: a body that is slow is not noticed here but by whoever reads it.
    Answer,
}

impl Pace {
    pub(super) fn new(limits: &ConnectionLimits) -> Self {
        Self {
            head: limits.head,
            keep_alive: limits.keep_alive,
            write_stall: limits.write_stall,
            linger: limits.linger,
            state: Mutex::new(State {
                waits_for: WaitsFor::Request,
                until: Instant::now() + limits.first_byte,
                lingers: true,
            }),
        }
    }

    /// A request is complete up to its body.
    pub(super) fn request_begins(&self) {
        self.lock().waits_for = WaitsFor::Answer;
    }

    /// Its answer is made, though not yet sent.
    pub(super) fn answer_ends(&self) {
        let mut state = self.lock();
        state.waits_for = WaitsFor::Request;
        state.until = Instant::now() + self.keep_alive;
    }

    /// When the connection closes, it no longer waits for the peer to close its side.
    pub(super) fn stop_lingering(&self) {
        self.lock().lingers = false;
    }

    fn bytes_arrive(&self) {
        let mut state = self.lock();
        if state.waits_for == WaitsFor::Request {
            state.waits_for = WaitsFor::Head;
            state.until = Instant::now() + self.head;
        }
    }

    /// A peer that still takes a long answer is not idle.
    fn bytes_leave(&self) {
        let mut state = self.lock();
        if state.waits_for == WaitsFor::Request {
            state.until = Instant::now() + self.keep_alive;
        }
    }

    fn peer_has_until(&self) -> Option<Instant> {
        let state = self.lock();
        (state.waits_for != WaitsFor::Answer).then_some(state.until)
    }

    /// Nothing panics while the state is between two others.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream that fails with `TimedOut` when the peer does not keep pace.
pub(super) struct PacedStream<S> {
    stream: S,
    pace: Arc<Pace>,
    reads: Alarm,
    writes: Alarm,
    lingers: Alarm,
}

impl<S> PacedStream<S> {
    pub(super) fn new(stream: S, pace: Arc<Pace>) -> Self {
        let [reads, writes, lingers] = [Alarm(None), Alarm(None), Alarm(None)];
        Self { stream, pace, reads, writes, lingers }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for PacedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        if let Poll::Ready(result) = Pin::new(&mut this.stream).poll_read(context, buffer) {
            if buffer.filled().len() > before {
                this.pace.bytes_arrive();
            }
            return Poll::Ready(result);
        }
        let Some(until) = this.pace.peer_has_until() else { return Poll::Pending };
        ready!(this.reads.poll(context, until));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> PacedStream<S> {
    /// Gives a write that got no further its time limit, and takes it from one that did.
    fn watch_write<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.writes.stop();
            self.pace.bytes_leave();
            return written;
        }
        let until = self.writes.set_for(self.pace.write_stall);
        ready!(self.writes.poll(context, until));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for PacedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch_write(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watch_write(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Hyper flushes after each answer but reads on only when there is something to read, so the
    /// limit for the next request starts to run here.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if let Some(until) = this.pace.peer_has_until() {
            // When it is over the connection is polled again, and the read fails.
            let _ = this.reads.poll(context, until);
        }
        Pin::new(&mut this.stream).poll_flush(context)
    }

    /// Says that nothing more will come, then reads on into nowhere until the peer closes its side
    /// too: closing with input unread would reset the connection, and the peer might lose the last
    /// answer (RFC 9112 section 9.6).
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
        let until = this.lingers.set_for(this.pace.linger);
        while this.pace.lock().lingers {
            let mut nowhere = [0; 4096];
            let mut buffer = ReadBuf::new(&mut nowhere);
            match Pin::new(&mut this.stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() && Instant::now() < until => {}
                Poll::Ready(_) => break,
                Poll::Pending => {
                    ready!(this.lingers.poll(context, until));
                    break;
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// A timer that is made when it is first needed: most connections never wait to write.
struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Ready at `until`, which may have moved since the last poll.
    fn poll(&mut self, context: &mut Context<'_>, until: Instant) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if sleep.deadline() != until {
            sleep.as_mut().reset(until);
        }
        sleep.as_mut().poll(context)
    }

    /// When it will ring: `after` from now, unless it was set before.
    fn set_for(&mut self, after: Duration) -> Instant {
        let until = || Box::pin(sleep_until(Instant::now() + after));
        self.0.get_or_insert_with(until).deadline()
    }

    fn stop(&mut self) {
        self.0 = None;
    }
}
