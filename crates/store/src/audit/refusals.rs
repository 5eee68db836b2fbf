//! Refusals, of which a misconfigured client can make thousands: each is told, one by one at first and then as a number.

use super::Event;
use crate::{Store, error::Result};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// Which refusals were written lately.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refusals(Arc<Mutex<HashMap<String, Repeated>>>);

#[derive(Debug)]
struct Repeated {
    /// When the next one is written again.
    until: i64,
    /// How many were not, since the last that was.
    left_out: u32,
}

impl Store {
    /// Writes a refusal, unless one like it was written in the last minute: then it is counted, and the next one that is
    /// written tells how many there were.
    pub(crate) async fn record_refusal(&self, event: Event) -> Result<()> {
        let subject =
            format!("{} {} {} {}", event.action, event.actor.id(), event.target, event.origin.ip);
        let Some(left_out) = self.refusals.count(subject, self.now()) else { return Ok(()) };
        let event = if left_out == 0 { event } else { event.and("left_out", left_out.into()) };
        self.reads.record(event).await
    }
}

impl Refusals {
    /// How many were left out before this one; nothing if this one is left out too.
    fn count(&self, subject: String, now: i64) -> Option<u32> {
        let mut seen = self.0.lock().expect("nobody panics while counting refusals");
        if seen.len() >= MOST {
            seen.retain(|_, repeated| repeated.until > now);
            if seen.len() >= MOST {
                // Too many kinds at once to tell them apart: an attack, of which a part is enough.
                return None;
            }
        }
        let repeated = seen.entry(subject).or_insert(Repeated { until: 0, left_out: 0 });
        if repeated.until > now {
            repeated.left_out += 1;
            return None;
        }
        repeated.until = now + MINUTE;
        Some(std::mem::take(&mut repeated.left_out))
    }
}

const MINUTE: i64 = 60_000;
const MOST: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_refusals_are_written_once_a_minute_with_their_number() {
        let refusals = Refusals::default();
        let count = |subject: &str, now| refusals.count(subject.to_owned(), now);
        assert_eq!(count("a", 0), Some(0));
        assert_eq!(count("a", 1), None);
        assert_eq!(count("b", 1), Some(0));
        assert_eq!(count("a", 2), None);
        assert_eq!(count("a", MINUTE), Some(2));
        assert_eq!(count("a", 2 * MINUTE), Some(0));
    }
}
