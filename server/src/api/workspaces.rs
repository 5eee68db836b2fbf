use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use model::WorkspaceId;
use model::api::{MakeWorkspace, ProblemDetails, WorkspaceList, WorkspaceView};
use store::{Caller, StoreError};

use super::asking::Asking;
use super::body::Body;
use super::problem::ApiError;
use crate::state::AppState;

/// The workspaces of the person who asks; a program's token has one
#[utoipa::path(
    get, path = "/workspaces", tag = "Members", security(("token" = [])),
    responses((status = 200, body = WorkspaceList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<Json<WorkspaceList>, ApiError> {
    Ok(Json(WorkspaceList { workspaces: all(&state, &caller).await? }))
}

/// Make a workspace, and own it
///
/// It takes a person who is an owner or admin where they are.
#[utoipa::path(
    post, path = "/workspaces", tag = "Members", request_body = MakeWorkspace, security(("token" = [])),
    responses((status = 201, body = WorkspaceView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn create(
    State(state): State<AppState>,
    Asking(caller): Asking,
    body: Body<MakeWorkspace>,
) -> Result<(StatusCode, Json<WorkspaceView>), ApiError> {
    let id = state.store.create_workspace(&caller, &body.value.name).await?;
    Ok((StatusCode::CREATED, Json(one(&state, &caller, id).await?)))
}

/// Take this command line to another workspace of yours
#[utoipa::path(
    post, path = "/workspaces/{id}/switch", tag = "Members", security(("token" = [])),
    params(("id" = WorkspaceId, Path)),
    responses((status = 200, body = WorkspaceView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn switch(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<Json<WorkspaceView>, ApiError> {
    let id = id.parse().map_err(|_| StoreError::NotFound)?;
    state.store.switch_workspace(&caller, id).await?;
    let there = Caller { workspace: id, ..caller };
    Ok(Json(one(&state, &there, id).await?))
}

async fn one(
    state: &AppState,
    caller: &Caller,
    id: WorkspaceId,
) -> Result<WorkspaceView, StoreError> {
    let found = all(state, caller).await?.into_iter().find(|workspace| workspace.id == id);
    found.ok_or(StoreError::NotFound)
}

async fn all(state: &AppState, caller: &Caller) -> Result<Vec<WorkspaceView>, StoreError> {
    let workspaces = state.store.list_workspaces(caller).await?;
    let told = workspaces.into_iter().map(|info| WorkspaceView {
        id: info.id,
        name: info.name,
        role: info.role,
        members: info.members,
        current: info.id == caller.workspace,
    });
    Ok(told.collect())
}
