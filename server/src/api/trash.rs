#![expect(unused_qualifications, reason = "utoipa spells the type of the parameters so")]

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use model::api::{DestroySecret, ProblemDetails, RestoreSecret, SecretView, TrashList};
use model::{EnvironmentName, SecretId};
use serde::Deserialize;
use store::StoreError;
use utoipa::IntoParams;

use super::asking::Asking;
use super::body::{Body, Params};
use super::problem::ApiError;
use super::view::Names;
use crate::state::AppState;

/// Which of the trash to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TrashQuery {
    /// Only what lived in this environment
    #[param(value_type = Option<EnvironmentName>)]
    environment: Option<String>,
}

/// The trash, the newest first
#[utoipa::path(
    get, path = "/trash", tag = "Trash", security(("token" = [])), params(TrashQuery),
    responses((status = 200, body = TrashList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Params(wanted): Params<TrashQuery>,
) -> Result<Json<TrashList>, ApiError> {
    let environment = match wanted.environment {
        None => None,
        Some(name) => Some(state.store.environment_at(&caller, &name).await?.id),
    };
    let names = Names::load(&state, &caller).await?;
    let trash = state.store.list_trash(&caller).await?.into_iter();
    let wanted = trash
        .filter(|trashed| environment.is_none_or(|id| trashed.summary.environment == id))
        .map(|trashed| names.trashed(trashed));
    Ok(Json(TrashList { secrets: wanted.collect::<Result<_, _>>()? }))
}

/// Take a secret out of the trash
#[utoipa::path(
    post, path = "/trash/{id}/restore", tag = "Trash", request_body = RestoreSecret, security(("token" = [])),
    params(("id" = SecretId, Path)),
    responses((status = 200, body = SecretView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn restore(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
    body: Body<RestoreSecret>,
) -> Result<Json<SecretView>, ApiError> {
    let id = parse(&id)?;
    state.store.restore_secret(&caller, id, body.value.name.as_deref()).await?;
    super::secrets::made_view(&state, &caller, id).await.map(Json)
}

/// Delete a secret in the trash for good
#[utoipa::path(
    post, path = "/trash/{id}/destroy", tag = "Trash", request_body = DestroySecret, security(("token" = [])),
    params(("id" = SecretId, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn destroy(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
    body: Body<DestroySecret>,
) -> Result<StatusCode, ApiError> {
    state.store.destroy_secret(&caller, parse(&id)?, &body.value.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is no id names nothing.
fn parse(id: &str) -> Result<SecretId, StoreError> {
    id.parse().map_err(|_| StoreError::NotFound)
}
