//! Texts between two pages, which somebody is about to import: kept sealed for ten minutes, for the session that sent them.

use crate::{
    Store,
    caller::Caller,
    db::query,
    error::{Result, StoreError},
    random, row,
    seal::{self, Context},
};
use model::{Problems, SecretDraft, SessionKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

/// A form as it was sent, and what was wrong with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptForm {
    /// What was typed.
    pub draft: SecretDraft,
    /// What was wrong, if it failed.
    pub problems: Option<Problems>,
}

impl Store {
    /// Keeps a form for ten minutes. What it answers names it in a URL.
    pub async fn keep_form(&self, caller: &Caller, form: &KeptForm) -> Result<String> {
        let now = self.now();
        let id = random::uuid(now);
        let session = caller.session()?;
        let plaintext = Zeroizing::new(serde_json::to_vec(form).expect("a form is text"));
        let mut tx = self.db.begin().await?;
        sqlx::query("delete from form_drafts where expires_at <= $1")
            .bind(now)
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        let key = self.keyring.active(&mut tx, caller.workspace).await?;
        sqlx::query(
            "insert into form_drafts (id, workspace_id, session_key, key_number, sealed, expires_at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .bind(session.to_string())
        .bind(i64::from(key.number))
        .bind(seal::seal(&key.key, key.number, &context(caller, session, id), &plaintext))
        .bind(now + KEPT)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        tx.commit().await.map_err(query)?;
        Ok(id.to_string())
    }

    /// The form that this session kept; nothing if it is another's or too old.
    pub async fn kept_form(&self, caller: &Caller, id: &str) -> Result<Option<KeptForm>> {
        let Ok(id) = id.parse::<Uuid>() else { return Ok(None) };
        let session = caller.session()?;
        let found = sqlx::query(
            "select key_number, sealed from form_drafts
             where id = $1 and workspace_id = $2 and session_key = $3 and expires_at > $4",
        )
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .bind(session.to_string())
        .bind(self.now())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?;
        let Some(found) = found else { return Ok(None) };
        let number = row::count(&found, "key_number")?;
        let key = self.keyring.data_key(&self.db, caller.workspace, number).await?;
        let integrity = || StoreError::Integrity { record: format!("form draft {id}") };
        let plaintext =
            seal::open(&key.key, &context(caller, session, id), &row::bytes(&found, "sealed")?)
                .map_err(|_| integrity())?;
        serde_json::from_slice(&plaintext).map(Some).map_err(|_| integrity())
    }
}

fn context(caller: &Caller, session: SessionKey, draft: Uuid) -> Context {
    Context::FormDraft { workspace: caller.workspace, session, draft }
}

const KEPT: i64 = 10 * 60_000;
