//! How long events are kept, by class. A row that has been kept long enough loses its body and what it is found by; its number,
//! digest and hash stay, so that the rest of the chain is provable.

use super::{
    Actor, Event, append,
    index::Facet,
    pruned::{PRUNE, runs},
    row::Body,
};
use crate::{
    Store,
    caller::Caller,
    db::query,
    error::{Result, StoreError},
    row,
};
use model::{
    Action, AuditChain, AuditClass, Field, Problems, Reason, WorkspaceId,
    api::{AuditRetention, ChangeRetention},
};
use serde_json::json;
use std::collections::BTreeSet;

impl Store {
    /// For how many days the events of the caller's workspace are kept.
    pub async fn audit_retention(&self, caller: &Caller) -> Result<AuditRetention> {
        self.audit_view(caller).await?;
        let found = sqlx::query("select class, days from audit_retention where workspace_id = $1")
            .bind(caller.workspace.to_string())
            .fetch_all(self.db.read())
            .await
            .map_err(query)?;
        let mut retention = AuditRetention::default();
        for found in &found {
            *retention.days_mut(row::text(found, "class")?) = Some(row::count(found, "days")?);
        }
        Ok(retention)
    }

    /// Keeps the events of some classes for another time. What is old enough goes within the hour, and does not come back.
    pub async fn set_audit_retention(
        &self,
        caller: &Caller,
        change: &ChangeRetention,
    ) -> Result<AuditRetention> {
        self.allow(caller, Action::SetRetention).await?;
        caller.check_everything_in_reach()?;
        let given: Vec<_> = AuditClass::ALL
            .into_iter()
            .filter_map(|class| change.days(class).map(|days| (class, days)))
            .collect();
        if given.iter().any(|(_, days)| *days > MOST_DAYS) {
            let actual = given.iter().map(|(_, days)| *days).max().unwrap_or_default();
            let limit = Reason::TooMany { limit: MOST_DAYS, actual };
            return Err(Problems::one(Field::Days, limit).into());
        }
        let mut tx = self.db.begin().await?;
        for (class, days) in &given {
            let statement = if *days == 0 {
                "delete from audit_retention where workspace_id = $1 and class = $2 and $3 = $3"
            } else {
                "insert into audit_retention (workspace_id, class, days) values ($1, $2, $3)
                 on conflict (workspace_id, class) do update set days = excluded.days"
            };
            sqlx::query(statement)
                .bind(caller.workspace.to_string())
                .bind(class.as_str())
                .bind(i64::from(*days))
                .execute(&mut *tx)
                .await
                .map_err(query)?;
        }
        let event = Event::by(caller, "audit.retention", caller.workspace);
        append(&mut tx, &self.clock, event.with(json!(change))).await?;
        tx.commit().await.map_err(query)?;
        self.audit_retention(caller).await
    }

    /// Prunes what has been kept long enough, in every workspace, with room for others between the slices. Tells how many rows.
    pub async fn prune_audit(&self) -> Result<u64> {
        // What is not indexed is not found.
        self.index_audit().await?;
        let found = sqlx::query(
            "select workspace_id, class, days from audit_retention order by workspace_id, class",
        )
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let mut pruned = 0;
        for found in &found {
            let workspace: WorkspaceId = row::text(found, "workspace_id")?;
            let (class, days) = (row::text(found, "class")?, row::int(found, "days")?);
            let before = self.now() - days * 86_400_000;
            while let Some(rows) = self.prune_slice(workspace, class, before).await? {
                pruned += rows;
                tokio::time::sleep(super::index::PAUSE).await;
            }
        }
        Ok(pruned)
    }

    /// The oldest rows of a class, with an event that says which, and that is never pruned itself; nothing if none is old enough.
    async fn prune_slice(
        &self,
        workspace: WorkspaceId,
        class: AuditClass,
        before: i64,
    ) -> Result<Option<u64>> {
        let chain = AuditChain::Workspace(workspace);
        let facet = Facet::class(chain, class).number();
        let mut tx = self.db.begin().await?;
        let found = sqlx::query(
            "select r.seq, r.body from audit_index i
             join audit_rows r on r.chain = $1 and r.seq = i.seq
             where i.facet = $2 and r.at < $3 and r.body is not null and r.action <> $5
             order by i.seq limit $4",
        )
        .bind(chain.to_string())
        .bind(facet)
        .bind(before)
        .bind(SLICE)
        .bind(PRUNE)
        .fetch_all(&mut *tx)
        .await
        .map_err(query)?;
        let (mut facets, mut seqs) = (BTreeSet::new(), Vec::new());
        for found in &found {
            let body: Vec<u8> = row::bytes(found, "body")?;
            let body = Body::parse(&body).filter(|body| body.class() == class);
            let body = body.ok_or(StoreError::Integrity { record: "audit row".into() })?;
            facets.extend(Facet::of(chain, &body));
            seqs.push(row::int(found, "seq")?);
        }
        let (Some(&first), Some(&last)) = (seqs.first(), seqs.last()) else { return Ok(None) };
        let emptied = sqlx::query(
            "update audit_rows set body = null, action = '', actor = '', target = ''
             where chain = $1 and body is not null and at < $5 and action <> $6 and seq in (
               select seq from audit_index where facet = $2 and seq >= $3 and seq <= $4)",
        )
        .bind(chain.to_string())
        .bind(facet)
        .bind(first)
        .bind(last)
        .bind(before)
        .bind(PRUNE)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if emptied.rows_affected() != seqs.len() as u64 {
            // Another server prunes the same.
            return Ok(None);
        }
        // The class itself last: the others are found by it.
        let class_last = facets.iter().copied().filter(|other| other.number() != facet);
        for other in class_last.map(Facet::number).chain([facet]) {
            sqlx::query(
                "delete from audit_index where facet = $1 and seq >= $2 and seq <= $3 and exists (
                   select 1 from audit_rows r
                   where r.chain = $4 and r.seq = audit_index.seq and r.body is null)",
            )
            .bind(other)
            .bind(first)
            .bind(last)
            .bind(chain.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        }
        let detail = json!({
            "class": class.as_str(), "rows": seqs.len(), "runs": runs(seqs), "before": before,
        });
        let event = Event::new(chain, PRUNE, Actor::Operator, workspace).with(detail);
        append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(Some(emptied.rows_affected()))
    }
}

const MOST_DAYS: u32 = 3650;
/// Rows that one transaction prunes.
const SLICE: i64 = 256;
