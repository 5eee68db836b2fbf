//! What programs and people are told by themselves: webhooks, mail, reminders.
//!
//! What happened in a workspace is read from its audit log, in which every change stands with its own commit: each webhook
//! remembers up to which row it was told. Whatever shall leave the server is first a row of `deliveries`, made in the transaction
//! that notes that it was; then one replica at a time claims it, sends it, and commits how that ended. See
//! docs/decisions/0014-told-from-the-audit-log.md.

mod deliveries;
mod reminders;
mod tell;
mod webhooks;

pub use deliveries::{DeliveryInfo, DeliveryOutcome, DeliveryWork, MailFault, MailLog, Outgoing};
pub use webhooks::{MadeWebhook, WebhookChange, WebhookInfo};

use crate::{Store, db::Tx, db::query, error::Result, random, seal, seal::Context};
use data_encoding::HEXLOWER;
use model::{DeliveryId, WebhookId, WorkspaceId};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// A mail to one person.
pub(crate) struct NewMail<'a> {
    /// Why it is sent: `invitation`, `reminder`, `webhook-disabled`.
    pub(crate) kind: &'static str,
    pub(crate) to: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) text: &'a str,
}

impl Store {
    /// Has a message sent to a webhook.
    async fn queue_message(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        webhook: WebhookId,
        kind: &str,
        payload: &serde_json::Value,
    ) -> Result<DeliveryId> {
        let now = self.now();
        let id = DeliveryId::from_uuid(random::uuid(now));
        sqlx::query(
            "insert into deliveries (id, workspace_id, webhook_id, kind, payload, created_at, set_at, next_at)
             values ($1, $2, $3, $4, $5, $6, $6, $6)",
        )
        .bind(id.to_string())
        .bind(workspace.to_string())
        .bind(webhook.to_string())
        .bind(kind)
        .bind(payload.to_string())
        .bind(now)
        .execute(&mut **tx)
        .await
        .map_err(query)?;
        Ok(id)
    }

    /// Has a mail sent. It is kept sealed until then.
    async fn queue_mail(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        mail: NewMail<'_>,
    ) -> Result<()> {
        let now = self.now();
        let id = DeliveryId::from_uuid(random::uuid(now));
        let key = self.keyring.active(tx, workspace).await?;
        let plaintext = serde_json::to_vec(&(mail.subject, mail.text)).expect("text is JSON");
        let context = Context::Mail { workspace, delivery: id };
        sqlx::query(
            "insert into deliveries (id, workspace_id, kind, recipient, key_number, sealed, created_at, set_at,
               next_at)
             values ($1, $2, $3, $4, $5, $6, $7, $7, $7)",
        )
        .bind(id.to_string())
        .bind(workspace.to_string())
        .bind(mail.kind)
        .bind(mail.to)
        .bind(i64::from(key.number))
        .bind(seal::seal(&key.key, key.number, &context, &Zeroizing::new(plaintext)))
        .bind(now)
        .execute(&mut **tx)
        .await
        .map_err(query)?;
        Ok(())
    }
}

/// The same for the same lines.
fn fingerprint(lines: impl IntoIterator<Item = String>) -> String {
    let mut hash = Sha256::new();
    for line in lines {
        hash.update(line);
        hash.update([0]);
    }
    HEXLOWER.encode(&hash.finalize())
}

/// A time as messages write it (RFC 3339).
fn written(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |at| at.to_string())
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Clocks of replicas may differ by so much; more is one that was set back.
const SKEW: i64 = 5 * MINUTE;
