#![expect(unused_qualifications, reason = "utoipa spells the type of the parameters so")]

use std::num::NonZeroU32;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::api::{
    Compare, CompareAnswer, CompareSide, DestroyVersion, KeepVersions, ProblemDetails, ReaderList,
    RestoreVersion, RetentionView, SecretView, VersionList,
};
use model::{EnvironmentName, Retention, SecretName, Version};
use serde::Deserialize;
use store::{Caller, Restoring, Side, StoreError};
use utoipa::IntoParams;

use super::asking::Asking;
use super::body::{Body, Params};
use super::precondition::IfMatch;
use super::problem::ApiError;
use super::resolve::keys as keys_of;
use super::secrets::{made_view, tagged};
use super::view;
use crate::state::AppState;

/// Which readers to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ReadersQuery {
    /// Those of the last so many days; 30 if nothing is given
    #[param(minimum = 0, maximum = 4_294_967_295_u64)]
    days: Option<u32>,
}

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
    let RestoreVersion { version, keys, note } = body.value;
    let keys = keys_of("keys", &keys)?;
    let id = state.store.find_secret(&caller, &environment, &name).await?;
    let wanted = Restoring { version, keys: &keys, note: &note };
    state.store.restore_version(&caller, id, from.0, wanted).await?;
    Ok(tagged(made_view(&state, &caller, id).await?).into_response())
}

/// Destroy the values of an old version for good
///
/// The version stays in the history, which says who destroyed its values. Those of now cannot be destroyed.
#[utoipa::path(
    post, path = "/secrets/{environment}/{name}/versions/{version}/destroy", tag = "Versions", request_body = DestroyVersion,
    security(("token" = [])),
    params(("environment" = EnvironmentName, Path), ("name" = SecretName, Path), ("version" = Version, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn destroy(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path((environment, name, version)): Path<(String, String, String)>,
    body: Body<DestroyVersion>,
) -> Result<StatusCode, ApiError> {
    // What is no number is no version.
    let version = version.parse().map_err(|_| StoreError::NotFound)?;
    let id = state.store.find_secret(&caller, &environment, &name).await?;
    state.store.destroy_version(&caller, id, version, &body.value.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who reads a secret
///
/// Programs by their tokens, people by themselves; with the version that each of them read last.
#[utoipa::path(
    get, path = "/secrets/{environment}/{name}/readers", tag = "Versions", security(("token" = [])),
    params(("environment" = EnvironmentName, Path), ("name" = SecretName, Path), ReadersQuery),
    responses((status = 200, body = ReaderList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn readers(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path((environment, name)): Path<(String, String)>,
    Params(wanted): Params<ReadersQuery>,
) -> Result<Json<ReaderList>, ApiError> {
    let id = state.store.find_secret(&caller, &environment, &name).await?;
    let readers = state.store.list_readers(&caller, id, wanted.days.unwrap_or(30)).await?;
    Ok(Json(ReaderList { readers: readers.into_iter().map(view::reader).collect() }))
}

/// How long the values of old versions are kept
#[utoipa::path(
    get, path = "/retention", tag = "Versions", security(("token" = [])),
    responses((status = 200, body = RetentionView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn retention(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<Json<RetentionView>, ApiError> {
    let keep = state.store.retention(&caller).await?;
    let keep =
        keep.map(|Retention { versions, days }| KeepVersions { versions: versions.get(), days });
    Ok(Json(RetentionView { keep }))
}

/// Keep the values of old versions for a time only
///
/// What is older is destroyed within the hour.
#[utoipa::path(
    put, path = "/retention", tag = "Versions", request_body = KeepVersions, security(("token" = [])),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn set_retention(
    State(state): State<AppState>,
    Asking(caller): Asking,
    body: Body<KeepVersions>,
) -> Result<StatusCode, ApiError> {
    let KeepVersions { versions, days } = body.value;
    let versions = NonZeroU32::new(versions)
        .ok_or_else(|| ApiError::field("versions", "At least the version of now stays: 1."))?;
    state.store.set_retention(&caller, Some(Retention { versions, days })).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keep the values of old versions for ever
#[utoipa::path(
    delete, path = "/retention", tag = "Versions", security(("token" = [])),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn no_retention(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<StatusCode, ApiError> {
    state.store.set_retention(&caller, None).await?;
    Ok(StatusCode::NO_CONTENT)
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
