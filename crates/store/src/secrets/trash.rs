//! Deleting, and taking it back.

use super::explain_taken;
use crate::{
    Store,
    audit::{self, Event},
    caller::Caller,
    db::query,
    error::{Result, StoreError},
};
use model::{
    Action, Field, Problems, Reason, SecretId, SecretName, TRASH_DAYS, TrashedSecret, Version,
};
use serde_json::json;

impl Store {
    /// Moves a secret to the trash, from where it can be restored for 30 days. Its name is free at once.
    pub async fn trash_secret(
        &self,
        caller: &Caller,
        id: SecretId,
        from: impl Into<Option<Version>>,
    ) -> Result<TrashedSecret> {
        let found = self.find_live(caller, id).await?;
        let from = from.into().unwrap_or(found.version);
        self.allow_at(caller, Action::WriteSecrets, found.place()).await?;
        let mut tx = self.db.begin().await?;
        let trashed = sqlx::query(
            "update secrets set trashed_at = $1, trashed_by = $2
             where id = $3 and workspace_id = $4 and version = $5 and trashed_at is null",
        )
        .bind(self.now())
        .bind(caller.user.to_string())
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .bind(i64::from(from.0))
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if trashed.rows_affected() == 0 {
            drop(tx);
            return Err(self.conflict(caller, id).await?);
        }
        let event = Event::by(caller, "secret.trash", id).at(found.environment);
        audit::append(&mut tx, &self.clock, event.with(json!({ "name": found.name.as_str() })))
            .await?;
        tx.commit().await.map_err(query)?;
        self.trashed_secret(caller, id).await
    }

    /// Takes a secret out of the trash, under its old name or another.
    pub async fn restore_secret(
        &self,
        caller: &Caller,
        id: SecretId,
        name: Option<&str>,
    ) -> Result<()> {
        let found = self.find(caller, id).await?;
        self.allow_at(caller, Action::WriteSecrets, found.place()).await?;
        let name = match name {
            None => found.name.clone(),
            Some(text) => SecretName::parse(text)
                .map_err(|fault| Problems::one(Field::Name, Reason::Name(fault)))?,
        };
        caller.check_reach(found.environment, Some(&name))?;
        let search = self.searched_text(caller, id, &name).await?;
        let mut tx = self.db.begin().await?;
        let restored = sqlx::query(
            "update secrets
             set trashed_at = null, trashed_by = null, name = $1, name_folded = $2, search = $3
             where id = $4 and workspace_id = $5 and trashed_at is not null",
        )
        .bind(name.as_str())
        .bind(name.as_str().to_lowercase())
        .bind(search)
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .execute(&mut *tx)
        .await;
        match restored {
            Err(error) => {
                drop(tx);
                return Err(explain_taken(self, found.environment, &name, error).await);
            }
            // It is out already: pressing twice is no mistake.
            Ok(restored) if restored.rows_affected() == 0 => return Ok(()),
            Ok(_) => {}
        }
        let event = Event::by(caller, "secret.restore", id).at(found.environment);
        audit::append(&mut tx, &self.clock, event.with(json!({ "name": name.as_str() }))).await?;
        tx.commit().await.map_err(query)
    }

    /// Deletes a secret in the trash with all its versions for good. The caller repeats its name.
    pub async fn destroy_secret(&self, caller: &Caller, id: SecretId, name: &str) -> Result<()> {
        let found = self.find(caller, id).await?;
        if !found.trashed {
            return Err(StoreError::NotFound);
        }
        self.allow_at(caller, Action::DestroySecret, found.place()).await?;
        if name.trim() != found.name.as_str() {
            return Err(Problems::one(Field::Name, Reason::Wrong).into());
        }
        let mut tx = self.db.begin().await?;
        delete_rows(&mut tx, &id.to_string(), &caller.workspace.to_string()).await?;
        let event = Event::by(caller, "secret.destroy", id).at(found.environment);
        audit::append(&mut tx, &self.clock, event.with(json!({ "name": found.name.as_str() })))
            .await?;
        tx.commit().await.map_err(query)
    }

    /// Destroys what lay in the trash for 30 days. Answers how many secrets that were.
    pub async fn empty_old_trash(&self) -> Result<u64> {
        let until = self.now() - TRASH_DAYS * 86_400_000;
        let old: Vec<(String, String, String)> = sqlx::query_as(
            "select id, workspace_id, environment_id from secrets where trashed_at <= $1 order by trashed_at limit 100",
        )
        .bind(until)
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let mut destroyed = 0;
        for (id, workspace, environment) in old {
            let broken = || StoreError::Integrity { record: "secret".into() };
            let workspace_id = workspace.parse().map_err(|_| broken())?;
            let environment = environment.parse().map_err(|_| broken())?;
            let mut tx = self.db.begin().await?;
            delete_rows(&mut tx, &id, &workspace).await?;
            let chain = model::AuditChain::Workspace(workspace_id);
            let event =
                Event::new(chain, "secret.expire", audit::Actor::Operator, &id).at(environment);
            audit::append(&mut tx, &self.clock, event).await?;
            tx.commit().await.map_err(query)?;
            destroyed += 1;
        }
        Ok(destroyed)
    }
}

async fn delete_rows(tx: &mut crate::db::Tx, id: &str, workspace: &str) -> Result<()> {
    for statement in [
        "delete from versions where secret_id = $1 and workspace_id = $2",
        "delete from rotators where secret_id = $1 and workspace_id = $2",
        "delete from secret_tags where secret_id = $1 and workspace_id = $2",
        "delete from unsaved where subject = $1 and workspace_id = $2",
        "delete from secret_readers where secret_id = $1 and workspace_id = $2",
        "delete from secrets where id = $1 and workspace_id = $2",
    ] {
        sqlx::query(statement).bind(id).bind(workspace).execute(&mut **tx).await.map_err(query)?;
    }
    Ok(())
}
