use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use model::EnvironmentName;
use model::api::{
    ChangeEnvironment, EnvironmentList, EnvironmentView, MakeEnvironment, ProblemDetails,
};

use super::asking::Asking;
use super::body::Body;
use super::problem::ApiError;
use super::view::{self, Names};
use crate::state::AppState;

/// The environments in reach, in their order
#[utoipa::path(
    get, path = "/environments", tag = "Environments", security(("token" = [])),
    responses((status = 200, body = EnvironmentList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<Json<EnvironmentList>, ApiError> {
    let names = Names::load(&state, &caller).await?;
    Ok(Json(EnvironmentList { environments: names.environments() }))
}

/// Make an environment
#[utoipa::path(
    post, path = "/environments", tag = "Environments", request_body = MakeEnvironment, security(("token" = [])),
    responses((status = 201, body = EnvironmentView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn create(
    State(state): State<AppState>,
    Asking(caller): Asking,
    body: Body<MakeEnvironment>,
) -> Result<(StatusCode, Json<EnvironmentView>), ApiError> {
    let name = body.value.name;
    state.store.create_environment(&caller, &name).await?;
    let made = state.store.environment_named(&caller, name.trim()).await?;
    Ok((StatusCode::CREATED, Json(view::environment(made))))
}

/// Rename an environment, protect it, or lift its protection
#[utoipa::path(
    patch, path = "/environments/{environment}", tag = "Environments", request_body = ChangeEnvironment, security(("token" = [])),
    params(("environment" = EnvironmentName, Path)),
    responses((status = 200, body = EnvironmentView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn change(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(environment): Path<String>,
    body: Body<ChangeEnvironment>,
) -> Result<Json<EnvironmentView>, ApiError> {
    let found = state.store.environment_at(&caller, &environment).await?;
    let ChangeEnvironment { name, protected } = body.value;
    let changed =
        state.store.change_environment(&caller, found.id, name.as_deref(), protected).await?;
    Ok(Json(view::environment(changed)))
}

/// Delete an environment that holds nothing
#[utoipa::path(
    delete, path = "/environments/{environment}", tag = "Environments", security(("token" = [])),
    params(("environment" = EnvironmentName, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn delete(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(environment): Path<String>,
) -> Result<StatusCode, ApiError> {
    let found = state.store.environment_at(&caller, &environment).await?;
    state.store.delete_environment(&caller, found.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
