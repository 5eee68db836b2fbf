//! Which webhooks there are.

use super::DAY;
use crate::{
    Store,
    audit::{self, Event},
    caller::Caller,
    db::query,
    error::{Result, StoreError, WebhookRefusal},
    random, row,
    seal::{self, Context},
};
use model::{Action, DeliveryId, PersonName, SecretValue, WebhookEvent, WebhookId};
use serde_json::json;
use sqlx::any::AnyRow;

/// A program that is told what happens.
#[derive(Clone, Debug)]
pub struct WebhookInfo {
    /// Which.
    pub id: WebhookId,
    /// Where it listens.
    pub url: String,
    /// What it is told.
    pub events: Vec<WebhookEvent>,
    /// Whether it is told anything.
    pub enabled: bool,
    /// Why it was switched off, if nobody did it by hand.
    pub disabled_why: Option<String>,
    /// Since when nothing arrived, if that is so.
    pub failing_since: Option<i64>,
    /// When it was made, in unix milliseconds.
    pub created_at: i64,
    /// By whom.
    pub created_by: PersonName,
}

/// A webhook and what its messages are signed with, which is shown once.
#[derive(Debug)]
pub struct MadeWebhook {
    /// `whsec_` and base64.
    pub secret: SecretValue,
    /// What it is.
    pub info: WebhookInfo,
}

/// What is to be another about a webhook; nothing leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct WebhookChange {
    /// Where it listens.
    pub url: Option<String>,
    /// What it is told.
    pub events: Option<Vec<WebhookEvent>>,
    /// Whether it is told anything.
    pub enabled: Option<bool>,
}

impl Store {
    /// Makes a webhook, which is told what happens from now on. The URL is one that can be sent to.
    pub async fn create_webhook(
        &self,
        caller: &Caller,
        url: &str,
        events: &[WebhookEvent],
    ) -> Result<MadeWebhook> {
        self.allow(caller, Action::ManageWebhooks).await?;
        caller.check_reaches_everything()?;
        let (url, events) = (checked_url(url)?, listed(events)?);
        let (now, workspace) = (self.now(), caller.workspace);
        let id = WebhookId::from_uuid(random::uuid(now));
        let secret = random::signing_secret();
        let mut tx = self.db.begin().await?;
        // Locks the workspace, so that of two who ask at once the second counts the first's.
        sqlx::query("update workspaces set name = name where id = $1")
            .bind(workspace.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        let others: i64 =
            sqlx::query_scalar("select count(*) from webhooks where workspace_id = $1")
                .bind(workspace.to_string())
                .fetch_one(&mut *tx)
                .await
                .map_err(query)?;
        if others >= MOST {
            return Err(WebhookRefusal::TooMany.into());
        }
        let key = self.keyring.active(&mut tx, workspace).await?;
        let context = Context::WebhookSecret { workspace, webhook: id };
        let plaintext = secret.dangerously_expose().as_bytes();
        sqlx::query(
            "insert into webhooks (id, workspace_id, url, events, key_number, sealed, created_at, created_by, told_seq)
             select $1, $2, $3, $4, $5, $6, $7, $8, seq from audit_heads where chain = $2",
        )
        .bind(id.to_string())
        .bind(workspace.to_string())
        .bind(&url)
        .bind(&events)
        .bind(i64::from(key.number))
        .bind(seal::seal(&key.key, key.number, &context, plaintext))
        .bind(now)
        .bind(caller.user.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        let detail = json!({ "host": host(&url), "events": events.trim() });
        let event = Event::by(caller, "webhook.create", id).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(MadeWebhook { secret, info: self.find_webhook(caller, id).await? })
    }

    /// The workspace's webhooks, the newest first.
    pub async fn list_webhooks(&self, caller: &Caller) -> Result<Vec<WebhookInfo>> {
        self.check_tends_webhooks(caller).await?;
        let rows = sqlx::query(concat!(columns!(), " order by w.id desc"))
            .bind(caller.workspace.to_string())
            .fetch_all(self.db.read())
            .await
            .map_err(query)?;
        rows.iter().map(info).collect()
    }

    /// One of them.
    pub async fn webhook(&self, caller: &Caller, id: WebhookId) -> Result<WebhookInfo> {
        self.check_tends_webhooks(caller).await?;
        self.find_webhook(caller, id).await
    }

    /// Changes a webhook. Another URL takes the password: what happens here would be told there. What happened while it was
    /// switched off is not told later.
    pub async fn change_webhook(
        &self,
        caller: &Caller,
        id: WebhookId,
        change: WebhookChange,
    ) -> Result<WebhookInfo> {
        self.check_tends_webhooks(caller).await?;
        let before = self.find_webhook(caller, id).await?;
        let url = match change.url.as_deref() {
            Some(url) if url.trim() != before.url => {
                self.allow(caller, Action::ManageWebhooks).await?;
                checked_url(url)?
            }
            _ => before.url.clone(),
        };
        let events = listed(change.events.as_deref().unwrap_or(&before.events))?;
        let enabled = change.enabled.unwrap_or(before.enabled);
        let begins = enabled && !before.enabled;
        let mut tx = self.db.begin().await?;
        let changed = sqlx::query(
            "update webhooks set url = $1, events = $2, enabled = $3,
               disabled_why = case when $3 = 1 then '' else disabled_why end,
               failing_since = case when $4 = 1 then 0 else failing_since end,
               told_seq = case when $4 = 1 then (select seq from audit_heads where chain = $6) else told_seq end
             where id = $5 and workspace_id = $6",
        )
        .bind(&url)
        .bind(&events)
        .bind(i64::from(enabled))
        .bind(i64::from(begins))
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        if !enabled {
            give_up(&mut tx, id, "the webhook was switched off").await?;
        }
        let detail = json!({
            "host": host(&url), "other_url": url != before.url, "events": events.trim(), "enabled": enabled,
        });
        let event = Event::by(caller, "webhook.change", id).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        self.find_webhook(caller, id).await
    }

    /// Deletes a webhook, and the log of its messages.
    pub async fn delete_webhook(&self, caller: &Caller, id: WebhookId) -> Result<()> {
        self.check_tends_webhooks(caller).await?;
        let before = self.find_webhook(caller, id).await?;
        let mut tx = self.db.begin().await?;
        sqlx::query("delete from webhooks where id = $1 and workspace_id = $2")
            .bind(id.to_string())
            .bind(caller.workspace.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        let detail = json!({ "host": host(&before.url) });
        let event = Event::by(caller, "webhook.delete", id).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)
    }

    /// Gives a webhook another signing secret. For 24 hours messages are signed with both.
    pub async fn rotate_webhook_secret(
        &self,
        caller: &Caller,
        id: WebhookId,
    ) -> Result<SecretValue> {
        self.allow(caller, Action::ManageWebhooks).await?;
        caller.check_reaches_everything()?;
        self.find_webhook(caller, id).await?;
        let (secret, workspace) = (random::signing_secret(), caller.workspace);
        let mut tx = self.db.begin().await?;
        let key = self.keyring.active(&mut tx, workspace).await?;
        let context = Context::WebhookSecret { workspace, webhook: id };
        let plaintext = secret.dangerously_expose().as_bytes();
        let changed = sqlx::query(
            "update webhooks set previous = sealed, previous_key_number = key_number, previous_until = $1,
               sealed = $2, key_number = $3
             where id = $4 and workspace_id = $5",
        )
        .bind(self.now() + DAY)
        .bind(seal::seal(&key.key, key.number, &context, plaintext))
        .bind(i64::from(key.number))
        .bind(id.to_string())
        .bind(workspace.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        let event = Event::by(caller, "webhook.rotate-secret", id);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(secret)
    }

    /// Has a message sent to a webhook that says nothing but that it is one.
    pub async fn test_webhook(&self, caller: &Caller, id: WebhookId) -> Result<DeliveryId> {
        self.check_tends_webhooks(caller).await?;
        if !self.find_webhook(caller, id).await?.enabled {
            return Err(WebhookRefusal::Off.into());
        }
        let payload = json!({
            "type": "test",
            "timestamp": super::written(self.now()),
            "workspace": { "id": caller.workspace.to_string(), "name": caller.workspace_name.as_str() },
            "data": { "asked_by": { "id": caller.user.to_string(), "name": caller.name.as_str() } },
        });
        let mut tx = self.db.begin().await?;
        let lately: i64 = sqlx::query_scalar(
            "select count(*) from deliveries
             where webhook_id = $1 and kind = 'test' and created_at > $2",
        )
        .bind(id.to_string())
        .bind(self.now() - 60_000)
        .fetch_one(&mut *tx)
        .await
        .map_err(query)?;
        if lately >= TESTS_A_MINUTE {
            return Err(WebhookRefusal::TestedOften.into());
        }
        let delivery = self.queue_message(&mut tx, caller.workspace, id, "test", &payload).await?;
        let event = Event::by(caller, "webhook.test", id);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(delivery)
    }

    /// Nothing if the caller may manage webhooks; what neither shows a credential nor sends things elsewhere takes no password.
    pub(super) async fn check_tends_webhooks(&self, caller: &Caller) -> Result<()> {
        match self.allow(caller, Action::ManageWebhooks).await {
            Ok(()) | Err(StoreError::SudoNeeded) => caller.check_reaches_everything(),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn find_webhook(&self, caller: &Caller, id: WebhookId) -> Result<WebhookInfo> {
        let found = sqlx::query(concat!(columns!(), " and w.id = $2"))
            .bind(caller.workspace.to_string())
            .bind(id.to_string())
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?
            .ok_or(StoreError::NotFound)?;
        info(&found)
    }
}

/// Ends what waits for a webhook.
pub(super) async fn give_up(tx: &mut crate::db::Tx, id: WebhookId, why: &str) -> Result<()> {
    sqlx::query(
        "update deliveries set state = 'failed', error = $1, lease_until = 0
         where webhook_id = $2 and state = 'pending'",
    )
    .bind(why)
    .bind(id.to_string())
    .execute(&mut **tx)
    .await
    .map_err(query)?;
    Ok(())
}

fn checked_url(url: &str) -> Result<String> {
    let url = url.trim();
    let sendable = url.starts_with("https://") || url.starts_with("http://");
    if sendable && url.len() <= 2048 && !url.chars().any(char::is_control) {
        Ok(url.to_owned())
    } else {
        Err(WebhookRefusal::Url.into())
    }
}

fn listed(events: &[WebhookEvent]) -> Result<String> {
    if events.is_empty() {
        return Err(WebhookRefusal::NoEvents.into());
    }
    let mut events = events.to_vec();
    events.sort_unstable();
    events.dedup();
    let words: Vec<_> = events.iter().map(|event| event.as_str()).collect();
    Ok(format!(" {} ", words.join(" ")))
}

/// Where a URL leads, without what may be a secret in its path.
pub(super) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

fn info(found: &AnyRow) -> Result<WebhookInfo> {
    let why: String = row::text(found, "disabled_why")?;
    Ok(WebhookInfo {
        id: row::text(found, "id")?,
        url: row::text(found, "url")?,
        events: row::parsed(found, "events", events)?,
        enabled: row::flag(found, "enabled")?,
        disabled_why: Some(why).filter(|why| !why.is_empty()),
        failing_since: Some(row::int(found, "failing_since")?).filter(|&at| at != 0),
        created_at: row::int(found, "created_at")?,
        created_by: row::parsed(found, "created_by_name", PersonName::parse)?,
    })
}

/// Events as the column holds them.
pub(super) fn events(text: &str) -> Result<Vec<WebhookEvent>, ()> {
    text.split_whitespace().map(|word| word.parse().map_err(|_| ())).collect()
}

macro_rules! columns {
    () => {
        "select w.id, w.url, w.events, w.enabled, w.disabled_why, w.failing_since, w.created_at,
           u.name as created_by_name
         from webhooks w join users u on u.id = w.created_by
         where w.workspace_id = $1"
    };
}
use columns;

/// Of one workspace.
const MOST: i64 = 20;
const TESTS_A_MINUTE: i64 = 10;
