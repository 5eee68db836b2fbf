//! Requests that make something and may arrive twice, when the first answer was lost on its way.

use crate::{
    Store,
    caller::Caller,
    db::{Tx, query},
    error::{Result, StoreError},
    keyring::Purpose,
    row,
};
use std::{fmt, str::FromStr};

/// What a client calls a request (draft-ietf-httpapi-idempotency-key-header), and the request itself.
#[derive(Debug)]
pub struct Once {
    key: String,
    request: [u8; 32],
}

impl Store {
    /// The request of this key. What it asks for is kept as a keyed hash only.
    pub fn once(&self, key: &str, request: &[u8]) -> Once {
        Once {
            key: key.to_owned(),
            request: self.keyring.keyed_hash(Purpose::Idempotency, request),
        }
    }

    /// What this request made before, within a day; nothing if it is new.
    pub(crate) async fn made_before<T: FromStr>(
        &self,
        caller: &Caller,
        once: Option<&Once>,
    ) -> Result<Option<T>> {
        let Some(once) = once else { return Ok(None) };
        let found = sqlx::query(
            "select request_hash, made from idempotency_keys
             where workspace_id = $1 and credential = $2 and key_hash = $3 and created_at > $4",
        )
        .bind(caller.workspace.to_string())
        .bind(credential(caller))
        .bind(self.key_hash(once))
        .bind(self.now() - KEPT)
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?;
        let Some(found) = found else { return Ok(None) };
        if row::bytes(&found, "request_hash")? != once.request {
            return Err(StoreError::IdempotencyMismatch);
        }
        let made: String = row::text(&found, "made")?;
        made.parse().map(Some).map_err(|_| StoreError::IdempotencyMismatch)
    }

    /// Keeps what the request made, in the transaction that makes it. If the same request is being answered elsewhere at this
    /// moment, one of the two fails here and makes nothing.
    pub(crate) async fn remember_made(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        once: Option<&Once>,
        made: impl fmt::Display,
    ) -> Result<()> {
        let Some(once) = once else { return Ok(()) };
        let now = self.now();
        sqlx::query("delete from idempotency_keys where created_at <= $1")
            .bind(now - KEPT)
            .execute(&mut **tx)
            .await
            .map_err(query)?;
        sqlx::query(
            "insert into idempotency_keys
               (workspace_id, credential, key_hash, request_hash, made, created_at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(caller.workspace.to_string())
        .bind(credential(caller))
        .bind(self.key_hash(once))
        .bind(once.request.to_vec())
        .bind(made.to_string())
        .bind(now)
        .execute(&mut **tx)
        .await
        .map_err(|error| match error.as_database_error() {
            Some(cause) if cause.is_unique_violation() => StoreError::Busy,
            _ => query(error),
        })?;
        Ok(())
    }

    fn key_hash(&self, once: &Once) -> Vec<u8> {
        self.keyring.keyed_hash(Purpose::Idempotency, &once.key).to_vec()
    }
}

fn credential(caller: &Caller) -> String {
    caller.token().map(ToString::to_string).unwrap_or_default()
}

const KEPT: i64 = 24 * 3_600_000;
