//! When values have to be replaced: by the secret's own schedule, or by its template's.
//!
//! When a secret is due stands beside it, where lists find it, and is worked out anew whenever its schedule changes or it is
//! rotated. What was told of it is remembered by that time and a step, not by a clock: one that goes back tells nothing twice.

use super::{
    list::{self, detail_columns, detail_joins},
    rotate::LATELY,
};
use crate::{
    Store,
    audit::{self, Actor, Event},
    caller::Caller,
    db::{Tx, query},
    error::{Result, StoreError},
    row,
};
use model::{
    Action, AuditChain, RotationCounts, RotationInfo, RotationState, Schedule, SecretDetail,
    SecretId, Version, WorkspaceId,
};
use serde_json::json;
use sqlx::{Row as _, any::AnyRow};
use std::num::NonZeroU32;

/// What a secret is told of its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NewSchedule {
    /// When its values have to be replaced; as its template says if nothing.
    pub schedule: Option<Schedule>,
    /// When the credential itself ends, at whoever issued it, in unix milliseconds.
    pub expires_at: Option<i64>,
}

/// A secret that waits for a rotation, or for its readers after one.
#[derive(Clone, Debug)]
pub struct DueSecret {
    /// The secret.
    pub detail: SecretDetail,
    /// How many readers of the last 30 days still have values from before its last rotation.
    pub behind: u32,
}

impl Store {
    /// Gives a secret a schedule of its own, and says when its credential ends; or takes either away.
    pub async fn set_schedule(
        &self,
        caller: &Caller,
        id: SecretId,
        new: NewSchedule,
    ) -> Result<SecretDetail> {
        let found = self.find_live(caller, id).await?;
        self.allow_at(caller, Action::WriteSecrets, found.place()).await?;
        let (days, on) = columns(new.schedule);
        let mut tx = self.db.begin().await?;
        let changed = sqlx::query(
            "update secrets set rotate_days = $1, rotate_on = $2, expires_at = $3, done_on = null
             where id = $4 and workspace_id = $5 and trashed_at is null",
        )
        .bind(days)
        .bind(on)
        .bind(new.expires_at)
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        refresh_secret(&mut tx, caller, id).await?;
        let detail = json!({
            "name": found.name.as_str(),
            "schedule": told(new.schedule),
            "expires_at": new.expires_at,
        });
        audit::append(
            &mut tx,
            &self.clock,
            Event::by(caller, "secret.schedule", id).at(found.environment).with(detail),
        )
        .await?;
        tx.commit().await.map_err(query)?;
        self.written_secret(caller, id).await
    }

    /// Gives all secrets of a template a schedule that have none of their own, or takes it away.
    pub async fn set_template_schedule(
        &self,
        caller: &Caller,
        template: &str,
        schedule: Option<Schedule>,
    ) -> Result<()> {
        self.allow(caller, Action::ManageSchedules).await?;
        caller.check_whole_reach()?;
        let mut tx = self.db.begin().await?;
        sqlx::query("delete from template_schedules where workspace_id = $1 and template = $2")
            .bind(caller.workspace.to_string())
            .bind(template)
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        if schedule.is_some() {
            let (days, on) = columns(schedule);
            sqlx::query(
                "insert into template_schedules (workspace_id, template, rotate_days, rotate_on)
                 values ($1, $2, $3, $4)",
            )
            .bind(caller.workspace.to_string())
            .bind(template)
            .bind(days)
            .bind(on)
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        }
        sqlx::query(
            "update secrets set done_on = null
             where workspace_id = $1 and template = $2 and rotate_days = 0 and rotate_on is null",
        )
        .bind(caller.workspace.to_string())
        .bind(template)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        refresh(&mut tx, caller, NO_SECRET, template).await?;
        let event = Event::by(caller, "template.schedule", template);
        let detail = json!({ "schedule": told(schedule) });
        audit::append(&mut tx, &self.clock, event.with(detail)).await?;
        tx.commit().await.map_err(query)
    }

    /// The templates that have a schedule.
    pub async fn template_schedules(&self, caller: &Caller) -> Result<Vec<(String, Schedule)>> {
        self.allow(caller, Action::ListSecrets).await?;
        let rows = sqlx::query(
            "select template, rotate_days, rotate_on from template_schedules
             where workspace_id = $1 order by template",
        )
        .bind(caller.workspace.to_string())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let mut schedules = Vec::with_capacity(rows.len());
        for found in &rows {
            if let Some(schedule) = schedule(found, "rotate_days", "rotate_on")? {
                schedules.push((row::text(found, "template")?, schedule));
            }
        }
        Ok(schedules)
    }

    /// What wants a rotation within two weeks or has wanted one for longer, what ends by then, and what was rotated while readers
    /// still have the old values: the most urgent first.
    pub async fn list_due(&self, caller: &Caller) -> Result<Vec<DueSecret>> {
        self.allow(caller, Action::ListSecrets).await?;
        let now = self.now();
        let rows = sqlx::query(DUE)
            .bind(caller.workspace.to_string())
            .bind(now)
            .bind(now - LATELY)
            .bind(now + RotationState::SOON)
            .fetch_all(self.db.read())
            .await
            .map_err(query)?;
        let mut due = Vec::with_capacity(rows.len());
        for found in &rows {
            let detail = list::detail(found, now)?;
            let reached =
                caller.check_reach(detail.summary.environment, Some(&detail.summary.name));
            if reached.is_ok() {
                due.push(DueSecret { detail, behind: row::count(found, "behind")? });
            }
        }
        Ok(due)
    }

    /// How many secrets are overdue, or have a rotator that gave up, where the caller sees them.
    pub async fn count_overdue(&self, caller: &Caller) -> Result<u32> {
        self.allow(caller, Action::ListSecrets).await?;
        let found = sqlx::query(
            "select count(*) as overdue from (
               select s.id from secrets s
               where s.workspace_id = $1 and s.trashed_at is null and s.due_at <= $2
                 and ($3 = '' or $3 like '%' || s.environment_id || '%')
               union
               select s.id from rotators r join secrets s on s.id = r.secret_id
               where r.workspace_id = $1 and r.gave_up <> 0 and s.trashed_at is null
                 and ($3 = '' or $3 like '%' || s.environment_id || '%')) wanted",
        )
        .bind(caller.workspace.to_string())
        .bind(self.now() - RotationState::GRACE)
        .bind(list::seen(caller))
        .fetch_one(self.db.read())
        .await
        .map_err(query)?;
        row::count(&found, "overdue")
    }

    /// How many secrets of all workspaces wait, for whoever watches the server.
    pub async fn rotation_counts(&self) -> Result<RotationCounts> {
        let now = self.now();
        let found = sqlx::query(
            "select
               cast(coalesce(sum(case when due_at > $1 and due_at <= $2 then 1 else 0 end), 0) as bigint) as soon,
               cast(coalesce(sum(case when due_at > $3 and due_at <= $1 then 1 else 0 end), 0) as bigint) as due,
               cast(coalesce(sum(case when due_at <= $3 then 1 else 0 end), 0) as bigint) as overdue,
               cast(coalesce(sum(case when expires_at <= $1 then 1 else 0 end), 0) as bigint) as expired
             from secrets where trashed_at is null and (due_at is not null or expires_at is not null)",
        )
        .bind(now)
        .bind(now + RotationState::SOON)
        .bind(now - RotationState::GRACE)
        .fetch_one(self.db.read())
        .await
        .map_err(query)?;
        Ok(RotationCounts {
            soon: row::count(&found, "soon")?,
            due: row::count(&found, "due")?,
            overdue: row::count(&found, "overdue")?,
            expired: row::count(&found, "expired")?,
        })
    }

    /// Notes in the audit log what became due soon, due or overdue: each step once. Answers how many steps that were, at most
    /// 100 at a time: none once all are told.
    pub async fn tell_due(&self) -> Result<u64> {
        let now = self.now();
        let rows = sqlx::query(concat!(
            "select s.id, s.workspace_id, s.environment_id, s.name, s.due_at, ",
            step!(),
            " as step from secrets s where ",
            untold!(),
            " order by s.due_at, s.id limit 100"
        ))
        .bind(now + RotationState::SOON)
        .bind(now)
        .bind(now - RotationState::GRACE)
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let mut steps = 0;
        for found in &rows {
            steps += self.tell(found, now).await?;
        }
        Ok(steps)
    }

    async fn tell(&self, found: &AnyRow, now: i64) -> Result<u64> {
        let id: String = row::text(found, "id")?;
        let workspace: WorkspaceId = row::text(found, "workspace_id")?;
        let (due_at, step) = (row::int(found, "due_at")?, row::int(found, "step")?);
        let action = match step {
            1 => "rotation.soon",
            2 => "rotation.due",
            _ => "rotation.overdue",
        };
        let mut tx = self.db.begin().await?;
        let marked = sqlx::query(concat!(
            "update secrets as s set told_due_at = $4, told_step = $5 where s.id = $6 and s.due_at = $4 and ",
            untold!()
        ))
        .bind(now + RotationState::SOON)
        .bind(now)
        .bind(now - RotationState::GRACE)
        .bind(due_at)
        .bind(step)
        .bind(&id)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if marked.rows_affected() == 0 {
            // Another server told it, or it was rotated meanwhile.
            return Ok(0);
        }
        let name: String = row::text(found, "name")?;
        let event = Event::new(AuditChain::Workspace(workspace), action, Actor::Operator, &id)
            .at(row::text(found, "environment_id")?);
        let detail = json!({ "name": name, "due_at": due_at });
        audit::append(&mut tx, &self.clock, event.with(detail)).await?;
        tx.commit().await.map_err(query)?;
        Ok(1)
    }
}

/// Notes that this version came of a rotation, and when the next one is due.
pub(super) async fn note_rotation(
    tx: &mut Tx,
    caller: &Caller,
    id: SecretId,
    version: Version,
    now: i64,
) -> Result<()> {
    // A day that is still far away is not done by a rotation of today.
    sqlx::query(
        "update secrets set rotated_at = $1, rotated_version = $2, done_on = coalesce(
           case when rotate_days > 0 or rotate_on > $3 then null
             when rotate_on is not null then rotate_on
             else (select p.rotate_on from template_schedules p
               where p.workspace_id = secrets.workspace_id and p.template = secrets.template
                 and p.rotate_on <= $3) end, done_on)
         where id = $4 and workspace_id = $5",
    )
    .bind(now)
    .bind(i64::from(version.0))
    .bind(now + RotationState::SOON)
    .bind(id.to_string())
    .bind(caller.workspace.to_string())
    .execute(&mut **tx)
    .await
    .map_err(query)?;
    refresh_secret(tx, caller, id).await
}

/// Works out anew when a secret is due.
pub(super) async fn refresh_secret(tx: &mut Tx, caller: &Caller, id: SecretId) -> Result<()> {
    refresh(tx, caller, &id.to_string(), NO_TEMPLATE).await
}

/// The same for one secret, or for all of a template.
async fn refresh(tx: &mut Tx, caller: &Caller, id: &str, template: &str) -> Result<()> {
    sqlx::query(
        "update secrets set due_at = case
           when rotate_days > 0 then coalesce(rotated_at, created_at) + rotate_days * 86400000
           when rotate_on is not null then case when rotate_on = done_on then null else rotate_on end
           else (select case
               when p.rotate_days > 0 then coalesce(secrets.rotated_at, secrets.created_at) + p.rotate_days * 86400000
               -- A secret that was made since, or shortly before, is as new as that rotation wanted it.
               when p.rotate_on = secrets.done_on or secrets.created_at > p.rotate_on - 1209600000 then null
               else p.rotate_on end
             from template_schedules p
             where p.workspace_id = secrets.workspace_id and p.template = secrets.template) end
         where workspace_id = $1 and (id = $2 or template = $3)",
    )
    .bind(caller.workspace.to_string())
    .bind(id)
    .bind(template)
    .execute(&mut **tx)
    .await
    .map_err(query)?;
    Ok(())
}

/// What a row of a list says of the secret's rotation.
pub(super) fn rotation(found: &AnyRow, now: i64) -> Result<RotationInfo> {
    let due_at: Option<i64> = found.try_get("due_at").map_err(query)?;
    let own = schedule(found, "rotate_days", "rotate_on")?;
    let of_template = schedule(found, "template_days", "template_on")?;
    let version: u32 = row::count(found, "rotated_version")?;
    Ok(RotationInfo {
        state: RotationState::at(due_at, now),
        schedule: own.or(of_template),
        of_template: own.is_none() && of_template.is_some(),
        due_at,
        rotated_at: found.try_get("rotated_at").map_err(query)?,
        rotated_version: (version > 0).then_some(Version(version)),
        expires_at: found.try_get("expires_at").map_err(query)?,
    })
}

fn schedule(found: &AnyRow, days: &'static str, on: &'static str) -> Result<Option<Schedule>> {
    let on: Option<i64> = found.try_get(on).map_err(query)?;
    Ok(NonZeroU32::new(row::count(found, days)?).map(Schedule::Every).or(on.map(Schedule::On)))
}

fn columns(schedule: Option<Schedule>) -> (i64, Option<i64>) {
    match schedule {
        None => (0, None),
        Some(Schedule::Every(days)) => (i64::from(days.get()), None),
        Some(Schedule::On(day)) => (0, Some(day)),
    }
}

fn told(schedule: Option<Schedule>) -> serde_json::Value {
    match schedule {
        None => serde_json::Value::Null,
        Some(Schedule::Every(days)) => json!({ "every_days": days.get() }),
        Some(Schedule::On(day)) => json!({ "on": day }),
    }
}

macro_rules! step {
    () => {
        "case when s.due_at <= $3 then 3 when s.due_at <= $2 then 2 else 1 end"
    };
}
use step;

macro_rules! untold {
    () => {
        concat!(
            "s.trashed_at is null and s.due_at <= $1
               and (s.told_due_at is null or s.told_due_at <> s.due_at or s.told_step < ",
            step!(),
            ")"
        )
    };
}
use untold;

/// No id is empty.
const NO_SECRET: &str = "";
/// No template is called so.
const NO_TEMPLATE: &str = "/";

const DUE: &str = concat!(
    "select * from (",
    detail_columns!(),
    ", s.name_folded, (
       select count(*) from secret_readers r
       left join tokens t on r.kind = 'program' and t.id = r.reader and t.workspace_id = r.workspace_id
       left join members m on r.kind = 'person' and m.user_id = r.reader and m.workspace_id = r.workspace_id
       where r.secret_id = s.id and r.version < s.rotated_version and r.last_at > $3
         and (m.user_id is not null
           or t.revoked_at is null and (t.expires_at = 0 or t.expires_at > $2)
             and (t.max_uses = 0 or t.uses < t.max_uses))) as behind
     from secrets s ",
    detail_joins!(),
    "where s.workspace_id = $1 and s.trashed_at is null) d
     where d.due_at <= $4 or d.expires_at <= $4 or d.behind > 0
     order by case when d.due_at <= $4 then 0 when d.expires_at <= $4 then 1 else 2 end, d.due_at, d.expires_at,
       d.name_folded, d.id"
);
