//! Signed-in browsers.

use crate::{
    Store,
    audit::{self, Event},
    caller::{Caller, Credential, Origin},
    db::{Tx, query},
    error::{Result, StoreError},
    random, row,
};
use model::{EmailAddress, PersonName, SessionKey, UserId, WorkspaceId, WorkspaceName};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::any::AnyRow;

/// A session that may be opened: who it is was shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewSession {
    pub(crate) person: Proven,
    pub(crate) workspace: WorkspaceId,
    pub(crate) begins: Begins,
}

/// A person who showed what they sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proven {
    pub(crate) user: UserId,
    /// When they did. What ends all their sessions begins another epoch, in which what was shown before is worth nothing.
    pub(crate) security_epoch: i64,
}

impl Proven {
    /// A person whose account was just made.
    pub(crate) const fn new(user: UserId) -> Self {
        Self { user, security_epoch: 0 }
    }
}

/// How a session begins.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum Begins {
    /// By signing in.
    New(Means),
    /// In the place of one that was confirmed.
    Confirmed(SessionKey, Means),
    /// After a change that ended all, as the one that made it was: it lasts no longer, and confirms nothing.
    Continued { created_at: i64, ends_at: i64, sudo_until: i64 },
}

/// What a person showed to sign in, or to confirm something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Means {
    /// A passkey, and nothing else.
    Passkey,
    /// The password, where there is no second factor.
    Password,
    /// The password and a code of an app.
    PasswordAndCode,
    /// The password, and then a passkey.
    PasswordAndPasskey,
    /// The password and a recovery code.
    PasswordAndRecoveryCode,
}

impl Means {
    /// As the audit log spells it.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::Password => "password",
            Self::PasswordAndCode => "password, code",
            Self::PasswordAndPasskey => "password, passkey",
            Self::PasswordAndRecoveryCode => "password, recovery code",
        }
    }
}

/// A session as the account page lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionInfo {
    /// Which one.
    pub key: SessionKey,
    /// Since when, in unix milliseconds.
    pub created_at: i64,
    /// When it last asked for something.
    pub last_seen: i64,
    /// From where it was opened.
    pub ip: String,
    /// With which browser.
    pub user_agent: String,
}

impl Store {
    /// Opens a session whose cookie holds `id`, in one transaction with its audit row.
    pub async fn open_session(&self, id: &[u8], new: NewSession, origin: &Origin) -> Result<()> {
        let now = self.now();
        let key = SessionKey::from_uuid(random::uuid(now));
        let mut tx = self.db.begin().await?;
        let user = new.person.user.to_string();
        let (created_at, ends_at, sudo_until) = match new.begins {
            Begins::New(_) => (now, now + LONGEST_SESSION, now + SUDO),
            Begins::Continued { created_at, ends_at, sudo_until } => {
                (created_at, ends_at, sudo_until)
            }
            Begins::Confirmed(old, _) => {
                let old = sqlx::query(
                    "delete from sessions where public_key = $1 and user_id = $2
                     returning created_at, ends_at",
                )
                .bind(old.to_string())
                .bind(&user)
                .fetch_optional(&mut *tx)
                .await
                .map_err(query)?
                .ok_or(StoreError::SignInFailed)?;
                (row::int(&old, "created_at")?, row::int(&old, "ends_at")?, now + SUDO)
            }
        };
        let inserted = sqlx::query(
            "insert into sessions (id_hash, public_key, user_id, workspace_id, security_epoch, created_at,
               last_seen, idle_until, ends_at, sudo_until, ip, user_agent)
             select $1, $2, u.id, $3, u.security_epoch, $4, $5, $6, $7, $8, $9, $10
             from users u where u.id = $11 and u.security_epoch = $12",
        )
        .bind(hash(id))
        .bind(key.to_string())
        .bind(new.workspace.to_string())
        .bind(created_at)
        .bind(now)
        .bind(now + IDLE_SESSION)
        .bind(ends_at)
        .bind(sudo_until)
        .bind(&origin.ip)
        .bind(&origin.user_agent)
        .bind(&user)
        .bind(new.person.security_epoch)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if inserted.rows_affected() != 1 {
            return Err(StoreError::SignInFailed);
        }
        sqlx::query(
            "delete from sessions where user_id = $1 and (ends_at <= $2 or idle_until <= $2)",
        )
        .bind(&user)
        .bind(now)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        sqlx::query(
            "delete from sessions where user_id = $1 and public_key not in
               (select public_key from sessions where user_id = $1 order by last_seen desc limit $2)",
        )
        .bind(&user)
        .bind(MOST)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        let row = sqlx::query(CALLER)
            .bind(hash(id))
            .bind(now)
            .fetch_one(&mut *tx)
            .await
            .map_err(query)?;
        let caller = Caller { origin: origin.clone(), ..caller(&row)? };
        let (action, with) = match new.begins {
            Begins::New(with) => ("session.open", with.as_str()),
            Begins::Confirmed(_, with) => ("session.sudo", with.as_str()),
            Begins::Continued { .. } => ("session.open", "the session before"),
        };
        let event = Event::by(&caller, action, key).with(json!({ "with": with }));
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)
    }

    /// Who the cookie with this id belongs to; nobody if its session ended.
    pub async fn session(&self, id: &[u8]) -> Result<Option<Caller>> {
        let now = self.now();
        let found = sqlx::query(CALLER)
            .bind(hash(id))
            .bind(now)
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?;
        let Some(found) = found else { return Ok(None) };
        if row::int(&found, "last_seen")? < now - SEEN_EVERY {
            let mut tx = self.db.begin().await?;
            sqlx::query("update sessions set last_seen = $1, idle_until = $2 where id_hash = $3")
                .bind(now)
                .bind(now + IDLE_SESSION)
                .bind(hash(id))
                .execute(&mut *tx)
                .await
                .map_err(query)?;
            tx.commit().await.map_err(query)?;
        }
        caller(&found).map(Some)
    }

    /// Ends the caller's session.
    pub async fn sign_out(&self, caller: &Caller) -> Result<()> {
        self.end_session(caller, caller.session()?).await
    }

    /// The caller's sessions, the one last seen first.
    pub async fn list_sessions(&self, caller: &Caller) -> Result<Vec<SessionInfo>> {
        let rows = sqlx::query(
            "select public_key, created_at, last_seen, ip, user_agent from sessions
             where user_id = $1 and idle_until > $2 and ends_at > $2
             order by last_seen desc",
        )
        .bind(caller.user.to_string())
        .bind(self.now())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        rows.iter()
            .map(|found| {
                Ok(SessionInfo {
                    key: row::text(found, "public_key")?,
                    created_at: row::int(found, "created_at")?,
                    last_seen: row::int(found, "last_seen")?,
                    ip: row::text(found, "ip")?,
                    user_agent: row::text(found, "user_agent")?,
                })
            })
            .collect()
    }

    /// Ends one of the caller's sessions.
    pub async fn end_session(&self, caller: &Caller, key: SessionKey) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let ended = sqlx::query("delete from sessions where public_key = $1 and user_id = $2")
            .bind(key.to_string())
            .bind(caller.user.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        if ended.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        audit::append(&mut tx, &self.clock, Event::by(caller, "session.end", key)).await?;
        tx.commit().await.map_err(query)
    }

    /// Ends all of the caller's sessions but the one that asks.
    pub async fn end_other_sessions(&self, caller: &Caller) -> Result<u64> {
        let session = caller.session()?;
        let mut tx = self.db.begin().await?;
        let ended = sqlx::query("delete from sessions where user_id = $1 and public_key <> $2")
            .bind(caller.user.to_string())
            .bind(session.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?
            .rows_affected();
        let event = Event::by(caller, "session.end-others", session);
        audit::append(&mut tx, &self.clock, event.with(json!({ "ended": ended }))).await?;
        tx.commit().await.map_err(query)?;
        Ok(ended)
    }
}

fn caller(row: &AnyRow) -> Result<Caller> {
    let role = row::text(row, "role")?;
    let (has_factor, factor_required) = row::factors(row, role)?;
    Ok(Caller {
        user: row::text(row, "user_id")?,
        name: row::parsed(row, "user_name", PersonName::parse)?,
        email: row::parsed(row, "email", EmailAddress::parse)?,
        workspace: row::text(row, "workspace_id")?,
        workspace_name: row::parsed(row, "workspace_name", WorkspaceName::parse)?,
        role,
        grants: row::grants(row)?,
        has_factor,
        factor_required,
        credential: Credential::Session {
            key: row::text(row, "public_key")?,
            sudo_until: row::int(row, "sudo_until")?,
            ends_at: row::int(row, "ends_at")?,
        },
        origin: Origin::default(),
    })
}

fn hash(id: &[u8]) -> Vec<u8> {
    Sha256::digest(id).to_vec()
}

/// A session whose person changed password or address, or left, has another epoch and is not found.
const CALLER: &str = "
    select s.user_id, s.workspace_id, s.public_key, s.sudo_until, s.ends_at, s.last_seen,
      u.name as user_name, u.email, u.factors, w.name as workspace_name, w.factor_role, m.role,
      m.limited, m.grants
    from sessions s
    join users u on u.id = s.user_id and u.security_epoch = s.security_epoch
    join members m on m.user_id = s.user_id and m.workspace_id = s.workspace_id
    join workspaces w on w.id = s.workspace_id
    where s.id_hash = $1 and s.idle_until > $2 and s.ends_at > $2";

/// How long a session goes on without being used, in milliseconds.
pub const IDLE_SESSION: i64 = 30 * 60_000;
/// The longest that a session goes on, in milliseconds, however much it is used.
pub const LONGEST_SESSION: i64 = 12 * 3_600_000;
const SUDO: i64 = 5 * 60_000;
const SEEN_EVERY: i64 = 60_000;
/// Most sessions of one person.
const MOST: i64 = 20;

/// Ends all that a person is signed in with, also a command line that was approved and did not ask since.
pub(crate) async fn end_all(tx: &mut Tx, user: &str) -> Result<()> {
    for statement in
        ["delete from sessions where user_id = $1", "delete from login_requests where user_id = $1"]
    {
        sqlx::query(statement).bind(user).execute(&mut **tx).await.map_err(query)?;
    }
    Ok(())
}
