//! Reads are audited before their answer leaves, by one writer that commits whatever queued during its last commit.

use super::{Event, append_to};
use crate::{
    clock::Clock,
    db::{Database, query},
    error::{Result, StoreError},
};
use std::collections::BTreeMap;
use tokio::sync::{mpsc, oneshot};

/// Takes the events of reads.
#[derive(Clone, Debug)]
pub(crate) struct ReadAuditor(mpsc::Sender<Waiting>);

struct Waiting {
    event: Event,
    written: oneshot::Sender<Result<(), NotWritten>>,
}

/// Why a read could not be audited, and so was not answered.
#[derive(Clone, Copy, Debug)]
enum NotWritten {
    Full,
    Unavailable,
}

impl ReadAuditor {
    /// Starts the writer. It ends with the last sender.
    pub(crate) fn start(database: Database, clock: Clock) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(write_batches(database, clock, receiver));
        Self(sender)
    }

    /// Returns once the event is in its chain.
    pub(crate) async fn record(&self, event: Event) -> Result<()> {
        let (written, wait) = oneshot::channel();
        self.0.send(Waiting { event, written }).await.map_err(|_| writer_gone())?;
        match wait.await.map_err(|_| writer_gone())? {
            Ok(()) => Ok(()),
            Err(NotWritten::Full) => Err(StoreError::Full),
            Err(NotWritten::Unavailable) => {
                Err(StoreError::Unavailable("the audit log cannot be written".into()))
            }
        }
    }
}

async fn write_batches(database: Database, clock: Clock, mut queue: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::new();
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let (events, waiting): (Vec<_>, Vec<_>) =
            batch.drain(..).map(|Waiting { event, written }| (event, written)).unzip();
        let outcome = write(&database, &clock, events).await.map_err(|error| {
            tracing::error!(%error, "reads could not be audited and were not answered");
            if matches!(error, StoreError::Full) {
                NotWritten::Full
            } else {
                NotWritten::Unavailable
            }
        });
        for written in waiting {
            // Whoever hung up in between needs no answer.
            let _ = written.send(outcome);
        }
    }
}

/// Chains are locked in the order of their ids, so that two replicas never wait for each other.
async fn write(database: &Database, clock: &Clock, events: Vec<Event>) -> Result<()> {
    let mut chains: BTreeMap<_, Vec<Event>> = BTreeMap::new();
    for event in events {
        chains.entry(event.chain).or_default().push(event);
    }
    let mut tx = database.begin_reads().await?;
    for (chain, events) in chains {
        append_to(&mut tx, clock, chain, &events).await?;
    }
    tx.commit().await.map_err(query)
}

fn writer_gone() -> StoreError {
    StoreError::Unavailable("the audit writer has stopped".into())
}

const QUEUE: usize = 4096;
const BATCH: usize = 512;
