//! Which rows lost their bodies, and which of them the log says were pruned: whoever can write to the database can empty a row
//! without breaking the chain, but cannot make the log say that it was pruned.

use super::row::Body;
use serde::Deserialize;
use serde_json::Value;

/// The action of events that tell of pruning. They are never pruned themselves.
pub(super) const PRUNE: &str = "audit.prune";

/// Rows without a gap, the first and the last.
pub(super) type Run = (i64, i64);

/// Ascending numbers as runs.
pub(super) fn runs(seqs: impl IntoIterator<Item = i64>) -> Vec<Run> {
    let mut runs = Vec::new();
    for seq in seqs {
        add(&mut runs, (seq, seq));
    }
    runs
}

/// Adds a run that begins no sooner than the last one.
fn add(runs: &mut Vec<Run>, (first, last): Run) {
    match runs.last_mut() {
        Some(before) if first <= before.1 + 1 => before.1 = before.1.max(last),
        _ => runs.push((first, last)),
    }
}

/// What a walk saw of empty rows, and of events that tell of them.
#[derive(Debug, Default)]
pub(super) struct Pruned {
    empty: Vec<Run>,
    told: Vec<Run>,
}

impl Pruned {
    /// Takes the next row.
    pub(super) fn see(&mut self, seq: i64, body: Option<&[u8]>) {
        let Some(body) = body else { return add(&mut self.empty, (seq, seq)) };
        if let Some(body) = Body::parse(body).filter(|body| body.action == PRUNE) {
            self.told.extend(told(body.detail));
        }
    }

    /// The first row that is empty though no event says that it was pruned.
    pub(super) fn untold(mut self) -> Option<i64> {
        self.told.sort_unstable();
        let mut told = Vec::new();
        for run in self.told {
            add(&mut told, run);
        }
        self.empty.iter().find_map(|&(first, last)| {
            let around = told.partition_point(|told| told.0 <= first).checked_sub(1);
            match around.map(|around| told[around]) {
                Some((_, end)) if end >= last => None,
                Some((_, end)) => Some(first.max(end + 1)),
                None => Some(first),
            }
        })
    }
}

fn told(detail: Value) -> Vec<Run> {
    #[derive(Deserialize)]
    struct Told {
        runs: Vec<Run>,
    }
    serde_json::from_value(detail).map_or_else(|_| Vec::new(), |told: Told| told.runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn untold(empty: &[i64], told: &[Run]) -> Option<i64> {
        Pruned { empty: runs(empty.iter().copied()), told: told.to_vec() }.untold()
    }

    #[test]
    fn an_empty_row_that_no_event_tells_of_is_found() {
        assert_eq!(runs([1, 2, 3, 7, 9, 10]), [(1, 3), (7, 7), (9, 10)]);
        assert_eq!(untold(&[], &[]), None);
        assert_eq!(untold(&[1, 2, 3, 7], &[(7, 7), (3, 3), (1, 2)]), None);
        assert_eq!(untold(&[2], &[(1, 9)]), None);
        assert_eq!(untold(&[4], &[]), Some(4));
        assert_eq!(untold(&[1, 2, 3], &[(1, 2), (9, 9)]), Some(3));
        assert_eq!(untold(&[5, 6], &[(1, 2), (6, 9)]), Some(5));
        assert_eq!(untold(&[1, 8], &[(1, 7)]), Some(8));
    }
}
