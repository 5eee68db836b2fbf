//! From rows of the audit log to messages for webhooks.

use super::{webhooks, written};
use crate::{Store, db::query, error::Result, row};
use model::{WebhookEvent, WebhookId, WorkspaceId};
use serde_json::{Map, Value, json};
use sqlx::any::AnyRow;

impl Store {
    /// Makes the messages about what happened since the last time. Answers how many: none once all are made.
    pub async fn tell_webhooks(&self) -> Result<u64> {
        let rows = sqlx::query(
            "select w.id, w.workspace_id, w.events, w.told_seq, h.seq as head, p.name as workspace_name
             from webhooks w
             join audit_heads h on h.chain = w.workspace_id
             join workspaces p on p.id = w.workspace_id
             where w.enabled = 1 and h.seq > w.told_seq",
        )
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        // What is wrong about one keeps no other waiting.
        let mut made = Ok(0);
        for webhook in &rows {
            let told = self.tell_webhook(webhook).await;
            made = made.and_then(|made| Ok(made + told?));
        }
        made
    }

    async fn tell_webhook(&self, webhook: &AnyRow) -> Result<u64> {
        let id: WebhookId = row::text(webhook, "id")?;
        let workspace: WorkspaceId = row::text(webhook, "workspace_id")?;
        let events = row::parsed(webhook, "events", webhooks::events)?;
        let (told, head) = (row::int(webhook, "told_seq")?, row::int(webhook, "head")?);
        let rows = sqlx::query(concat!(
            "select seq, at, action, target, body from audit_rows
             where chain = $1 and seq > $2 and seq <= $3 and body is not null and action in (",
            actions!(),
            ") order by seq limit 100"
        ))
        .bind(workspace.to_string())
        .bind(told)
        .bind(head)
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let up_to = match rows.last() {
            Some(last) if rows.len() == 100 => row::int(last, "seq")?,
            // Nothing is to be told; and most rows are reads, for each of which nothing shall be written.
            None if head - told < 1000 => return Ok(0),
            _ => head,
        };
        let mut messages = Vec::new();
        for found in &rows {
            let Some((event, data)) = self.message(workspace, found).await? else { continue };
            if events.contains(&event) {
                let payload = json!({
                    "type": event,
                    "timestamp": written(row::int(found, "at")?),
                    "workspace": {
                        "id": workspace.to_string(), "name": row::text::<String>(webhook, "workspace_name")?,
                    },
                    "data": data,
                });
                messages.push((event, payload));
            }
        }
        let mut tx = self.db.begin().await?;
        let moved = sqlx::query(
            "update webhooks set told_seq = $1 where id = $2 and told_seq = $3 and enabled = 1",
        )
        .bind(up_to)
        .bind(id.to_string())
        .bind(told)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if moved.rows_affected() == 0 {
            // Another replica made them.
            return Ok(0);
        }
        for (event, payload) in &messages {
            self.queue_message(&mut tx, workspace, id, event.as_str(), payload).await?;
        }
        tx.commit().await.map_err(query)?;
        Ok(u64::try_from(messages.len()).unwrap_or(u64::MAX))
    }

    /// What a row says to programs: ids, names and numbers that are named here, and nothing else that stands in it. A row that was
    /// damaged says nothing: `audit verify` tells of it.
    async fn message(
        &self,
        workspace: WorkspaceId,
        found: &AnyRow,
    ) -> Result<Option<(WebhookEvent, Value)>> {
        let action: String = row::text(found, "action")?;
        let target: String = row::text(found, "target")?;
        let body = serde_json::from_slice(&row::bytes(found, "body")?).unwrap_or(Value::Null);
        let Some(event) = event_of(&action).filter(|_| body["outcome"] == "done") else {
            return Ok(None);
        };
        let detail = &body["detail"];
        let mut data = Map::new();
        data.insert("action".into(), action.as_str().into());
        data.insert("actor".into(), actor(&body["actor"]));
        match event {
            WebhookEvent::MemberChanged if action.starts_with("invitation.") => {
                data.insert("invitation".into(), json!({ "id": target, "role": detail["role"] }));
            }
            WebhookEvent::MemberChanged => {
                let mut member = json!({ "id": target });
                if detail["name"].is_string() {
                    member["name"] = detail["name"].clone();
                }
                data.insert("member".into(), member);
            }
            WebhookEvent::RotationFailed => {
                let secret = detail["secret"].as_str().unwrap_or_default();
                data.insert("rotator".into(), json!({ "id": target }));
                data.insert(
                    "secret".into(),
                    self.secret_told(workspace, secret, &Value::Null).await?,
                );
            }
            _ => {
                data.insert(
                    "secret".into(),
                    self.secret_told(workspace, &target, &detail["name"]).await?,
                );
                if detail["version"].is_number() {
                    data.insert("version".into(), detail["version"].clone());
                }
            }
        }
        Ok(Some((event, data.into())))
    }

    /// A secret's id, name and environment. One that is gone has the name that the row has.
    async fn secret_told(&self, workspace: WorkspaceId, id: &str, name: &Value) -> Result<Value> {
        let found = sqlx::query(
            "select s.name, e.name as environment from secrets s
             join environments e on e.id = s.environment_id where s.id = $1 and s.workspace_id = $2",
        )
        .bind(id)
        .bind(workspace.to_string())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?;
        Ok(match found {
            None => json!({ "id": id, "name": name.as_str() }),
            Some(found) => json!({
                "id": id,
                "name": name.as_str().map_or_else(|| row::text(&found, "name"), |name| Ok(name.to_owned()))?,
                "environment": row::text::<String>(&found, "environment")?,
            }),
        })
    }
}

fn actor(actor: &Value) -> Value {
    let mut told = json!({ "kind": actor["kind"] });
    for field in ["id", "name"] {
        if actor[field].is_string() {
            told[field] = actor[field].clone();
        }
    }
    told
}

fn event_of(action: &str) -> Option<WebhookEvent> {
    Some(match action {
        "invitation.create" | "member.grants" | "member.join" | "member.leave"
        | "member.remove" | "member.role" | "member.transfer" => WebhookEvent::MemberChanged,
        "rotator.failed" => WebhookEvent::RotationFailed,
        "secret.copy"
        | "secret.create"
        | "secret.edit"
        | "secret.move"
        | "secret.promote"
        | "secret.restore"
        | "secret.restore-version" => WebhookEvent::SecretChanged,
        "secret.destroy" | "secret.expire" | "secret.trash" => WebhookEvent::SecretDeleted,
        "secret.rotate" => WebhookEvent::SecretRotated,
        _ => return None,
    })
}

/// Those that [`event_of`] knows.
macro_rules! actions {
    () => {
        "'invitation.create', 'member.grants', 'member.join', 'member.leave', 'member.remove', 'member.role',
         'member.transfer', 'rotator.failed', 'secret.copy', 'secret.create', 'secret.destroy', 'secret.edit',
         'secret.expire', 'secret.move', 'secret.promote', 'secret.restore', 'secret.restore-version',
         'secret.rotate', 'secret.trash'"
    };
}
use actions;

#[cfg(test)]
mod tests {
    #[test]
    fn every_action_that_is_looked_for_is_an_event() {
        for action in actions!().split(',') {
            let action = action.trim().trim_matches('\'');
            assert!(super::event_of(action).is_some(), "{action}");
        }
        assert!(super::event_of("secret.read").is_none());
    }
}
