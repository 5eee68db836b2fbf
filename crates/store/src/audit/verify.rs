//! Proves the chains of the database.

use super::{
    checkpoint::Anchor,
    proof::{ChainReport, Step, Walk},
    pruned::Pruned,
};
use crate::{
    Store,
    db::query,
    error::{Result, StoreError},
    row,
};
use model::AuditChain;
use sqlx::Row as _;

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
        self.verify_chain_against(chain, &Anchor::default()).await
    }

    /// The same, and compares with what checkpoints say of it.
    pub async fn verify_chain_against(
        &self,
        chain: AuditChain,
        anchor: &Anchor,
    ) -> Result<ChainReport> {
        let mut walk = Walk::new(chain, anchor);
        let mut pruned = Pruned::default();
        loop {
            let slice = sqlx::query(
                "select seq, body, digest, hash from audit_rows
                 where chain = $1 and seq > $2 order by seq limit 1000",
            )
            .bind(chain.to_string())
            .bind(walk.at())
            .fetch_all(self.db.read())
            .await
            .map_err(query)?;
            for found in &slice {
                let body: Option<Vec<u8>> = found.try_get("body").map_err(query)?;
                let step = Step {
                    seq: row::int(found, "seq")?,
                    body: body.as_deref(),
                    digest: &row::bytes(found, "digest")?,
                    hash: &row::bytes(found, "hash")?,
                };
                if !walk.step(&step) {
                    return Ok(walk.broken_off());
                }
                pruned.see(step.seq, step.body);
            }
            if slice.is_empty() {
                let (seq, hash) = self.head_of(chain).await?;
                // Others append meanwhile.
                if seq <= walk.at() || !self.has_rows_behind(chain, walk.at()).await? {
                    let report = walk.finish((seq, &hash));
                    return Ok(ChainReport { emptied_at: pruned.untold(), ..report });
                }
            }
        }
    }

    /// The last row that the chain's head knows, and its hash. A chain whose head is gone ends where it began.
    async fn head_of(&self, chain: AuditChain) -> Result<(i64, Vec<u8>)> {
        let head = sqlx::query("select seq, hash from audit_heads where chain = $1")
            .bind(chain.to_string())
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?;
        head.map_or_else(
            || Ok((0, vec![0; 32])),
            |head| Ok((row::int(&head, "seq")?, row::bytes(&head, "hash")?)),
        )
    }

    async fn has_rows_behind(&self, chain: AuditChain, seq: i64) -> Result<bool> {
        let found = sqlx::query("select 1 from audit_rows where chain = $1 and seq > $2 limit 1")
            .bind(chain.to_string())
            .bind(seq)
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?;
        Ok(found.is_some())
    }
}

pub(super) fn parse_chain(name: &str) -> Result<AuditChain> {
    let instance = name.parse().map(AuditChain::Instance);
    let workspace = name.parse().map(AuditChain::Workspace);
    instance.or(workspace).map_err(|_| StoreError::Integrity { record: "audit chain".into() })
}
