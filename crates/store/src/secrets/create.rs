//! Making a secret.

use super::{
    explain_taken,
    record::{Entry, NewVersion},
    schedule, search_text, write_tags,
};
use crate::{
    Place, Store,
    audit::{self, Event},
    caller::Caller,
    db::query,
    error::{Result, StoreError},
    once::Once,
    random,
};
use model::{
    Action, EnvironmentId, Field, KeyInfo, NewRow, NewSecret, NewValue, Problem, Problems, Reason,
    RowPart, SecretId, SecretName, Tag, Version,
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
        self.create_secret_once(caller, environment, new, None).await
    }

    /// Makes a secret in an environment, unless this request made it before.
    pub async fn create_secret_once(
        &self,
        caller: &Caller,
        environment: EnvironmentId,
        new: NewSecret,
        once: Option<&Once>,
    ) -> Result<SecretId> {
        let place = match self.environment(caller, environment).await {
            Err(StoreError::NotFound) => {
                return Err(Problems::one(Field::Environment, Reason::Unknown).into());
            }
            found => found?,
        };
        let at = Place { environment, protected: place.protected, name: Some(&new.name) };
        self.allow_at(caller, Action::WriteSecrets, at).await?;
        if let Some(made) = self.made_before(caller, once).await? {
            return Ok(made);
        }
        let entries = entries(new.rows)?;
        let keys: Vec<_> = entries.iter().map(|entry| entry.info.name.as_str()).collect();
        let first = FirstVersion {
            environment,
            name: &new.name,
            template: new.template.as_deref(),
            tags: &new.tags,
            entries: &entries,
            cause: "create",
            note: &new.note,
            detail: json!({
                "name": new.name.as_str(),
                "environment": place.name.as_str(),
                "template": new.template,
                "keys": keys,
            }),
        };
        self.write_first(caller, first, once).await
    }

    /// Writes a secret with its first version, in one transaction with its audit row.
    pub(super) async fn write_first(
        &self,
        caller: &Caller,
        first: FirstVersion<'_>,
        once: Option<&Once>,
    ) -> Result<SecretId> {
        let now = self.now();
        let id = SecretId::from_uuid(random::uuid(now));
        let keys = first.entries.iter().map(|entry| entry.info.name.as_str());
        let mut tx = self.db.begin().await?;
        let inserted = sqlx::query(
            "insert into secrets (id, workspace_id, environment_id, name, name_folded, template, search,
               key_count, version, created_at, created_by, updated_at, updated_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $9, $10)",
        )
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .bind(first.environment.to_string())
        .bind(first.name.as_str())
        .bind(first.name.as_str().to_lowercase())
        .bind(first.template.unwrap_or_default())
        .bind(search_text(first.name, first.template, keys, first.tags))
        .bind(i64::try_from(first.entries.len()).expect("a secret has at most 512 keys"))
        .bind(now)
        .bind(caller.user.to_string())
        .execute(&mut *tx)
        .await;
        if let Err(error) = inserted {
            drop(tx);
            return Err(explain_taken(self, first.environment, first.name, error).await);
        }
        write_tags(&mut tx, caller, id, first.tags).await?;
        let version = NewVersion {
            secret: id,
            environment: first.environment,
            version: Version::FIRST,
            entries: first.entries,
            cause: first.cause,
            note: first.note,
        };
        self.write_version(&mut tx, caller, version).await?;
        if first.template.is_some() {
            schedule::refresh_secret(&mut tx, caller, id).await?;
        }
        self.remember_made(&mut tx, caller, once, id).await?;
        let event = Event::by(caller, "secret.create", id).at(first.environment).with(first.detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(id)
    }
}

/// A secret that has been checked, before it is written.
pub(super) struct FirstVersion<'a> {
    pub(super) environment: EnvironmentId,
    pub(super) name: &'a SecretName,
    pub(super) template: Option<&'a str>,
    pub(super) tags: &'a [Tag],
    pub(super) entries: &'a [Entry],
    pub(super) cause: &'static str,
    pub(super) note: &'a str,
    /// For the audit log.
    pub(super) detail: serde_json::Value,
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
