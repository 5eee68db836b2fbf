//! Making and deleting rotators, and asking them to run.

use crate::{
    Store,
    audit::{self, Event},
    caller::Caller,
    db::query,
    error::{Result, StoreError},
    random, row,
    seal::{self, Context},
};
use model::{
    Action, Alphabet, Field, KeyName, Problem, Problems, Reason, RotatorId, RotatorKind,
    RotatorSettings, RotatorState, SecretId, SecretValue,
};
use serde_json::json;

/// A rotator as it was asked for: what does not belong to its kind must be nothing.
#[derive(Debug)]
pub struct RotatorDraft {
    /// What it replaces values of.
    pub secret: SecretId,
    /// The keys, of which a PostgreSQL rotator takes the first for the password.
    pub keys: Vec<String>,
    /// How.
    pub kind: RotatorKind,
    /// How often, in days; 0 by hand only.
    pub days: u32,
    /// How long the old value works too.
    pub overlap_minutes: u32,
    /// Generated: how many characters.
    pub length: Option<u32>,
    /// Generated: of which alphabet.
    pub alphabet: Option<Alphabet>,
    /// Generated: what stands around them.
    pub format: Option<String>,
    /// PostgreSQL: the secret with an administrator's URL, and the key of it.
    pub admin: Option<(SecretId, String)>,
    /// PostgreSQL: the key with the role's name.
    pub user_key: Option<String>,
    /// PostgreSQL: a key with a whole URL.
    pub url_key: Option<String>,
    /// PostgreSQL: the role.
    pub role: Option<String>,
    /// PostgreSQL: the one that takes turns with it.
    pub other_role: Option<String>,
    /// Webhook: where to ask.
    pub url: Option<String>,
    /// Webhook: what requests are signed with.
    pub signing_secret: Option<SecretValue>,
}

impl RotatorDraft {
    /// One that runs by hand only, without an overlap, with nothing said yet of how it makes values.
    pub const fn new(secret: SecretId, kind: RotatorKind, keys: Vec<String>) -> Self {
        Self {
            secret,
            keys,
            kind,
            days: 0,
            overlap_minutes: 0,
            length: None,
            alphabet: None,
            format: None,
            admin: None,
            user_key: None,
            url_key: None,
            role: None,
            other_role: None,
            url: None,
            signing_secret: None,
        }
    }

    fn parse(&self) -> Result<(Vec<KeyName>, RotatorSettings), Problems> {
        let wrong = || Problems::one(Field::RotatorSettings, Reason::Wrong);
        let key = |text: &str| {
            KeyName::parse(text).map_err(|_| Problems::one(Field::RotatorKeys, Reason::Unknown))
        };
        let optional = |text: &Option<String>| text.as_deref().map(key).transpose();
        let named = self.keys.iter().map(|text| key(text)).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = named.first().cloned() else {
            return Err(Problems::one(Field::RotatorKeys, Reason::Missing));
        };
        let generated = self.length.is_some() || self.alphabet.is_some() || self.format.is_some();
        let postgres = self.admin.is_some()
            || self.user_key.is_some()
            || self.url_key.is_some()
            || self.role.is_some()
            || self.other_role.is_some();
        let webhook = self.url.is_some() || self.signing_secret.is_some();
        let mut keys = named;
        let settings = match self.kind {
            RotatorKind::Generated if !postgres && !webhook => {
                let format = self.format.clone().unwrap_or_else(|| "{}".into());
                let length = self.length.unwrap_or(32);
                let fits = (8..=512).contains(&length)
                    && format.len() <= 256
                    && format.matches("{}").count() == 1
                    && !format.contains('\0');
                if !fits {
                    return Err(wrong());
                }
                let alphabet = self.alphabet.unwrap_or_default();
                RotatorSettings::Generated { length, alphabet, format }
            }
            RotatorKind::Postgres if !generated && !webhook => {
                let (Some((admin_secret, admin_key)), Some(role)) = (&self.admin, &self.role)
                else {
                    return Err(wrong());
                };
                let (user_key, url_key) = (optional(&self.user_key)?, optional(&self.url_key)?);
                let is_role =
                    |role: &String| (1..=63).contains(&role.len()) && !role.contains('\0');
                let turns = self
                    .other_role
                    .as_ref()
                    .is_none_or(|other| is_role(other) && other != role && user_key.is_some());
                if keys.len() != 1 || !is_role(role) || !turns {
                    return Err(wrong());
                }
                keys.extend(user_key.clone());
                keys.extend(url_key.clone());
                RotatorSettings::Postgres {
                    admin_secret: *admin_secret,
                    admin_key: KeyName::parse(admin_key)
                        .map_err(|_| Problems::one(Field::RotatorAdmin, Reason::Unknown))?,
                    password_key: first,
                    user_key,
                    url_key,
                    role: role.clone(),
                    other_role: self.other_role.clone(),
                }
            }
            RotatorKind::Webhook if !generated && !postgres => {
                let long_enough = self
                    .signing_secret
                    .as_ref()
                    .is_some_and(|secret| (16..=256).contains(&secret.len()));
                let Some(url) = self.url.clone().filter(|url| url.len() <= 2048 && long_enough)
                else {
                    return Err(wrong());
                };
                RotatorSettings::Webhook { url }
            }
            _ => return Err(wrong()),
        };
        let mut sorted = keys.clone();
        sorted.sort();
        sorted.dedup();
        if sorted.len() != keys.len() || keys.len() > MOST_KEYS {
            return Err(Problems::one(Field::RotatorKeys, Reason::Wrong));
        }
        if self.days > MOST_DAYS {
            let reason = Reason::TooMany { limit: MOST_DAYS, actual: self.days };
            return Err(Problems::one(Field::Days, reason));
        }
        if self.overlap_minutes > MOST_OVERLAP {
            let reason = Reason::TooMany { limit: MOST_OVERLAP, actual: self.overlap_minutes };
            return Err(Problems::one(Field::OverlapMinutes, reason));
        }
        Ok((keys, settings))
    }
}

impl Store {
    /// Makes a rotator. It acts with the rights that whoever makes it has at each run.
    pub async fn create_rotator(&self, caller: &Caller, draft: RotatorDraft) -> Result<RotatorId> {
        let found = self.find_live(caller, draft.secret).await?;
        self.allow_at(caller, Action::ManageRotators, found.place()).await?;
        let (keys, settings) = draft.parse()?;
        let has = self.keys_of(caller, draft.secret).await?;
        if let Some(_unknown) = keys.iter().find(|key| !has.contains(key)) {
            return Err(Problems::one(Field::RotatorKeys, Reason::Unknown).into());
        }
        self.check_admin(caller, draft.secret, &keys, &settings).await?;
        let now = self.now();
        let id = RotatorId::from_uuid(random::uuid(now));
        let workspace = caller.workspace;
        let mut tx = self.db.begin().await?;
        // Locks the secret's row, so that of two who ask at once the second sees the first's.
        sqlx::query("update secrets set version = version where id = $1 and workspace_id = $2")
            .bind(draft.secret.to_string())
            .bind(workspace.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        let others: Vec<String> = sqlx::query_scalar(
            "select keys from rotators where workspace_id = $1 and secret_id = $2",
        )
        .bind(workspace.to_string())
        .bind(draft.secret.to_string())
        .fetch_all(&mut *tx)
        .await
        .map_err(query)?;
        let taken = others.iter().any(|other| {
            let other: Vec<KeyName> = serde_json::from_str(other).unwrap_or_default();
            other.iter().any(|key| keys.contains(key))
        });
        if taken {
            return Err(Problems::one(Field::RotatorKeys, Reason::Taken).into());
        }
        let key = self.keyring.active(&mut tx, workspace).await?;
        let sealed = draft.signing_secret.as_ref().map(|secret| {
            let context = Context::RotatorSecret { workspace, rotator: id };
            seal::seal(&key.key, key.number, &context, secret.dangerously_expose().as_bytes())
        });
        let next_at = if draft.days == 0 { 0 } else { now + i64::from(draft.days) * super::DAY };
        sqlx::query(
            "insert into rotators (id, workspace_id, secret_id, keys, settings, key_number, sealed,
               interval_days, overlap_minutes, created_at, created_by, next_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(id.to_string())
        .bind(workspace.to_string())
        .bind(draft.secret.to_string())
        .bind(serde_json::to_string(&keys).expect("keys are text"))
        .bind(serde_json::to_string(&settings).expect("settings are text and numbers"))
        .bind(i64::from(key.number))
        .bind(sealed)
        .bind(i64::from(draft.days))
        .bind(i64::from(draft.overlap_minutes))
        .bind(now)
        .bind(caller.user.to_string())
        .bind(next_at)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        let detail = json!({
            "secret": draft.secret.to_string(),
            "name": found.name.as_str(),
            "kind": settings.kind(),
            "keys": keys,
            "days": draft.days,
        });
        let event = Event::by(caller, "rotator.create", id).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(id)
    }

    /// Nothing if whoever makes the rotator may read the administrator's URL that it will use.
    async fn check_admin(
        &self,
        caller: &Caller,
        secret: SecretId,
        keys: &[KeyName],
        settings: &RotatorSettings,
    ) -> Result<()> {
        let RotatorSettings::Postgres { admin_secret, admin_key, .. } = settings else {
            return Ok(());
        };
        let unknown = || Problems::one(Field::RotatorAdmin, Reason::Unknown);
        let found = match self.find_live(caller, *admin_secret).await {
            Err(StoreError::NotFound) => return Err(unknown().into()),
            found => found?,
        };
        self.allow_at(caller, Action::RevealValues, found.place()).await?;
        if !self.keys_of(caller, *admin_secret).await?.contains(admin_key) {
            return Err(unknown().into());
        }
        if secret == *admin_secret && keys.contains(admin_key) {
            let problem = Problem::new(Field::RotatorAdmin, Reason::Wrong);
            return Err(Problems::from(problem).into());
        }
        Ok(())
    }

    /// Asks a rotator to run now, or to go on with a rotation that it gave up.
    pub async fn run_rotator(&self, caller: &Caller, id: RotatorId) -> Result<()> {
        let found = self.find_rotator(caller, id).await?;
        let secret = self.find_live(caller, row::text(&found, "secret_id")?).await?;
        self.allow_at(caller, Action::RotateValues, secret.place()).await?;
        let now = self.now();
        let mut tx = self.db.begin().await?;
        let asked = sqlx::query(
            "update rotators
             set next_at = case when state = 'idle' then $1 else next_at end, failures = 0, retry_at = 0,
               gave_up = 0, error = ''
             where id = $2 and workspace_id = $3 and (state = 'idle' or gave_up = 1 or retry_at > $1)
               and lease_until <= $1",
        )
        .bind(now)
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if asked.rows_affected() == 0 {
            return Err(StoreError::RotationUnderWay);
        }
        let event = Event::by(caller, "rotator.run", id);
        let detail = json!({ "name": secret.name.as_str(), "secret": secret.id.to_string() });
        audit::append(&mut tx, &self.clock, event.with(detail)).await?;
        tx.commit().await.map_err(query)
    }

    /// Deletes a rotator; the secret stays as it is. While a rotation is under way the row may hold the only copy of a value that
    /// the other side has taken already: that takes `force`.
    pub async fn delete_rotator(&self, caller: &Caller, id: RotatorId, force: bool) -> Result<()> {
        let found = self.find_rotator(caller, id).await?;
        self.allow(caller, Action::ManageRotators).await?;
        caller.check_whole_reach()?;
        let state: String = row::text(&found, "state")?;
        let rests =
            [RotatorState::Idle, RotatorState::Overlap].iter().any(|rest| rest.as_str() == state);
        if !force && !rests {
            return Err(StoreError::RotationUnderWay);
        }
        let mut tx = self.db.begin().await?;
        sqlx::query("delete from rotators where id = $1 and workspace_id = $2")
            .bind(id.to_string())
            .bind(caller.workspace.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        let event = Event::by(caller, "rotator.delete", id).with(json!({ "state": state }));
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)
    }

    async fn keys_of(&self, caller: &Caller, secret: SecretId) -> Result<Vec<KeyName>> {
        let keys: String = sqlx::query_scalar(
            "select v.keys from secrets s join versions v on v.secret_id = s.id and v.version = s.version
             where s.id = $1 and s.workspace_id = $2",
        )
        .bind(secret.to_string())
        .bind(caller.workspace.to_string())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
        let keys: Vec<model::KeyInfo> = serde_json::from_str(&keys)
            .map_err(|_| StoreError::Integrity { record: format!("keys of {secret}") })?;
        Ok(keys.into_iter().map(|info| info.name).collect())
    }
}

const MOST_KEYS: usize = 16;
const MOST_DAYS: u32 = 366;
/// A week.
const MOST_OVERLAP: u32 = 7 * 24 * 60;
