//! Secrets: named bundles of keys with values, in versions that are made once and never changed.

mod create;
mod edit;
mod list;
mod read;
mod record;
mod trash;

pub use read::RevealedValues;

use crate::{
    Store,
    caller::Caller,
    db::{Tx, Unique, query},
    error::{Result, StoreError},
    row,
};
use model::{EnvironmentId, Field, Problems, Reason, SecretId, SecretName, Tag, Version};
use sqlx::any::AnyRow;

/// What decides whether something may be done to a secret.
struct Found {
    environment: EnvironmentId,
    protected: bool,
    name: SecretName,
    version: Version,
    trashed: bool,
}

/// A secret of the caller's workspace, or nothing.
const FIND: &str = "
    select s.environment_id, e.protected, s.name, s.version,
      case when s.trashed_at is null then 0 else 1 end as trashed
    from secrets s join environments e on e.id = s.environment_id
    where s.id = $1 and s.workspace_id = $2";

impl Store {
    async fn find(&self, caller: &Caller, id: SecretId) -> Result<Found> {
        let found = sqlx::query(FIND)
            .bind(id.to_string())
            .bind(caller.workspace.to_string())
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?
            .ok_or(StoreError::NotFound)?;
        Found::read(&found)
    }

    /// A secret that is not in the trash.
    async fn find_live(&self, caller: &Caller, id: SecretId) -> Result<Found> {
        Some(self.find(caller, id).await?)
            .filter(|found| !found.trashed)
            .ok_or(StoreError::NotFound)
    }
}

impl Found {
    fn read(found: &AnyRow) -> Result<Self> {
        Ok(Self {
            environment: row::text(found, "environment_id")?,
            protected: row::flag(found, "protected")?,
            name: row::parsed(found, "name", SecretName::parse)?,
            version: Version(row::count(found, "version")?),
            trashed: row::flag(found, "trashed")?,
        })
    }
}

/// The error for a name that another secret has, naming that secret; any other error as it is.
///
/// The transaction is over after a failed statement on PostgreSQL, so this asks outside of it.
async fn explain_taken(
    store: &Store,
    environment: EnvironmentId,
    name: &SecretName,
    error: sqlx::Error,
) -> StoreError {
    if !Unique::SecretName.is_violated(&error) {
        return query(error);
    }
    let other: Result<Option<String>, _> = sqlx::query_scalar(
        "select id from secrets where environment_id = $1 and name = $2 and trashed_at is null",
    )
    .bind(environment.to_string())
    .bind(name.as_str())
    .fetch_optional(store.db.read())
    .await;
    let reason = other
        .ok()
        .flatten()
        .and_then(|id| id.parse().ok())
        .map_or(Reason::Taken, Reason::TakenBySecret);
    Problems::one(Field::Name, reason).into()
}

/// What a search looks at: everything a person may remember of a secret but its values.
fn search_text<'a>(
    name: &SecretName,
    template: Option<&'a str>,
    keys: impl Iterator<Item = &'a str>,
    tags: &'a [Tag],
) -> String {
    let mut text = name.as_str().to_owned();
    for word in template.into_iter().chain(keys).chain(tags.iter().map(Tag::as_str)) {
        text.push('\n');
        text.push_str(word);
    }
    text.to_lowercase()
}

async fn write_tags(tx: &mut Tx, caller: &Caller, id: SecretId, tags: &[Tag]) -> Result<()> {
    sqlx::query("delete from secret_tags where secret_id = $1 and workspace_id = $2")
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .execute(&mut **tx)
        .await
        .map_err(query)?;
    for tag in tags {
        sqlx::query("insert into secret_tags (workspace_id, secret_id, tag) values ($1, $2, $3)")
            .bind(caller.workspace.to_string())
            .bind(id.to_string())
            .bind(tag.as_str())
            .execute(&mut **tx)
            .await
            .map_err(query)?;
    }
    Ok(())
}
