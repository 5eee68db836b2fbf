//! Which rotators there are, and what they did.

use crate::{
    Store,
    caller::Caller,
    db::query,
    error::{Result, StoreError},
    row,
};
use model::{
    Action, EnvironmentId, KeyName, PersonName, RotatorId, RotatorSettings, RotatorState, RunId,
    SecretId, SecretName,
};
use sqlx::any::AnyRow;

/// A rotator, and how its rotation of now stands.
#[derive(Clone, Debug)]
pub struct RotatorInfo {
    /// Which.
    pub id: RotatorId,
    /// Whose values it replaces.
    pub secret: SecretId,
    /// What that is called.
    pub secret_name: SecretName,
    /// Where that lives.
    pub environment: EnvironmentId,
    /// The keys.
    pub keys: Vec<KeyName>,
    /// How.
    pub settings: RotatorSettings,
    /// How often, in days; 0 by hand only.
    pub days: u32,
    /// How long the old value works too, in minutes.
    pub overlap_minutes: u32,
    /// How far the rotation of now is.
    pub state: RotatorState,
    /// It failed too often and waits for somebody.
    pub gave_up: bool,
    /// Why the last try failed.
    pub error: Option<String>,
    /// When the next rotation begins, in unix milliseconds.
    pub next_at: Option<i64>,
    /// When the last one stored its value.
    pub last_at: Option<i64>,
    /// Until when the old value of now works.
    pub overlap_until: Option<i64>,
    /// When it was made.
    pub created_at: i64,
    /// Whose rights bound it.
    pub created_by: PersonName,
}

/// One step of a rotation.
#[derive(Clone, Debug)]
pub struct LogEntry {
    /// Of which rotation.
    pub run: RunId,
    /// When, in unix milliseconds.
    pub at: i64,
    /// Which.
    pub step: String,
    /// What happened, for people. Never a value.
    pub message: String,
}

impl Store {
    /// The rotators of secrets that the caller reaches, those that failed first.
    pub async fn list_rotators(&self, caller: &Caller) -> Result<Vec<RotatorInfo>> {
        self.allow(caller, Action::ListSecrets).await?;
        let rows = sqlx::query(concat!(
            columns!(),
            " order by r.gave_up desc, s.name_folded, r.id limit 500"
        ))
        .bind(caller.workspace.to_string())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let all = rows.iter().map(info).collect::<Result<Vec<_>>>()?;
        let reached = |info: &RotatorInfo| {
            caller.check_reach(info.environment, Some(&info.secret_name)).is_ok()
        };
        Ok(all.into_iter().filter(reached).collect())
    }

    /// One of them.
    pub async fn rotator(&self, caller: &Caller, id: RotatorId) -> Result<RotatorInfo> {
        self.allow(caller, Action::ListSecrets).await?;
        info(&self.find_rotator(caller, id).await?)
    }

    /// One that the caller just made or asked to run, whether they may list or not.
    pub async fn rotator_just_changed(
        &self,
        caller: &Caller,
        id: RotatorId,
    ) -> Result<RotatorInfo> {
        info(&self.find_rotator(caller, id).await?)
    }

    /// What it did, the latest first.
    pub async fn rotator_log(&self, caller: &Caller, id: RotatorId) -> Result<Vec<LogEntry>> {
        self.rotator(caller, id).await?;
        let rows = sqlx::query(
            "select run_id, at, step, message from rotator_log
             where workspace_id = $1 and rotator_id = $2 order by seq desc limit 200",
        )
        .bind(caller.workspace.to_string())
        .bind(id.to_string())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        rows.iter()
            .map(|found| {
                Ok(LogEntry {
                    run: row::text(found, "run_id")?,
                    at: row::int(found, "at")?,
                    step: row::text(found, "step")?,
                    message: row::text(found, "message")?,
                })
            })
            .collect()
    }

    /// The row of a rotator whose secret the caller reaches.
    pub(super) async fn find_rotator(&self, caller: &Caller, id: RotatorId) -> Result<AnyRow> {
        let found = sqlx::query(concat!(columns!(), " and r.id = $2"))
            .bind(caller.workspace.to_string())
            .bind(id.to_string())
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?
            .ok_or(StoreError::NotFound)?;
        let name = row::parsed(&found, "secret_name", SecretName::parse)?;
        caller.check_reach(row::text(&found, "environment_id")?, Some(&name))?;
        Ok(found)
    }
}

fn info(found: &AnyRow) -> Result<RotatorInfo> {
    let optional = |column| -> Result<Option<i64>> {
        Ok(Some(row::int(found, column)?).filter(|&at| at != 0))
    };
    let error: String = row::text(found, "error")?;
    Ok(RotatorInfo {
        id: row::text(found, "id")?,
        secret: row::text(found, "secret_id")?,
        secret_name: row::parsed(found, "secret_name", SecretName::parse)?,
        environment: row::text(found, "environment_id")?,
        keys: row::parsed(found, "keys", |text| serde_json::from_str(text))?,
        settings: row::parsed(found, "settings", |text| serde_json::from_str(text))?,
        days: row::count(found, "interval_days")?,
        overlap_minutes: row::count(found, "overlap_minutes")?,
        state: row::parsed(found, "state", |text| RotatorState::parse(text).ok_or(()))?,
        gave_up: row::flag(found, "gave_up")?,
        error: Some(error).filter(|error| !error.is_empty()),
        next_at: optional("next_at")?,
        last_at: optional("last_at")?,
        overlap_until: optional("overlap_until")?,
        created_at: row::int(found, "created_at")?,
        created_by: row::parsed(found, "created_by_name", PersonName::parse)?,
    })
}

macro_rules! columns {
    () => {
        "select r.id, r.secret_id, r.keys, r.settings, r.interval_days, r.overlap_minutes, r.state, r.gave_up,
           r.error, r.next_at, r.last_at, r.overlap_until, r.created_at, u.name as created_by_name,
           s.name as secret_name, s.environment_id
         from rotators r
         join secrets s on s.id = r.secret_id and s.workspace_id = r.workspace_id
         join users u on u.id = r.created_by
         where r.workspace_id = $1"
    };
}
use columns;
