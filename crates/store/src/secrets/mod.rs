//! Secrets: named bundles of keys with values, in versions that are made once and never changed.

mod compare;
mod compare_environments;
mod copy;
mod create;
mod edit;
mod history;
mod list;
mod read;
mod readers;
mod record;
mod resolve;
mod retention;
mod reveal;
mod rotate;
mod same;
mod scan;
mod schedule;
mod trash;

pub use compare::Side;
pub use compare_environments::{
    ComparedEnvironments, ComparedSecret, ComparedSide, Comparing, DifferenceCounts, ShownKeys,
    ValuesCompared,
};
pub use copy::{Promoting, Target};
pub use edit::{BaseVersion, NewValues};
pub use history::Restoring;
pub use read::{ReadValues, VersionValues};
pub use resolve::{ContentTag, Resolved, Resolving};
pub use reveal::RevealedValues;
pub use rotate::{Rotated, RotatedValue, Rotation};
pub use scan::ScannedValues;
pub use schedule::{DueSecret, NewSchedule};

use crate::{
    Place, Store,
    caller::Caller,
    db::{Tx, Unique, query},
    error::{Result, StoreError},
    row,
};
use model::{
    EnvironmentId, Field, PersonName, Problems, Reason, SecretId, SecretName, Tag, Version,
};
use sqlx::any::AnyRow;

/// What decides whether something may be done to a secret.
pub(crate) struct Found {
    pub(crate) id: SecretId,
    pub(crate) environment: EnvironmentId,
    protected: bool,
    pub(crate) name: SecretName,
    version: Version,
    trashed: bool,
}

macro_rules! found {
    ($which:literal) => {
        concat!(
            "select s.id, s.environment_id, e.protected, s.name, s.version,
               case when s.trashed_at is null then 0 else 1 end as trashed
             from secrets s join environments e on e.id = s.environment_id
             where s.workspace_id = $1 and ",
            $which
        )
    };
}

impl Store {
    async fn find(&self, caller: &Caller, id: SecretId) -> Result<Found> {
        let found = sqlx::query(found!("s.id = $2"))
            .bind(caller.workspace.to_string())
            .bind(id.to_string())
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?
            .ok_or(StoreError::NotFound)?;
        let found = Found::read(&found)?;
        caller.check_shown(found.environment)?;
        Ok(found)
    }

    /// The secret of this name, where the caller reaches it.
    pub async fn find_secret(
        &self,
        caller: &Caller,
        environment: &str,
        name: &str,
    ) -> Result<SecretId> {
        let environment = self.environment_at(caller, environment).await?;
        // What is no name names nothing.
        let name = SecretName::parse(name).map_err(|_| StoreError::NotFound)?;
        caller.check_reach(environment.id, Some(&name))?;
        let found =
            sqlx::query(found!("s.environment_id = $2 and s.name = $3 and s.trashed_at is null"))
                .bind(caller.workspace.to_string())
                .bind(environment.id.to_string())
                .bind(name.as_str())
                .fetch_optional(self.db.read())
                .await
                .map_err(query)?
                .ok_or(StoreError::NotFound)?;
        Ok(Found::read(&found)?.id)
    }

    /// What a search looks at once the secret has this name.
    async fn searched_text(
        &self,
        caller: &Caller,
        id: SecretId,
        name: &SecretName,
    ) -> Result<String> {
        let stored = sqlx::query(
            "select s.template, v.keys from secrets s
             join versions v on v.secret_id = s.id and v.version = s.version
             where s.id = $1 and s.workspace_id = $2",
        )
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .fetch_one(self.db.read())
        .await
        .map_err(query)?;
        let template: String = row::text(&stored, "template")?;
        let template = Some(template.as_str()).filter(|template| !template.is_empty());
        let keys = record::keys(&stored)?;
        let tags = self.tags_of(self.db.read(), caller, id).await?;
        Ok(search_text(name, template, keys.iter().map(|key| key.name.as_str()), &tags))
    }

    /// Says who saved in between.
    async fn conflict(&self, caller: &Caller, id: SecretId) -> Result<StoreError> {
        let found = sqlx::query(
            "select s.version, u.name from secrets s join users u on u.id = s.updated_by
             where s.id = $1 and s.workspace_id = $2 and s.trashed_at is null",
        )
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
        Ok(StoreError::Conflict {
            current: Version(row::count(&found, "version")?),
            changed_by: Some(row::parsed(&found, "name", PersonName::parse)?),
        })
    }

    /// A secret that is not in the trash.
    pub(crate) async fn find_live(&self, caller: &Caller, id: SecretId) -> Result<Found> {
        Some(self.find(caller, id).await?)
            .filter(|found| !found.trashed)
            .ok_or(StoreError::NotFound)
    }
}

impl Found {
    pub(crate) const fn place(&self) -> Place<'_> {
        Place { environment: self.environment, protected: self.protected, name: Some(&self.name) }
    }

    fn read(found: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row::text(found, "id")?,
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
