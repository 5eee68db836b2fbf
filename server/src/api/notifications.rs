use axum::Json;
use axum::extract::State;
use model::api::{MailFailure, MailState, NotificationSettings, ProblemDetails, SetNotifications};
use store::{Caller, MailLog, StoreError};

use super::asking::Asking;
use super::body::Body;
use super::problem::ApiError;
use super::view::timestamp;
use crate::state::AppState;

/// How often whoever asks is reminded by mail
///
/// For people, at a command line.
#[utoipa::path(
    get, path = "/notifications", tag = "Notifications", security(("token" = [])),
    responses((status = 200, body = NotificationSettings), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn read(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<Json<NotificationSettings>, ApiError> {
    Ok(Json(settings(&state, &caller).await?))
}

/// Say how often one is reminded by mail, about all workspaces
#[utoipa::path(
    put, path = "/notifications", tag = "Notifications", request_body = SetNotifications, security(("token" = [])),
    responses((status = 200, body = NotificationSettings), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn set(
    State(state): State<AppState>,
    Asking(caller): Asking,
    body: Body<SetNotifications>,
) -> Result<Json<NotificationSettings>, ApiError> {
    state.store.set_reminder_cadence(&caller, body.value.reminders).await?;
    Ok(Json(settings(&state, &caller).await?))
}

async fn settings(state: &AppState, caller: &Caller) -> Result<NotificationSettings, StoreError> {
    let reminders = state.store.reminder_cadence(caller).await?;
    let sending = state.store.mail_log(caller).await?.map(told);
    Ok(NotificationSettings { reminders, mail: state.offers.mail, sending })
}

fn told(log: MailLog) -> MailState {
    let failures = log.failures.into_iter().map(|fault| MailFailure {
        to: fault.to,
        kind: fault.kind,
        attempts: fault.attempts,
        error: fault.error,
        tried_at: timestamp(fault.tried_at),
        waits: fault.waits,
    });
    MailState { waiting: log.waiting, failures: failures.collect() }
}
