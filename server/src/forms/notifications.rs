//! The forms about webhooks and reminders.

use app::error::AppError;
use axum::extract::Path;
use axum::response::Response;
use model::{Cadence, DeliveryId, WebhookEvent, WebhookId};
use outbound::HttpUrl;
use store::{WebhookChange, WebhookRefusal};

use super::drawn::{Asking, Done};
use crate::api::sentence;

/// `POST /settings/notifications`.
pub(crate) async fn choose_reminders(asking: Asking) -> Response {
    let outcome = choose(&asking).await;
    asking.answer(outcome).await
}

/// `POST /settings/webhooks`.
pub(crate) async fn make_webhook(asking: Asking) -> Response {
    let outcome = make(&asking).await;
    asking.answer(outcome).await
}

/// `POST /settings/webhooks/{id}`.
pub(crate) async fn change_webhook(Path(id): Path<String>, asking: Asking) -> Response {
    let outcome = change(&asking, &id).await;
    asking.answer(outcome).await
}

async fn choose(asking: &Asking) -> Result<Done, AppError> {
    let every: Cadence = asking.one("every").parse().map_err(|_| AppError::Misunderstood)?;
    let set = asking.state.store.set_reminder_cadence(&asking.caller, every).await;
    asking.outcome(set, |()| Done::At("/settings/notifications?done=reminders".into()))
}

async fn make(asking: &Asking) -> Result<Done, AppError> {
    let url = asking.one("url");
    let events = events(asking)?;
    if let Some(refused) = refused(url) {
        return Ok(refused);
    }
    let made = asking.state.store.create_webhook(&asking.caller, url, &events).await;
    asking.outcome(made, |made| Done::Here(vec![made.secret.dangerously_expose().to_owned()]))
}

async fn change(asking: &Asking, id: &str) -> Result<Done, AppError> {
    let (store, caller) = (&asking.state.store, &asking.caller);
    let id: WebhookId = id.parse().map_err(|_| AppError::NotFound)?;
    let done = |word: &str| Done::At(format!("/settings/webhooks/{id}?done={word}"));
    match asking.one("asks") {
        "change" => {
            let url = asking.one("url");
            let change = WebhookChange {
                url: Some(url.to_owned()),
                events: Some(events(asking)?),
                enabled: None,
            };
            if let Some(refused) = refused(url) {
                return Ok(refused);
            }
            let changed = store.change_webhook(caller, id, change).await;
            asking.outcome(changed, |_| done("changed"))
        }
        word @ ("on" | "off") => {
            let change = WebhookChange { enabled: Some(word == "on"), ..WebhookChange::default() };
            let changed = store.change_webhook(caller, id, change).await;
            asking.outcome(changed, |_| done(word))
        }
        "test" => asking.outcome(store.test_webhook(caller, id).await, |_| done("test")),
        "redeliver" => {
            let delivery: DeliveryId =
                asking.one("delivery").parse().map_err(|_| AppError::Misunderstood)?;
            let asked = store.redeliver(caller, id, delivery).await;
            asking.outcome(asked, |()| done("redeliver"))
        }
        "rotate" => {
            let secret = store.rotate_webhook_secret(caller, id).await;
            asking
                .outcome(secret, |secret| Done::Here(vec![secret.dangerously_expose().to_owned()]))
        }
        "delete" => {
            if asking.one("id").trim() != id.to_string() {
                return Ok(Done::Refused("That is not the id of this webhook.".into()));
            }
            let deleted = store.delete_webhook(caller, id).await;
            asking.outcome(deleted, |()| Done::At("/settings/webhooks?done=deleted".into()))
        }
        _ => Err(AppError::Misunderstood),
    }
}

fn events(asking: &Asking) -> Result<Vec<WebhookEvent>, AppError> {
    let events = asking.all("event");
    events.iter().map(|event| event.parse().map_err(|_| AppError::Misunderstood)).collect()
}

/// What is no URL to send to, and why not.
fn refused(url: &str) -> Option<Done> {
    let bad = HttpUrl::parse(url.trim()).err()?;
    let told = if url.is_empty() { WebhookRefusal::Url.to_string() } else { bad.to_string() };
    Some(Done::Refused(sentence(&told)))
}
