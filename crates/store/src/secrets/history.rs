//! What a secret held before, and going back to it.

use super::{edit::NextVersion, record};
use crate::{
    Store,
    caller::Caller,
    db::query,
    error::{Result, StoreError},
    row,
};
use model::{Action, KeyInfo, PersonName, Problems, SecretId, Version, VersionInfo, parse_note};
use serde_json::json;

impl Store {
    /// All versions of a secret, the newest first.
    pub async fn list_versions(&self, caller: &Caller, id: SecretId) -> Result<Vec<VersionInfo>> {
        let found = self.find_live(caller, id).await?;
        self.allow_at(caller, Action::ListSecrets, found.place()).await?;
        let rows = sqlx::query(
            "select v.version, v.keys, v.cause, v.note, v.created_at, u.name as created_by
             from versions v join users u on u.id = v.created_by
             where v.secret_id = $1 and v.workspace_id = $2 order by v.version desc",
        )
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        rows.iter()
            .map(|found| {
                Ok(VersionInfo {
                    version: Version(row::count(found, "version")?),
                    keys: record::keys(found)?,
                    cause: row::text(found, "cause")?,
                    note: row::text(found, "note")?,
                    created_at: row::int(found, "created_at")?,
                    created_by: row::parsed(found, "created_by", PersonName::parse)?,
                })
            })
            .collect()
    }

    /// Makes what an older version held the next version. Name and tags stay as they are.
    pub async fn restore_version(
        &self,
        caller: &Caller,
        id: SecretId,
        version: Version,
        from: impl Into<Option<Version>>,
        note: &str,
    ) -> Result<Version> {
        let found = self.find_live(caller, id).await?;
        self.allow_at(caller, Action::WriteSecrets, found.place()).await?;
        let from = from.into().unwrap_or(found.version);
        if from != found.version {
            return Err(self.conflict(caller, id).await?);
        }
        if version >= from {
            return Err(StoreError::NotFound);
        }
        let note = parse_note(note).map_err(Problems::from)?;
        let mut entries = self.open_version(caller, id, version).await?;
        for entry in &mut entries {
            entry.info = KeyInfo { since: from.next(), ..entry.info.clone() };
        }
        let next = NextVersion {
            name: &found.name,
            tags: None,
            entries: &entries,
            cause: "restore",
            note: &note,
            action: "secret.restore-version",
            detail: json!({ "restored": version.0 }),
        };
        self.write_next(caller, &found, from, next).await
    }
}
