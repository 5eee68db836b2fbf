//! Messages on their way: who sends which, what came of it, and the log of it.

use super::{DAY, MINUTE, NewMail, SKEW, webhooks};
use crate::{
    MadeInvitation, Store,
    audit::{self, Actor, Event},
    caller::Caller,
    db::{Tx, query},
    error::{Result, StoreError, WebhookRefusal},
    random, row,
    seal::{self, Context},
};
use model::{
    Action, AuditChain, DeliveryId, DeliveryState, Permission, SecretValue, WebhookId, WorkspaceId,
};
use serde_json::json;
use sqlx::{Row as _, any::AnyRow};
use uuid::Uuid;
use zeroize::Zeroizing;

/// A message that is to be sent, by whoever claimed it and until the lease ends.
#[derive(Debug)]
pub struct DeliveryWork {
    /// Which: the same at every try.
    pub id: DeliveryId,
    /// Where to, and what.
    pub outgoing: Outgoing,
    workspace: WorkspaceId,
    webhook: Option<WebhookId>,
    holder: Uuid,
    attempts: i64,
}

/// What is to be sent.
#[derive(Debug)]
pub enum Outgoing {
    /// A mail.
    Mail {
        /// Whose address.
        to: String,
        /// One line.
        subject: String,
        /// The text.
        text: Zeroizing<String>,
    },
    /// A request to a webhook.
    Webhook {
        /// Where to.
        url: String,
        /// JSON.
        payload: String,
        /// `whsec_…`: what it is signed with; two for a day after the secret was rotated.
        secrets: Vec<SecretValue>,
    },
}

/// How a try ended.
#[derive(Clone, Debug, Default)]
pub struct DeliveryOutcome {
    /// What the other side answered, if it was HTTP.
    pub status: Option<u16>,
    /// How long it took.
    pub duration_ms: u32,
    /// Why it was not taken, in words for people; nothing if it was.
    pub error: Option<String>,
}

/// One message to a webhook, for its log.
#[derive(Clone, Debug)]
pub struct DeliveryInfo {
    /// Which.
    pub id: DeliveryId,
    /// An event's name, `reminder` or `test`.
    pub kind: String,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// What the other side answered last.
    pub status: Option<u16>,
    /// How long that took.
    pub duration_ms: Option<u32>,
    /// Why the last try failed.
    pub error: Option<String>,
    /// When it was made, in unix milliseconds.
    pub created_at: i64,
    /// When it was last tried.
    pub tried_at: Option<i64>,
    /// When it is tried next.
    pub next_at: Option<i64>,
    /// What is sent: JSON.
    pub payload: String,
}

/// How mail of a workspace fares.
#[derive(Clone, Debug, Default)]
pub struct MailLog {
    /// How many wait.
    pub waiting: u32,
    /// Those whose last try failed, the newest first.
    pub failures: Vec<MailFault>,
}

/// A mail that was not taken.
#[derive(Clone, Debug)]
pub struct MailFault {
    /// Whom it is for.
    pub to: String,
    /// Why it was sent.
    pub kind: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last try failed.
    pub error: String,
    /// When that was, in unix milliseconds.
    pub tried_at: i64,
    /// Whether it is tried again.
    pub waits: bool,
}

impl Store {
    /// A message that is to be sent now, for whoever asks alone until a minute has passed. Mails only if they can be sent. To one
    /// webhook goes one message at a time, so that one that hangs keeps no other waiting.
    pub async fn claim_delivery(&self, mail: bool) -> Result<Option<DeliveryWork>> {
        let now = self.now();
        let due: Vec<String> = sqlx::query_scalar(concat!(
            "select d.id from deliveries d where ",
            due!(),
            " and (d.webhook_id is null and $4 = 1
                or exists (select 1 from webhooks w where w.id = d.webhook_id and w.enabled = 1))
              and not exists (select 1 from deliveries o
                where o.webhook_id = d.webhook_id and o.state = 'pending' and o.lease_until > $1
                  and o.lease_until <= $3)
              order by d.next_at, d.id limit 8"
        ))
        .bind(now)
        .bind(now + SKEW)
        .bind(now + DAY)
        .bind(i64::from(mail))
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        for id in due {
            let holder = random::uuid(now);
            let mut tx = self.db.begin().await?;
            // Asked once more: another replica may have been faster.
            let claimed = sqlx::query(concat!(
                "update deliveries as d set lease_holder = $4, lease_until = $5 where d.id = $6 and ",
                due!()
            ))
            .bind(now)
            .bind(now + SKEW)
            .bind(now + DAY)
            .bind(holder.to_string())
            .bind(now + LEASE)
            .bind(&id)
            .execute(&mut *tx)
            .await
            .map_err(query)?;
            tx.commit().await.map_err(query)?;
            if claimed.rows_affected() == 0 {
                continue;
            }
            match self.delivery_work(&id, holder).await {
                Err(StoreError::Integrity { .. }) => self.give_up_broken(&id).await?,
                work => return work.map(Some),
            }
        }
        Ok(None)
    }

    /// Ends a message whose seal does not open: it never will.
    async fn give_up_broken(&self, id: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "update deliveries set state = 'failed', lease_until = 0, sealed = null,
               error = 'what was sealed for it does not open: it was changed in the database'
             where id = $1",
        )
        .bind(id)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        tx.commit().await.map_err(query)
    }

    async fn delivery_work(&self, id: &str, holder: Uuid) -> Result<DeliveryWork> {
        let found = sqlx::query(
            "select d.id, d.workspace_id, coalesce(d.webhook_id, '') as webhook_id, d.recipient, d.payload,
               d.attempts, coalesce(w.url, '') as url, coalesce(w.sealed, d.sealed) as sealed,
               coalesce(w.key_number, d.key_number) as key_number, w.previous,
               coalesce(w.previous_key_number, 0) as previous_key_number,
               coalesce(w.previous_until, 0) as previous_until
             from deliveries d left join webhooks w on w.id = d.webhook_id
             where d.id = $1 and d.lease_holder = $2",
        )
        .bind(id)
        .bind(holder.to_string())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
        let id: DeliveryId = row::text(&found, "id")?;
        let workspace = row::text(&found, "workspace_id")?;
        let webhook: String = row::text(&found, "webhook_id")?;
        let webhook: Option<WebhookId> = webhook.parse().ok();
        let outgoing = if let Some(webhook) = webhook {
            let context = Context::WebhookSecret { workspace, webhook };
            let mut secrets = Vec::new();
            secrets.extend(self.opened(&found, workspace, "sealed", "key_number", &context).await?);
            if row::int(&found, "previous_until")? > self.now() {
                let number = "previous_key_number";
                secrets.extend(self.opened(&found, workspace, "previous", number, &context).await?);
            }
            Outgoing::Webhook {
                url: row::text(&found, "url")?,
                payload: row::text(&found, "payload")?,
                secrets,
            }
        } else {
            let context = Context::Mail { workspace, delivery: id };
            let opened = self.opened(&found, workspace, "sealed", "key_number", &context).await?;
            let opened = opened.ok_or_else(|| broken(id))?;
            let (subject, text) = serde_json::from_str(opened.dangerously_expose())
                .map(|(subject, text): (String, String)| (subject, Zeroizing::new(text)))
                .map_err(|_| broken(id))?;
            Outgoing::Mail { to: row::text(&found, "recipient")?, subject, text }
        };
        let attempts = row::int(&found, "attempts")?;
        Ok(DeliveryWork { id, outgoing, workspace, webhook, holder, attempts })
    }

    async fn opened(
        &self,
        found: &AnyRow,
        workspace: WorkspaceId,
        column: &'static str,
        number: &'static str,
        context: &Context,
    ) -> Result<Option<SecretValue>> {
        let sealed: Option<Vec<u8>> = found.try_get(column).map_err(query)?;
        let Some(sealed) = sealed else { return Ok(None) };
        let key = self.keyring.data_key(&self.db, workspace, row::count(found, number)?).await?;
        let integrity = || StoreError::Integrity { record: format!("{column} of a message") };
        let opened = seal::open(&key.key, context, &sealed).map_err(|_| integrity())?;
        let text = String::from_utf8(opened.to_vec()).map_err(|_| integrity())?;
        Ok(Some(SecretValue::new(text)))
    }

    /// Commits how a try ended. `jitter`, from 0 to 1, spreads the next tries of messages that failed together. If the lease went
    /// to somebody else meanwhile, nothing is changed.
    pub async fn end_delivery(
        &self,
        work: DeliveryWork,
        outcome: DeliveryOutcome,
        jitter: f64,
    ) -> Result<()> {
        let now = self.now();
        let wait = usize::try_from(work.attempts).ok().and_then(|tries| WAITS.get(tries));
        let (state, next_at) = match (&outcome.error, wait) {
            (None, _) => (DeliveryState::Sent, now),
            (Some(_), None) => (DeliveryState::Failed, now),
            (Some(_), Some(minutes)) => {
                (DeliveryState::Pending, now + spread(minutes * MINUTE, jitter))
            }
        };
        let error: String =
            outcome.error.iter().flat_map(|error| error.chars()).take(500).collect();
        let mut tx = self.db.begin().await?;
        let ended = sqlx::query(
            "update deliveries set state = $1, attempts = attempts + 1, set_at = $2, next_at = $3, tried_at = $2,
               status = $4, duration_ms = $5, error = $6, lease_until = 0, lease_holder = '',
               sealed = case when $1 = 'pending' then sealed else null end
             where id = $7 and lease_holder = $8 and state = 'pending'",
        )
        .bind(state.as_str())
        .bind(now)
        .bind(next_at)
        .bind(i64::from(outcome.status.unwrap_or(0)))
        .bind(i64::from(outcome.duration_ms))
        .bind(&error)
        .bind(work.id.to_string())
        .bind(work.holder.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if ended.rows_affected() == 0 {
            return Ok(());
        }
        match work.webhook {
            Some(webhook) if state == DeliveryState::Sent => {
                sqlx::query(
                    "update webhooks set failing_since = 0 where id = $1 and failing_since <> 0",
                )
                .bind(webhook.to_string())
                .execute(&mut *tx)
                .await
                .map_err(query)?;
            }
            Some(webhook) => self.note_failing(&mut tx, work.workspace, webhook, &error).await?,
            None => {}
        }
        tx.commit().await.map_err(query)
    }

    /// A webhook that took nothing for days is switched off, and whoever manages it is told.
    async fn note_failing(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        webhook: WebhookId,
        error: &str,
    ) -> Result<()> {
        let now = self.now();
        sqlx::query("update webhooks set failing_since = $1 where id = $2 and failing_since = 0")
            .bind(now)
            .bind(webhook.to_string())
            .execute(&mut **tx)
            .await
            .map_err(query)?;
        let why = format!("it took nothing for {FAILING_DAYS} days; the last time {error}");
        let url: Option<String> = sqlx::query_scalar(
            "update webhooks set enabled = 0, disabled_why = $1
             where id = $2 and enabled = 1 and failing_since > 0 and failing_since <= $3 returning url",
        )
        .bind(&why)
        .bind(webhook.to_string())
        .bind(now - FAILING_DAYS * DAY)
        .fetch_optional(&mut **tx)
        .await
        .map_err(query)?;
        let Some(url) = url else { return Ok(()) };
        webhooks::give_up(tx, webhook, "the webhook was switched off").await?;
        let host = webhooks::host(&url);
        let people: Vec<String> = sqlx::query_scalar(
            "select u.email from members m join users u on u.id = m.user_id
             where m.workspace_id = $1 and m.role in ('owner', 'admin') order by u.id",
        )
        .bind(workspace.to_string())
        .fetch_all(&mut **tx)
        .await
        .map_err(query)?;
        let text = format!(
            "Keyloft no longer sends to the webhook {webhook} at {host}: {why}.\n\nMend what listens there, and \
             switch the webhook on again. What happened meanwhile is not told later.\n"
        );
        for to in &people {
            let subject = "A webhook was switched off";
            let mail = NewMail { kind: "webhook-disabled", to, subject, text: &text };
            self.queue_mail(tx, workspace, mail).await?;
        }
        let chain = AuditChain::Workspace(workspace);
        let event = Event::new(chain, "webhook.disable", Actor::Operator, webhook);
        let detail = json!({ "host": host, "why": why });
        audit::append(tx, &self.clock, event.with(detail)).await
    }

    /// The messages of the last 30 days to a webhook, the newest first.
    pub async fn list_deliveries(
        &self,
        caller: &Caller,
        webhook: WebhookId,
    ) -> Result<Vec<DeliveryInfo>> {
        self.webhook(caller, webhook).await?;
        let rows = sqlx::query(
            "select id, kind, state, attempts, status, duration_ms, error, created_at, tried_at, next_at, payload
             from deliveries where webhook_id = $1 and workspace_id = $2 order by id desc limit 200",
        )
        .bind(webhook.to_string())
        .bind(caller.workspace.to_string())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        rows.iter().map(info).collect()
    }

    /// Has a message sent once more, under the same id, whether it was taken or not.
    pub async fn redeliver(
        &self,
        caller: &Caller,
        webhook: WebhookId,
        delivery: DeliveryId,
    ) -> Result<()> {
        if !self.webhook(caller, webhook).await?.enabled {
            return Err(WebhookRefusal::Off.into());
        }
        let now = self.now();
        let mut tx = self.db.begin().await?;
        let asked = sqlx::query(
            "update deliveries set state = 'pending', attempts = 0, set_at = $1, next_at = $1, error = ''
             where id = $2 and webhook_id = $3 and workspace_id = $4 and lease_until <= $1",
        )
        .bind(now)
        .bind(delivery.to_string())
        .bind(webhook.to_string())
        .bind(caller.workspace.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if asked.rows_affected() == 0 {
            drop(tx);
            let known = self.list_deliveries(caller, webhook).await?;
            let known = known.iter().any(|one| one.id == delivery);
            let refusal = StoreError::from(WebhookRefusal::UnderWay);
            return Err(if known { refusal } else { StoreError::NotFound });
        }
        let event = Event::by(caller, "webhook.redeliver", webhook);
        let detail = json!({ "delivery": delivery.to_string() });
        audit::append(&mut tx, &self.clock, event.with(detail)).await?;
        tx.commit().await.map_err(query)
    }

    /// Has the link of an invitation sent to whom it is for, and tells whether it will be: nobody gets more than some of them a day.
    /// Links that wait for the same person are no longer sent.
    pub async fn mail_invitation(
        &self,
        caller: &Caller,
        made: &MadeInvitation,
        link: &str,
    ) -> Result<bool> {
        let (to, workspace) = (made.info.email.as_str(), caller.workspace);
        let text = format!(
            "{inviter} invites you to the workspace {name} at Keyloft, as {role}.\n\nAccept within {hours} hours, \
             with this address; the link works once:\n\n{link}\n\nIf you expected no invitation, do nothing.\n",
            inviter = made.info.invited_by,
            name = caller.workspace_name,
            role = made.info.role,
            hours = model::INVITATION_HOURS,
        );
        let subject = format!("Invitation to {} at Keyloft", caller.workspace_name);
        let mut tx = self.db.begin().await?;
        let lately = sqlx::query(
            "select count(*) as sent, coalesce(sum(case when recipient = $1 then 1 else 0 end), 0) as same
             from deliveries where workspace_id = $2 and kind = 'invitation' and created_at > $3",
        )
        .bind(to)
        .bind(workspace.to_string())
        .bind(self.now() - DAY)
        .fetch_one(&mut *tx)
        .await
        .map_err(query)?;
        if row::int(&lately, "same")? >= INVITATIONS_TO_ONE
            || row::int(&lately, "sent")? >= INVITATIONS_A_DAY
        {
            return Ok(false);
        }
        sqlx::query(
            "update deliveries set state = 'failed', error = 'another link was sent in its place', sealed = null
             where workspace_id = $1 and recipient = $2 and kind = 'invitation' and state = 'pending'
               and lease_until <= $3",
        )
        .bind(workspace.to_string())
        .bind(to)
        .bind(self.now())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        let mail = NewMail { kind: "invitation", to, subject: &subject, text: &text };
        self.queue_mail(&mut tx, workspace, mail).await?;
        tx.commit().await.map_err(query)?;
        Ok(true)
    }

    /// How mail of the workspace fares, for whoever manages members; nothing for others, who may ask.
    pub async fn mail_log(&self, caller: &Caller) -> Result<Option<MailLog>> {
        if caller.permission(Action::ManageMembers, None) == Permission::Refused {
            return Ok(None);
        }
        caller.check_factor()?;
        caller.check_reaches_everything()?;
        let waiting: i64 = sqlx::query_scalar(
            "select count(*) from deliveries
             where workspace_id = $1 and webhook_id is null and state = 'pending'",
        )
        .bind(caller.workspace.to_string())
        .fetch_one(self.db.read())
        .await
        .map_err(query)?;
        let rows = sqlx::query(
            "select recipient, kind, attempts, error, tried_at, state from deliveries
             where workspace_id = $1 and webhook_id is null and error <> '' and tried_at > 0
             order by id desc limit 20",
        )
        .bind(caller.workspace.to_string())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let failures = rows.iter().map(|found| {
            Ok(MailFault {
                to: row::text(found, "recipient")?,
                kind: row::text(found, "kind")?,
                attempts: row::count(found, "attempts")?,
                error: row::text(found, "error")?,
                tried_at: row::int(found, "tried_at")?,
                waits: row::text::<DeliveryState>(found, "state")? == DeliveryState::Pending,
            })
        });
        Ok(Some(MailLog {
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
            failures: failures.collect::<Result<_>>()?,
        }))
    }

    /// Forgets messages that are older than 30 days, whatever became of them.
    pub async fn forget_old_deliveries(&self) -> Result<u64> {
        let mut tx = self.db.begin().await?;
        let gone = sqlx::query("delete from deliveries where created_at <= $1")
            .bind(self.now() - KEPT_DAYS * DAY)
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        tx.commit().await.map_err(query)?;
        Ok(gone.rows_affected())
    }
}

fn info(found: &AnyRow) -> Result<DeliveryInfo> {
    let state: DeliveryState = row::text(found, "state")?;
    let attempts = row::count(found, "attempts")?;
    let tried_at = row::int(found, "tried_at")?;
    let error: String = row::text(found, "error")?;
    let status: u16 = row::count(found, "status")?;
    Ok(DeliveryInfo {
        id: row::text(found, "id")?,
        kind: row::text(found, "kind")?,
        state,
        attempts,
        status: (status > 0).then_some(status),
        duration_ms: if tried_at > 0 { Some(row::count(found, "duration_ms")?) } else { None },
        error: Some(error).filter(|error| !error.is_empty()),
        created_at: row::int(found, "created_at")?,
        tried_at: Some(tried_at).filter(|&at| at > 0),
        next_at: match state {
            DeliveryState::Pending => Some(row::int(found, "next_at")?),
            DeliveryState::Failed | DeliveryState::Sent => None,
        },
        payload: row::text(found, "payload")?,
    })
}

fn broken(id: DeliveryId) -> StoreError {
    StoreError::Integrity { record: format!("{id}") }
}

/// Up to a quarter longer.
fn spread(wait: i64, jitter: f64) -> i64 {
    let quarter = u32::try_from(wait / 4).unwrap_or(u32::MAX);
    #[expect(clippy::cast_possible_truncation, reason = "it is a part of a number that fits")]
    let more = (f64::from(quarter) * jitter.clamp(0.0, 1.0)) as i64;
    wait + more
}

/// It waits, its time has come, and nobody is at it. `$1` is now, `$2` so much later as no clock is ahead, `$3` as no lease lasts.
///
/// A clock that was set back makes nothing wait for the time that it lost: a try that was set in the future is due. A lease
/// is believed until it ends, since whoever has it may be sending; but none lasts a day.
macro_rules! due {
    () => {
        "d.state = 'pending' and (d.next_at <= $1 or d.set_at > $2) and (d.lease_until <= $1 or d.lease_until > $3)"
    };
}
use due;

/// Longer than every try may take.
const LEASE: i64 = MINUTE;
/// How long to wait after each failure, in minutes: a day and 13 hours in all. After the last one a message is given up.
const WAITS: [i64; 7] = [1, 5, 15, 60, 240, 480, 1440];
/// For so long a webhook may take nothing.
const FAILING_DAYS: i64 = 3;
/// How long the log goes back.
const KEPT_DAYS: i64 = 30;
/// Mails with a link that one address gets a day from a workspace, and that a workspace sends in all: the link is shown, too.
const INVITATIONS_TO_ONE: i64 = 5;
const INVITATIONS_A_DAY: i64 = 200;
