use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::api::{CopySecret, ProblemDetails, SecretView};
use model::{EnvironmentName, SecretName};
use store::Target;

use super::asking::Asking;
use super::body::Body;
use super::problem::ApiError;
use super::secrets::{made_view, tagged};
use crate::state::AppState;

/// Copy a secret
///
/// Its values do not leave the server. From a protected environment to another it takes the right to read them.
#[utoipa::path(
    post, path = "/secrets/{environment}/{name}/copy", tag = "Secrets", request_body = CopySecret, security(("token" = [])),
    params(("environment" = EnvironmentName, Path), ("name" = SecretName, Path)),
    responses((status = 201, body = SecretView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn copy(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path((environment, name)): Path<(String, String)>,
    body: Body<CopySecret>,
) -> Result<Response, ApiError> {
    let id = state.store.find_secret(&caller, &environment, &name).await?;
    let made = state.store.copy_secret(&caller, id, target(&body.value)).await?;
    Ok((StatusCode::CREATED, tagged(made_view(&state, &caller, made).await?)).into_response())
}

/// Make what a secret holds the next version of another
#[utoipa::path(
    post, path = "/secrets/{environment}/{name}/promote", tag = "Secrets", request_body = CopySecret, security(("token" = [])),
    params(("environment" = EnvironmentName, Path), ("name" = SecretName, Path)),
    responses((status = 200, body = SecretView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn promote(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path((environment, name)): Path<(String, String)>,
    body: Body<CopySecret>,
) -> Result<Response, ApiError> {
    let id = state.store.find_secret(&caller, &environment, &name).await?;
    let changed = state.store.promote_secret(&caller, id, target(&body.value)).await?;
    Ok(tagged(made_view(&state, &caller, changed).await?).into_response())
}

/// Take a secret to another environment, with all its versions
#[utoipa::path(
    post, path = "/secrets/{environment}/{name}/move", tag = "Secrets", request_body = CopySecret, security(("token" = [])),
    params(("environment" = EnvironmentName, Path), ("name" = SecretName, Path)),
    responses((status = 200, body = SecretView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn move_there(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path((environment, name)): Path<(String, String)>,
    body: Body<CopySecret>,
) -> Result<Response, ApiError> {
    let id = state.store.find_secret(&caller, &environment, &name).await?;
    let moved = state.store.move_secret(&caller, id, target(&body.value)).await?;
    Ok(tagged(made_view(&state, &caller, moved).await?).into_response())
}

fn target(body: &CopySecret) -> Target<'_> {
    Target { environment: &body.environment, name: body.name.as_deref(), note: &body.note }
}
