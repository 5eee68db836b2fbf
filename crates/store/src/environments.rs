//! Environments of a workspace.

use crate::{
    Store,
    audit::{self, Event},
    caller::Caller,
    db::{Tx, Unique, query},
    error::{Result, StoreError},
    room, row,
    setup::insert_environment,
};
use model::{
    Action, ENVIRONMENTS, Environment, EnvironmentId, EnvironmentName, Field, Problems, Reason,
    RowPart,
};
use serde_json::json;
use sqlx::any::AnyRow;

impl Store {
    /// The environments of the caller's workspace, in their order.
    pub async fn list_environments(&self, caller: &Caller) -> Result<Vec<Environment>> {
        let rows = sqlx::query(
            "select e.id, e.name, e.protected,
               (select count(*) from secrets s where s.environment_id = e.id and s.trashed_at is null) as secrets
             from environments e
             where e.workspace_id = $1
             order by e.position, e.id",
        )
        .bind(caller.workspace.to_string())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let environments = rows.iter().map(environment).collect::<Result<Vec<_>>>()?;
        let reached = |found: &Environment| caller.check_reach(found.id, None).is_ok();
        Ok(environments.into_iter().filter(reached).collect())
    }

    /// The environment of this name, for whoever asks for it rather than chooses it.
    pub async fn environment_at(&self, caller: &Caller, name: &str) -> Result<Environment> {
        self.environment_named(caller, name).await.map_err(|error| match error {
            StoreError::Invalid(_) => match EnvironmentName::parse(name) {
                Ok(name) => StoreError::UnknownEnvironment(name),
                Err(_) => StoreError::NotFound,
            },
            error => error,
        })
    }

    /// The environment of this name, where the caller reaches it.
    pub async fn environment_named(&self, caller: &Caller, name: &str) -> Result<Environment> {
        let environments = self.list_environments(caller).await?;
        environments.into_iter().find(|found| found.name.as_str() == name).ok_or_else(|| {
            match caller.check_whole_reach() {
                Ok(()) => Problems::one(Field::Environment, Reason::Unknown).into(),
                Err(error) => error,
            }
        })
    }

    /// Makes an environment, the last in order.
    pub async fn create_environment(&self, caller: &Caller, name: &str) -> Result<EnvironmentId> {
        let made =
            self.create_environments(caller, &[name]).await.map_err(|error| match error {
                StoreError::Invalid(problems) => {
                    let reason = problems.iter().next().map_or(Reason::Wrong, |first| first.reason);
                    Problems::one(Field::Environment, reason).into()
                }
                error => error,
            })?;
        Ok(made[0])
    }

    /// Makes environments, the last in order: all of them or none. A problem names the place of its name among `names`.
    pub async fn create_environments(
        &self,
        caller: &Caller,
        names: &[&str],
    ) -> Result<Vec<EnvironmentId>> {
        self.allow(caller, Action::ManageEnvironments).await?;
        caller.check_whole_reach()?;
        let mut tx = self.db.begin().await?;
        let existing: i64 =
            sqlx::query_scalar("select count(*) from environments where workspace_id = $1")
                .bind(caller.workspace.to_string())
                .fetch_one(&mut *tx)
                .await
                .map_err(query)?;
        let wanted = i64::try_from(names.len()).unwrap_or(i64::MAX).saturating_sub(1);
        room::check(existing.saturating_add(wanted), ENVIRONMENTS, Field::Environment)?;
        let last: i64 = sqlx::query_scalar(
            "select cast(coalesce(max(position), 0) as bigint) from environments where workspace_id = $1",
        )
        .bind(caller.workspace.to_string())
        .fetch_one(&mut *tx)
        .await
        .map_err(query)?;
        let first = usize::try_from(last + 1).unwrap_or(usize::MAX);
        let now = self.now();
        let mut made = Vec::new();
        for (index, text) in names.iter().enumerate() {
            let field = Field::Row(u32::try_from(index).unwrap_or(u32::MAX), RowPart::Key);
            let name = EnvironmentName::parse(text)
                .map_err(|fault| Problems::one(field, Reason::Name(fault)))?;
            let position = first.saturating_add(index);
            let id = insert_environment(&mut tx, caller.workspace, &name, position, false, now)
                .await
                .map_err(|error| taken(field, error))?;
            let event = Event::by(caller, "environment.create", id).at(id);
            audit::append(&mut tx, &self.clock, event.with(json!({ "name": name.as_str() })))
                .await?;
            made.push(id);
        }
        tx.commit().await.map_err(query)?;
        Ok(made)
    }

    /// Gives an environment another name.
    pub async fn rename_environment(
        &self,
        caller: &Caller,
        id: EnvironmentId,
        name: &str,
    ) -> Result<()> {
        self.change_environment(caller, id, Some(name), None).await.map(drop)
    }

    /// Protects an environment, or lifts its protection.
    pub async fn protect_environment(
        &self,
        caller: &Caller,
        id: EnvironmentId,
        protected: bool,
    ) -> Result<()> {
        self.change_environment(caller, id, None, Some(protected)).await.map(drop)
    }

    /// Gives an environment another name, protects it or lifts its protection: what is nothing stays.
    pub async fn change_environment(
        &self,
        caller: &Caller,
        id: EnvironmentId,
        name: Option<&str>,
        protected: Option<bool>,
    ) -> Result<Environment> {
        caller.check_reach(id, None)?;
        if protected.is_some() {
            self.allow(caller, Action::ProtectEnvironments).await?;
        }
        if name.is_some() || protected.is_none() {
            self.allow(caller, Action::ManageEnvironments).await?;
        }
        let name = name.map(parse).transpose()?;
        let mut tx = self.db.begin().await?;
        let before = find(&mut tx, caller, id).await?;
        let after = Environment {
            name: name.unwrap_or_else(|| before.name.clone()),
            protected: protected.unwrap_or(before.protected),
            ..before.clone()
        };
        sqlx::query(
            "update environments set name = $1, protected = $2 where id = $3 and workspace_id = $4",
        )
        .bind(after.name.as_str())
        .bind(i64::from(after.protected))
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .execute(&mut *tx)
        .await
        .map_err(|error| taken(Field::Environment, error))?;
        if protected.is_some() {
            let event = Event::by(caller, "environment.protect", id).at(id);
            let detail = json!({ "name": before.name.as_str(), "protected": after.protected });
            audit::append(&mut tx, &self.clock, event.with(detail)).await?;
        }
        if after.name != before.name {
            let event = Event::by(caller, "environment.rename", id).at(id);
            let detail = json!({ "from": before.name.as_str(), "to": after.name.as_str() });
            audit::append(&mut tx, &self.clock, event.with(detail)).await?;
        }
        tx.commit().await.map_err(query)?;
        Ok(after)
    }

    /// Moves an environment one place up (`-1`) or down (`1`) in the order; at the end it stays.
    pub async fn move_environment(
        &self,
        caller: &Caller,
        id: EnvironmentId,
        step: i32,
    ) -> Result<()> {
        self.allow(caller, Action::ManageEnvironments).await?;
        caller.check_whole_reach()?;
        let mut tx = self.db.begin().await?;
        let order: Vec<String> = sqlx::query_scalar(
            "select id from environments where workspace_id = $1 order by position, id",
        )
        .bind(caller.workspace.to_string())
        .fetch_all(&mut *tx)
        .await
        .map_err(query)?;
        let place =
            order.iter().position(|other| *other == id.to_string()).ok_or(StoreError::NotFound)?;
        let target = place.saturating_add_signed(step.signum() as isize).min(order.len() - 1);
        let mut moved = order;
        moved.swap(place, target);
        for (position, environment) in (0_i64..).zip(&moved) {
            sqlx::query(
                "update environments set position = $1 where id = $2 and workspace_id = $3",
            )
            .bind(position)
            .bind(environment)
            .bind(caller.workspace.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        }
        let event = Event::by(caller, "environment.order", id);
        audit::append(&mut tx, &self.clock, event.with(json!({ "order": moved }))).await?;
        tx.commit().await.map_err(query)
    }

    /// Deletes an environment that holds nothing, not even in the trash.
    pub async fn delete_environment(&self, caller: &Caller, id: EnvironmentId) -> Result<()> {
        self.allow(caller, Action::ManageEnvironments).await?;
        caller.check_reach(id, None)?;
        let mut tx = self.db.begin().await?;
        let found = find(&mut tx, caller, id).await?;
        let counts = sqlx::query(
            "select (select count(*) from secrets where environment_id = $1 and workspace_id = $2) as secrets,
               (select count(*) from environments where workspace_id = $2) as environments",
        )
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .fetch_one(&mut *tx)
        .await
        .map_err(query)?;
        let secrets: u32 = row::count(&counts, "secrets")?;
        if secrets > 0 {
            return Err(Problems::one(Field::Environment, Reason::NotEmpty { secrets }).into());
        }
        if row::int(&counts, "environments")? == 1 {
            return Err(Problems::one(Field::Environment, Reason::LastEnvironment).into());
        }
        sqlx::query("delete from environments where id = $1 and workspace_id = $2")
            .bind(id.to_string())
            .bind(caller.workspace.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        let event = Event::by(caller, "environment.delete", id).at(id);
        audit::append(&mut tx, &self.clock, event.with(json!({ "name": found.name.as_str() })))
            .await?;
        tx.commit().await.map_err(query)
    }

    /// An environment of the caller's workspace.
    pub(crate) async fn environment(
        &self,
        caller: &Caller,
        id: EnvironmentId,
    ) -> Result<Environment> {
        let found = sqlx::query(FIND)
            .bind(id.to_string())
            .bind(caller.workspace.to_string())
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?
            .ok_or(StoreError::NotFound)?;
        environment(&found)
    }
}

/// The same, as a transaction sees it.
async fn find(tx: &mut Tx, caller: &Caller, id: EnvironmentId) -> Result<Environment> {
    let found = sqlx::query(FIND)
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .fetch_optional(&mut **tx)
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
    environment(&found)
}

fn environment(found: &AnyRow) -> Result<Environment> {
    Ok(Environment {
        id: row::text(found, "id")?,
        name: row::parsed(found, "name", EnvironmentName::parse)?,
        protected: row::flag(found, "protected")?,
        secrets: row::count(found, "secrets")?,
    })
}

fn parse(name: &str) -> Result<EnvironmentName> {
    EnvironmentName::parse(name)
        .map_err(|fault| Problems::one(Field::Environment, Reason::Name(fault)).into())
}

fn taken(field: Field, error: sqlx::Error) -> StoreError {
    if Unique::EnvironmentName.is_violated(&error) {
        Problems::one(field, Reason::Taken).into()
    } else {
        query(error)
    }
}

const FIND: &str = "
    select id, name, protected, cast(0 as bigint) as secrets from environments
    where id = $1 and workspace_id = $2";
