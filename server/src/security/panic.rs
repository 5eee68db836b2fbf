//! A panic ends its own request only, and tells nobody what it was about.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};
use std::pin::pin;
use std::task::Poll;

/// What is left of a panic: its message may quote what was in memory, so it goes nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Panicked;

/// Runs `future` to its end, or to its panic.
pub(super) async fn caught<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    poll_fn(|context| {
        // What a panic may leave half-done belongs to the request, and nobody sees it afterwards.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(progress) => progress.map(Ok),
            Err(_message) => Poll::Ready(Err(Panicked)),
        }
    })
    .await
}

/// Logs where a panic happened and never its message, which the default hook would print.
pub(crate) fn log_places_only() {
    set_hook(Box::new(log_place));
}

fn log_place(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    tracing::error!(place, thread = thread.name(), "a task panicked");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_caught_before_and_after_a_pause() {
        assert_eq!(caught(fail(true, false)).await, Err(Panicked));
        assert_eq!(caught(fail(false, true)).await, Err(Panicked));
        assert_eq!(caught(fail(false, false)).await, Ok(()));
    }

    async fn fail(before: bool, after: bool) {
        assert!(!before, "before");
        tokio::task::yield_now().await;
        assert!(!after, "after");
    }
}
