//! Proves a chain.

use super::chain_hash;
use crate::{
    Store,
    db::query,
    error::{Result, StoreError},
};
use model::AuditChain;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

/// What a walk along a chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    /// Which chain.
    pub chain: AuditChain,
    /// How many rows follow from their predecessors.
    pub rows: i64,
    /// The first row that does not, if there is one.
    pub broken_at: Option<i64>,
}

impl Store {
    /// Every chain of the instance.
    pub async fn audit_chains(&self) -> Result<Vec<AuditChain>> {
        let names: Vec<String> = sqlx::query_scalar("select chain from audit_heads order by chain")
            .fetch_all(self.db.read())
            .await
            .map_err(query)?;
        names.iter().map(|name| parse_chain(name)).collect()
    }

    /// Walks along a chain from its first row to its head.
    pub async fn verify_chain(&self, chain: AuditChain) -> Result<ChainReport> {
        let mut previous = vec![0; 32];
        let mut rows = 0;
        let report = |rows, broken_at| ChainReport { chain, rows, broken_at };
        loop {
            let slice = sqlx::query(
                "select seq, body, digest, hash from audit_rows
                 where chain = $1 and seq > $2 order by seq limit 1000",
            )
            .bind(chain.to_string())
            .bind(rows)
            .fetch_all(self.db.read())
            .await
            .map_err(query)?;
            if slice.is_empty() {
                break;
            }
            for row in slice {
                let seq: i64 = row.try_get("seq").map_err(query)?;
                let body: Option<Vec<u8>> = row.try_get("body").map_err(query)?;
                let digest: Vec<u8> = row.try_get("digest").map_err(query)?;
                let hash: Vec<u8> = row.try_get("hash").map_err(query)?;
                let body_fits = body.is_none_or(|body| Sha256::digest(&body).as_slice() == digest);
                if seq != rows + 1
                    || !body_fits
                    || chain_hash(chain, &previous, seq, &digest) != hash
                {
                    return Ok(report(rows, Some(rows + 1)));
                }
                (previous, rows) = (hash, seq);
            }
        }
        let head = sqlx::query("select seq, hash from audit_heads where chain = $1")
            .bind(chain.to_string())
            .fetch_one(self.db.read())
            .await
            .map_err(query)?;
        let seq: i64 = head.try_get("seq").map_err(query)?;
        let hash: Vec<u8> = head.try_get("hash").map_err(query)?;
        let ends_well = seq == rows && hash == previous;
        Ok(report(rows, (!ends_well).then_some(rows + 1)))
    }
}

fn parse_chain(name: &str) -> Result<AuditChain> {
    let instance = name.parse().map(AuditChain::Instance);
    let workspace = name.parse().map(AuditChain::Workspace);
    instance.or(workspace).map_err(|_| StoreError::Integrity { record: "audit chain".into() })
}
