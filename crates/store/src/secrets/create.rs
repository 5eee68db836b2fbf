//! Making a secret.

use super::{
    explain_taken,
    record::{Entry, NewVersion},
    search_text, write_tags,
};
use crate::{
    Store,
    audit::{self, Event},
    caller::Caller,
    db::query,
    error::{Result, StoreError},
    random,
};
use model::{
    Action, EnvironmentId, Field, KeyInfo, NewRow, NewSecret, NewValue, Problem, Problems, Reason,
    RowPart, SecretId, Version,
};
use serde_json::json;

impl Store {
    /// Makes a secret in an environment.
    pub async fn create_secret(
        &self,
        caller: &Caller,
        environment: EnvironmentId,
        new: NewSecret,
    ) -> Result<SecretId> {
        let place = match self.environment(caller, environment).await {
            Err(StoreError::NotFound) => {
                return Err(Problems::one(Field::Environment, Reason::Unknown).into());
            }
            found => found?,
        };
        self.allow(caller, Action::WriteSecrets, place.protected).await?;
        let now = self.now();
        let id = SecretId::from_uuid(random::uuid(now));
        let entries = entries(new.rows)?;
        let keys = || entries.iter().map(|entry| entry.info.name.as_str());
        let mut tx = self.db.begin().await?;
        let inserted = sqlx::query(
            "insert into secrets (id, workspace_id, environment_id, name, name_folded, template, search,
               key_count, version, created_at, created_by, updated_at, updated_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $9, $10)",
        )
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .bind(environment.to_string())
        .bind(new.name.as_str())
        .bind(new.name.as_str().to_lowercase())
        .bind(new.template.clone().unwrap_or_default())
        .bind(search_text(&new.name, new.template.as_deref(), keys(), &new.tags))
        .bind(i64::try_from(entries.len()).expect("a secret has at most 512 keys"))
        .bind(now)
        .bind(caller.user.to_string())
        .execute(&mut *tx)
        .await;
        if let Err(error) = inserted {
            drop(tx);
            return Err(explain_taken(self, environment, &new.name, error).await);
        }
        write_tags(&mut tx, caller, id, &new.tags).await?;
        let version = NewVersion {
            secret: id,
            environment,
            version: Version::FIRST,
            entries: &entries,
            cause: "create",
            note: &new.note,
        };
        self.write_version(&mut tx, caller, version).await?;
        let detail = json!({
            "name": new.name.as_str(),
            "environment": place.name.as_str(),
            "template": new.template,
            "keys": keys().collect::<Vec<_>>(),
        });
        let event = Event::by(caller, "secret.create", id).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(id)
    }
}

/// A new secret has no values to keep: rows that ask for one are problems.
fn entries(rows: Vec<NewRow>) -> Result<Vec<Entry>, Problems> {
    let mut problems = Vec::new();
    let mut entries = Vec::with_capacity(rows.len());
    for (index, row) in (0..).zip(rows) {
        match row.value {
            NewValue::Set(value) => entries.push(Entry {
                info: KeyInfo { name: row.key, kind: row.kind, since: Version::FIRST },
                value,
            }),
            NewValue::Kept { .. } => {
                problems.push(Problem::new(Field::Row(index, RowPart::Value), Reason::KeptKeyGone));
            }
        }
    }
    Problems::check(problems)?;
    Ok(entries)
}
