//! What happened, chained so that edits show.
//!
//! Each chain (one per workspace, one for the instance) is a list of rows numbered from 1:
//!
//! ```text
//! digest = SHA-256(body)
//! hash   = SHA-256("keyloft/audit/v1" ‖ chain (16 bytes) ‖ previous hash (32) ‖ seq (8, big endian) ‖ digest (32))
//! ```
//!
//! The body is kept byte for byte as it was hashed. It is JSON with a random salt in it, so that the digest of a row whose body
//! is pruned or withheld says nothing of what stood there, while the rest of the chain stays provable. The first row's previous
//! hash is all zeros.

mod checkpoint;
mod export;
mod find;
mod index;
mod proof;
mod pruned;
mod reads;
mod refusals;
mod retention;
mod row;
mod verify;

pub use checkpoint::{Anchor, AuditKey, BadSignature, NoAuditKey};
pub use export::AuditExport;
pub use proof::{ChainReport, ExportError, UnlikeAnchor, verify_export};

pub(crate) use reads::{NOTED_EVERY, Noted, Read, ReadAuditor, Recorded};
pub(crate) use refusals::Refusals;

use crate::{
    caller::{Caller, Credential, Origin},
    clock::Clock,
    db::{self, Appending, Head, Tx, query},
    error::{Result, StoreError},
    random,
};
use data_encoding::BASE64;
use model::{
    AUDIT_ACTIONS, AuditChain, AuditOutcome as Outcome, EnvironmentId, InstanceId, PersonName,
    SessionKey, TokenId, UserId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

/// One thing that happened, before it has a place in a chain.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    chain: AuditChain,
    action: &'static str,
    outcome: Outcome,
    actor: Actor,
    target: String,
    environment: Option<EnvironmentId>,
    origin: Origin,
    detail: Value,
}

/// Who did it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Actor {
    /// Nobody known: a sign-in that failed.
    Anonymous,
    /// Whoever runs commands on the server's machine.
    Operator,
    /// A rotator.
    Rotator {
        /// Which.
        id: String,
        /// Who made it.
        maker: String,
    },
    /// A program.
    Token {
        /// With which token.
        id: String,
        /// What that was called then.
        name: String,
        /// Who made it.
        maker: String,
    },
    /// A person.
    User {
        /// Who.
        id: String,
        /// What they were called then.
        name: String,
        /// With which session, in a browser.
        session: Option<String>,
        /// With which token, at a command line.
        token: Option<String>,
    },
}

impl Actor {
    /// Whoever asks.
    pub(crate) fn of(caller: &Caller) -> Self {
        match &caller.credential {
            Credential::Service { token, name, .. } => Self::Token {
                id: token.to_string(),
                name: name.clone(),
                maker: caller.user.to_string(),
            },
            Credential::Rotator { id } => {
                Self::Rotator { id: id.to_string(), maker: caller.user.to_string() }
            }
            Credential::CommandLine { token, .. } => {
                Self::user(caller.user, &caller.name, None, Some(token))
            }
            Credential::Session { key, .. } => {
                Self::user(caller.user, &caller.name, Some(*key), None)
            }
        }
    }

    /// A person.
    pub(crate) fn user(
        id: UserId,
        name: &PersonName,
        session: Option<SessionKey>,
        token: Option<&TokenId>,
    ) -> Self {
        Self::User {
            id: id.to_string(),
            name: name.to_string(),
            session: session.map(|key| key.to_string()),
            token: token.map(ToString::to_string),
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Operator => "operator",
            Self::Rotator { id, .. } | Self::Token { id, .. } | Self::User { id, .. } => id,
        }
    }
}

impl Event {
    /// Someone did something in their workspace.
    pub(crate) fn by(caller: &Caller, action: &'static str, target: impl ToString) -> Self {
        let chain = AuditChain::Workspace(caller.workspace);
        Self::new(chain, action, Actor::of(caller), target).from(&caller.origin)
    }

    /// Something happened to the instance.
    pub(crate) fn of_instance(
        instance: InstanceId,
        action: &'static str,
        actor: Actor,
        target: impl ToString,
    ) -> Self {
        Self::new(AuditChain::Instance(instance), action, actor, target)
    }

    pub(crate) fn new(
        chain: AuditChain,
        action: &'static str,
        actor: Actor,
        target: impl ToString,
    ) -> Self {
        debug_assert!(AUDIT_ACTIONS.contains(&action), "{action} is not in the list of actions");
        Self {
            chain,
            action,
            outcome: Outcome::Done,
            actor,
            target: target.to_string(),
            environment: None,
            origin: Origin::default(),
            detail: Value::Null,
        }
    }

    /// Where the request came from.
    #[must_use]
    pub(crate) fn from(mut self, origin: &Origin) -> Self {
        self.origin = origin.clone();
        self
    }

    /// In this environment: that of a secret may be another later.
    #[must_use]
    pub(crate) const fn at(mut self, environment: EnvironmentId) -> Self {
        self.environment = Some(environment);
        self
    }

    /// More about it: ids, names, numbers. Never a value, and nothing made from one.
    #[must_use]
    pub(crate) fn with(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    /// One thing more about it.
    #[must_use]
    fn and(mut self, name: &str, more: Value) -> Self {
        self.detail[name] = more;
        self
    }

    /// It was refused.
    #[must_use]
    pub(crate) const fn denied(mut self) -> Self {
        self.outcome = Outcome::Denied;
        self
    }

    fn body(&self, at: i64) -> Vec<u8> {
        #[derive(Serialize)]
        struct Body<'a> {
            at: i64,
            action: &'a str,
            outcome: Outcome,
            actor: &'a Actor,
            target: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            environment: Option<String>,
            ip: &'a str,
            user_agent: &'a str,
            request: &'a str,
            detail: &'a Value,
            salt: String,
        }
        let body = Body {
            at,
            action: self.action,
            outcome: self.outcome,
            actor: &self.actor,
            target: &self.target,
            environment: self.environment.map(|environment| environment.to_string()),
            ip: &self.origin.ip,
            user_agent: &self.origin.user_agent,
            request: &self.origin.request,
            detail: &self.detail,
            salt: BASE64.encode(&random::bytes::<16>()),
        };
        serde_json::to_vec(&body).expect("a body is text, numbers and ids")
    }
}

/// Begins a chain.
pub(crate) async fn begin_chain(tx: &mut Tx, chain: AuditChain) -> Result<()> {
    sqlx::query("insert into audit_heads (chain, seq, hash) values ($1, 0, $2)")
        .bind(chain.to_string())
        .bind(vec![0; 32])
        .execute(&mut **tx)
        .await
        .map_err(query)?;
    Ok(())
}

/// How many changes a chain has seen: what was read from its workspace holds as long as there are no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Changes(pub(crate) i64);

/// Where a chain ends.
#[derive(Clone, Debug)]
struct End {
    head: Head,
    changes: Changes,
}

/// Appends what a change did. The last statements before the commit: they lock the chain's head.
pub(crate) async fn append(tx: &mut Tx, clock: &Clock, event: Event) -> Result<()> {
    let chain = event.chain;
    let end = lock_end(tx, chain, ONE_MORE).await?;
    append_to(tx, clock, chain, end.head, &[&event]).await?;
    Ok(())
}

/// Finds where the chain ends and keeps it there, counting that many changes more.
async fn lock_end(tx: &mut Tx, chain: AuditChain, more: Changes) -> Result<End> {
    // Setting what is there already locks the head, on both databases.
    let found = sqlx::query(
        "update audit_heads set changes = changes + $1 where chain = $2 returning seq, hash, changes",
    )
    .bind(more.0)
    .bind(chain.to_string())
    .fetch_one(&mut **tx)
    .await
    .map_err(query)?;
    Ok(End {
        head: Head {
            seq: found.try_get("seq").map_err(query)?,
            hash: found.try_get("hash").map_err(query)?,
        },
        changes: Changes(found.try_get("changes").map_err(query)?),
    })
}

/// Appends events that all belong to `chain` behind its locked head, and tells its new one.
async fn append_to(
    tx: &mut Tx,
    clock: &Clock,
    chain: AuditChain,
    mut head: Head,
    events: &[&Event],
) -> Result<Head> {
    let at = clock.now();
    for events in events.chunks(db::MOST_ROWS) {
        let rows = following(chain, head, at, events);
        head = rows.head().clone();
        if !db::append(tx, rows).await? {
            return Err(StoreError::Internal(
                "the head of an audit chain moved while it was locked".into(),
            ));
        }
    }
    Ok(head)
}

/// The events in their places behind a head.
fn following(chain: AuditChain, after: Head, at: i64, events: &[&Event]) -> Appending {
    let mut rows: Vec<db::Row> = Vec::with_capacity(events.len());
    for event in events {
        let last = rows.last().map_or(&after, |row| &row.head);
        let seq = last.seq + 1;
        let body = event.body(at);
        let digest = Sha256::digest(&body);
        let hash = chain_hash(chain, &last.hash, seq, &digest);
        rows.push(db::Row {
            head: Head { seq, hash },
            body,
            digest: digest.to_vec(),
            action: event.action,
            actor: event.actor.id().to_owned(),
            target: event.target.clone(),
        });
    }
    Appending { chain: chain.to_string(), at, after, rows }
}

fn chain_hash(chain: AuditChain, previous: &[u8], seq: i64, digest: &[u8]) -> Vec<u8> {
    Sha256::new()
        .chain_update(b"keyloft/audit/v1")
        .chain_update(chain.as_bytes())
        .chain_update(previous)
        .chain_update(seq.to_be_bytes())
        .chain_update(digest)
        .finalize()
        .to_vec()
}

const ONE_MORE: Changes = Changes(1);
/// For rows that tell of no change.
const NO_MORE: Changes = Changes(0);
