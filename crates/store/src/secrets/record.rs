//! What a version's sealed record holds, and how it is read back.
//!
//! Key names stand in the clear beside the record, where lists and searches find them. The record repeats them with the kinds,
//! so that nobody who can write to the database can swap two keys or make a hidden value plain.

use crate::{
    Store,
    caller::Caller,
    db::{Tx, query},
    error::{Result, StoreError},
    row,
    seal::{self, Context},
};
use model::{EnvironmentId, KeyInfo, KeyName, SecretId, SecretValue, ValueKind, Version};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use zeroize::Zeroizing;

/// A key with its value, in the server's memory.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) info: KeyInfo,
    pub(super) value: SecretValue,
}

/// What is sealed: the same order as the clear list of keys.
#[derive(Serialize)]
struct Sealing<'a>(Vec<(&'a KeyName, ValueKind, &'a str)>);

#[derive(Deserialize)]
struct Sealed(Vec<(KeyName, ValueKind, String)>);

/// A new version, before it is written.
pub(super) struct NewVersion<'a> {
    pub(super) secret: SecretId,
    pub(super) environment: EnvironmentId,
    pub(super) version: Version,
    pub(super) entries: &'a [Entry],
    pub(super) cause: &'static str,
    pub(super) note: &'a str,
}

impl Store {
    /// Seals and writes a version.
    pub(super) async fn write_version(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        new: NewVersion<'_>,
    ) -> Result<()> {
        let key = self.keyring.active(tx, caller.workspace).await?;
        let keys: Vec<&KeyInfo> = new.entries.iter().map(|entry| &entry.info).collect();
        let context = context(caller, new.environment, new.secret, new.version);
        let sealed = seal::seal(&key.key, key.number, &context, &plaintext(new.entries));
        sqlx::query(
            "insert into versions (workspace_id, secret_id, version, environment_id, key_number, keys, sealed,
               cause, note, created_at, created_by, ip, token_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(caller.workspace.to_string())
        .bind(new.secret.to_string())
        .bind(i64::from(new.version.0))
        .bind(new.environment.to_string())
        .bind(i64::from(key.number))
        .bind(serde_json::to_string(&keys).expect("keys are names and numbers"))
        .bind(sealed)
        .bind(new.cause)
        .bind(new.note)
        .bind(self.now())
        .bind(caller.user.to_string())
        .bind(&caller.origin.ip)
        .bind(caller.token().map(ToString::to_string).unwrap_or_default())
        .execute(&mut **tx)
        .await
        .map_err(query)?;
        Ok(())
    }

    /// Opens a version's values.
    pub(super) async fn open_version(
        &self,
        caller: &Caller,
        secret: SecretId,
        version: Version,
    ) -> Result<Vec<Entry>> {
        let stored = sqlx::query(
            "select environment_id as sealed_in, keys, sealed,
               case when sealed is null then 1 else 0 end as destroyed
             from versions where workspace_id = $1 and secret_id = $2 and version = $3",
        )
        .bind(caller.workspace.to_string())
        .bind(secret.to_string())
        .bind(i64::from(version.0))
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
        if row::flag(&stored, "destroyed")? {
            return Err(StoreError::Destroyed(version));
        }
        self.open_record(caller, secret, version, &stored).await
    }

    /// The keys of a version, as if none of them held anything: nothing is opened.
    pub(super) async fn closed_version(
        &self,
        caller: &Caller,
        secret: SecretId,
        version: Version,
    ) -> Result<Vec<Entry>> {
        let stored = sqlx::query(
            "select keys from versions where workspace_id = $1 and secret_id = $2 and version = $3",
        )
        .bind(caller.workspace.to_string())
        .bind(secret.to_string())
        .bind(i64::from(version.0))
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
        Ok(without_values(keys(&stored)?))
    }

    /// Opens a version from a row that holds its `keys`, what is `sealed`, and the environment that it was `sealed_in`.
    pub(super) async fn open_record(
        &self,
        caller: &Caller,
        secret: SecretId,
        version: Version,
        stored: &AnyRow,
    ) -> Result<Vec<Entry>> {
        let integrity =
            || StoreError::Integrity { record: format!("version {version} of {secret}") };
        let record = row::bytes(stored, "sealed")?;
        let number = seal::key_number(&record).map_err(|_| integrity())?;
        let key = self.keyring.data_key(&self.db, caller.workspace, number).await?;
        let context = context(caller, row::text(stored, "sealed_in")?, secret, version);
        let plaintext = seal::open(&key.key, &context, &record).map_err(|_| integrity())?;
        entries(keys(stored)?, &plaintext).ok_or_else(integrity)
    }
}

/// The clear list of a version's keys.
pub(super) fn keys(stored: &AnyRow) -> Result<Vec<KeyInfo>> {
    row::parsed(stored, "keys", |text| serde_json::from_str(text))
}

/// Keys, each with an empty value.
pub(super) fn without_values(keys: Vec<KeyInfo>) -> Vec<Entry> {
    let empty = |info| Entry { info, value: SecretValue::new(String::new()) };
    keys.into_iter().map(empty).collect()
}

fn context(
    caller: &Caller,
    environment: EnvironmentId,
    secret: SecretId,
    version: Version,
) -> Context {
    Context::SecretVersion { workspace: caller.workspace, environment, secret, version }
}

fn plaintext(entries: &[Entry]) -> Zeroizing<Vec<u8>> {
    let rows = entries
        .iter()
        .map(|entry| (&entry.info.name, entry.info.kind, entry.value.dangerously_expose()))
        .collect();
    Zeroizing::new(serde_json::to_vec(&Sealing(rows)).expect("entries are text"))
}

/// Pairs clear keys with sealed values; nothing if they disagree.
fn entries(keys: Vec<KeyInfo>, plaintext: &[u8]) -> Option<Vec<Entry>> {
    let Sealed(rows) = serde_json::from_slice(plaintext).ok()?;
    if rows.len() != keys.len() {
        return None;
    }
    keys.into_iter()
        .zip(rows)
        .map(|(info, (name, kind, value))| {
            let value = SecretValue::new(value);
            (info.name == name && info.kind == kind).then_some(Entry { info, value })
        })
        .collect()
}
