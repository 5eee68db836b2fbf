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
    db::{Tx, query},
    error::{Result, StoreError},
    once::Once,
    random,
};
use model::{
    Action, Environment, EnvironmentId, Field, KeyInfo, NewRow, NewSecret, NewValue, Problem,
    Problems, Reason, RowPart, SecretId, SecretName, Tag, Version,
};
use serde_json::json;
use std::collections::BTreeMap;

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
        let made = self.create_in(caller, &[environment], new, once).await?;
        Ok(made[0])
    }

    /// Makes secrets that are alike and go their own ways from then on, one in each of these environments: all of them or none.
    pub async fn create_secrets(
        &self,
        caller: &Caller,
        environments: &[EnvironmentId],
        new: NewSecret,
    ) -> Result<Vec<SecretId>> {
        self.create_in(caller, environments, new, None).await
    }

    /// In the order of the environments, each once.
    async fn create_in(
        &self,
        caller: &Caller,
        environments: &[EnvironmentId],
        new: NewSecret,
        once: Option<&Once>,
    ) -> Result<Vec<SecretId>> {
        let mut places = BTreeMap::new();
        for environment in environments {
            places.insert(*environment, self.place_of_new(caller, *environment, &new.name).await?);
        }
        if places.is_empty() {
            return Err(Problems::one(Field::Environment, Reason::Missing).into());
        }
        if let Some(made) = self.made_before(caller, once).await? {
            return Ok(vec![made]);
        }
        let about =
            About { name: new.name, template: new.template, tags: new.tags, note: new.note };
        let entries = entries(new.rows)?;
        // By their ids, so that two who ask for the same environments in other orders do not wait for each other.
        let firsts: Vec<_> = places.values().map(|place| about.first_in(place, &entries)).collect();
        let made = self.write_first(caller, &firsts, once).await?;
        let mut made: BTreeMap<_, _> = places.into_keys().zip(made).collect();
        Ok(environments.iter().filter_map(|environment| made.remove(environment)).collect())
    }

    /// The environment, if it is there and the caller may make a secret of that name in it.
    async fn place_of_new(
        &self,
        caller: &Caller,
        id: EnvironmentId,
        name: &SecretName,
    ) -> Result<Environment> {
        let place = match self.environment(caller, id).await {
            Err(StoreError::NotFound) => {
                return Err(Problems::one(Field::Environment, Reason::Unknown).into());
            }
            found => found?,
        };
        let at = Place { environment: id, protected: place.protected, name: Some(name) };
        self.allow_at(caller, Action::WriteSecrets, at).await?;
        Ok(place)
    }

    /// Writes secrets with their first versions, in one transaction with their audit rows. A request that is remembered makes one.
    pub(super) async fn write_first(
        &self,
        caller: &Caller,
        firsts: &[FirstVersion<'_>],
        once: Option<&Once>,
    ) -> Result<Vec<SecretId>> {
        let now = self.now();
        let mut made = Vec::new();
        let mut tx = self.db.begin().await?;
        for first in firsts {
            let id = SecretId::from_uuid(random::uuid(now));
            if let Err(error) = insert(&mut tx, caller, id, first, now).await {
                drop(tx);
                let told = explain_taken(self, first.environment, first.name, error).await;
                return Err(if firsts.len() > 1 {
                    told_where(told, first.environment)
                } else {
                    told
                });
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
            made.push(id);
        }
        for (first, id) in firsts.iter().zip(&made) {
            let event = Event::by(caller, "secret.create", id).at(first.environment);
            audit::append(&mut tx, &self.clock, event.with(first.detail.clone())).await?;
        }
        tx.commit().await.map_err(query)?;
        Ok(made)
    }
}

/// Where a name is taken, of several environments.
fn told_where(told: StoreError, environment: EnvironmentId) -> StoreError {
    let StoreError::Invalid(problems) = told else { return told };
    problems.and(Problem::new(Field::Environment, Reason::TakenIn(environment))).into()
}

async fn insert(
    tx: &mut Tx,
    caller: &Caller,
    id: SecretId,
    first: &FirstVersion<'_>,
    now: i64,
) -> Result<(), sqlx::Error> {
    let keys = first.entries.iter().map(|entry| entry.info.name.as_str());
    sqlx::query(
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
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// What a new secret is, wherever it is made.
struct About {
    name: SecretName,
    template: Option<String>,
    tags: Vec<Tag>,
    note: String,
}

impl About {
    fn first_in<'a>(&'a self, place: &Environment, entries: &'a [Entry]) -> FirstVersion<'a> {
        let keys: Vec<_> = entries.iter().map(|entry| entry.info.name.as_str()).collect();
        FirstVersion {
            environment: place.id,
            name: &self.name,
            template: self.template.as_deref(),
            tags: &self.tags,
            entries,
            cause: "create",
            note: &self.note,
            detail: json!({
                "name": self.name.as_str(),
                "environment": place.name.as_str(),
                "template": self.template,
                "keys": keys,
            }),
        }
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
