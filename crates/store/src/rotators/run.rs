//! Rotations, step by step. What happens outside of the database is the server's part; each step ends here, in a commit.

use super::{DAY, MINUTE};
use crate::{
    Store,
    audit::{self, Event},
    caller::{Caller, Credential, Origin},
    db::{Tx, query},
    error::{Result, StoreError},
    random, row,
    seal::{self, Context},
    secrets::NewValues,
};
use model::{
    EmailAddress, KeyName, PersonName, Role, RotatorId, RotatorSettings, RotatorState, RunId,
    SecretId, SecretValue, WireValue, WorkspaceName,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::any::AnyRow;
use std::str::FromStr as _;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The new values of a rotation.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pending {
    /// What the keys shall hold.
    pub values: Vec<(KeyName, WireValue)>,
    /// The role of a database that they are for, where there is one.
    pub role: Option<String>,
}

impl Pending {
    /// The new value of a key.
    pub fn of(&self, key: &KeyName) -> Option<SecretValue> {
        let (_, value) = self.values.iter().find(|(name, _)| name == key)?;
        Some(SecretValue::new(value.dangerously_expose().to_owned()))
    }
}

/// A rotation whose next step is to be done, by whoever claimed it and until the lease ends.
#[derive(Debug)]
pub struct RotatorWork {
    /// Which rotator.
    pub rotator: RotatorId,
    /// Which rotation: the same for every try.
    pub run: RunId,
    /// How far it is.
    pub state: RotatorState,
    /// Whose values are replaced.
    pub secret: SecretId,
    /// Which.
    pub keys: Vec<KeyName>,
    /// How.
    pub settings: RotatorSettings,
    /// What of the settings is secret.
    pub signing_secret: Option<SecretValue>,
    /// The new values, once they are made.
    pub pending: Option<Pending>,
    /// The rotator, with the rights of whoever made it; nothing if they left.
    pub caller: Option<Caller>,
    holder: Uuid,
    days: i64,
    overlap: i64,
    failures: i64,
}

/// How a step ended.
#[derive(Debug)]
pub enum RotationStep {
    /// The new values are made.
    Made(Pending),
    /// The other side has them.
    Applied,
    /// The other side takes them.
    Verified,
    /// They are to be the current version.
    Stored,
    /// The old value is at its end; why, for the log.
    Retired(String),
    /// It did not work, and is tried again later; from the beginning of `back_to`, if that is named. The message is for people
    /// and holds no value.
    Failed { message: String, back_to: Option<RotatorState> },
}

impl Store {
    /// A rotation that is due, for this holder alone until a minute has passed.
    pub async fn claim_rotation(&self, holder: Uuid) -> Result<Option<RotatorWork>> {
        let now = self.now();
        let due: Vec<String> = sqlx::query_scalar(
            "select id from rotators
             where gave_up = 0 and lease_until <= $1 and retry_at <= $1
               and (state = 'idle' and next_at > 0 and next_at <= $1
                 or state = 'overlap' and overlap_until <= $1
                 or state in ('made', 'applied', 'verified'))
             order by next_at, id limit 8",
        )
        .bind(now)
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        for id in due {
            let mut tx = self.db.begin().await?;
            // Asked once more: another replica may have been faster.
            let claimed = sqlx::query(
                "update rotators
                 set lease_holder = $1, lease_until = $2, run_id = case when run_id = '' then $3 else run_id end
                 where id = $4 and gave_up = 0 and lease_until <= $5 and retry_at <= $5
                   and (state = 'idle' and next_at > 0 and next_at <= $5
                     or state = 'overlap' and overlap_until <= $5
                     or state in ('made', 'applied', 'verified'))",
            )
            .bind(holder.to_string())
            .bind(now + LEASE)
            .bind(RunId::from_uuid(random::uuid(now)).to_string())
            .bind(&id)
            .bind(now)
            .execute(&mut *tx)
            .await
            .map_err(query)?;
            tx.commit().await.map_err(query)?;
            if claimed.rows_affected() == 1 {
                return self.rotation(&id, holder).await.map(Some);
            }
        }
        Ok(None)
    }

    async fn rotation(&self, id: &str, holder: Uuid) -> Result<RotatorWork> {
        let found = sqlx::query(
            "select r.id, r.workspace_id, r.secret_id, r.keys, r.settings, r.key_number, r.sealed,
               r.interval_days, r.overlap_minutes, r.state, r.run_id, r.pending_key_number, r.pending,
               r.failures, u.id as user_id, u.name as user_name, u.email, w.name as workspace_name,
               coalesce(m.role, '') as role,
       coalesce(m.limited, 0) as limited, coalesce(m.grants, '') as grants
             from rotators r
             join users u on u.id = r.created_by
             join workspaces w on w.id = r.workspace_id
             left join members m on m.workspace_id = r.workspace_id and m.user_id = r.created_by
             where r.id = $1 and r.lease_holder = $2",
        )
        .bind(id)
        .bind(holder.to_string())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
        let rotator = row::text(&found, "id")?;
        let run = row::text(&found, "run_id")?;
        let workspace = row::text(&found, "workspace_id")?;
        let secret = Context::RotatorSecret { workspace, rotator };
        let pending = Context::RotatorPending { workspace, rotator, run };
        Ok(RotatorWork {
            rotator,
            run,
            state: row::parsed(&found, "state", |text| RotatorState::parse(text).ok_or(()))?,
            secret: row::text(&found, "secret_id")?,
            keys: row::parsed(&found, "keys", |text| serde_json::from_str(text))?,
            settings: row::parsed(&found, "settings", |text| serde_json::from_str(text))?,
            signing_secret: self
                .open_part(&found, workspace, "sealed", "key_number", &secret)
                .await?
                .map(|text| String::from_utf8(text.to_vec()).map(SecretValue::new))
                .transpose()
                .map_err(|_| integrity(rotator))?,
            pending: self
                .open_part(&found, workspace, "pending", "pending_key_number", &pending)
                .await?
                .map(|text| serde_json::from_slice(&text))
                .transpose()
                .map_err(|_| integrity(rotator))?,
            caller: caller(&found, rotator)?,
            holder,
            days: row::int(&found, "interval_days")?,
            overlap: row::int(&found, "overlap_minutes")?,
            failures: row::int(&found, "failures")?,
        })
    }

    async fn open_part(
        &self,
        found: &AnyRow,
        workspace: model::WorkspaceId,
        column: &'static str,
        number: &'static str,
        context: &Context,
    ) -> Result<Option<Zeroizing<Vec<u8>>>> {
        use sqlx::Row as _;
        let sealed: Option<Vec<u8>> = found.try_get(column).map_err(query)?;
        let Some(sealed) = sealed else { return Ok(None) };
        let key = self.keyring.data_key(&self.db, workspace, row::count(found, number)?).await?;
        let opened = seal::open(&key.key, context, &sealed);
        opened
            .map(Some)
            .map_err(|_| StoreError::Integrity { record: format!("{column} of a rotator") })
    }

    /// Commits how a step ended. If the lease went to somebody else meanwhile, nothing is changed.
    pub async fn end_step(&self, work: RotatorWork, step: RotationStep) -> Result<()> {
        match step {
            RotationStep::Made(pending) => self.keep_pending(&work, &pending).await,
            RotationStep::Applied => self.go_on(&work, RotatorState::Applied).await,
            RotationStep::Verified => self.go_on(&work, RotatorState::Verified).await,
            RotationStep::Stored => match self.store_pending(&work).await {
                Ok(()) => Ok(()),
                Err(error @ (StoreError::Unavailable(_) | StoreError::Full)) => Err(error),
                Err(error) => {
                    let message = format!("the new value could not be stored: {error}");
                    self.note_failure(&work, message, None).await
                }
            },
            RotationStep::Retired(message) => self.retire(&work, message).await,
            RotationStep::Failed { message, back_to } => {
                self.note_failure(&work, message, back_to).await
            }
        }
    }

    async fn keep_pending(&self, work: &RotatorWork, pending: &Pending) -> Result<()> {
        let Some(caller) = &work.caller else { return Err(StoreError::NotFound) };
        let workspace = caller.workspace;
        let plaintext = Zeroizing::new(serde_json::to_vec(pending).expect("values are text"));
        let mut tx = self.db.begin().await?;
        let key = self.keyring.active(&mut tx, workspace).await?;
        let context = Context::RotatorPending { workspace, rotator: work.rotator, run: work.run };
        let kept = sqlx::query(
            "update rotators
             set state = 'made', pending = $1, pending_key_number = $2, error = '', lease_until = 0
             where id = $3 and lease_holder = $4 and state = 'idle' and run_id = $5 and lease_until > $6",
        )
        .bind(seal::seal(&key.key, key.number, &context, &plaintext))
        .bind(i64::from(key.number))
        .bind(work.rotator.to_string())
        .bind(work.holder.to_string())
        .bind(work.run.to_string())
        .bind(self.now())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        let message = "The new value is made. The current one is untouched.";
        self.finish(tx, work, kept.rows_affected(), "made", message).await
    }

    async fn go_on(&self, work: &RotatorWork, to: RotatorState) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let moved = sqlx::query(
            "update rotators set state = $1, error = '', lease_until = 0
             where id = $2 and lease_holder = $3 and state = $4 and run_id = $5 and lease_until > $6",
        )
        .bind(to.as_str())
        .bind(work.rotator.to_string())
        .bind(work.holder.to_string())
        .bind(work.state.as_str())
        .bind(work.run.to_string())
        .bind(self.now())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        let message = match to {
            RotatorState::Applied => "The other side has the new value.",
            _ => "The other side takes the new value.",
        };
        self.finish(tx, work, moved.rows_affected(), to.as_str(), message).await
    }

    /// Makes the pending values the current version, unless a try that was cut off did it already.
    async fn store_pending(&self, work: &RotatorWork) -> Result<()> {
        let caller = work.caller.as_ref().ok_or(StoreError::NotFound)?;
        let pending = work.pending.as_ref().ok_or_else(|| integrity(work.rotator))?;
        let base = self.base_version(caller, work.secret, None).await?;
        let current = self.current_values(caller, work.secret, base.version).await?;
        let stored = pending.values.iter().all(|(key, value)| {
            current.iter().any(|(name, current)| {
                name == key && current.dangerously_expose() == value.dangerously_expose()
            })
        });
        let version = if stored {
            base.version
        } else {
            let values = pending
                .values
                .iter()
                .map(|(key, value)| {
                    (key.clone(), SecretValue::new(value.dangerously_expose().to_owned()))
                })
                .collect();
            let note = format!("Rotated by {}", work.rotator);
            let new = NewValues { values, note };
            self.store_rotated(caller, work.secret, base.version, new).await?
        };
        let now = self.now();
        let mut tx = self.db.begin().await?;
        let moved = sqlx::query(
            "update rotators
             set state = 'overlap', overlap_until = $1, last_at = $2, failures = 0, error = '', lease_until = 0
             where id = $3 and lease_holder = $4 and state = 'verified' and run_id = $5 and lease_until > $2",
        )
        .bind(now + work.overlap * MINUTE)
        .bind(now)
        .bind(work.rotator.to_string())
        .bind(work.holder.to_string())
        .bind(work.run.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        let message = format!("The new value is the current one: version {version}.");
        self.finish(tx, work, moved.rows_affected(), "stored", &message).await
    }

    async fn retire(&self, work: &RotatorWork, message: String) -> Result<()> {
        let now = self.now();
        let mut tx = self.db.begin().await?;
        let next_at = if work.days == 0 { 0 } else { now + work.days * DAY };
        let moved = sqlx::query(
            "update rotators
             set state = 'idle', run_id = '', pending = null, overlap_until = 0, failures = 0, error = '',
               next_at = $1, lease_until = 0
             where id = $2 and lease_holder = $3 and state = 'overlap' and run_id = $4 and lease_until > $5",
        )
        .bind(next_at)
        .bind(work.rotator.to_string())
        .bind(work.holder.to_string())
        .bind(work.run.to_string())
        .bind(now)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        self.finish(tx, work, moved.rows_affected(), "retired", &message).await
    }

    async fn note_failure(
        &self,
        work: &RotatorWork,
        message: String,
        back_to: Option<RotatorState>,
    ) -> Result<()> {
        let now = self.now();
        let tries = usize::try_from(work.failures).unwrap_or(usize::MAX);
        let wait = WAITS.get(tries).copied();
        let message: String = message.chars().take(500).collect();
        let mut tx = self.db.begin().await?;
        let noted = sqlx::query(
            "update rotators
             set state = $1, failures = failures + 1, retry_at = $2, gave_up = $3, error = $4, lease_until = 0
             where id = $5 and lease_holder = $6 and state = $7 and run_id = $8 and lease_until > $9",
        )
        .bind(back_to.unwrap_or(work.state).as_str())
        .bind(wait.map_or(0, |minutes| now + minutes * MINUTE))
        .bind(i64::from(wait.is_none()))
        .bind(&message)
        .bind(work.rotator.to_string())
        .bind(work.holder.to_string())
        .bind(work.state.as_str())
        .bind(work.run.to_string())
        .bind(now)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        let step = if wait.is_none() { "gave-up" } else { "failed" };
        self.finish(tx, work, noted.rows_affected(), step, &message).await
    }

    /// Logs the step, audits what ends a rotation, and commits.
    async fn finish(
        &self,
        mut tx: Tx,
        work: &RotatorWork,
        moved: u64,
        step: &'static str,
        message: &str,
    ) -> Result<()> {
        if moved == 0 {
            return Err(StoreError::RotationUnderWay);
        }
        let now = self.now();
        sqlx::query(
            "insert into rotator_log (workspace_id, rotator_id, seq, run_id, at, step, message)
             select workspace_id, id,
               (select cast(coalesce(max(l.seq), 0) + 1 as bigint) from rotator_log l where l.rotator_id = r.id),
               $1, $2, $3, $4
             from rotators r where r.id = $5",
        )
        .bind(work.run.to_string())
        .bind(now)
        .bind(step)
        .bind(message)
        .bind(work.rotator.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        let action = match step {
            "retired" => Some("rotator.done"),
            "gave-up" => Some("rotator.failed"),
            _ => None,
        };
        if let (Some(action), Some(caller)) = (action, &work.caller) {
            let detail = json!({ "secret": work.secret.to_string(), "run": work.run.to_string(), "message": message });
            let event = Event::by(caller, action, work.rotator).with(detail);
            audit::append(&mut tx, &self.clock, event).await?;
        }
        tx.commit().await.map_err(query)
    }
}

/// The rotator as a caller; nothing if whoever made it is no member any more.
fn caller(found: &AnyRow, rotator: RotatorId) -> Result<Option<Caller>> {
    let role: String = row::text(found, "role")?;
    if role.is_empty() {
        return Ok(None);
    }
    Ok(Some(Caller {
        user: row::text(found, "user_id")?,
        name: row::parsed(found, "user_name", PersonName::parse)?,
        email: row::parsed(found, "email", EmailAddress::parse)?,
        workspace: row::text(found, "workspace_id")?,
        workspace_name: row::parsed(found, "workspace_name", WorkspaceName::parse)?,
        role: row::parsed(found, "role", Role::from_str)?,
        grants: row::grants(found)?,
        // A rotator is a program, which has none and is asked for none.
        has_factor: false,
        factor_required: false,
        credential: Credential::Rotator { id: rotator },
        origin: Origin::default(),
    }))
}

fn integrity(rotator: RotatorId) -> StoreError {
    StoreError::Integrity { record: format!("{rotator}") }
}

/// Longer than every step may take.
const LEASE: i64 = MINUTE;
/// How long to wait after each failure, in minutes. After the last one the rotator gives up.
const WAITS: [i64; 5] = [1, 5, 15, 60, 240];
