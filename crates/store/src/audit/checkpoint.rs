//! Where the chains stand, signed and taken outside: whoever can rewrite the database cannot rewrite that.
//!
//! A checkpoint is a line of JSON: `{"checkpoint":"…","signature":"…"}`. The text `checkpoint` is JSON too (instance, number, time, and
//! each chain's last row with its hash); the signature is Ed25519 (RFC 8032) over `keyloft/checkpoint/v1`, a line feed, and
//! that text as it stands.

use super::verify::parse_chain;
use crate::{
    Store,
    db::query,
    error::{Result, StoreError},
    keyring::{Keyring, Purpose},
    row,
};
use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use model::AuditChain;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    str::FromStr,
};

/// What is signed.
#[derive(Serialize, Deserialize)]
struct Statement {
    instance: String,
    number: i64,
    at: jiff::Timestamp,
    heads: Vec<HeadLine>,
}

/// Where one chain stands.
#[derive(Serialize, Deserialize)]
struct HeadLine {
    chain: String,
    seq: i64,
    hash: String,
}

#[derive(Serialize, Deserialize)]
struct Signed {
    checkpoint: String,
    signature: String,
}

/// The key that checkpoints are checked with, as text `ed25519:…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditKey(VerifyingKey);

/// The text is no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected ed25519: and 44 characters, as keyloft-server audit public-key prints them")]
pub struct NoAuditKey;

impl fmt::Display for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ed25519:{}", BASE64.encode(self.0.as_bytes()))
    }
}

impl FromStr for AuditKey {
    type Err = NoAuditKey;

    fn from_str(text: &str) -> Result<Self, NoAuditKey> {
        let encoded = text.trim().strip_prefix("ed25519:").ok_or(NoAuditKey)?;
        let bytes = BASE64.decode(encoded.as_bytes()).map_err(|_| NoAuditKey)?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| NoAuditKey)?;
        VerifyingKey::from_bytes(&bytes).map(Self).map_err(|_| NoAuditKey)
    }
}

/// What checkpoints say: rows and their hashes by chain. A row has several if it was rewritten between two checkpoints: the server signs
/// what it finds, and only both together tell.
#[derive(Clone, Debug, Default)]
pub struct Anchor(HashMap<AuditChain, BTreeMap<i64, BTreeSet<Vec<u8>>>>);

/// The signature of a checkpoint is not the instance's, or it is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is no checkpoint that this instance signed")]
pub struct BadSignature {
    /// Counted from 1.
    pub line: usize,
}

impl Anchor {
    /// Reads checkpoints, one a line.
    pub fn read(text: &str, key: &AuditKey) -> Result<Self, BadSignature> {
        let mut anchor = Self::default();
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        for (index, line) in lines {
            let heads = heads(line, key).ok_or(BadSignature { line: index + 1 })?;
            for (chain, seq, hash) in heads {
                anchor.0.entry(chain).or_default().entry(seq).or_default().insert(hash);
            }
        }
        Ok(anchor)
    }

    /// All that another says, too.
    pub fn add(&mut self, other: Self) {
        for (chain, rows) in other.0 {
            let known = self.0.entry(chain).or_default();
            for (seq, hashes) in rows {
                known.entry(seq).or_default().extend(hashes);
            }
        }
    }

    /// Every chain that was there.
    pub fn chains(&self) -> impl Iterator<Item = AuditChain> {
        self.0.keys().copied()
    }

    /// Whether the row ever had another hash.
    pub(super) fn contradicts(&self, chain: AuditChain, seq: i64, hash: &[u8]) -> bool {
        let anchored = self.0.get(&chain).and_then(|rows| rows.get(&seq));
        anchored.is_some_and(|anchored| anchored.iter().any(|anchored| anchored != hash))
    }

    /// The first row that was there and lies behind this one.
    pub(super) fn first_after(&self, chain: AuditChain, seq: i64) -> Option<i64> {
        let rows = self.0.get(&chain)?;
        rows.range(seq + 1..).next().map(|(seq, _)| *seq)
    }
}

/// What a line says, if the signature is right.
fn heads(line: &str, key: &AuditKey) -> Option<Vec<(AuditChain, i64, Vec<u8>)>> {
    let Signed { checkpoint, signature } = serde_json::from_str(line).ok()?;
    let signature = BASE64.decode(signature.as_bytes()).ok()?;
    let signature = Signature::from_slice(&signature).ok()?;
    key.0.verify_strict(&signed_text(&checkpoint), &signature).ok()?;
    let statement: Statement = serde_json::from_str(&checkpoint).ok()?;
    let head = |head: HeadLine| {
        let hash = HEXLOWER.decode(head.hash.as_bytes()).ok()?;
        Some((parse_chain(&head.chain).ok()?, head.seq, hash))
    };
    statement.heads.into_iter().map(head).collect()
}

impl Store {
    /// What checkpoints of this instance are checked with.
    pub fn audit_key(&self) -> AuditKey {
        AuditKey(signing_key(&self.keyring).verifying_key())
    }

    /// Signs where the chains stand: at most once a minute, by one of several servers, and only if something happened since, or
    /// the last one was lost on its way (`again`). The line is to be taken outside.
    pub async fn make_checkpoint(&self, again: bool) -> Result<Option<String>> {
        let now = self.now();
        let mut tx = self.db.begin().await?;
        let last = sqlx::query("select number, made_at, heads from audit_checkpoint where id = 1")
            .fetch_one(&mut *tx)
            .await
            .map_err(query)?;
        let number = row::int(&last, "number")?;
        if now < row::int(&last, "made_at")? + MINUTE {
            return Ok(None);
        }
        let found =
            sqlx::query("select chain, seq, hash from audit_heads where seq > 0 order by chain")
                .fetch_all(&mut *tx)
                .await
                .map_err(query)?;
        let heads = found
            .iter()
            .map(|found| {
                Ok(HeadLine {
                    chain: row::text(found, "chain")?,
                    seq: row::int(found, "seq")?,
                    hash: HEXLOWER.encode(&row::bytes(found, "hash")?),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let digest =
            Sha256::digest(serde_json::to_vec(&heads).expect("heads are text and numbers"));
        if !again && row::bytes(&last, "heads")? == digest.as_slice() {
            return Ok(None);
        }
        let moved = sqlx::query(
            "update audit_checkpoint set number = $1, made_at = $2, heads = $3
             where id = 1 and number = $4",
        )
        .bind(number + 1)
        .bind(now)
        .bind(digest.to_vec())
        .bind(number)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if moved.rows_affected() == 0 {
            // Another server makes this one.
            return Ok(None);
        }
        // What is signed must not be lost with the power: this commit waits for the disk, and with it for all before.
        tx.commit().await.map_err(query)?;
        let statement = Statement {
            instance: self.instance().to_string(),
            number: number + 1,
            at: jiff::Timestamp::from_millisecond(now)
                .map_err(|error| StoreError::Internal(error.to_string()))?,
            heads,
        };
        Ok(Some(sign(&signing_key(&self.keyring), &statement)))
    }
}

fn sign(key: &SigningKey, statement: &Statement) -> String {
    let checkpoint = serde_json::to_string(statement).expect("a statement is text and numbers");
    let signature = BASE64.encode(&key.sign(&signed_text(&checkpoint)).to_bytes());
    serde_json::to_string(&Signed { checkpoint, signature }).expect("both are text")
}

fn signed_text(checkpoint: &str) -> Vec<u8> {
    format!("keyloft/checkpoint/v1\n{checkpoint}").into_bytes()
}

fn signing_key(keyring: &Keyring) -> SigningKey {
    SigningKey::from_bytes(keyring.service(Purpose::AuditSigning).expose())
}

const MINUTE: i64 = 60_000;
