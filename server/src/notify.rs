//! What webhooks and people are told: what sending it does outside of the database.
//!
//! `store::notifications` says what is to be sent, to one replica at a time, and commits how that ended.

use std::sync::Arc;

use model::DeliveryId;
use outbound::{Failure, HttpUrl, Mailer, Message, Outbound, standard_signature};
use store::{DeliveryOutcome, DeliveryWork, Outgoing, Store, StoreError};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::security::PublicUrl;

/// Sends what is to be sent. Every replica has one; a clone is the same.
#[derive(Clone)]
pub(crate) struct Notifier {
    store: Store,
    outbound: Outbound,
    mailer: Option<Mailer>,
    /// What mails link to.
    server: String,
    /// From 0 to 1, another at each call: spreads the next tries of what failed together.
    jitter: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Notifier {
    pub(crate) fn new(
        store: Store,
        outbound: Outbound,
        mailer: Option<Mailer>,
        public_url: &PublicUrl,
    ) -> Self {
        Self { store, outbound, mailer, server: public_url.to_string(), jitter: Arc::new(random) }
    }

    /// The same with a jitter that is known.
    #[cfg(test)]
    pub(crate) fn with_jitter(self, jitter: f64) -> Self {
        Self { jitter: Arc::new(move || jitter), ..self }
    }

    /// Makes messages of what happened, and sends all that are to be sent now.
    pub(crate) async fn run_due(&self) -> Result<(), StoreError> {
        while self.store.tell_webhooks().await? > 0 {}
        let mut under_way = JoinSet::new();
        let mut outcome = Ok(());
        loop {
            // After a mistake nothing more is begun, and what is under way ends: cut off, it would be sent again.
            if outcome.is_ok() && under_way.len() < AT_ONCE {
                match self.store.claim_delivery(self.mailer.is_some()).await {
                    Ok(Some(work)) => {
                        let notifier = self.clone();
                        under_way.spawn(async move { notifier.send(work).await });
                        continue;
                    }
                    Ok(None) => {}
                    Err(error) => outcome = Err(error),
                }
            }
            let Some(ended) = under_way.join_next().await else { return outcome };
            let ended = ended.map_err(|panic| StoreError::Internal(panic.to_string()));
            outcome = outcome.and(ended.flatten());
        }
    }

    /// Makes reminders of what wants attention.
    pub(crate) async fn remind(&self) -> Result<(), StoreError> {
        self.store.remind_webhooks().await?;
        if self.mailer.is_some() {
            while self.store.remind_people(&self.server).await? > 0 {}
        }
        Ok(())
    }

    async fn send(&self, work: DeliveryWork) -> Result<(), StoreError> {
        let started = Instant::now();
        let (status, error) = match &work.outgoing {
            Outgoing::Webhook { url, payload, secrets } => {
                self.post(work.id, url, payload, secrets).await
            }
            Outgoing::Mail { to, subject, text } => {
                let message =
                    Message { to: to.clone(), subject: subject.clone(), text: text.to_string() };
                match &self.mailer {
                    Some(mailer) => (None, mailer.send(&message).await.err().map(mail_trouble)),
                    None => (None, Some("mail is not set up".to_owned())),
                }
            }
        };
        let id = work.id;
        if let Some(error) = &error {
            tracing::warn!(delivery = %id, error, "a message was not taken");
        }
        let duration_ms = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
        let outcome = DeliveryOutcome { status, duration_ms, error };
        self.store.end_delivery(work, outcome, (self.jitter)()).await
    }

    /// Status and error, if any.
    async fn post(
        &self,
        id: DeliveryId,
        url: &str,
        payload: &str,
        secrets: &[model::SecretValue],
    ) -> (Option<u16>, Option<String>) {
        let url = match HttpUrl::parse(url) {
            Ok(url) => url,
            Err(bad) => return (None, Some(format!("the URL is wrong: {bad}"))),
        };
        let (id, seconds) = (id.to_string(), self.store.now() / 1000);
        let signed: Vec<String> = secrets
            .iter()
            .map(|secret| {
                let secret = secret.dangerously_expose();
                standard_signature(secret, &id, seconds, payload.as_bytes())
            })
            .collect();
        let headers = [
            ("webhook-id", id),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signed.join(" ")),
        ];
        match self.outbound.post(&url, &headers, payload.as_bytes().to_vec()).await {
            Ok(answer) => (Some(answer.status), None),
            // A success came first, and what follows is not for us: reading ended at the limit.
            Err(Failure::TooLarge) => (Some(200), None),
            Err(Failure::Status(status @ 300..=399)) => (
                Some(status),
                Some(format!("it answered with {status}: redirects are not followed")),
            ),
            Err(Failure::Status(status)) => {
                (Some(status), Some(format!("it answered with status {status}")))
            }
            Err(failure) => (None, Some(failure.to_string())),
        }
    }
}

fn mail_trouble(failure: Failure) -> String {
    match failure {
        Failure::Status(status) => format!("the mail server answered with {status}"),
        failure => failure.to_string(),
    }
}

fn random() -> f64 {
    let mut byte = [0];
    getrandom::fill(&mut byte).expect("the operating system has random numbers");
    f64::from(byte[0]) / 255.0
}

/// How many messages one replica sends at the same time.
const AT_ONCE: usize = 8;
