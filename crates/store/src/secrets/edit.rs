//! Changing a secret: always a new version.

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
};
use model::{
    Action, Field, KeyInfo, NewRow, NewSecret, NewValue, Problem, Problems, Reason, RowPart,
    SECRET_BYTES, SecretId, ValueKind, Version,
};
use serde_json::json;

impl Store {
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
        self.allow(caller, Action::WriteSecrets, found.protected).await?;
        if found.version != from {
            return Err(StoreError::Conflict { current: found.version });
        }
        let version = from.next();
        let before = self.open_version(caller, id, from).await?;
        let changes = Changes::between(&before, &new.rows);
        let entries = merge(before, new.rows, version)?;
        let now = self.now();

        let mut tx = self.db.begin().await?;
        let keys = || entries.iter().map(|entry| entry.info.name.as_str());
        // A template stays what it was: the secret's form was drawn from it.
        let template: String = sqlx::query_scalar("select template from secrets where id = $1")
            .bind(id.to_string())
            .fetch_one(&mut *tx)
            .await
            .map_err(query)?;
        let template = Some(template.as_str()).filter(|template| !template.is_empty());
        let updated = sqlx::query(
            "update secrets
             set name = $1, name_folded = $2, search = $3, key_count = $4, version = $5, updated_at = $6,
               updated_by = $7
             where id = $8 and workspace_id = $9 and version = $10 and trashed_at is null",
        )
        .bind(new.name.as_str())
        .bind(new.name.as_str().to_lowercase())
        .bind(search_text(&new.name, template, keys(), &new.tags))
        .bind(i64::try_from(entries.len()).expect("a secret has at most 512 keys"))
        .bind(i64::from(version.0))
        .bind(now)
        .bind(caller.user.to_string())
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .bind(i64::from(from.0))
        .execute(&mut *tx)
        .await;
        match updated {
            Err(error) => {
                drop(tx);
                return Err(explain_taken(self, found.environment, &new.name, error).await);
            }
            // Someone else's change came first.
            Ok(updated) if updated.rows_affected() == 0 => {
                drop(tx);
                let current = self.find_live(caller, id).await?.version;
                return Err(StoreError::Conflict { current });
            }
            Ok(_) => {}
        }
        write_tags(&mut tx, caller, id, &new.tags).await?;
        let written = NewVersion {
            secret: id,
            environment: found.environment,
            version,
            entries: &entries,
            cause: "edit",
            note: &new.note,
        };
        self.write_version(&mut tx, caller, written).await?;
        let detail = json!({
            "name": new.name.as_str(),
            "renamed_from": (new.name != found.name).then(|| found.name.as_str()),
            "version": version.0,
            "keys_added": changes.added,
            "keys_set": changes.set,
            "keys_removed": changes.removed,
        });
        let event = Event::by(caller, "secret.edit", id).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(version)
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
    let bytes: usize = entries.iter().map(|entry| entry.value.len()).sum();
    if bytes > SECRET_BYTES {
        let count = |n| u32::try_from(n).unwrap_or(u32::MAX);
        let reason = Reason::TooLong { limit: count(SECRET_BYTES), actual: count(bytes) };
        problems.push(Problem::new(Field::Secret, reason));
    }
    Problems::check(problems)?;
    Ok(entries)
}
