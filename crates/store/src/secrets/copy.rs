//! Taking what a secret holds elsewhere, without anybody seeing it.

use super::{
    Found,
    create::FirstVersion,
    edit::{NextVersion, check_size},
    explain_taken,
    record::Entry,
};
use crate::{
    Place, Store,
    audit::{self, Event},
    caller::Caller,
    db::query,
    error::{Result, StoreError},
};
use model::{
    Action, Environment, Field, KeyInfo, KeyName, Problems, Reason, RowPart, SECRET_KEYS, SecretId,
    SecretName, Version, parse_note,
};
use serde_json::{Value, json};

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

/// Which keys go where they are promoted to, and what whoever chose them looked at.
#[derive(Debug)]
pub struct Promoting<'a> {
    /// The keys.
    pub keys: &'a [KeyName],
    /// The version that they are taken from: that of now, or somebody changed it in between.
    pub from: Version,
    /// The version that they are put on; nothing if there was no such secret.
    pub onto: Option<Version>,
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
        self.write_copy(caller, &source, &to, &entries, "copy").await
    }

    /// Writes a secret that is not there yet, of the source's template and with its tags.
    async fn write_copy(
        &self,
        caller: &Caller,
        source: &Found,
        to: &Destination,
        entries: &[Entry],
        cause: &'static str,
    ) -> Result<SecretId> {
        let template: String = sqlx::query_scalar("select template from secrets where id = $1")
            .bind(source.id.to_string())
            .fetch_one(self.db.read())
            .await
            .map_err(query)?;
        let tags = self.tags_of(self.db.read(), caller, source.id).await?;
        self.record_copy(caller, source, to).await?;
        let first = FirstVersion {
            environment: to.environment.id,
            name: &to.name,
            template: Some(template.as_str()).filter(|template| !template.is_empty()),
            tags: &tags,
            entries,
            cause,
            note: &to.note,
            detail: to.detail(source),
        };
        let made = self.write_first(caller, &[first], None).await?;
        Ok(made[0])
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
        let detail = to.detail(&source);
        self.write_promoted(caller, [&source, &target], &to, &entries, detail).await
    }

    /// Writes the next version of a secret that another one was promoted to.
    async fn write_promoted(
        &self,
        caller: &Caller,
        [source, target]: [&Found; 2],
        to: &Destination,
        entries: &[Entry],
        detail: Value,
    ) -> Result<SecretId> {
        self.record_copy(caller, source, to).await?;
        let next = NextVersion {
            name: &target.name,
            tags: None,
            entries,
            cause: "promote",
            note: &to.note,
            action: "secret.promote",
            detail,
        };
        self.write_next(caller, target, target.version, next).await?;
        Ok(target.id)
    }

    /// Puts what some keys hold here on the secret over there, which keeps its other keys, and is made if it is not there.
    ///
    /// Into a protected environment it takes the password again. What was changed in between on either side is refused.
    pub async fn promote_keys(
        &self,
        caller: &Caller,
        id: SecretId,
        to: Target<'_>,
        promoting: Promoting<'_>,
    ) -> Result<SecretId> {
        let (source, to) = self.source_and_destination(caller, id, to).await?;
        self.confirm_promotion(caller, &to.environment)?;
        if to.environment.id == source.environment && to.name == source.name {
            return Err(Problems::one(Field::Name, Reason::TakenBySecret(source.id)).into());
        }
        self.check_version(caller, &source, promoting.from).await?;
        let target =
            match self.find_secret(caller, to.environment.name.as_str(), to.name.as_str()).await {
                Err(StoreError::NotFound) => None,
                target => Some(self.find_live(caller, target?).await?),
            };
        match (&target, promoting.onto) {
            (None, Some(_)) => return Err(StoreError::NotFound),
            (Some(target), None) => return Err(self.conflict(caller, target.id).await?),
            (Some(target), Some(onto)) => self.check_version(caller, target, onto).await?,
            (None, None) => {}
        }
        let since = target.as_ref().map_or(Version::FIRST, |target| target.version.next());
        let copied = self.copied_entries(caller, &source, since).await?;
        let chosen = chosen(copied, promoting.keys)?;
        let Some(target) = target else {
            return self.write_copy(caller, &source, &to, &chosen, "promote").await;
        };
        let mut entries = self.open_version(caller, target.id, target.version).await?;
        let (mut added, mut set) = (Vec::new(), Vec::new());
        for entry in chosen {
            let name = entry.info.name.to_string();
            if let Some(old) = entries.iter_mut().find(|old| old.info.name == entry.info.name) {
                *old = entry;
                set.push(name);
            } else {
                entries.push(entry);
                added.push(name);
            }
        }
        if entries.len() > SECRET_KEYS {
            let count = |keys: usize| u32::try_from(keys).unwrap_or(u32::MAX);
            let reason =
                Reason::TooMany { limit: count(SECRET_KEYS), actual: count(entries.len()) };
            return Err(Problems::one(Field::Secret, reason).into());
        }
        check_size(&entries)?;
        let mut detail = to.detail(&source);
        detail["keys_added"] = json!(added);
        detail["keys_set"] = json!(set);
        self.write_promoted(caller, [&source, &target], &to, &entries, detail).await
    }

    /// Nothing if the caller may promote keys from one environment to another now.
    pub async fn check_promotion(&self, caller: &Caller, from: &str, to: &str) -> Result<()> {
        let from = self.environment_at(caller, from).await?;
        let to = self.environment_at(caller, to).await?;
        self.allow_taking(caller, Place::of(&from), Place::of(&to)).await?;
        self.confirm_promotion(caller, &to)
    }

    fn confirm_promotion(&self, caller: &Caller, to: &Environment) -> Result<()> {
        if to.protected && !caller.has_sudo(self.now()) {
            return Err(StoreError::SudoNeeded);
        }
        Ok(())
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
        self.allow_taking(caller, source.place(), place).await?;
        let note = parse_note(to.note).map_err(Problems::from)?;
        Ok((source, Destination { environment, name, note }))
    }

    /// Copying is reading: it takes the right to reveal the source, unless whoever may reveal the target may reveal the source
    /// already. That is so within one environment, and from one that is not protected: out of a protected environment others
    /// see what was granted to few.
    async fn allow_taking(&self, caller: &Caller, from: Place<'_>, to: Place<'_>) -> Result<()> {
        self.allow_at(caller, Action::WriteSecrets, to).await?;
        if from.protected && from.environment != to.environment {
            self.allow_at(caller, Action::RevealValues, from).await?;
        }
        Ok(())
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
    fn detail(&self, source: &Found) -> Value {
        json!({
            "name": self.name.as_str(),
            "environment": self.environment.name.as_str(),
            "from": source.id.to_string(),
            "from_name": source.name.as_str(),
            "from_version": source.version.0,
        })
    }
}

/// The entries of these keys, each of which must be there.
fn chosen(entries: Vec<Entry>, keys: &[KeyName]) -> Result<Vec<Entry>, Problems> {
    if keys.is_empty() {
        return Err(Problems::one(Field::Secret, Reason::NoKeys));
    }
    let gone = |key: &KeyName| entries.iter().all(|entry| entry.info.name != *key);
    if let Some((index, _)) = (0..).zip(keys).find(|(_, key)| gone(key)) {
        return Err(Problems::one(Field::Row(index, RowPart::Key), Reason::KeptKeyGone));
    }
    Ok(entries.into_iter().filter(|entry| keys.contains(&entry.info.name)).collect())
}
