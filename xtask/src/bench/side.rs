//! What is measured, one beside the other.

use std::net::SocketAddr;
use std::time::Duration;

use super::meter::Meter;
use crate::error::Error;

/// A server with secrets in it, whose requests are spelled its own way.
pub(crate) trait Side {
    fn name(&self) -> &'static str;

    /// Starts it anew; from the start of the process to the answer of its first read.
    fn start(&mut self) -> Result<Duration, Error>;

    fn address(&self) -> SocketAddr;

    fn meter(&self) -> Result<Meter, Error>;

    /// Nothing if it does not do that.
    fn requests(&self, task: Task) -> Option<Requests>;
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// The values of one secret.
    Read,
    /// The values of five secrets as one map.
    Resolve,
    /// 50 secrets without their values.
    List,
    /// A new secret with five keys.
    Create,
}

impl Task {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Resolve => "resolve 5",
            Self::List => "list page",
            Self::Create => "create",
        }
    }
}

/// Requests without end.
pub(crate) enum Requests {
    /// These, over and over.
    Cycle(Vec<Vec<u8>>),
    /// Each is another: made from its number.
    Fresh(Box<dyn Fn() -> Vec<u8>>),
}

impl Requests {
    pub(crate) fn into_source(self) -> Box<dyn FnMut() -> Vec<u8>> {
        match self {
            Self::Cycle(requests) => {
                let mut turn = 0;
                Box::new(move || {
                    turn = (turn + 1) % requests.len();
                    requests[turn].clone()
                })
            }
            Self::Fresh(make) => Box::new(make),
        }
    }
}

/// The secrets that are read: as many however many there are, spread over all of them.
pub(crate) fn hot(stored: u32) -> Vec<u32> {
    let most = stored.clamp(1, HOT);
    (0..most).map(|place| place * (stored / most)).collect()
}

/// What a secret is called.
pub(crate) fn name(number: u32) -> String {
    format!("s-{number:05}")
}

/// Its keys and values. Those of five neighbours have no key in common.
pub(crate) fn values(number: u32) -> serde_json::Value {
    let key = |name: &str| format!("DB{}_{name}", number % 5);
    serde_json::json!({
        key("DATABASE"): "orders",
        key("HOST"): "db.internal.example.org",
        key("PASSWORD"): "correct-horse-battery-staple",
        key("PORT"): "5432",
        key("USER"): "orders-service",
    })
}

const HOT: u32 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_secrets_are_read_of_few_as_of_many() {
        assert_eq!(hot(100).len(), 100);
        assert_eq!(hot(10_000).len(), 100);
        assert_eq!(hot(10_000)[99], 9_900);
        assert_eq!(hot(3), [0, 1, 2]);
    }

    #[test]
    fn a_cycle_begins_again() {
        let mut next = Requests::Cycle(vec![vec![1], vec![2]]).into_source();
        assert_eq!([next(), next(), next()], [[2], [1], [2]]);
    }
}
