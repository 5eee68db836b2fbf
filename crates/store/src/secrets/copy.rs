//! Taking what a secret holds elsewhere, without anybody seeing it.

use super::{Found, create::FirstVersion, edit::NextVersion, explain_taken, record::Entry};
use crate::{
    Place, Store,
    audit::{self, Event},
    caller::Caller,
    db::query,
    error::Result,
};
use model::{
    Action, Environment, Field, KeyInfo, Problems, Reason, SecretId, SecretName, Version,
    parse_note,
};
use serde_json::json;

/// Where a copy goes.
#[derive(Debug)]
pub struct Target<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// The secret's name there; that of the source if nothing is given.
    pub name: Option<&'a str>,
    /// Why, for the history.
    pub note: &'a str,
}

/// A target that was found, and may be written to.
struct Destination {
    environment: Environment,
    name: SecretName,
    note: String,
}

impl Store {
    /// Makes a new secret that holds what this one holds now.
    pub async fn copy_secret(
        &self,
        caller: &Caller,
        id: SecretId,
        to: Target<'_>,
    ) -> Result<SecretId> {
        let (source, to) = self.source_and_destination(caller, id, to).await?;
        let entries = self.copied_entries(caller, &source, Version::FIRST).await?;
        let template: String = sqlx::query_scalar("select template from secrets where id = $1")
            .bind(id.to_string())
            .fetch_one(self.db.read())
            .await
            .map_err(query)?;
        let tags = self.tags_of(self.db.read(), caller, id).await?;
        self.record_copy(caller, &source, &to).await?;
        let first = FirstVersion {
            environment: to.environment.id,
            name: &to.name,
            template: Some(template.as_str()).filter(|template| !template.is_empty()),
            tags: &tags,
            entries: &entries,
            cause: "copy",
            note: &to.note,
            detail: to.detail(&source),
        };
        self.write_first(caller, first, None).await
    }

    /// Makes what this secret holds the next version of one that is there already.
    pub async fn promote_secret(
        &self,
        caller: &Caller,
        id: SecretId,
        to: Target<'_>,
    ) -> Result<SecretId> {
        let (source, to) = self.source_and_destination(caller, id, to).await?;
        let target = self.find_secret(caller, to.environment.name.as_str(), to.name.as_str());
        let target = self.find_live(caller, target.await?).await?;
        if target.id == source.id {
            return Err(Problems::one(Field::Name, Reason::TakenBySecret(source.id)).into());
        }
        let entries = self.copied_entries(caller, &source, target.version.next()).await?;
        self.record_copy(caller, &source, &to).await?;
        let next = NextVersion {
            name: &target.name,
            tags: None,
            entries: &entries,
            cause: "promote",
            note: &to.note,
            action: "secret.promote",
            detail: to.detail(&source),
        };
        self.write_next(caller, &target, target.version, next).await?;
        Ok(target.id)
    }

    /// Takes a secret to another environment, with all its versions.
    pub async fn move_secret(
        &self,
        caller: &Caller,
        id: SecretId,
        to: Target<'_>,
    ) -> Result<SecretId> {
        let (source, to) = self.source_and_destination(caller, id, to).await?;
        self.allow_at(caller, Action::WriteSecrets, source.place()).await?;
        let search = self.searched_text(caller, id, &to.name).await?;
        let mut tx = self.db.begin().await?;
        let moved = sqlx::query(
            "update secrets set environment_id = $1, name = $2, name_folded = $3, search = $4
             where id = $5 and workspace_id = $6 and version = $7 and trashed_at is null",
        )
        .bind(to.environment.id.to_string())
        .bind(to.name.as_str())
        .bind(to.name.as_str().to_lowercase())
        .bind(search)
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .bind(i64::from(source.version.0))
        .execute(&mut *tx)
        .await;
        match moved {
            Err(error) => {
                drop(tx);
                return Err(explain_taken(self, to.environment.id, &to.name, error).await);
            }
            Ok(moved) if moved.rows_affected() == 0 => {
                drop(tx);
                return Err(self.conflict(caller, id).await?);
            }
            Ok(_) => {}
        }
        let event =
            Event::by(caller, "secret.move", id).at(source.environment).with(to.detail(&source));
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(id)
    }

    /// Copying is reading: it takes the right to reveal the source, unless whoever may reveal the target may reveal the source
    /// already. That is so within one environment, and from one that is not protected: out of a protected environment others
    /// see what was granted to few.
    async fn source_and_destination(
        &self,
        caller: &Caller,
        id: SecretId,
        to: Target<'_>,
    ) -> Result<(Found, Destination)> {
        let source = self.find_live(caller, id).await?;
        caller.check_reach(source.environment, Some(&source.name))?;
        let environment = self.environment_named(caller, to.environment).await?;
        let name = match to.name {
            None => source.name.clone(),
            Some(text) => SecretName::parse(text)
                .map_err(|fault| Problems::one(Field::Name, Reason::Name(fault)))?,
        };
        let place = Place {
            environment: environment.id,
            protected: environment.protected,
            name: Some(&name),
        };
        self.allow_at(caller, Action::WriteSecrets, place).await?;
        if source.protected && source.environment != environment.id {
            self.allow_at(caller, Action::RevealValues, source.place()).await?;
        }
        let note = parse_note(to.note).map_err(Problems::from)?;
        Ok((source, Destination { environment, name, note }))
    }

    async fn copied_entries(
        &self,
        caller: &Caller,
        source: &Found,
        since: Version,
    ) -> Result<Vec<Entry>> {
        let entries = self.open_version(caller, source.id, source.version).await?;
        Ok(entries
            .into_iter()
            .map(|entry| Entry { info: KeyInfo { since, ..entry.info }, ..entry })
            .collect())
    }

    async fn record_copy(&self, caller: &Caller, source: &Found, to: &Destination) -> Result<()> {
        let event = Event::by(caller, "secret.copy", source.id)
            .at(source.environment)
            .with(to.detail(source));
        self.reads.record(event).await
    }
}

impl Destination {
    fn detail(&self, source: &Found) -> serde_json::Value {
        json!({
            "name": self.name.as_str(),
            "environment": self.environment.name.as_str(),
            "from": source.id.to_string(),
            "from_name": source.name.as_str(),
            "from_version": source.version.0,
        })
    }
}
