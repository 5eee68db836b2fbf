//! What people typed into the editors of secrets and did not save yet. It is kept sealed, for them alone, until they save it, discard it
//! or leave it for a week: a closed tab, a session that ended and a computer that went away lose nothing.

use crate::{
    Store,
    caller::Caller,
    db::{Tx, query},
    drafts::KeptForm,
    error::{Result, StoreError},
    row,
    seal::{self, Context},
};
use model::{Action, Field, Problems, Reason, SECRET_BYTES, SecretId, Version};
use sqlx::any::AnyRow;
use std::fmt;
use uuid::Uuid;
use zeroize::Zeroizing;

/// What it shall become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnsavedOf {
    /// The next version of this secret.
    Secret(SecretId),
    /// A secret from the template of this id; a custom one if it is empty.
    Template(String),
}

/// What somebody typed, and when.
#[derive(Clone, Debug)]
pub struct Unsaved {
    /// Names the page that it was typed into.
    pub page: Uuid,
    /// The version that it was made from, if the secret is there.
    pub from: Option<Version>,
    /// What was typed, and what was wrong with it if it was sent.
    pub form: KeptForm,
    /// When, in unix milliseconds.
    pub at: i64,
}

impl Store {
    /// A name for a page that shows an editor.
    pub fn new_page(&self) -> Uuid {
        crate::random::uuid(self.now())
    }

    /// Keeps what was typed into a page, in place of what the same page kept before. What comes after it was saved is dropped.
    ///
    /// Takes the right to save it.
    pub async fn keep_unsaved(
        &self,
        caller: &Caller,
        page: Uuid,
        of: &UnsavedOf,
        from: Option<Version>,
        form: &KeptForm,
    ) -> Result<()> {
        match of {
            UnsavedOf::Secret(id) => {
                let found = self.find_live(caller, *id).await?;
                self.allow_at(caller, Action::WriteSecrets, found.place()).await?;
            }
            UnsavedOf::Template(_) => self.allow(caller, Action::WriteSecrets).await?,
        }
        let now = self.now();
        let plaintext = Zeroizing::new(serde_json::to_vec(form).expect("a form is text"));
        if plaintext.len() > MOST_BYTES {
            let count = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
            let reason =
                Reason::TooLong { limit: count(MOST_BYTES), actual: count(plaintext.len()) };
            return Err(Problems::one(Field::Secret, reason).into());
        }
        let mut tx = self.db.begin().await?;
        let key = self.keyring.active(&mut tx, caller.workspace).await?;
        let sealed = seal::seal(&key.key, key.number, &context(caller, page), &plaintext);
        sqlx::query(
            "insert into unsaved (id, workspace_id, user_id, subject, base_version, key_number, sealed,
               updated_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (id) do update set base_version = excluded.base_version,
               key_number = excluded.key_number, sealed = excluded.sealed, updated_at = excluded.updated_at,
               expires_at = excluded.expires_at
             where unsaved.closed = 0 and unsaved.workspace_id = excluded.workspace_id
               and unsaved.user_id = excluded.user_id and unsaved.subject = excluded.subject",
        )
        .bind(page.to_string())
        .bind(caller.workspace.to_string())
        .bind(caller.user.to_string())
        .bind(of.to_string())
        .bind(from.map_or(0, |from| i64::from(from.0)))
        .bind(i64::from(key.number))
        .bind(sealed)
        .bind(now)
        .bind(now + KEPT)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        self.prune_unsaved(&mut tx, caller).await?;
        tx.commit().await.map_err(query)
    }

    /// What was typed into a page; nothing if it is another's, was saved, or is too old.
    pub async fn unsaved_of_page(&self, caller: &Caller, page: Uuid) -> Result<Option<Unsaved>> {
        let found = sqlx::query(
            "select id, base_version, key_number, sealed, updated_at from unsaved
             where id = $1 and workspace_id = $2 and user_id = $3 and closed = 0 and expires_at > $4",
        )
        .bind(page.to_string())
        .bind(caller.workspace.to_string())
        .bind(caller.user.to_string())
        .bind(self.now())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?;
        self.opened_unsaved(caller, found).await
    }

    /// What was typed last, into whichever page.
    pub async fn newest_unsaved(&self, caller: &Caller, of: &UnsavedOf) -> Result<Option<Unsaved>> {
        let found = sqlx::query(
            "select id, base_version, key_number, sealed, updated_at from unsaved
             where workspace_id = $1 and user_id = $2 and subject = $3 and closed = 0 and expires_at > $4
             order by updated_at desc, id desc limit 1",
        )
        .bind(caller.workspace.to_string())
        .bind(caller.user.to_string())
        .bind(of.to_string())
        .bind(self.now())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?;
        self.opened_unsaved(caller, found).await
    }

    /// Forgets what was typed, because it was saved or is not wanted. What is still under way from `page` is dropped when it comes.
    pub async fn discard_unsaved(
        &self,
        caller: &Caller,
        of: &UnsavedOf,
        page: Option<Uuid>,
    ) -> Result<()> {
        let now = self.now();
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "delete from unsaved where workspace_id = $1 and user_id = $2 and subject = $3 and closed = 0",
        )
        .bind(caller.workspace.to_string())
        .bind(caller.user.to_string())
        .bind(of.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if let Some(page) = page {
            sqlx::query(
                "insert into unsaved (id, workspace_id, user_id, subject, base_version, key_number, sealed,
                   closed, updated_at, expires_at)
                 values ($1, $2, $3, $4, 0, 0, $5, 1, $6, $7) on conflict (id) do nothing",
            )
            .bind(page.to_string())
            .bind(caller.workspace.to_string())
            .bind(caller.user.to_string())
            .bind(of.to_string())
            .bind(Vec::<u8>::new())
            .bind(now)
            .bind(now + LATE)
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        }
        self.prune_unsaved(&mut tx, caller).await?;
        tx.commit().await.map_err(query)
    }

    /// Deletes what is too old, and of one person what is more than they can have begun in earnest.
    async fn prune_unsaved(&self, tx: &mut Tx, caller: &Caller) -> Result<()> {
        sqlx::query("delete from unsaved where expires_at <= $1")
            .bind(self.now())
            .execute(&mut **tx)
            .await
            .map_err(query)?;
        sqlx::query(
            "delete from unsaved where workspace_id = $1 and user_id = $2 and id not in (
               select id from unsaved where workspace_id = $1 and user_id = $2
               order by updated_at desc, id desc limit $3
             )",
        )
        .bind(caller.workspace.to_string())
        .bind(caller.user.to_string())
        .bind(MOST)
        .execute(&mut **tx)
        .await
        .map_err(query)?;
        Ok(())
    }

    async fn opened_unsaved(
        &self,
        caller: &Caller,
        found: Option<AnyRow>,
    ) -> Result<Option<Unsaved>> {
        let Some(found) = found else { return Ok(None) };
        let page: Uuid = row::text(&found, "id")?;
        let number = row::count(&found, "key_number")?;
        let key = self.keyring.data_key(&self.db, caller.workspace, number).await?;
        let integrity = || StoreError::Integrity { record: format!("unsaved draft {page}") };
        let sealed = row::bytes(&found, "sealed")?;
        let plaintext =
            seal::open(&key.key, &context(caller, page), &sealed).map_err(|_| integrity())?;
        let form = serde_json::from_slice(&plaintext).map_err(|_| integrity())?;
        let from: u32 = row::count(&found, "base_version")?;
        let from = Some(Version(from)).filter(|from| from.0 > 0);
        Ok(Some(Unsaved { page, from, form, at: row::int(&found, "updated_at")? }))
    }
}

impl fmt::Display for UnsavedOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(id) => id.fmt(f),
            Self::Template(id) => write!(f, "new/{id}"),
        }
    }
}

impl UnsavedOf {
    /// What [`fmt::Display`] writes; nothing if it is not that.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("new/") {
            Some(template) => (template.len() <= 128).then(|| Self::Template(template.to_owned())),
            None => text.parse().ok().map(Self::Secret),
        }
    }
}

fn context(caller: &Caller, page: Uuid) -> Context {
    Context::Unsaved { workspace: caller.workspace, user: caller.user, page }
}

const DAY: i64 = 86_400_000;
/// How long it is kept.
const KEPT: i64 = 7 * DAY;
/// How long what a saved page sent before may be under way.
const LATE: i64 = 10 * 60_000;
/// How many pages of one person are kept in a workspace.
const MOST: i64 = 32;
/// How large one is at most: JSON escapes some of what a full secret holds.
const MOST_BYTES: usize = 2 * SECRET_BYTES;
