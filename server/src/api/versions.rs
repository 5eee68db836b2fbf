use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use model::api::{
    Compare, CompareAnswer, CompareSide, ProblemDetails, RestoreVersion, SecretView, VersionList,
};
use model::{EnvironmentName, SecretName};
use store::{Caller, Side};

use super::asking::Asking;
use super::body::Body;
use super::precondition::IfMatch;
use super::problem::ApiError;
use super::secrets::{made_view, tagged};
use super::view;
use crate::state::AppState;

/// All versions of a secret, the newest first
#[utoipa::path(
    get, path = "/secrets/{environment}/{name}/versions", tag = "Versions", security(("token" = [])),
    params(("environment" = EnvironmentName, Path), ("name" = SecretName, Path)),
    responses((status = 200, body = VersionList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path((environment, name)): Path<(String, String)>,
) -> Result<Json<VersionList>, ApiError> {
    let id = state.store.find_secret(&caller, &environment, &name).await?;
    let versions = state.store.list_versions(&caller, id).await?;
    Ok(Json(VersionList { versions: versions.into_iter().map(view::version).collect() }))
}

/// Make what an older version held the next one
#[utoipa::path(
    post, path = "/secrets/{environment}/{name}/restore", tag = "Versions", request_body = RestoreVersion, security(("token" = [])),
    params(
        ("environment" = EnvironmentName, Path), ("name" = SecretName, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that was seen: answered by 412 if someone saved in between"),
    ),
    responses((status = 200, body = SecretView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn restore(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path((environment, name)): Path<(String, String)>,
    from: IfMatch,
    body: Body<RestoreVersion>,
) -> Result<Response, ApiError> {
    let RestoreVersion { version, note } = body.value;
    let id = state.store.find_secret(&caller, &environment, &name).await?;
    state.store.restore_version(&caller, id, version, from.0, &note).await?;
    Ok(tagged(made_view(&state, &caller, id).await?).into_response())
}

/// How two contents differ
///
/// No value leaves the server. Whether values are the same takes the right to read both sides.
#[utoipa::path(
    post, path = "/compare", tag = "Versions", request_body = Compare, security(("token" = [])),
    responses((status = 200, body = CompareAnswer), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn compare(
    State(state): State<AppState>,
    Asking(caller): Asking,
    body: Body<Compare>,
) -> Result<Json<CompareAnswer>, ApiError> {
    let Compare { left, right, names_only } = body.value;
    if !names_only {
        // Each answer could test a guess.
        state.reveals.take(caller.user).map_err(ApiError::too_many)?;
    }
    let left = side(&state, &caller, &left).await?;
    let right = side(&state, &caller, &right).await?;
    let keys = state.store.compare(&caller, left, right, names_only).await?;
    Ok(Json(CompareAnswer { keys }))
}

async fn side(state: &AppState, caller: &Caller, side: &CompareSide) -> Result<Side, ApiError> {
    let secret = state.store.find_secret(caller, &side.environment, &side.secret).await?;
    Ok(Side { secret, version: side.version })
}
