//! Reads are audited before their answer leaves, by one writer that commits whatever queued during its last commit.

use super::{Event, append_to, following};
use crate::{
    clock::Clock,
    db::{Database, Head, MOST_ROWS, query},
    error::{Result, StoreError},
};
use model::{AuditChain, ReaderId, SecretId, TokenId, Version};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tokio::sync::{mpsc, oneshot};

/// Takes the events of reads.
#[derive(Clone, Debug)]
pub(crate) struct ReadAuditor(mpsc::Sender<Waiting>);

/// Someone read a secret.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) event: Event,
    /// The secret, if its time of the last read is old enough to be written anew.
    pub(crate) touches: Option<SecretId>,
    /// Who read which version, if that is not what stands in the list of readers already.
    pub(crate) noted: Option<Noted>,
}

/// What the list of a secret's readers is to say.
#[derive(Debug)]
pub(crate) struct Noted {
    pub(crate) secret: SecretId,
    pub(crate) reader: ReaderId,
    pub(crate) version: Version,
}

#[derive(Debug)]
enum Waiting {
    /// To be answered once they are in their chains.
    Reads { reads: Vec<Read>, written: oneshot::Sender<Result<(), NotWritten>> },
    /// A token was used. Nobody waits for it to be noted.
    TokenUse { token: TokenId, ip: String },
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
        self.record_reads(vec![Read { event, touches: None, noted: None }]).await
    }

    /// Returns once all of them are.
    pub(crate) async fn record_reads(&self, reads: Vec<Read>) -> Result<()> {
        let (written, wait) = oneshot::channel();
        self.0.send(Waiting::Reads { reads, written }).await.map_err(|_| writer_gone())?;
        match wait.await.map_err(|_| writer_gone())? {
            Ok(()) => Ok(()),
            Err(NotWritten::Full) => Err(StoreError::Full),
            Err(NotWritten::Unavailable) => {
                Err(StoreError::Unavailable("the audit log cannot be written".into()))
            }
        }
    }

    /// Notes when and from where a token was last used, with the next batch. A full queue loses it: the next use notes it.
    pub(crate) fn note_token_use(&self, token: TokenId, ip: String) {
        let _ = self.0.try_send(Waiting::TokenUse { token, ip });
    }
}

async fn write_batches(database: Database, clock: Clock, mut queue: mpsc::Receiver<Waiting>) {
    let mut writer = Writer { database, clock, heads: HashMap::new() };
    let mut waiting = Vec::new();
    while queue.recv_many(&mut waiting, BATCH).await > 0 {
        let mut batch = Batch::default();
        let mut answers = Vec::new();
        for waiting in waiting.drain(..) {
            match waiting {
                Waiting::Reads { reads, written } => {
                    batch.add(reads);
                    answers.push(written);
                }
                Waiting::TokenUse { token, ip } => drop(batch.tokens.insert(token, ip)),
            }
        }
        let outcome = writer.write(batch).await.map_err(|error| {
            tracing::error!(%error, "reads could not be audited and were not answered");
            if matches!(error, StoreError::Full) {
                NotWritten::Full
            } else {
                NotWritten::Unavailable
            }
        });
        for written in answers {
            // Whoever hung up in between needs no answer.
            let _ = written.send(outcome);
        }
    }
}

/// What waited together.
#[derive(Default)]
struct Batch {
    chains: BTreeMap<AuditChain, Vec<Event>>,
    secrets: BTreeSet<SecretId>,
    readers: BTreeMap<(SecretId, ReaderId), Version>,
    tokens: BTreeMap<TokenId, String>,
}

impl Batch {
    fn add(&mut self, reads: Vec<Read>) {
        for read in reads {
            self.secrets.extend(read.touches);
            if let Some(Noted { secret, reader, version }) = read.noted {
                self.readers.insert((secret, reader), version);
            }
            self.chains.entry(read.event.chain).or_default().push(read.event);
        }
    }

    fn notes_uses(&self) -> bool {
        !(self.secrets.is_empty() && self.readers.is_empty() && self.tokens.is_empty())
    }
}

struct Writer {
    database: Database,
    clock: Clock,
    /// Where each chain ended when it was last written here. Others append too: that it still ends there is checked by the
    /// statement that relies on it.
    heads: HashMap<AuditChain, Head>,
}

impl Writer {
    async fn write(&mut self, batch: Batch) -> Result<()> {
        if batch.notes_uses() {
            self.note_uses(&batch).await?;
        }
        for (chain, events) in batch.chains {
            for events in events.chunks(MOST_ROWS) {
                self.append(chain, events).await?;
            }
        }
        Ok(())
    }

    async fn append(&mut self, chain: AuditChain, events: &[Event]) -> Result<()> {
        if let Some(head) = self.heads.remove(&chain) {
            let rows = following(chain, head, self.clock.now(), events);
            let head = rows.head().clone();
            if self.database.append(rows).await? {
                self.heads.insert(chain, head);
                return Ok(());
            }
        }
        let mut tx = self.database.begin_reads().await?;
        let head = append_to(&mut tx, &self.clock, chain, events).await?;
        tx.commit().await.map_err(query)?;
        self.heads.insert(chain, head);
        Ok(())
    }

    async fn note_uses(&self, batch: &Batch) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.database.begin_reads().await?;
        for secret in &batch.secrets {
            sqlx::query("update secrets set last_read_at = $1 where id = $2")
                .bind(now)
                .bind(secret.to_string())
                .execute(&mut *tx)
                .await
                .map_err(query)?;
        }
        for ((secret, reader), version) in &batch.readers {
            // A secret that was destroyed meanwhile has no readers.
            sqlx::query(
                "insert into secret_readers (workspace_id, secret_id, reader, kind, version, first_at, last_at)
                 select s.workspace_id, s.id, $1, $2, $3, $4, $4 from secrets s where s.id = $5
                 on conflict (secret_id, reader) do update
                   set version = excluded.version, last_at = excluded.last_at",
            )
            .bind(reader.to_string())
            .bind(reader.kind().as_str())
            .bind(i64::from(version.0))
            .bind(now)
            .bind(secret.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        }
        for (token, ip) in &batch.tokens {
            sqlx::query("update tokens set last_used_at = $1, last_used_ip = $2 where id = $3")
                .bind(now)
                .bind(ip)
                .bind(token.as_str())
                .execute(&mut *tx)
                .await
                .map_err(query)?;
        }
        tx.commit().await.map_err(query)
    }
}

fn writer_gone() -> StoreError {
    StoreError::Unavailable("the audit writer has stopped".into())
}

const QUEUE: usize = 4096;
const BATCH: usize = 512;
