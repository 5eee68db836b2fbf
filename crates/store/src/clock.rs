//! What time it is, as a parameter: tests move it by hand.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// Tells unix milliseconds.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's own.
    #[default]
    System,
    /// One that stands still until it is told to move.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at this time.
    pub fn at(ms: i64) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(ms)))
    }

    /// Unix milliseconds.
    pub fn now(&self) -> i64 {
        match self {
            Self::System => system_now(),
            Self::Manual(ms) => ms.load(Ordering::SeqCst),
        }
    }

    /// Moves a clock that stands still; the machine's own cannot be moved.
    pub fn advance(&self, ms: i64) {
        if let Self::Manual(now) = self {
            now.fetch_add(ms, Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
fn system_now() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("the machine's clock is past 1970");
    i64::try_from(since.as_millis()).expect("the year is before 292 million")
}
