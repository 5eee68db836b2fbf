//! The end of old values: by hand, or after the time that a workspace keeps them. The version stays in the history and says so.

use crate::{
    Store,
    audit::{self, Actor, Event},
    caller::Caller,
    db::query,
    error::{Result, StoreError},
    row,
};
use model::{
    Action, AuditChain, Field, Problems, Reason, Retention, SecretId, Version, WorkspaceId,
};
use serde_json::json;
use sqlx::any::AnyRow;
use std::{collections::BTreeMap, num::NonZeroU32};

impl Store {
    /// Destroys an old version's values for good. The caller repeats the secret's name. The version of now cannot be destroyed.
    pub async fn destroy_version(
        &self,
        caller: &Caller,
        id: SecretId,
        version: Version,
        name: &str,
    ) -> Result<()> {
        let found = self.find_live(caller, id).await?;
        self.allow_at(caller, Action::DestroySecret, found.place()).await?;
        if name.trim() != found.name.as_str() {
            return Err(Problems::one(Field::Name, Reason::Wrong).into());
        }
        if version == found.version {
            return Err(StoreError::VersionOfNow);
        }
        let mut tx = self.db.begin().await?;
        let destroyed = sqlx::query(
            "update versions set sealed = null, destroyed_at = $1, destroyed_by = $2
             where secret_id = $3 and workspace_id = $4 and version = $5 and sealed is not null
               and version < (select s.version from secrets s where s.id = $3)",
        )
        .bind(self.now())
        .bind(caller.user.to_string())
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .bind(i64::from(version.0))
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if destroyed.rows_affected() == 0 {
            drop(tx);
            // It is destroyed already, which is no mistake; or it never was.
            return self.closed_version(caller, id, version).await.map(drop);
        }
        let detail = json!({ "name": found.name.as_str(), "version": version.0 });
        let event =
            Event::by(caller, "secret.destroy-version", id).at(found.environment).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)
    }

    /// How long the workspace keeps the values of old versions; for ever if nothing.
    pub async fn retention(&self, caller: &Caller) -> Result<Option<Retention>> {
        self.allow(caller, Action::ListSecrets).await?;
        self.retention_of(caller).await
    }

    /// Keeps the values of old versions for another time. What is too old by then is destroyed within the hour.
    pub async fn set_retention(&self, caller: &Caller, new: Option<Retention>) -> Result<()> {
        self.allow(caller, Action::DestroySecret).await?;
        caller.check_whole_reach()?;
        let before = self.retention_of(caller).await?;
        let mut tx = self.db.begin().await?;
        sqlx::query("delete from retention where workspace_id = $1")
            .bind(caller.workspace.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        if let Some(Retention { versions, days }) = new {
            sqlx::query("insert into retention (workspace_id, versions, days) values ($1, $2, $3)")
                .bind(caller.workspace.to_string())
                .bind(i64::from(versions.get()))
                .bind(i64::from(days))
                .execute(&mut *tx)
                .await
                .map_err(query)?;
        }
        let told = |retention: Option<Retention>| {
            retention.map(|kept| json!({ "versions": kept.versions.get(), "days": kept.days }))
        };
        let event = Event::by(caller, "retention.change", caller.workspace);
        let detail = json!({ "from": told(before), "to": told(new) });
        audit::append(&mut tx, &self.clock, event.with(detail)).await?;
        tx.commit().await.map_err(query)
    }

    async fn retention_of(&self, caller: &Caller) -> Result<Option<Retention>> {
        let found = sqlx::query("select versions, days from retention where workspace_id = $1")
            .bind(caller.workspace.to_string())
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?;
        found.as_ref().map(retention).transpose()
    }

    /// Destroys a slice of the values that no workspace keeps any longer. Answers how many versions that were: none once all is
    /// done.
    pub async fn destroy_old_versions(&self) -> Result<u64> {
        let now = self.now();
        let rows = sqlx::query(
            "select v.workspace_id, v.secret_id, v.version
             from retention r
             join versions v on v.workspace_id = r.workspace_id
             join secrets s on s.id = v.secret_id
             join versions n on n.secret_id = v.secret_id and n.version = v.version + 1
             where v.sealed is not null and v.version <= s.version - r.versions
               and n.created_at <= $1 - r.days * 86400000
             order by v.workspace_id, v.secret_id, v.version limit 100",
        )
        .bind(now)
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let mut slices: BTreeMap<WorkspaceId, Vec<(SecretId, Version)>> = BTreeMap::new();
        for found in &rows {
            let version = Version(row::count(found, "version")?);
            let slice = slices.entry(row::text(found, "workspace_id")?).or_default();
            slice.push((row::text(found, "secret_id")?, version));
        }
        let mut destroyed = 0;
        for (workspace, slice) in slices {
            destroyed += self.destroy_slice(workspace, &slice).await?;
        }
        Ok(destroyed)
    }

    /// Each in the transaction with the audit row that names them all.
    async fn destroy_slice(
        &self,
        workspace: WorkspaceId,
        slice: &[(SecretId, Version)],
    ) -> Result<u64> {
        let mut tx = self.db.begin().await?;
        let mut destroyed: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (secret, version) in slice {
            let updated = sqlx::query(
                "update versions set sealed = null, destroyed_at = $1
                 where secret_id = $2 and workspace_id = $3 and version = $4 and sealed is not null
                   and version < (select s.version from secrets s where s.id = $2)",
            )
            .bind(self.now())
            .bind(secret.to_string())
            .bind(workspace.to_string())
            .bind(i64::from(version.0))
            .execute(&mut *tx)
            .await
            .map_err(query)?;
            if updated.rows_affected() > 0 {
                destroyed.entry(secret.to_string()).or_default().push(version.0);
            }
        }
        let count = destroyed.values().map(Vec::len).sum::<usize>();
        if count == 0 {
            return Ok(0);
        }
        let chain = AuditChain::Workspace(workspace);
        let event = Event::new(chain, "secret.expire-versions", Actor::Operator, workspace);
        audit::append(&mut tx, &self.clock, event.with(json!({ "versions": destroyed }))).await?;
        tx.commit().await.map_err(query)?;
        Ok(u64::try_from(count).expect("a slice is short"))
    }
}

fn retention(found: &AnyRow) -> Result<Retention> {
    let versions: u32 = row::count(found, "versions")?;
    let versions = NonZeroU32::new(versions)
        .ok_or_else(|| StoreError::Integrity { record: "column versions".into() })?;
    Ok(Retention { versions, days: row::count(found, "days")? })
}
