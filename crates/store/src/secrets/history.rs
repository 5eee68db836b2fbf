//! What a secret held before, and going back to it.

use super::{
    edit::{NextVersion, check_size},
    record::{self, Entry},
};
use crate::{
    Store,
    caller::Caller,
    db::query,
    error::{Result, StoreError},
    row,
};
use model::{
    Action, Destroyed, KeyChanges, KeyInfo, KeyName, PersonName, Problems, SecretId, SecretReader,
    Version, VersionInfo, parse_note,
};
use serde_json::json;
use sqlx::{Row as _, any::AnyRow};

/// What to go back to.
#[derive(Clone, Debug)]
pub struct Restoring<'a> {
    /// Which version.
    pub version: Version,
    /// These keys of it, while the others stay as they are; all that it held if there are none.
    pub keys: &'a [KeyName],
    /// Why, for the history.
    pub note: &'a str,
}

impl Store {
    /// All versions of a secret, the newest first.
    pub async fn list_versions(&self, caller: &Caller, id: SecretId) -> Result<Vec<VersionInfo>> {
        let found = self.find_live(caller, id).await?;
        self.allow_at(caller, Action::ListSecrets, found.place()).await?;
        let rows = sqlx::query(
            "select v.version, v.keys, v.cause, v.note, v.created_at, u.name as created_by, v.ip, v.token_id,
               coalesce(t.name, '') as token_name, v.destroyed_at, d.name as destroyed_by
             from versions v
             join users u on u.id = v.created_by
             left join users d on d.id = v.destroyed_by
             left join tokens t on t.id = v.token_id and t.workspace_id = v.workspace_id
             where v.secret_id = $1 and v.workspace_id = $2 order by v.version desc",
        )
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let mut readers = self.readers_since(caller, id, 0).await?;
        let mut keys = rows.iter().map(record::keys).collect::<Result<Vec<_>>>()?.into_iter();
        let mut after = keys.next().unwrap_or_default();
        let mut versions = Vec::with_capacity(rows.len());
        for found in &rows {
            let before = keys.next().unwrap_or_default();
            versions.push(version(found, &before, after, &mut readers)?);
            after = before;
        }
        Ok(versions)
    }

    /// Makes what an older version held the next version, or some keys of it. Name, tags and other keys stay as they are.
    pub async fn restore_version(
        &self,
        caller: &Caller,
        id: SecretId,
        from: impl Into<Option<Version>>,
        wanted: Restoring<'_>,
    ) -> Result<Version> {
        let found = self.find_live(caller, id).await?;
        self.allow_at(caller, Action::WriteSecrets, found.place()).await?;
        let from = from.into().unwrap_or(found.version);
        if from != found.version {
            return Err(self.conflict(caller, id).await?);
        }
        if wanted.version >= from {
            return Err(StoreError::NotFound);
        }
        let note = parse_note(wanted.note).map_err(Problems::from)?;
        let mut entries = self.open_version(caller, id, wanted.version).await?;
        for entry in &mut entries {
            entry.info = KeyInfo { since: from.next(), ..entry.info.clone() };
        }
        if !wanted.keys.is_empty() {
            let now = self.open_version(caller, id, from).await?;
            entries = put_back(now, entries, wanted.keys)?;
        }
        let next = NextVersion {
            name: &found.name,
            tags: None,
            entries: &entries,
            cause: "restore",
            note: &note,
            action: "secret.restore-version",
            detail: json!({ "restored": wanted.version.0, "keys": wanted.keys }),
        };
        self.write_next(caller, &found, from, next).await
    }
}

/// The entries of now, with these keys as they were: in their places, or behind them all if they are there no more.
fn put_back(now: Vec<Entry>, old: Vec<Entry>, keys: &[KeyName]) -> Result<Vec<Entry>> {
    let mut old: Vec<_> = old.into_iter().filter(|entry| keys.contains(&entry.info.name)).collect();
    if !keys.iter().all(|key| old.iter().any(|entry| entry.info.name == *key)) {
        return Err(StoreError::NotFound);
    }
    let mut entries: Vec<Entry> = now
        .into_iter()
        .map(|entry| match old.iter().position(|older| older.info.name == entry.info.name) {
            Some(place) => old.remove(place),
            None => entry,
        })
        .collect();
    entries.append(&mut old);
    check_size(&entries)?;
    Ok(entries)
}

fn version(
    found: &AnyRow,
    before: &[KeyInfo],
    keys: Vec<KeyInfo>,
    readers: &mut Vec<SecretReader>,
) -> Result<VersionInfo> {
    let version = Version(row::count(found, "version")?);
    let token: String = row::text(found, "token_id")?;
    let destroyed_at: Option<i64> = found.try_get("destroyed_at").map_err(query)?;
    let destroyed_by: Option<String> = found.try_get("destroyed_by").map_err(query)?;
    Ok(VersionInfo {
        version,
        changed: KeyChanges::between(before, version, &keys),
        keys,
        cause: row::text(found, "cause")?,
        note: row::text(found, "note")?,
        created_at: row::int(found, "created_at")?,
        created_by: row::parsed(found, "created_by", PersonName::parse)?,
        made_with: if token.is_empty() { None } else { Some(row::text(found, "token_name")?) },
        made_from: row::text(found, "ip")?,
        destroyed: destroyed_at.map(|at| Destroyed {
            at,
            by: destroyed_by.and_then(|name| PersonName::parse(&name).ok()),
        }),
        readers: readers.extract_if(.., |reader| reader.version == version).collect(),
    })
}
