//! Changing a secret: always a new version.

use super::{
    Found, explain_taken,
    record::{self, Entry, NewVersion},
    rotate::ROTATION,
    schedule, search_text, write_tags,
};
use crate::{
    Store,
    audit::{self, Event},
    caller::Caller,
    db::query,
    error::{Result, StoreError},
    row,
};
use model::{
    Action, Field, KeyInfo, KeyName, NewRow, NewSecret, NewValue, Problem, Problems, Reason,
    RowPart, SECRET_BYTES, SecretId, SecretName, SecretValue, Tag, ValueKind, Version, parse_note,
};
use serde_json::json;

/// What a change starts from, for whoever only names what changes.
#[derive(Debug)]
pub struct BaseVersion {
    /// The version of now.
    pub version: Version,
    /// The name of now.
    pub name: SecretName,
    /// The id of its template.
    pub template: Option<String>,
    /// The keys of now.
    pub keys: Vec<KeyInfo>,
    /// The tags of now.
    pub tags: Vec<Tag>,
}

/// Other values for keys that a secret has already.
#[derive(Debug)]
pub struct NewValues {
    /// The keys, and what they shall hold.
    pub values: Vec<(KeyName, SecretValue)>,
    /// Why, for the history.
    pub note: String,
}

/// A change that has been checked, before it is written.
pub(super) struct NextVersion<'a> {
    pub(super) name: &'a SecretName,
    /// Other tags; nothing leaves those of now.
    pub(super) tags: Option<&'a [Tag]>,
    pub(super) entries: &'a [Entry],
    pub(super) cause: &'static str,
    pub(super) note: &'a str,
    /// What happened, for the audit log.
    pub(super) action: &'static str,
    pub(super) detail: serde_json::Value,
}

impl BaseVersion {
    /// Whether the secret has the key.
    pub fn has(&self, key: &str) -> bool {
        self.kind_of(key).is_some()
    }

    /// Who sees the value of a key, if the secret has it.
    pub fn kind_of(&self, key: &str) -> Option<ValueKind> {
        self.keys.iter().find(|known| known.name.as_str() == key).map(|known| known.kind)
    }
}

impl Store {
    /// What a change of this secret starts from: the version of now, which must be the one that is expected, if one is. Whoever
    /// may change a secret may know its keys.
    pub async fn base_version(
        &self,
        caller: &Caller,
        id: SecretId,
        expected: Option<Version>,
    ) -> Result<BaseVersion> {
        let found = self.find_live(caller, id).await?;
        self.allow_at(caller, Action::RotateValues, found.place()).await?;
        self.check_version(caller, &found, expected.unwrap_or(found.version)).await?;
        let stored = sqlx::query(
            "select s.template, v.keys from secrets s
             join versions v on v.secret_id = s.id and v.version = s.version
             where s.id = $1 and s.workspace_id = $2 and s.version = $3",
        )
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .bind(i64::from(found.version.0))
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
        let template: String = row::text(&stored, "template")?;
        Ok(BaseVersion {
            version: found.version,
            name: found.name,
            template: Some(template).filter(|template| !template.is_empty()),
            keys: record::keys(&stored)?,
            tags: self.tags_of(self.db.read(), caller, id).await?,
        })
    }

    /// Replaces a secret's name, tags, keys and values by new ones, of which some may keep the values of now.
    ///
    /// `from` is the version that the change was made from: if someone saved in between, nothing changes.
    pub async fn edit_secret(
        &self,
        caller: &Caller,
        id: SecretId,
        from: Version,
        new: NewSecret,
    ) -> Result<Version> {
        let found = self.find_live(caller, id).await?;
        self.allow_at(caller, Action::WriteSecrets, found.place()).await?;
        caller.check_reach(found.environment, Some(&new.name))?;
        self.check_version(caller, &found, from).await?;
        let before = self.open_version(caller, id, from).await?;
        let changes = Changes::between(&before, &new.rows);
        let entries = merge(before, new.rows, from.next())?;
        let next = NextVersion {
            name: &new.name,
            tags: Some(&new.tags),
            entries: &entries,
            cause: "edit",
            note: &new.note,
            action: "secret.edit",
            detail: json!({
                "renamed_from": (new.name != found.name).then(|| found.name.as_str()),
                "keys_added": changes.added,
                "keys_set": changes.set,
                "keys_removed": changes.removed,
            }),
        };
        self.write_next(caller, &found, from, next).await
    }

    /// Gives keys that the secret has already other values, and leaves everything else.
    pub async fn set_values(
        &self,
        caller: &Caller,
        id: SecretId,
        from: Version,
        new: NewValues,
    ) -> Result<Version> {
        self.replace_values(caller, id, from, new, ("edit", "secret.edit")).await
    }

    /// The same as a rotation, which the history and the schedule know as one. A rotator knows itself that its values are others.
    pub(crate) async fn store_rotated(
        &self,
        caller: &Caller,
        id: SecretId,
        from: Version,
        new: NewValues,
    ) -> Result<Version> {
        self.replace_values(caller, id, from, new, (ROTATION, "secret.rotate")).await
    }

    async fn replace_values(
        &self,
        caller: &Caller,
        id: SecretId,
        from: Version,
        new: NewValues,
        (cause, action): (&'static str, &'static str),
    ) -> Result<Version> {
        let found = self.find_live(caller, id).await?;
        self.allow_at(caller, Action::RotateValues, found.place()).await?;
        self.check_version(caller, &found, from).await?;
        let mut entries = self.open_version(caller, id, from).await?;
        let note = parse_note(&new.note).map_err(Problems::from)?;
        let keys: Vec<String> = new.values.iter().map(|(key, _)| key.to_string()).collect();
        for (index, (key, value)) in (0..).zip(new.values) {
            let entry =
                entries.iter_mut().find(|entry| entry.info.name == key).ok_or_else(|| {
                    Problems::one(Field::Row(index, RowPart::Key), Reason::KeptKeyGone)
                })?;
            entry.value = value;
            entry.info.since = from.next();
        }
        check_size(&entries)?;
        let next = NextVersion {
            name: &found.name,
            tags: None,
            entries: &entries,
            cause,
            note: &note,
            action,
            detail: json!({ "keys_set": keys }),
        };
        self.write_next(caller, &found, from, next).await
    }

    pub(super) async fn check_version(
        &self,
        caller: &Caller,
        found: &Found,
        from: Version,
    ) -> Result<()> {
        if found.version == from {
            return Ok(());
        }
        Err(self.conflict(caller, found.id).await?)
    }

    /// Writes the version after `from`, in one transaction with its audit row.
    pub(super) async fn write_next(
        &self,
        caller: &Caller,
        found: &Found,
        from: Version,
        next: NextVersion<'_>,
    ) -> Result<Version> {
        let id = found.id;
        let version = from.next();
        let keys = || next.entries.iter().map(|entry| entry.info.name.as_str());
        let mut tx = self.db.begin().await?;
        // A template stays what it was: the secret's form was drawn from it.
        let template: String = sqlx::query_scalar("select template from secrets where id = $1")
            .bind(id.to_string())
            .fetch_one(&mut *tx)
            .await
            .map_err(query)?;
        let template = Some(template.as_str()).filter(|template| !template.is_empty());
        let kept_tags;
        let tags = if let Some(tags) = next.tags {
            tags
        } else {
            kept_tags = self.tags_of(&mut *tx, caller, id).await?;
            &kept_tags
        };
        let updated = sqlx::query(
            "update secrets
             set name = $1, name_folded = $2, search = $3, key_count = $4, version = $5, updated_at = $6,
               updated_by = $7
             where id = $8 and workspace_id = $9 and version = $10 and trashed_at is null",
        )
        .bind(next.name.as_str())
        .bind(next.name.as_str().to_lowercase())
        .bind(search_text(next.name, template, keys(), tags))
        .bind(i64::try_from(next.entries.len()).expect("a secret has at most 512 keys"))
        .bind(i64::from(version.0))
        .bind(self.now())
        .bind(caller.user.to_string())
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .bind(i64::from(from.0))
        .execute(&mut *tx)
        .await;
        match updated {
            Err(error) => {
                drop(tx);
                return Err(explain_taken(self, found.environment, next.name, error).await);
            }
            // Someone else's change came first.
            Ok(updated) if updated.rows_affected() == 0 => {
                drop(tx);
                return Err(self.conflict(caller, id).await?);
            }
            Ok(_) => {}
        }
        if next.cause == ROTATION {
            schedule::note_rotation(&mut tx, caller, id, version, self.now()).await?;
        }
        if next.tags.is_some() {
            write_tags(&mut tx, caller, id, tags).await?;
        }
        let written = NewVersion {
            secret: id,
            environment: found.environment,
            version,
            entries: next.entries,
            cause: next.cause,
            note: next.note,
        };
        self.write_version(&mut tx, caller, written).await?;
        let mut detail = next.detail;
        detail["name"] = json!(next.name.as_str());
        detail["version"] = json!(version.0);
        let event = Event::by(caller, next.action, id).at(found.environment).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(version)
    }

    pub(super) async fn tags_of<'e>(
        &self,
        database: impl sqlx::Executor<'e, Database = sqlx::Any>,
        caller: &Caller,
        id: SecretId,
    ) -> Result<Vec<Tag>> {
        let tags: Vec<String> = sqlx::query_scalar(
            "select tag from secret_tags where secret_id = $1 and workspace_id = $2 order by tag",
        )
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .fetch_all(database)
        .await
        .map_err(query)?;
        Ok(tags.iter().filter_map(|tag| Tag::parse(tag).ok()).collect())
    }
}

/// Which keys a change touches. Whether a value typed anew is the same as before is not told.
struct Changes {
    added: Vec<String>,
    set: Vec<String>,
    removed: Vec<String>,
}

impl Changes {
    fn between(before: &[Entry], rows: &[NewRow]) -> Self {
        let had = |row: &NewRow| before.iter().any(|entry| entry.info.name == row.key);
        let named = |row: &NewRow| row.key.to_string();
        let is_set = |row: &&NewRow| matches!(row.value, NewValue::Set(_));
        Self {
            added: rows.iter().filter(|row| !had(row)).map(named).collect(),
            set: rows.iter().filter(|row| had(row)).filter(is_set).map(named).collect(),
            removed: before
                .iter()
                .filter(|entry| !rows.iter().any(|row| row.key == entry.info.name))
                .map(|entry| entry.info.name.to_string())
                .collect(),
        }
    }
}

/// Whether people see more of a value of the second kind than of the first.
const fn shows_more(before: ValueKind, after: ValueKind) -> bool {
    matches!(
        (before, after),
        (ValueKind::WriteOnly, ValueKind::Hidden | ValueKind::Plain)
            | (ValueKind::Hidden, ValueKind::Plain)
    )
}

/// The new version's entries: typed values, and those kept from the version before. A kept write-only or hidden value does not
/// become visible by changing its kind: who may see it was promised when it was typed.
fn merge(
    before: Vec<Entry>,
    rows: Vec<NewRow>,
    version: Version,
) -> Result<Vec<Entry>, StoreError> {
    let mut before: Vec<Option<Entry>> = before.into_iter().map(Some).collect();
    let mut problems = Vec::new();
    let mut entries = Vec::with_capacity(rows.len());
    for (index, row) in (0..).zip(rows) {
        let (value, since) = match row.value {
            NewValue::Set(value) => (value, version),
            NewValue::Kept { from } => {
                let kept = before
                    .iter_mut()
                    .find_map(|entry| entry.take_if(|entry| entry.info.name == from));
                let problem = match &kept {
                    None => Some(Reason::KeptKeyGone),
                    Some(kept) if shows_more(kept.info.kind, row.kind) => {
                        Some(Reason::KeptKindShown)
                    }
                    Some(_) => None,
                };
                if let Some(reason) = problem {
                    problems.push(Problem::new(Field::Row(index, RowPart::Value), reason));
                }
                let Some(kept) = kept else { continue };
                (kept.value, kept.info.since)
            }
        };
        entries.push(Entry { info: KeyInfo { name: row.key, kind: row.kind, since }, value });
    }
    if let Err(problem) = check_size(&entries) {
        problems.extend(problem.iter());
    }
    Problems::check(problems)?;
    Ok(entries)
}

/// Nothing if the values fit into one secret.
pub(super) fn check_size(entries: &[Entry]) -> Result<(), Problems> {
    let bytes: usize = entries.iter().map(|entry| entry.value.len()).sum();
    if bytes <= SECRET_BYTES {
        return Ok(());
    }
    let count = |n| u32::try_from(n).unwrap_or(u32::MAX);
    let reason = Reason::TooLong { limit: count(SECRET_BYTES), actual: count(bytes) };
    Err(Problems::one(Field::Secret, reason))
}
