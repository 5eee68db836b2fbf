use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use model::api::{
    ChangeWebhook, DeliveryList, DeliveryView, MadeWebhook, MakeWebhook, ProblemDetails,
    WebhookList, WebhookSecret, WebhookView,
};
use model::{DeliveryId, WebhookId, WireValue};
use outbound::HttpUrl;
use store::{Caller, DeliveryInfo, StoreError, WebhookChange, WebhookInfo};

use super::asking::Asking;
use super::body::Body;
use super::problem::ApiError;
use super::view::timestamp;
use crate::state::AppState;

/// The workspace's webhooks, the newest first
#[utoipa::path(
    get, path = "/webhooks", tag = "Notifications", security(("token" = [])),
    responses((status = 200, body = WebhookList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<Json<WebhookList>, ApiError> {
    let webhooks = state.store.list_webhooks(&caller).await?;
    Ok(Json(WebhookList { webhooks: webhooks.into_iter().map(view).collect() }))
}

/// Make a webhook
///
/// It is told what happens from now on. The signing secret is in this answer and in no other. Takes the scope `admin`, or a person
/// with their password of just now.
#[utoipa::path(
    post, path = "/webhooks", tag = "Notifications", request_body = MakeWebhook, security(("token" = [])),
    responses((status = 201, body = MadeWebhook), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn create(
    State(state): State<AppState>,
    Asking(caller): Asking,
    body: Body<MakeWebhook>,
) -> Result<(StatusCode, Json<MadeWebhook>), ApiError> {
    let MakeWebhook { url, events } = body.value;
    check(&url)?;
    let made = state.store.create_webhook(&caller, &url, &events).await?;
    let secret = WireValue::new(made.secret.dangerously_expose().to_owned());
    Ok((StatusCode::CREATED, Json(MadeWebhook { secret, webhook: view(made.info) })))
}

/// One webhook
#[utoipa::path(
    get, path = "/webhooks/{id}", tag = "Notifications", security(("token" = [])),
    params(("id" = WebhookId, Path)),
    responses((status = 200, body = WebhookView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn read(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<Json<WebhookView>, ApiError> {
    Ok(Json(view(state.store.webhook(&caller, parse(&id)?).await?)))
}

/// Change a webhook: where it listens, what it is told, whether it is told anything
///
/// Another URL takes the password of just now. What happened while it was switched off is not told later.
#[utoipa::path(
    patch, path = "/webhooks/{id}", tag = "Notifications", request_body = ChangeWebhook, security(("token" = [])),
    params(("id" = WebhookId, Path)),
    responses((status = 200, body = WebhookView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn change(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
    body: Body<ChangeWebhook>,
) -> Result<Json<WebhookView>, ApiError> {
    let ChangeWebhook { url, events, enabled } = body.value;
    if let Some(url) = &url {
        check(url)?;
    }
    let change = WebhookChange { url, events, enabled };
    Ok(Json(view(state.store.change_webhook(&caller, parse(&id)?, change).await?)))
}

/// Delete a webhook, and the log of its messages
#[utoipa::path(
    delete, path = "/webhooks/{id}", tag = "Notifications", security(("token" = [])),
    params(("id" = WebhookId, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn delete(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    state.store.delete_webhook(&caller, parse(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a webhook another signing secret
///
/// For 24 hours messages are signed with the one of before too. Takes the password of just now.
#[utoipa::path(
    post, path = "/webhooks/{id}/rotate-secret", tag = "Notifications", security(("token" = [])),
    params(("id" = WebhookId, Path)),
    responses((status = 200, body = WebhookSecret), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn rotate_secret(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<Json<WebhookSecret>, ApiError> {
    let secret = state.store.rotate_webhook_secret(&caller, parse(&id)?).await?;
    Ok(Json(WebhookSecret { secret: WireValue::new(secret.dangerously_expose().to_owned()) }))
}

/// Send a message that says nothing but that it is a test
///
/// The answer does not wait for it: the log of messages tells what came of it.
#[utoipa::path(
    post, path = "/webhooks/{id}/test", tag = "Notifications", security(("token" = [])),
    params(("id" = WebhookId, Path)),
    responses((status = 200, body = DeliveryView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn test(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<Json<DeliveryView>, ApiError> {
    let id = parse(&id)?;
    let delivery = state.store.test_webhook(&caller, id).await?;
    Ok(Json(one(&state, &caller, id, delivery).await?))
}

/// The messages of the last 30 days, the newest first
#[utoipa::path(
    get, path = "/webhooks/{id}/deliveries", tag = "Notifications", security(("token" = [])),
    params(("id" = WebhookId, Path)),
    responses((status = 200, body = DeliveryList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn deliveries(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<Json<DeliveryList>, ApiError> {
    let all = state.store.list_deliveries(&caller, parse(&id)?).await?;
    Ok(Json(DeliveryList { deliveries: all.into_iter().map(delivery).collect() }))
}

/// Send a message once more, under the same id
#[utoipa::path(
    post, path = "/webhooks/{id}/deliveries/{delivery}/redeliver", tag = "Notifications", security(("token" = [])),
    params(("id" = WebhookId, Path), ("delivery" = DeliveryId, Path)),
    responses((status = 200, body = DeliveryView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn redeliver(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path((id, delivery)): Path<(String, String)>,
) -> Result<Json<DeliveryView>, ApiError> {
    let id = parse(&id)?;
    let delivery: DeliveryId = delivery.parse().map_err(|_| StoreError::NotFound)?;
    state.store.redeliver(&caller, id, delivery).await?;
    Ok(Json(one(&state, &caller, id, delivery).await?))
}

async fn one(
    state: &AppState,
    caller: &Caller,
    webhook: WebhookId,
    id: DeliveryId,
) -> Result<DeliveryView, StoreError> {
    let all = state.store.list_deliveries(caller, webhook).await?;
    all.into_iter().find(|one| one.id == id).map(delivery).ok_or(StoreError::NotFound)
}

fn check(url: &str) -> Result<(), ApiError> {
    HttpUrl::parse(url.trim()).map(drop).map_err(|bad| ApiError::field("url", format!("{bad}.")))
}

/// What is no id names nothing.
fn parse(id: &str) -> Result<WebhookId, StoreError> {
    id.parse().map_err(|_| StoreError::NotFound)
}

fn view(info: WebhookInfo) -> WebhookView {
    WebhookView {
        id: info.id,
        url: info.url,
        events: info.events,
        enabled: info.enabled,
        disabled_why: info.disabled_why,
        failing_since: info.failing_since.map(timestamp),
        created_at: timestamp(info.created_at),
        created_by: info.created_by,
    }
}

fn delivery(info: DeliveryInfo) -> DeliveryView {
    DeliveryView {
        id: info.id,
        kind: info.kind,
        state: info.state,
        attempts: info.attempts,
        status: info.status,
        duration_ms: info.duration_ms,
        error: info.error,
        created_at: timestamp(info.created_at),
        tried_at: info.tried_at.map(timestamp),
        next_at: info.next_at.map(timestamp),
        payload: info.payload,
    }
}
