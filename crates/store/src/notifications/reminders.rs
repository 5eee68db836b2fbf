//! What wants somebody's attention, told in one message: at most one a day to each webhook and each person.
//!
//! A reminder is made when it says something else than the one before, or a week after it. So that two replicas make one, whoever
//! makes it moves the row from the state that it was found in.

use super::{DAY, HOUR, NewMail, SKEW, fingerprint, webhooks, written};
use crate::{
    Store,
    audit::{self, Event},
    caller::{Caller, Credential},
    db::query,
    error::{Result, StoreError},
    row,
};
use model::{
    Action, At, Cadence, EnvironmentId, EnvironmentName, Grants, Permission, Role, RotationState,
    UserId, WebhookEvent, WebhookId, WorkspaceId, permission,
};
use serde_json::{Value, json};
use sqlx::{Row as _, any::AnyRow};
use std::{
    collections::{HashMap, hash_map::Entry},
    fmt::Write as _,
};

/// One thing that wants attention.
struct Item {
    event: WebhookEvent,
    /// `soon`, `due`, `overdue`; `expiring`, `expired`.
    state: &'static str,
    id: String,
    name: String,
    at: i64,
    place: Option<(EnvironmentName, At)>,
    maker: UserId,
}

/// When something was last looked at for a reminder, when one was made, and of what.
struct Reminded {
    looked_at: i64,
    at: i64,
    of: String,
}

impl Reminded {
    fn read(found: &AnyRow) -> Result<Self> {
        Ok(Self {
            looked_at: row::int(found, "looked_at")?,
            at: row::int(found, "reminded_at")?,
            of: row::text(found, "reminded")?,
        })
    }

    /// Whether these items are to be told now, at most once in `pause`.
    fn wants(&self, items: &[&Item], now: i64, pause: i64) -> bool {
        // One that was made in the far future was made by a clock that was wrong.
        let paused = self.at + pause > now && self.at <= now + 2 * DAY;
        !items.is_empty() && !paused && (self.of != said(items) || self.at + 7 * DAY <= now)
    }
}

impl Store {
    /// Makes the reminders to webhooks. Answers how many.
    pub async fn remind_webhooks(&self) -> Result<u64> {
        let now = self.now();
        let rows = sqlx::query(
            "select w.id, w.workspace_id, w.events, w.looked_at, w.reminded_at, w.reminded, p.name as workspace_name
             from webhooks w join workspaces p on p.id = w.workspace_id
             where w.enabled = 1 and (w.looked_at <= $1 or w.looked_at > $2)
               and (w.events like '% rotation.due %' or w.events like '% secret.expiring %'
                 or w.events like '% token.expiring %')
             order by w.workspace_id, w.id limit 200",
        )
        .bind(now - HOUR)
        .bind(now + SKEW)
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        // What is wrong about one keeps no other waiting.
        let mut made = Ok(0);
        for found in &rows {
            let reminded = self.remind_webhook(found).await;
            made = made.and_then(|made| Ok(made + u64::from(reminded?)));
        }
        made
    }

    /// Whether a reminder was made.
    async fn remind_webhook(&self, found: &AnyRow) -> Result<bool> {
        let now = self.now();
        let id: WebhookId = row::text(found, "id")?;
        let workspace: WorkspaceId = row::text(found, "workspace_id")?;
        let events = row::parsed(found, "events", webhooks::events)?;
        let reminded = Reminded::read(found)?;
        let items = self.wanting_attention(workspace).await?;
        let items: Vec<_> = items.iter().filter(|item| events.contains(&item.event)).collect();
        let wants = reminded.wants(&items, now, DAY);
        let mut tx = self.db.begin().await?;
        let moved = sqlx::query(
            "update webhooks set looked_at = $1, reminded_at = $2, reminded = $3
                 where id = $4 and looked_at = $5 and reminded_at = $6 and enabled = 1",
        )
        .bind(now)
        .bind(if wants { now } else { reminded.at })
        .bind(if wants { said(&items) } else { reminded.of })
        .bind(id.to_string())
        .bind(reminded.looked_at)
        .bind(reminded.at)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        let made = wants && moved.rows_affected() == 1;
        if made {
            let payload = json!({
                "type": "reminder",
                "timestamp": written(now),
                "workspace": {
                    "id": workspace.to_string(), "name": row::text::<String>(found, "workspace_name")?,
                },
                "data": { "items": items.iter().map(|item| item.told()).collect::<Vec<_>>() },
            });
            self.queue_message(&mut tx, workspace, id, "reminder", &payload).await?;
        }
        tx.commit().await.map_err(query)?;
        Ok(made)
    }

    /// Makes the reminders to people, whose mails name this server. Answers how many people were looked at: none once all were.
    pub async fn remind_people(&self, server: &str) -> Result<u64> {
        let now = self.now();
        let people = sqlx::query(
            "select u.id, u.email, coalesce(r.cadence, 'daily') as cadence, coalesce(r.looked_at, 0) as looked_at,
               coalesce(r.reminded_at, 0) as reminded_at, coalesce(r.reminded, '') as reminded
             from users u left join reminders r on r.user_id = u.id
             where coalesce(r.cadence, 'daily') <> 'off'
               and (coalesce(r.looked_at, 0) <= $1 or r.looked_at > $2)
               and exists (select 1 from members m where m.user_id = u.id)
             order by u.id limit 50",
        )
        .bind(now - HOUR)
        .bind(now + SKEW)
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let mut known: HashMap<WorkspaceId, Vec<Item>> = HashMap::new();
        let mut outcome = Ok(());
        for person in &people {
            outcome = outcome.and(self.remind_person(person, server, &mut known).await);
        }
        outcome?;
        Ok(u64::try_from(people.len()).unwrap_or(u64::MAX))
    }

    async fn remind_person(
        &self,
        person: &AnyRow,
        server: &str,
        known: &mut HashMap<WorkspaceId, Vec<Item>>,
    ) -> Result<()> {
        let now = self.now();
        let user: UserId = row::text(person, "id")?;
        let reminded = Reminded::read(person)?;
        let pause = match row::text::<Cadence>(person, "cadence")? {
            Cadence::Weekly => 7 * DAY,
            Cadence::Daily | Cadence::Off => DAY,
        };
        let memberships = sqlx::query(
            "select m.workspace_id, m.role, m.limited, m.grants, w.name as workspace_name
             from members m join workspaces w on w.id = m.workspace_id
             where m.user_id = $1 order by m.workspace_id",
        )
        .bind(user.to_string())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        for found in &memberships {
            let workspace: WorkspaceId = row::text(found, "workspace_id")?;
            if let Entry::Vacant(place) = known.entry(workspace) {
                place.insert(self.wanting_attention(workspace).await?);
            }
        }
        let mut groups = Vec::new();
        for found in &memberships {
            let workspace: WorkspaceId = row::text(found, "workspace_id")?;
            let (role, grants): (Role, _) = (row::text(found, "role")?, row::grants(found)?);
            let items: Vec<_> = known[&workspace]
                .iter()
                .filter(|item| item.concerns(user, role, &grants))
                .collect();
            if !items.is_empty() {
                groups.push((workspace, row::text::<String>(found, "workspace_name")?, items));
            }
        }
        let all: Vec<_> = groups.iter().flat_map(|(_, _, items)| items.iter().copied()).collect();
        let wants = reminded.wants(&all, now, pause);
        let mut tx = self.db.begin().await?;
        sqlx::query("insert into reminders (user_id) values ($1) on conflict (user_id) do nothing")
            .bind(user.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        let moved = sqlx::query(
            "update reminders set looked_at = $1, reminded_at = $2, reminded = $3
             where user_id = $4 and looked_at = $5 and reminded_at = $6 and cadence <> 'off'",
        )
        .bind(now)
        .bind(if wants { now } else { reminded.at })
        .bind(if wants { said(&all) } else { reminded.of })
        .bind(user.to_string())
        .bind(reminded.looked_at)
        .bind(reminded.at)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if let (true, 1, Some((workspace, ..))) = (wants, moved.rows_affected(), groups.first()) {
            let to: String = row::text(person, "email")?;
            let text = mail_text(&groups, server);
            let subject = match all.len() {
                1 => "Keyloft: one thing wants your attention".to_owned(),
                many => format!("Keyloft: {many} things want your attention"),
            };
            let mail = NewMail { kind: "reminder", to: &to, subject: &subject, text: &text };
            self.queue_mail(&mut tx, *workspace, mail).await?;
        }
        tx.commit().await.map_err(query)
    }

    /// What is due within two weeks or has been for longer, and what ends by then: the most urgent first.
    async fn wanting_attention(&self, workspace: WorkspaceId) -> Result<Vec<Item>> {
        let now = self.now();
        let soon = now + RotationState::SOON;
        let secrets = sqlx::query(
            "select s.id, s.name, s.due_at, s.expires_at, s.created_by, s.environment_id, e.name as environment,
               e.protected
             from secrets s join environments e on e.id = s.environment_id
             where s.workspace_id = $1 and s.trashed_at is null and (s.due_at <= $2 or s.expires_at <= $2)
             order by case when s.due_at <= $2 then s.due_at else s.expires_at end, s.id limit 500",
        )
        .bind(workspace.to_string())
        .bind(soon)
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let mut items = Vec::new();
        for found in &secrets {
            let environment: EnvironmentId = row::text(found, "environment_id")?;
            let item = |event, state, at| {
                Ok::<_, StoreError>(Item {
                    event,
                    state,
                    id: row::text(found, "id")?,
                    name: row::text(found, "name")?,
                    at,
                    place: Some((
                        row::parsed(found, "environment", EnvironmentName::parse)?,
                        At { environment, protected: row::flag(found, "protected")? },
                    )),
                    maker: row::text(found, "created_by")?,
                })
            };
            let due_at: Option<i64> = found.try_get("due_at").map_err(query)?;
            if let Some(at) = due_at.filter(|&at| at <= soon) {
                let state = match at {
                    at if at <= now - RotationState::GRACE => "overdue",
                    at if at <= now => "due",
                    _ => "soon",
                };
                items.push(item(WebhookEvent::RotationDue, state, at)?);
            }
            let expires_at: Option<i64> = found.try_get("expires_at").map_err(query)?;
            if let Some(at) = expires_at.filter(|&at| at <= soon) {
                let state = if at <= now { "expired" } else { "expiring" };
                items.push(item(WebhookEvent::SecretExpiring, state, at)?);
            }
        }
        let tokens = sqlx::query(
            "select id, name, expires_at, created_by from tokens
             where workspace_id = $1 and kind = 'service' and revoked_at is null and expires_at > $2
               and expires_at <= $3 and (max_uses = 0 or uses < max_uses)
             order by expires_at, id limit 200",
        )
        .bind(workspace.to_string())
        .bind(now)
        .bind(soon)
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        for found in &tokens {
            items.push(Item {
                event: WebhookEvent::TokenExpiring,
                state: "expiring",
                id: row::text(found, "id")?,
                name: row::text(found, "name")?,
                at: row::int(found, "expires_at")?,
                place: None,
                maker: row::text(found, "created_by")?,
            });
        }
        Ok(items)
    }

    /// How often the caller is reminded by mail.
    pub async fn reminder_cadence(&self, caller: &Caller) -> Result<Cadence> {
        check_person(caller)?;
        let found: Option<String> =
            sqlx::query_scalar("select cadence from reminders where user_id = $1")
                .bind(caller.user.to_string())
                .fetch_optional(self.db.read())
                .await
                .map_err(query)?;
        Ok(found.and_then(|text| text.parse().ok()).unwrap_or_default())
    }

    /// Says how often the caller is reminded by mail, about all their workspaces.
    pub async fn set_reminder_cadence(&self, caller: &Caller, cadence: Cadence) -> Result<()> {
        check_person(caller)?;
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "insert into reminders (user_id, cadence) values ($1, $2)
             on conflict (user_id) do update set cadence = excluded.cadence",
        )
        .bind(caller.user.to_string())
        .bind(cadence.as_str())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        let event = Event::by(caller, "reminder.change", caller.user);
        let detail = json!({ "cadence": cadence.as_str() });
        audit::append(&mut tx, &self.clock, event.with(detail)).await?;
        tx.commit().await.map_err(query)
    }
}

impl Item {
    /// Whether this member is one of those who see to it: for a secret owners, admins and its maker, as far as they may rotate it there;
    /// for a token owners, admins and its maker.
    fn concerns(&self, user: UserId, role: Role, grants: &Grants) -> bool {
        let tends = self.maker == user || matches!(role, Role::Owner | Role::Admin);
        tends
            && match self.place {
                None => true,
                Some((_, at)) => {
                    grants.shows(role, at.environment)
                        && permission(role, grants, Action::RotateValues, Some(at))
                            != Permission::Refused
                }
            }
    }

    fn told(&self) -> Value {
        let mut told =
            json!({ "event": self.event, "state": self.state, "id": self.id, "name": self.name });
        told["at"] = written(self.at).into();
        if let Some((environment, _)) = &self.place {
            told["environment"] = environment.as_str().into();
        }
        told
    }

    fn line(&self) -> String {
        let day = written(self.at);
        let day = day.split('T').next().unwrap_or_default();
        let name = &self.name;
        match (&self.place, self.state) {
            (None, _) => format!("the token {name} ends on {day}"),
            (Some((environment, _)), "soon") => format!("{environment}/{name}: rotate by {day}"),
            (Some((environment, _)), "due") => {
                format!("{environment}/{name}: its rotation is due today")
            }
            (Some((environment, _)), "overdue") => {
                format!("{environment}/{name}: its rotation has been overdue since {day}")
            }
            (Some((environment, _)), "expired") => {
                format!("{environment}/{name}: the credential ended on {day}")
            }
            (Some((environment, _)), _) => {
                format!("{environment}/{name}: the credential ends on {day}")
            }
        }
    }
}

/// Only people are reminded by mail.
fn check_person(caller: &Caller) -> Result<()> {
    match caller.credential {
        Credential::CommandLine { .. } | Credential::Session { .. } => Ok(()),
        Credential::Rotator { .. } | Credential::Service { .. } => Err(StoreError::PeopleOnly),
    }
}

fn said(items: &[&Item]) -> String {
    fingerprint(items.iter().map(|item| format!("{} {} {}", item.event, item.id, item.state)))
}

fn mail_text(groups: &[(WorkspaceId, String, Vec<&Item>)], server: &str) -> String {
    let mut text = String::new();
    let server = server.trim_end_matches('/');
    for (_, workspace, items) in groups {
        let _ = writeln!(text, "In {workspace}:\n");
        for item in items.iter().take(MOST_LINES) {
            let _ = writeln!(text, "- {}", item.line());
        }
        if items.len() > MOST_LINES {
            let _ = writeln!(text, "- and {} more", items.len() - MOST_LINES);
        }
        text.push('\n');
    }
    let _ = write!(
        text,
        "See what is due: {server}/rotation\nChoose how often you get this, or not at all: \
         {server}/settings/notifications\n"
    );
    text
}

const MOST_LINES: usize = 50;
