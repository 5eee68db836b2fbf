//! Who reads a secret: who will notice when its values are replaced, and who still has the old ones.

use super::record;
use crate::{
    Store,
    caller::Caller,
    db::query,
    error::{Result, StoreError},
    row,
};
use model::{Action, ReaderId, ReaderKind, SecretId, SecretReader, TokenId, Version};
use sqlx::{Row as _, any::AnyRow};

impl Store {
    /// Who read the secret in the last `days`, who read it last first.
    pub async fn list_readers(
        &self,
        caller: &Caller,
        id: SecretId,
        days: u32,
    ) -> Result<Vec<SecretReader>> {
        let found = self.find_live(caller, id).await?;
        self.allow_at(caller, Action::ListSecrets, found.place()).await?;
        self.readers_since(caller, id, self.now() - i64::from(days) * DAY).await
    }

    /// The same for whoever was allowed before.
    pub(super) async fn readers_since(
        &self,
        caller: &Caller,
        id: SecretId,
        since: i64,
    ) -> Result<Vec<SecretReader>> {
        let keys = sqlx::query(
            "select v.keys from secrets s
             join versions v on v.secret_id = s.id and v.version = s.version
             where s.id = $1 and s.workspace_id = $2",
        )
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
        // A version that changed no value makes nobody's values old.
        let values_since = record::keys(&keys)?.iter().map(|key| key.since).max();
        let rows = sqlx::query(
            "select r.reader, r.kind, r.version, r.first_at, r.last_at, coalesce(t.name, u.name, '') as name,
               case
                 when t.id is not null then case
                   when t.revoked_at is null and (t.expires_at = 0 or t.expires_at > $3)
                     and (t.max_uses = 0 or t.uses < t.max_uses) then 0 else 1 end
                 when m.user_id is null then 1 else 0 end as gone
             from secret_readers r
             left join tokens t on r.kind = 'program' and t.id = r.reader and t.workspace_id = r.workspace_id
             left join users u on r.kind = 'person' and u.id = r.reader
             left join members m on r.kind = 'person' and m.user_id = r.reader and m.workspace_id = r.workspace_id
             where r.secret_id = $1 and r.workspace_id = $2 and r.last_at > $4
             order by r.last_at desc, r.reader",
        )
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .bind(self.now())
        .bind(since)
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        rows.iter().map(|found| reader(found, values_since)).collect()
    }
}

fn reader(found: &AnyRow, values_since: Option<Version>) -> Result<SecretReader> {
    let reader = match row::parsed(found, "kind", str::parse)? {
        ReaderKind::Person => ReaderId::Person(row::text(found, "reader")?),
        ReaderKind::Program => ReaderId::Program(row::parsed(found, "reader", TokenId::parse)?),
    };
    let version = Version(row::count(found, "version")?);
    let gone = row::flag(found, "gone")?;
    Ok(SecretReader {
        reader,
        name: found.try_get("name").map_err(query)?,
        version,
        behind: !gone && values_since.is_some_and(|since| version < since),
        gone,
        first_at: row::int(found, "first_at")?,
        last_at: row::int(found, "last_at")?,
    })
}

const DAY: i64 = 86_400_000;
