//! Reads are audited before their answer leaves, by one writer that commits whatever queued during its last commit.

use super::{Changes, End, Event, NO_MORE, append_to, following, lock_end};
use crate::{
    clock::Clock,
    db::{Appender, Database, MOST_ROWS, query},
    error::{Result, StoreError},
};
use model::{AuditChain, ReaderId, SecretId, TokenId, Version};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::sleep,
};

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

/// What became of reads that were to be audited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recorded {
    /// They are in their chain.
    Audited,
    /// They are not: their workspace has changed since what they answer was read.
    Outdated,
}

#[derive(Debug)]
enum Waiting {
    /// To be answered once they are in their chain.
    Reads(Request),
    /// A token was used. Nobody waits for it to be noted.
    TokenUse { token: TokenId, ip: String },
}

/// Reads of one request, all of one chain.
#[derive(Debug)]
struct Request {
    reads: Vec<Read>,
    /// After how many changes of the workspace they were read, if they may not be older; then they were noted already.
    as_of: Option<Changes>,
    recorded: oneshot::Sender<Result<Recorded, NotWritten>>,
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
        self.record_reads(vec![Read { event, touches: None, noted: None }], None).await.map(|_| ())
    }

    /// Returns once all of them are. They belong to one chain, and may have been read `as_of` a number of changes: if there were
    /// more since, none is written.
    pub(crate) async fn record_reads(
        &self,
        reads: Vec<Read>,
        as_of: Option<Changes>,
    ) -> Result<Recorded> {
        if reads.is_empty() {
            return Ok(Recorded::Audited);
        }
        let (recorded, wait) = oneshot::channel();
        let request = Request { reads, as_of, recorded };
        self.0.send(Waiting::Reads(request)).await.map_err(|_| writer_gone())?;
        wait.await.map_err(|_| writer_gone())?.map_err(|not_written| match not_written {
            NotWritten::Full => StoreError::Full,
            NotWritten::Unavailable => {
                StoreError::Unavailable("the audit log cannot be written".into())
            }
        })
    }

    /// Notes when and from where a token was last used, with the next batch. A full queue loses it: the next use notes it.
    pub(crate) fn note_token_use(&self, token: TokenId, ip: String) {
        let _ = self.0.try_send(Waiting::TokenUse { token, ip });
    }
}

async fn write_batches(database: Database, clock: Clock, mut queue: mpsc::Receiver<Waiting>) {
    let mut closing = database.closing();
    let appender = Appender::new(database.clone());
    let mut writer = Writer { database: database.clone(), appender, clock, ends: HashMap::new() };
    let mut waiting = Vec::new();
    let batches = async {
        loop {
            tokio::select! {
                biased;
                () = database.writer_wanted() => writer.appender.give_back(),
                number = queue.recv_many(&mut waiting, BATCH) => {
                    if number == 0 {
                        return;
                    }
                    let mut batch = Batch::default();
                    for waiting in waiting.drain(..) {
                        batch.add(waiting);
                    }
                    writer.write(batch).await;
                }
                // What lies between us and the database may forget a connection on which nothing is said.
                () = sleep(IDLE) => writer.appender.give_back(),
            }
        }
    };
    let _ = closing.do_until(batches).await;
}

/// What waited together.
#[derive(Default)]
struct Batch {
    chains: BTreeMap<AuditChain, Vec<Request>>,
    tokens: BTreeMap<TokenId, String>,
}

impl Batch {
    fn add(&mut self, waiting: Waiting) {
        match waiting {
            Waiting::Reads(request) => {
                let chain =
                    request.reads.first().expect("nothing is sent that read nothing").event.chain;
                debug_assert!(request.reads.iter().all(|read| read.event.chain == chain));
                self.chains.entry(chain).or_default().push(request);
            }
            Waiting::TokenUse { token, ip } => drop(self.tokens.insert(token, ip)),
        }
    }

    fn reads(&self) -> impl Iterator<Item = &Read> {
        self.chains.values().flatten().flat_map(|request| &request.reads)
    }
}

impl Request {
    /// Whether what was read still holds after so many changes.
    fn holds_at(&self, changes: Changes) -> bool {
        self.as_of.is_none_or(|as_of| as_of == changes)
    }

    fn answer(self, changes: Result<Changes, NotWritten>) {
        let recorded = changes.map(|changes| {
            if self.holds_at(changes) { Recorded::Audited } else { Recorded::Outdated }
        });
        // Whoever hung up in between needs no answer.
        let _ = self.recorded.send(recorded);
    }
}

struct Writer {
    database: Database,
    appender: Appender,
    clock: Clock,
    /// Where each chain ended when it was last written here. Others append too: that it still ends there is checked by the
    /// statement that relies on it.
    ends: HashMap<AuditChain, End>,
}

impl Writer {
    /// Writes what waited, and tells each request what became of its reads.
    async fn write(&mut self, batch: Batch) {
        let noted = self.note_uses(&batch).await;
        for (chain, requests) in batch.chains {
            let changes = match noted {
                Ok(()) => self.append(chain, &requests).await.map_err(not_written),
                Err(reason) => Err(reason),
            };
            for request in requests {
                request.answer(changes);
            }
        }
    }

    /// Appends the reads that hold, and tells after how many changes of the chain they stand there.
    async fn append(&mut self, chain: AuditChain, requests: &[Request]) -> Result<Changes> {
        if let Some(End { head, changes }) = self.ends.remove(&chain)
            && requests.iter().all(|request| request.holds_at(changes))
        {
            let events = events_that_hold(requests, changes);
            if events.len() <= MOST_ROWS {
                let rows = following(chain, head, self.clock.now(), &events);
                let head = rows.head().clone();
                match self.appender.append(rows).await {
                    Ok(true) => {
                        self.ends.insert(chain, End { head, changes });
                        return Ok(changes);
                    }
                    Ok(false) => {}
                    Err(error) => tracing::warn!(%error, "reads are audited on another connection"),
                }
            }
        }
        self.appender.give_back();
        let mut tx = self.database.begin_reads().await?;
        let End { head, changes } = lock_end(&mut tx, chain, NO_MORE).await?;
        let events = events_that_hold(requests, changes);
        let head = append_to(&mut tx, &self.clock, chain, head, &events).await?;
        tx.commit().await.map_err(query)?;
        self.ends.insert(chain, End { head, changes });
        Ok(changes)
    }

    async fn note_uses(&mut self, batch: &Batch) -> Result<(), NotWritten> {
        let secrets: BTreeSet<SecretId> = batch.reads().filter_map(|read| read.touches).collect();
        let readers: BTreeMap<(SecretId, &ReaderId), Version> = batch
            .reads()
            .filter_map(|read| read.noted.as_ref())
            .map(|noted| ((noted.secret, &noted.reader), noted.version))
            .collect();
        if secrets.is_empty() && readers.is_empty() && batch.tokens.is_empty() {
            return Ok(());
        }
        self.appender.give_back();
        self.write_uses(&secrets, &readers, &batch.tokens).await.map_err(not_written)
    }

    async fn write_uses(
        &mut self,
        secrets: &BTreeSet<SecretId>,
        readers: &BTreeMap<(SecretId, &ReaderId), Version>,
        tokens: &BTreeMap<TokenId, String>,
    ) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.database.begin_reads().await?;
        for secret in secrets {
            sqlx::query("update secrets set last_read_at = $1 where id = $2")
                .bind(now)
                .bind(secret.to_string())
                .execute(&mut *tx)
                .await
                .map_err(query)?;
        }
        for ((secret, reader), version) in readers {
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
        for (token, ip) in tokens {
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

fn events_that_hold(requests: &[Request], changes: Changes) -> Vec<&Event> {
    let holding = requests.iter().filter(|request| request.holds_at(changes));
    holding.flat_map(|request| &request.reads).map(|read| &read.event).collect()
}

fn not_written(error: StoreError) -> NotWritten {
    tracing::error!(%error, "reads could not be audited and were not answered");
    match error {
        StoreError::Full => NotWritten::Full,
        _ => NotWritten::Unavailable,
    }
}

fn writer_gone() -> StoreError {
    StoreError::Unavailable("the audit writer has stopped".into())
}

/// How exactly it is kept when something was last used, in milliseconds.
pub(crate) const NOTED_EVERY: i64 = 60_000;
const IDLE: Duration = Duration::from_secs(30);
const QUEUE: usize = 4096;
const BATCH: usize = 512;
